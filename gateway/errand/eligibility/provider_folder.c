/* provider_folder.c — Job: fetch views through the folders of today's official terminal (C10-C28).
 *
 * First the person is asked for; then, with what the answer says about the insurance, medicines and
 * check-ups at the same time. What has not come when the time is up is "failed". */
#include "gateway/errand/eligibility/acts.h"
#include "gateway/errand/eligibility/assembly.h"
#include "gateway/errand/eligibility/folder_files.h"
#include "gateway/errand/eligibility/folder_request.h"

#include "common/clock.h"
#include "common/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MEDICATION_SECTIONS (SECTION_BIT(SECTION_MEDICATIONS) | ACTS_SECTIONS)

struct folder {
    struct folder_files files;
    char res[FILE_PATH_MAX];
    char facility_code10[16];
    bool pdf, accepts_simulator;
    pthread_t sweeper;
    int closes; /* an eventfd that wakes the sweeper */
    atomic_bool closing;
};

/* One fetch under way. */
struct trip {
    const struct folder *folder;
    const struct fetch_ask *ask;
    struct assembly assembly;
    char id[ID_TEXT_SIZE + 1]; /* the identifier of our files */
    int watch;
    uint64_t deadline; /* monotonic */
};

/* The kinds of files: prefix (C13), what they hold, and who writes the request. */
static const struct kind {
    const char *prefix;
    enum part_content content;
    uint64_t sections;
} kinds[] = {
    {"OQSsiquc01", CONTENT_ELIGIBILITY, SECTION_BIT(SECTION_PERSON)},
    {"YZKsiquc01", CONTENT_MEDICATION, MEDICATION_SECTIONS},
    {"TKKsiquc01", CONTENT_CHECKUP, SECTION_BIT(SECTION_CHECKUPS)},
};
enum { KIND_PERSON, KIND_FIRST_CLINICAL, KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static void name_of(const struct trip *t, size_t kind, const char *way, const char *ending,
                    char out[FOLDER_NAME_MAX])
{
    snprintf(out, FOLDER_NAME_MAX, "%s%s_%s.%s", kinds[kind].prefix, way, t->id, ending);
}

static enum err write_request(const struct trip *t, size_t kind, const struct insured *who,
                              struct buf *out)
{
    struct folder_request r = {t->ask, slice_of(t->folder->facility_code10), slice_of(t->id),
                               t->folder->pdf};
    switch (kinds[kind].content) {
    case CONTENT_MEDICATION:
        return folder_request_medication(&r, who, out);
    case CONTENT_CHECKUP:
        return folder_request_checkup(&r, who, out);
    default:
        return folder_request_eligibility(&r, out);
    }
}

static enum err send_request(const struct trip *t, size_t kind, const struct insured *who)
{
    char name[FOLDER_NAME_MAX];
    struct buf file = {0};
    name_of(t, kind, "res", "xml", name);
    folder_files_remove(&t->folder->files, name); /* nothing from before may answer */
    name_of(t, kind, "res", "pdf", name);
    folder_files_remove(&t->folder->files, name);
    name_of(t, kind, "req", "xml", name);
    enum err e = write_request(t, kind, who, &file);
    if (e == ERR_OK)
        e = folder_files_put(&t->folder->files, name, buf_slice(&file));
    buf_free(&file);
    return e;
}

/* Looks for the answer once, in both forms. ERR_NOT_FOUND: not yet. */
static enum err look(struct trip *t, size_t kind)
{
    char name[FOLDER_NAME_MAX];
    struct buf file = {0};
    name_of(t, kind, "res", "xml", name);
    enum err e = folder_files_take(&t->folder->files, name, XML_BYTES_MAX, &file);
    if (e == ERR_OK) {
        e = assembly_add_xml(&t->assembly, kinds[kind].content, buf_slice(&file));
    } else if (e == ERR_NOT_FOUND && kind != KIND_PERSON) {
        name_of(t, kind, "res", "pdf", name);
        e = folder_files_take(&t->folder->files, name, VIEW_PART_BYTES_MAX, &file);
        if (e == ERR_OK)
            e = assembly_add_pdf(&t->assembly, buf_slice(&file), kinds[kind].sections);
    }
    buf_free(&file);
    return e;
}

/* What makes an answer useless, but not the fetch: the part counts as missing. */
static bool only_this_part(enum err e)
{
    return e == ERR_NOT_ALLOWED || e == ERR_TOO_LARGE || e == ERR_IO;
}

static bool time_is_up(const struct trip *t)
{
    return clock_mono_ms() >= t->deadline ||
           (t->ask->cancel != NULL && atomic_load(t->ask->cancel));
}

/* Waits for the answers of the kinds in the bit set OPEN; what is left of it has not come. */
static enum err await(struct trip *t, unsigned *open)
{
    while (*open != 0) {
        for (size_t kind = 0; kind < KIND_COUNT; kind++) {
            if ((*open & 1u << kind) == 0)
                continue;
            enum err e = look(t, kind);
            if (e == ERR_NOT_FOUND)
                continue;
            *open &= ~(1u << kind);
            if (e != ERR_OK && (kind == KIND_PERSON || !only_this_part(e)))
                return e;
        }
        if (time_is_up(t))
            return ERR_OK;
        if (*open != 0)
            folder_files_wait(t->watch, FOLDER_LOOK_MS);
    }
    return ERR_OK;
}

/* Nobody may answer a request that nobody waits for, nor leave an answer lying. */
static void clean_up(const struct trip *t)
{
    char name[FOLDER_NAME_MAX];
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        name_of(t, kind, "req", "xml", name);
        folder_files_take_back(&t->folder->files, name);
        name_of(t, kind, "res", "xml", name);
        folder_files_remove(&t->folder->files, name);
        name_of(t, kind, "res", "pdf", name);
        folder_files_remove(&t->folder->files, name);
    }
}

