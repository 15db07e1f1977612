# rules.mk — Job: build the card emulator, the test-only reader driver and the pcscd launcher.
CARD_EMULATOR_TOOLS = $(B)/tools/card-emulator $(B)/tools/ifd-unix.so $(B)/tools/pcscd-launch \
                      $(B)/tools/make-cards $(B)/tools/card-probe
CARD_DIR = $(B)/tests/card_emulator
CARD_LIB = $(patsubst %,$(B)/tests/lib/%.o,jpki_applet jpki_keys card_factory)

.PHONY: card-tools
card-tools: $(CARD_EMULATOR_TOOLS)
tools: $(CARD_EMULATOR_TOOLS)

CARD_PARTS = $(patsubst %,$(CARD_DIR)/%.o,main emulator control reader_link card_folder)
$(B)/tools/card-emulator: $(CARD_PARTS) $(CARD_LIB) $(LIB_proto)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tools/make-cards: $(CARD_DIR)/make_cards.o $(CARD_LIB) $(LIB_proto)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tools/pcscd-launch: $(CARD_DIR)/pcscd_launch.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^
# The card program of production, on a test bench: prints what the tablet would be told.
$(B)/tools/card-probe: $(CARD_DIR)/card_probe.o $(LIB_ambulance_client) $(BASE)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
# The names of a driver's functions are given by ifdhandler.h, which does not declare them all.
$(CARD_DIR)/ifd_unix.o: private override CFLAGS += -fPIC
$(B)/tools/ifd-unix.so: $(CARD_DIR)/ifd_unix.o
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^
