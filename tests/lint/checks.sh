# The checks, one function each, to be sourced: check_NAME prints violations of the tree in the
# current folder, and fails when there are any. $lint is this folder's path.

# Hand-written sources of the product that exist now, committed or not.
sources() { # pattern…
    for pattern; do
        find compiler runtime grammar -type f -name "$pattern" 2>/dev/null
    done | grep -v -e '_proj\.[ch]$' -e '/\.' | sort
}

check_layers() {
    layers_failed=0
    for file in $(sources '*.[chly]'); do
        awk -v strings=keep -f "$lint/strip.awk" "$file" | awk -v file="$file" -f "$lint/layers.awk" || layers_failed=1
    done
    return $layers_failed
}

check_lengths() {
    lengths_failed=0
    for file in $(sources '*.[ch]'); do
        awk -v file="$file" -f "$lint/lengths.awk" "$file" || lengths_failed=1
    done
    for file in $(sources '*.[ly]'); do
        awk -v file="$file" -v functions=no -f "$lint/lengths.awk" "$file" || lengths_failed=1
    done
    return $lengths_failed
}

# Functions that cannot be used safely, cannot report an error, or start a shell.
check_banned() {
    banned='strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|atof|system|popen|alloca|PQprepare'
    banned_failed=0
    for file in $(sources '*.[chly]'); do
        if awk -f "$lint/strip.awk" "$file" | grep -nE "(^|[^A-Za-z0-9_.>])($banned)[ ]*\(" | sed "s|^|$file:|; s|$|   (banned)|"; then :; fi
    done | grep . && banned_failed=1
    # A statement with a name belongs to a session: one file decides where that is safe.
    grep -ln 'PQsendPrepare' $(sources '*.c') | grep -v '^runtime/store/postgres/prepared\.c$' |
        sed 's|$|: only prepared.c gives names to statements|' | grep . && banned_failed=1
    return $banned_failed
}

# Names: no _GNU_SOURCE, no typedef ending in _t, no proj_ (the PROJ library's), TODO with its issue.
check_names() {
    names_failed=0
    for file in $(sources '*.[chly]'); do
        grep -nE '_GNU_SOURCE|(TODO|FIXME)([^A-Za-z(]|$|\([^#])' "$file" | sed "s|^|$file:|"
        awk -f "$lint/strip.awk" "$file" | grep -nE '^(typedef .*|} ?)[a-z_]+_t;' | sed "s|^|$file:|; s|$|   (no _t)|"
    done | grep . && names_failed=1
    return $names_failed
}

# The first line of a source says what the unit is for.
check_first_lines() {
    first_failed=0
    for file in $(sources '*.[ch]'); do
        case $(head -n 1 "$file") in
            '/* '?* | '// '?* | '/*') ;;
            *) echo "$file:1: the first line does not say what the unit is for"; first_failed=1 ;;
        esac
    done
    return $first_failed
}

# symbols_in ARCHIVE PREFIX [PREFIX…]: everything it exports starts with a prefix. Names that begin
# with an underscore are the tool chain's (sanitizers, coverage).
symbols_in() {
    archive=$1
    shift
    pattern=$(printf '|%s' "$@")
    nm -g --defined-only -P "$archive" 2>/dev/null | awk 'NF >= 2 && $1 !~ /:$/ { print $1 }' | sort -u |
        grep -vE "^(_|(${pattern#|}))" | sed "s|^|$(basename "$archive") exports |"
}

check_exports() { # folder of the archives
    if { symbols_in "$1/libprojc.a" projc_; symbols_in "$1/libpc.a" pc_; } | grep .; then return 1; fi
    return 0
}

# A script that makes files for scratch removes them, however it ends: dash runs no EXIT trap for a signal that has none.
check_scratch() {
    scratch_failed=0
    for script in $(find tests examples -name '*.sh' 2>/dev/null | sort); do
        grep -qE '^ *[A-Za-z_]+=\$\(mktemp' "$script" || continue
        grep -q "trap .*EXIT" "$script" && grep -qE "trap .*TERM|/lib\.sh\"" "$script" && continue
        echo "$script: mktemp without traps for EXIT and TERM"
        scratch_failed=1
    done
    return $scratch_failed
}

# Every folder explains itself; where the files are the architecture, with a line a file.
check_readmes() {
    readmes_failed=0
    for folder in $(find compiler runtime grammar tests examples -type d 2>/dev/null |
        grep -vE '^tests/[^/]+/.|/\.|^runtime/include$|^examples/[^/]+/.|^grammar/editors/.' | sort); do
        [ -n "$(find "$folder" -mindepth 1 -maxdepth 1 | head -n 1)" ] || continue
        if [ ! -f "$folder/README.md" ]; then
            echo "$folder: no README.md"
            readmes_failed=1
            continue
        fi
        case $folder in compiler/* | runtime/* | grammar | tests/support | tests/lint) ;; *) continue ;; esac
        for file in "$folder"/*; do
            [ -f "$file" ] || continue
            name=$(basename "$file")
            stem=${name%.*}
            [ "$name" = README.md ] && continue
            grep -qE "(^|[^A-Za-z0-9_])$stem([^A-Za-z0-9_]|$)" "$folder/README.md" || {
                echo "$folder/README.md: has no line for $name"
                readmes_failed=1
            }
        done
    done
    return $readmes_failed
}

# Scripts are POSIX sh that at least parse; test scripts are executable.
check_scripts() {
    scripts_failed=0
    for file in $(find tests examples -name '*.sh' -type f 2>/dev/null | grep -vE '/\.' | sort); do
        sh -n "$file" || scripts_failed=1
        case $file in
            */run.sh) [ -x "$file" ] || { echo "$file: is not executable"; scripts_failed=1; } ;;
        esac
    done
    return $scripts_failed
}

# ---- tools that are not everywhere ----

# All hand-written C, tests too: what `make format` rewrites, and what must be as that leaves it.
formatted_sources() {
    find compiler runtime grammar tests -type f -name '*.[ch]' 2>/dev/null | grep -v -e '_proj\.[ch]$' -e '/\.' | sort
}

# Another version of clang-format has other opinions.
is_our_clang_format() {
    clang-format --version 2>/dev/null | grep -q 'version 14\.'
}

check_format() {
    formatted_sources | xargs clang-format --dry-run --Werror 2>&1 | sed -n 's/: error: code should be clang-formatted.*//p' |
        cut -d: -f1 | sort | uniq -c | awk '{ print $2 ": " $1 " places differ from make format" }' | grep . && return 1
    return 0
}

check_cppcheck() {
    # The style and performance classes are clang-tidy's; here what is wrong or not portable. Suppressed:
    # cppcheck 2.10 cannot parse a compound literal in a ?: and sees no condition across functions.
    cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --suppress=unknownMacro --suppress=internalAstError --suppress=ctunullpointer \
        --suppress=duplicateAssignExpression \
        -D_POSIX_C_SOURCE=200809L -Icompiler -Igrammar -Iruntime/include -Iruntime compiler runtime 2>&1 | tail -n 60 | grep . && return 1
    return 0
}

# TIDY_ONLY=runtime/engine narrows it: the analyzer takes seconds a file.
check_clang_tidy() {
    sources '*.c' | grep -E "${TIDY_ONLY:-.}" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 4 "$lint/tidy.sh" | grep . && return 1
    return 0
}
