# Queries: what is printed is the same on both stores, also where PostgreSQL keeps jsonb. Sourced by run.sh for each
# store.
# shellcheck shell=sh

put() { echo "{\"type\":\"box\",\"id\":\"00000000-0000-0000-0000-000000000001\",\"event\":\"put\",\"payload\":{\"label\":\"$1\",\"size\":{\"n\":2,\"width\":1.5,\"at\":\"2026-01-01\"},\"marks\":[3,-1],\"counts\":{\"bb\":1,\"c\":2,\"a\":3}}}"; }

if [ ! -x "$work/shelf/shelf" ]; then
    mkdir -p "$work/shelf"
    cp "$here/shelf.proj" "$work/shelf/shelf.proj"
    build_service "$work/shelf" shelf
fi
other_bin=$bin
bin=$work/shelf/shelf
fresh_schema
feed "$(put x)
$(put y)" append
svc run --once
size='{"width":1.50,"at":"2026-01-01","n":2}'
svc query boxed --json
equals 'a query over states writes records in the order of declaration, maps by key, without blanks' \
    "{\"aggregate_id\":\"00000000-0000-0000-0000-000000000001\",\"label\":\"y\",\"size\":$size,\"counts\":{\"a\":3,\"bb\":1,\"c\":2}}" "$out"
svc query kept 2 --json
equals 'and so does one over a table' \
    "{\"box\":\"00000000-0000-0000-0000-000000000001\",\"label\":\"y\",\"size\":$size,\"marks\":[3,-1]}
{\"box\":\"00000000-0000-0000-0000-000000000001\",\"label\":\"x\",\"size\":$size,\"marks\":[3,-1]}" "$out"
svc query kept
wants 'also as people read it' 0 '"width":1.50,"at":"2026-01-01","n":2' '\[3,-1\]'
bin=$other_bin
