# The page in headless Chromium: live data, hostile texts, phone and dark. On SQLite.
# shellcheck shell=sh

database=sqlite:$work/page.db
start_service --create
attack='<script>window.attacked=1</script><img src=x onerror=window.attacked=1>'
{
    note plain 3
    note "$attack" 4
    note "$attack" 2000 "$(echo "$attack" | sed 's/"/\\"/g')"
} | append
eventually reaches 1 failed_keys 'projection="lengths"'

browse() { # NAME options…
    name=$1
    shift
    "$suite" browse "$base/" --profile "$work/chromium" --shot "$work/$name.png" "$@" \
        --until "document.querySelectorAll('.failure').length >= 2 && document.querySelectorAll('.card').length === 3" \
        >"$work/$name.json" 2>"$work/$name.err"
}
seen() { # NAME PATH
    sqlite3 :memory: "SELECT json_extract(readfile('$work/$1.json'), '\$.$2')"
}
says() { # NAME TEXT
    seen "$1" text | grep -qF "$2"
}

if ! command -v chromium >/dev/null 2>&1; then
    skip "the page in headless Chromium" "chromium is not installed: make deps DEV=1"
else
    holds "the page shows live data" browse wide
    for text in lengths total patient 'live' '16 lanes on' 'at 3 of 3' ready; do
        holds "it says: $text" says wide "$text"
    done
    holds "it shows a failed key, whose text is hostile, as it is" says wide "$attack"
    holds "with its cause" says wide "too long: $attack"
    same "no hostile text has run" undefined "$(seen wide attacked)"
    same "no script was added" 1 "$(seen wide scripts)"
    same "every projection has its plots" 6 "$(seen wide plots)"
    same "the console is empty" '[]' "$(seen wide console)"
    same "nothing outside was asked for" "" "$(seen wide requests | tr ',' '\n' | tr -d '[]"' | grep -v "^$base/" || true)"
    holds "something was asked for" sh -c "grep -q live.json '$work/wide.json'"
    holds "a phone shows it" browse phone --width 390 --height 844
    same "and needs no sideways scrolling" "390 390" "$(seen phone width) $(seen phone scroll)"
    holds "the smallest phone shows it" browse small --width 320 --height 600
    same "and needs none either" "320 320" "$(seen small width) $(seen small scroll)"
    holds "dark is shown where it is wanted" browse dark --dark
    same "light on light, dark on dark" "rgb(246, 246, 243) rgb(18, 21, 24)" "$(seen wide ground) $(seen dark ground)"
    holds "the pictures differ" sh -c "! cmp -s '$work/wide.png' '$work/dark.png'"
fi
stop_service
