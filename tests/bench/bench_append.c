/* bench_append.c — Job: events per second of the append path alone: leaf, seal, hash, sync.
 *
 * usage: bench_append [folder [events [group [row-bytes [in-flight]]]]]
 * A nation at work: 720 headquarters, 5,400 tablets, 8,000 hospitals; a case has 30 events, each of
 * its own message, with 300 bytes of sealed payload, two recipients, and the case's derived row of
 * ROW-BYTES (0: none). GROUP messages make one batch; with IN-FLIGHT 2 (as it comes) one batch is
 * being synced while the next waits, so that each transaction is one batch. The second pass runs
 * beside it, as it does in the gateway. */
#include <assert.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "common/clock.h"
#include "common/keyfile.h"
#include "common/rng.h"
#include "common/secret.h"
#include "gateway/journal/journal.h"

#include <time.h>

enum { ORGS = 720, TABLETS = 5400, HOSPITALS = 8000, CASE_EVENTS = 30, CASES_OPEN = 4096 };
enum { PAYLOAD_BYTES = 300 };

struct live_case {
    struct id id, incident, alias;
    unsigned tablet, hospital, events;
    uint64_t version;
};

static struct id orgs[ORGS], tablets[TABLETS], hospitals[HOSPITALS];
static struct live_case cases[CASES_OPEN];
static char payload[PAYLOAD_BYTES + 1], row_json[65536];

static int64_t now_ms(void *self)
{
    (void)self;
    return clock_wall_ms();
}

