# The types of the language and values of them, in one table.
#   awk -v what=program -f values.awk               a program whose projections remember every type in every form
#   awk -v what=events -v seed=N -v count=N -f …    as many events for it as JSON lines: extremes first, then random
# Two projections have the same fields: `packed` keeps them in one state, `typed` in columns.

function add(name, type, initial, extremes) {
    types++
    names[types] = name
    type_of[types] = type
    initial_of[types] = initial
    number_of[types] = split(extremes, parts, / *; */)
    for (i = 1; i <= number_of[types]; i++) extreme[types, i] = parts[i]
}

BEGIN {
    srand(seed + 0)
    add("bool", "bool", "", "false;true")
    add("i8", "i8", "", "-128;-33;-32;-1;0;1;127")
    add("i16", "i16", "", "-32768;-129;-128;0;127;128;255;256;32767")
    add("i32", "i32", "", "-2147483648;-32769;-32768;65535;65536;2147483647")
    add("i64", "i64", "", "-9223372036854775808;-2147483649;-2147483648;4294967295;4294967296;9223372036854775807")
    add("u8", "u8", "", "0;127;128;255")
    add("u16", "u16", "", "0;255;256;65535")
    add("u32", "u32", "", "0;65536;2147483648;4294967295")
    add("f64", "f64", "", "0;0.5;-0.1;5e-324;-5e-324;2.2250738585072009e-308;2.2250738585072014e-308;1.7976931348623157e308;-1.7976931348623157e308;1e22;123456789012345680;0.30000000000000004;1e-7;-3")
    add("d0", "decimal(0)", "", "0;-1;9223372036854775807;-9223372036854775808")
    add("d2", "decimal(2)", "", "0;0.01;-0.01;-0.5;92233720368547758.07;-92233720368547758.08")
    add("d9", "decimal(9)", "", "0.000000001;-1.5;9223372036.854775807;-9223372036.854775808")
    add("text", "text", "", "\"\";\"a\";\"\\\"\";\"\\\\\";\"\\\\x41\";\"\\n\\t\\u0001\\u001f\\u007f\";\"\\u0080\\u07ff\\u0800\\ud7ff\\ue000\\uffff\";\"\\ud800\\udc00\\udbff\\udfff\";\"null\";\"é漢😀\";\"{}\";\"'$view$\"")
    add("bytes", "bytes", "", "\"\";\"AA==\";\"//79\";\"XA==\"")
    add("uuid", "uuid", "\"6f1c2a9e-0000-4000-8000-00000000000f\"", "\"00000000-0000-0000-0000-000000000000\";\"ffffffff-ffff-ffff-ffff-ffffffffffff\";\"0123ABCD-89ab-4def-8123-456789abcdef\"")
    add("time", "time", "\"2026-01-02T03:04:05.678901Z\"", "\"1970-01-01T00:00:00Z\";\"1969-12-31T23:59:59.999999Z\";\"-4713-11-24T00:00:00Z\";\"+294247-01-10T04:00:54.775807Z\";\"0000-02-29T12:00:00.1Z\";\"0001-01-01T00:00:00Z\";\"-0001-12-31T23:59:59.000001Z\";\"9999-12-31T23:59:59.99Z\";\"+10000-01-01T00:00:00Z\";\"2026-03-29T01:30:00Z\"")
    add("date", "date", "\"1999-12-31\"", "\"1970-01-01\";\"1969-12-31\";\"-4713-11-24\";\"+5874897-12-31\";\"0000-02-29\";\"0001-01-01\";\"-0001-12-31\";\"9999-12-31\";\"+10000-01-01\"")
    add("duration", "duration", "", "\"PT0S\";\"PT0.000001S\";\"-PT0.000001S\";\"P106751991DT4H54.775807S\";\"-P106751991DT4H54.775808S\";\"PT1M\";\"P1D\";\"-P2DT3H4M5.6S\";\"PT24H\"")
    add("plain", "Plain", "One", "\"One\";\"zwei\";\"d\\\"r\\\\ei\"")
    add("coded", "Coded", "Low", "\"lo\\\"w\";\"Middle\";\"High\"")
    others = split("deep deeps matrix tree maybe pairs dates", other, " ")
    split("Deep?;list<Deep>;list<list<i16>>;map<i32, list<Deep>>;list<i64>?;map<text, map<uuid, decimal(9)>>;map<bool, set<date>>", other_type, ";")
    if (what == "program") program()
    else for (event = 1; event <= count; event++) put_event()
}

# ---- the program ----

