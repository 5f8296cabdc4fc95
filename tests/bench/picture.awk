# A picture of the results: rows.tsv first, growth.tsv second (may be missing). -v theme=light or dark. SVG without anything
# from outside.
function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

# A text: anchor start, middle or end.
function write(x, y, text, anchor, size, colour, weight) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\"%s>%s</text>\n", x, y, anchor, size, colour, \
        weight == "" ? "" : " font-weight=\"" weight "\"", escape(text)
}

function line(x1, y1, x2, y2, colour, more) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" %s/>\n", x1, y1, x2, y2, colour, more
}

function log10(value) {
    return log(value) / log(10)
}

function short(value) {
    if (value >= 1e6) return sprintf("%g M", value / 1e6)
    if (value >= 1e3) return sprintf("%g k", value / 1e3)
    return sprintf("%.3g", value)
}

# What a figure is to its goal: above 1 is better.
function score_of(row) {
    return sense[row] == "least" ? ratio[row] / goal[row] : goal[row] / ratio[row]
}

# ---- bars: the goal is the line at 1, on a scale of logarithms ----

function bar_x(score) {
    if (score < LOWEST) score = LOWEST
    if (score > HIGHEST) score = HIGHEST
    return BAR_LEFT + (BAR_RIGHT - BAR_LEFT) * log(score / LOWEST) / log(HIGHEST / LOWEST)
}

function draw_bars(top,    row, y, x, score, step) {
    write(20, top, "Each figure against its goal", "start", 16, INK, "600")
    write(BAR_RIGHT, top, "longer is better; the line is the goal", "end", 12, MUTED)
    top += 14
    for (step = LOWEST; step <= HIGHEST; step *= 2) {
        line(bar_x(step), top, bar_x(step), top + rows * ROW, step == 1 ? INK : GRID, step == 1 ? "stroke-width=\"1.5\"" : "")
        write(bar_x(step), top + rows * ROW + 14, step == 1 ? "goal" : step < 1 ? "1/" 1 / step : step "×", "middle", 11, MUTED)
    }
    for (row = 1; row <= rows; row++) {
        y = top + (row - 1) * ROW
        score = score_of(row)
        x = bar_x(score)
        printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n", BAR_LEFT, y + 8, x - BAR_LEFT, ROW - 16, \
            (score >= 1 ? GOOD : SHORT)
        write(BAR_LEFT - 10, y + ROW / 2 - (other[row] == "" ? -4 : 3), work[row], "end", 12, INK)
        if (other[row] != "") write(BAR_LEFT - 10, y + ROW / 2 + 11, "to " other[row], "end", 10, MUTED)
        write(BAR_RIGHT + 10, y + ROW / 2 + 4, sprintf("%.3g%s (%s %s)", ratio[row], unit[row], sense[row] == "least" ? "≥" : "≤", goal[row]), \
            "start", 12, score >= 1 ? INK : SHORT, score >= 1 ? "" : "600")
    }
    return top + rows * ROW + 34
}

# ---- growth ----

# A point of a curve whose axes are x_of and y_of in plot's frame.
function point(plot, x, y) {
    return sprintf("%.1f,%.1f", PLOT_LEFT[plot] + PLOT_WIDTH * x, PLOT_TOP + PLOT_HEIGHT * (1 - y))
}

function frame(plot, title, under) {
    write(PLOT_LEFT[plot], PLOT_TOP - 16, title, "start", 14, INK, "600")
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\"/>\n", PLOT_LEFT[plot], PLOT_TOP, PLOT_WIDTH, \
        PLOT_HEIGHT, GRID
    write(PLOT_LEFT[plot] + PLOT_WIDTH / 2, PLOT_TOP + PLOT_HEIGHT + 34, under, "middle", 12, MUTED)
}

