# projc: the compiler (build/bin/projc), the runtime (build/lib/libprojc.a), the tests.
# `make help` lists the targets, CONTRIBUTING.md explains the variables.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

comma := ,
ROOT := $(CURDIR)
VERSION := 0.1.0

# ---- what the caller may set ----

# SAN=address,undefined and SAN=thread build with sanitizers, in a folder of their own.
SAN ?=
san_name := $(if $(findstring thread,$(SAN)),-tsan,$(if $(findstring address,$(SAN)),-asan,$(if $(SAN),-san)))
B ?= build$(san_name)
BUILD := $(abspath $(B))
# Below this folder it has one name, however the caller writes it: dependency files hold names.
override B := $(patsubst $(ROOT)/%,%,$(BUILD))
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin AR),default)
AR := ar
endif
FLEX ?= flex
BISON ?= bison
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
DESTDIR ?=
CFLAGS ?= -O2 -g
LDFLAGS ?=
# WERROR=1 makes warnings errors; continuous integration always does.
WERROR ?= $(if $(CI),1,0)
RUNTIME_DIRS ?= base codec store store/sqlite store/postgres engine service service/http
COMPILER_DIRS ?= $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard compiler/*/*.c)))))

# ---- output: one short line a file, V=1 shows the commands ----

V ?= 0
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-5s %s\n'
endif

# ---- flags ----

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            $(if $(filter 1,$(WERROR)),-Werror)
SAN_FLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer $(if \
             $(findstring undefined,$(SAN)),-fno-sanitize-recover=undefined))
COVERAGE_FLAGS := $(if $(COVERAGE),--coverage -O0)
LANGUAGE := -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -pthread
ALL_CFLAGS = $(CFLAGS) $(LANGUAGE) $(WARNINGS) $(SAN_FLAGS) $(COVERAGE_FLAGS)
ALL_LDFLAGS = $(LDFLAGS) $(SAN_FLAGS) $(COVERAGE_FLAGS) -pthread
DEPENDENCIES = -MMD -MP -MF $(@:.o=.d)

RUNTIME_PACKAGES := libpq sqlite3 msgpack libxxhash uuid libmicrohttpd
TEST_PACKAGES := cunit jansson
# Evaluated at first use, so that `make deps` and `make help` work before anything is installed.
once = $(eval $(1) := $(2))$(2)
RUNTIME_PACKAGE_CFLAGS = $(call once,RUNTIME_PACKAGE_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(RUNTIME_PACKAGES)))
RUNTIME_LIBS = $(call once,RUNTIME_LIBS,$(shell $(PKG_CONFIG) --libs $(RUNTIME_PACKAGES)) -lm)
COMPILER_LIBS = $(call once,COMPILER_LIBS,$(shell $(PKG_CONFIG) --libs libxxhash) -lm)
TEST_PACKAGE_CFLAGS = $(call once,TEST_PACKAGE_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(TEST_PACKAGES)))
TEST_LIBS = $(call once,TEST_LIBS,$(shell $(PKG_CONFIG) --libs $(TEST_PACKAGES)))

COMPILER_INCLUDES := -Icompiler -Igrammar -I$(B)/gen
RUNTIME_INCLUDES := -Iruntime/include -Iruntime

# ---- sources ----

grammar_outputs := $(if $(wildcard grammar/proj.y),$(B)/gen/proj.tab.c) \
                   $(if $(wildcard grammar/proj.l),$(B)/gen/proj.lex.c)
compiler_sources := $(filter-out compiler/main.c,$(wildcard compiler/*.c)) \
                    $(foreach d,$(COMPILER_DIRS),$(wildcard compiler/$(d)/*.c))
compiler_objects := $(patsubst %.c,$(B)/obj/%.o,$(compiler_sources)) \
                    $(patsubst $(B)/gen/%.c,$(B)/obj/gen/%.o,$(grammar_outputs) $(B)/gen/ir_schema.c)
runtime_sources := $(foreach d,$(RUNTIME_DIRS),$(wildcard runtime/$(d)/*.c))
page_sources := $(addprefix runtime/service/http/page.,html css js)
runtime_objects := $(patsubst %.c,$(B)/obj/%.o,$(runtime_sources)) $(B)/obj/gen/runtime/page.o
main_object := $(patsubst %.c,$(B)/obj/%.o,$(wildcard compiler/main.c))
unit_sources := $(sort $(wildcard tests/unit/*_test.c))
UNIT_TESTS := $(patsubst %_test.c,$(B)/%,$(unit_sources))

PROJC := $(if $(main_object),$(B)/bin/projc)
LIBRARIES := $(B)/lib/libprojc.a $(B)/lib/libpc.a

.PHONY: all
all: $(PROJC) $(LIBRARIES) $(B)/include $(B)/lib/pkgconfig/projc.pc
	@:

# The flags that everything was built with: another compiler or sanitizer rebuilds all.
.PHONY: FORCE
FORCE:
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || \
	    { tests/support/deps.sh --check build && echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' >$@; }

# The list of objects: a source that is gone leaves the archives too.
$(B)/objects: FORCE
	@mkdir -p $(@D)
	@echo '$(runtime_objects) $(compiler_objects) $(support_objects)' | cmp -s - $@ || \
	    echo '$(runtime_objects) $(compiler_objects) $(support_objects)' >$@

# ---- grammar ----

$(B)/gen/proj.tab.c: grammar/proj.y $(B)/flags
	$(say) BISON $<
	@mkdir -p $(@D)
	$(Q)$(BISON) -Wall -Wcounterexamples -Werror --defines=$(B)/gen/proj.tab.h -o $@ $<
$(B)/gen/proj.tab.h: $(B)/gen/proj.tab.c ;

$(B)/gen/proj.lex.c: grammar/proj.l $(B)/flags
	$(say) FLEX $<
	@mkdir -p $(@D)
	$(Q)$(FLEX) --header-file=$(B)/gen/proj.lex.h -o $@ $<
$(B)/gen/proj.lex.h: $(B)/gen/proj.lex.c ;

# What flex writes converts between int and size_t; only its file is excused.
$(B)/obj/gen/proj.lex.o: SCANNER_FLAGS := -Wno-conversion -Wno-sign-conversion -Wno-unused-function \
                                          -Wno-missing-prototypes -Wno-sign-compare

# ---- the schema of `projc ir`, which prints it ----

$(B)/gen/ir_schema.c: compiler/export/schema.json $(B)/flags
	$(say) EMBED $<
	@mkdir -p $(@D)
	$(Q){ echo '/* ir_schema.c -- $<, line by line. */'; echo '#include "export/export.h"'; \
	      echo 'const char *const pc_export_schema[] = {'; \
	      sed 's/[\\"]/\\&/g; s/.*/    "&\\n",/' $<; echo '    0};'; } >$@

