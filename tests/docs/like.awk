# Is what was printed what the page says? In the page … stands for any text, and alone on a line for any lines.
#     awk -f like.awk EXPECTED GOT
# Exit 1, with the first line of the page that has no match.
function fits(line, pattern,    parts, count, i, at) {
    count = split(pattern, parts, "…")
    if (count == 0)
        return line == ""
    if (substr(line, 1, length(parts[1])) != parts[1])
        return 0
    line = substr(line, length(parts[1]) + 1)
    for (i = 2; i <= count; i++) {
        if (i == count && parts[i] != "") {
            at = length(line) - length(parts[i]) + 1
            return at > 0 && substr(line, at) == parts[i]
        }
        at = index(line, parts[i])
        if (parts[i] != "" && at == 0)
            return 0
        line = substr(line, at + length(parts[i]))
    }
    return count > 1 || line == ""
}
FNR == NR { expected[++expected_count] = $0; next }
{ got[++got_count] = $0 }
END {
    line = 1
    for (i = 1; i <= expected_count; i++) {
        if (expected[i] == "…") {
            is_open = 1
            continue
        }
        while (is_open && line <= got_count && !fits(got[line], expected[i]))
            line++
        if (line > got_count || !fits(got[line], expected[i])) {
            print "the page says:  " expected[i]
            print "it printed:     " (line > got_count ? "(nothing more)" : got[line])
            exit 1
        }
        line++
        is_open = 0
    }
    if (!is_open && line <= got_count) {
        print "the page does not say:  " got[line]
        exit 1
    }
}
