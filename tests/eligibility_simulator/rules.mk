# rules.mk — Job: build the eligibility simulator (SIMULATOR). libmicrohttpd stands on GnuTLS, which
# is another TLS than the gateway's own.
ELIGIBILITY_SIMULATOR = $(B)/tools/eligibility-simulator
ELIGIBILITY_SIMULATOR_LIBS = -lmicrohttpd -lgnutls

.PHONY: eligibility-simulator
eligibility-simulator: $(ELIGIBILITY_SIMULATOR)
tools: $(ELIGIBILITY_SIMULATOR)

# It writes the official charsets with the gateway's strict converter; nothing goes the other way.
$(ELIGIBILITY_SIMULATOR): $(patsubst %.c,$(B)/%.o,$(wildcard tests/eligibility_simulator/*.c)) \
                          $(B)/gateway/errand/eligibility/charset.o $(BASE)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ELIGIBILITY_SIMULATOR_LIBS) $(LIBS)
# The unit tests of the providers start it.
$(B)/unit/test_provider_api $(B)/unit/test_provider_folder $(B)/unit/test_eligibility_memory: \
    | $(ELIGIBILITY_SIMULATOR)
