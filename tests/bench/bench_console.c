/* bench_console.c — Job: how long an administrator waits for an answer out of a long log.
 *
 * usage: bench_console [folder [events [keep]]]
 * Fills a store with cases of 30 events of a nation (720 headquarters, of which the first has every
 * eighth case; 8,000 hospitals, of which each headquarters knows 40), runs the second pass over it
 * in steps as long as the service's, tells its CPU time and what it wrote, and asks each question
 * as the console does: 20 times, before the first with the files' pages thrown out of the cache.
 * Nothing is asserted. FOLDER/bench-console.db that is there already is asked as it is. */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "gateway/core/access.h"
#include "gateway/core/coverage.h"
#include "gateway/core/month.h"
#include "tests/bench/nation.h"

enum { ASKED = 20 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ---- asking ---- */

static size_t rows;

static enum err each_row(void *user, const struct stored_event *event)
{
    struct event decoded;
    (void)user;
    rows++;
    return leaf_decode(event->leaf, &decoded);
}

static enum err each_month(void *user, const struct coverage_month *month)
{
    (void)user;
    (void)month;
    rows++;
    return ERR_OK;
}

/* The first answer after the files have left the page cache, then the others. */
static void say(const char *what, const double *ms, double cpu)
{
    double first = ms[0], most = 0, sum = 0;
    for (int i = 1; i < ASKED; i++) {
        sum += ms[i];
        most = ms[i] > most ? ms[i] : most;
    }
    printf("%-52s cold %8.2f ms, then mean %7.2f, max %7.2f; CPU %6.2f ms each; %zu rows\n", what,
           first, sum / (ASKED - 1), most, cpu * 1000 / ASKED, rows);
}

static const char *base_path;

static void forget_pages(void)
{
    static const char *const ends[] = {"", "-wal", "-index", "-index-wal"};
    char path[560];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", base_path, ends[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        close(fd);
    }
}

/* Each question on a connection of its own, so that its first answer finds nothing read. */
static void ask(const char *what, struct store_query query)
{
    double ms[ASKED];
    struct store *store;
    query.limit = ACCESS_ROWS_MAX + 1;
    nation_must(store_sqlite_open_reader(base_path, &store));
    forget_pages();
    double cpu = cpu_seconds();
    for (int i = 0; i < ASKED; i++) {
        double begin = seconds();
        rows = 0;
        enum err e = store->query(store->self, &query, NULL, each_row);
        ms[i] = (seconds() - begin) * 1000;
        if (e != ERR_OK) {
            printf("%-52s %s after %.0f ms\n", what, err_name(e), ms[i]);
            store_close(store);
            return;
        }
    }
    say(what, ms, cpu_seconds() - cpu);
    store_close(store);
}

static void ask_months(const char *what, unsigned number, int months)
{
    struct id org = nation_org(number);
    struct store *store;
    double ms[ASKED];
    nation_must(store_sqlite_open_reader(base_path, &store));
    forget_pages();
    double cpu = cpu_seconds();
    for (int i = 0; i < ASKED; i++) {
        double begin = seconds();
        rows = 0;
        nation_must(store->coverage(store->self, &org, month_of(NATION_BEGIN),
                                    month_of(NATION_BEGIN) + months - 1, NULL, each_month));
        ms[i] = (seconds() - begin) * 1000;
    }
    say(what, ms, cpu_seconds() - cpu);
    store_close(store);
}

/* What the console's group "all access" stands for. */
static void ask_groups(int64_t old, int64_t day)
{
    struct store_query query = {.org = nation_org(0)};
    query.types_count = access_group_types(GROUP_ACCESS, query.types, QUERY_TYPES_MAX);
    ask("largest, all access", query);
    query.other = nation_hospital(7);
    ask("largest, all access, one hospital", query);
    query.from = old;
    query.until = old + day;
    ask("largest, all access, one hospital, one day long ago", query);
    query = (struct store_query){.org = nation_org(0), .without_consent = FLAG_YES};
    ask("largest, without consent", query);
    query.types_count = access_group_types(GROUP_ACCESS, query.types, QUERY_TYPES_MAX);
    ask("largest, all access, without consent", query);
    query.other = nation_hospital(7);
    ask("largest, all access, without consent, one hospital", query);
    query.other = nation_hospital(7000);
    ask("largest, one hospital it never met", query);
    query = (struct store_query){.org = nation_org(0), .waiting = FLAG_YES};
    ask("largest, without consent and not reviewed", query);
    query = (struct store_query){.org = nation_org(0), .basis = BASIS_REFUSED};
    ask("largest, refused by the patient (none)", query);
    query = (struct store_query){.org = nation_org(0), .training = FLAG_YES};
    ask("largest, practice only (none)", query);
    query = (struct store_query){.org = nation_org(0), .training = FLAG_NO};
    ask("largest, without practice", query);
    query = (struct store_query){.org = nation_hospital(7), .other = nation_org(0)};
    ask("hospital, one headquarters", query);
}

