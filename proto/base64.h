/* base64.h — Job: RFC 4648 section 4 base64 with padding, strict in both directions. */
#ifndef PROTO_BASE64_H
#define PROTO_BASE64_H

#include "proto/buf.h"

void base64_add(struct buf *b, const void *bytes, size_t size);
/* Decodes TEXT into OUT (room ROOM); ERR_BAD_FIELD for anything but canonical padded base64,
 * ERR_TOO_LARGE when it does not fit. */
MUST_CHECK enum err base64_decode(struct slice text, void *out, size_t room, size_t *size);
#endif
