#!/bin/sh
# Looks for everything that building and testing need; installs what is missing, or says how.
#
#   deps.sh                 what `make demo` and `make test` need
#   deps.sh --developer     formatters, linters, clang and chromium as well
#   deps.sh --check build   only look for what building needs; exit 1 with the command when missing
set -eu

scope=test
install=yes
while [ $# -gt 0 ]; do
    case $1 in
        --developer) scope=developer ;;
        --check) install=no; scope=${2:?}; shift ;;
        *) echo "deps.sh: unknown argument $1" >&2; exit 2 ;;
    esac
    shift
done

missing=

needs_command() { # command package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

needs_library() { # pkg-config-name package
    pkg-config --exists "$1" 2>/dev/null || missing="$missing $2"
}

needs_header() { # header package: for libraries that are one header and have no pkg-config file
    printf '#include <%s>\n' "$1" | ${CC:-cc} -E -xc - >/dev/null 2>&1 || missing="$missing $2"
}

has_server() {
    for tool in /usr/lib/postgresql/*/bin/pg_ctl /usr/pgsql-*/bin/pg_ctl; do
        [ -x "$tool" ] && return 0
    done
    command -v pg_ctl >/dev/null 2>&1
}

look() {
    missing=
    needs_command gcc gcc
    needs_header stdlib.h libc6-dev
    needs_command pkg-config pkg-config
    needs_command flex flex
    needs_command bison bison
    needs_library libpq libpq-dev
    needs_library sqlite3 libsqlite3-dev
    needs_library msgpack libmsgpack-dev
    needs_library libxxhash libxxhash-dev
    needs_library uuid uuid-dev
    needs_library libmicrohttpd libmicrohttpd-dev
    needs_header uthash.h uthash-dev
    [ $scope = build ] && return 0
    needs_library cunit libcunit1-dev
    needs_library jansson libjansson-dev
    needs_command sqlite3 sqlite3
    needs_command curl curl
    needs_command psql postgresql-client
    has_server || missing="$missing postgresql"
    # Large, and tests do without: continuous integration must not.
    if [ -n "${CI:-}" ]; then
        needs_command chromium chromium
        needs_command promtool prometheus
    fi
    [ $scope = test ] && return 0
    needs_command chromium chromium
    needs_command clang clang
    needs_command clang-format clang-format
    needs_command clang-tidy clang-tidy
    needs_command cppcheck cppcheck
    needs_command gdb gdb
    needs_command pgbouncer pgbouncer
}

look
[ -z "$missing" ] && exit 0

command="apt-get install -y --no-install-recommends$missing"
if [ $install = no ] || ! command -v apt-get >/dev/null 2>&1; then
    as_root=
elif [ "$(id -u)" = 0 ]; then
    as_root=env
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
else
    as_root=
fi
if [ -z "$as_root" ]; then
    echo "projc needs packages that are not installed. Please run:" >&2
    echo >&2
    echo "    sudo $command" >&2
    echo >&2
    exit 1
fi

# Our tests start a private server: the package must not make and start a cluster of its own.
if [ ! -e /etc/postgresql-common ]; then
    $as_root mkdir -p /etc/postgresql-common
    $as_root sh -c 'echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf'
fi

echo "  installing:$missing"
apt_options="-qq -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
if ! {
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update $apt_options &&
        $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $apt_options $missing
} >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "deps: the installation failed; the command was: $command" >&2
    exit 1
fi

look
if [ -n "$missing" ]; then
    echo "deps: still missing after the installation:$missing" >&2
    exit 1
fi
