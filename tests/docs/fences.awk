# Takes a Markdown file apart: block N of it becomes FOLDER/N.body, its fence line FOLDER/N.info ("LINE LANGUAGE WORDS…").
#     awk -v folder=FOLDER -f fences.awk FILE
# Prints the number of blocks.
/^```/ {
    if (inside) {
        close(body)
        inside = 0
        next
    }
    inside = 1
    name = sprintf("%s/%03d", folder, ++count)
    body = name ".body"
    printf "" >body
    print NR, substr($0, 4) >(name ".info")
    close(name ".info")
    next
}
inside { print >body }
END {
    if (inside) {
        print FILENAME ": a block has no end" >"/dev/stderr"
        exit 1
    }
    print count + 0
}
