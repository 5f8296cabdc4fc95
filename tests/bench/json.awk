# rows.tsv as an array of JSON objects.
function text(value) {
    gsub(/[\\"]/, "\\\\&", value)
    return "\"" value "\""
}

function number(value) {
    return value == "-" ? "null" : value
}

BEGIN { FS = "\t"; print "[" }
{
    ratios = $11 == "-" ? "" : $11
    gsub(/ /, ", ", ratios)
    printf("%s  {\"row\": %s, \"work\": %s, \"baseline\": %s, \"unit\": %s, \"projc\": %s, \"other\": %s, \"ratio\": %s, \"ratios\": [%s], " \
        "\"sense\": %s, \"goal\": %s, \"met\": %s, \"note\": %s, \"events\": %s, \"runs\": %s}", (NR > 1 ? ",\n" : ""), text($1), text($2), text($3), text($6), number($4), \
        number($5), number($7), ratios, text($8), number($9), ($10 == "-" ? "null" : ($10 == "ok" ? "true" : "false")), text($12), $13, $14)
}
END { print "\n]" }
