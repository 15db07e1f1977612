/* keyfile_text.h — Job: the one line of a key file: written, and read with every check (pure). */
#ifndef COMMON_KEYFILE_TEXT_H
#define COMMON_KEYFILE_TEXT_H

#include "common/seal.h"

/* Appends `sakiyomi-key 1 <name> <base64 of KEY> <check>` and a newline. The check is the first 8
 * hex digits of SHA-256 over "sakiyomi-key 1 ", NAME and KEY. */
void keyfile_text_add(struct buf *out, const char *name, const uint8_t key[SEAL_KEY_SIZE]);
/* ERR_CORRUPT unless LINE is exactly what keyfile_text_add writes for NAME; KEY is then wiped. */
MUST_CHECK enum err keyfile_text_read(struct slice line, const char *name,
                                      uint8_t key[SEAL_KEY_SIZE]);
#endif
