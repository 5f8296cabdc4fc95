# Rows of rows.tsv for people, one line each. -v head=1 prints the head as well.
function amount(value) {
    if (value == "-") return "-"
    if (value + 0 >= 1e6) return sprintf("%.2f M", value / 1e6)
    if (value + 0 >= 1e4) return sprintf("%.0f k", value / 1e3)
    return sprintf("%.3g", value)
}

# Pads by characters, not by bytes, whatever the awk.
function pad(text, width, plain) {
    plain = text
    gsub(/[\200-\277]/, "", plain)
    return text sprintf("%" (width > length(plain) ? width - length(plain) : 0) "s", "")
}

BEGIN {
    if (head) {
        printf "%s %s %9s %9s  %-9s %7s %8s\n", pad("work", 46), pad("baseline", 34), "projc", "baseline", "unit", "ratio", "goal"
        exit
    }
}

{
    goal = $8 == "least" ? ">= " $9 : $8 == "most" ? "<= " $9 : "-"
    printf "%s %s %9s %9s  %-9s %7s %8s  %s\n", pad($2, 46), pad($3, 34), amount($4), amount($5), $6, \
        $3 == "-" ? "-" : sprintf("%.2f", $7), goal, $10 == "-" ? "" : $10
    if ($12 != "") printf "    %s\n", $12
}
