# rules.mk — Job: build the demo's page.
.PHONY: demo-page
demo-page: $(B)/tools/demo-page
tools: $(B)/tools/demo-page

$(B)/tools/demo-page: $(B)/tests/demo/demo_page.o $(LIB_proto)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lmicrohttpd $(LIBS)
