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

#include "common/rng.h"
#include "gateway/core/access.h"
#include "gateway/core/coverage.h"
#include "gateway/core/month.h"
#include "gateway/journal/store.h"
#include "proto/merkle.h"

enum {
    ORGS = 720,
    HOSPITALS = 8000,
    CASE_EVENTS = 30,
    OPEN = 4096,
    GROUP = 4000,
    ASKED = 20,
    KNOWN = 40
};

static const int64_t BEGIN = INT64_C(1764000000000); /* November 2025 */

struct live_case {
    struct id id, alias, view, grant;
    unsigned org, hospital, at;
    bool card, asleep;
};

static struct id orgs[ORGS], hospitals[HOSPITALS];
static struct live_case cases[OPEN];

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The same ids in each run, so that a kept store can be asked again. */
static struct id numbered(unsigned kind, unsigned number)
{
    const unsigned words[] = {kind, number};
    struct hash hash = sha256(words, sizeof words);
    struct id id;
    memcpy(id.bytes, hash.bytes, sizeof id.bytes);
    return id;
}

static struct id person_of(unsigned org, unsigned number)
{
    return numbered(10 + org, number);
}

static void must(enum err e)
{
    if (e == ERR_OK)
        return;
    fprintf(stderr, "bench_console: %s\n", err_name(e));
    exit(1);
}

/* What happens in a case, in this order; what is left out of 30 are vitals. */
static enum event_type step_of(const struct live_case *c, unsigned step)
{
    static const enum event_type steps[] = {
        EVENT_CASE_OPENED, EVENT_CARD_CHECK_ASKED, EVENT_CARD_READ,        EVENT_GROUND_RECORDED,
        EVENT_FETCH_ASKED, EVENT_VIEW_FETCHED,     EVENT_IDENTITY_CHECKED, EVENT_INQUIRY_ASKED,
        EVENT_ANSWERED,    EVENT_DESTINATION_SET,  EVENT_GRANT_ISSUED,     EVENT_DELIVERED,
        EVENT_ETA_TOLD,    EVENT_OPENED,           EVENT_RECORD_OPENED};
    if (step == 1 && !c->card)
        return EVENT_NO_VIEW;
    if (step == CASE_EVENTS - 1)
        return EVENT_HANDED_OVER;
    bool of_view = step < sizeof steps / sizeof steps[0] && (step == 0 || c->card);
    return of_view ? steps[step] : EVENT_VITALS_TAKEN;
}

static int code_of(enum event_type type)
{
    return type == EVENT_NO_VIEW            ? (int)(1 + rng_below(7))
           : type == EVENT_ANSWERED         ? ANSWER_ACCEPTED
           : type == EVENT_IDENTITY_CHECKED ? MATCH_MATCHED
                                            : 0;
}

static void fill_members(struct event *e, const struct live_case *c)
{
    unsigned may = event_may(e->type);
    if (may & HAS_HOSPITAL && e->type != EVENT_VITALS_TAKEN)
        e->hospital = hospitals[c->hospital];
    if (may & HAS_ALIAS)
        e->alias = c->alias;
    if (may & HAS_VIEW)
        e->view = c->view;
    if (may & HAS_GRANT)
        e->grant = c->grant;
    if (may & HAS_SECTIONS)
        e->sections = SECTIONS_SUMMARY;
    if (may & HAS_UNTIL)
        e->until = e->at + 900000;
    if (may & HAS_PROOF)
        e->card_proof = PROOF_CERTIFICATE_ONLY;
    if (may & HAS_GROUND) {
        e->right = RIGHT_DISCLOSE_TO;
        e->basis = c->asleep ? BASIS_LIFE_BODY_NO_CONSENT : BASIS_PATIENT_ORAL;
    }
    if (may & HAS_PAYLOAD)
        e->commitment = (struct hash){{1}};
}

static unsigned hospital_of(unsigned org)
{
    return (org * 11 + rng_below(KNOWN)) % HOSPITALS;
}

