# Checks one source's #include lines against the layers. -v file=PATH (from the root). Input: the
# source without comments. The lists are the order of design: a folder sees itself and what is
# to its left.
BEGIN {
    split_layers("base syntax check plan gen compare export runner lsp command", compiler_rank)
    split_layers("include base codec store engine service", runtime_rank)
    part_count = split(file, part, "/")
    product = part[1]
    layer = part_count > 2 ? part[2] : ""
    directory = file
    sub(/\/[^\/]*$/, "", directory)
}

function split_layers(list, rank,    names, count, i) {
    count = split(list, names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
}

function violation(why) {
    printf "%s:%d: includes %s: %s\n", file, FNR, target, why
    failed = 1
}

# base/../plan/x.h from compiler/gen → plan/x.h: the folder meant, relative to compiler/ or runtime/.
function resolve(path,    here) {
    if (path !~ /^\.\.?\//) return path
    here = directory
    while (path ~ /^\.\.?\//) {
        if (path ~ /^\.\.\//) sub(/\/[^\/]*$/, "", here)
        sub(/^\.\.?\//, "", path)
    }
    path = here "/" path
    sub(/^(compiler|runtime)\//, "", path)
    return path
}

function check_library(header) {
    if (header ~ /^(libpq-fe\.h|libpq\/|pg_config|postgres_ext\.h)/ && directory != "runtime/store/postgres")
        violation("libpq belongs to runtime/store/postgres")
    if (header ~ /^sqlite3/ && directory != "runtime/store/sqlite")
        violation("sqlite3 belongs to runtime/store/sqlite")
    if (header ~ /^msgpack/ && directory != "runtime/codec" && file != "runtime/include/projc/codec.h")
        violation("msgpack belongs to runtime/codec")
    if (header ~ /^microhttpd/ && directory != "runtime/service/http") violation("HTTP belongs to runtime/service/http")
    if (header ~ /^jansson/ && directory != "compiler/lsp") violation("jansson belongs to compiler/lsp and the tests")
}

function check_compiler(path,    folder) {
    if (path ~ /^projc\// || path ~ /^(runtime|store|engine|service|codec)\//) violation("the compiler knows no runtime")
    if (path ~ /^proj\.(tab|lex)\.h$/ && layer != "syntax") violation("only compiler/syntax owns scanner and parser")
    if (path !~ /\//) return
    folder = path
    sub(/\/.*/, "", folder)
    if (!(folder in compiler_rank)) return
    if (layer == "") return # main.c, the command table
    if (compiler_rank[folder] > compiler_rank[layer]) violation("compiler/" layer " stands above " folder)
    if (layer == "gen" && folder != "gen" && folder != "plan" && folder != "base")
        violation("generators see only plan/ and base/")
}

function check_runtime(path,    folder) {
    if (path ~ /^(compiler|syntax|check|plan|gen|compare|runner|lsp|command)\//) violation("the runtime knows no compiler")
    folder = path ~ /^projc\// ? "include" : path
    sub(/\/.*/, "", folder)
    if (layer == "include" && path !~ /^projc\//) violation("public headers include public headers only")
    if (path !~ /\// || !(folder in runtime_rank)) return
    if (runtime_rank[folder] > runtime_rank[layer]) violation("runtime/" layer " stands above " folder)
    if (path ~ /^store\/[a-z]+\// && layer != "store") violation("drivers are reached through store.h")
    if (directory ~ /^runtime\/store\// && path ~ /^store\/[a-z]+\// && path !~ "^" substr(directory, 9) "/")
        violation("a driver does not know another")
}

/^[ \t]*#[ \t]*include/ {
    target = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", target)
    sub(/[ \t]*$/, "", target)
    path = target
    gsub(/[<>"]/, "", path)
    check_library(path)
    path = resolve(path)
    if (product == "compiler" && (target ~ /^"/ || path ~ /^projc\//)) check_compiler(path)
    if (product == "runtime" && (target ~ /^"/ || path ~ /^projc\//)) check_runtime(path)
    if (product == "grammar" && target ~ /^"/ && path ~ /\//) violation("the grammar includes nothing of compiler/")
}

END { exit failed }
