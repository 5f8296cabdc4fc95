# What the cases share: building services, fresh databases, and claims as TAP lines. Sourced by run.sh.
# shellcheck shell=sh

number=0
failures=0
skipped=0

pass() { # claim
    number=$((number + 1))
    echo "ok $number - $store: $1"
}

fail() { # claim
    number=$((number + 1))
    failures=$((failures + 1))
    echo "not ok $number - $store: $1"
}

skip() { # claim reason
    number=$((number + 1))
    skipped=$((skipped + 1))
    echo "ok $number - $store: $1 # SKIP $2"
}

# Is this a run with a sanitizer?
is_sanitized() {
    case "${SAN:-}${PROJC_TEST_CFLAGS:-}" in
        *address* | *thread* | *undefined*) return 0 ;;
        *) return 1 ;;
    esac
}

# TSAN_OPTIONS for who is to end with SHUTDOWN_TIMEOUT, or at once: threads that are stuck are left behind on purpose, and
# ThreadSanitizer would make a status of its own of it.
leaving_threads="${TSAN_OPTIONS:-} report_thread_leaks=0"

# The claim is that a command succeeds.
holds() { # claim command…
    claim=$1
    shift
    if "$@" >"$work/holds.log" 2>&1; then
        pass "$claim"
    else
        fail "$claim"
        echo "#   failed: $*"
        sed 's/^/#   /' "$work/holds.log"
    fi
}

equals() { # claim wanted got
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1"
        echo "#   wanted: $2"
        echo "#   got:    $3"
    fi
}

# Compiles NAME.proj in the folder to the service FOLDER/NAME, with its generated main.
build_service() { # folder name
    (cd "$1" && PROJC_HOME=$B "$PROJC" build --main "$2.proj" >build.log 2>&1) || { cat "$1/build.log" >&2; return 1; }
    # shellcheck disable=SC2046,SC2086
    (cd "$1" && $CC -O1 -g -std=c11 -D_POSIX_C_SOURCE=200809L ${PROJC_TEST_CFLAGS:-} $(pkg-config --cflags projc) -o "$2" \
        "$2_main.c" "$2_proj.c" $(pkg-config --libs projc))
}

# Runs the service on the database at hand; leaves $rc, and what it said in $said (both channels), $out and $err.
svc() { # arguments…
    rc=0
    DATABASE_URL=$url "$bin" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
    said="$out
$err"
}

# The same with standard input from the text.
feed() { # text arguments…
    printf '%s' "$1" >"$work/in"
    shift
    rc=0
    DATABASE_URL=$url "$bin" "$@" >"$work/out" 2>"$work/err" <"$work/in" || rc=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
    said="$out
$err"
}

# Holds the last run against its exit status and patterns (grep -E) that must stand in what it said; a
# pattern that begins with ! must not.
wants() { # claim status pattern…
    claim=$1
    wanted=$2
    shift 2
    problem=
    [ "$rc" = "$wanted" ] || problem="exit status $rc, not $wanted"
    for pattern in "$@"; do
        case $pattern in
            !*) if printf '%s\n' "$said" | grep -qE -e "${pattern#!}"; then problem="$problem; it says ${pattern#!}"; fi ;;
            *) if ! printf '%s\n' "$said" | grep -qE -e "$pattern"; then problem="$problem; it does not say $pattern"; fi ;;
        esac
    done
    if [ -z "$problem" ]; then
        pass "$claim"
    else
        fail "$claim"
        echo "#   $problem"
        printf '%s\n' "$said" | sed 's/^/#   | /'
    fi
}

# An empty database for the store at hand: $url. $database_file is the file on SQLite.
fresh() {
    databases=$((${databases:-0} + 1))
    if [ "$store" = sqlite ]; then
        mkdir -p "$work/db"
        database_file=$work/db/$databases.db
        url=sqlite:$database_file
    else
        schema=service_${$}_$databases
        "$psql" -q "$PROJC_TEST_PG" -c "CREATE SCHEMA $schema"
        separator='?'
        case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
        url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"
        schemas="${schemas:-} $schema"
    fi
}

# The same with tables in it.
fresh_schema() {
    fresh
    svc schema --apply
    [ "$rc" = 0 ] || { echo "$said" >&2; return 1; }
}

# SQL on the database at hand.
sql() { # statement
    if [ "$store" = sqlite ]; then
        "$jsonq" --sqlite "$database_file" "$1"
    else
        "$psql" -qAt "$url" -c "$1"
    fi
}

drop_schemas() {
    for schema in ${schemas:-}; do
        "$psql" -q "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" || true
    done
}

# A uuid that ends in the number.
uuid() { printf '00000000-0000-0000-0000-%012d' "$1"; }

opened() { echo "{\"type\":\"till\",\"id\":\"$(uuid "$1")\",\"event\":\"opened\",\"payload\":{\"clerk\":\"$2\"}}"; }
sold() { echo "{\"type\":\"till\",\"id\":\"$(uuid "$1")\",\"event\":\"sold\",\"payload\":{\"amount\":$2,\"pieces\":1}}"; }
refunded() { echo "{\"type\":\"till\",\"id\":\"$(uuid "$1")\",\"event\":\"refunded\",\"payload\":{\"amount\":$2}}"; }

# Waits until a command succeeds, 10 s at most.
until_true() { # command…
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || return 1
        sleep 0.05
    done
}

# Milliseconds of a clock, for how long something took.
now_ms() { date +%s%3N; }

# Starts the service's run in the background: $service_pid, its log in $work/service.log. Returns when it works.
start_service() { # arguments…
    # The log of the service before must not answer for this one, which opens it when its turn comes.
    : >"$work/service.log"
    DATABASE_URL=$url "$bin" run "$@" >"$work/service.out" 2>"$work/service.log" </dev/null &
    service_pid=$!
    children="${children:-} $service_pid"
    until_true grep -q 'lanes dealt out' "$work/service.log"
}

# Ends it; leaves its exit status in $rc and the time that took in $took_ms. 0: it was told already. (Not CONT: that takes
# back the stop that LeakSanitizer waits for while it looks at a process that ends, and both wait for ever.)
stop_service() { # signal
    begun=$(now_ms)
    kill "-${1:-TERM}" "$service_pid" 2>/dev/null || true
    rc=0
    wait "$service_pid" || rc=$?
    took_ms=$(($(now_ms) - begun))
    said=$(cat "$work/service.log")
}

clean_up() {
    for child in ${children:-}; do
        kill -9 "$child" 2>/dev/null || true
    done
    for server in ${servers:-}; do
        "$pg" stop "$server" || true
    done
    for mount in ${mounts:-}; do
        umount "$mount" 2>/dev/null || true
    done
    drop_schemas
    chmod -R u+w "$work"
    rm -rf "$work"
}

# Lines that the last run printed; not by echo, which some shells let interpret what it prints.
lines_out() { wc -l <"$work/out"; }

# A field of the JSON that the last run printed.
field() { # path
    "$jsonq" get "$1" <"$work/out"
}
