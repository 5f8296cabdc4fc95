# Targets that run something with what the Makefile beside built: set-up, tests, demo, installation.

test_environment = B='$(BUILD)' PROJC='$(BUILD)/bin/projc' PROJC_HOME='$(ROOT)' SAN='$(SAN)' CC='$(CC)' \
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
	@$(test_environment) examples/demo.sh

.PHONY: test
test: ## the same set-up, then every test on SQLite and a private PostgreSQL
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all unit
	@$(run_tests) $(ONLY)

.PHONY: check-fast
check-fast: all unit ## unit tests and goldens only: what to run between two edits
	@$(run_tests) unit golden

.PHONY: stress fuzz bench
stress: all unit ## long runs with faults (COUNT=…)
	@$(run_tests) --long stress
fuzz: all ## fuzzers and random programs (COUNT=… or SECONDS=…)
	@$(run_tests) --long fuzz
bench: all ## measurements against hand-written code
	@$(test_environment) tests/bench/run.sh

.PHONY: lint
lint: all ## layers, lengths, banned functions, exports; cppcheck and clang-tidy where installed
	@$(test_environment) LINT_TOOLS=1 tests/lint/run.sh

.PHONY: format
format: ## clang-format on all hand-written C
	@git ls-files --cached --others --exclude-standard 'compiler/*.[ch]' 'runtime/*.[ch]' 'grammar/*.h' 'tests/*.[ch]' \
	    | grep -v '_proj\.[ch]$$' | xargs -r clang-format -i

.PHONY: coverage
coverage: ## line coverage of the tests, in build-coverage/
	@$(MAKE) --no-print-directory B=build-coverage COVERAGE=1 test
	@cd build-coverage && find obj -name '*.gcda' | xargs -r gcov -n -o . 2>/dev/null \
	    | awk '/^File .*(compiler|runtime)\// { file = $$2 } /^Lines executed/ && file { print $$0, file; file = "" }' \
	    | sort -t: -k2 -n

.PHONY: prove-fresh
prove-fresh: ## make demo and make test in a fresh Debian (debootstrap, root)
	@tests/support/fresh_debian.sh

.PHONY: install
install: all ## install to PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/projc \
	    $(DESTDIR)$(PREFIX)/share/projc
	install -m 755 $(B)/bin/projc $(DESTDIR)$(PREFIX)/bin/projc
	install -m 644 $(B)/lib/libprojc.a $(DESTDIR)$(PREFIX)/lib/libprojc.a
	install -m 644 runtime/include/projc/*.h $(DESTDIR)$(PREFIX)/include/projc
	install -m 644 runtime/projc.mk $(DESTDIR)$(PREFIX)/share/projc/projc.mk
	{ printf 'prefix=%s\nincludedir=$${prefix}/include\nlibdir=$${prefix}/lib\n\n' '$(PREFIX)'; \
	  printf '%s\n' "$$pkg_config_file"; } >$(DESTDIR)$(PREFIX)/lib/pkgconfig/projc.pc
	if [ -f man/projc.1 ]; then install -D -m 644 man/projc.1 $(DESTDIR)$(PREFIX)/share/man/man1/projc.1; fi

.PHONY: clean
clean: ## remove what was built
	rm -rf build build-asan build-tsan build-san build-coverage $(B)
