/* figure_events.c — Job: committed events a second with receipts through wss.
 *
 * Each signed-in crew has a case of its own and keeps IN_FLIGHT vitals on the way; a receipt lets
 * the next one go. Beside the receipt comes the numbered notice for the crew's own device. */
#include "tests/bench/figures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { IN_FLIGHT = 4, EVENTS_BAR = 5000, LIMIT_US = 120000000 };
/* A connection may send 400 messages in 10 s: the window has to pass, and no more may be asked. */
enum { RATE_WINDOW_US = 10500000, MESSAGES_PER_CREW = 360 };

struct crew_load {
    size_t sent, answered;
    int64_t sent_at[IN_FLIGHT];
};

struct load {
    struct bench *bench;
    struct crew_load *crews;
    size_t per_crew, answered, refused;
    int64_t *times;
};

static void send_one(struct load *load, size_t which)
{
    struct crew_load *crew = &load->crews[which];
    struct device *device = &load->bench->idle[which];
    crew->sent_at[crew->sent % IN_FLIGHT] = now_us();
    crew->sent++;
    town_say(device, "vitals", device->case_id,
             "{\"at\":\"%s\",\"systolic\":121,\"diastolic\":74,\"pulse\":88,\"spo2\":96,"
             "\"respiration\":18,\"temperature\":366,\"gcs_e\":4,\"gcs_v\":5,\"gcs_m\":6}",
             now_text());
}

static void on_text(void *self, struct device *device, struct slice text)
{
    struct load *load = self;
    size_t which = (size_t)(device - load->bench->idle);
    bool receipt = text_is(text, "receipt"), refusal = text_is(text, "refusal");
    if ((!receipt && !refusal) || which >= load->bench->crews)
        return;
    if (refusal && load->refused++ == 0)
        fprintf(stderr, "   refused: %.*s\n", (int)text.size, text.bytes);
    struct crew_load *crew = &load->crews[which];
    /* One case, one order: receipts come in the order of sending. */
    load->times[load->answered++] = now_us() - crew->sent_at[crew->answered % IN_FLIGHT];
    crew->answered++;
    if (crew->sent < load->per_crew)
        send_one(load, which);
}

static void pass_time(struct town *town, int64_t us)
{
    int64_t until = now_us() + us;
    while (now_us() < until)
        swarm_run(town->swarm, 50);
}

static void run_load(struct load *load)
{
    struct bench *b = load->bench;
    size_t all = load->per_crew * b->crews;
    int64_t limit = now_us() + LIMIT_US;
    assert(load->crews != NULL);
    for (size_t i = 0; i < IN_FLIGHT; i++)
        for (size_t k = 0; k < b->crews; k++)
            if (load->crews[k].sent < load->per_crew)
                send_one(load, k);
    while (load->answered < all && now_us() < limit)
        swarm_run(b->town.swarm, 100);
    must(load->answered == all && load->refused == 0, "a receipt for each message");
}

void figure_events(struct bench *b)
{
    struct load load = {.bench = b, .per_crew = b->messages / b->crews};
    if (load.per_crew > MESSAGES_PER_CREW)
        load.per_crew = MESSAGES_PER_CREW;
    size_t all = load.per_crew * b->crews;
    load.crews = calloc(b->crews, sizeof *load.crews);
    load.times = calloc(all, sizeof *load.times);
    must(load.crews != NULL && load.times != NULL, "memory");
    pass_time(&b->town, RATE_WINDOW_US);
    fprintf(stderr, "   %zu events from %zu crews\n", all, b->crews);
    b->town.watch = on_text;
    b->town.watch_self = &load;
    long cpu = process_cpu_us(b->town.gateway_pid);
    int64_t from = now_us();
    run_load(&load);
    double took = (double)(now_us() - from) / 1e6;
    double cpu_us = (double)(process_cpu_us(b->town.gateway_pid) - cpu) / (double)all;
    b->town.watch = NULL;
    sort_us(load.times, all);
    double rate = (double)all / took;
    double p50 = percentile_ms(load.times, all, 50), p99 = percentile_ms(load.times, all, 99);
    row(cell("committed events per second with receipts through wss (%zu crews, %d in flight each)",
             b->crews, IN_FLIGHT),
        "–",
        cell("%.0f (receipt p50 %.0f ms, p99 %.0f ms; %.0f µs of CPU each)", rate, p50, p99,
             cpu_us),
        "≥ 5,000", rate >= EVENTS_BAR ? MET : NOT_MET,
        cell("\"id\":\"events\",\"per_s\":%.0f,\"receipt_ms_p50\":%.2f,\"receipt_ms_p99\":%.2f,"
             "\"cpu_us\":%.1f,\"events\":%zu",
             rate, p50, p99, cpu_us, all));
    free(load.crews);
    free(load.times);
}