# ---- the page that a service shows ----

# A question mark is escaped because of trigraphs.
$(B)/gen/runtime/page.c: $(page_sources) $(B)/flags
	$(say) EMBED runtime/service/http/page
	@mkdir -p $(@D)
	$(Q){ echo '/* page.c -- runtime/service/http/page.{html,css,js}. */'; echo '#include "service/http/page.h"'; \
	      for kind in html css js; do echo "const char projc__page_$$kind[] ="; \
	          sed 's/[\\"?]/\\&/g; s/.*/    "&\\n"/' runtime/service/http/page.$$kind; echo '    ;'; done; } >$@

# ---- objects and libraries ----

$(B)/obj/gen/%.o: $(B)/gen/%.c $(B)/flags | $(grammar_outputs)
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SCANNER_FLAGS) $(COMPILER_INCLUDES) $(DEPENDENCIES) -c -o $@ $<

$(B)/obj/gen/runtime/%.o: $(B)/gen/runtime/%.c
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(RUNTIME_INCLUDES) $(DEPENDENCIES) -c -o $@ $<

$(B)/obj/compiler/%.o: compiler/%.c $(B)/flags | $(grammar_outputs)
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DPROJC_VERSION='"$(VERSION)"' $(COMPILER_INCLUDES) $(DEPENDENCIES) -c -o $@ $<

$(B)/obj/runtime/%.o: runtime/%.c $(B)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DPROJC_VERSION='"$(VERSION)"' $(RUNTIME_INCLUDES) $(RUNTIME_PACKAGE_CFLAGS) \
	    $(DEPENDENCIES) -c -o $@ $<

$(B)/lib/libprojc.a: $(runtime_objects)
$(B)/lib/libpc.a: $(compiler_objects)
$(LIBRARIES): $(B)/flags $(B)/objects
	$(say) AR $@
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(B)/bin/projc: $(main_object) $(B)/lib/libpc.a
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(COMPILER_LIBS)

