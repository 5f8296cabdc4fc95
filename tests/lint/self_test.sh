# Sourced by run.sh: every check must accept a clean tree and find the violation planted in it.
# A check that cannot fail would pass for ever.

clean_tree() { # folder
    rm -rf "$1"
    mkdir -p "$1/compiler/base" "$1/compiler/plan" "$1/compiler/gen" "$1/runtime/include/projc" "$1/runtime/store/postgres" \
        "$1/runtime/engine" "$1/grammar" "$1/tests/demo"
    cp "$root/.clang-format" "$1"
    cd "$1"
    printf '/* Demo of a unit: calls sprintf( nothing. */\n#include "plan/plan.h"\n\nint pc_x(void)\n{\n    return 0; /* system(1) */\n}\n' >compiler/gen/x.c
    printf '/* Demo of a public header. */\n#include <projc/y.h>\n' >runtime/include/projc/x.h
    printf '/* Demo of a driver. */\n#include <libpq-fe.h>\n#include "store/store.h"\n' >runtime/store/postgres/x.c
    printf '#!/bin/sh\ntrue\n' >tests/demo/run.sh
    chmod +x tests/demo/run.sh
    for folder in compiler runtime grammar tests runtime/include/projc runtime/store compiler/gen runtime/store/postgres tests/demo; do
        echo '* `x`: a demo' >$folder/README.md
    done
}

# plant CHECK CLAIM COMMAND: COMMAND makes the violation in a clean tree.
plant() {
    planted_check=$1
    claim=$2
    shift 2
    (
        clean_tree "$scratch/tree"
        "check_$planted_check" >"$scratch/out" 2>&1 || { cat "$scratch/out"; exit 2; }
        sh -c "$1"
        if "check_$planted_check" >"$scratch/out" 2>&1; then exit 3; fi
        [ -s "$scratch/out" ] || exit 4
    )
    report $? "lint finds a planted violation: $claim"
}

plant_symbol() {
    (
        clean_tree "$scratch/tree"
        printf 'int projc_fine;\n' >fine.c
        printf 'int pc_fine;\n' >pc.c
        printf 'int stray;\n' >stray.c
        for unit in fine pc stray; do ${CC:-cc} -c -o $unit.o $unit.c || exit 5; done
        ar rcs libprojc.a fine.o && ar rcs libpc.a pc.o
        check_exports . >"$scratch/out" 2>&1 || exit 2
        ar rcs libpc.a stray.o
        if check_exports . >"$scratch/out" 2>&1; then exit 3; fi
        grep -q 'libpc.a exports stray' "$scratch/out" || exit 4
    )
    report $? "lint finds a planted violation: an exported symbol without prefix"
}

long_function="{ printf '/* Long. */\\nint pc_long(void)\\n{\\n'; for i in \$(seq 70); do echo '    ;'; done; printf '}\\n'; }"

self_test() {
    plant layers "base includes plan" "printf '/* X. */\n#include \"plan/plan.h\"\n' >compiler/base/y.c"
    plant layers "a relative include that goes up the list" "printf '/* X. */\n#include \"../gen/x.h\"\n' >compiler/base/y.c"
    plant layers "a generator includes the tree" "printf '/* X. */\n#include \"syntax/ast.h\"\n' >compiler/gen/y.c"
    plant layers "the scanner outside syntax" "printf '/* X. */\n#include \"proj.tab.h\"\n' >compiler/plan/y.c"
    plant layers "store includes engine" "printf '/* X. */\n#include \"engine/queue.h\"\n' >runtime/store/y.c"
    plant layers "engine includes a driver" "printf '/* X. */\n#include \"store/postgres/x.h\"\n' >runtime/engine/y.c"
    plant layers "libpq in engine" "printf '/* X. */\n#include <libpq-fe.h>\n' >runtime/engine/y.c"
    plant layers "sqlite3 in a public header" "printf '/* X. */\n#include <sqlite3.h>\n' >runtime/include/projc/y.h"
    plant layers "msgpack in store" "printf '/* X. */\n#include <msgpack.h>\n' >runtime/store/y.c"
    plant layers "the compiler includes the runtime" "printf '/* X. */\n#include <projc/module.h>\n' >compiler/gen/y.c"
    plant layers "the grammar includes the compiler" "printf '/* X. */\n#include \"syntax/ast.h\"\n' >grammar/y.h"
    plant lengths "a function of 73 lines" "$long_function >compiler/gen/y.c"
    plant lengths "a file of 501 lines" "yes '' | head -n 501 >compiler/gen/y.c"
    plant lengths "a line of 101 columns" "printf '%0101d\n' 0 >compiler/gen/y.c"
    plant lengths "a tab" "printf '\tint x;\n' >compiler/gen/y.c"
    plant banned "sprintf" "printf '/* X. */\nvoid pc_y(void)\n{\n    sprintf(x, 1);\n}\n' >compiler/gen/y.c"
    plant banned "system" "printf '/* X. */\nint y = system (x);\n' >runtime/engine/y.c"
    plant banned "PQprepare" "printf '/* X. */\nvoid y(void)\n{\n    PQprepare(c, n, s, 0, 0);\n}\n' >runtime/store/postgres/y.c"
    plant names "_GNU_SOURCE" "printf '/* X. */\n#define _GNU_SOURCE\n' >runtime/engine/y.c"
    plant names "a type that ends in _t" "printf '/* X. */\ntypedef struct y y_t;\n' >runtime/engine/y.h"
    plant names "a TODO without an issue" "printf '/* X. TODO: later */\n' >runtime/engine/y.h"
    plant first_lines "no first line" "printf '#include <stdio.h>\n' >runtime/engine/y.c"
    plant readmes "a folder without README" "mkdir runtime/codec; echo '/* X. */' >runtime/codec/y.c"
    plant readmes "a file without its line" "echo '/* X. */' >runtime/store/postgres/horizon.c"
    plant scripts "a script that does not parse" "echo 'if' >tests/demo/other.sh"
    plant scripts "a run.sh that is not executable" "chmod -x tests/demo/run.sh"
    plant scratch "scratch files without a trap for signals" "printf 'work=\$(mktemp)\ntrap \"rm \$work\" EXIT\n' >tests/demo/other.sh"
    if is_our_clang_format; then
        plant format "two blanks in a test" "printf '/* X. */\nint  x;\n' >tests/demo/y.c"
    fi
    plant_symbol
}
