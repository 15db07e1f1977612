/* rebuild.h — Job: fold the whole journal again and hold every derived row against the result.
 *
 * Derived from the log, and compared: the state of each case, person, device and organisation, its
 * `open` flag and the realm that seals it; the running counts of organisations and aliases; the
 * numbers of each device; which messages were taken, and at which entry. Not derived, because no
 * entry says it: the digest of a message; whom an event was told to. Of the last only this is
 * looked at: numbers without gap, and nobody who is no party to the event. A row's version is only
 * bounded by its events, but the seal is bound to it. */
#ifndef GATEWAY_REBUILD_H
#define GATEWAY_REBUILD_H

#include "gateway/journal/keyring.h"

enum rebuild_what {
    REBUILD_MISSING,    /* the log makes the row, and it is not there */
    REBUILD_EXTRA,      /* no entry made it */
    REBUILD_DIFFERENT,  /* it says something else than its entries */
    REBUILD_UNREADABLE, /* it does not open, or is no row of ours */
    REBUILD_OPEN,       /* open or ended, against its entries; or not found by the start's walk */
    REBUILD_REALM,      /* sealed for somebody else */
    REBUILD_TOLD,       /* a gap or a wrong link in what a device was told, or a stranger */
    REBUILD_WHATS
};

struct rebuild_difference {
    enum rebuild_what what;
    const char *row; /* "case", "person", "device", "organisation", "organisation count", "alias
                        count", "device number", "receipt", "recipient", "entry", "payload" */
    struct id id;    /* of the row (receipt: the message, recipient: the device); may be absent */
    uint64_t seq;    /* the entry it is about; 0: none */
};

struct rebuild_setup {
    struct store *store;  /* a reader of a journal that nobody writes meanwhile */
    struct keyring *ring; /* lent */
    void *self;
    void (*named)(void *self, const struct rebuild_difference *difference); /* each one found */
};

struct rebuild_report {
    uint64_t events;                        /* folded */
    uint64_t aggregates;                    /* state rows looked at */
    uint64_t numbers, receipts, recipients; /* looked at */
    uint64_t differences, found[REBUILD_WHATS];
    uint64_t shredded; /* state rows and payloads without a key any more */
    uint64_t unknown;  /* state rows that a payload without key has a part in: not compared */
};

/* Reads only, and goes on at whatever is wrong with a row. ERR_OK whatever was found; ERR_STORE,
 * ERR_CORRUPT (the database cannot be read on), ERR_NOT_PROVIDED (a store without rows),
 * ERR_NO_MEMORY. */
MUST_CHECK enum err rebuild_compare(const struct rebuild_setup *setup, struct rebuild_report *out);
const char *rebuild_what_text(enum rebuild_what what); /* one word; never NULL */
#endif
