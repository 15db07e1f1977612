/* bench_wire.c — Job: everything that is measured through wss against the running gateway.
 *
 * run.sh starts it, the gateway and the bare server; it makes a town of devices and people through
 * the control socket and prints the rows of the table, one line of JSON each. */
#include "tests/bench/figures.h"

#include <assert.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { STORM_DEVICES = 64, DEVICES_PER_ORG = 8, MEMORY_MIB = 8, OPEN_FILES = 65536 };

void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_wire: %s failed\n", what);
    abort();
}

const char *cell(const char *format, ...)
{
    static char texts[8][256];
    static unsigned turn;
    char *text = texts[turn++ % 8];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof texts[0], format, args);
    va_end(args);
    return text;
}

void row(const char *what, const char *floor, const char *ours, const char *bar, enum met met,
         const char *numbers)
{
    printf("{\"what\":\"%s\",\"floor\":\"%s\",\"ours\":\"%s\",\"bar\":\"%s\",\"met\":\"%s\",%s}\n",
           what, floor, ours, bar,
           met == NO_BAR ? "–"
           : met == MET  ? "yes"
                         : "no",
           numbers);
    fflush(stdout);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

void sort_us(int64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
}

double percentile_ms(const int64_t *sorted, size_t count, double p)
{
    size_t at = (size_t)((double)count * p / 100);
    return count == 0 ? 0 : (double)sorted[at < count ? at : count - 1] / 1000;
}

/* ---- the town ---- */

static struct device *make_devices(struct bench *b, size_t count)
{
    struct device *devices = calloc(count, sizeof *devices);
    char org[TOWN_ID] = "";
    must(devices != NULL, "memory");
    for (size_t i = 0; i < count; i++) {
        if (i % DEVICES_PER_ORG == 0)
            town_org(&b->town, "headquarters", cell("試験消防 %zu", i / DEVICES_PER_ORG), org);
        memcpy(devices[i].org, org, TOWN_ID);
        town_device(&b->town, &devices[i]);
    }
    return devices;
}

static void make_town(struct bench *b)
{
    town_cost(&b->town, MEMORY_MIB);
    b->idle = make_devices(b, b->idle_count);
    b->storm = make_devices(b, b->storm_count);
    for (size_t i = 0; i < b->crews; i++)
        town_person(&b->town, &b->idle[i], "[\"paramedic\"]");
    for (size_t i = 0; i < 2; i++) {
        b->hospitals[i].hospital = true;
        town_org(&b->town, "hospital", cell("試験病院 %zu", i + 1), b->hospitals[i].org);
        town_device(&b->town, &b->hospitals[i]);
        town_person(&b->town, &b->hospitals[i], "[\"er_board\",\"er_viewer\"]");
    }
}

static void free_devices(struct bench *b, struct device *devices, size_t count)
{
    assert(devices != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        town_hang_up(&b->town, &devices[i]);
        X509_free(devices[i].cert);
        EVP_PKEY_free(devices[i].key);
        buf_free(&devices[i].got);
    }
}

/* ---- the command line ---- */

enum choice {
    OPT_DATA = 1,
    OPT_PID,
    OPT_AMBULANCE,
    OPT_HOSPITAL,
    OPT_BARE,
    OPT_BARE_PID,
    OPT_CARD,
    OPT_DEVICES,
    OPT_CREWS,
    OPT_CHANGES,
    OPT_MESSAGES,
    OPT_BACKGROUND
};
static const struct option options[] = {{"data", 1, NULL, OPT_DATA},
                                        {"pid", 1, NULL, OPT_PID},
                                        {"ambulance", 1, NULL, OPT_AMBULANCE},
                                        {"hospital", 1, NULL, OPT_HOSPITAL},
                                        {"bare", 1, NULL, OPT_BARE},
                                        {"bare-pid", 1, NULL, OPT_BARE_PID},
                                        {"card", 1, NULL, OPT_CARD},
                                        {"devices", 1, NULL, OPT_DEVICES},
                                        {"crews", 1, NULL, OPT_CREWS},
                                        {"changes", 1, NULL, OPT_CHANGES},
                                        {"messages", 1, NULL, OPT_MESSAGES},
                                        {"background", 1, NULL, OPT_BACKGROUND},
                                        {0}};

static void take_option(struct bench *b, int which, const char *text)
{
    long number = strtol(text, NULL, 10);
    switch ((enum choice)which) {
    case OPT_DATA:
        b->town.data_dir = text;
        break;
    case OPT_CARD:
        b->card = text;
        break;
    case OPT_PID:
        b->town.gateway_pid = number;
        break;
    case OPT_BARE_PID:
        b->bare_pid = number;
        break;
    case OPT_AMBULANCE:
        b->town.ambulance_port = (int)number;
        break;
    case OPT_HOSPITAL:
        b->town.hospital_port = (int)number;
        break;
    case OPT_BARE:
        b->bare_port = (int)number;
        break;
    case OPT_DEVICES:
        b->idle_count = (size_t)number;
        break;
    case OPT_CREWS:
        b->crews = (size_t)number;
        break;
    case OPT_CHANGES:
        b->changes = (size_t)number;
        break;
    case OPT_MESSAGES:
        b->messages = (size_t)number;
        break;
    case OPT_BACKGROUND:
        b->background = (unsigned)number;
        break;
    }
}

int main(int argc, char **argv)
{
    static struct bench b = {.idle_count = 1000,
                             .crews = 256,
                             .storm_count = STORM_DEVICES,
                             .changes = 300,
                             .messages = 60000,
                             .background = 150};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < OPEN_FILES ? files.rlim_max : OPEN_FILES;
    setrlimit(RLIMIT_NOFILE, &files);
    for (int c = getopt_long(argc, argv, "", options, NULL); c != -1;
         c = getopt_long(argc, argv, "", options, NULL)) {
        if (c == '?')
            return 2;
        take_option(&b, c, optarg);
    }
    b.crews = b.crews < b.idle_count ? b.crews : b.idle_count;
    must(b.town.data_dir != NULL && b.card != NULL && b.crews > 0, "the command line");
    town_open(&b.town);
    fprintf(stderr, "   making a town of %zu devices\n", b.idle_count + b.storm_count);
    make_town(&b);
    figure_doors(&b);
    figure_sessions(&b);
    figure_view(&b);
    figure_events(&b);
    free_devices(&b, b.idle, b.idle_count);
    free_devices(&b, b.storm, b.storm_count);
    free_devices(&b, b.hospitals, 2);
    free(b.idle);
    free(b.storm);
    town_close(&b.town);
    return 0;
}
