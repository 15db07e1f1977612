/* card_slot.c — Job: what is at each card reader, and telling of every change once. */
#include "ambulance_client/card_inner.h"
#include "ambulance_client/card_session.h"

enum { NS_PER_US = 1000 };

struct card_event card_event_of(enum card_event_kind kind, const struct card_slot *slot)
{
    struct card_event event = {.kind = kind, .tries = CARD_TRIES_UNKNOWN};
    if (slot == NULL)
        return event;
    memcpy(event.reader, slot->name, sizeof event.reader);
    event.card_no = slot->card_no;
    event.card = slot->card;
    return event;
}

void card_tell_simple(struct card_watch *w, enum card_event_kind kind, const struct card_slot *slot)
{
    struct card_event event = card_event_of(kind, slot);
    card_tell(w, &event);
}

void card_note_course(struct card_event *event, const struct card_course *course, uint64_t began_ns)
{
    event->apdus = course->apdus;
    event->sw = course->sw;
    event->code = course->code;
    event->elapsed_us = (uv_hrtime() - began_ns) / NS_PER_US;
}

/* ---- One reader ---- */

void card_slot_out(struct card_watch *w, struct card_slot *slot)
{
    if (slot->state == SLOT_IN || slot->state == SLOT_FAILED || slot->state == SLOT_WAITING)
        card_tell_simple(w, CARD_EVENT_OUT, slot);
    slot->card_no = 0;
    slot->card = (enum card_kind)0;
}

struct card_seat card_seat_of(const struct card_watch *w, const struct card_slot *slot)
{
    return (struct card_seat){w->config.service, w->context, slot->name, slot->seen};
}

/* A card is there and was not talked to; told once. */
static void slot_unread(struct card_watch *w, struct card_slot *slot, enum slot_state state,
                        enum err why)
{
    if (slot->state == state)
        return;
    slot->card_no = ++w->last_card_no;
    slot->state = state;
    struct card_event event = card_event_of(CARD_EVENT_READ_FAILED, slot);
    event.err = why;
    card_tell(w, &event);
}

void card_slot_read(struct card_watch *w, struct card_slot *slot)
{
    struct card_reading *reading = &w->reading;
    struct card_course course;
    struct card_seat seat = card_seat_of(w, slot);
    uint64_t began_ns = uv_hrtime();
    enum err err = card_session_read(&seat, reading, &course);
    if (err == ERR_BUSY) {
        slot_unread(w, slot, SLOT_WAITING, ERR_BUSY); /* and looked at again at every turn */
        return;
    }
    slot->card_no = ++w->last_card_no;
    slot->card = err == ERR_OK ? reading->kind : (enum card_kind)0;
    slot->state = err == ERR_OK ? SLOT_IN : SLOT_FAILED;
    struct card_event event =
        card_event_of(err == ERR_OK ? CARD_EVENT_IN : CARD_EVENT_READ_FAILED, slot);
    event.err = err;
    if (err == ERR_OK) {
        event.tries = reading->tries;
        event.certificate_size = reading->certificate_size;
        memcpy(event.certificate, reading->certificate, reading->certificate_size);
    }
    card_note_course(&event, &course, began_ns);
    card_tell(w, &event);
    explicit_bzero(&event, sizeof event);
    explicit_bzero(reading, sizeof *reading);
}

static void slot_absent(struct card_watch *w, struct card_slot *slot)
{
    card_slot_out(w, slot);
    if (slot->state == SLOT_NEW)
        card_tell_simple(w, CARD_EVENT_READER_EMPTY, slot);
    slot->state = SLOT_EMPTY;
}

void card_slot_look(struct card_watch *w, struct card_slot *slot, uint32_t now)
{
    uint32_t before = slot->seen;
    slot->seen = now & ~CARD_STATE_CHANGED;
    if ((now & (CARD_STATE_UNKNOWN | CARD_STATE_UNAVAILABLE)) != 0) {
        card_slot_out(w, slot);
        slot->state = SLOT_NEW; /* when it recovers it is told anew */
        w->list_again = true;
        return;
    }
    bool moved = before != CARD_STATE_UNAWARE && ((before ^ now) >> CARD_STATE_COUNTER_SHIFT) != 0;
    if ((now & CARD_STATE_PRESENT) == 0) {
        slot_absent(w, slot);
        return;
    }
    if (moved && slot->state != SLOT_NEW) {
        card_slot_out(w, slot);
        slot->state = SLOT_EMPTY;
    }
    if (slot->state == SLOT_IN || slot->state == SLOT_FAILED)
        return;
    if ((now & CARD_STATE_EXCLUSIVE) != 0)
        slot_unread(w, slot, SLOT_WAITING, ERR_BUSY);
    else if ((now & CARD_STATE_MUTE) != 0) /* upside down, broken, or no chip card at all */
        slot_unread(w, slot, SLOT_FAILED, ERR_CARD);
    else
        card_slot_read(w, slot);
}

/* ---- The list of readers ---- */

static const struct card_slot *slot_named(const struct card_slot *slots, size_t count,
                                          const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(slots[i].name, name) == 0)
            return &slots[i];
    return NULL;
}

static bool name_listed(const struct card_reader_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

/* Readers that stay keep what is known of them; a card in one that went away is out. */
static void slots_update(struct card_watch *w, const struct card_reader_names *names)
{
    struct card_slot slots[CARD_READERS_MAX] = {0};
    for (size_t i = 0; i < w->slot_count; i++)
        if (!name_listed(names, w->slots[i].name))
            card_slot_out(w, &w->slots[i]);
    for (size_t i = 0; i < names->count; i++) {
        const struct card_slot *old = slot_named(w->slots, w->slot_count, names->names[i]);
        if (old != NULL)
            slots[i] = *old;
        else
            memcpy(slots[i].name, names->names[i], sizeof slots[i].name);
    }
    memcpy(w->slots, slots, sizeof w->slots);
    w->slot_count = names->count;
}

uint32_t card_readers_list(struct card_watch *w)
{
    const struct card_service *service = w->config.service;
    struct card_reader_names names = {.count = 0};
    uint32_t code = service->list(service->self, w->context, &names);
    if (code == CARD_RC_NO_READERS)
        names.count = 0;
    else if (code != CARD_RC_OK)
        return code;
    w->list_again = false;
    slots_update(w, &names);
    if (names.count == 0 && !w->told_no_reader)
        card_tell_simple(w, CARD_EVENT_NO_READER, NULL);
    w->told_no_reader = names.count == 0;
    return CARD_RC_OK;
}
