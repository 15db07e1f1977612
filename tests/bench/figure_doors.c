/* figure_doors.c — Job: connections: how many new ones a second, and what an idle one costs.
 *
 * The bare server gets the same connections in the same run: first the idle ones for the memory,
 * then, with these still there, the storm of new ones. */
#include "tests/bench/figures.h"

#include <stdio.h>

enum { STORM_US = 3000000, STORM_WIDE = 16, CONNECT_WIDE = 32, SETTLE_MS = 300 };
enum { RSS_SLACK_KB = 4, RATE_BAR = 900 };

/* What one run of a server's door gave. */
struct door_run {
    double rss_kb;      /* per idle connection */
    double rate;        /* new connections a second */
    double cpu;         /* the server's share of its core meanwhile */
    int64_t connect_us; /* all idle ones */
};

struct storm {
    struct swarm *swarm;
    struct device *devices;
    int port;
    size_t opened, lost;
    bool over;
};

static void ignore_text(void *self, struct line *line, struct slice text)
{
    (void)self;
    (void)line;
    (void)text;
}

static void begin_one(struct storm *storm, struct device *device)
{
    device->line = swarm_connect(storm->swarm, &(struct swarm_to){.port = storm->port,
                                                                  .cert = device->cert,
                                                                  .key = device->key,
                                                                  .user = device});
}

/* The upgrade stands: TCP, TLS with both certificates, 101. The next one takes its place. */
static void storm_opened(void *self, struct line *line)
{
    struct storm *storm = self;
    struct device *device = line->user;
    storm->opened++;
    line_close(line);
    if (!storm->over)
        begin_one(storm, device);
}

static void storm_ended(void *self, struct line *line)
{
    struct storm *storm = self;
    storm->lost++;
    if (!storm->over)
        begin_one(storm, line->user);
}

static void run_storm(struct swarm *swarm, struct bench *b, int port, long pid,
                      struct door_run *out)
{
    struct storm storm = {.swarm = swarm, .devices = b->storm, .port = port};
    const struct swarm_calls calls = {&storm, storm_opened, ignore_text, storm_ended};
    swarm_set_calls(swarm, &calls);
    int64_t from = now_us();
    long cpu = process_cpu_us(pid);
    for (size_t i = 0; i < STORM_WIDE; i++)
        begin_one(&storm, &b->storm[i]);
    while (now_us() - from < STORM_US)
        swarm_run(swarm, 50);
    double took = (double)(now_us() - from);
    out->rate = (double)storm.opened * 1e6 / took;
    out->cpu = (double)(process_cpu_us(pid) - cpu) / took;
    storm.over = true;
    size_t done = storm.opened + storm.lost;
    int64_t limit = now_us() + STORM_US;
    while (storm.opened + storm.lost < done + STORM_WIDE && now_us() < limit)
        swarm_run(swarm, 50);
    must(storm.lost == 0, "a new connection");
}

static void settle(struct swarm *swarm)
{
    int64_t until = now_us() + SETTLE_MS * 1000;
    while (now_us() < until)
        swarm_run(swarm, 20);
}

/* ---- the bare server ---- */

struct crowd {
    size_t opened;
};

static void crowd_opened(void *self, struct line *line)
{
    (void)line;
    ((struct crowd *)self)->opened++;
}

static void crowd_ended(void *self, struct line *line)
{
    (void)self;
    (void)line;
    must(false, "the bare server's line");
}

static void crowd_add(struct swarm *swarm, struct crowd *crowd, struct bench *b,
                      struct device *devices, size_t count)
{
    size_t before = crowd->opened, begun = 0;
    while (crowd->opened - before < count) {
        for (; begun < count && begun - (crowd->opened - before) < CONNECT_WIDE; begun++)
            devices[begun].line =
                swarm_connect(swarm, &(struct swarm_to){.port = b->bare_port,
                                                        .cert = devices[begun].cert,
                                                        .key = devices[begun].key,
                                                        .user = &devices[begun]});
        swarm_run(swarm, 100);
    }
}

static void crowd_close(struct device *devices, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        line_close(devices[i].line);
        devices[i].line = NULL;
    }
}

static void run_bare(struct bench *b, struct door_run *out)
{
    struct crowd crowd = {0};
    const struct swarm_calls calls = {&crowd, crowd_opened, ignore_text, crowd_ended};
    char ca[1024];
    snprintf(ca, sizeof ca, "%s/pki/ca.crt", b->town.data_dir);
    struct swarm *swarm = swarm_new(ca, &calls);
    crowd_add(swarm, &crowd, b, b->storm, b->storm_count); /* what the first ones cost once */
    settle(swarm);
    long rss = process_rss_kb(b->bare_pid);
    int64_t from = now_us();
    crowd_add(swarm, &crowd, b, b->idle, b->idle_count);
    out->connect_us = now_us() - from;
    settle(swarm);
    out->rss_kb = (double)(process_rss_kb(b->bare_pid) - rss) / (double)b->idle_count;
    crowd_close(b->storm, b->storm_count);
    run_storm(swarm, b, b->bare_port, b->bare_pid, out);
    crowd_close(b->idle, b->idle_count);
    swarm_run(swarm, 0);
    swarm_free(swarm);
}

