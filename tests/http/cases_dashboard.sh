# examples/monitoring: the dashboard and the rules name only metrics that a service exports.
# shellcheck shell=sh

monitoring=$here/../../examples/monitoring
database=sqlite:$work/dashboard.db
start_service --create
note one 3 | append
eventually reaches 1 batch_duration_seconds_count
get /metrics | "$suite" prometheus --names | sort -u >"$work/names"
holds "the service exports metrics" [ "$(wc -l <"$work/names")" -ge 18 ]
# A histogram is asked for by its buckets, sum and count.
unknown() { # FILE
    grep -oE 'projc_[a-z_]+' "$1" | sort -u | while read -r name; do
        grep -qxF -e "$name" -e "${name%_bucket}" -e "${name%_sum}" -e "${name%_count}" "$work/names" || echo "$name"
    done
}
holds "the dashboard is JSON" sqlite3 :memory: "SELECT 1 / json_valid(readfile('$monitoring/dashboard.json'))"
same "the dashboard asks only for what is there" "" "$(unknown "$monitoring/dashboard.json")"
same "the rules ask only for what is there" "" "$(unknown "$monitoring/rules.yml")"
same "the dashboard shows every metric" "" \
    "$(while read -r name; do grep -q "$name" "$monitoring/dashboard.json" || echo "$name"; done <"$work/names")"
if command -v promtool >/dev/null 2>&1; then
    holds "promtool finds the rules right" promtool check rules "$monitoring/rules.yml"
    holds "and they fire when they should" sh -c "cd '$monitoring' && promtool test rules rules_test.yml"
    broken() {
        sed 's/projc_ready == 0/projc_ready == 1/' "$monitoring/rules.yml" >"$work/rules.yml"
        cp "$monitoring/rules_test.yml" "$work"
        ! (cd "$work" && promtool test rules rules_test.yml)
    }
    holds "and their tests can fail" broken
else
    skip "promtool finds the rules right" "promtool is not installed: the package prometheus has it"
fi
stop_service
