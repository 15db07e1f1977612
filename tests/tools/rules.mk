# rules.mk — Job: the documents that are generated from the tables of proto/; tests compare them.
# They link proto/ alone, so that they can be made while another room does not build.
DOC_OBJS = $(patsubst %,$(B)/tests/lib/%.o,json_writer record_set schema_doc asyncapi_doc \
             protocol_doc file_bytes)

.PHONY: docs protocol-doc
docs: docs/asyncapi.json protocol-doc

$(B)/tools/asyncapi $(B)/tools/protocol_doc: $(B)/tools/%: $(B)/tests/tools/%.o $(DOC_OBJS) \
                                             $(LIB_proto)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
docs/asyncapi.json: $(B)/tools/asyncapi
	$(call say,DOC,$@)
	$(Q)$< >$@.new && mv $@.new $@
protocol-doc: $(B)/tools/protocol_doc
	$(Q)$< proto/PROTOCOL.md proto/view.h
