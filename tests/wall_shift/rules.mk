# rules.mk — Job: build the library that sets one program's wall clock in tests.
WALL_SHIFT = $(B)/tools/wall-shift.so
tools: $(WALL_SHIFT)

$(B)/tests/wall_shift/wall_shift.o: private override CFLAGS += -fPIC
$(WALL_SHIFT): $(B)/tests/wall_shift/wall_shift.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^
