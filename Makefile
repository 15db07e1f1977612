# Sakiyomi — plain make, no configure step. `make help` lists the targets.
# B is the build folder: two builds side by side use two of them (make B=build-asan ...).
B       ?= build
V       ?= 0
Q        = $(if $(filter 0,$(V)),@,)
say      = $(if $(filter 0,$(V)),@echo "  $(1)	$(2)",@:)

CC      ?= gcc
CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wundef -Wformat=2 -Wimplicit-fallthrough $(WERROR)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong $(WARN) \
           -I. -MMD -MP $(CFLAGS) $(shell pkg-config --cflags libpcsclite 2>/dev/null)
LIBS     = -lwebsockets -luv -lssl -lcrypto -lmbedx509 -lmbedcrypto -lcjson -lsodium -loath \
           -lsqlite3 -lexpat -lpcsclite -lz -lpthread -lm
ALL_LDFLAGS = $(LDFLAGS) -Wl,--as-needed

# A room is an archive; a program is its main.c and the rooms it stands on.
find_c   = $(sort $(shell find $(1) -name '*.c'))
objs     = $(patsubst %.c,$(B)/%.o,$(1))
ROOMS    = proto common gateway ambulance_client hospital_client
LIB_proto            = $(B)/lib/proto.a
LIB_common           = $(B)/lib/common.a
LIB_gateway          = $(B)/lib/gateway.a
LIB_ambulance_client = $(B)/lib/ambulance_client.a
LIB_hospital_client  = $(B)/lib/hospital_client.a
BASE     = $(LIB_common) $(LIB_proto)

PROGRAMS = $(B)/bin/sakiyomi-gateway $(B)/bin/sakiyomi-ambulance $(B)/bin/sakiyomi-hospital
TOOLS    = $(patsubst tests/tools/%.c,$(B)/tools/%,$(wildcard tests/tools/*.c))
UNIT     = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
TESTLIB  = $(B)/lib/tests.a

.PHONY: all tools unit check clean help
all: $(PROGRAMS)
tools: $(TOOLS)

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
$(B)/bin/sakiyomi-$(1): $(B)/$(2)/main.o $(LIB_$(2)) $(BASE)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(LIBS)
endef
$(eval $(call program_rule,gateway,gateway))
$(eval $(call program_rule,ambulance,ambulance_client))
$(eval $(call program_rule,hospital,hospital_client))

ALL_LIBS = $(TESTLIB) $(LIB_gateway) $(LIB_ambulance_client) $(LIB_hospital_client) $(BASE)
$(B)/tools/%: $(B)/tests/tools/%.o $(ALL_LIBS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(ALL_LIBS) $(LIBS)
$(B)/unit/%: $(B)/tests/unit/%.o $(ALL_LIBS)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(ALL_LIBS) -lcmocka $(LIBS)

$(B)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

unit: $(UNIT)
check: unit
	$(Q)sh tests/run_unit.sh $(UNIT)

clean:
	rm -rf build build-*

-include $(wildcard tests/*/rules.mk)
-include $(shell find $(B) -name '*.d' 2>/dev/null)
