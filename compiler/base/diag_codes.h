/* diag_codes.h -- every diagnostic code, once: code, short title, explanation for `projc explain`.
 *
 * E0000..E0099 characters, syntax, files    E0100.. names, imports, declarations
 * E0200.. expressions, types, fields        E0300.. projections and handlers (W03xx: warnings)
 * E0400.. tests in the file                 E0900   parsed, but not supported yet
 * Add a row in the order of the numbers; never give a number a second meaning. This file is one
 * list and may grow past the usual length. */
#ifndef PC_BASE_DIAG_CODES_H
#define PC_BASE_DIAG_CODES_H

/* clang-format off */
#define PC_DIAGNOSTIC_CODES(X) \
    X(E0001, "unexpected word or sign", \
      "The text does not follow the grammar at this place. The message says what could\n" \
      "stand there and what was found. Parsing goes on at the next statement, item or\n" \
      "declaration, so one run reports several such places.\n") \
    X(E0002, "character or word that is not part of the language", \
      "Names are ASCII letters, digits and `_`, and do not start with a digit. Any other\n" \
      "character may stand in texts and comments only. A word that is reserved can be a\n" \
      "name in backquotes: `where`: text.\n") \
    X(E0003, "text without end", \
      "A text ends on the line where it begins, with a double quote. Write a line break as\n" \
      "\\n and a double quote inside a text as \\\".\n") \
    X(E0004, "unknown escape in a text", \
      "The escapes are \\n \\t \\r \\\\ \\\" \\{ \\} and \\u{1F600}, a code point in one to\n" \
      "six hexadecimal digits. A text cannot hold the character NUL, \\u{0}: databases do\n" \
      "not store it.\n") \
    X(E0005, "malformed number", \
      "Numbers are decimal: 12, 12.50, 1.5e-3. Durations are a whole number and a unit\n" \
      "without a space: ns, us, ms, s, m, h or d.\n") \
    X(E0006, "comment in a form that is not part of the language", \
      "Comments run from // to the end of the line. Documentation starts with /// and\n" \
      "stands before what it documents. There are no comments between /* and */, and none\n" \
      "that start with #.\n") \
    X(E0007, "brace without its partner", \
      "Every { needs its }. When one is missing, the message points at the brace that was\n" \
      "most likely left open, judged by the indentation of the lines that follow.\n") \
    X(E0008, "nested too deeply", \
      "Brackets, blocks and expressions may be nested 200 deep. Name parts of a long\n" \
      "expression with `let`, or move them into an `fn`.\n") \
    X(E0009, "sign or word of another language", \
      "The meaning is clear, but it is written differently here: and, or, not instead of\n" \
      "&&, ||, !; none instead of null; == for comparing and = for assigning; no\n" \
      "semicolons.\n") \
    X(E0010, "file cannot be read", \
      "The operating system refused to open or to read the file; the message has its\n" \
      "reason.\n") \
    X(E0011, "file too large", \
      "A source file may have 16 MiB. Split it into files that are imported.\n") \
    X(E0012, "NUL byte in a source file", \
      "The file holds a byte of value 0. It is probably not a text file, or it is UTF-16:\n" \
      "save it as UTF-8.\n") \
    X(E0013, "source file is not UTF-8", \
      "Source files are UTF-8. Save the file in that encoding; `iconv -f latin1 -t utf-8`\n" \
      "converts from Latin-1.\n") \
    X(E0014, "malformed interpolation", \
      "Between { and } in a text stands one expression, on one line: \"overdrawn by\n" \
      "{-balance}\". Write \\{ for a brace that is meant as such.\n") \
    X(E0015, "chained comparison", \
      "Comparisons do not chain: write `a < b and b < c` instead of `a < b < c`.\n") \
    X(E0016, "reserved word used as a name", \
      "These words cannot be names: if else match for in let delete skip fail require copy\n" \
      "on and or not none true false where then fn as by upcast notify desc asc. In\n" \
      "backquotes they can; or use another name and keep the outside one: `kind: text as\n" \
      "\"match\"`.\n") \
    X(E0017, "given twice", \
      "A setting that may stand once stands twice.\n") \
    X(E0020, "output cannot be written", \
      "The operating system refused to create, write or rename an output file; the message\n" \
      "has its reason. Outputs are written under a temporary name and renamed when they are\n" \
      "complete, so the earlier output is still there, unchanged.\n") \
    X(W0001, "documentation comment documents nothing", \
      "A comment of three slashes documents the declaration, item, field, event or enum\n" \
      "member that follows it. This one is followed by something else. Write two slashes\n" \
      "for a plain comment.\n") \
    X(E0101, "imported file not found", \
      "An import is looked for beside the importing file, then in the folders given with\n" \
      "-I.\n") \
    X(E0102, "import outside of its folders", \
      "An import is a path relative to the importing file's folder or to a folder given\n" \
      "with -I, and does not leave that folder: no absolute path, no way up by `..`. Give\n" \
      "the folder that holds the file with -I.\n") \
    X(E0103, "files import each other in a circle", \
      "A file is imported while it is itself still being imported. Move what both need into\n" \
      "a third file.\n") \
    X(E0104, "imports nested too deeply", \
      "Imports may be nested 32 deep.\n") \
    X(E0900, "not supported yet", \
      "The construct is part of the language and is read correctly, but this version of\n" \
      "projc does\n")
/* clang-format on */

#endif
