/* emulator.h — Job: one simulated card at one simulated reader, and what a test may do to it. */
#ifndef TESTS_CARD_EMULATOR_EMULATOR_H
#define TESTS_CARD_EMULATOR_EMULATOR_H

#include "tests/card_emulator/reader_link.h"
#include "tests/lib/jpki_applet.h"

enum { ATR_MAX = 33, NO_INS = -1 };

/* What happens at the next APDU with this INS; once, then ins is NO_INS again. */
struct emulator_fault {
    int ins;
    uint16_t sw;             /* `sw`: answered instead of the card's answer */
    enum reader_close close; /* `drop`: how the card leaves */
};

struct emulator {
    struct jpki_applet card;
    const char *reader; /* where to dial; lent */
    int fd;             /* the reader's line, -1 when the card is out or no reader is there */
    bool inserted;      /* should the card be in? Then it dials until a reader answers */
    uint8_t atr[ATR_MAX];
    size_t atr_size;
    int delay_ms, sign_delay_ms;
    struct emulator_fault drop, hang, force;
    /* An answer that a delay holds back: removal and control go on meanwhile. */
    uint8_t answer[JPKI_APPLET_RESPONSE_MAX];
    size_t answer_size; /* 0: nothing waits */
    int64_t answer_at_ms;
    enum { TRACE_NONE, TRACE_APDUS } trace;
};

int64_t emulator_now_ms(void); /* monotonic */

/* Into the reader, if one is there now; else emulator_tick goes on trying. */
void emulator_insert(struct emulator *e);
void emulator_remove(struct emulator *e, enum reader_close how);
/* The reader's line has something for us. */
void emulator_serve(struct emulator *e);
/* Send what is due, dial if the card should be in. The ms until this is wanted again, -1: never. */
int emulator_tick(struct emulator *e);
#endif
