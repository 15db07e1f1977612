/* card_session.h — Job: one sitting with one card: connect, hold it alone, read or sign, let go. */
#ifndef AMBULANCE_CLIENT_CARD_SESSION_H
#define AMBULANCE_CLIENT_CARD_SESSION_H

#include "ambulance_client/card_jpki.h"
#include "ambulance_client/card_service.h"

/* Where to sit. STATE is the reader's state when the card was seen: its counter must not have moved
 * when a PIN is about to be sent, or it would go to another card. */
struct card_seat {
    const struct card_service *service;
    int64_t context;
    const char *reader;
    uint32_t state;
};

/* What happened on the way, good or bad. */
struct card_course {
    unsigned apdus;
    uint16_t sw;   /* last status of the card, 0: none */
    uint32_t code; /* last PC/SC code, 0: all well */
};

/* Tries up to three times, with a reset between, before it gives ERR_CARD. ERR_CARD_REMOVED,
 * ERR_NO_READER; ERR_BUSY: another program holds the card for itself, ask again later. */
MUST_CHECK enum err card_session_read(const struct card_seat *seat, struct card_reading *out,
                                      struct card_course *course);

/* Errors as above and as card_jpki_sign, but once only: a PIN is never sent twice. The card is
 * reset afterwards, whatever happened. */
MUST_CHECK enum err card_session_sign(const struct card_seat *seat, struct slice pin,
                                      const struct hash *hash, enum card_last_try last_try,
                                      struct card_signature *out, struct card_course *course);
#endif
