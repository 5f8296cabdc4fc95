# Wrong usage, help, settings: what needs no database. Sourced by run.sh.
# shellcheck shell=sh

fresh

# ---- commands and flags ----
svc
wants 'without a command it shows the commands and exits 2' 2 'usage: till COMMAND' '  append ' '  rebuild '
svc help
wants 'help lists the commands' 0 '  status ' '--database'
for command in run append events status inspect failed wait reset rebuild schema config version help; do
    svc help $command
    wants "help $command tells its usage" 0 "^usage: till $command"
    svc $command --help
    wants "$command --help tells the same" 0 "^usage: till $command"
done
svc inspect takings --help
wants '--help may stand behind arguments' 0 '^usage: till inspect'
svc stats
wants 'a command that is nearly one is offered' 2 'no command `stats`' 'did you mean `status`' 'till help'
svc frobnicate
wants 'a command that is like none is refused' 2 'no command `frobnicate`' '!did you mean'
svc help stats
wants 'help of a command that is nearly one offers it' 2 'did you mean `status`'
svc status --jsno
wants 'a flag that is nearly one is offered' 2 'no option --jsno' 'did you mean --json' 'till help status'
svc run --worker 3
wants 'so is a setting' 2 'did you mean --workers'
svc append --file
wants 'a flag without its value is refused' 2 '--file needs a value'
svc status --json=yes
wants 'a flag that takes no value refuses one' 2 '--json takes no value'
svc status now
wants 'status takes no arguments' 2 '`status` takes no arguments' 'till help status'
svc run now
wants 'run takes no arguments' 2 '`run` takes no arguments'
svc append e.jsonl
wants 'append says how a file is given' 2 '--file e.jsonl'
svc events --from 0
wants 'events --from wants a number' 2 '--from is `0`'
svc events --limit many
wants 'events --limit wants a number' 2 '--limit is `many`'
svc events --aggregate 'x y' --limit 1 --database sqlite:/nonexistent/x.db
wants 'an id that could be one of text is looked for' 3 'nonexistent'
svc inspect
wants 'inspect needs a name' 2 'needs the NAME'
svc inspect takins
wants 'a projection that is nearly one is offered' 2 'no projection `takins`' 'did you mean `takings`'
svc inspect warehouse
wants 'a projection that is like none: where to look' 2 'no projection `warehouse`' 'till status'
svc inspect takings 5
wants 'a key of the wrong type is refused' 2 'uuid'
svc inspect takings "$(uuid 1)" more
wants 'a key of too many parts is refused' 2 'has 1 part, not 2'
svc inspect audit 5
wants 'a stream projection has no key' 2 'has 0 parts, not 1'
svc wait takings
wants 'wait needs a position' 2 'NAME and POSITION'
svc wait takings soon
wants 'wait wants a number' 2 'POSITION is `soon`'
svc wait takings 1 --timeout soon
wants 'wait wants a time' 2 '--timeout is `soon`'
svc reset takings
wants 'reset wants --yes' 2 'add --yes'
svc reset
wants 'reset needs a name' 2 'needs the NAME'
svc rebuild takings --in-place --verify
wants 'rebuild takes one way at a time' 2 'give one of --in-place'
svc failed mend takings
wants 'failed knows four words' 2 'list, show, retry or skip, not `mend`'
svc failed show
wants 'failed show needs a name' 2 'needs the NAME'
svc schema --apply --check
wants 'schema does one thing' 2 'one of --apply, --check, --drop'
svc schema --drop
wants 'schema --drop wants --yes' 2 'add --yes'
svc schema --apply --postgres
wants 'schema --apply --postgres is a slip' 2 '--database'
svc status --database nonsense
wants 'a database that is none is refused, and not shown' 2 'sqlite:' 'postgresql:' '!nonsense'

# ---- version and config ----
svc version
wants 'version tells runtime and compiler' 0 'runtime 0' 'package till from till.proj by projc'
svc --version
wants '--version does too' 0 'runtime 0'
svc version --json
equals 'version --json has its fields' 'abi modules runtime' "$("$jsonq" keys <"$work/out")"
svc config --json
holds 'config --json is a list of settings' "$jsonq" get .14.name <"$work/out"
equals 'each with name, origin and value' 'name origin value' "$("$jsonq" keys .0 <"$work/out")"

value_of() { sed -n "s/^$1  *\([^ ]*\)  *\([^ ]*\) .*/\1 \2/p" "$work/out"; }