function forms(with_initials,    i, line) {
    for (i = 1; i <= types; i++) {
        line = "        v_" names[i] ": " type_of[i] (with_initials && initial_of[i] != "" ? " = " initial_of[i] : "")
        line = line "  o_" names[i] ": " type_of[i] "?  l_" names[i] ": list<" type_of[i] ">"
        if (names[i] != "f64") line = line "  s_" names[i] ": set<" type_of[i] ">  m_" names[i] ": map<" type_of[i] ", " type_of[i] ">"
        print line
    }
    for (i = 1; i <= others; i++) print "        " other[i] ": " other_type[i]
}

function projection(name, kind,    i) {
    print "projection " name " for each Thing {\n    " kind " {"
    forms(1)
    print "    }\n    on Seen {"
    for (i = 1; i <= types; i++)
        print "        copy v_" names[i] ", o_" names[i] ", l_" names[i] (names[i] != "f64" ? ", s_" names[i] ", m_" names[i] : "")
    for (i = 1; i <= others; i++) print "        copy " other[i]
    print "    }\n}"
}

function program() {
    print "package values\nstream things"
    print "enum Plain { One Two as \"zwei\" Three as \"d\\\"r\\\\ei\" }"
    print "enum Coded { Low as \"lo\\\"w\" = -5 Middle = 1 High = 2147483647 }"
    print "record Inner { x: f64  y: i64?  raw: bytes  wait: duration }"
    print "record Deep { id: uuid  at: time?  day: date  price: decimal(2)  kind: Plain  code: Coded as \"co \\\"de\\\\\"  names: list<text>  inner: Inner?  per: map<text, Inner> }"
    print "aggregate Thing in things {\n    event Seen {"
    forms(0)
    print "    }\n}"
    projection("packed", "state")
    projection("typed", "state columns")
}

# ---- events ----

function below(n) { return int(rand() * n) }

function digits(n,    text) {
    text = 1 + below(9)
    while (length(text) < n) text = text below(10)
    return text
}

function two(n) { return sprintf("%02d", n) }

function random_text(    text, n) {
    n = below(8)
    if (below(20) == 0) n = 25 + below(12)
    if (below(40) == 0) n = 240 + below(30)
    if (below(400) == 0 || is_huge() && !is_written++) n = 66000
    while (n-- > 0) text = text substr("abcdefghij ABCXYZ/'%${}:,[]0123456789-_", 1 + below(39), 1)
    if (below(3) == 0) text = text extreme_text[1 + below(6)] text
    return "\"" text "\""
}

function random_bytes(    text, n) {
    n = below(12)
    if (below(20) == 0) n = 80 + below(20)
    if (below(400) == 0 || is_huge() && !is_packed++) n = 22000
    while (n-- > 0) text = text substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 1 + below(61), 4)
    return "\"" text (below(3) == 0 ? "AQ==" : "") "\""
}

function random_decimal(scale,    text) {
    scale += 0
    text = digits(1 + below(18))
    while (length(text) <= scale) text = "0" text
    if (scale > 0) text = substr(text, 1, length(text) - scale) "." substr(text, length(text) - scale + 1)
    return (below(2) ? "-" : "") text
}

function random_date(    year) {
    year = below(4) == 0 ? 1 + below(9999) : 1900 + below(200)
    return sprintf("%04d-%s-%s", year, two(1 + below(12)), two(1 + below(28)))
}

function hex(n,    text) {
    while (n-- > 0) text = text substr("0123456789abcdef", 1 + below(16), 1)
    return text
}

function random_duration() {
    return "\"" (below(2) ? "-" : "") "P" (below(2) ? below(4000) "D" : "") "T" (below(2) ? below(30) "H" : "") (below(2) ? below(90) "M" : "") below(90) (below(2) ? "." below(1000000) : "") "S\""
}

function value(t,    name, bits, limit) {
    name = names[t]
    if (event <= extremes_first || is_huge() && name ~ /^(bool|i8)$/) return extreme[t, (event - 1 + shift++) % number_of[t] + 1]
    if (below(6) == 0 || name ~ /^(bool|plain|coded)$/) return extreme[t, 1 + below(number_of[t])]
    if (name ~ /^[iu][0-9]/) {
        bits = substr(name, 2) - (name ~ /^i/)
        if (bits == 63) return (below(2) ? "-" : "") digits(1 + below(18))
        return (name ~ /^i/ && below(2) ? "-" : "") below(2 ^ (1 + below(bits)))
    }
    if (name == "f64") return (below(2) ? "-" : "") digits(1) "." digits(1 + below(16)) "e" (below(600) - 300)
    if (name ~ /^d[029]$/) return random_decimal(substr(name, 2))
    if (name == "text") return random_text()
    if (name == "bytes") return random_bytes()
    if (name == "uuid") return "\"" hex(8) "-" hex(4) "-" hex(4) "-" hex(4) "-" hex(12) "\""
    if (name == "date") return "\"" random_date() "\""
    if (name == "time") return "\"" random_date() "T" two(below(24)) ":" two(below(60)) ":" two(below(60)) (below(2) ? "." digits(1 + below(6)) : "") "Z\""
    return random_duration()
}

