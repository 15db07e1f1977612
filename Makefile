# Makefile — Job: build and try everything. Plain make, no configure step; `make help` lists all.
# B is the build folder: two builds side by side use two of them (make B=build-x ...).
B       ?= build
V       ?= 0
Q        = $(if $(filter 0,$(V)),@,)
say      = $(if $(filter 0,$(V)),@echo "  $(1)	$(2)",@:)
# Asked once, when first used: on a new machine `setup` runs before anybody asks.
once     = $(eval $(1) := $(2))$($(1))
export B V

ifeq ($(origin CC),default)
CC       = gcc
endif
CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wundef -Wformat=2 -Wimplicit-fallthrough
PKGS     = libwebsockets libuv openssl libcjson libsodium liboath sqlite3 expat libpcsclite \
           libcurl zlib
# Of sakiyomi-pdf-pages alone: poppler is under the GPL and stays in a program of its own.
PDF_PKGS = poppler-glib cairo fontconfig libseccomp
PDF_CFLAGS = $(call once,PDF_CFLAGS,$(shell pkg-config --cflags $(PDF_PKGS)))
PDF_LIBS = $(call once,PDF_LIBS,$(shell pkg-config --libs $(PDF_PKGS)))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(shell pkg-config --cflags $(PKGS)))
PKG_LIBS = $(call once,PKG_LIBS,$(shell pkg-config --libs $(PKGS)))
OWN_CFLAGS = -std=c11 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong $(WARN) \
           -I. -MMD -MP $(CFLAGS)
ALL_CFLAGS = $(OWN_CFLAGS) $(PKG_CFLAGS)
# What a rules.mk adds for one target is not meant here, hence at once.
FLAGS_NOW := $(CC) $(OWN_CFLAGS)
# Debian 12's mbedTLS has no pkg-config file.
LIBS     = $(PKG_LIBS) -lmbedx509 -lmbedcrypto -lpthread -lm
ALL_LDFLAGS = -Wl,--as-needed -Wl,-z,relro,-z,now $(LDFLAGS)

# A room is an archive; a program is its main.c and the rooms it stands on.
find_c   = $(sort $(shell find $(1) -name '*.c' 2>/dev/null))
objs     = $(patsubst %.c,$(B)/%.o,$(1))
ROOMS    = proto common client gateway ambulance_client hospital_client pdf_pages
LIB_proto            = $(B)/lib/proto.a
LIB_common           = $(B)/lib/common.a
LIB_client           = $(B)/lib/client.a
LIB_gateway          = $(B)/lib/gateway.a
LIB_ambulance_client = $(B)/lib/ambulance_client.a
LIB_hospital_client  = $(B)/lib/hospital_client.a
LIB_pdf_pages        = $(B)/lib/pdf_pages.a
BASE     = $(LIB_common) $(LIB_proto)
TESTLIB  = $(B)/lib/tests.a
ALL_LIBS = $(TESTLIB) $(LIB_gateway) $(LIB_ambulance_client) $(LIB_hospital_client) $(LIB_client) \
           $(LIB_pdf_pages) $(BASE)

PROGRAMS = $(B)/bin/sakiyomi-gateway $(B)/bin/sakiyomi-ambulance $(B)/bin/sakiyomi-hospital \
           $(B)/bin/sakiyomi-pdf-pages

# Every .c here is a program of its own, linked with all rooms.
progs    = $(patsubst tests/$(1)/%.c,$(B)/$(1)/%,$(wildcard tests/$(1)/$(2).c))
TOOLS    = $(call progs,tools,*)
UNIT     = $(call progs,unit,test_*)
SIM      = $(call progs,sim,sim_*)
FAULT    = $(call progs,fault,fault_*)
FUZZERS  = $(call progs,fuzz,fuzz_*)
# Scripts print `ok` and `not ok` lines: NN-topic_test.sh, topic_test.mjs, topic.test.mjs.
scripts  = $(sort $(wildcard $(foreach e,_test.sh _test.mjs .test.mjs,tests/$(1)/*$(e))))

# Objects of test programs are kept.
.SECONDARY:
.PHONY: all tools unit setup help clean
all: $(PROGRAMS)
tools: $(TOOLS)
unit: $(UNIT)

define room_rule
$(B)/lib/$(1).a: $(call objs,$(filter-out $(1)/main.c,$(call find_c,$(1))))
	$$(call say,AR,$$@)
	@mkdir -p $$(@D); rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_rule,$(r))))

$(TESTLIB): $(call objs,$(call find_c,tests/lib))
	$(call say,AR,$@)
	@mkdir -p $(@D); rm -f $@
	$(Q)ar rcs $@ $^

define program_rule
$(B)/bin/sakiyomi-$(1): $(B)/$(2)/main.o $(LIB_$(2)) $(3) $(BASE)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(eval $(call program_rule,gateway,gateway))
$(eval $(call program_rule,ambulance,ambulance_client,$(LIB_client)))
$(eval $(call program_rule,hospital,hospital_client,$(LIB_client)))
$(eval $(call program_rule,pdf-pages,pdf_pages,))
# No other program is linked with them.
$(B)/bin/sakiyomi-pdf-pages: private override LIBS += $(PDF_LIBS)
$(B)/pdf_pages/%.o: private override CFLAGS += $(PDF_CFLAGS)

define test_program_rule
$(B)/$(1)/%: $(B)/tests/$(1)/%.o $(ALL_LIBS)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$< $(ALL_LIBS) -lcmocka $$(LIBS)
endef
$(foreach d,tools unit sim fault,$(eval $(call test_program_rule,$(d))))
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(ALL_LIBS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(ALL_LIBS) $(LIBS)

# A file that warned is dated far back: it is compiled, and warns, at each build until it is clean.
$(B)/%.o: %.c $(B)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(WERROR) -c -o $@ $< 2>$@.said || { cat $@.said >&2; exit 1; }
	@if [ -s $@.said ]; then cat $@.said >&2; touch -d @0 $@; else rm -f $@.said; fi

# Other flags, other objects. WERROR is not among them: it changes no object, only the patience.
.PHONY: FORCE
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' >$@

-include $(wildcard tests/*/rules.mk)
include install.mk
include tests/checks.mk

clean:
	rm -rf build build-*

-include $(shell find $(B) -name debian13 -prune -o -type f -name '*.d' -print 2>/dev/null)