/* Its ids are made as a client makes them: they begin with the time. */
static void begin_case(struct live_case *c, uint64_t seq)
{
    struct id *const ids[] = {&c->id, &c->view, &c->grant};
    unsigned org = rng_below(8) == 0 ? 0 : rng_below(ORGS);
    *c = (struct live_case){.alias = numbered(3, rng_below(2000000)),
                            .org = org,
                            .hospital = hospital_of(org),
                            .card = rng_below(3) == 0,
                            .asleep = rng_below(20) == 0};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct id random = rng_id();
        *ids[i] = id_new(BEGIN + (int64_t)seq * 300, random.bytes + 6);
    }
}

static struct event next_event(uint64_t seq)
{
    struct live_case *c = &cases[rng_below(OPEN)];
    if (c->at == 0 || c->at == CASE_EVENTS)
        begin_case(c, seq);
    enum event_type type = step_of(c, c->at++);
    bool there = type == EVENT_OPENED || type == EVENT_RECORD_OPENED || type == EVENT_DELIVERED;
    struct event e = {.type = type,
                      .id = rng_id(),
                      .seq = seq,
                      .at = BEGIN + (int64_t)seq * 300,
                      .recorded_at = BEGIN + (int64_t)seq * 300,
                      .org = there ? hospitals[c->hospital] : orgs[c->org],
                      .device = person_of(c->org, 99),
                      .message = rng_id(),
                      .incident = c->id,
                      .case_id = c->id,
                      .code = code_of(type)};
    e.person =
        there ? person_of(ORGS + c->hospital, rng_below(20)) : person_of(c->org, rng_below(50));
    e.session = e.person;
    fill_members(&e, c);
    if (seq % 1000003 == 7) /* a few alerts in a nation's year */
        e = (struct event){.type = EVENT_ALERT,
                           .id = rng_id(),
                           .seq = seq,
                           .at = e.at,
                           .recorded_at = e.at,
                           .org = orgs[0],
                           .device = e.device,
                           .code = ALERT_CLONED_SESSION};
    return e;
}

static void put(struct store *store, const struct event *event, struct merkle_edge *edge)
{
    const uint8_t nonce[16] = {7};
    static struct buf leaf;
    struct hash nodes[MERKLE_LEVELS_MAX];
    buf_clear(&leaf);
    leaf_encode(event, nonce, &leaf);
    struct hash hash = merkle_leaf(buf_slice(&leaf));
    struct store_event row = {
        .seq = event->seq, .event = event, .leaf = buf_slice(&leaf), .nodes = nodes};
    row.nodes_count = merkle_append(edge, &hash, nodes);
    must(store->put_event(store->self, &row));
}

