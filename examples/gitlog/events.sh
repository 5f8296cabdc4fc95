#!/bin/sh
# Turns a repository's history into events, as JSON lines on standard output:
#
#     events.sh [FOLDER]        the repository in FOLDER, or the current one
#
# A file_changed for every file of a commit, then its commit_made; oldest commit first. Renames count as a
# removal and a new file. Bytes that are no UTF-8 are dropped.
set -eu

folder=${1:-.}
git -C "$folder" rev-parse --verify --quiet HEAD >/dev/null || {
    echo "events.sh: $folder holds no git history" >&2
    exit 1
}

git -C "$folder" -c core.quotepath=off -c i18n.logOutputEncoding=UTF-8 log --reverse --numstat --no-renames \
    --format='%x01%H%x1f%ae%x1f%an%x1f%aI%x1f%s' | iconv -f UTF-8 -t UTF-8 -c | LC_ALL=C awk '
BEGIN {
    for (i = 1; i < 32; i++)
        control[sprintf("%c", i)] = sprintf("\\u%04x", i)
}

# A text as the inside of a JSON string.
function escaped(text,    out, i, c) {
    if (text !~ /[\001-\037"\\]/)
        return text
    out = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c in control)
            c = control[c]
        else if (c == "\"" || c == "\\")
            c = "\\" c
        out = out c
    }
    return out
}

# git writes a path with special bytes as a C string; most of its escapes are JSON already.
function path_text(path,    out, i, c, octal) {
    if (path !~ /^"/)
        return escaped(path)
    path = substr(path, 2, length(path) - 2)
    out = ""
    for (i = 1; i <= length(path); i++) {
        c = substr(path, i, 1)
        if (c != "\\") {
            out = out c
            continue
        }
        c = substr(path, ++i, 1)
        if (c == "a")
            out = out "\\u0007"
        else if (c == "v")
            out = out "\\u000b"
        else if (c ~ /[0-7]/) {
            octal = c * 64 + substr(path, i + 1, 1) * 8 + substr(path, i + 2, 1)
            out = out sprintf("\\u%04x", octal)
            i += 2
        } else
            out = out "\\" c
    }
    return out
}

function finish_commit() {
    if (commit == "")
        return
    printf "{\"type\":\"author\",\"id\":\"%s\",\"event\":\"commit_made\",\"payload\":{\"commit\":\"%s\"," \
           "\"name\":\"%s\",\"subject\":\"%s\",\"files\":%d,\"added\":%d,\"removed\":%d},\"time\":\"%s\"}\n",
           author, commit, name, subject, files, added, removed, time
}

/^\001/ {
    finish_commit()
    split(substr($0, 2), part, "\037")
    commit = part[1]
    author = part[2] == "" ? "unknown" : escaped(part[2])
    name = escaped(part[3])
    time = part[4]
    subject = escaped(part[5])
    files = added = removed = 0
    next
}

# ADDED <tab> REMOVED <tab> PATH; both are - for a binary file
/^[0-9-]+\t[0-9-]+\t/ {
    at = index($0, "\t")
    plus = substr($0, 1, at - 1)
    rest = substr($0, at + 1)
    at = index(rest, "\t")
    minus = substr(rest, 1, at - 1)
    path = path_text(substr(rest, at + 1))
    binary = plus == "-" ? ",\"binary\":true" : ""
    printf "{\"type\":\"file\",\"id\":\"%s\",\"event\":\"file_changed\",\"payload\":{\"commit\":\"%s\"," \
           "\"author\":\"%s\",\"added\":%d,\"removed\":%d%s},\"time\":\"%s\"}\n",
           path, commit, author, plus + 0, minus + 0, binary, time
    files++
    added += plus + 0
    removed += minus + 0
}

END { finish_commit() }
'
