/* view_sample.h — Job: opened views of synthetic people, for tests of what a terminal shows. */
#ifndef TESTS_LIB_VIEW_SAMPLE_H
#define TESTS_LIB_VIEW_SAMPLE_H

#include "client/sealed_view.h"

/* A complete view with one section, already open, holding PLAIN. Freed with view_sample_fini. */
void view_sample(struct sealed_view *view, int section, const char *plain);
void view_sample_add(struct sealed_view *view, int section, const char *plain);
void view_sample_fini(struct sealed_view *view);
/* The text for a terminal of ASKED sections, NUL-terminated, in a static buffer. */
const char *view_sample_text(const struct sealed_view *view, uint64_t asked, int profile);
#endif
