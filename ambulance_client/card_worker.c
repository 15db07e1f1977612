/* card_worker.c — Job: the thread that waits at the card readers and does all that may block. */
#include "ambulance_client/card_inner.h"
#include "ambulance_client/card_session.h"
#include "common/secret.h"

/*   no service ──establish──> watching ──wait says the service is gone──> no service
 *   (tries each second)       (never waits longer than WAIT_MS)
 *
 * Each reader is a slot; card_slot_look is the only place where a slot's state changes because of
 * what the reader says. Every wait here is ended by time, or by worker_wake in card.c; only a
 * card's own answer may take longer. */

enum {
    WAIT_MS = 500,   /* bounds how late a lost cancel is noticed */
    RETRY_MS = 1000, /* between looks for a missing service */
    STALE_MS = 50    /* pcscd lists a reader and does not know it: it is just changing its mind */
};

/* ---- Orders ---- */

static struct card_slot *slot_of_card(struct card_watch *w, uint32_t card_no)
{
    for (size_t i = 0; i < w->slot_count; i++)
        if (w->slots[i].state == SLOT_IN && w->slots[i].card_no == card_no)
            return &w->slots[i];
    return NULL;
}

static void order_run(struct card_watch *w, const struct card_waiting *order,
                      const struct card_slot *slot, struct card_event *event)
{
    struct card_signature signature;
    struct card_course course;
    struct card_seat seat = card_seat_of(w, slot);
    uint64_t began_ns = uv_hrtime();
    event->err = card_session_sign(&seat, (struct slice){order->pin, sizeof order->pin},
                                   &order->hash, order->last_try, &signature, &course);
    card_note_course(event, &course, began_ns);
    event->tries = signature.tries;
    if (event->err != ERR_OK)
        return;
    event->kind = CARD_EVENT_SIGNED;
    event->signature_size = signature.size;
    memcpy(event->signature, signature.bytes, signature.size);
}

/* Answers all that is waiting. Without WATCHING nothing can be signed. */
enum service { SERVICE_GONE, SERVICE_WATCHED };

static void orders_answer(struct card_watch *w, enum service service)
{
    struct card_waiting order;
    while (card_order_take(w, &order)) {
        const struct card_slot *slot =
            service == SERVICE_WATCHED ? slot_of_card(w, order.card_no) : NULL;
        struct card_event event = card_event_of(CARD_EVENT_SIGN_FAILED, slot);
        event.card_no = order.card_no;
        event.order_no = order.order_no;
        if (service == SERVICE_GONE)
            event.err = ERR_NO_READER;
        else if (slot == NULL)
            event.err = ERR_NO_CARD;
        else if (slot->card != CARD_JPKI) /* phones have their own way; never try a PIN on them */
            event.err = ERR_CARD_KIND;
        else
            order_run(w, &order, slot, &event);
        secret_wipe(&order, sizeof order);
        card_tell(w, &event);
    }
}

/* ---- The thread ---- */

static void slots_look(struct card_watch *w, const struct card_reader_state *states)
{
    if ((states[0].now & CARD_STATE_CHANGED) != 0)
        w->list_again = true;
    for (size_t i = 0; i < w->slot_count; i++)
        card_slot_look(w, &w->slots[i], states[i + 1].now);
}

/* Cards that another program held: perhaps it has let go. */
static void slots_retry(struct card_watch *w)
{
    for (size_t i = 0; i < w->slot_count; i++)
        if (w->slots[i].state == SLOT_WAITING && (w->slots[i].seen & CARD_STATE_EXCLUSIVE) == 0)
            card_slot_read(w, &w->slots[i]);
}

/* What pcscd says of readers that it has just lost, or does not have yet. */
static bool readers_changed(uint32_t code)
{
    return code == CARD_RC_UNKNOWN_READER || code == CARD_RC_NO_READERS;
}

/* One wait and what follows from it. CARD_RC_OK, or the code that ends this context. */
static uint32_t turn(struct card_watch *w)
{
    const struct card_service *service = w->config.service;
    struct card_reader_state states[CARD_READERS_MAX + 1] = {{.name = CARD_PNP_NAME}};
    for (size_t i = 0; i < w->slot_count; i++)
        states[i + 1] =
            (struct card_reader_state){.name = w->slots[i].name, .known = w->slots[i].seen};
    uint32_t code = service->wait(service->self, w->context, card_order_waits(w) ? 0 : WAIT_MS,
                                  states, w->slot_count + 1);
    if (code == CARD_RC_OK)
        slots_look(w, states);
    else if (code != CARD_RC_TIMEOUT && code != CARD_RC_CANCELLED && !readers_changed(code))
        return code;
    /* A reader that came between the list and the wait was not announced: time finds it. */
    if (readers_changed(code) || code == CARD_RC_TIMEOUT)
        w->list_again = true;
    if (readers_changed(code))
        card_nap(w, STALE_MS);
    if (code == CARD_RC_TIMEOUT)
        slots_retry(w);
    orders_answer(w, SERVICE_WATCHED);
    return CARD_RC_OK;
}

static bool context_enter(struct card_watch *w)
{
    const struct card_service *service = w->config.service;
    int64_t context = 0;
    if (service->establish(service->self, &context) != CARD_RC_OK)
        return false;
    uv_mutex_lock(&w->lock);
    w->context = context;
    w->context_open = true;
    uv_mutex_unlock(&w->lock);
    return true;
}

static void context_leave(struct card_watch *w)
{
    const struct card_service *service = w->config.service;
    uv_mutex_lock(&w->lock);
    w->context_open = false; /* from here nobody cancels it */
    uv_mutex_unlock(&w->lock);
    service->release(service->self, w->context);
    for (size_t i = 0; i < w->slot_count; i++)
        card_slot_out(w, &w->slots[i]);
    w->slot_count = 0;
    w->told_no_reader = false;
}

static void context_watch(struct card_watch *w)
{
    uint32_t code = CARD_RC_OK;
    w->list_again = true;
    while (code == CARD_RC_OK && !card_stopping(w)) {
        if (w->list_again)
            code = card_readers_list(w);
        if (code == CARD_RC_OK)
            code = turn(w);
        if (code == CARD_RC_OK)
            w->told_service_missing = false; /* it is there: it answered */
    }
}

void card_worker(void *watch)
{
    struct card_watch *w = watch;
    while (!card_stopping(w)) {
        if (context_enter(w)) {
            context_watch(w);
            context_leave(w);
        }
        if (!w->told_service_missing && !card_stopping(w))
            card_tell_simple(w, CARD_EVENT_SERVICE_MISSING, NULL);
        w->told_service_missing = true;
        orders_answer(w, SERVICE_GONE);
        card_nap(w, RETRY_MS);
    }
    uv_mutex_lock(&w->lock);
    w->finished = true;
    uv_mutex_unlock(&w->lock);
    uv_async_send(&w->async);
}
