/* audit_against.c — Job: hold the log entry by entry against an export that was kept elsewhere. */
#include "gateway/journal/audit_against.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"

enum { NOTES = 2 };

/* One entry as the log has it now. */
struct held {
    uint64_t seq; /* 0: there is none */
    struct buf leaf;
};

struct against {
    const struct against_setup *setup;
    struct against_report *report;
    FILE *lines;
    char *line;                     /* room for LEAF_BYTES_MAX */
    struct checkpoint notes[NOTES]; /* the kept one and the export's own; size 0: none */
    struct merkle_edge edge;        /* of the export's entries */
    uint64_t size;                  /* of the log */
    uint8_t *met;                   /* a bit for each of its entries: the export has it, too */
    uint64_t last_met;
    struct held here, same; /* what stands at the line's number; what has the line's id */
};

static const char *const finding_texts[] = {
    [AGAINST_SAME] = "the log is what was exported",    [AGAINST_CHANGED] = "an entry was changed",
    [AGAINST_MISSING] = "an entry is missing",          [AGAINST_INSERTED] = "an entry was put in",
    [AGAINST_MOVED] = "entries stand in another order",
};
static const char *const export_texts[] = {
    [EXPORT_FINE] = "readable",
    [EXPORT_LINE] = "a line is no entry",
    [EXPORT_SIGNATURE] = "its checkpoint is not signed by this log",
    [EXPORT_ROOT] = "its entries are not those that its checkpoint signs",
    [EXPORT_CUT] = "entries are missing at its end",
};

const char *against_finding_text(enum against_finding finding)
{
    return finding_texts[finding];
}

const char *against_export_text(enum against_export export_)
{
    return export_texts[export_];
}

void against_report_free(struct against_report *report)
{
    buf_free(&report->exported);
    buf_free(&report->stored);
}

/* ---- the export: hostile ---- */

/* The first thing that is wrong with the export is what is said about it. */
static void blame(struct against *a, enum against_export why)
{
    if (a->report->export_ == EXPORT_FINE)
        a->report->export_ = why;
}

static enum err open_lines(struct against *a, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : errno == EACCES ? ERR_NOT_ALLOWED : ERR_IO;
    /* A pipe or a device would block, or never end. */
    enum err e = fstat(fd, &info) != 0 ? ERR_IO : ERR_OK;
    if (e == ERR_OK && !S_ISREG(info.st_mode))
        e = ERR_NOT_ALLOWED;
    if (e == ERR_OK && (a->lines = fdopen(fd, "r")) == NULL)
        e = ERR_NO_MEMORY;
    if (e != ERR_OK)
        close(fd);
    return e;
}

static void read_note(struct against *a, struct slice text, struct checkpoint *out)
{
    struct checkpoint_trust trust = {.keys = &a->setup->key, .count = 1};
    if (checkpoint_open(text, &trust, out, NULL) == ERR_OK)
        return;
    *out = (struct checkpoint){.size = 0};
    blame(a, EXPORT_SIGNATURE);
}

