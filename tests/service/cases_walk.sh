# A new user's walk: the bank of the examples in a folder of one's own; its model changes, a version is raised and
# rebuilt while the service goes on and is read, an event breaks, its key fails, is mended, and tried again. Nothing
# here knows more than the messages say. Sourced by run.sh for each store.
# shellcheck shell=sh

walk=$work/walk_$store
mkdir "$walk"
cp "$here/../../examples/bank/bank.proj" "$walk/bank.proj"

# What the user types to have a program: the running one keeps its file.
build_bank() { # name
    rc=0
    (cd "$walk" && PROJC_HOME=$B CC="$CC ${PROJC_TEST_CFLAGS:-}" "$PROJC" build --exe "$1" bank.proj) >"$walk/said" 2>&1 || rc=$?
    said=$(cat "$walk/said")
    bin=$walk/$1
}
difference() { # arguments…
    rc=0
    said=$(cd "$walk" && "$PROJC" diff "$@" 2>&1) || rc=$?
}
account() { echo "{\"type\":\"bank_account\",\"id\":\"$(uuid "$1")\",\"event\":\"account_$2\",\"payload\":$3}"; }

build_bank bank
wants 'projc build --exe makes a service of the example' 0
fresh
svc run --once
wants 'without tables it says which command makes them' 3 'run `bank schema --apply`'
svc schema --apply
wants 'which does' 0 'in place'
i=0
while [ $i -lt 50 ]; do
    account $i opened "{\"owner\":\"owner $i\"}"
    account $i credited '{"amount":10.00}'
    account $i debited "{\"amount\":$((i % 9)).50}"
    i=$((i + 1))
done >"$walk/events.jsonl"
svc append --file "$walk/events.jsonl"
wants 'append' 0 '150 events written'
start_service
first=$service_pid
svc wait balance 150 --timeout 60s
wants 'run applies them' 0

# ---- another model ----
cp "$walk/bank.proj" "$walk/old.proj"
sed -i 's/^        movements: u32$/&\n        deposited: decimal(2)/; s/on AccountCredited { balance += amount }/on AccountCredited { balance += amount  deposited += amount }/' \
    "$walk/bank.proj"
difference old.proj bank.proj
wants 'projc diff tells the new field, and what to do' 1 'deposited' 'old.proj' 'bank.proj' 'write .version 2.*rebuild balance'
build_bank forgotten
svc run --once
wants 'the program of a new shape under the old version is refused, with what to do' 1 'run `forgotten rebuild balance`'
svc status
wants 'its status says so too' 0 'another shape than this program.s: .rebuild balance. mends that'
sed -i 's/^projection balance for each Account {$/&\n    version 2/' "$walk/bank.proj"
difference old.proj bank.proj
wants 'with the version raised the diff tells that it is built again' 1 'version 1 and has 2: it is built again'
difference old.proj bank.proj --sql
wants 'and its SQL leaves that to the rebuild' 1 'only a rebuild fills what is new'
build_bank next

# ---- rebuilt while the old service runs, and somebody reads all the time ----
: >"$walk/reads"
rm -f "$walk/stop"
(
    while [ ! -e "$walk/stop" ]; do
        sql 'SELECT count(*) FROM bank_balance' >>"$walk/reads" 2>&1 || echo 'a read failed' >>"$walk/reads"
    done
) &
reader=$!
children="${children:-} $reader"
svc rebuild balance --dry-run
wants 'rebuild --dry-run says what it would do' 0 'would build version 2 of balance beside generation [0-9]+ .version 1.'
svc rebuild balance
wants 'rebuild, while the old service runs' 0 'balance is rebuilt' 'rebuild balance --drop-old'
until_true grep -q 'a newer program has taken it over' "$work/service.log"
holds 'the old service says that a newer program has taken the projection over' grep -q 'a newer program has taken it over' "$work/service.log"
bin=$walk/bank
svc status
wants 'and the status of the old program says so' 0 'version 2 in the database, 1 in this program: a newer one works on it'
bin=$walk/next
start_service
second=$service_pid
kill "$first"
wait "$first" || true
feed "$(account 3 credited '{"amount":1.00}')" append
svc wait balance 151 --timeout 60s
wants 'the new service goes on' 0
touch "$walk/stop"
wait "$reader" || true
equals 'every read saw all accounts' 50 "$(sort -u "$walk/reads" | tr '\n' ' ' | sed 's/ $//')"
svc inspect balance "$(uuid 3)"
wants 'the new field is filled from the first event on' 0 '"deposited":11.00'
svc verify balance
wants 'verify agrees' 0 'as the log says'

# ---- an event that breaks ----
feed "$(account 7 debited '{"amount":25.00}'; account 7 credited '{"amount":1.00}'; account 8 credited '{"amount":1.00}')" append
svc wait balance 152 "$(uuid 7)" --timeout 60s
wants 'who waits for the event hears why it is not applied' 1 'overdrawn by'
svc wait balance 154 "$(uuid 8)" --timeout 60s
wants 'other accounts go on' 0
svc status
wants 'status counts the failed key' 0 'balance +aggregate +live .* 1 '
svc failed
wants 'failed tells event, cause and source line, and what comes next' 0 'failed at event 152, account_debited' 'overdrawn by' 'at bank.proj:[0-9]+:9' \
    'next failed retry NAME .KEY.. goes on; .next failed skip NAME KEY'
svc failed retry balance
wants 'retried with nothing mended it fails again' 1 'overdrawn by' '2 attempts'

# ---- mended, and tried again ----
cp "$walk/bank.proj" "$walk/old.proj"
sed -i 's/require balance >= 0 else/require balance >= -100 else/' "$walk/bank.proj"
difference old.proj bank.proj
wants 'projc diff: other handlers under the same version' 1 'does something else than before, and its .version. is still 2' 'write .version 3.'
build_bank mended
svc failed retry balance --dry-run
wants 'failed retry --dry-run' 0 "balance $(uuid 7): would apply event 152"
svc failed retry balance
wants 'failed retry by the mended program, while the service runs' 0 "balance $(uuid 7): in order again, 2 events applied"
service_pid=$second
stop_service TERM
equals 'the service stops in good order' 0 "$rc"
start_service
svc wait balance 154 --timeout 60s
wants 'the mended one takes over: nobody waits for repair' 0
svc failed
wants 'nothing is failed' 0 'nothing is failed'
svc inspect balance "$(uuid 7)" --history
wants 'the history shows how it came to be' 0 'balance: 2.50 -> -22.50' 'balance: -22.50 -> -21.50'
svc rebuild balance --drop-old --yes
wants 'the old generation is dropped' 0 'is dropped'
svc schema --check
wants 'and the schema is the program'"'"'s' 0 'the schema is in place'
stop_service TERM
bin=$work/v1/till
