#!/bin/sh
# Rewrites the expected files of the goldens from what the compiler says now. Read the difference
# before you commit it.
#
#   update.sh [error/NAME | ok/NAME]…    none means all
set -eu

golden=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$golden/../.." && pwd)
: "${B:=$root/build}"
: "${PROJC:=$B/bin/projc}"
case $PROJC in /*) ;; *) PROJC=$PWD/$PROJC ;; esac
[ -x "$PROJC" ] || { echo "update.sh: no $PROJC: run make" >&2; exit 1; }
export LC_ALL=C TZ=UTC

cd "$golden"
[ $# -gt 0 ] || set -- error/*/ ok/*/
for folder; do
    folder=${folder%/}
    case $folder in
    error/*)
        status=0
        (cd "$folder" && "$PROJC" check input.proj) >/dev/null 2>"$folder/stderr" || status=$?
        rm -f "$folder/status"
        [ "$status" = 1 ] || echo "$status" >"$folder/status"
        ;;
    ok/*)
        (cd "$folder" && "$PROJC" build input.proj) || echo "update.sh: $folder is not accepted" >&2
        # Where tests/ir compares the document of `projc ir` too.
        [ ! -f "$folder/ir.json" ] || (cd "$folder" && "$PROJC" ir input.proj >ir.json 2>/dev/null)
        ;;
    *)
        echo "update.sh: neither error/NAME nor ok/NAME: $folder" >&2
        exit 2
        ;;
    esac
done
git -C "$root" status --short -- tests/golden | head -n 40
