/* json.c — Job: the only door to the JSON parser: bounded, strict, no duplicate keys. */
#include "proto/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "proto/json_scan.h"

/* A struct json is cJSON's node under another name: nobody else can see inside. */
static const cJSON *in(const struct json *node)
{
    return (const cJSON *)node;
}

static const struct json *out(const cJSON *node)
{
    return (const struct json *)node;
}

/* Every string of a frame can be clinical text or a password. */
static void wipe_free(void *memory)
{
    if (memory == NULL)
        return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static void set_hooks(void)
{
    cJSON_Hooks hooks = {malloc, wipe_free};
    cJSON_InitHooks(&hooks);
}

enum err json_parse(struct slice text, size_t size_max_bytes, struct json **root)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *root = NULL;
    if (text.size > size_max_bytes)
        return ERR_TOO_LARGE;
    if (text.size == 0)
        return ERR_JSON;
    enum err e = json_scan(text);
    if (e != ERR_OK)
        return e;
    pthread_once(&once, set_hooks);
    cJSON *node = cJSON_ParseWithLength(text.bytes, text.size);
    if (node == NULL)
        return ERR_NO_MEMORY; /* the scan has settled that it is JSON */
    *root = (struct json *)node;
    return ERR_OK;
}

void json_free(struct json *root)
{
    cJSON_Delete((cJSON *)root);
}

enum json_kind json_kind(const struct json *node)
{
    switch (in(node)->type & 0xff) {
    case cJSON_False:
    case cJSON_True:
        return JSON_FLAG;
    case cJSON_Number:
        return JSON_INT;
    case cJSON_String:
        return JSON_TEXT;
    case cJSON_Array:
        return JSON_LIST;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

struct slice json_text(const struct json *node)
{
    assert(json_kind(node) == JSON_TEXT);
    return slice_of(in(node)->valuestring); /* the scan refused NUL, so the length is right */
}

int64_t json_int(const struct json *node)
{
    assert(json_kind(node) == JSON_INT);
    return (int64_t)in(node)->valuedouble; /* exact: the scan allows integers within 2^53 only */
}

bool json_flag(const struct json *node)
{
    assert(json_kind(node) == JSON_FLAG);
    return (in(node)->type & 0xff) == cJSON_True;
}

const struct json *json_get(const struct json *object, const char *key)
{
    assert(json_kind(object) == JSON_OBJECT);
    return out(cJSON_GetObjectItemCaseSensitive(in(object), key));
}

size_t json_count(const struct json *list_or_object)
{
    size_t count = 0;
    for (const struct json *i = json_first(list_or_object); i != NULL; i = json_next(i))
        count++;
    return count;
}

const struct json *json_first(const struct json *list_or_object)
{
    assert(json_kind(list_or_object) == JSON_LIST || json_kind(list_or_object) == JSON_OBJECT);
    return out(in(list_or_object)->child);
}

const struct json *json_next(const struct json *item)
{
    return out(in(item)->next);
}

struct slice json_key(const struct json *member)
{
    assert(in(member)->string != NULL);
    return slice_of(in(member)->string);
}
