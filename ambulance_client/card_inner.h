/* card_inner.h — Job: what the loop's half (card.c) and the worker's (card_worker.c) share. */
#ifndef AMBULANCE_CLIENT_CARD_INNER_H
#define AMBULANCE_CLIENT_CARD_INNER_H

#include "ambulance_client/card.h"
#include "ambulance_client/card_session.h"

/* An order as it waits: in locked memory, wiped when done. */
struct card_waiting {
    uint32_t order_no, card_no;
    char pin[CARD_PIN_DIGITS];
    struct hash hash;
    enum card_last_try last_try;
};

struct card_waiting_list {
    struct card_waiting rows[CARD_ORDERS_MAX];
    size_t first, count;
};

enum slot_state {
    SLOT_NEW,     /* nothing told about this reader yet */
    SLOT_EMPTY,   /* told: empty */
    SLOT_WAITING, /* told: a card is there, another program holds it; tried again */
    SLOT_IN,      /* told: a card is in */
    SLOT_FAILED   /* told: a card that cannot be read */
};

/* One reader. Belongs to the worker. */
struct card_slot {
    char name[CARD_READER_NAME_MAX];
    uint32_t seen; /* its state as last looked at, without CARD_STATE_CHANGED */
    enum slot_state state;
    uint32_t card_no;
    enum card_kind card;
};

struct card_watch {
    struct card_config config;
    uv_async_t async;
    uv_thread_t thread;

    /* Shared by both threads, under the lock. `changed` wakes whoever waits for one of them. */
    uv_mutex_t lock;
    uv_cond_t changed;
    bool stop, finished;
    bool context_open;                /* context may be cancelled */
    int64_t context;                  /* written by the worker, under the lock */
    struct card_waiting_list *orders; /* secret memory */
    struct card_event events[CARD_EVENTS_MAX];
    size_t events_first, events_count;

    /* The loop's own. */
    struct card_event current;
    uint32_t last_order_no;

    /* The worker's own. */
    struct card_slot slots[CARD_READERS_MAX];
    size_t slot_count;
    uint32_t last_card_no;
    bool told_service_missing, told_no_reader;
    bool list_again;
    struct card_reading reading;
};

/* The thread: ends when w->stop is set. */
void card_worker(void *watch);

/* card_queue.c: for the worker, but for the flags. */
bool card_stopping(struct card_watch *w);
/* Hands EVENT to the loop; waits while the loop has not fetched the earlier ones. */
void card_tell(struct card_watch *w, const struct card_event *event);
bool card_order_waits(struct card_watch *w);
/* The oldest order moves to OUT, to be wiped by the caller. False: none waits. */
bool card_order_take(struct card_watch *w, struct card_waiting *out);
/* Sleeps until MS are over, the watch is closed, or an order waits. */
void card_nap(struct card_watch *w, unsigned ms);

/* card_slot.c: the worker's own. */
/* An event of KIND about SLOT's reader and card; SLOT may be NULL. */
struct card_event card_event_of(enum card_event_kind kind, const struct card_slot *slot);
void card_tell_simple(struct card_watch *w, enum card_event_kind kind,
                      const struct card_slot *slot);
void card_note_course(struct card_event *event, const struct card_course *course,
                      uint64_t began_ns);
struct card_seat card_seat_of(const struct card_watch *w, const struct card_slot *slot);
/* Reads the card in SLOT and tells how it went. */
void card_slot_read(struct card_watch *w, struct card_slot *slot);
/* The card in SLOT is gone, if there was one. */
void card_slot_out(struct card_watch *w, struct card_slot *slot);
/* NOW is what the reader says. A counter that moved means that the card we knew was pulled, even if
 * one is in again. */
void card_slot_look(struct card_watch *w, struct card_slot *slot, uint32_t now);
/* Asks which readers there are. Those that stay keep what is known of them. The service's code. */
MUST_CHECK uint32_t card_readers_list(struct card_watch *w);
#endif
