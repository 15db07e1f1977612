# rules.mk — Job: build what the web tests preload into a program under test.
tools: $(B)/tools/clock-shift.so

$(B)/tests/web/clock_shift.o: private override CFLAGS += -fPIC
$(B)/tools/clock-shift.so: $(B)/tests/web/clock_shift.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^
