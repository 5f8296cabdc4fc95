#!/bin/sh
# Pages that lie must fail: like.awk and the kinds of blocks, each with a lie of its own. Called by run.sh.
#     self_test.sh FOLDER (empty)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
number=0
bad=0

# Is GOT taken for PAGE?
demand() { # yes|no claim page got
    printf "$3" >page
    printf "$4" >got
    if awk -f "$here/like.awk" page got >said 2>&1; then answer=yes; else answer=no; fi
    number=$((number + 1))
    if [ "$answer" = "$1" ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        bad=1
    fi
}

demand yes "equal texts are alike" 'a\nb\n' 'a\nb\n'
demand no "another line is seen" 'a\nb\n' 'a\nc\n'
demand no "a line too many is seen" 'a\n' 'a\nb\n'
demand no "a line too few is seen" 'a\nb\n' 'a\n'
demand no "a longer line is seen" 'a\n' 'ab\n'
demand yes "an ellipsis stands for any text" 'took … ms\n' 'took 12 ms\n'
demand no "what stands behind an ellipsis counts" 'took … ms\n' 'took 12 s\n'
demand yes "an ellipsis at the end stands for the rest" 'took …\n' 'took 12 ms\n'
demand no "what stands before an ellipsis counts" 'took …\n' 'it took 12 ms\n'
demand yes "an ellipsis alone stands for lines" 'a\n…\nd\n' 'a\nb\nc\nd\n'
demand no "a line that never comes is seen behind any lines" 'a\n…\ne\n' 'a\nb\nd\n'
demand yes "any lines at the end" 'a\n…\n' 'a\nb\nc\n'
demand no "nothing printed is not what a page says" 'a\n' ''

printf '```proj\nx\n' >page
number=$((number + 1))
mkdir -p blocks
if awk -v folder=blocks -f "$here/fences.awk" page >said 2>&1; then
    echo "not ok $number - a block without end is seen"
    bad=1
else
    echo "ok $number - a block without end is seen"
fi
exit "$bad"