function key(t,    text) {
    text = value(t)
    return text ~ /^"/ ? text : "\"" text "\""
}

function type_named(name,    i) {
    for (i = 1; i <= types; i++) if (names[i] == name) return i
}

function of(name) { return value(type_named(name)) }
function key_of(name) { return key(type_named(name)) }

# The event behind the extremes has what 16 bits cannot count.
function is_huge() { return event == extremes_first + 1 }

function how_many() { return below(12) == 0 ? 16 + below(30) : below(40) == 0 ? 300 : below(4) }

function list_of(t,    text, n) {
    if (is_huge() && names[t] == "bool" && !is_listed++) {
        for (n = 0; n < 66000; n++) text = text (n == 0 ? "" : ",") "true"
        return "[" text "]"
    }
    for (n = how_many(); n > 0; n--) text = text (text == "" ? "" : ",") value(t)
    return "[" text "]"
}

function map_of(t,    text, n) {
    for (n = how_many(); n > 0; n--) text = text (text == "" ? "" : ",") key(t) ":" value(t)
    return "{" text "}"
}

function inner() {
    return "{\"x\":" of("f64") (below(2) ? ",\"y\":" of("i64") : "") ",\"raw\":" of("bytes") ",\"wait\":" of("duration") "}"
}

function deep(    text, n) {
    text = "{\"id\":" of("uuid") (below(2) ? ",\"at\":" of("time") : "") ",\"day\":" of("date") ",\"price\":" of("d2")
    text = text ",\"kind\":" of("plain") ",\"co \\\"de\\\\\":" of("coded") ",\"names\":" list_of(type_named("text"))
    if (below(2)) text = text ",\"inner\":" inner()
    text = text ",\"per\":{"
    for (n = below(3); n > 0; n--) text = text key_of("text") ":" inner() (n > 1 ? "," : "")
    return text "}}"
}

function deeps(    text, n) {
    for (n = below(4); n > 0; n--) text = text deep() (n > 1 ? "," : "")
    return "[" text "]"
}

function put_others(    text, n) {
    if (below(2)) text = ",\"deep\":" deep()
    text = text ",\"deeps\":" deeps() ",\"matrix\":["
    for (n = below(4); n > 0; n--) text = text list_of(type_named("i16")) (n > 1 ? "," : "")
    text = text "],\"tree\":{"
    for (n = below(3); n > 0; n--) text = text key_of("i32") ":" deeps() (n > 1 ? "," : "")
    text = text "}" (below(2) ? ",\"maybe\":" list_of(type_named("i64")) : "") ",\"pairs\":{"
    for (n = below(3); n > 0; n--) text = text key_of("text") ":{" key_of("uuid") ":" of("d9") "}" (n > 1 ? "," : "")
    text = text "},\"dates\":{"
    for (n = below(3); n > 0; n--) text = text key_of("bool") ":" list_of(type_named("date")) (n > 1 ? "," : "")
    return text "}"
}

function put_event(    i, text) {
    if (event == 1) {
        extremes_first = 14
        for (i = 1; i <= 6; i++) extreme_text[i] = substr(extreme[type_named("text"), i + 2], 2, length(extreme[type_named("text"), i + 2]) - 2)
    }
    text = ""
    for (i = 1; i <= types; i++) {
        shift = 0
        text = text (i == 1 ? "" : ",") "\"v_" names[i] "\":" value(i)
        if (below(2)) text = text ",\"o_" names[i] "\":" value(i)
        text = text ",\"l_" names[i] "\":" list_of(i)
        if (names[i] != "f64") text = text ",\"s_" names[i] "\":" list_of(i) ",\"m_" names[i] "\":" map_of(i)
    }
    shift = 0
    printf "{\"type\":\"Thing\",\"id\":\"00000000-0000-4000-8000-%012d\",\"event\":\"Seen\",\"payload\":{%s%s}}\n", event, text, put_others()
}
