/* card_fake.h — Job: a PC/SC service with readers and cards, played by the test. */
#ifndef TESTS_LIB_CARD_FAKE_H
#define TESTS_LIB_CARD_FAKE_H

#include <uv.h>
#include "ambulance_client/card_service.h"
#include "tests/lib/jpki_applet.h"

enum { FAKE_READERS = 4 };
enum fake_call {
    FAKE_ESTABLISH,
    FAKE_LIST,
    FAKE_WAIT,
    FAKE_CONNECT,
    FAKE_BEGIN,
    FAKE_TRANSMIT,
    FAKE_DISCONNECT,
    FAKE_CALLS
};

struct fake_reader {
    char name[CARD_READER_NAME_MAX];
    bool plugged;
    uint32_t flags;           /* besides EMPTY and PRESENT */
    uint16_t counter;         /* insertions and removals */
    struct jpki_applet *card; /* NULL: empty */
};

struct fake_force {
    uint32_t code;
    unsigned times;
};

struct card_fake {
    struct card_service service; /* for card_open; self is this fake */
    uv_mutex_t lock;
    uv_cond_t changed;
    bool running;
    bool lose_cancels; /* as pcsc-lite does when nobody waits yet */
    bool cancelled;
    bool loose_handles; /* a handle goes on talking to the next card, as with vpcd */
    unsigned plugs;     /* readers that came or went */
    struct fake_reader readers[FAKE_READERS];
    struct fake_force force[FAKE_CALLS];
    unsigned calls[FAKE_CALLS];
    unsigned contexts;   /* established and not released */
    unsigned handles;    /* connected and not disconnected */
    unsigned resets;     /* disconnected with a reset */
    unsigned mute_after; /* APDUs until the card is gone in mid-command; 0: never */
    void (*on_begin)(struct card_fake *f); /* under the lock, after a transaction has begun */
    void (*on_wait)(struct card_fake *f);  /* under the lock, before a wait looks at anything */
};

void fake_init(struct card_fake *f); /* running, without readers */
void fake_fini(struct card_fake *f);
void fake_start(struct card_fake *f);
void fake_die(struct card_fake *f); /* pcscd is killed */
void fake_plug(struct card_fake *f, int reader, const char *name);
void fake_unplug(struct card_fake *f, int reader);
/* The card stays the test's. */
void fake_insert(struct card_fake *f, int reader, struct jpki_applet *card);
void fake_pull(struct card_fake *f, int reader);
/* Out and another in, before anybody looks. */
void fake_swap(struct card_fake *f, int reader, struct jpki_applet *card);
void fake_flags(struct card_fake *f, int reader, uint32_t flags);
/* The next TIMES calls of this kind return CODE and do nothing. */
void fake_force(struct card_fake *f, enum fake_call call, uint32_t code, unsigned times);
void fake_lose_cancels(struct card_fake *f);
void fake_mute_after(struct card_fake *f, unsigned apdus);
void fake_on_wait(struct card_fake *f, void (*on_wait)(struct card_fake *f));
void fake_on_begin(struct card_fake *f, void (*on_begin)(struct card_fake *f));
unsigned fake_calls(struct card_fake *f, enum fake_call call);
#endif
