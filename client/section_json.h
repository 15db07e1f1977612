/* section_json.h — Job: read an opened section: JSON with thousands of items, in wiped memory.
 *
 * proto/json.h is the door for frames and refuses more than JSON_ITEMS_MAX items; a section may
 * have VIEW_ITEMS_MAX. The same rules otherwise: UTF-8, depth, no duplicate keys, integers only.
 * Nodes are numbers into one table; the root is 0. */
#ifndef CLIENT_SECTION_JSON_H
#define CLIENT_SECTION_JSON_H

#include "proto/err.h"
#include "proto/slice.h"

struct section_json; /* heap */

#define SECTION_NONE UINT32_MAX /* no such node */

enum section_node { NODE_NONE, NODE_OBJECT, NODE_LIST, NODE_TEXT, NODE_OTHER };

/* TEXT is copied. ERR_TOO_LARGE above SEAL_BYTES_MAX bytes or CLIENT_NODES_MAX nodes or
 * JSON_KEYS_MAX keys in one object; ERR_TOO_DEEP;
 * ERR_UTF8; ERR_DUPLICATE_KEY; ERR_JSON; ERR_NO_MEMORY. */
MUST_CHECK enum err section_json_parse(struct slice text, struct section_json **out);
void section_json_free(struct section_json *doc); /* wipes; NULL is allowed */

/* All of these accept SECTION_NONE and answer "none". */
enum section_node section_kind(const struct section_json *doc, uint32_t node);
/* The member KEY of an object. */
uint32_t section_get(const struct section_json *doc, uint32_t object, const char *key);
/* Items of a list, members of an object. */
uint32_t section_first(const struct section_json *doc, uint32_t node);
uint32_t section_next(const struct section_json *doc, uint32_t node);
/* A text's characters, unescaped; a number's or literal's as written; bytes NULL: none. */
struct slice section_text(const struct section_json *doc, uint32_t node);
/* The text member KEY of OBJECT; bytes NULL: none, or no text. */
struct slice section_member(const struct section_json *doc, uint32_t object, const char *key);
size_t section_count(const struct section_json *doc, uint32_t node);
#endif