# Seconds by events, both in logarithms: a slope of 1 is linear. The dashed lines have it.
function draw_by_events(    i, low_x, high_x, low_y, high_y, service, path, at, x, y, last) {
    frame(1, "Seconds by events (both logarithmic)", "events; dashed: exactly linear")
    low_x = 1e99; low_y = 1e99; high_x = 0; high_y = 0
    for (i = 1; i <= points; i++)
        if (axis[i] == "events") {
            if (n[i] < low_x) low_x = n[i]
            if (n[i] > high_x) high_x = n[i]
            y = n[i] * cost[i] / 1e6
            if (y < low_y) low_y = y
            if (y > high_y) high_y = y
        }
    if (high_x <= low_x) return
    low_y /= 2; high_y *= 1.8
    for (service = 1; service <= 2; service++) {
        path = ""
        for (i = 1; i <= points; i++)
            if (axis[i] == "events" && name[i] == (service == 1 ? "totals" : "accounts")) {
                x = log10(n[i] / low_x) / log10(high_x / low_x)
                y = log10(n[i] * cost[i] / 1e6 / low_y) / log10(high_y / low_y)
                x = 0.06 + 0.88 * x
                at = point(1, x, y)
                path = path (path == "" ? "M" : " L") at
                split(at, last, ",")
                printf "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"/>\n", last[1], last[2], service == 1 ? GOOD : OTHER
                if (service == 1) write(last[1], PLOT_TOP + PLOT_HEIGHT + 16, short(n[i]), "middle", 11, MUTED)
                write(last[1], last[2] + (service == 1 ? 18 : -10), sprintf("%.3g s", n[i] * cost[i] / 1e6), "middle", 11, INK)
                if (n[i] == high_x) reach = n[i] * cost[i] / 1e6
            }
        printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, service == 1 ? GOOD : OTHER
        printf "<path d=\"M%s L%s\" fill=\"none\" stroke=\"%s\" stroke-dasharray=\"4 4\"/>\n", point(1, 0.94, \
            log10(reach / low_y) / log10(high_y / low_y)), point(1, 0.06, log10(reach * low_x / high_x / low_y) / log10(high_y / low_y)), MUTED
    }
    write(PLOT_LEFT[1] + 12, PLOT_TOP + 20, "aggregate projection", "start", 12, OTHER, "600")
    write(PLOT_LEFT[1] + 12, PLOT_TOP + 36, "stream projection", "start", 12, GOOD, "600")
}

# Seconds by keys on plain axes: a line is linear.
function draw_by_keys(    i, high_x, high_y, path, at, y, last) {
    frame(2, "Seconds by keys, " short(usual) " events (both plain)", "aggregates")
    for (i = 1; i <= points; i++)
        if (axis[i] == "keys") {
            if (key_count[i] > high_x) high_x = key_count[i]
            y = n[i] * cost[i] / 1e6
            if (y > high_y) high_y = y
        }
    if (high_x == 0) return
    for (i = 1; i <= points; i++)
        if (axis[i] == "keys") {
            at = point(2, 0.04 + 0.9 * key_count[i] / high_x, n[i] * cost[i] / 1e6 / (high_y * 1.2))
            path = path (path == "" ? "M" : " L") at
            split(at, last, ",")
            printf "<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"/>\n", last[1], last[2], OTHER
            if (key_count[i] * 10 >= high_x) write(last[1], PLOT_TOP + PLOT_HEIGHT + 16, short(key_count[i]), "middle", 11, MUTED)
            if (key_count[i] * 10 >= high_x) write(last[1], last[2] - 10, sprintf("%.3g s", n[i] * cost[i] / 1e6), "middle", 11, INK)
        }
    printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", path, OTHER
}

BEGIN {
    FS = "\t"
    ROW = 34
    LOWEST = 0.25; HIGHEST = 8
    BAR_LEFT = 330; BAR_RIGHT = 730
    WIDTH = 880
    PLOT_WIDTH = 380; PLOT_HEIGHT = 220
    PLOT_LEFT[1] = 30; PLOT_LEFT[2] = 470
    dark = theme == "dark"
    PAPER = dark ? "#0d1117" : "#ffffff"
    INK = dark ? "#e6edf3" : "#1f2328"
    MUTED = dark ? "#9198a1" : "#59636e"
    GRID = dark ? "#30363d" : "#d1d9e0"
    GOOD = dark ? "#4493f8" : "#0969da"
    SHORT = dark ? "#f0883e" : "#bc4c00"
    OTHER = dark ? "#3fb950" : "#1a7f37"
}

FNR == 1 { file++ }

file == 1 && $8 != "none" {
    rows++
    work[rows] = $2; ratio[rows] = $7; sense[rows] = $8; goal[rows] = $9
    other[rows] = $3 == "-" ? "" : $3
    unit[rows] = $3 == "-" && $6 == "MiB" ? " MiB" : ""
}

file == 2 {
    points++
    axis[points] = $1; name[points] = $2; n[points] = $3; key_count[points] = $4; cost[points] = $5
    if ($1 == "keys") usual = $3
}

END {
    height = 60 + rows * ROW + 34 + (points ? PLOT_HEIGHT + 100 : 0)
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" ", WIDTH, height, WIDTH, height
    printf "aria-label=\"projc against its baselines, and how its cost grows\" font-family=\"system-ui, sans-serif\">\n"
    printf "<rect width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", WIDTH, height, PAPER
    PLOT_TOP = draw_bars(32) + 40
    if (points) {
        draw_by_events()
        draw_by_keys()
    }
    print "</svg>"
}
