/* fuzz_pages.c — Job: anything from a page or a gateway: what is a person's reaches nobody else.
 *
 * Lines: `>` a page's text, `<` a gateway's frame, `c` a Cookie header, else a frame to cut. */
#include <assert.h>
#include <stdint.h>

#include "client/pages_cut.h"
#include "tests/lib/pages_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"x\"},\"state\":\"present\"}"},
    {SECTION_DOCUMENT,
     "{\"content\":{\"parts\":[]},\"files\":[{\"bytes\":\"JVBERi0x\",\"media\":\"application/pdf\","
     "\"part\":0}],\"state\":\"present\"}"}};

static void begin(struct pages_kit *kit, enum sender side)
{
    pkit_init(kit, side);
    pkit_open(kit, 0);
    pkit_open(kit, 1);
    pkit_sign_in(kit, 0, 'S');
    ckit_case(&kit->wire, kit->wire.wall + 600000);
    ckit_view(&kit->wire, 'G', sections, 2, 64, kit->wire.wall + 600000);
}

/* A JSON object stays one, and the member is gone. */
static void cut(struct slice text)
{
    static const char *const names[] = {"content"};
    struct json *root = NULL, *less = NULL;
    struct buf out = {0};
    if (json_parse(text, FRAME_BYTES_MAX, &root) == ERR_OK && json_kind(root) == JSON_OBJECT) {
        assert(pages_cut(text, names, 1, &out) == ERR_OK);
        assert(json_parse(buf_slice(&out), FRAME_BYTES_MAX, &less) == ERR_OK);
        const struct json *body = json_get(less, "body");
        assert(body == NULL || json_kind(body) != JSON_OBJECT || json_get(body, "content") == NULL);
    } else if (pages_cut(text, names, 1, &out) == ERR_OK) {
        assert(out.size <= 3 * text.size + 2); /* no JSON: only an end is promised */
    }
    json_free(root);
    json_free(less);
    buf_free(&out);
}

static void line(struct pages_kit *kit, struct slice text)
{
    struct slice rest = {text.bytes + 1, text.size - 1};
    pkit_forget(kit);
    if (text.bytes[0] == '>') {
        pages_text(kit->links[0].link, rest);
    } else if (text.bytes[0] == '<') {
        pages_before(kit->pages);
        client_frame(kit->wire.client, rest);
        pages_after(kit->pages, rest);
    } else if (text.bytes[0] == 'c') {
        struct slice cookie = pages_cookie(rest, "sakiyomi_1");
        assert(!pages_browser_known(kit->pages, cookie));
    } else {
        cut(text);
    }
    client_tick(kit->wire.client);
    pages_tick(kit->pages);
    kit->wire.mono += 50;
    static const char *const personal[] = {"section_keys",  "view_piece", "record",
                                           "view_header",   "local.said", "local.document",
                                           "local.pdf_page"};
    for (size_t i = 0; i < sizeof personal / sizeof personal[0]; i++)
        assert(pkit_times(kit, 1, personal[i]) == 0);
    for (size_t i = 0; i < kit->children_count; i++)
        if (kit->children[i].runs)
            pkit_drawn(kit, i, text.size % 2 == 0 ? ERR_OK : ERR_PDF_LIMITS, text.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pages_kit kit;
    const char *bytes = (const char *)data;
    begin(&kit, size != 0 && data[0] == 'a' ? FROM_AMBULANCE : FROM_HOSPITAL);
    while (size != 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t length = end == NULL ? size : (size_t)(end - bytes);
        if (length != 0)
            line(&kit, (struct slice){bytes, length});
        size -= length;
        bytes += length;
        if (size != 0)
            bytes++, size--;
    }
    pkit_forget(&kit);
    pkit_fini(&kit);
    return 0;
}
