/* pages_cut.h — Job: copy a frame of the gateway without some members of it. */
#ifndef CLIENT_PAGES_CUT_H
#define CLIENT_PAGES_CUT_H

#include "proto/buf.h"

/* Appends FRAME, a JSON object that has passed the parser (proto/json.h), to OUT without the
 * members of its `body` that NAMES (COUNT of them) lists. Everything else stays byte by byte. A
 * member of the frame or of the body whose key is written with an escape is left out as well: it
 * could be one of NAMES in disguise. ERR_JSON: not such an object (OUT is then not to be used);
 * ERR_NO_MEMORY. */
MUST_CHECK enum err pages_cut(struct slice frame, const char *const *names, size_t count,
                              struct buf *out);
#endif
