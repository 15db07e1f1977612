/* opened.h — Job: what every command needs of the data folder: lock, keys, store, journal. */
#ifndef GATEWAY_OPENED_H
#define GATEWAY_OPENED_H

#include "common/keyfile.h"
#include "gateway/journal/journal.h"
#include "gateway/settings.h"

struct opened {
    int lock_fd; /* -1: not locked */
    struct store *store;
    struct journal *journal;
    struct keyfile *keys;
};

enum opened_how { OPENED_ALONE, OPENED_TO_SET_CLOCK };

/* Takes the lock of the data folder: ERR_BUSY when a gateway or another command holds it. Starts
 * the even clock no earlier than the newest entry; OPENED_TO_SET_CLOCK: where the machine's is.
 * Logs what was wrong. */
MUST_CHECK enum err opened_open(const struct settings *settings, enum opened_how how,
                                struct opened *out);
/* When the newest entry was recorded; 0: there is none. */
MUST_CHECK enum err opened_last_ms(const struct opened *opened, int64_t *last_ms);
void opened_close(struct opened *opened);
#endif
