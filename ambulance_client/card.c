/* card.c — Job: the loop's half of the card reader: start, stop, orders in, events out. */
#include "ambulance_client/card.h"

#include <stdlib.h>
#include "ambulance_client/card_inner.h"
#include "common/secret.h"

/* Wakes the worker wherever it waits. A cancel that comes before the worker waits is lost inside
 * pcsc-lite; the worker never waits longer than half a second, so it is only late then. Under the
 * lock, so that the context cannot be released in between. */
static void worker_wake(struct card_watch *w)
{
    const struct card_service *service = w->config.service;
    uv_cond_broadcast(&w->changed);
    if (w->context_open)
        service->cancel(service->self, w->context);
}

static void watch_free(struct card_watch *w)
{
    secret_free(w->orders);
    explicit_bzero(w, sizeof *w);
    free(w);
}

static void on_async_closed(uv_handle_t *handle)
{
    struct card_watch *w = handle->data;
    struct card_config config = w->config;
    uv_mutex_destroy(&w->lock);
    uv_cond_destroy(&w->changed);
    watch_free(w);
    config.on_closed(config.self);
}

/* The oldest event moves to w->current; the worker may use its place again. */
static bool event_take(struct card_watch *w)
{
    uv_mutex_lock(&w->lock);
    bool any = w->events_count > 0 && !w->stop;
    if (any) {
        struct card_event *first = &w->events[w->events_first];
        w->current = *first;
        explicit_bzero(first, sizeof *first);
        w->events_first = (w->events_first + 1) % CARD_EVENTS_MAX;
        w->events_count--;
        uv_cond_broadcast(&w->changed);
    }
    uv_mutex_unlock(&w->lock);
    return any;
}

static void on_async(uv_async_t *async)
{
    struct card_watch *w = async->data;
    while (event_take(w)) { /* one send may stand for several events */
        w->config.on_event(w->config.self, &w->current);
        explicit_bzero(&w->current, sizeof w->current);
    }
    uv_mutex_lock(&w->lock);
    bool finished = w->finished;
    uv_mutex_unlock(&w->lock);
    if (finished && !uv_is_closing((uv_handle_t *)async)) {
        uv_thread_join(&w->thread);
        uv_close((uv_handle_t *)async, on_async_closed);
    }
}

static enum err sync_init(struct card_watch *w)
{
    if (uv_mutex_init(&w->lock) != 0)
        return ERR_IO;
    if (uv_cond_init(&w->changed) == 0)
        return ERR_OK;
    uv_mutex_destroy(&w->lock);
    return ERR_IO;
}

/* After a failed start the handle is closed as at the end, but nobody is told. */
static void on_closed_silently(void *self)
{
    (void)self;
}

static enum err watch_start(uv_loop_t *loop, struct card_watch *w)
{
    if (uv_async_init(loop, &w->async, on_async) != 0) {
        uv_mutex_destroy(&w->lock);
        uv_cond_destroy(&w->changed);
        watch_free(w);
        return ERR_IO;
    }
    w->async.data = w;
    if (uv_thread_create(&w->thread, card_worker, w) == 0)
        return ERR_OK;
    w->config.on_closed = on_closed_silently;
    uv_close((uv_handle_t *)&w->async, on_async_closed);
    return ERR_IO;
}

enum err card_open(uv_loop_t *loop, const struct card_config *config, struct card_watch **out)
{
    *out = NULL;
    struct card_watch *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_NO_MEMORY;
    w->config = *config;
    w->orders = secret_new(sizeof *w->orders);
    enum err err = w->orders == NULL ? ERR_NO_MEMORY : sync_init(w);
    if (err != ERR_OK) {
        watch_free(w);
        return err;
    }
    err = watch_start(loop, w);
    if (err == ERR_OK)
        *out = w;
    return err;
}

void card_close(struct card_watch *w)
{
    if (w == NULL)
        return;
    uv_mutex_lock(&w->lock);
    w->stop = true;
    secret_wipe(w->orders, sizeof *w->orders);
    worker_wake(w);
    uv_mutex_unlock(&w->lock);
}

static enum err order_queue(struct card_watch *w, const struct card_order *order,
                            uint32_t *order_no)
{
    struct card_waiting_list *list = w->orders;
    if (list->count == CARD_ORDERS_MAX)
        return ERR_FULL;
    struct card_waiting *row = &list->rows[(list->first + list->count) % CARD_ORDERS_MAX];
    *order_no = ++w->last_order_no;
    row->order_no = *order_no;
    row->card_no = order->card_no;
    row->hash = order->hash;
    row->last_try = order->last_try;
    memcpy(row->pin, order->pin, sizeof row->pin);
    list->count++;
    worker_wake(w);
    return ERR_OK;
}

enum err card_sign(struct card_watch *w, const struct card_order *order, uint32_t *order_no)
{
    enum err err = ERR_BAD_FIELD;
    *order_no = 0;
    if (order->pin_size == CARD_PIN_DIGITS) {
        uv_mutex_lock(&w->lock);
        err = order_queue(w, order, order_no);
        uv_mutex_unlock(&w->lock);
    }
    secret_wipe(order->pin, order->pin_size);
    return err;
}