static void fill(struct store *store, uint64_t events)
{
    struct merkle_edge edge = {0};
    struct store_head head;
    struct buf bytes = {0};
    for (uint64_t seq = 1; seq <= events;) {
        must(store->begin(store->self, &head));
        for (int i = 0; i < GROUP && seq <= events; i++, seq++) {
            struct event event = next_event(seq);
            put(store, &event, &edge);
        }
        buf_clear(&bytes);
        merkle_edge_encode(&edge, &bytes);
        head =
            (struct store_head){edge.size, merkle_root(&edge), buf_slice(&bytes), slice_of("note")};
        must(store->put_head(store->self, &head));
        must(store->commit(store->self));
        store->tidy(store->self, 1);
    }
    buf_free(&bytes);
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
static void say(const char *what, const double *ms)
{
    double first = ms[0], most = 0, sum = 0;
    for (int i = 1; i < ASKED; i++) {
        sum += ms[i];
        most = ms[i] > most ? ms[i] : most;
    }
    printf("%-52s cold %8.2f ms, then mean %7.2f, max %7.2f; %zu rows\n", what, first,
           sum / (ASKED - 1), most, rows);
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
    must(store_sqlite_open_reader(base_path, &store));
    forget_pages();
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
    say(what, ms);
    store_close(store);
}

static void ask_months(const char *what, const struct id *org, int months)
{
    struct store *store;
    double ms[ASKED];
    must(store_sqlite_open_reader(base_path, &store));
    forget_pages();
    for (int i = 0; i < ASKED; i++) {
        double begin = seconds();
        rows = 0;
        must(store->coverage(store->self, org, month_of(BEGIN), month_of(BEGIN) + months - 1, NULL,
                             each_month));
        ms[i] = (seconds() - begin) * 1000;
    }
    say(what, ms);
    store_close(store);
}

/* What the console's group "all access" stands for. */
static void ask_groups(int64_t old, int64_t day)
{
    struct store_query query = {.org = orgs[0]};
    query.types_count = access_group_types(GROUP_ACCESS, query.types, QUERY_TYPES_MAX);
    ask("largest, all access", query);
    query.other = hospitals[7];
    ask("largest, all access, one hospital", query);
    query.from = old;
    query.until = old + day;
    ask("largest, all access, one hospital, one day long ago", query);
    query = (struct store_query){.org = orgs[0], .without_consent = FLAG_YES};
    ask("largest, without consent", query);
    query.types_count = access_group_types(GROUP_ACCESS, query.types, QUERY_TYPES_MAX);
    ask("largest, all access, without consent", query);
    query.other = hospitals[7];
    ask("largest, all access, without consent, one hospital", query);
    query.other = hospitals[7000];
    ask("largest, one hospital it never met", query);
    query = (struct store_query){.org = orgs[0], .basis = BASIS_REFUSED};
    ask("largest, refused by the patient (none)", query);
    query = (struct store_query){.org = orgs[0], .training = FLAG_YES};
    ask("largest, practice only (none)", query);
    query = (struct store_query){.org = orgs[0], .training = FLAG_NO};
    ask("largest, without practice", query);
    query = (struct store_query){.org = hospitals[7], .other = orgs[0]};
    ask("hospital, one headquarters", query);
}

static struct store_query of_type(struct store_query query, enum event_type type)
{
    query.types[query.types_count++] = type;
    return query;
}

static void ask_all(uint64_t events)
{
    int64_t span = (int64_t)events * 300, day = INT64_C(86400000);
    int64_t old = BEGIN + span / 4;
    ask("largest organisation, newest", (struct store_query){.org = orgs[0]});
    ask("small organisation, newest", (struct store_query){.org = orgs[700]});
    ask("hospital, newest", (struct store_query){.org = hospitals[7]});
    ask("largest, one day long ago",
        (struct store_query){.org = orgs[0], .from = old, .until = old + day});
    ask("small, one day long ago",
        (struct store_query){.org = orgs[700], .from = old, .until = old + day});
    ask("largest, kind opened", of_type((struct store_query){.org = orgs[0]}, EVENT_OPENED));
    ask("largest, kind alert (a handful)",
        of_type((struct store_query){.org = orgs[0]}, EVENT_ALERT));
    ask("largest, kind break_glass (none)",
        of_type((struct store_query){.org = orgs[0]}, EVENT_BREAK_GLASS));
    ask("small, kind opened", of_type((struct store_query){.org = orgs[700]}, EVENT_OPENED));
    ask("largest, kind no_view, one day long ago",
        of_type((struct store_query){.org = orgs[0], .from = old, .until = old + day},
                EVENT_NO_VIEW));
    ask("one person", (struct store_query){.org = orgs[0], .person = person_of(0, 3)});
    ask("one person, kind alert (none)",
        of_type((struct store_query){.org = orgs[0], .person = person_of(0, 3)}, EVENT_ALERT));
    ask("one person, one day long ago",
        (struct store_query){
            .org = orgs[0], .person = person_of(0, 3), .from = old, .until = old + day});
    ask("one patient's alias", (struct store_query){.org = orgs[0], .alias = cases[1].alias});
    ask("one case, from its beginning",
        (struct store_query){.org = orgs[0], .case_id = cases[1].id, .oldest_first = true});
    ask("largest, before the middle",
        (struct store_query){.org = orgs[0], .before_seq = events / 2});
    ask_groups(old, day);
    ask_months("coverage of the largest, 24 months", &orgs[0], 24);
    ask_months("coverage of a small one, 6 months", &orgs[700], 6);
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
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
    must(store->indexed(store->self, &from));
    double begin = seconds(), cpu = cpu_seconds(), mb = written_mb();
    while (left != 0)
        must(store->index(store->self, JOURNAL_INDEX_STEP, &left));
    must(store->indexed(store->self, &to));
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
    for (unsigned i = 0; i < ORGS; i++)
        orgs[i] = numbered(1, i);
    for (unsigned i = 0; i < HOSPITALS; i++)
        hospitals[i] = numbered(2, i);
    base_path = path;
    must(store_sqlite_open(path, &store));
    must(store->head(store->self, &head));
    double begin = seconds();
    if (head.size == 0)
        fill(store, events);
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
