/* card_queue.c — Job: the queues between the card worker and the loop, and the flag to stop. */
#include "ambulance_client/card_inner.h"
#include "common/secret.h"

enum { NS_PER_MS = 1000000 };

bool card_stopping(struct card_watch *w)
{
    uv_mutex_lock(&w->lock);
    bool stop = w->stop;
    uv_mutex_unlock(&w->lock);
    return stop;
}

void card_tell(struct card_watch *w, const struct card_event *event)
{
    uv_mutex_lock(&w->lock);
    while (w->events_count == CARD_EVENTS_MAX && !w->stop)
        uv_cond_wait(&w->changed, &w->lock);
    if (!w->stop) {
        w->events[(w->events_first + w->events_count) % CARD_EVENTS_MAX] = *event;
        w->events_count++;
    }
    uv_mutex_unlock(&w->lock);
    uv_async_send(&w->async);
}

bool card_order_waits(struct card_watch *w)
{
    uv_mutex_lock(&w->lock);
    bool waits = w->orders->count > 0;
    uv_mutex_unlock(&w->lock);
    return waits;
}

bool card_order_take(struct card_watch *w, struct card_waiting *out)
{
    uv_mutex_lock(&w->lock);
    struct card_waiting_list *list = w->orders;
    bool any = list->count > 0;
    if (any) {
        *out = list->rows[list->first];
        secret_wipe(&list->rows[list->first], sizeof list->rows[list->first]);
        list->first = (list->first + 1) % CARD_ORDERS_MAX;
        list->count--;
    }
    uv_mutex_unlock(&w->lock);
    return any;
}

void card_nap(struct card_watch *w, unsigned ms)
{
    uv_mutex_lock(&w->lock);
    if (!w->stop && w->orders->count == 0)
        (void)uv_cond_timedwait(&w->changed, &w->lock, (uint64_t)ms * NS_PER_MS);
    uv_mutex_unlock(&w->lock);
}