static enum err ask_person(struct trip *t)
{
    unsigned open = 1u << KIND_PERSON;
    enum err e = send_request(t, KIND_PERSON, NULL);
    if (e == ERR_OK)
        e = await(t, &open);
    if (e == ERR_OK && open != 0)
        return ERR_UPSTREAM;
    if (e == ERR_OK && t->assembly.simulator && !t->folder->accepts_simulator)
        return ERR_NOT_ALLOWED;
    return only_this_part(e) ? ERR_UPSTREAM_ANSWER : e;
}

/* From the person's part as received; its texts live in MEMORY. */
static enum err insured_of(const struct trip *t, struct arena *memory, struct insured *out)
{
    static const char *const tags[] = {"InsurerNumber", "InsuredCardSymbol",
                                       "InsuredIdentificationNumber", "InsuredBranchNumber"};
    struct slice *const texts[] = {&out->insurer_number, &out->symbol, &out->number, &out->branch};
    struct xml_node *root;
    enum view_charset charset;
    enum err e = xml_read(t->assembly.view->parts[0].bytes, memory, &charset, &root);
    if (e != ERR_OK)
        return e;
    for (const struct xml_node *n = xml_walk(root, root); n != NULL; n = xml_walk(root, n))
        for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
            if (slice_is(n->name, tags[i]) && texts[i]->bytes == NULL)
                *texts[i] = n->text;
    return ERR_OK;
}

static enum err ask_clinical(struct trip *t)
{
    struct arena memory = {0};
    struct insured who = {0};
    unsigned open = 0;
    enum err e = insured_of(t, &memory, &who);
    uint64_t wanted = t->ask->sections & ~t->assembly.refused;
    for (size_t kind = KIND_FIRST_CLINICAL; kind < KIND_COUNT && e == ERR_OK; kind++) {
        if ((kinds[kind].sections & wanted) == 0)
            continue;
        e = send_request(t, kind, &who);
        open |= 1u << kind;
    }
    if (e == ERR_OK)
        e = await(t, &open);
    if (e == ERR_OK && open != 0)
        log_warn("eligibility", &(struct log_ids){.event = "part_missing"}, "time is up");
    arena_free(&memory);
    return e;
}

