#!/bin/sh
# The tests of tests/system for longer, and a storm of faults with an audit. `make stress`.
#
# COUNT=100 kills for each store, COUNT/2 repairs, COUNT/10 zombies and restarts; SECONDS_LONG=60 of storm for each
# store. PROJC_TEST_SEED repeats a run as far as the machine allows. STRESS_PARTS="storm" narrows it.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${B:?}" "${PROJC:?}"
: "${PROJC_HOME:=$(cd "$here/../.." && pwd)}" "${PGTEST:=$here/../support/pg.sh}" "${COUNT:=100}" "${SECONDS_LONG:=60}"
export PROJC_HOME PGTEST SECONDS_LONG
if [ -z "${PROJC_TEST_PG:-}" ]; then
    PG_FSYNC=off exec "$PGTEST" with "$here/run.sh"
fi
parts=${STRESS_PARTS:-kill lanes repair restarts storm}
echo "# COUNT=$COUNT SECONDS_LONG=$SECONDS_LONG"
KILLS=$COUNT REPAIRS=$((COUNT / 2)) ZOMBIES=$((COUNT / 10 + 1)) RESTARTS=$((COUNT / 10 + 1)) SYSTEM_SCRIPTS=$parts \
    exec "$here/../system/run.sh"
