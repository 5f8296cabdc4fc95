# For the Makefile of a service: how X_proj.c and its companions come from X.proj, and the flags to
# compile and link with. Include it from the installation or from the source tree:
#
#     include $(shell pkg-config --variable=projc_mk projc)      # installed
#     include ../projc/runtime/projc.mk                          # beside a source tree
#
#     bank: main.o bank_proj.o
#     	$(CC) $(LDFLAGS) -o $@ $^ $(PROJC_LIBS)
#     main.o: CFLAGS += $(PROJC_CFLAGS)
#     main.o: bank_proj.h
#
# It gives: the rules for X_proj.{c,h,postgres.sql,sqlite.sql} and X_proj.o, and the variables
#   PROJC          the compiler
#   PROJC_CFLAGS   for everything that includes <projc/…> or X_proj.h
#   PROJC_LIBS     for linking
# It reads: PROJC_FLAGS (options for projc build, such as -I), PROJC_HOME (a source tree or an
# installation, instead of the one this file lies in), PROJC_BUILD (its build folder).

PROJC_PKG_CONFIG ?= pkg-config

# In a source tree this file is runtime/projc.mk; else it is PREFIX/share/projc/projc.mk.
projc_mk_folder := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ifeq ($(PROJC_HOME),)
PROJC_HOME := $(patsubst %/,%,$(if $(wildcard $(projc_mk_folder)/include/projc/projc.h),$(dir \
                $(projc_mk_folder)),$(abspath $(projc_mk_folder)/../..)))
endif
ifeq ($(PROJC_BUILD),)
PROJC_BUILD := $(if $(wildcard $(PROJC_HOME)/runtime/projc.mk),$(PROJC_HOME)/build,$(PROJC_HOME))
endif

projc_pkg_config := PKG_CONFIG_PATH='$(PROJC_BUILD)/lib/pkgconfig':"$$PKG_CONFIG_PATH" $(PROJC_PKG_CONFIG)

ifeq ($(PROJC),)
PROJC := $(PROJC_BUILD)/bin/projc
endif
# They hold -ffp-contract=off: replaying events must give the same bytes everywhere.
PROJC_CFLAGS := $(shell $(projc_pkg_config) --cflags projc)
PROJC_LIBS := $(shell $(projc_pkg_config) --libs projc)
ifeq ($(PROJC_LIBS),)
$(error projc.mk: no projc.pc in $(PROJC_BUILD)/lib/pkgconfig: build projc first, or set PROJC_HOME)
endif

# One run writes all of them. projc leaves an output alone whose bytes are the same; the touch
# tells make that it is up to date all the same, else it would ask again at every run.
%_proj.c %_proj.h %_proj.postgres.sql %_proj.sqlite.sql: %.proj
	$(PROJC) build -M $(PROJC_FLAGS) -o $(@D) $<
	@touch -c $*_proj.c $*_proj.h $*_proj.postgres.sql $*_proj.sqlite.sql

%_proj.o: %_proj.c %_proj.h
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PROJC_CFLAGS) -c -o $@ $<

# What one reads and steps through is kept, though make sees it as a step on the way.
.PRECIOUS: %_proj.c %_proj.h %_proj.postgres.sql %_proj.sqlite.sql

# A .proj is written by hand. Without this, make's own rule `%: %.c` would link over bank.proj as
# soon as a file bank.proj.c stood beside it.
%.proj: ;

# Imports, as of the last run (-M). Their targets must not become what a bare `make` makes: this file
# usually stands above the first rule.
projc_mk_goal := $(.DEFAULT_GOAL)
-include $(wildcard *_proj.d */*_proj.d)
.DEFAULT_GOAL := $(projc_mk_goal)
