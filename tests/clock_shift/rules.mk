# rules.mk — Job: build the library that sets one program's wall clock in tests.
CLOCK_SHIFT = $(B)/tools/clock-shift.so
tools: $(CLOCK_SHIFT)

$(B)/tests/clock_shift/clock_shift.o: private override CFLAGS += -fPIC
$(CLOCK_SHIFT): $(B)/tests/clock_shift/clock_shift.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^
