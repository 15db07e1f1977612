# rules.mk — Job: what single unit tests need beyond the rule for all.
PDF_TESTS = $(patsubst %,$(B)/unit/test_%,fonts render sandbox)
$(PDF_TESTS): private override LIBS += $(PDF_LIBS)
$(B)/tests/unit/test_render.o: private override CFLAGS += $(PDF_CFLAGS)
# It starts the program.
$(B)/unit/test_pdf_child: | $(B)/bin/sakiyomi-pdf-pages
