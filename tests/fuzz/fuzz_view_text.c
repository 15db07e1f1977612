/* fuzz_view_text.c — Job: any opened section as text for a terminal; nothing in it orders the
 * terminal. */
#include <assert.h>
#include <stdint.h>

#include "client/section_json.h"
#include "client/view_text.h"
#include "proto/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sealed_view view = {.source = VIEW_EMERGENCY_SUMMARY, .sections_count = 1};
    struct buf out = {0};
    if (size == 0)
        return 0;
    int section = 1 + data[0] % VIEW_SECTIONS;
    view.sections[0].section = section;
    buf_add(&view.sections[0].plain, data + 1, size - 1);
    view.opened = view.openable = SECTION_BIT(section);
    struct view_text_now now = {.now = 1, .asked = SECTION_BIT(section)};
    view_text(&view, &now, &out);
    size_t chars;
    assert(buf_error(&out) != ERR_OK || utf8_printable(buf_slice(&out), &chars) == ERR_OK);
    buf_free(&view.sections[0].plain);
    buf_free(&out);
    return 0;
}
