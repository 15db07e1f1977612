/* lws_shared.c — Job: what both ends of the wire know about libwebsockets' habits. */
#include "proto/lws_shared.h"

#include <libwebsockets.h>
#include <stdbool.h>
#include <string.h>

enum { REASON_MAX = 100, CLOSE_OPCODE = 0x88, MASKED = 0x80, MASK_BYTES = 4 };

uint64_t lws_shared_options(void)
{
    static bool started;
    uint64_t options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                       LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
    if (!started)
        options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    started = true;
    lws_set_log_level(0, NULL);
    return options;
}

size_t lws_shared_close_frame(unsigned char frame[LWS_SHARED_CLOSE_MAX], enum lws_shared_side side,
                              unsigned code, const char *why)
{
    size_t size = why == NULL ? 0 : strnlen(why, REASON_MAX);
    size_t at = 0;
    frame[at++] = CLOSE_OPCODE;
    frame[at++] = (unsigned char)((side == AS_CLIENT ? MASKED : 0) | (size + 2));
    if (side == AS_CLIENT) {
        memset(frame + at, 0, MASK_BYTES);
        at += MASK_BYTES;
    }
    frame[at++] = (unsigned char)(code >> 8 & 0xff);
    frame[at++] = (unsigned char)(code & 0xff);
    if (size > 0)
        memcpy(frame + at, why, size);
    return at + size;
}
