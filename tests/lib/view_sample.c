/* view_sample.c — Job: opened views of synthetic people, for tests of what a terminal shows. */
#include "tests/lib/view_sample.h"

#include "client/view_text.h"

#include <assert.h>
#include <stdio.h>

void view_sample_add(struct sealed_view *view, int section, const char *plain)
{
    assert(view->sections_count < VIEW_SECTIONS);
    struct sealed_section *row = &view->sections[view->sections_count++];
    *row = (struct sealed_section){.section = section, .done = true};
    buf_text(&row->plain, plain);
    view->opened |= SECTION_BIT(section);
    view->openable |= SECTION_BIT(section);
}

void view_sample(struct sealed_view *view, int section, const char *plain)
{
    *view = (struct sealed_view){
        .state = SEALED_COMPLETE, .source = VIEW_EMERGENCY_SUMMARY, .fetched_at = 1795500000000};
    view_sample_add(view, section, plain);
}

void view_sample_fini(struct sealed_view *view)
{
    for (size_t i = 0; i < view->sections_count; i++)
        buf_free(&view->sections[i].plain);
}

const char *view_sample_text(const struct sealed_view *view, uint64_t asked, int profile)
{
    static char text[16384];
    struct view_text_now now = {.now = 1795500000000, .profile = profile, .asked = asked};
    struct buf out = {0};
    view_text(view, &now, &out);
    snprintf(text, sizeof text, "%.*s", (int)out.size, out.bytes == NULL ? "" : out.bytes);
    buf_free(&out);
    return text;
}
