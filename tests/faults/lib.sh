# What run.sh and mutants.sh share: a folder for scratch, servers, the service. Sourced.
# shellcheck shell=sh

begin_faults() {
    # What the caller's environment says of settings is not these tests' business.
    unset DATABASE_URL WORKERS LANES BATCH_BYTES PAGE_ROWS PAGE_BYTES QUEUE_MAX EVENT_MAX STATE_MAX FAILED_KEYS_MAX \
        WAITING_MAX POLL_INTERVAL STATEMENT_TIMEOUT SHUTDOWN_TIMEOUT LISTEN_ADDR READY_LAG LOG LOG_LEVEL PROJC_CONFIG || true
    work=$(mktemp -d "${TMPDIR:-/tmp}/projc-faults.XXXXXX")
    chmod 755 "$work"
    FAULTS_WORK=$work
    FAULTS_PAIR=$here/pair.sh
    export FAULTS_WORK FAULTS_PAIR
    servers=
    trap end_faults EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

end_faults() {
    # Who is interrupted: first what runs, then what it runs on.
    [ -z "${suite:-}" ] || { kill "$suite" 2>/dev/null && wait "$suite"; } || true
    for pair in "$work"/pair*; do
        [ ! -e "$pair/primary" ] || "$here/pair.sh" stop "$pair"
    done
    for server in $servers; do
        "$PGTEST" stop "$server"
    done
    if [ -n "${FAULTS_KEEP:-}" ]; then
        echo "# logs are kept in $work"
    else
        rm -rf "$work"
    fi
}

start_server() { # NAME
    servers="$servers $work/$1"
    PG_FSYNC=off PG_OPTIONS="${PG_OPTIONS:-} -c max_connections=400" "$PGTEST" start "$work/$1" >/dev/null
}

# The server part has a server a slot: PART:FIRST+COUNT/SLOTS says how many.
start_own_servers() { # WHAT…
    for what; do
        case $what in
            server:*/*) own=${what#*/} ;;
            server:*) own=4 ;;
            *) continue ;;
        esac
        while [ "$own" -gt 0 ]; do
            own=$((own - 1))
            PG_OPTIONS="-c shared_buffers=4MB" start_server "own$own"
        done
    done
}

find_pooler() {
    command -v pgbouncer || { [ -x /usr/sbin/pgbouncer ] && echo /usr/sbin/pgbouncer; }
}

# -O1 -g like other services of the tests; objects given come before the library, and so take its members' place.
build_service() { # FOLDER [OBJECT…]
    folder=$1
    shift
    mkdir -p "$folder"
    "$PROJC" build -o "$folder" "$here/faults.proj"
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -O1 -g ${PROJC_TEST_CFLAGS:-} -I"$folder" -o "$folder/faults" "$here/program/main.c" \
        "$folder/faults_proj.c" "$@" $(pkg-config --cflags --libs projc)
}
