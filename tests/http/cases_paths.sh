# Paths, methods, headers, addresses, and what a program without LISTEN_ADDR does. On SQLite.
# shellcheck shell=sh

database=sqlite:$work/paths.db
DATABASE_URL=$database "$work/watch" schema --apply >/dev/null
{ note a 3; note b 4; note c 2000; } | append
start_service
eventually is_code 200 /readyz

same "healthz says that it lives" "200 alive" "$(code /healthz) $(cat "$work/body")"
same "readyz says ready" "200 ready" "$(code /readyz) $(cat "$work/body")"
same "an unknown path is 404" 404 "$(code /nothing)"
same "a path is not unescaped into another" 404 "$(code /%2e%2e/metrics)"
same "what stands behind a path is none of it" 404 "$(code /healthz/x)"
same "a question behind a path is ignored" 200 "$(code '/healthz?verbose=1')"
for method in POST PUT DELETE PATCH OPTIONS TRACE; do
    same "$method is 405" 405 "$(code /metrics -X "$method")"
done
same "405 says what is allowed" 1 "$(get /metrics -X POST -d x -i | grep -ci '^allow: GET, HEAD')"
same "HEAD has no body and the length of GET's" "0 6" \
    "$(get /healthz -I -o "$work/head" -w '%{size_download}') $(tr -d '\r' <"$work/head" | awk 'tolower($1) == "content-length:" { print $2 }')"
for path in / /page.css /page.js /live.json /metrics /nothing; do
    get "$path" -D "$work/headers" -o "$work/body"
    missing=
    for header in "content-security-policy: default-src 'none'; script-src 'self'" 'x-content-type-options: nosniff' \
        'x-frame-options: deny' 'cache-control: no-store' 'referrer-policy: no-referrer'; do
        grep -qiF "$header" "$work/headers" || missing="$missing; $header"
    done
    same "$path has its headers" "" "$missing"
done
same "the metrics have Prometheus' type" "text/plain; version=0.0.4; charset=utf-8" "$(get /metrics -o "$work/body" -w '%{content_type}')"
same "the page names nothing outside" "" \
    "$(for path in / /page.css /page.js; do get "$path"; done | grep -oE '(https?:)?//[a-z][^ "]*' | grep -v '^http://www.w3.org/2000/svg' || true)"
same "the page's script writes no markup" "" "$(get /page.js | grep -nE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(' || true)"

has_failed() { get /status.json | grep -q '"projection":"lengths".*"failed":1'; }
holds "status.json is what status --json prints" eventually has_failed
# What HTTP tells is as old as the sampler's last look, and `patient` is still trying.
without_rates() { sed 's/"rate":[^,]*,//g; s/"state_bytes":[^,]*,//g'; }
agree() {
    DATABASE_URL=$database "$work/watch" status --json | without_rates >"$work/wanted" && get /status.json | without_rates | cmp - "$work/wanted"
}
holds "status.json and status --json agree" eventually agree
failed_agree() {
    DATABASE_URL=$database "$work/watch" failed list lengths --json | tr -d '[]' >"$work/wanted" && [ -s "$work/wanted" ] &&
        get /failed.json | grep -qFf "$work/wanted"
}
holds "failed.json has the rows of failed list" eventually failed_agree
get /live.json >"$work/live"
holds "live.json is JSON" sqlite3 :memory: "SELECT 1 / json_valid(readfile('$work/live'))"

in_use() {
    DATABASE_URL=$database "$work/watch" run --listen-addr "127.0.0.1:$port" >"$work/said" 2>&1
    [ $? = 3 ] && grep -q 'cannot serve HTTP at 127.0.0.1:[0-9]*: Address already in use; give another port' "$work/said"
}
holds "a port in use is told, with exit status 3" in_use
refuses() { # ADDRESS
    DATABASE_URL=$database "$work/watch" run --listen-addr "$1" >"$work/said" 2>&1
    [ $? = 2 ] && grep -q 'LISTEN_ADDR (flag) is `.*`: expected HOST:PORT such as' "$work/said"
}
for address in 9187 127.0.0.1 127.0.0.1:99999 127.0.0.1:x '[::1:80' 'a b:80' unix:/tmp/x; do
    holds "the address '$address' is refused with what is expected" refuses "$address"
done
holds "SIGTERM ends a service that serves" sh -c "kill $service"
wait "$service"
same "with exit status 0" 0 $?
closed() { ! curl -s --max-time 5 "$base/healthz"; }
holds "and nothing listens any more" closed
if grep -q . /proc/net/if_inet6 2>/dev/null; then
    DATABASE_URL=$database "$work/watch" run --listen-addr '[::1]:0' 2>"$work/run6.log" &
    service=$!
    children="$children $service"
    eventually grep -q 'serving HTTP' "$work/run6.log"
    base=$(sed -n 's/.*url=\(http[^ ]*\)\/$/\1/p' "$work/run6.log")
    same "IPv6 is served" "200" "$(code /healthz -g)"
    stop_service
else
    skip "IPv6 is served" "this machine has none"
fi
found=$(DATABASE_URL=$database "$work/watch" config | awk '$1 == "LISTEN_ADDR" { print $2, $3 }')
same "it is off by default" "off default" "$found"
DATABASE_URL=$database LISTEN_ADDR=127.0.0.1:0 "$work/watch" run --once 2>"$work/once.log"
same "run --once serves nothing" 0 "$(grep -c 'serving HTTP' "$work/once.log")"
