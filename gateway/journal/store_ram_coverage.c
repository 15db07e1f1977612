/* store_ram_coverage.c — Job: the months' counts of the store in memory: folded anew when asked. */
#include "gateway/journal/store_ram.h"

#include "gateway/core/coverage.h"
#include "gateway/core/month.h"

#include <stdlib.h>

struct delays {
    struct coverage_seconds *rows[COVERAGE_TIMES]; /* by seconds; times 0: none */
};

static void count_case(const struct ram *r, uint64_t opened, struct coverage_month *month,
                       struct delays *delays)
{
    struct coverage_case c = {.month = 0};
    struct coverage_part part;
    const struct id *case_id = &r->events[opened - 1].event.case_id;
    for (uint64_t seq = opened; seq <= r->committed; seq++)
        if (id_equal(&r->events[seq - 1].event.case_id, case_id))
            coverage_apply(&c, &r->events[seq - 1].event);
    coverage_part(&c, &part);
    for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
        month->counts[what] += part.reached >> what & 1;
    if (part.reason >= 0)
        month->reasons[part.reason]++;
    for (int time = TIME_GAINED; time < COVERAGE_TIMES; time++)
        if (part.seconds[time] >= 0)
            delays->rows[time][part.seconds[time]].times++;
}

static bool fold_month(const struct ram *r, struct coverage_month *month, struct delays *delays)
{
    bool any = false;
    month->dispatches = INT_ABSENT;
    for (uint64_t seq = 1; seq <= r->committed; seq++) {
        const struct event *e = &r->events[seq - 1].event;
        bool own = id_equal(&e->org, &month->org);
        if (!own && !id_equal(&e->device, &month->org))
            continue;
        if (own && e->type == EVENT_DISPATCHES_SET && month_of(e->from) == month->month) {
            month->dispatches = e->count;
            month->dispatches_source = e->code;
            month->dispatches_by = e->person;
            month->dispatches_at = e->recorded_at;
            any = true;
        }
        if (e->type == EVENT_CASE_OPENED && coverage_concerns(e) &&
            month_of(e->at) == month->month) {
            count_case(r, seq, month, delays);
            any = true;
        }
    }
    for (int time = TIME_GAINED; time < COVERAGE_TIMES; time++)
        month->spreads[time] = coverage_spread(delays->rows[time], COVERAGE_SECONDS_MAX + 1);
    return any;
}

static enum err delays_init(struct delays *delays)
{
    *delays = (struct delays){{NULL}};
    for (int time = TIME_GAINED; time < COVERAGE_TIMES; time++) {
        delays->rows[time] = calloc(COVERAGE_SECONDS_MAX + 1, sizeof *delays->rows[time]);
        if (delays->rows[time] == NULL)
            return ERR_NO_MEMORY;
        for (int i = 0; i <= COVERAGE_SECONDS_MAX; i++)
            delays->rows[time][i].seconds = i;
    }
    return ERR_OK;
}

enum err ram_coverage(void *self, const struct id *org, int from, int to, void *user,
                      enum err (*each)(void *user, const struct coverage_month *month))
{
    struct ram *r = self;
    enum err e = ERR_OK;
    pthread_mutex_lock(&r->lock);
    for (int number = from; number <= to && e == ERR_OK; number++) {
        struct coverage_month month = {.org = *org, .month = number};
        struct delays delays;
        e = delays_init(&delays);
        if (e == ERR_OK && fold_month(r, &month, &delays))
            e = each(user, &month);
        for (int time = TIME_GAINED; time < COVERAGE_TIMES; time++)
            free(delays.rows[time]);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}
