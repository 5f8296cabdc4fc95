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

# shellcheck disable=SC2086
"$B/tests/faults/suite" ${FAULTS:-process:1+20/6 relay:1+10/4}
