/* card_fake.c — Job: a PC/SC service with readers and cards, played by the test. */
#include "tests/lib/card_fake.h"

#include <stdio.h>

enum { NS_PER_MS = 1000000 };

/* ---- What the test does ---- */

static void touch(struct card_fake *f)
{
    uv_cond_broadcast(&f->changed);
    uv_mutex_unlock(&f->lock);
}

void fake_start(struct card_fake *f)
{
    uv_mutex_lock(&f->lock);
    f->running = true;
    touch(f);
}

void fake_die(struct card_fake *f)
{
    uv_mutex_lock(&f->lock);
    f->running = false;
    touch(f);
}

void fake_plug(struct card_fake *f, int reader, const char *name)
{
    uv_mutex_lock(&f->lock);
    struct fake_reader *r = &f->readers[reader];
    *r = (struct fake_reader){.plugged = true};
    snprintf(r->name, sizeof r->name, "%s", name);
    f->plugs++;
    touch(f);
}

void fake_unplug(struct card_fake *f, int reader)
{
    uv_mutex_lock(&f->lock);
    f->readers[reader].plugged = false;
    f->plugs++;
    touch(f);
}

void fake_insert(struct card_fake *f, int reader, struct jpki_applet *card)
{
    uv_mutex_lock(&f->lock);
    if (card != NULL)
        jpki_applet_reset(card);
    f->readers[reader].card = card;
    f->readers[reader].counter++;
    touch(f);
}

void fake_pull(struct card_fake *f, int reader)
{
    fake_insert(f, reader, NULL);
}

void fake_swap(struct card_fake *f, int reader, struct jpki_applet *card)
{
    uv_mutex_lock(&f->lock);
    jpki_applet_reset(card);
    f->readers[reader].card = card;
    f->readers[reader].counter = (uint16_t)(f->readers[reader].counter + 2);
    touch(f);
}

void fake_flags(struct card_fake *f, int reader, uint32_t flags)
{
    uv_mutex_lock(&f->lock);
    f->readers[reader].flags = flags;
    touch(f);
}

void fake_force(struct card_fake *f, enum fake_call call, uint32_t code, unsigned times)
{
    uv_mutex_lock(&f->lock);
    f->force[call] = (struct fake_force){code, times};
    touch(f);
}

void fake_lose_cancels(struct card_fake *f)
{
    uv_mutex_lock(&f->lock);
    f->lose_cancels = true;
    touch(f);
}

void fake_mute_after(struct card_fake *f, unsigned apdus)
{
    uv_mutex_lock(&f->lock);
    f->mute_after = apdus;
    touch(f);
}

void fake_on_wait(struct card_fake *f, void (*on_wait)(struct card_fake *f))
{
    uv_mutex_lock(&f->lock);
    f->on_wait = on_wait;
    touch(f);
}

void fake_on_begin(struct card_fake *f, void (*on_begin)(struct card_fake *f))
{
    uv_mutex_lock(&f->lock);
    f->on_begin = on_begin;
    touch(f);
}

unsigned fake_calls(struct card_fake *f, enum fake_call call)
{
    uv_mutex_lock(&f->lock);
    unsigned calls = f->calls[call];
    uv_mutex_unlock(&f->lock);
    return calls;
}

/* ---- What the worker calls; each takes the lock ---- */

static struct card_fake *enter(void *self, enum fake_call call, uint32_t *code)
{
    struct card_fake *f = self;
    uv_mutex_lock(&f->lock);
    f->calls[call]++;
    *code = f->running ? CARD_RC_OK : CARD_RC_NO_SERVICE;
    if (f->force[call].times > 0) {
        f->force[call].times--;
        *code = f->force[call].code;
    }
    return f;
}

static uint32_t leave(struct card_fake *f, uint32_t code)
{
    uv_mutex_unlock(&f->lock);
    return code;
}

static struct fake_reader *reader_named(struct card_fake *f, const char *name)
{
    for (int i = 0; i < FAKE_READERS; i++)
        if (f->readers[i].plugged && strcmp(f->readers[i].name, name) == 0)
            return &f->readers[i];
    return NULL;
}

static uint32_t establish(void *self, int64_t *context)
{
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_ESTABLISH, &code);
    *context = 1;
    if (code == CARD_RC_OK)
        f->contexts++;
    return leave(f, code);
}

static void release(void *self, int64_t context)
{
    (void)context;
    struct card_fake *f = self;
    uv_mutex_lock(&f->lock);
    f->contexts--;
    uv_mutex_unlock(&f->lock);
}

static void cancel(void *self, int64_t context)
{
    (void)context;
    struct card_fake *f = self;
    uv_mutex_lock(&f->lock);
    f->cancelled = !f->lose_cancels;
    touch(f);
}

static uint32_t list(void *self, int64_t context, struct card_reader_names *out)
{
    (void)context;
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_LIST, &code);
    out->count = 0;
    for (int i = 0; i < FAKE_READERS && code == CARD_RC_OK; i++)
        if (f->readers[i].plugged)
            memcpy(out->names[out->count++], f->readers[i].name, CARD_READER_NAME_MAX);
    if (code == CARD_RC_OK && out->count == 0)
        code = CARD_RC_NO_READERS;
    return leave(f, code);
}

