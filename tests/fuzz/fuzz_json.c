/* fuzz_json.c — Job: any bytes at the JSON door; what it lets in can be walked to the last node. */
#include <assert.h>

#include "proto/json.h"
#include "proto/limits.h"
#include "proto/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct json *node)
{
    if (json_kind(node) == JSON_TEXT)
        assert(utf8_valid(json_text(node)));
    if (json_kind(node) == JSON_INT)
        assert(json_int(node) <= WIRE_INT_MAX && json_int(node) >= -WIRE_INT_MAX);
    if (json_kind(node) == JSON_LIST)
        assert(json_count(node) <= JSON_ITEMS_MAX);
    if (json_kind(node) == JSON_OBJECT)
        assert(json_count(node) <= JSON_KEYS_MAX);
}

/* Also what the parser kept must be what the scanner saw: no key twice, in the parser's eyes. */
static void check_keys(const struct json *node)
{
    if (json_kind(node) != JSON_OBJECT)
        return;
    for (const struct json *m = json_first(node); m != NULL; m = json_next(m))
        assert(json_get(node, json_key(m).bytes) == m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct json *next[JSON_DEPTH_MAX + 1];
    struct json *root = NULL;
    size_t depth = 0;
    if (json_parse((struct slice){(const char *)data, size}, FRAME_BYTES_MAX, &root) != ERR_OK)
        return 0;
    next[depth++] = root;
    while (depth > 0) {
        const struct json *node = next[depth - 1];
        if (node == NULL) {
            depth--;
            continue;
        }
        check(node);
        check_keys(node);
        next[depth - 1] = node == root ? NULL : json_next(node);
        if (json_kind(node) == JSON_LIST || json_kind(node) == JSON_OBJECT) {
            assert(depth <= JSON_DEPTH_MAX);
            next[depth++] = json_first(node);
        }
    }
    json_free(root);
    return 0;
}
