# Every command: --help, its place in the manual, --json, exit status, a bad argument. The list of commands and options
# comes from the program, so that a new one without these fails here. Sourced by run.sh.
# shellcheck shell=sh

table=$here/commands.table
man_page=$here/../../man/projc-service.7

# A program with a query, so that each command has something to show, and a failed key: $KEY.
mkdir -p "$work/commands"
sed 's/^package till$/package walk/; s/"till_/"walk_/g
/^projection takings /,/^}/s/^}/    query by_clerk(wanted: text) = takings where clerk == wanted\n}/' "$here/till.proj" >"$work/commands/walk.proj"
walked_bin=$bin
build_service "$work/commands" walk || fail 'the program of the walk is built'
bin=$work/commands/walk
fresh_schema
KEY=$(uuid 2)
feed "$(opened 1 Ann)
$(sold 1 5)
$(refunded 2 7)" append
svc run --once
wants 'a database with a state and a failed key' 1 'failed list'

svc help --json
cp "$work/out" "$work/commands.json"
count=$("$jsonq" keys <"$work/commands.json" 2>/dev/null | wc -w)
names=
i=0
while name=$("$jsonq" get ".$i.name" <"$work/commands.json" 2>/dev/null); do
    names="$names $name"
    i=$((i + 1))
done
holds "the program lists its commands ($i)" test "$i" -ge 16

# The manual's section of a command, all of its forms.
section_of() { # name
    awk -v name="$1" '/^\.S[SH] / { within = ($0 ~ "^\\.SS \"" name "[ \"]") || (within && first && /^\.SS/ && $0 ~ "^\\.SS \"" name) }
        { first = /^\.SS/ } within' "$man_page" | sed 's/\\-/-/g'
}

i=0
for name in $names; do
    svc "$name" --help
    usage=$out
    wants "$name: --help tells its usage" 0 "^usage: walk $name"
    svc help "$name"
    equals "$name: help $name tells the same" "$usage" "$out"
    section=$(section_of "$name")
    holds "$name: it has a summary, and a section in the manual" test -n "$("$jsonq" get ".$i.summary" <"$work/commands.json")" -a -n "$section"
    missing=
    has_json=-
    j=0
    while option=$("$jsonq" get ".$i.options.$j.name" <"$work/commands.json" 2>/dev/null); do
        case $usage in *"--$option"*) ;; *) missing="$missing --$option(help)" ;; esac
        case $section in *"--$option"*) ;; *) missing="$missing --$option(manual)" ;; esac
        [ "$option" != json ] || has_json=json
        j=$((j + 1))
    done
    equals "$name: help and manual know each of its $j options" '' "$missing"
    rows=$(grep -c "^$name  *|" "$table" || true)
    holds "$name: it stands in commands.table" test "$rows" -ge 1
    equals "$name: --json where it prints data" "$(sed -n "s/^$name  *| *\([a-z-]*\).*/\1/p" "$table" | sort -u)" "$has_json"
    i=$((i + 1))
done

# One value, or an object a line; there may be nothing to tell in lines.
is_json() { "$jsonq" get '' <"$work/out" || "$jsonq" lines <"$work/out"; }

grep -v '^#' "$table" >"$work/commands.rows"
while IFS='|' read -r name json good status bad text; do
    name=$(echo "$name" | tr -d ' ')
    json=$(echo "$json" | tr -d ' ')
    status=$(echo "$status" | tr -d ' ')
    text=$(echo "$text" | sed 's/^ *//; s/ *$//; s/[][().*+?|^$\\]/\\&/g')
    case " $names " in *" $name "*) ;; *) echo "# no command $name yet"; continue ;; esac
    good=$(echo "$good" | sed "s/\$KEY/$KEY/; s/^ *//; s/ *\$//")
    bad=$(echo "$bad" | sed "s/\$KEY/$KEY/; s/^ *//; s/ *\$//")
    # shellcheck disable=SC2086
    svc $good
    equals "$good: exit status" "$status" "$rc"
    if [ "$json" = json ]; then
        # shellcheck disable=SC2086
        svc $good --json
        equals "$good --json: the same exit status" "$status" "$rc"
        holds "$good --json: JSON, and nothing else" is_json
    fi
    # shellcheck disable=SC2086
    svc $bad
    wants "$bad: usage, and a text that helps" 2 "^walk: .*$text"
    # shellcheck disable=SC2086
    svc $good --no-such-option
    wants "$good --no-such-option: refused" 2 "\`$name\` has no option --no-such-option" "walk help $name"
done <"$work/commands.rows"
bin=$walked_bin
