/* keyfile.h — Job: the folder of keys: made, loaded, used for wrapping, destroyed.
 *
 *   kek-2026-11.key        key-encryption key of one month: wraps the case keys made in that month
 *   kek-2026-11.destroyed  the month's key was destroyed on purpose; it is never made again
 *   alias.key              keys the table card → patient alias
 *   log.key                Ed25519 seed that signs the log's checkpoints
 *   spool.key, spool.pub   tablets and hospital boxes seal their spool to the public one (box.h)
 *
 * A key file is one line, mode 0600, `sakiyomi-key 1 <name> <base64 of 32 bytes> <check>`, so that
 * a renamed, truncated or mixed-up file is ERR_CORRUPT and not a riddle later. The folder is kept
 * outside the database and its backups, with its own escrow (DESIGN §3): destroying a month's key
 * shreds every copy of what it wrapped. Any thread may call. */
#ifndef COMMON_KEYFILE_H
#define COMMON_KEYFILE_H

#include "common/seal.h"

struct keyfile; /* heap; made by keyfile_open */

enum keyfile_name { KEYFILE_ALIAS = 1, KEYFILE_LOG, KEYFILE_SPOOL };

/* Opens DIR, makes it (0700) when it is not there. ERR_NOT_ALLOWED when it is not ours or others
 * may enter it. Loads no key yet. The caller closes it. */
MUST_CHECK enum err keyfile_open(const char *dir, struct keyfile **out);
void keyfile_close(struct keyfile *keys); /* wipes; NULL is allowed */

/* Makes a named key, once: ERR_CONFLICT when there is one. For KEYFILE_SPOOL also spool.pub. Only
 * `init` calls this: a gateway that finds no log key must refuse to start, not start a new log. */
MUST_CHECK enum err keyfile_create(struct keyfile *keys, enum keyfile_name name);
/* Copies the 32 bytes to OUT, the caller's locked memory. ERR_NOT_FOUND, ERR_NOT_ALLOWED (others
 * may read it), ERR_CORRUPT. */
MUST_CHECK enum err keyfile_load(struct keyfile *keys, enum keyfile_name name,
                                 uint8_t out[SEAL_KEY_SIZE]);

/* 202611 for any time in November 2026, UTC. This number is stored beside what was wrapped. */
int keyfile_month(int64_t wall_ms);

/* Wraps a data key under MONTH's key, which is made and synced first when there is none.
 * ERR_NOT_ALLOWED when that month's key was destroyed; ERR_BAD_FIELD when MONTH is none. */
MUST_CHECK enum err keyfile_wrap(struct keyfile *keys, int month, struct slice aad,
                                 const uint8_t key[SEAL_KEY_SIZE],
                                 uint8_t wrapped[SEAL_WRAPPED_SIZE]);
/* ERR_NOT_FOUND: the month's key is gone (destroyed, or the folder is not the right one: see
 * keyfile_destroyed); ERR_CRYPTO: wrong AAD or damaged. KEY is wiped on an error. */
MUST_CHECK enum err keyfile_unwrap(struct keyfile *keys, int month, struct slice aad,
                                   const uint8_t wrapped[SEAL_WRAPPED_SIZE],
                                   uint8_t key[SEAL_KEY_SIZE]);

/* The months that have a key, ascending. ERR_FULL when there are more than ROOM. */
MUST_CHECK enum err keyfile_months(struct keyfile *keys, int *months, size_t room, size_t *count);
/* For ever. ERR_NOT_FOUND when there is no such key. The mark is on the disk before the key goes.
 */
MUST_CHECK enum err keyfile_destroy(struct keyfile *keys, int month);
bool keyfile_there(struct keyfile *keys, int month); /* the month has a key */
bool keyfile_destroyed(struct keyfile *keys, int month);
#endif
