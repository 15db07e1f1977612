/* rewrap.h — Job: organisations' data keys follow the months; a past month has cases only.
 *
 * A data key is wrapped by the month of its making. That is right for a case: the month's key is
 * destroyed one day, and with it what was sealed of that case. An organisation stays, with the rows
 * of its people and devices; its key is therefore wrapped anew when a month begins. */
#ifndef GATEWAY_JOURNAL_REWRAP_H
#define GATEWAY_JOURNAL_REWRAP_H

#include "common/keyfile.h"
#include "gateway/journal/store.h"

/* How far the present month is; zeros at the start. */
struct rewrap {
    int month;
    struct id after; /* organisations up to this one are done */
    bool done;
};

/* The writer, inside a transaction: the next REWRAP_STEP organisations. AT is the transaction's: it
 * counts once that is committed. A key that cannot be unwrapped (its month is destroyed, or it is
 * damaged) is left as it is. Errors are the store's. */
MUST_CHECK enum err rewrap_step(struct store *store, struct keyfile *keys, int64_t now_ms,
                                struct rewrap *at);
#endif