svc config
equals 'a setting has its default' '16 default' "$(value_of LANES)"
printf '# settings\n\nLANES = 4\r\nWORKERS=3\nWORKERS=5\n' >"$work/settings"
svc config --config "$work/settings"
equals 'the file beats the default' "4 $work/settings" "$(value_of LANES)"
equals 'of one name twice the last counts' "5 $work/settings" "$(value_of WORKERS)"
PROJC_CONFIG=$work/settings svc config
equals 'PROJC_CONFIG names the file too' "4 $work/settings" "$(value_of LANES)"
LANES=8 svc config --config "$work/settings"
equals 'the environment beats the file' '8 environment' "$(value_of LANES)"
LANES=8 svc config --config "$work/settings" --lanes 2
equals 'the flag beats the environment' '2 flag' "$(value_of LANES)"
svc config --batch-bytes=1M --lanes 2 --lanes 6
equals 'of one flag twice the last counts' '6 flag' "$(value_of LANES)"
equals 'sizes have units' '1M flag' "$(value_of BATCH_BYTES)"
for secret in 'postgresql://me:s3cret@host/db' 'postgresql://me:p@s3cret@host/db' 'host=h password=s3cret dbname=x' \
    "host=h password = 's3\\' cret' dbname=x" 'postgresql://host/db?user=me&password=s3cret'; do
    svc config --database "$secret"
    wants "config hides the password of $secret" 0 '\*\*\*' '!s3' '!cret'
done
svc config --lanes 0
wants 'a number that is too low: name, origin, bounds' 2 'LANES \(flag\) is 0: 1 to 4096'
WORKERS=many svc config
wants 'a number that is none: name, origin, form' 2 'WORKERS \(environment\) is `many`: expected a number'
svc config --batch-bytes 1T
wants 'bytes that are none' 2 'BATCH_BYTES \(flag\) is `1T`: expected bytes such as'
svc config --poll-interval 5
wants 'a time without unit' 2 'POLL_INTERVAL \(flag\) is `5`: expected a time such as'
svc config --log xml
wants 'a word that is none of the choices' 2 'LOG \(flag\) is `xml`: one of logfmt json'
printf 'LANES=4\nLAYNES=5\n' >"$work/settings"
svc config --config "$work/settings"
wants 'a file with an unknown name: its line' 2 'settings:2: there is no setting `LAYNES`' 'till config'
printf 'LANES\n' >"$work/settings"
svc config --config "$work/settings"
wants 'a file with a line that is none' 2 'settings:1: expected NAME=value, found `LANES`'
svc config --config "$work/absent"
wants 'a file that is not there' 2 'cannot read the settings in .*absent: No such file'

# ---- printing the schema ----
svc schema --postgres
wants 'schema --postgres prints PostgreSQL' 0 'CREATE TABLE IF NOT EXISTS projc_projection' 'jsonb' 'CREATE (OR REPLACE )?TRIGGER'
svc schema --postgres --no-notify
wants '--no-notify leaves the trigger out' 0 'projc_projection' '!TRIGGER'
svc schema --sqlite
wants 'schema --sqlite prints SQLite' 0 'AUTOINCREMENT' '!jsonb'

# ---- the manual pages ----
man_folder=$here/../../man
svc config
sed 's/ .*//' "$work/out" >"$work/settings.names"
svc help
sed -n 's/^  \([a-z]*\)  .*/\1/p' "$work/out" >"$work/command.names"
missing=
while read -r name; do
    grep -qE "^\\.BR $name " "$man_folder/projc-service.7" || missing="$missing $name"
done <"$work/settings.names"
while read -r name; do
    grep -qE "^\\.SS \"$name" "$man_folder/projc-service.7" || missing="$missing $name"
done <"$work/command.names"
equals 'the manual knows every setting and every command' '' "$missing"
svc config
missing=
while read -r name value _; do
    [ "$name" = DATABASE_URL ] || grep -qE "^\\.BR $name \" \\($value\\)\"" "$man_folder/projc-service.7" || missing="$missing $name=$value"
done <"$work/out"
equals 'and their defaults' '' "$missing"
if command -v man >/dev/null 2>&1 && man --version >/dev/null 2>&1; then
    for page in projc.1 projc-service.7; do
        equals "man has nothing to say against $page" '' "$(LC_ALL=C.UTF-8 MANWIDTH=100 man -l --warnings "$man_folder/$page" 2>&1 >/dev/null)"
    done
else
    skip 'man has nothing to say' 'man is not installed'
fi
