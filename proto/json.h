/* json.h — Job: the only door to the JSON parser: bounded, strict, no duplicate keys. */
#ifndef PROTO_JSON_H
#define PROTO_JSON_H

#include "proto/err.h"
#include "proto/slice.h"

struct json; /* one node of a parsed text; lives as long as its root */

/* Parses exactly one JSON value of at most FRAME-independent SIZE_MAX_BYTES bytes. Refuses: invalid
 * UTF-8 (ERR_UTF8), nesting above JSON_DEPTH_MAX (ERR_TOO_DEEP), too many keys or items or bytes
 * (ERR_TOO_LARGE), duplicate keys (ERR_DUPLICATE_KEY), NUL in a text, a byte order mark, anything
 * behind the value, numbers that are not integers within +-2^53 (ERR_JSON). The caller owns *ROOT:
 * json_free wipes and frees it. TEXT may be freed at once. */
MUST_CHECK enum err json_parse(struct slice text, size_t size_max_bytes, struct json **root);
void json_free(struct json *root);

enum json_kind { JSON_NULL, JSON_FLAG, JSON_INT, JSON_TEXT, JSON_LIST, JSON_OBJECT };
enum json_kind json_kind(const struct json *node);

/* Lent: valid until json_free of the root. Each asserts the right kind: ask json_kind first. */
struct slice json_text(const struct json *node);
int64_t json_int(const struct json *node);
bool json_flag(const struct json *node);
const struct json *json_get(const struct json *object, const char *key); /* NULL: no such key */
size_t json_count(const struct json *list_or_object);
/* Walks the items of a list or the members of an object; NULL at the end. */
const struct json *json_first(const struct json *list_or_object);
const struct json *json_next(const struct json *item);
struct slice json_key(const struct json *member); /* the key under which a member stands */
#endif
