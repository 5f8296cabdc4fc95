# nodes.awk -- is this a picture? Every line of `projc graph` has a form of its format, groups are
# closed, names of nodes are unique, and lines join nodes that exist. Prints what is wrong.
#
#   awk -v format=mermaid -f nodes.awk FILE     format: mermaid or dot

function wrong(what) { print FILENAME ":" FNR ": " what ": " $0; found = 1 }
function node(id) { if (id in nodes) wrong("twice"); nodes[id] = 1 }
function edge(from, to) { ends[from] = FNR; ends[to] = FNR }

BEGIN {
    id = "[A-Za-z][A-Za-z0-9_]*"
    text = "([^\"\\\\]|\\\\.)*"
    plain = "[^\"<>&`*\\\\]*(<br>[^\"<>&`*\\\\]*)?"
}
format == "mermaid" && FNR == 1 { if ($0 != "flowchart LR") wrong("first line"); next }
format == "dot" && FNR == 1 { if ($0 !~ "^digraph \"" text "\" \\{$") wrong("first line"); depth++; next }
format == "mermaid" {
    if ($0 ~ "^ +subgraph " id "\\[\"" plain "\"\\]$") depth++
    else if ($0 ~ "^ +end$") depth--
    else if ($0 ~ "^ +" id " (-->|-\\.->) " id "$") edge($1, $3)
    else if ($0 ~ "^ +" id "(\\[\"" plain "\"\\]|\\[\\[\"" plain "\"\\]\\]|\\[\\(\"" plain "\"\\)\\]|\\(\\[\"" plain "\"\\]\\))$") {
        sub(/^ +/, "")
        match($0, id)
        node(substr($0, RSTART, RLENGTH))
    } else wrong("no such line")
}
format == "dot" {
    if ($0 ~ /^ *}$/) depth--
    else if ($0 ~ "^ +subgraph \"cluster_" id "\" \\{$") depth++
    else if ($0 ~ "^ +label = \"" text "\"$" || $0 == "    rankdir = LR") ;
    else if ($0 ~ "^ +\"" id "\" -> \"" id "\"( \\[style = dashed\\])?$") edge($1, $3)
    else if ($0 ~ "^ +\"" id "\" \\[label = \"" text "\", shape = [a-z]+\\]$") node($1)
    else wrong("no such line")
}
END {
    if (depth != 0) wrong("groups that are not closed")
    for (end in ends) if (!(end in nodes)) wrong("no node " end)
    if (FNR == 0) { print FILENAME ": empty"; found = 1 }
    exit found
}
