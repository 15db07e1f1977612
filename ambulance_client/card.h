/* card.h — Job: the tablet's card reader: tells the loop what happens at it, and has cards sign. */
#ifndef AMBULANCE_CLIENT_CARD_H
#define AMBULANCE_CLIENT_CARD_H

#include <uv.h>
#include "ambulance_client/card_jpki.h"
#include "ambulance_client/card_service.h"

/* One worker thread owns the PC/SC context and does every call that may block; the loop is never
 * held up by a slow card. All functions and callbacks here belong to the loop's thread. */

enum card_event_kind {
    CARD_EVENT_SERVICE_MISSING = 1, /* no pcscd; it is looked for again each second */
    CARD_EVENT_NO_READER,           /* the service runs and has no reader */
    CARD_EVENT_READER_EMPTY,        /* a reader is there (or back) without a card */
    CARD_EVENT_IN,                  /* a card was put in and read */
    CARD_EVENT_READ_FAILED,         /* a card is there and cannot be read: err says why */
    CARD_EVENT_OUT,                 /* what IN or READ_FAILED told of is gone */
    CARD_EVENT_SIGNED,              /* answers card_sign */
    CARD_EVENT_SIGN_FAILED          /* answers card_sign: err as card_session_sign, ERR_NO_CARD when
                                       that card is not there any more */
};

struct card_event {
    enum card_event_kind kind;
    char reader[CARD_READER_NAME_MAX]; /* "" for SERVICE_MISSING and NO_READER */
    uint32_t card_no;                  /* from IN on, this card's number; never given again */
    uint32_t order_no;                 /* SIGNED, SIGN_FAILED: what card_sign gave */
    enum err err;
    uint16_t sw;   /* last status of the card, 0: none */
    uint32_t code; /* PC/SC code, 0: none */
    int tries;     /* PIN tries left, or CARD_TRIES_UNKNOWN */
    unsigned apdus;
    uint64_t elapsed_us; /* from noticing the card, or beginning the order, to this event */
    /* IN: the user-authentication certificate (DER), size 0 when the card gives none. */
    enum card_kind card;
    uint8_t certificate[CERT_BYTES_MAX];
    size_t certificate_size;
    /* SIGNED */
    uint8_t signature[SIGNATURE_BYTES_MAX];
    size_t signature_size;
};

struct card_config {
    const struct card_service *service; /* card_pcsc_service(); kept, not copied */
    /* EVENT is lent for the call and wiped behind it. */
    void (*on_event)(void *self, const struct card_event *event);
    /* The last call: nothing of the watch is left. */
    void (*on_closed)(void *self);
    void *self;
};

struct card_watch; /* heap */

/* Starts to watch. ERR_NO_MEMORY, ERR_IO (no thread). */
MUST_CHECK enum err card_open(uv_loop_t *loop, const struct card_config *config,
                              struct card_watch **out);

/* Stops: no event after this, on_closed follows on the loop. When a card is silent in the middle
 * of a command, that takes as long as the card does. NULL does nothing. */
void card_close(struct card_watch *w);

struct card_order {
    uint32_t card_no; /* the card to sign, from its IN event */
    char *pin;        /* CARD_PIN_DIGITS digits; wiped by card_sign, whatever it returns */
    size_t pin_size;
    struct hash hash; /* SHA-256 of the challenge */
    enum card_last_try last_try;
};

/* Queues one signature; SIGNED or SIGN_FAILED with *ORDER_NO answers it, unless the watch is
 * closed. A PIN is sent once and only to that card. ERR_BAD_FIELD: it cannot be one. ERR_FULL. */
MUST_CHECK enum err card_sign(struct card_watch *w, const struct card_order *order,
                              uint32_t *order_no);
#endif
