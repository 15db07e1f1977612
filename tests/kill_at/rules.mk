# rules.mk — Job: build the library that kills a program at one point in tests.
KILL_AT = $(B)/tools/kill-at.so
tools: $(KILL_AT)

$(B)/tests/kill_at/kill_at.o: private override CFLAGS += -fPIC
$(KILL_AT): $(B)/tests/kill_at/kill_at.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^
