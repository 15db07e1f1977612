/* pages_rules.c — Job: who may ask the page server for what: Host, Origin, cookie. */
#include "common/pages_rules.h"

#include <stdio.h>
#include <strings.h>

enum { ORIGIN_MAX = 300 };

static bool is_default_port(const struct pages_origin *own)
{
    return own->port == (own->scheme == PAGES_HTTPS ? 443 : 80);
}

bool pages_host_is(const struct pages_origin *own, struct slice host)
{
    char port[16];
    size_t name = strlen(own->name);
    if (host.bytes == NULL || host.size < name || strncasecmp(host.bytes, own->name, name) != 0)
        return false;
    if (host.size == name)
        return is_default_port(own);
    snprintf(port, sizeof port, ":%d", own->port);
    return slice_is((struct slice){host.bytes + name, host.size - name}, port);
}

bool pages_origin_is(const struct pages_origin *own, struct slice origin)
{
    char text[ORIGIN_MAX];
    const char *scheme = own->scheme == PAGES_HTTPS ? "https" : "http";
    int size = is_default_port(own)
                   ? snprintf(text, sizeof text, "%s://%s", scheme, own->name)
                   : snprintf(text, sizeof text, "%s://%s:%d", scheme, own->name, own->port);
    return origin.bytes != NULL && size > 0 && (size_t)size < sizeof text && slice_is(origin, text);
}

/* Cuts the first `name=value` off REST. */
static struct slice next_pair(struct slice *rest)
{
    while (rest->size > 0 && (rest->bytes[0] == ' ' || rest->bytes[0] == ';'))
        rest->bytes++, rest->size--;
    const char *end = memchr(rest->bytes, ';', rest->size);
    struct slice pair = {rest->bytes, end == NULL ? rest->size : (size_t)(end - rest->bytes)};
    rest->bytes += pair.size;
    rest->size -= pair.size;
    return pair;
}

struct slice pages_cookie(struct slice header, const char *name)
{
    struct slice found = {NULL, 0};
    size_t name_size = strlen(name);
    while (header.bytes != NULL && header.size > 0) {
        struct slice pair = next_pair(&header);
        bool hit = pair.size > name_size && pair.bytes[name_size] == '=' &&
                   memcmp(pair.bytes, name, name_size) == 0;
        if (hit && found.bytes != NULL)
            return (struct slice){NULL, 0};
        if (hit)
            found = (struct slice){pair.bytes + name_size + 1, pair.size - name_size - 1};
    }
    return found;
}

bool pages_same_secret(struct slice a, struct slice b)
{
    unsigned char differs = 0;
    if (a.bytes == NULL || b.bytes == NULL || a.size != b.size || a.size == 0)
        return false;
    for (size_t i = 0; i < a.size; i++)
        differs |= (unsigned char)((unsigned char)a.bytes[i] ^ (unsigned char)b.bytes[i]);
    return differs == 0;
}
