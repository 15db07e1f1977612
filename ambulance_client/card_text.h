/* card_text.h — Job: each outcome at the card reader in its own plain words, 日本語 and English. */
#ifndef AMBULANCE_CLIENT_CARD_TEXT_H
#define AMBULANCE_CLIENT_CARD_TEXT_H

#include "ambulance_client/card.h"

/* The crew must know what to do next, so no two of these share their words (I-06, I-09). */
enum card_outcome {
    CARD_SAYS_SERVICE_MISSING = 1,
    CARD_SAYS_NO_READER,
    CARD_SAYS_EMPTY,
    CARD_SAYS_READ,
    CARD_SAYS_NOT_MY_NUMBER,
    CARD_SAYS_OLD_CARD,
    CARD_SAYS_PHONE,
    CARD_SAYS_REMOVED,
    CARD_SAYS_BUSY,
    CARD_SAYS_READ_ERROR,
    CARD_SAYS_SIGNED,
    CARD_SAYS_WRONG_PIN, /* its text names the tries left */
    CARD_SAYS_LAST_TRY,  /* the PIN was not sent: one try is left */
    CARD_SAYS_BLOCKED,
    CARD_SAYS_PIN_FORM,
    CARD_SAYS_EXPIRED,
    CARD_SAYS_REVOKED,
    CARD_SAYS_UNKNOWN_ISSUER,
    CARD_SAYS_COUNT
};

enum card_language { CARD_JAPANESE, CARD_ENGLISH };
enum { CARD_TEXT_MAX = 256 /* bytes with NUL */ };

/* What EVENT is to the crew. */
enum card_outcome card_outcome_of(const struct card_event *event);
/* The same for an error of reading, signing or of the certificate's check (jpki_trust_check). */
enum card_outcome card_outcome_of_err(enum err err);

/* One or two sentences. TRIES (may be CARD_TRIES_UNKNOWN) is for CARD_SAYS_WRONG_PIN only. */
void card_text(enum card_outcome outcome, enum card_language language, int tries,
               char text[CARD_TEXT_MAX]);
/* The outcome's name for pages and tests, "wrong_pin"; "" when it is none. */
const char *card_outcome_name(enum card_outcome outcome);
#endif
