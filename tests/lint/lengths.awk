# Checks one source: functions of at most 70 lines, lines of at most 100 columns, files of at most
# 500 lines. -v file=PATH -v functions=no for files that are not plain C. A function counts from
# the first line of its signature to its closing brace.
function violation(line, why) {
    printf "%s:%d: %s\n", file, line, why
    failed = 1
}

{
    text = $0
    gsub(/[\200-\277]/, "", text) # a character of several bytes is one column
    if (length(text) > 100) violation(FNR, "the line has " length(text) " columns, at most 100")
    if (index($0, "\t")) violation(FNR, "a tab")
}

in_body && /^}/ {
    if (FNR - start + 1 > 70) violation(start, "the function has " (FNR - start + 1) " lines, at most 70: " name)
    in_body = 0
    start = 0
    next
}
in_body || functions == "no" { next }

/^[A-Za-z_]/ && !start { start = FNR; name = $0 }
/^$/ || /^[#\/ ]?\*/ || /^\/\*/ || /^#/ { start = 0 }
/^{/ && start { in_body = 1; next }
/^[A-Za-z_].*\).*{[ \t]*$/ && !/=/ && start { in_body = 1; next }
/[;}][ \t]*$/ { start = 0 }

END {
    if (FNR > 500 && file != "grammar/proj.y") violation(FNR, "the file has " FNR " lines, at most 500")
    exit failed
}
