/* templates.c -- a small project: counters that are raised and lowered. */
#include "command/templates.h"

#include <stddef.h>

const char pc_template_program[] =
    "/// Counters that are raised and lowered: put your own events here.\n"
    "package ~\n"
    "\n"
    "stream ~\n"
    "\n"
    "aggregate Counter(text) in ~ {\n"
    "    event Raised { amount: u32 = 1 }\n"
    "    event Lowered { amount: u32 = 1 }\n"
    "}\n"
    "\n"
    "/// What each counter shows: a row a counter.\n"
    "projection counters for each Counter {\n"
    "    state columns {\n"
    "        value:   u32\n"
    "        highest: u32\n"
    "        last:    time?\n"
    "        index by value desc\n"
    "    }\n"
    "\n"
    "    on Raised {\n"
    "        value += amount\n"
    "        highest = max(highest, value)\n"
    "        last = event.time\n"
    "    }\n"
    "    on Lowered {\n"
    "        require amount <= value else \"{value} is less than {amount}\"\n"
    "        value -= amount\n"
    "        last = event.time\n"
    "    }\n"
    "\n"
    "    /// The counters that show most.\n"
    "    query top(n: u32 = 10) = counters order by value desc limit n\n"
    "}\n"
    "\n"
    "test \"up and down\" {\n"
    "    given Counter(\"a\") {\n"
    "        Raised { amount: 5 }\n"
    "        Lowered {}\n"
    "    }\n"
    "    given Counter(\"b\") { Raised {} }\n"
    "    expect counters(\"a\") { value: 4, highest: 5 }\n"
    "    expect top(1) [{ aggregate_id: \"a\" }]\n"
    "\n"
    "    given Counter(\"b\") { Lowered { amount: 2 } }\n"
    "    expect counters(\"b\") fails \"1 is less than 2\"\n"
    "}\n";

static const char main_source[] = "/* The service: everything comes from ~.proj. */\n"
                                  "#include <projc/projc.h>\n"
                                  "\n"
                                  "#include \"~_proj.h\"\n"
                                  "\n"
                                  "int main(int argc, char **argv)\n"
                                  "{\n"
                                  "    return projc_main(argc, argv, &~_module);\n"
                                  "}\n";

static const char makefile[] =
    "# projc is on the path; what pkg-config must know of it lies beside it.\n"
    "projc_home := $(patsubst %/bin/projc,%,$(realpath $(shell command -v projc)))\n"
    "ifeq ($(projc_home),)\n"
    "$(error projc is not on the path)\n"
    "endif\n"
    "export PKG_CONFIG_PATH := $(projc_home)/lib/pkgconfig:$(PKG_CONFIG_PATH)\n"
    "include $(shell PKG_CONFIG_PATH='$(PKG_CONFIG_PATH)' pkg-config --variable=projc_mk projc)\n"
    "\n"
    "CFLAGS ?= -O2 -g\n"
    "\n"
    "all: ~\n"
    "\n"
    "~: main.o ~_proj.o\n"
    "\t$(CC) $(LDFLAGS) -o $@ $^ $(PROJC_LIBS)\n"
    "\n"
    "main.o: CFLAGS += $(PROJC_CFLAGS)\n"
    "main.o: ~_proj.h\n"
    "\n"
    "test: ~.proj\n"
    "\t$(PROJC) test ~.proj\n"
    "\n"
    "# Events in, projections out: on SQLite, in ~.db.\n"
    "demo: ~\n"
    "\trm -f ~.db ~.db-wal ~.db-shm\n"
    "\t./~ schema --apply\n"
    "\t./~ append --file events.jsonl\n"
    "\t./~ run --once\n"
    "\t./~ query top\n"
    "\n"
    "clean:\n"
    "\trm -f ~ *.o ~_proj.* ~.db ~.db-wal ~.db-shm\n"
    "\n"
    ".PHONY: all test demo clean\n";

static const char events[] =
    "{\"type\":\"Counter\",\"id\":\"apples\",\"event\":\"Raised\",\"payload\":{\"amount\":3}}\n"
    "{\"type\":\"Counter\",\"id\":\"pears\",\"event\":\"Raised\",\"payload\":{\"amount\":8}}\n"
    "{\"type\":\"Counter\",\"id\":\"apples\",\"event\":\"Lowered\",\"payload\":{}}\n";

static const char readme[] =
    "# ~\n"
    "\n"
    "    make test       the tests in ~.proj, through the C that projc writes\n"
    "    make            the service ./~\n"
    "    make demo       events.jsonl into ~.db, and what comes out\n"
    "\n"
    "`./~ run` goes on as events come, `./~ status` tells how far it is, `./~ help` the rest.\n"
    "With `DATABASE_URL=postgresql://…` everything is the same on PostgreSQL.\n"
    "\n"
    "| file | what it is for |\n"
    "|---|---|\n"
    "| `~.proj` | events, projections, and their tests |\n"
    "| `main.c` | the service |\n"
    "| `events.jsonl` | some events |\n"
    "| `Makefile` | what builds all this; it finds projc on the path |\n";

static const char ignored[] = "~\n"
                              "~_proj.*\n"
                              "*.o\n"
                              "~.db\n"
                              "~.db-wal\n"
                              "~.db-shm\n";

const struct pc_template pc_templates[] = {{"~.proj", pc_template_program},
                                           {"main.c", main_source},
                                           {"Makefile", makefile},
                                           {"events.jsonl", events},
                                           {"README.md", readme},
                                           {".gitignore", ignored},
                                           {NULL, NULL}};
