/* spool.h — Job: messages that have no receipt yet, kept over a restart, sealed to the gateway.
 *
 * What is stored: the message's id, when it was made, and the whole frame sealed to the gateway's
 * spool key (common/box.h). The tablet cannot read it back. A row is on the disk when spool_add
 * returns (SQLite, synchronous=FULL), before the message is sent.
 *
 *   [kept] --receipt, final refusal in the same life--> gone
 *   [kept] --final refusal of a row of an earlier life--> [set aside]: shown, never sent again
 *
 * Rows that were there when the spool was opened are of an earlier life: their plain frames are
 * gone, they go out as they are (`spooled`). */
#ifndef AMBULANCE_CLIENT_SPOOL_H
#define AMBULANCE_CLIENT_SPOOL_H

#include "proto/buf.h"
#include "proto/id.h"
#include "proto/limits.h"

struct spool; /* heap; made by spool_open */

/* Opens or makes PATH (0600). A file that is damaged is put aside as PATH.damaged-<WALL_MS> and a
 * new one is made: an ambulance must drive; *DAMAGED then says so. ERR_IO, ERR_NOT_ALLOWED,
 * ERR_FULL. */
MUST_CHECK enum err spool_open(const char *path, int64_t wall_ms, struct spool **out,
                               bool *damaged);
void spool_close(struct spool *spool); /* NULL is allowed */

/* The gateway's public key, from `welcome`; kept. What was sealed to an older key stays as it is.
 * */
MUST_CHECK enum err spool_set_key(struct spool *spool, const uint8_t key[KEY_BYTES]);
bool spool_has_key(const struct spool *spool);

/* Seals FRAME and stores it. ERR_NOT_FOUND: no key yet; ERR_TOO_LARGE: its sealed form would not
 * fit a `spooled`; ERR_FULL: SPOOL_ROWS_MAX rows, or the disk; ERR_CONFLICT: MESSAGE is there
 * already. */
MUST_CHECK enum err spool_add(struct spool *spool, const struct id *message, struct slice frame,
                              int64_t made_at);
/* MESSAGE is settled. No such row is no error. */
MUST_CHECK enum err spool_remove(struct spool *spool, const struct id *message);
/* The gateway will never take MESSAGE, for the reason CODE (an error's name). */
MUST_CHECK enum err spool_set_aside(struct spool *spool, const struct id *message,
                                    const char *code);

struct spool_row {
    int64_t number;
    struct id message;
    int64_t made_at;
    struct buf sealed; /* the caller's to free */
};
/* The first row of an earlier life that is not set aside, with a number above AFTER (0: the first).
 * ERR_NOT_FOUND: none. OUT->sealed is filled anew. */
MUST_CHECK enum err spool_next(struct spool *spool, int64_t after, struct spool_row *out);

struct spool_count {
    int64_t kept, earlier; /* all that wait; of these, of an earlier life */
    int64_t oldest_at;     /* of those that wait; 0: none */
    int64_t aside;
};
MUST_CHECK enum err spool_count(struct spool *spool, struct spool_count *out);
#endif
