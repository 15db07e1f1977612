/* card_jpki.h — Job: talk to a My Number card's JPKI application, over whatever carries APDUs. */
#ifndef AMBULANCE_CLIENT_CARD_JPKI_H
#define AMBULANCE_CLIENT_CARD_JPKI_H

#include "proto/codes.h"
#include "proto/err.h"
#include "proto/limits.h"
#include "proto/sha256.h"
#include "proto/slice.h"

/* Commands and files as in OpenSC (card-jpki.c, jpki.h), myna and myna-card; short APDUs only. Of
 * the card nothing is read but the kind of token, the user-authentication certificate (no name, no
 * address in it) and how many PIN tries are left. The other applications, where the My Number is,
 * are never selected. Pure: no I/O of its own, no allocation, no clock. */

enum { CARD_TRIES_UNKNOWN = -1 };

/* The line to one card. A card is a stranger: whatever it answers, the sizes are checked here. */
struct card_line {
    /* Sends COMMAND; writes the answer with its two status bytes to OUT (ROOM bytes) and its size
     * to *SIZE. The error of TRANSMIT comes back to the caller as it is. */
    enum err (*transmit)(void *self, struct slice command, uint8_t *out, size_t room, size_t *size);
    void *self;
    bool le_with_data; /* T=1: a command with data also carries Le. T=0: GET RESPONSE follows */
    unsigned apdus;    /* counted here */
    uint16_t sw;       /* last status; 0 when the last command got no answer */
};

struct card_reading {
    enum card_kind kind; /* CARD_OTHER: no JPKI application, or an unknown token */
    uint8_t certificate[CERT_BYTES_MAX];
    size_t certificate_size; /* 0: this kind does not give it without a PIN */
    int tries;               /* of the user-authentication PIN, or CARD_TRIES_UNKNOWN */
};

struct card_signature {
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t size;
    int tries; /* left after it, or CARD_TRIES_UNKNOWN */
};

/* What to do when a wrong PIN would block the card (unblocking means a visit to the town hall). */
enum card_last_try { CARD_KEEP_LAST_TRY, CARD_SPEND_LAST_TRY };

/* Selects the application and reads what can be read without a PIN. ERR_OK also for phones, old
 * cards and CARD_OTHER: the kind says it. ERR_CARD: the card refuses or answers nonsense. */
MUST_CHECK enum err card_jpki_read(struct card_line *line, struct card_reading *out);

/* Selects, asks the tries, sends the PIN, has the card sign HASH (PKCS#1 v1.5, SHA-256).
 * ERR_BAD_FIELD: not CARD_PIN_DIGITS digits; nothing was sent. ERR_NOT_ALLOWED: one try is left and
 * LAST_TRY keeps it; the PIN was not sent. ERR_CARD_PIN: wrong. ERR_CARD_BLOCKED: no try left.
 * ERR_CARD_KIND: no JPKI application. ERR_CARD: anything else; if the tries cannot be asked, the
 * PIN is not sent. Afterwards reset the card, or the next program may sign without a PIN. */
MUST_CHECK enum err card_jpki_sign(struct card_line *line, struct slice pin,
                                   const struct hash *hash, enum card_last_try last_try,
                                   struct card_signature *out);
#endif