static enum err folder_fetch(void *self, const struct fetch_ask *ask, struct view **out)
{
    const struct folder *folder = self;
    struct trip t = {.folder = folder, .ask = ask};
    id_text(&ask->view, t.id);
    t.deadline = clock_mono_ms() + (uint64_t)ask->timeout_ms;
    t.watch = folder_files_watch(folder->res);
    enum err e = assembly_init(&t.assembly, ask);
    t.assembly.identifier = slice_of(t.id);
    if (e == ERR_OK)
        e = ask_person(&t);
    if (e == ERR_OK)
        e = ask_clinical(&t);
    clean_up(&t);
    if (e == ERR_OK)
        e = assembly_finish(&t.assembly, clock_wall_ms(), "OQSsiquc01", out);
    assembly_fini(&t.assembly);
    if (t.watch >= 0)
        close(t.watch);
    return e;
}

/* The folder interface has no such message in public; the view stays between us and the hospital.
 */
static enum err folder_let_see(void *self, const struct id *view, struct slice hospital_code10,
                               int64_t until_ms)
{
    (void)self;
    (void)view;
    (void)hospital_code10;
    (void)until_ms;
    return ERR_OK;
}

static enum err folder_withdraw(void *self, const struct id *view)
{
    (void)self;
    (void)view;
    return ERR_OK;
}

/* An answer to an ask that was given up still comes; it must not lie there until the next ask. */
static void *sweep(void *self)
{
    struct folder *folder = self;
    while (!atomic_load(&folder->closing)) {
        folder_files_wait(folder->closes, FOLDER_SWEEP_MS);
        folder_files_sweep(&folder->files, FOLDER_LATE_MS);
    }
    return NULL;
}

static bool start_sweeper(struct folder *folder)
{
    folder->closes = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (folder->closes >= 0 && pthread_create(&folder->sweeper, NULL, sweep, folder) == 0)
        return true;
    if (folder->closes >= 0)
        close(folder->closes);
    return false;
}

static void folder_close(void *self)
{
    struct folder *folder = self;
    atomic_store(&folder->closing, true);
    (void)eventfd_write(folder->closes, 1); /* cannot fail: the counter is at 0 */
    pthread_join(folder->sweeper, NULL);
    close(folder->closes);
    folder_files_sweep(&folder->files, 0);
    folder_files_close(&folder->files);
    free(folder);
}

static const struct provider_ops folder_ops = {folder_fetch, folder_let_see, folder_withdraw,
                                               folder_close};

enum err provider_folder_open(const struct provider_folder_settings *s, struct provider *out)
{
    *out = (struct provider){0};
    struct folder *folder = calloc(1, sizeof *folder);
    if (folder == NULL)
        return ERR_NO_MEMORY;
    if (strlen(s->res_folder) >= FILE_PATH_MAX ||
        strlen(s->facility_code10) >= sizeof folder->facility_code10 ||
        folder_files_open(s->req_folder, s->res_folder,
                          s->res_on_disk_accepted ? RES_ANYWHERE : RES_IN_MEMORY,
                          &folder->files) != ERR_OK) {
        free(folder);
        return ERR_CONFIG;
    }
    memcpy(folder->res, s->res_folder, strlen(s->res_folder) + 1);
    memcpy(folder->facility_code10, s->facility_code10, strlen(s->facility_code10) + 1);
    folder->pdf = s->ask_for_pdf;
    folder->accepts_simulator = s->accepts_simulator;
    folder_files_sweep(&folder->files, 0);
    if (!start_sweeper(folder)) {
        folder_files_close(&folder->files);
        free(folder);
        return ERR_NO_MEMORY;
    }
    *out = (struct provider){.name = "folder",
                             .ops = &folder_ops,
                             .self = folder,
                             .can_refetch = true,
                             .accepts_simulator = s->accepts_simulator,
                             .file_source = true};
    return ERR_OK;
}
