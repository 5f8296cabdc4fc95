# What the parts of these tests share: claims as TAP lines, a service in the background, and asking it. Sourced by run.sh.
# shellcheck shell=sh

number=0
failures=0
skipped=0
children=

ok() { # CLAIM
    number=$((number + 1))
    echo "ok $number - $*"
}

not_ok() { # CLAIM
    number=$((number + 1))
    failures=$((failures + 1))
    echo "not ok $number - $*"
}

skip() { # CLAIM REASON
    number=$((number + 1))
    skipped=$((skipped + 1))
    echo "ok $number - $1 # SKIP $2"
}

# The claim is that a command succeeds.
holds() { # CLAIM COMMAND…
    claim=$1
    shift
    if "$@" >"$work/holds.log" 2>&1; then
        ok "$claim"
    else
        not_ok "$claim"
        echo "#   failed: $*"
        sed 's/^/#   /' "$work/holds.log" | head -n 40
    fi
}

same() { # CLAIM WANTED GOT
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1"
        echo "#   wanted: $2"
        echo "#   got:    $3"
    fi
}

# Waits until a command succeeds, 60 s at most: the machine may be busy.
eventually() { # COMMAND…
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || return 1
        sleep 0.1
    done
}

# Starts the service on $database and waits until it serves: $base, $port and $service.
start_service() { # options…
    rm -f "$work/run.log" # the one before has the same words
    DATABASE_URL=$database "$work/${program:-watch}" run --listen-addr 127.0.0.1:0 "$@" 2>"$work/run.log" &
    service=$!
    children="$children $service"
    eventually grep -q 'serving HTTP' "$work/run.log" || { cat "$work/run.log"; return 1; }
    base=$(sed -n 's/.*url=\(http[^ ]*\)\/$/\1/p' "$work/run.log")
    port=${base##*:}
}

stop_service() {
    kill "$service" 2>/dev/null
    wait "$service" 2>/dev/null
}

get() { # PATH [curl's options…]
    path=$1
    shift
    curl -sS --max-time 30 "$@" "$base$path"
}

code() { # PATH [curl's options…]
    get "$@" -o "$work/body" -w '%{http_code}'
}

is_code() { # CODE PATH
    [ "$(code "$2")" = "$1" ]
}

# The sum over a metric's series; with a label only of those that have it.
metric() { # NAME [LABEL="VALUE"]
    get /metrics | awk -v name="projc_$1" -v label="${2:-}" '
        index($1, name) == 1 && substr($1, length(name) + 1) ~ /^({|$)/ && index($0, label) { sum += $NF; found = 1 }
        END { if (!found) exit 1; printf "%.6f\n", sum }'
}

# Has it reached so much?
reaches() { # NUMBER NAME [LABEL="VALUE"]
    wanted=$1
    shift
    value=$(metric "$@") || return 1
    echo "$value" | awk -v wanted="$wanted" '{ exit !($1 >= wanted) }'
}

is_zero() { # NAME [LABEL="VALUE"]
    value=$(metric "$@") || return 1
    [ "$value" = 0.000000 ]
}

note() { # KEY SIZE [BODY]
    printf '{"type":"note","id":"%s","event":"written","payload":{"body":"%s","size":%s}}\n' "$1" "${3:-x}" "$2"
}

append() { # lines on standard input
    DATABASE_URL=$database "$work/${program:-watch}" append >"$work/append.log" 2>&1
}

clean_up() {
    for child in $children; do
        kill -9 "$child" 2>/dev/null
    done
    wait 2>/dev/null
    [ -z "${server:-}" ] || "$pg" stop "$server" >/dev/null 2>&1
    rm -rf "$work"
}
