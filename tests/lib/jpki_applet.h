/* jpki_applet.h — Job: SIMULATOR of a My Number card: JPKI command APDU in, response out. */
#ifndef TESTS_LIB_JPKI_APPLET_H
#define TESTS_LIB_JPKI_APPLET_H

#include "proto/codes.h"
#include "proto/err.h"
#include "proto/slice.h"

/* Files, commands and answers follow what public readers of the card show (OpenSC card-jpki.c,
 * myna, myna-card). It is a test stand-in: no real card was measured for it. */

enum {
    JPKI_APPLET_PIN_MAX = 16,        /* the signature PIN has 6 to 16 characters */
    JPKI_APPLET_EF_COUNT = 0x20,     /* all files used have ids 0001 to 001E */
    JPKI_APPLET_FILE_MAX = 4096,     /* longest certificate file taken */
    JPKI_APPLET_RESPONSE_MAX = 4098, /* a response never needs more room, SW included */
    JPKI_APPLET_SIGNATURE_MAX = 512  /* RSA-4096; the card's key is RSA-2048 */
};

/* What a card holds; certificates in DER, keys in DER, or in PEM with its NUL counted. Lent. */
struct jpki_card_files {
    struct slice auth_cert, auth_ca, sign_cert, sign_ca;
    struct slice auth_key, sign_key;
};

struct jpki_applet_pin {
    char text[JPKI_APPLET_PIN_MAX];
    size_t size;
    unsigned max, left;
    bool verified;
};

struct jpki_applet_ef {
    uint8_t *bytes;
    size_t size;
};

struct jpki_applet_counts {
    unsigned long apdus, reads, verifies, signatures;
};

/* Switches of behaviour that differs between cards and readers. Zero is the plain card. */
struct jpki_applet_quirks {
    bool t0;             /* SIGN has no Le and is answered by 61xx, then GET RESPONSE */
    bool extended;       /* extended Lc/Le are taken */
    bool eof_warning;    /* READ BINARY over the end: the rest with 6282 instead of 9000 */
    uint16_t sw_blocked; /* VERIFY on a blocked PIN; 0 means 6984 */
};

struct jpki_keys; /* tests/lib/jpki_keys.h */

struct jpki_applet {
    struct jpki_applet_ef ef[JPKI_APPLET_EF_COUNT];
    struct jpki_applet_pin auth, sign;
    struct jpki_keys *keys;
    enum card_kind kind; /* CARD_OTHER: the card has no JPKI application at all */
    struct jpki_applet_quirks quirks;
    struct jpki_applet_counts counts;
    /* What power-off forgets: */
    bool selected;                           /* the JPKI application is selected */
    int current_ef;                          /* -1: none */
    uint8_t rest[JPKI_APPLET_SIGNATURE_MAX]; /* waits for GET RESPONSE */
    size_t rest_size, rest_at;
};

/* Copies FILES into a new card of kind CARD_JPKI with PIN 1234 (3 tries) and signature PIN ABC123
 * (5 tries). ERR_CRYPTO for a key that is none, ERR_TOO_LARGE for a file over
 * JPKI_APPLET_FILE_MAX. On error the applet holds nothing. */
MUST_CHECK enum err jpki_applet_init(struct jpki_applet *a, const struct jpki_card_files *files);
void jpki_applet_fini(struct jpki_applet *a);

/* ERR_TOO_LARGE when TEXT does not fit a PIN. Refills the tries. */
MUST_CHECK enum err jpki_applet_set_pin(struct jpki_applet_pin *pin, struct slice text);
/* Changes what EF 0006 says and who may read 000A; CARD_OTHER takes the application away. */
void jpki_applet_set_kind(struct jpki_applet *a, enum card_kind kind);

/* Power off, power on or reset: forgets the selection and every verified PIN. */
void jpki_applet_reset(struct jpki_applet *a);

/* One command. OUT has room for JPKI_APPLET_RESPONSE_MAX; the answer's size, SW included (>= 2). */
size_t jpki_applet_transmit(struct jpki_applet *a, const uint8_t *in, size_t in_size, uint8_t *out);
#endif
