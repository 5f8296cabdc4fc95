# What is notified when a projection starts over: after a reset everything again, by a rebuild only
# what the projection had not reached. Sourced by run.sh for PostgreSQL.
# shellcheck shell=sh

folder=$work/notify
mkdir "$folder"
cp "$here/notify.proj" "$folder/told.proj"
build_service "$folder" told
till_service=$bin
bin=$folder/told
fresh_schema

mkfifo "$folder/asked"
"$psql" -X -qAt "$PROJC_TEST_PG" <"$folder/asked" >"$folder/heard" 2>&1 &
listener=$!
exec 8>"$folder/asked"
echo 'LISTEN made;' >&8
asked=0

# How many notifications have come since the last time: psql prints them behind an answer.
heard() {
    asked=$((asked + 1))
    echo "SELECT 'answer $asked';" >&8
    tries=0
    until grep -q "^answer $asked\$" "$folder/heard" || [ "$tries" -ge 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    echo "SELECT 'behind $asked';" >&8
    until grep -q "^behind $asked\$" "$folder/heard" || [ "$tries" -ge 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    all=$(grep -c 'Asynchronous notification "made"' "$folder/heard" || true)
    news=$((all - ${known:-0}))
    known=$all
}

made() { echo "{\"type\":\"Thing\",\"id\":$1,\"event\":\"Made\",\"payload\":{\"n\":$1}}"; }

heard
feed "$(made 1)
$(made 2)" append
svc run --once
heard
equals 'every event is notified of' 2 "$news"
feed "$(made 3)" append
svc rebuild sums --in-place
wants 'it is rebuilt' 0
heard
equals 'a rebuild notifies only of what had not been reached' 1 "$news"
svc rebuild sums --in-place
heard
equals 'and of nothing the second time' 0 "$news"
svc reset sums --yes
wants 'it is reset' 0
svc run --once
heard
equals 'a reset notifies of everything again' 3 "$news"
exec 8>&-
wait "$listener"
bin=$till_service
