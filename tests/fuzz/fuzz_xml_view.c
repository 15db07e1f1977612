/* fuzz_xml_view.c — Job: any bytes as each kind of official XML; what comes out is canonical. */
#include "gateway/errand/eligibility/parse.h"
#include "tests/lib/canon_check.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_parser(const struct xml_node *root,
                       enum err (*parse)(const struct xml_node *root, struct parsed *out))
{
    struct parsed p;
    parsed_init(&p);
    if (parse(root, &p) == ERR_OK) {
        for (size_t i = 1; i <= VIEW_SECTIONS; i++)
            if (p.json[i].size > 0)
                canon_check(buf_slice(&p.json[i]));
        (void)person_same(&p.who, &p.who);
    }
    parsed_fini(&p);
}

/* Each parser marks nodes of the tree, so each gets its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum err (*const parsers[])(const struct xml_node *, struct parsed *) = {
        parse_eligibility, parse_medication, parse_checkup};
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++) {
        struct arena memory = {0};
        enum view_charset charset;
        struct xml_node *root;
        if (xml_read((struct slice){(const char *)data, size}, &memory, &charset, &root) ==
            ERR_OK) {
            assert(charset == CHARSET_UTF8 || charset == CHARSET_CP932);
            try_parser(root, parsers[i]);
        }
        arena_free(&memory);
    }
    return 0;
}
