/* bench_console.c — Job: how long an administrator waits for an answer out of a long log.
 *
 * usage: bench_console [folder [events [keep]]]
 * Fills a store with cases of 30 events of a nation (720 headquarters, of which the first has every
 * eighth case; 8,000 hospitals), runs the second pass over it, and asks each question as the
 * console does. Nothing is asserted. FOLDER/journal.db that is there already is asked as it is. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/rng.h"
#include "gateway/core/coverage.h"
#include "gateway/core/month.h"
#include "gateway/journal/store.h"
#include "proto/merkle.h"

enum { ORGS = 720, HOSPITALS = 8000, CASE_EVENTS = 30, OPEN = 4096, GROUP = 4000, ASKED = 20 };

static const int64_t BEGIN = INT64_C(1764000000000); /* November 2025 */

struct live_case {
    struct id id, alias, view, grant;
    unsigned org, hospital, at;
    bool card;
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
        e->basis = BASIS_PATIENT_ORAL;
    }
    if (may & HAS_PAYLOAD)
        e->commitment = (struct hash){{1}};
}

static struct event next_event(uint64_t seq)
{
    struct live_case *c = &cases[rng_below(OPEN)];
    if (c->at == 0 || c->at == CASE_EVENTS)
        *c = (struct live_case){.id = rng_id(),
                                .alias = numbered(3, rng_below(2000000)),
                                .view = rng_id(),
                                .grant = rng_id(),
                                .org = rng_below(8) == 0 ? 0 : rng_below(ORGS),
                                .hospital = rng_below(HOSPITALS),
                                .card = rng_below(3) == 0};
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

static void say(const char *what, const double *ms)
{
    double first = ms[0], most = 0, sum = 0;
    for (int i = 1; i < ASKED; i++) {
        sum += ms[i];
        most = ms[i] > most ? ms[i] : most;
    }
    printf("%-52s first %8.2f ms, then mean %7.2f, max %7.2f; %zu rows\n", what, first,
           sum / (ASKED - 1), most, rows);
}

static void ask(struct store *store, const char *what, struct store_query query)
{
    double ms[ASKED];
    query.limit = ACCESS_ROWS_MAX + 1;
    for (int i = 0; i < ASKED; i++) {
        double begin = seconds();
        rows = 0;
        enum err e = store->query(store->self, &query, NULL, each_row);
        ms[i] = (seconds() - begin) * 1000;
        if (e != ERR_OK) {
            printf("%-52s %s after %.0f ms\n", what, err_name(e), ms[i]);
            return;
        }
    }
    say(what, ms);
}

static void ask_months(struct store *store, const char *what, const struct id *org, int months)
{
    double ms[ASKED];
    for (int i = 0; i < ASKED; i++) {
        double begin = seconds();
        rows = 0;
        must(store->coverage(store->self, org, month_of(BEGIN), month_of(BEGIN) + months - 1, NULL,
                             each_month));
        ms[i] = (seconds() - begin) * 1000;
    }
    say(what, ms);
}

static void ask_all(struct store *store, uint64_t events)
{
    int64_t span = (int64_t)events * 300, day = INT64_C(86400000);
    int64_t old = BEGIN + span / 4;
    ask(store, "largest organisation, newest", (struct store_query){.org = orgs[0]});
    ask(store, "small organisation, newest", (struct store_query){.org = orgs[700]});
    ask(store, "hospital, newest", (struct store_query){.org = hospitals[70]});
    ask(store, "largest, one day long ago",
        (struct store_query){.org = orgs[0], .from = old, .until = old + day});
    ask(store, "small, one day long ago",
        (struct store_query){.org = orgs[700], .from = old, .until = old + day});
    ask(store, "largest, kind opened", (struct store_query){.org = orgs[0], .type = EVENT_OPENED});
    ask(store, "largest, kind alert (a handful)",
        (struct store_query){.org = orgs[0], .type = EVENT_ALERT});
    ask(store, "largest, kind break_glass (none)",
        (struct store_query){.org = orgs[0], .type = EVENT_BREAK_GLASS});
    ask(store, "small, kind opened", (struct store_query){.org = orgs[700], .type = EVENT_OPENED});
    ask(store, "largest, kind no_view, one day long ago",
        (struct store_query){
            .org = orgs[0], .type = EVENT_NO_VIEW, .from = old, .until = old + day});
    ask(store, "one person", (struct store_query){.org = orgs[0], .person = person_of(0, 3)});
    ask(store, "one person, kind alert (none)",
        (struct store_query){.org = orgs[0], .person = person_of(0, 3), .type = EVENT_ALERT});
    ask(store, "one person, one day long ago",
        (struct store_query){
            .org = orgs[0], .person = person_of(0, 3), .from = old, .until = old + day});
    ask(store, "one patient's alias",
        (struct store_query){.org = orgs[0], .alias = numbered(3, 9)});
    ask(store, "one case, from its beginning",
        (struct store_query){.org = orgs[0], .case_id = cases[1].id, .oldest_first = true});
    ask(store, "largest, before the middle",
        (struct store_query){.org = orgs[0], .before_seq = events / 2});
    ask_months(store, "coverage of the largest, 24 months", &orgs[0], 24);
    ask_months(store, "coverage of a small one, 6 months", &orgs[700], 6);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "/tmp";
    uint64_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : 300000, left = 1;
    char path[512], other[560];
    struct store *store, *reader;
    struct store_head head;
    snprintf(path, sizeof path, "%s/bench-console.db", folder);
    for (unsigned i = 0; i < ORGS; i++)
        orgs[i] = numbered(1, i);
    for (unsigned i = 0; i < HOSPITALS; i++)
        hospitals[i] = numbered(2, i);
    must(store_sqlite_open(path, &store));
    must(store->head(store->self, &head));
    double begin = seconds();
    if (head.size == 0)
        fill(store, events);
    else
        events = head.size;
    double filled = seconds();
    while (left != 0)
        must(store->index(store->self, argc > 4 ? atoi(argv[4]) : GROUP, &left));
    double indexed = seconds();
    printf("%llu events: put in %.0f s, second pass %.0f s (%.0f/s)\n", (unsigned long long)events,
           filled - begin, indexed - filled, (double)events / (indexed - filled));
    must(store_sqlite_open_reader(path, &reader));
    ask_all(reader, events);
    store_close(reader);
    store_close(store);
    static const char *const ends[] = {"", "-wal", "-shm", "-index", "-index-wal", "-index-shm"};
    for (size_t i = 0; argc <= 3 && i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(other, sizeof other, "%s%s", path, ends[i]);
        unlink(other);
    }
    return 0;
}