static enum err open_export(struct against *a)
{
    struct stat info;
    struct buf path = {0}, note = {0};
    const char *given = a->setup->export_;
    if (a->setup->kept_note.bytes != NULL)
        read_note(a, a->setup->kept_note, &a->notes[0]);
    if (stat(given, &info) != 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    if (!S_ISDIR(info.st_mode))
        return open_lines(a, given);
    buf_printf(&path, "%s/checkpoint", given);
    buf_byte(&path, '\0');
    enum err e = buf_error(&path);
    if (e == ERR_OK)
        e = file_read(path.bytes, NOTE_BYTES_MAX, FILE_ANY, &note);
    if (e == ERR_OK)
        read_note(a, buf_slice(&note), &a->notes[1]);
    else if (e == ERR_TOO_LARGE)
        blame(a, EXPORT_SIGNATURE);
    buf_clear(&path);
    buf_printf(&path, "%s/events.jsonl", given);
    buf_byte(&path, '\0');
    e = e == ERR_NO_MEMORY ? e : buf_error(&path);
    if (e == ERR_OK)
        e = open_lines(a, path.bytes);
    buf_free(&path);
    buf_free(&note);
    return e;
}

/* *END: nothing is left. ERR_CORRUPT: the line is longer than any entry, or its end is missing. */
static enum err next_line(struct against *a, struct slice *line, bool *end)
{
    size_t size = 0;
    int c;
    while ((c = getc_unlocked(a->lines)) != EOF && c != '\n') {
        if (size == LEAF_BYTES_MAX)
            return ERR_CORRUPT;
        a->line[size++] = (char)c;
    }
    if (ferror(a->lines) != 0)
        return ERR_IO;
    *end = c == EOF && size == 0;
    *line = (struct slice){a->line, size};
    return c == EOF && size != 0 ? ERR_CORRUPT : ERR_OK;
}

static void check_notes(struct against *a)
{
    struct hash root = merkle_root(&a->edge);
    for (size_t i = 0; i < NOTES; i++) {
        if (a->notes[i].size == 0 || a->notes[i].size != a->edge.size)
            continue;
        if (hash_equal(&root, &a->notes[i].root))
            a->report->proved = a->edge.size;
        else
            blame(a, EXPORT_ROOT);
    }
}

/* ---- the log ---- */

static enum err keep(void *user, const struct stored_event *event)
{
    struct held *held = user;
    held->seq = event->seq;
    buf_add(&held->leaf, event->leaf.bytes, event->leaf.size);
    return buf_error(&held->leaf);
}

static void forget(struct held *held)
{
    held->seq = 0;
    buf_clear(&held->leaf);
}

/* What is beyond the head is no entry of the log, and what the database cannot read is lost. */
static enum err look(struct against *a, enum err e, struct held *held)
{
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT || (e == ERR_OK && held->seq > a->size)) {
        forget(held);
        return ERR_OK;
    }
    return e;
}

static enum err look_at(struct against *a, uint64_t seq)
{
    struct store *store = a->setup->store;
    forget(&a->here);
    return look(a, store->event(store->self, seq, &a->here, keep), &a->here);
}

static enum err look_for(struct against *a, const struct id *id)
{
    struct store *store = a->setup->store;
    forget(&a->same);
    return look(a, store->event_by_id(store->self, id, &a->same, keep), &a->same);
}

static bool is_met(const struct against *a, uint64_t seq)
{
    return (a->met[seq / 8] >> seq % 8 & 1) != 0;
}

/* False: an earlier line was this entry already. */
static bool meet(struct against *a, uint64_t seq)
{
    if (is_met(a, seq))
        return false;
    a->met[seq / 8] |= (uint8_t)(1u << seq % 8);
    if (seq > a->last_met)
        a->last_met = seq;
    return true;
}

/* ---- one line against one entry ---- */

/* Everything but the numbers, which an entry gets from those before it. The nonce means nothing. */
static enum err same_but_numbers(const struct event *exported, struct slice leaf, bool *same)
{
    static const uint8_t nonce[16];
    struct event event, other = *exported;
    struct buf a = {0}, b = {0};
    *same = false;
    enum err e = leaf_decode(leaf, &event);
    if (e != ERR_OK)
        return e == ERR_CORRUPT ? ERR_OK : e;
    bool moved = event.seq != other.seq || event.org_n != other.org_n ||
                 event.hospital_n != other.hospital_n || event.alias_n != other.alias_n;
    other.seq = event.seq;
    other.org_n = event.org_n;
    other.hospital_n = event.hospital_n;
    other.alias_n = event.alias_n;
    leaf_encode(&event, nonce, &a);
    leaf_encode(&other, nonce, &b);
    e = buf_error(&a) == ERR_OK ? buf_error(&b) : ERR_NO_MEMORY;
    *same = e == ERR_OK && moved && slice_equal(buf_slice(&a), buf_slice(&b));
    buf_free(&a);
    buf_free(&b);
    return e;
}

/* STORED: the leaf that stands in its stead; an unreadable one is not shown. */
static enum err name(struct against *a, enum against_finding finding, uint64_t seq,
                     struct slice exported, struct slice stored)
{
    struct against_report *report = a->report;
    struct event event;
    if (report->finding != AGAINST_SAME)
        return ERR_OK;
    report->finding = finding;
    report->seq = seq;
    buf_add(&report->exported, exported.bytes, exported.size);
    if (stored.size != 0 && leaf_decode(stored, &event) == ERR_OK)
        buf_add(&report->stored, stored.bytes, stored.size);
    return buf_error(&report->exported) == ERR_OK ? buf_error(&report->stored) : ERR_NO_MEMORY;
}