/* ---- ours ---- */

static void run_ours(struct bench *b, struct door_run *out)
{
    struct town *town = &b->town;
    char ca[1024];
    town_connect_all(town, b->storm, b->storm_count, CONNECT_WIDE);
    settle(town->swarm);
    long rss = process_rss_kb(town->gateway_pid);
    int64_t from = now_us();
    town_connect_all(town, b->idle, b->idle_count, CONNECT_WIDE);
    out->connect_us = b->connect_us = now_us() - from;
    settle(town->swarm);
    out->rss_kb = (double)(process_rss_kb(town->gateway_pid) - rss) / (double)b->idle_count;
    for (size_t i = 0; i < b->storm_count; i++)
        town_hang_up(town, &b->storm[i]);
    settle(town->swarm);
    snprintf(ca, sizeof ca, "%s/pki/ca.crt", town->data_dir);
    const struct swarm_calls none = {0};
    struct swarm *swarm = swarm_new(ca, &none);
    run_storm(swarm, b, town->ambulance_port, town->gateway_pid, out);
    swarm_free(swarm);
    for (size_t i = 0; i < b->storm_count; i++)
        b->storm[i].line = NULL;
}

void figure_doors(struct bench *b)
{
    struct door_run bare = {0}, ours = {0};
    fprintf(stderr, "   doors: bare libwebsockets, then the gateway\n");
    run_bare(b, &bare);
    run_ours(b, &ours);
    row("new mutual-TLS connections per second (TLS 1.3, upgrade included)",
        cell("bare libwebsockets %.0f (core %.0f %%)", bare.rate, bare.cpu * 100),
        cell("%.0f (core %.0f %%)", ours.rate, ours.cpu * 100), "≥ 900",
        ours.rate >= RATE_BAR ? MET : NOT_MET,
        cell("\"id\":\"handshakes\",\"per_s\":%.0f,\"cpu\":%.2f,\"bare_per_s\":%.0f,"
             "\"bare_cpu\":%.2f",
             ours.rate, ours.cpu, bare.rate, bare.cpu));
    row(cell("memory per idle device (%zu of them, said hello)", b->idle_count),
        cell("bare libwebsockets %.1f KB", bare.rss_kb), cell("%.1f KB", ours.rss_kb),
        "≤ bare + 4 KB", ours.rss_kb <= bare.rss_kb + RSS_SLACK_KB ? MET : NOT_MET,
        cell("\"id\":\"idle_memory\",\"kb\":%.2f,\"bare_kb\":%.2f,\"devices\":%zu", ours.rss_kb,
             bare.rss_kb, b->idle_count));
    double seconds = (double)ours.connect_us / 1e6;
    row(cell("%zu devices connect, %d at a time, each to its snapshot", b->idle_count,
             CONNECT_WIDE),
        cell("bare libwebsockets, connect only: %.2f s", (double)bare.connect_us / 1e6),
        cell("%.2f s: 14,700 in %.1f s", seconds, seconds * 14700 / (double)b->idle_count),
        "14,700 in ≤ 20 s", seconds * 14700 / (double)b->idle_count <= 20 ? MET : NOT_MET,
        cell("\"id\":\"connect_all\",\"s\":%.3f,\"bare_s\":%.3f,\"devices\":%zu", seconds,
             (double)bare.connect_us / 1e6, b->idle_count));
}

void figure_sessions(struct bench *b)
{
    struct town *town = &b->town;
    fprintf(stderr, "   %zu people sign in\n", b->crews);
    settle(town->swarm);
    long rss = process_rss_kb(town->gateway_pid);
    int64_t from = now_us();
    for (size_t i = 0; i < b->crews; i++)
        town_sign_in(town, &b->idle[i]);
    double took = (double)(now_us() - from) / 1e6;
    settle(town->swarm);
    double kb = (double)(process_rss_kb(town->gateway_pid) - rss) / (double)b->crews;
    for (size_t i = 0; i < b->crews; i++)
        town_case(town, &b->idle[i]);
    row("memory that a signed-in person adds", "–", cell("%.1f KB", kb), "–", NO_BAR,
        cell("\"id\":\"session_memory\",\"kb\":%.2f,\"sign_ins_per_s\":%.0f", kb,
             (double)b->crews / took));
}