# The build folder has the layout of an installation, so that projc and pkg-config find the runtime.
$(B)/include: | $(B)/flags
	@mkdir -p runtime/include
	@ln -sfn $(ROOT)/runtime/include $@

define pkg_config_file
Name: projc
Description: Runtime of the projc projection compiler
Version: $(VERSION)
Requires: $(RUNTIME_PACKAGES)
Cflags: -I$${includedir} -ffp-contract=off -pthread $(SAN_FLAGS)
Libs: -L$${libdir} -lprojc $(SAN_FLAGS) -pthread -lm
endef
export pkg_config_file

$(B)/lib/pkgconfig/projc.pc: Makefile $(B)/flags
	@mkdir -p $(@D)
	@{ printf 'bindir=%s\nincludedir=%s\nlibdir=%s\nprojc_mk=%s\n\n' '$(BUILD)/bin' '$(ROOT)/runtime/include' \
	       '$(BUILD)/lib' '$(ROOT)/runtime/projc.mk'; \
	   printf '%s\n' "$$pkg_config_file"; } >$@

# ---- unit tests: tests/unit/NAME_test.c becomes $(B)/tests/unit/NAME ----

# tests/support/*.c serves them all; a folder with a main.c, such as tests/store, is one executable more,
# $(B)/tests/store/suite, which the folder's run.sh starts.
support_objects := $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/support/*.c))
suite_folders := $(patsubst tests/%/main.c,%,$(wildcard tests/*/main.c))
SUITES := $(patsubst %,$(B)/tests/%/suite,$(suite_folders))
test_sources := $(unit_sources) $(wildcard tests/support/*.c) $(foreach d,$(suite_folders),$(wildcard tests/$(d)/*.c))

# compiler/ and runtime/ both have a base/: what includes a public or store header sees runtime/ first.
runtime_tests := $(if $(test_sources),$(shell grep -lE '[<"](projc|store|support)/' $(test_sources)))
runtime_folders := $(sort $(dir $(filter-out tests/unit/%,$(runtime_tests))))
test_includes = $(if $(filter $< $(dir $<),$(runtime_tests) $(runtime_folders)),$(RUNTIME_INCLUDES) $(COMPILER_INCLUDES),$(COMPILER_INCLUDES) \
                $(RUNTIME_INCLUDES)) -Itests -I.

$(B)/obj/tests/%.o: tests/%.c $(B)/flags | $(grammar_outputs)
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(test_includes) $(RUNTIME_PACKAGE_CFLAGS) $(TEST_PACKAGE_CFLAGS) $(DEPENDENCIES) -c -o $@ $<

$(B)/lib/libtest.a: $(support_objects) $(B)/flags $(B)/objects
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

define suite_rule
$(B)/tests/$(1)/suite: $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/$(1)/*.c))
endef
$(foreach d,$(suite_folders),$(eval $(call suite_rule,$(d))))
$(UNIT_TESTS): $(B)/tests/unit/%: $(B)/obj/tests/unit/%_test.o
$(UNIT_TESTS) $(SUITES): $(B)/lib/libtest.a $(LIBRARIES)
	$(say) LINK $@
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(B)/lib/libtest.a $(LIBRARIES) $(TEST_LIBS) $(RUNTIME_LIBS)

.PHONY: unit
unit: $(UNIT_TESTS) $(SUITES)
	@:

# ---- what runs something ----

test_environment = B='$(BUILD)' PROJC='$(BUILD)/bin/projc' PROJC_HOME='$(ROOT)' PROJC_BUILD='$(BUILD)' SAN='$(SAN)' CC='$(CC)' \
    PGTEST='$(ROOT)/tests/support/pg.sh' PROJC_TEST_JOBS='$(TEST_JOBS)' PROJC_TEST_CFLAGS='$(SAN_FLAGS) $(COVERAGE_FLAGS)'
run_tests = $(test_environment) tests/support/run_tests.sh
TEST_JOBS ?= 1
# ONLY="tests/unit/queue golden" narrows `make test`.
ONLY ?=

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  B=folder  V=1  CC=clang  WERROR=1  SAN=address,undefined  SAN=thread  ONLY="golden store"  PREFIX= DESTDIR='

.PHONY: deps
deps: ## install what is missing, or print the command that does (DEV=1: developers' tools too)
	@tests/support/deps.sh $(if $(filter 1,$(DEV)),--developer)

# A new make after deps: what pkg-config says has changed by then.
.PHONY: demo
demo: ## install what is missing, build, run the examples on SQLite
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all
	@$(test_environment) PROJC_HOME='$(BUILD)' examples/demo.sh

.PHONY: test
test: ## the same set-up, then every test on SQLite and a private PostgreSQL
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all unit
	@$(run_tests) $(ONLY)

.PHONY: check-fast
check-fast: all unit ## unit tests and goldens only: what to run between two edits
	@$(run_tests) unit golden

.PHONY: oracle
oracle: all $(B)/tests/oracle/suite ## random programs against an interpreter (COUNT=5000 SEED=1 ORACLE_STORE=postgres)
	@$(test_environment) COUNT='$(or $(COUNT),5000)' SEED='$(or $(SEED),1)' tests/oracle/run.sh

.PHONY: stress fuzz bench
stress: all unit ## long runs with faults (COUNT=…)
	@$(run_tests) --long stress
fuzz: all ## fuzzers and random programs (TIME=seconds each, ONLY="parser checker")
	@$(run_tests) --long fuzz
bench: all ## measurements against hand-written code
	@status=0; $(test_environment); export PROJC_HOME="$(BUILD)"; for part in compile decode run wait; do tests/bench/$$part.sh || status=1; done; exit $$status

.PHONY: lint
lint: all ## layers, lengths, banned functions, exports; cppcheck and clang-tidy where installed
	@$(test_environment) LINT_TOOLS=1 tests/lint/run.sh

.PHONY: format
format: ## clang-format on all hand-written C
	@. tests/lint/checks.sh; formatted_sources | xargs -r clang-format -i

.PHONY: coverage
coverage: ## line coverage of the tests, in build-coverage/
	@$(MAKE) --no-print-directory B=build-coverage COVERAGE=1 test
	@find build-coverage/obj -name '*.gcno' | xargs -r gcov -n 2>/dev/null \
	    | awk -F "'" '/^File / { file = $$2 } /^Lines executed/ && file ~ /^(compiler|runtime)\// { sub(/^Lines executed:/, ""); \
	        print $$0, file; file = "" }' | sort -n

.PHONY: prove-fresh
prove-fresh: ## make demo and make test in a fresh Debian (debootstrap, root)
	@tests/support/fresh_debian.sh

completion_folders := bash-completion/completions zsh/site-functions fish/vendor_completions.d
.PHONY: install
install: all ## install to PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/projc \
	    $(DESTDIR)$(PREFIX)/share/projc
	install -m 755 $(B)/bin/projc $(DESTDIR)$(PREFIX)/bin/projc
	install -m 644 $(B)/lib/libprojc.a $(DESTDIR)$(PREFIX)/lib/libprojc.a
	install -m 644 runtime/include/projc/*.h $(DESTDIR)$(PREFIX)/include/projc
	install -m 644 runtime/projc.mk $(DESTDIR)$(PREFIX)/share/projc/projc.mk
	install -m 644 compiler/export/schema.json $(DESTDIR)$(PREFIX)/share/projc/ir.schema.json
	{ printf '%s\n' 'prefix=$(PREFIX)' 'bindir=$${prefix}/bin' 'includedir=$${prefix}/include' \
	      'libdir=$${prefix}/lib' 'projc_mk=$${prefix}/share/projc/projc.mk' ''; \
	  printf '%s\n' "$$pkg_config_file"; } >$(DESTDIR)$(PREFIX)/lib/pkgconfig/projc.pc
	install -d $(completion_folders:%=$(DESTDIR)$(PREFIX)/share/%)
	$(B)/bin/projc completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/projc
	$(B)/bin/projc completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_projc
	$(B)/bin/projc completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/projc.fish
	install -D -m 644 man/projc.1 $(DESTDIR)$(PREFIX)/share/man/man1/projc.1
	install -D -m 644 man/projc-ir.5 $(DESTDIR)$(PREFIX)/share/man/man5/projc-ir.5
	install -D -m 644 man/projc-service.7 $(DESTDIR)$(PREFIX)/share/man/man7/projc-service.7

.PHONY: clean
clean: ## remove what was built
	rm -rf build build-asan build-tsan build-san build-coverage $(B)

-include $(wildcard $(B)/obj/*.d $(B)/obj/*/*.d $(B)/obj/*/*/*.d $(B)/obj/*/*/*/*.d $(B)/obj/*/*/*/*/*.d)