static uint32_t state_of(const struct fake_reader *r)
{
    uint32_t state = r->card != NULL ? CARD_STATE_PRESENT : CARD_STATE_EMPTY;
    return state | r->flags | (uint32_t)r->counter << CARD_STATE_COUNTER_SHIFT;
}

/* TIMEOUT: nothing changed so far. */
static uint32_t look(struct card_fake *f, unsigned plugs, struct card_reader_state *states,
                     size_t count)
{
    uint32_t code = CARD_RC_TIMEOUT;
    for (size_t i = 0; i < count; i++) {
        bool pnp = strcmp(states[i].name, CARD_PNP_NAME) == 0;
        const struct fake_reader *r = pnp ? NULL : reader_named(f, states[i].name);
        if (!pnp && r == NULL)
            return CARD_RC_UNKNOWN_READER;
        states[i].now = pnp ? 0 : state_of(r);
        if (pnp ? f->plugs != plugs : states[i].now != states[i].known) {
            states[i].now |= CARD_STATE_CHANGED;
            code = CARD_RC_OK;
        }
    }
    return code;
}

static uint32_t wait_change(void *self, int64_t context, uint32_t timeout_ms,
                            struct card_reader_state *states, size_t count)
{
    (void)context;
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_WAIT, &code);
    if (code != CARD_RC_OK)
        return leave(f, code);
    if (f->on_wait != NULL)
        f->on_wait(f);
    unsigned plugs = f->plugs;
    uint64_t deadline = uv_hrtime() + (uint64_t)timeout_ms * NS_PER_MS;
    f->cancelled = false; /* one that came too early is lost */
    for (;;) {
        code = look(f, plugs, states, count);
        uint64_t now = uv_hrtime();
        if (!f->running)
            return leave(f, CARD_RC_COMM_ERROR);
        if (f->force[FAKE_WAIT].times > 0 || f->cancelled)
            return leave(f, CARD_RC_CANCELLED);
        if (code != CARD_RC_TIMEOUT || now >= deadline)
            return leave(f, code);
        (void)uv_cond_timedwait(&f->changed, &f->lock, deadline - now);
    }
}

static uint32_t connect_card(void *self, int64_t context, const char *reader,
                             struct card_handle *out)
{
    (void)context;
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_CONNECT, &code);
    struct fake_reader *r = reader_named(f, reader);
    if (code == CARD_RC_OK && r == NULL)
        code = CARD_RC_UNKNOWN_READER;
    else if (code == CARD_RC_OK && r->card == NULL)
        code = CARD_RC_NO_CARD;
    if (code != CARD_RC_OK)
        return leave(f, code);
    /* A handle is good for one insertion: the reader's number and its counter then. */
    *out = (struct card_handle){(int64_t)(r - f->readers) << 16 | r->counter, true};
    f->handles++;
    return leave(f, code);
}

static struct fake_reader *reader_of(struct card_fake *f, const struct card_handle *card)
{
    struct fake_reader *r = &f->readers[card->handle >> 16];
    bool same = f->loose_handles || r->counter == (card->handle & 0xFFFF);
    return r->plugged && r->card != NULL && same ? r : NULL;
}

static uint32_t begin(void *self, const struct card_handle *card)
{
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_BEGIN, &code);
    if (code == CARD_RC_OK && reader_of(f, card) == NULL)
        code = CARD_RC_REMOVED;
    if (code == CARD_RC_OK && f->on_begin != NULL)
        f->on_begin(f);
    return leave(f, code);
}

static uint32_t transmit(void *self, const struct card_handle *card, struct slice command,
                         uint8_t *out, size_t room, size_t *size)
{
    uint8_t response[JPKI_APPLET_RESPONSE_MAX];
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_TRANSMIT, &code);
    struct fake_reader *r = reader_of(f, card);
    *size = 0;
    if (code == CARD_RC_OK && r == NULL)
        code = CARD_RC_REMOVED;
    if (code != CARD_RC_OK)
        return leave(f, code);
    if (f->mute_after > 0 && --f->mute_after == 0) {
        r->card = NULL; /* pulled now: success with nothing, as vpcd has it */
        r->counter++;
        return leave(f, CARD_RC_OK);
    }
    *size = jpki_applet_transmit(r->card, (const uint8_t *)command.bytes, command.size, response);
    memcpy(out, response, *size < room ? *size : room);
    return leave(f, CARD_RC_OK);
}

static void end(void *self, const struct card_handle *card)
{
    (void)self;
    (void)card;
}

static uint32_t disconnect(void *self, const struct card_handle *card, enum card_leave how)
{
    uint32_t code;
    struct card_fake *f = enter(self, FAKE_DISCONNECT, &code);
    struct fake_reader *r = reader_of(f, card);
    f->handles--;
    if (how == CARD_LEAVE_RESET) {
        f->resets++;
        if (r != NULL)
            jpki_applet_reset(r->card);
    }
    return leave(f, code);
}

void fake_init(struct card_fake *f)
{
    *f = (struct card_fake){
        .service = {establish, release, cancel, list, wait_change, connect_card, begin, transmit,
                    end, disconnect, f},
        .running = true,
    };
    uv_mutex_init(&f->lock);
    uv_cond_init(&f->changed);
}

void fake_fini(struct card_fake *f)
{
    uv_cond_destroy(&f->changed);
    uv_mutex_destroy(&f->lock);
}
