/* keys_asked.h — Job: what the log says of the newest destruction of a month's key. */
#ifndef GATEWAY_KEYS_ASKED_H
#define GATEWAY_KEYS_ASKED_H

#include "gateway/core/people.h"
#include "gateway/settings.h"

struct keys_asked {
    int month; /* as the key folder counts; 0: none */
    struct json *json;
    struct reason_payload words; /* lent by JSON; absent: not readable */
};

/* Reads only, also beside a running gateway. The caller frees OUT whatever comes back. */
MUST_CHECK enum err keys_asked_read(const struct settings *settings, struct keys_asked *out);
void keys_asked_free(struct keys_asked *asked);
#endif
