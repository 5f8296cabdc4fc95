# Prints a C source with the contents of comments and literals blanked, line for line.
# A literal keeps its quotes; -v strings=keep leaves literals as they are.
{
    line = $0
    out = ""
    i = 1
    n = length(line)
    while (i <= n) {
        c = substr(line, i, 1)
        pair = substr(line, i, 2)
        if (state == "comment") {
            if (pair == "*/") { state = ""; i += 2; out = out " " } else i++
        } else if (state == "string" || state == "char") {
            quote = state == "string" ? "\"" : "'"
            if (c == "\\") {
                if (strings == "keep") out = out pair
                i += 2
            } else {
                if (c == quote || strings == "keep") out = out c
                if (c == quote) state = ""
                i++
            }
        } else if (pair == "/*") { state = "comment"; i += 2 }
        else if (pair == "//") break
        else {
            if (c == "\"") state = "string"
            else if (c == "'") state = "char"
            out = out c
            i++
        }
    }
    # A literal ends with its line unless the line is continued.
    if (state != "comment" && line !~ /\\$/) state = ""
    print out
}
