/* diag_codes.h -- every diagnostic code, once: code, short title, explanation for `projc explain`.
 *
 * E0000..E0099 characters, syntax, files    E0100.. names, imports, declarations
 * E0200.. expressions, types, fields        E0300.. projections and handlers (W03xx: warnings)
 * E0400.. tests in the file                 E0500.. projc diff (W05xx: warnings)
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
    X(E0111, "package is not named", \
      "A root file begins with `package NAME`. The names of all C symbols and SQL tables\n" \
      "begin with it.\n") \
    X(E0112, "name is taken", \
      "The name is one of the language's own, or one that C, SQLite or projc itself uses for\n" \
      "something else. Choose another; `as \"name\"` keeps the outside name of a field, event,\n" \
      "aggregate or stream.\n") \
    X(E0113, "declared twice", \
      "Two things of one kind have the same name. Event names are unique in a package;\n" \
      "fields in their event, record or state.\n") \
    X(E0114, "unknown type", \
      "The types are bool, i8 i16 i32 i64, u8 u16 u32, f64, decimal(s), text, bytes, uuid,\n" \
      "time, date, duration, list<T>, set<T>, map<K, V>, the package's own enums, records and\n" \
      "aliases, and T? of each.\n") \
    X(E0115, "type is not complete", \
      "A type has arguments that it does not take, or lacks those it needs: decimal(2),\n" \
      "decimal(2, round), duration(ms), list<text>, map<text, i64>. Optional types are not\n" \
      "nested.\n") \
    X(E0116, "unknown stream", \
      "No `stream` of this name is declared in the package or in what it imports.\n") \
    X(E0117, "unknown aggregate", \
      "No `aggregate` of this name is declared in the package or in what it imports.\n") \
    X(E0118, "unknown event", \
      "No aggregate of the package declares an event of this name.\n") \
    X(E0119, "unknown projection", \
      "No projection, table or query of this name is declared.\n") \
    X(E0120, "outside name used twice", \
      "Outside names (written behind `as`, else the name itself) tell events, aggregates,\n" \
      "fields and enum members apart where they are stored: each can stand for one thing.\n") \
    X(E0121, "unknown payload format", \
      "The payload of a stream's events is `json` or `msgpack`.\n") \
    X(E0122, "type cannot be an id", \
      "The id of an aggregate is a uuid (if nothing is said), a text or an i64.\n") \
    X(E0123, "type contains itself", \
      "A record that contains itself, directly, in a list, as an optional or through another\n" \
      "record, would have no bound; an alias that stands for itself means nothing. Keep ids\n" \
      "instead of records. Types nest 32 deep at most.\n") \
    X(E0124, "no initial value", \
      "A state begins with the zero values of its types: 0, false, \"\", none, empty. Times,\n" \
      "dates, uuids, enums, and records that contain one, have none. Give a default, or make\n" \
      "the field optional.\n") \
    X(E0125, "not a constant", \
      "Defaults and everything in tests are known while compiling: literals, members of\n" \
      "enums, `none`, and lists and records of those.\n") \
    X(E0126, "type cannot be a key", \
      "Keys are scalars: not f64 (equality of rounded numbers is an accident), not optional,\n" \
      "no lists and records.\n") \
    X(E0127, "enum is not consistent", \
      "An enum has at least one member; either every member has a code (`= 3`) or none has;\n" \
      "codes are unique and fit an i32.\n") \
    X(E0128, "SQL names are equal", \
      "Two names would be one in SQL. Letters' case does not tell names apart, because it\n" \
      "does not in SQLite.\n") \
    X(E0129, "SQL name too long", \
      "PostgreSQL cuts names to 63 bytes; two long names could become one.\n") \
    X(E0130, "function calls itself", \
      "Functions always end, so none may call itself, also not through others. What is walked\n" \
      "is a list: `sum(… for x in list)` and its like.\n") \
    X(E0131, "outside name is not a name", \
      "An outside name is not empty; that of a stream is \"table\" or \"schema.table\".\n") \
    X(E0134, "field is not assigned in an upcast", \
      "An upcast makes today's event of an older one: on every way through it, each field that\n" \
      "has no default and is not optional must be assigned as a whole.\n") \
    X(E0135, "cannot stand in an upcast", \
      "An upcast sees the old event's fields alone, not what is stored beside them, and assigns\n" \
      "today's. Its statements are `=`, `let`, `if`, `match`, `require` and `fail`; functions\n" \
      "in C are not called.\n") \
    X(E0201, "unknown field", \
      "The event, record, state or enum has no field or member of this name.\n") \
    X(E0202, "unknown name", \
      "In a handler, locals, key parts, fields of the event, fields of the state and members of\n" \
      "the enum that is expected can be named.\n") \
    X(E0203, "ambiguous name", \
      "A bare name that is both a field of the event and of the state says neither: write\n" \
      "`event.x` or `state.x`.\n") \
    X(E0204, "name has a meaning already", \
      "Nothing shadows: a local variable has a name that neither the event, the state nor\n" \
      "another local of the same place has.\n") \
    X(E0205, "wrong type", \
      "The value has another type than the place where it stands needs.\n") \
    X(E0206, "conversion loses something", \
      "Numbers widen silently only where nothing can be lost. `i64(x)`, `u32(x)`,\n" \
      "`decimal(x)` check at run time that the value fits, `round(x, 2)` rounds half to even,\n" \
      "and `f64(x)` takes the nearest f64.\n") \
    X(E0207, "literal does not fit", \
      "A literal takes the type of its surroundings, and must be a value of it.\n") \
    X(E0208, "operator is not defined", \
      "The operator is not defined for these types. Time minus time is a duration; time plus\n" \
      "or minus a duration is a time; texts are joined by interpolation, \"{a}{b}\".\n") \
    X(E0209, "value may be none", \
      "An optional value, T?, does not stand for a T. Say what counts instead of none, `x ??\n" \
      "0`; ask, `if let v = x { … }`; or leave, `let v = x else { skip }`.\n") \
    X(E0210, "value is never none", \
      "Only a T? can be none: `??`, `?.`, `if let`, `let … else` and `== none` are for those.\n") \
    X(E0211, "unknown function or method", \
      "Neither the language nor the package has a function of this name.\n") \
    X(E0212, "wrong arguments", \
      "The function takes other arguments, or is used where it cannot stand.\n") \
    X(E0213, "clock or chance", \
      "Handlers are deterministic: replaying the same events must give the same state, byte for\n" \
      "byte. Time is `event.time`; a unique value is `event.id`.\n") \
    X(E0214, "match is not exhaustive", \
      "A `match` says what to do for every member of the enum, or has an `else` arm.\n") \
    X(E0215, "arm is never taken", \
      "An earlier arm takes the value already.\n") \
    X(E0217, "type is not known", \
      "`none`, `[]` and `{ … }` take their type from the place where they stand; here\n" \
      "nothing says it.\n") \
    X(E0218, "field is missing", \
      "A record needs every field that has neither a default nor a zero value; a payload\n" \
      "needs every field that has no default and is not optional.\n") \
    X(E0219, "field is given twice", \
      "A record literal gives each field once.\n") \
    X(E0220, "expression cannot be rounded once", \
      "`round(e, n)` takes one product or quotient, or a sum of products, of integers and\n" \
      "decimals; it is computed exactly in 128 bits and rounded once. A division deeper inside\n" \
      "would round before.\n") \
    X(E0221, "result is not exact", \
      "The product has more than 9 digits after the point, or a quotient of decimals may have\n" \
      "endlessly many. `round(a / b, 2)` says how many to keep.\n") \
    X(E0222, "value cannot be shown", \
      "Texts show scalars. Lists, records and optionals have no one form in a text.\n") \
    X(E0223, "value cannot be walked", \
      "`for` and comprehensions walk lists.\n") \
    X(E0224, "division by zero", \
      "The divisor, or the step, is a literal that is not above zero.\n") \
    X(E0225, "values cannot be compared", \
      "`==` compares scalars of one type, and optionals of those; `<` needs an order, which\n" \
      "enums and bool have not.\n") \
    X(E0301, "event of another source", \
      "A projection `for each A` sees the events of aggregate A, one `over s` those of the\n" \
      "aggregates in stream s.\n") \
    X(E0302, "projection without a state", \
      "A projection remembers something: `state { … }` or `state columns { … }`.\n") \
    X(E0303, "item stands twice", \
      "A projection has one state, one `on error` and one `version`.\n") \
    X(E0304, "cannot be changed", \
      "Handlers change the state: its fields, fields of records in it, and elements bound by a\n" \
      "`for` over a list of the state. Events, keys and `let` values do not change.\n") \
    X(E0305, "loop changes what it walks", \
      "A collection cannot change while it is walked. Its elements can, in place.\n") \
    X(E0306, "skip comes too late", \
      "`skip` leaves a handler as if it had not matched, so it must stand before the first\n" \
      "change. After that only `fail` leaves, which undoes the event.\n") \
    X(E0307, "block must leave", \
      "The block of `let x = e else { … }` runs when there is no value for x: it must end by\n" \
      "`skip` or `fail`.\n") \
    X(E0308, "field name is taken", \
      "A field of the state cannot be called `exists`; a column not like those that projc or\n" \
      "PostgreSQL add to the table. `as \"name\"` gives the column another name.\n") \
    X(E0309, "field is not common", \
      "`on A, B { … }` sees the fields that every one of its events has, with one type.\n") \
    X(E0310, "event is ignored and handled", \
      "`ignore` says that an event has no handler.\n") \
    X(E0311, "retry is not possible", \
      "`on error retry N times MIN..MAX then …`: N is 1 to 1000000, 0 < MIN <= MAX.\n") \
    X(E0312, "version is not a version", \
      "`version N`: N is 1 to 2147483647.\n") \
    X(E0313, "column cannot be indexed", \
      "An index has scalar fields of the state, each once.\n") \
    X(E0315, "statement does nothing", \
      "A call whose value is not used has no effect: functions change nothing.\n") \
    X(E0316, "cannot be deleted", \
      "`delete state` ends the state; `delete table[key]` deletes a row.\n") \
    X(E0318, "state has no columns", \
      "`index by` belongs to `state columns { … }`: a plain state is one value.\n") \
    X(E0319, "not possible in a query", \
      "A query becomes one SQL statement. Its `where` compares columns, parameters and\n" \
      "constants, joined by `and`, `or` and `not`; its `limit` is a parameter or a number;\n" \
      "its source is a table of the projection or its own `state columns`.\n") \
    X(E0330, "handler's key does not fit", \
      "A handler of a keyed projection says with `by` which key an event, or an element of it,\n" \
      "belongs to: one expression for each part. Without `by` the event's fields that bear the\n" \
      "names of the parts are taken. A part of a key is never absent.\n") \
    X(E0331, "rows of another key", \
      "In a projection `for each A` or `by key`, keys are independent of each other: the key of\n" \
      "each table begins with the projection's, and a handler reaches the rows of its own key\n" \
      "only: `orders[event.aggregate_id, …]`, or by the names of the projection's key parts.\n") \
    X(E0332, "row is not a value", \
      "A row lives in its table: take its columns, `orders[id]?.name`, ask whether it is there,\n" \
      "`orders[id] == none`, or bind it by `if let`, `let … else` or `for`.\n") \
    X(W0301, "event is not handled", \
      "A projection `for each A` handles or ignores every event of A, so that a new event\n" \
      "is not forgotten. `ignore any` says that the others do not matter.\n") \
    X(W0302, "walk without an index", \
      "`for o in orders where o.customer == c` reads the matching rows when an index, or the\n" \
      "table's key, begins with the columns that are compared by `==`. Else every row is read.\n") \
    X(W0303, "state only grows", \
      "A list is pushed to, a set added to or a map given entries, and nothing ever makes it\n" \
      "smaller. The whole state is read and written with every event that changes it: bound a\n" \
      "list with `keep_last(n)`, `remove` what is done with, keep a count or a sum instead, or\n" \
      "make it a table, whose rows are read and written one by one. Nothing is said of sets and\n" \
      "maps with few possible keys (bool, an enum, i8, u8) or of states that are deleted, and\n" \
      "of projections with handlers in C.\n") \
    X(W0304, "retry cannot help", \
      "The same event gives the same error again unless something outside changes, and only\n" \
      "`extern` handlers and functions can see that.\n") \
    X(W0305, "never used", \
      "Nothing refers to this declaration or variable.\n") \
    X(W0306, "never reached", \
      "`skip` or `fail` leaves the handler before.\n") \
    X(E0401, "event of another aggregate", \
      "`given A(id) { … }` appends events of aggregate A.\n") \
    X(E0402, "expectation does not fit", \
      "`expect p(id)` looks at one state of a projection `for each A`, `expect p` at the one of\n" \
      "a projection `over s`; a state is compared with a record.\n") \
    X(E0501, "stored events cannot be read any more", \
      "`projc diff`: events that are stored already would fail to decode, would not be found,\n" \
      "or would mean something else. Give a new field a default or make it optional, keep old\n" \
      "outside names with `as`, or give the event a new outside name and an `upcast` from the\n" \
      "old one.\n") \
    X(W0502, "stored events are seen differently", \
      "`projc diff`: stored events still decode, but something in them is no longer looked at,\n" \
      "or a value that they do not have is another one now.\n") \
    X(W0503, "state must be built again", \
      "`projc diff`: what is stored of a projection has another shape or another source than\n" \
      "the new program expects. The service refuses to start until `rebuild NAME` has run.\n") \
    X(W0504, "logic changed, version did not", \
      "`projc diff`: handlers do something else, but what they made of the events so far stays.\n" \
      "Raise `version` to build the projection again, or leave it if only the future counts.\n") \
    X(W0505, "tables differ", \
      "`projc diff`: tables, columns, keys or indexes in SQL are others than before.\n") \
    X(W0506, "interface differs", \
      "`projc diff`: names in C, queries, functions or documentation are others than before;\n" \
      "what is stored is not touched.\n")
/* clang-format on */

#endif
