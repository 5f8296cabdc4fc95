#!/bin/sh
# Seeded schedules of faults against generated services: builds one, starts a server, runs them.
#
# FAULTS="process:17+1" runs what it names: PART:FIRST+COUNT, several separated by blanks. FAULTS_SHOW=1 prints the
# schedules. FAULTS_KEEP=1 leaves the services' logs of failed ones behind.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}"
PKG_CONFIG_PATH="$B/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export PROJC_HOME PGTEST PKG_CONFIG_PATH
. "$here/lib.sh"

begin_faults
build_service "$work/service"
FAULTS_PROGRAM=$work/service/faults
export FAULTS_PROGRAM
start_server shared
FAULTS_SERVER=$work/shared
export FAULTS_SERVER

FAULTS_POOLER=$(find_pooler) || FAULTS_POOLER=
if [ -z "${FAULTS:-}" ]; then
    FAULTS="process:1+12/4 relay:1+7/3 server:1+3/2 standby:1+2/1"
    if [ -n "$FAULTS_POOLER" ]; then
        FAULTS="$FAULTS pooler:1+6/2"
    else
        echo "# SKIP pooler: pgbouncer is not installed"
    fi
fi
export FAULTS_POOLER
start_own_servers $FAULTS

# shellcheck disable=SC2086
status=0
"$B/tests/faults/suite" $FAULTS || status=$?
exit $status