static void fill_random(void *self, void *bytes, size_t size)
{
    (void)self;
    rng_fill(bytes, size);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_world(void)
{
    for (size_t i = 0; i < ORGS; i++)
        orgs[i] = rng_id();
    for (size_t i = 0; i < TABLETS; i++)
        tablets[i] = rng_id();
    for (size_t i = 0; i < HOSPITALS; i++)
        hospitals[i] = rng_id();
    memset(payload, 'x', PAYLOAD_BYTES);
    memset(row_json, 'y', sizeof row_json);
    memcpy(payload, "{\"ecg\":\"", 8);
    memcpy(payload + PAYLOAD_BYTES - 2, "\"}", 2);
}

static struct live_case *next_case(void)
{
    struct live_case *c = &cases[rng_below(CASES_OPEN)];
    if (c->events == 0 || c->events == CASE_EVENTS)
        *c = (struct live_case){.id = rng_id(),
                                .incident = rng_id(),
                                .alias = rng_id(),
                                .tablet = rng_below(TABLETS),
                                .hospital = rng_below(HOSPITALS)};
    c->events++;
    return c;
}

static void add_event(struct batch *batch, size_t row_bytes)
{
    struct live_case *c = next_case();
    size_t rows = row_bytes == 0 ? 0 : 1;
    struct entry *entry = batch_add(batch, 1, rows, rows);
    struct batch_event *row = &entry->events[0];
    assert(entry != NULL);
    row->event = (struct event){.type = EVENT_GROUND_RECORDED,
                                .id = rng_id(),
                                .at = clock_wall_ms(),
                                .made_at = clock_wall_ms(),
                                .org = orgs[c->tablet % ORGS],
                                .device = tablets[c->tablet],
                                .person = orgs[1],
                                .session = orgs[2],
                                .message = rng_id(),
                                .incident = c->incident,
                                .case_id = c->id,
                                .hospital = hospitals[c->hospital],
                                .alias = c->alias,
                                .right = RIGHT_DISCLOSE_TO,
                                .basis = BASIS_PATIENT_ORAL,
                                .said_by = SAID_PATIENT,
                                .sections = SECTIONS_SUMMARY,
                                .payload = {payload, PAYLOAD_BYTES}};
    row->recipients = arena_get(&batch->arena, 2 * sizeof *row->recipients);
    row->n = arena_get(&batch->arena, 2 * sizeof *row->n);
    assert(row->recipients != NULL && row->n != NULL);
    row->recipients[0] = tablets[c->tablet];
    row->recipients[1] = hospitals[c->hospital];
    row->recipients_count = 2;
    entry->sender = tablets[c->tablet];
    entry->message = row->event.message;
    if (rows == 0)
        return;
    entry->expected[0] = (struct expected){AGGREGATE_CASE, c->id, c->version};
    entry->rows[0] =
        (struct state_row){AGGREGATE_CASE, c->id, c->id, c->version + 1, 1, {row_json, row_bytes}};
    c->version++;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static size_t argument(int argc, char **argv, int at, size_t otherwise)
{
    return argc > at ? (size_t)strtoul(argv[at], NULL, 10) : otherwise;
}

static struct journal *open_journal(const char *dir, struct store **store)
{
    static char keys_dir[512], db[512], checkpoint[512];
    struct keyfile *keys;
    struct journal *journal;
    snprintf(keys_dir, sizeof keys_dir, "%s/keys", dir);
    snprintf(db, sizeof db, "%s/journal.db", dir);
    snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", dir);
    enum err e = keyfile_open(keys_dir, &keys);
    if (e == ERR_OK)
        e = keyfile_create(keys, KEYFILE_LOG);
    keyfile_close(keys);
    if (e == ERR_OK)
        e = store_sqlite_open(db, store);
    struct journal_setup setup = {.store = *store,
                                  .keys_dir = keys_dir,
                                  .checkpoint_path = checkpoint,
                                  .origin = "gw.example/audit",
                                  .now_ms = now_ms,
                                  .random = fill_random,
                                  .checkpoint_every_ms = 1000};
    if (e == ERR_OK)
        e = journal_open(&setup, &journal);
    if (e != ERR_OK) {
        fprintf(stderr, "bench_append: %s\n", err_name(e));
        exit(1);
    }
    return journal;
}

struct bench {
    struct journal *journal;
    size_t batches, sent, done, group, row_bytes;
    double *begun, *times;
};

static void send_batch(struct bench *b)
{
    struct batch *batch = batch_new();
    assert(batch != NULL);
    for (size_t k = 0; k < b->group; k++)
        add_event(batch, b->row_bytes);
    b->begun[b->sent++] = seconds();
    journal_append(b->journal, batch);
}

static void on_done(void *self, struct batch *batch)
{
    struct bench *b = self;
    assert(batch->result == ERR_OK && batch->first->status == ENTRY_COMMITTED);
    b->times[b->done] = seconds() - b->begun[b->done];
    b->done++;
    batch_free(batch);
    if (b->sent < b->batches)
        send_batch(b);
}

/* Nanoseconds on a processor of the thread called "journal", the writer: what a commit costs when
 * nothing else is running. 0 when the system does not say. */
static double writer_seconds(void)
{
    char path[320], name[32] = "";
    double ns = 0;
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task;
    while (tasks != NULL && (task = readdir(tasks)) != NULL) {
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *file = fopen(path, "r");
        bool writer =
            file != NULL && fscanf(file, "%31s", name) == 1 && strcmp(name, "journal") == 0;
        if (file != NULL)
            fclose(file);
        snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", task->d_name);
        file = writer ? fopen(path, "r") : NULL;
        if (file != NULL && fscanf(file, "%lf", &ns) != 1)
            ns = 0;
        if (file != NULL)
            fclose(file);
    }
    if (tasks != NULL)
        closedir(tasks);
    return ns / 1e9;
}

static void print(struct bench *b, double wall, double cpu)
{
    size_t n = b->batches, events = n * b->group;
    qsort(b->times, n, sizeof *b->times, by_size);
    printf("{\"bench\":\"append\",\"events\":%zu,\"group\":%zu,\"row_bytes\":%zu,"
           "\"events_per_s\":%.0f,\"writer_cpu_us_per_event\":%.1f,\"batch_ms_p50\":%.3f,"
           "\"batch_ms_p99\":%.3f,\"batch_ms_max\":%.3f}\n",
           events, b->group, b->row_bytes, (double)events / wall, cpu * 1e6 / (double)events,
           b->times[n / 2] * 1e3, b->times[n * 99 / 100] * 1e3, b->times[n - 1] * 1e3);
}

int main(int argc, char **argv)
{
    char dir[256];
    struct store *store;
    uv_loop_t loop;
    struct bench b = {.group = argument(argc, argv, 3, 32),
                      .row_bytes = argument(argc, argv, 4, 0)};
    size_t in_flight = argument(argc, argv, 5, 2);
    struct process_state state; /* memory as in the gateway */
    if (process_harden(PROCESS_LOCK_NO, &state) != ERR_OK)
        return 1;
    b.batches = argument(argc, argv, 2, 200000) / (b.group == 0 ? 1 : b.group);
    snprintf(dir, sizeof dir, "%s/sakiyomi-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (b.row_bytes > sizeof row_json || b.batches == 0 || mkdtemp(dir) == NULL)
        return 1;
    b.begun = calloc(b.batches, sizeof *b.begun);
    b.times = calloc(b.batches, sizeof *b.times);
    assert(b.begun != NULL && b.times != NULL);
    b.journal = open_journal(dir, &store);
    make_world();
    uv_loop_init(&loop);
    if (journal_start(b.journal, &loop, &b, on_done) != ERR_OK)
        return 1;
    double begin = seconds();
    for (size_t i = 0; i < in_flight && b.sent < b.batches; i++)
        send_batch(&b);
    while (b.done < b.batches)
        uv_run(&loop, UV_RUN_ONCE);
    print(&b, seconds() - begin, writer_seconds());
    journal_close(b.journal);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    store_close(store);
    free(b.begun);
    free(b.times);
    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}
