/* card_bed.c — Job: a card watch on its own loop, at played readers, its events in a row. */
#include "tests/lib/card_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void on_event(void *self, const struct card_event *event)
{
    struct card_bed *b = self;
    assert_true(b->count < CARD_BED_EVENTS_MAX);
    b->events[b->count++] = *event;
    if (b->close_in_event)
        card_close(b->watch);
}

static void on_closed(void *self)
{
    struct card_bed *b = self;
    b->closed = true;
}

static void on_limit(uv_timer_t *timer)
{
    struct card_bed *b = timer->data;
    b->late = true;
}

void card_bed_init(struct card_bed *b)
{
    memset(b, 0, sizeof *b);
    fake_init(&b->fake);
    assert_int_equal(uv_loop_init(&b->loop), 0);
    assert_int_equal(uv_timer_init(&b->loop, &b->limit), 0);
    b->limit.data = b;
}

void card_bed_open(struct card_bed *b)
{
    struct card_config config = {
        .service = &b->fake.service, .on_event = on_event, .on_closed = on_closed, .self = b};
    assert_int_equal(card_open(&b->loop, &config, &b->watch), ERR_OK);
}

const struct card_event *card_bed_next(struct card_bed *b, enum card_event_kind kind)
{
    b->late = false;
    uv_timer_start(&b->limit, on_limit, CARD_BED_WAIT_MS, 0);
    while (b->count == b->taken && !b->late && !b->closed)
        uv_run(&b->loop, UV_RUN_ONCE);
    uv_timer_stop(&b->limit);
    assert_true(b->taken < b->count);
    const struct card_event *event = &b->events[b->taken++];
    assert_int_equal(event->kind, kind);
    return event;
}

bool card_bed_quiet(const struct card_bed *b)
{
    return b->taken == b->count;
}

uint32_t card_bed_sign(struct card_bed *b, uint32_t card_no, const char *pin,
                       enum card_last_try last_try)
{
    char copy[CARD_PIN_DIGITS];
    static const char wiped[CARD_PIN_DIGITS];
    uint32_t order_no = 0;
    memcpy(copy, pin, sizeof copy);
    struct card_order order = {.card_no = card_no,
                               .pin = copy,
                               .pin_size = sizeof copy,
                               .hash = sha256("challenge", 9),
                               .last_try = last_try};
    assert_int_equal(card_sign(b->watch, &order, &order_no), ERR_OK);
    assert_memory_equal(copy, wiped, sizeof wiped);
    return order_no;
}

void card_bed_fini(struct card_bed *b)
{
    card_close(b->watch);
    b->late = false;
    uv_timer_start(&b->limit, on_limit, CARD_BED_WAIT_MS, 0);
    while (!b->closed && !b->late)
        uv_run(&b->loop, UV_RUN_ONCE);
    assert_true(b->closed);
    uv_close((uv_handle_t *)&b->limit, NULL);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&b->loop), 0);
    assert_int_equal(b->fake.contexts, 0);
    assert_int_equal(b->fake.handles, 0);
    fake_fini(&b->fake);
}
