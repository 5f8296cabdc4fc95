# What the cases share: programs, databases, who writes and reads beside, and claims. Sourced by run.sh.
# shellcheck shell=sh

number=0 failures=0
# claim TEXT COMMAND…
claim() {
    text=$1
    shift
    number=$((number + 1))
    if "$@" >"$work/claim.log" 2>&1; then
        echo "ok $number - $store: $text"
    else
        failures=$((failures + 1))
        echo "not ok $number - $store: $text"
        sed 's/^/#   /' "$work/claim.log"
    fi
}
is() { # wanted got
    [ "$1" = "$2" ] || { echo "wanted: $1"; echo "got:    $2"; return 1; }
}

# program FOLDER [OBJECT…]: hits.proj in it becomes the service FOLDER/hits; objects take the place of the library's.
program() {
    (cd "$1" && PROJC_HOME=$B "$PROJC" build --main hits.proj)
    # shellcheck disable=SC2046,SC2086
    (cd "$1" && shift && $CC -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -g ${PROJC_TEST_CFLAGS:-} -o hits hits_main.c hits_proj.c "$@" \
        $(pkg-config --cflags --libs projc))
}

fresh() {
    databases=$((${databases:-0} + 1))
    if [ "$store" = sqlite ]; then
        file=$work/$databases.db
        url=sqlite:$file
        plain=$url
    else
        schema=generations_${$}_$databases
        schemas="${schemas:-} $schema"
        "$psql" -q "$PROJC_TEST_PG" -c "CREATE SCHEMA $schema"
        separator='?'
        case $PROJC_TEST_PG in *\?*) separator='&' ;; esac
        url="$PROJC_TEST_PG${separator}options=-csearch_path%3D$schema"
        plain=$url
    fi
    export DATABASE_URL="$url"
}

sql() {
    if [ "$store" = sqlite ]; then
        sqlite3 -cmd '.timeout 20000' "$file" "$1"
    else
        "$psql" -qAt "$url" -c "$1"
    fi
}

dump() { sql 'SELECT * FROM hits_tally ORDER BY 1'; }

# The building generation's number, and its lowest position; nothing when there is none.
building() {
    if [ "$store" = sqlite ]; then name=name; else name=projection; fi
    sql "SELECT g.generation, MIN(l.position) FROM projc_projection g JOIN projc_lane l ON l.generation = g.generation
         WHERE g.state = 'building' AND g.$name = 'tally' GROUP BY g.generation" | tr '|' ' '
}

# until_true COMMAND…: a minute at most.
until_true() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt "${TRIES:-1200}" ] || return 1
        sleep 0.05
    done
}

# start NAME COMMAND…: in the background; its pid in $NAME.pid, its output in $work/NAME.out and .err
start() {
    started=$1
    shift
    "$@" >"$work/$started.out" 2>"$work/$started.err" </dev/null &
    eval "pid_$started=$!"
    children="${children:-} $!"
}
# stop NAME [SIGNAL]
stop() {
    eval "stopped=\$pid_$1"
    kill "-${2:-TERM}" "$stopped" 2>/dev/null || true
    wait "$stopped" 2>/dev/null || true
}

end_all() {
    for child in ${children:-}; do
        kill -9 "$child" 2>/dev/null || true
    done
    for schema in ${schemas:-}; do
        "$psql" -q "$PROJC_TEST_PG" -c "SET client_min_messages = error; DROP SCHEMA IF EXISTS $schema CASCADE" || true
    done
}

clean_up() {
    end_all
    rm -rf "$work"
}
