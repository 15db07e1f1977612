/* cmd_verify.c — Job: the command audit verify: the log by itself, and against an older export. */
#include "gateway/cmd_audit.h"

#include "common/file.h"
#include "gateway/journal/audit_against.h"
#include "proto/time_text.h"

#include <stdio.h>

static void say_where(const struct audit_report *report)
{
    unsigned long long first = report->first, last = report->last;
    if (first == 0)
        fprintf(stderr, "記録全体が合いません / the log as a whole does not hold\n");
    else if (first == last)
        fprintf(stderr, "記録 %llu が合いません / entry %llu does not hold\n", first, first);
    else
        fprintf(stderr,
                "記録 %llu から %llu のどれかが合いません / one of the entries %llu to %llu "
                "does not hold\n",
                first, last, first, last);
}

static enum err verify(const struct settings *settings, struct store *store, struct slice outside,
                       const struct note_key *key, struct audit_report *report)
{
    struct keyfile *keys = NULL;
    struct keyring *ring = NULL;
    struct audit_setup audit = {.store = store, .key = *key, .outside = outside};
    enum err err = audit_open_keys(settings, store, &keys, &ring);
    audit.ring = ring;
    if (err == ERR_OK)
        err = audit_verify(&audit, report);
    keyring_close(ring);
    keyfile_close(keys);
    return err;
}

static void print_report(const struct audit_report *report)
{
    printf("{\"finding\":\"%s\",\"first\":%llu,\"last\":%llu,\"size\":%llu,\"checked\":%llu,"
           "\"checkpoint_size\":%llu,\"payloads\":%llu,\"shredded\":%llu",
           audit_finding_text(report->finding), (unsigned long long)report->first,
           (unsigned long long)report->last, (unsigned long long)report->size,
           (unsigned long long)report->checked, (unsigned long long)report->checkpoint_size,
           (unsigned long long)report->payloads, (unsigned long long)report->shredded);
}

/* ---- against an export ---- */

/* The entry that a difference is about: as it was exported, or, put in later, as it stands. */
static bool touched(const struct against_report *report, struct event *event)
{
    const struct buf *leaf = report->exported.size != 0 ? &report->exported : &report->stored;
    return leaf->size != 0 && leaf_decode(buf_slice(leaf), event) == ERR_OK;
}

/* A leaf is canonical JSON of ids, codes and times: leaf_decode has seen to that. */
static void print_leaf(const char *name, const struct buf *leaf)
{
    if (leaf->size != 0)
        printf(",\"%s\":%.*s", name, (int)leaf->size, leaf->bytes);
}

static void print_against(const struct against_report *report)
{
    struct event event;
    char at[TIME_TEXT_SIZE];
    printf(",\"against\":{\"finding\":\"%s\",\"first\":%llu", against_finding_text(report->finding),
           (unsigned long long)report->seq);
    if (touched(report, &event)) {
        time_text(event.recorded_at, at);
        printf(",\"type\":\"%s\",\"recorded_at\":\"%s\"", event_name(event.type), at);
    }
    printf(",\"changed\":%llu,\"missing\":%llu,\"inserted\":%llu,\"renumbered\":%llu,"
           "\"export\":\"%s\",\"line\":%llu,\"entries\":%llu,\"proved\":%llu",
           (unsigned long long)report->changed, (unsigned long long)report->missing,
           (unsigned long long)report->inserted, (unsigned long long)report->renumbered,
           against_export_text(report->export_), (unsigned long long)report->line,
           (unsigned long long)report->entries, (unsigned long long)report->proved);
    print_leaf("exported", &report->exported);
    print_leaf("stored", &report->stored);
    printf("}");
}

static void say_difference(const struct against_report *report)
{
    static const char *const ja[] = {[AGAINST_SAME] = "",
                                     [AGAINST_CHANGED] = "書き換えられています",
                                     [AGAINST_MISSING] = "なくなっています",
                                     [AGAINST_INSERTED] = "後から入れられています",
                                     [AGAINST_MOVED] = "順序が違います"};
    struct event event = {.type = EVENT_NONE};
    char at[TIME_TEXT_SIZE] = "?";
    if (touched(report, &event))
        time_text(event.recorded_at, at);
    unsigned long long all =
        report->changed + report->missing + report->inserted + report->renumbered;
    fprintf(stderr,
            "記録 %llu（%s、%s）：%s。違う記録は %llu 件 / "
            "entry %llu (%s, %s): %s; %llu differ\n",
            (unsigned long long)report->seq, event_name(event.type), at, ja[report->finding], all,
            (unsigned long long)report->seq, event_name(event.type), at,
            against_finding_text(report->finding), all);
}

static void say_export(const struct against_report *report)
{
    static const char *const ja[] = {[EXPORT_FINE] = "",
                                     [EXPORT_LINE] = "記録として読めない行があります",
                                     [EXPORT_SIGNATURE] = "検査点の署名がこの記録の鍵と合いません",
                                     [EXPORT_ROOT] = "中身が検査点と合いません",
                                     [EXPORT_CUT] = "終わりが欠けています"};
    if (report->export_ != EXPORT_FINE)
        fprintf(stderr, "書き出しのほうが信頼できません：%s / the export itself: %s (%llu)\n",
                ja[report->export_], against_export_text(report->export_),
                (unsigned long long)report->line);
    else if (report->proved < report->entries)
        fprintf(stderr,
                "書き出しのうち検査点で確かめたのは %llu 件までです / "
                "only %llu of the exported entries are under a checkpoint\n",
                (unsigned long long)report->proved, (unsigned long long)report->proved);
}

/* ---- the command ---- */

struct found {
    struct audit_report log;
    struct against_report against;
    bool compared;
};

static int print_found(const struct found *found)
{
    const struct against_report *against = &found->against;
    print_report(&found->log);
    if (found->compared)
        print_against(against);
    printf("}\n");
    if (found->log.finding != AUDIT_CLEAN)
        say_where(&found->log);
    if (found->compared && against->finding != AGAINST_SAME)
        say_difference(against);
    if (found->compared)
        say_export(against);
    bool same = against->finding == AGAINST_SAME && against->export_ == EXPORT_FINE;
    return found->log.finding == AUDIT_CLEAN && (!found->compared || same) ? 0 : 3;
}

/* --checkpoint: one that somebody else kept, instead of the file beside the database, which whoever
 * rewrites the database can write as well. --against: an export of before. */
int audit_cmd_verify(const struct settings *settings, const struct args *args,
                     const struct note_key *key)
{
    const char *kept = args_value(args, "checkpoint"), *export_ = args_value(args, "against");
    char path[FILE_PATH_MAX + 32];
    struct store *store = NULL;
    struct buf note = {0};
    struct found found = {.compared = export_ != NULL};
    settings_path(settings, "checkpoint", path, sizeof path);
    enum err err = audit_open_reader(settings, &store);
    if (err == ERR_OK)
        err = file_read(kept == NULL ? path : kept, 65536, FILE_ANY, &note);
    if (err == ERR_OK)
        err = verify(settings, store, buf_slice(&note), key, &found.log);
    if (err == ERR_OK && found.compared) {
        struct against_setup setup = {.store = store, .key = *key, .export_ = export_};
        if (kept != NULL)
            setup.kept_note = buf_slice(&note);
        err = audit_against(&setup, &found.against);
        if (err != ERR_OK)
            fprintf(stderr, "%s: ", export_);
    }
    int status = err == ERR_OK ? print_found(&found) : audit_fail(err);
    against_report_free(&found.against);
    store_close(store);
    buf_free(&note);
    return status;
}
