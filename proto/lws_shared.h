/* lws_shared.h — Job: what both ends of the wire know about libwebsockets' habits. */
#ifndef PROTO_LWS_SHARED_H
#define PROTO_LWS_SHARED_H

#include <stddef.h>
#include <stdint.h>

/* The options of every context: libuv, vhosts of our own making, none of the system's authorities,
 * and the start of its TLS, which is global: the first context of the process gets it and no other,
 * since a second start would give the connections of the first one a wrong index. Switches its log
 * off: it can hold bytes of messages, and whatever matters comes back to us as an error or
 * a close. */
uint64_t lws_shared_options(void);

enum { LWS_SHARED_CLOSE_MAX = 2 + 4 + 2 + 100 };
/* Writes a close frame (RFC 6455 §5.5.1) with CODE and at most 100 bytes of WHY (may be NULL),
 * masked with zeros when AS_CLIENT; gives its size. Sent as raw bytes, because libwebsockets as
 * Debian builds it (with its debugging on) calls its own close twice under libuv, and the second
 * call kills what the first wanted to say. */
enum lws_shared_side { AS_SERVER, AS_CLIENT };
size_t lws_shared_close_frame(unsigned char frame[LWS_SHARED_CLOSE_MAX], enum lws_shared_side side,
                              unsigned code, const char *why);
#endif