static struct store_query of_type(struct store_query query, enum event_type type)
{
    query.types[query.types_count++] = type;
    return query;
}

static void ask_all(uint64_t events)
{
    int64_t span = (int64_t)events * NATION_MS, day = INT64_C(86400000);
    int64_t old = NATION_BEGIN + span / 4;
    ask("largest organisation, newest", (struct store_query){.org = nation_org(0)});
    ask("small organisation, newest", (struct store_query){.org = nation_org(700)});
    ask("hospital, newest", (struct store_query){.org = nation_hospital(7)});
    ask("largest, one day long ago",
        (struct store_query){.org = nation_org(0), .from = old, .until = old + day});
    ask("small, one day long ago",
        (struct store_query){.org = nation_org(700), .from = old, .until = old + day});
    ask("largest, kind opened", of_type((struct store_query){.org = nation_org(0)}, EVENT_OPENED));
    ask("largest, kind alert (a handful)",
        of_type((struct store_query){.org = nation_org(0)}, EVENT_ALERT));
    ask("largest, kind break_glass (none)",
        of_type((struct store_query){.org = nation_org(0)}, EVENT_BREAK_GLASS));
    ask("small, kind opened", of_type((struct store_query){.org = nation_org(700)}, EVENT_OPENED));
    ask("largest, kind no_view, one day long ago",
        of_type((struct store_query){.org = nation_org(0), .from = old, .until = old + day},
                EVENT_NO_VIEW));
    ask("one person", (struct store_query){.org = nation_org(0), .person = nation_person(0, 3)});
    ask("one person, kind alert (none)",
        of_type((struct store_query){.org = nation_org(0), .person = nation_person(0, 3)},
                EVENT_ALERT));
    ask("one person, one day long ago",
        (struct store_query){
            .org = nation_org(0), .person = nation_person(0, 3), .from = old, .until = old + day});
    ask("one patient's alias",
        (struct store_query){.org = nation_org(0), .alias = nation_case().alias});
    ask("one case, from its beginning", (struct store_query){.org = nation_org(0),
                                                             .case_id = nation_case().id,
                                                             .oldest_first = true});
    ask("largest, before the middle",
        (struct store_query){.org = nation_org(0), .before_seq = events / 2});
    ask_groups(old, day);
    ask_months("coverage of the largest, 24 months", 0, 24);
    ask_months("coverage of a small one, 6 months", 700, 6);
}

/* Bytes that this process has sent towards the disk. */
static double written_mb(void)
{
    char line[64];
    unsigned long long bytes = 0;
    FILE *io = fopen("/proc/self/io", "re");
    while (io != NULL && fgets(line, sizeof line, io) != NULL)
        (void)sscanf(line, "write_bytes: %llu", &bytes);
    if (io != NULL)
        fclose(io);
    return (double)bytes / 1e6;
}

/* The machine may be shared: so CPU time, and what was written, beside the time that passed. */
static void pass(struct store *store)
{
    uint64_t from, to, left = 1;
    nation_must(store->indexed(store->self, &from));
    double begin = seconds(), cpu = cpu_seconds(), mb = written_mb();
    while (left != 0)
        nation_must(store->index(store->self, JOURNAL_INDEX_STEP, &left));
    nation_must(store->indexed(store->self, &to));
    double events = (double)(to - from);
    begin = seconds() - begin;
    cpu = cpu_seconds() - cpu;
    mb = written_mb() - mb;
    printf("second pass of %.0f events: %.1f s (%.0f/s), %.1f s of CPU (%.0f/s), %.0f MB written\n",
           events, begin, events / begin, cpu, events / cpu, mb);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "/tmp";
    uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 300000;
    char path[512], other[560];
    struct store *store;
    struct store_head head;
    snprintf(path, sizeof path, "%s/bench-console.db", folder);
    base_path = path;
    nation_must(store_sqlite_open(path, &store));
    nation_must(store->head(store->self, &head));
    double begin = seconds();
    if (head.size == 0)
        nation_fill(store, events);
    else
        events = head.size;
    printf("%llu events: put in %.0f s\n", (unsigned long long)events, seconds() - begin);
    pass(store);
    ask_all(events);
    store_close(store);
    static const char *const ends[] = {"", "-wal", "-shm", "-index", "-index-wal", "-index-shm"};
    for (size_t i = 0; argc <= 3 && i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(other, sizeof other, "%s%s", path, ends[i]);
        unlink(other);
    }
    return 0;
}