/* The line is not what stands at its number: where is its entry, and what became of it? */
static enum err differing_line(struct against *a, const struct event *exported, struct slice line)
{
    bool same;
    enum err e = look_for(a, &exported->id);
    if (e == ERR_OK && a->same.seq == 0) {
        a->report->missing++;
        return name(a, AGAINST_MISSING, exported->seq, line, (struct slice){0});
    }
    if (e == ERR_OK && !meet(a, a->same.seq))
        return ERR_CORRUPT; /* its id was there before: no log says that */
    if (e == ERR_OK)
        e = same_but_numbers(exported, buf_slice(&a->same.leaf), &same);
    if (e != ERR_OK)
        return e;
    if (same)
        a->report->renumbered++;
    else
        a->report->changed++;
    if (a->same.seq == exported->seq)
        return name(a, AGAINST_CHANGED, exported->seq, line, buf_slice(&a->same.leaf));
    /* Something else stands here. Whether it was put in, or only moved, shows at the end. */
    return name(a, AGAINST_MOVED, exported->seq, line, buf_slice(&a->here.leaf));
}

/* ERR_CORRUPT: the line is no entry of this place. */
static enum err each_line(struct against *a, struct slice line)
{
    struct event exported;
    enum err e = leaf_decode(line, &exported);
    if (e == ERR_OK && exported.seq != a->edge.size + 1)
        e = ERR_CORRUPT;
    if (e != ERR_OK)
        return e;
    struct hash leaf = merkle_leaf(line);
    e = look_at(a, exported.seq);
    if (e != ERR_OK)
        return e;
    if (a->here.seq == 0 || !slice_equal(line, buf_slice(&a->here.leaf)))
        e = differing_line(a, &exported, line);
    else if (!meet(a, exported.seq))
        e = ERR_CORRUPT;
    if (e != ERR_OK)
        return e;
    merkle_append(&a->edge, &leaf, NULL);
    a->report->entries = a->edge.size;
    check_notes(a);
    return ERR_OK;
}

static enum err walk(struct against *a)
{
    struct slice line = {0};
    bool end = false;
    enum err e = next_line(a, &line, &end);
    while (e == ERR_OK && !end) {
        e = each_line(a, line);
        if (e == ERR_OK)
            e = next_line(a, &line, &end);
    }
    if (e == ERR_CORRUPT) {
        a->report->line = a->edge.size + 1;
        blame(a, EXPORT_LINE);
        return ERR_OK;
    }
    if (e == ERR_OK && a->edge.size < a->notes[1].size)
        blame(a, EXPORT_CUT);
    return e;
}

/* What the log has between the exported entries. What comes after them is newer than the export. */
static void count_inserted(struct against *a)
{
    struct against_report *report = a->report;
    uint64_t end = a->last_met > a->edge.size ? a->last_met : a->edge.size;
    for (uint64_t seq = 1; seq <= end && seq <= a->size; seq++)
        if (!is_met(a, seq))
            report->inserted++;
    if (report->finding == AGAINST_MOVED && !is_met(a, report->seq)) {
        report->finding = AGAINST_INSERTED;
        buf_clear(&report->exported); /* the entry behind it is only moved on */
    }
}

enum err audit_against(const struct against_setup *setup, struct against_report *out)
{
    struct against a = {.setup = setup, .report = out};
    struct store_head head;
    *out = (struct against_report){.finding = AGAINST_SAME};
    enum err e = setup->store->head(setup->store->self, &head);
    if (e == ERR_OK && head.size > LOG_SIZE_MAX)
        e = ERR_CORRUPT;
    if (e == ERR_OK)
        e = open_export(&a);
    if (e == ERR_OK) {
        a.size = head.size;
        a.met = calloc((size_t)(a.size / 8 + 1), 1);
        a.line = malloc(LEAF_BYTES_MAX);
        e = a.met == NULL || a.line == NULL ? ERR_NO_MEMORY : walk(&a);
    }
    if (e == ERR_OK)
        count_inserted(&a);
    if (a.lines != NULL)
        fclose(a.lines);
    buf_free(&a.here.leaf);
    buf_free(&a.same.leaf);
    free(a.met);
    free(a.line);
    return e;
}
