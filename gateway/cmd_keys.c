/* cmd_keys.c — Job: the command keys: which months have a key, and a past month's destroyed.
 *
 * No key goes before the entry that says who destroys it, and why, is durable (DESIGN §3). */
#include "gateway/commands.h"

#include "common/clock.h"
#include "gateway/core/month.h"
#include "gateway/keys_asked.h"
#include "gateway/opened.h"
#include "proto/time_text.h"

#include <stdio.h>
#include <string.h>

static int fail(enum err err)
{
    fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    return 1;
}

/* ---- list ---- */

/* A month whose destruction is an entry, and whose key is there all the same: cut off between. */
static void print_month(int month, const struct keys_asked *asked)
{
    struct buf line = {0};
    buf_printf(&line, "{\"month\":\"%04d-%02d\"", month / 100, month % 100);
    if (month == asked->month) {
        buf_text(&line, ",\"destroy_asked\":true,\"by\":");
        buf_json_text(&line, asked->words.by);
        buf_text(&line, ",\"reason\":");
        buf_json_text(&line, asked->words.reason);
    }
    printf("%.*s}\n", (int)line.size, line.bytes);
    buf_free(&line);
}

static int list(const struct settings *settings)
{
    char dir[FILE_PATH_MAX + 32];
    struct keyfile *keys = NULL;
    struct keys_asked asked = {.month = 0};
    int months[KEY_MONTHS_MAX];
    size_t count = 0;
    settings_path(settings, "keys", dir, sizeof dir);
    enum err err = keyfile_open(dir, &keys);
    if (err == ERR_OK)
        err = keyfile_months(keys, months, KEY_MONTHS_MAX, &count);
    keyfile_close(keys);
    if (err == ERR_OK)
        err = keys_asked_read(settings, &asked);
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        print_month(months[i], &asked);
    keys_asked_free(&asked);
    return err == ERR_OK ? 0 : fail(err);
}

/* ---- destroy ---- */

struct destruction {
    struct slice text; /* "2025-11" */
    int months;        /* since January 1970 */
    int month;         /* 202511, as the key folder counts */
    struct reason_payload words;
};

/* 0, or the command's status. */
static int read_args(const struct args *args, struct destruction *out)
{
    const char *text = args_value(args, "month");
    *out = (struct destruction){.text = slice_of(text == NULL ? "" : text)};
    if (month_parse(out->text, &out->months) != ERR_OK)
        return usage_error("--month YYYY-MM が必要です", "--month YYYY-MM is needed");
    int status = operator_words(args, &out->words);
    out->month = (1970 + out->months / 12) * 100 + out->months % 12 + 1;
    return status;
}

/* The first ms of a month as keys count it: UTC. */
static int64_t first_of(int months)
{
    char text[MONTH_CHARS + 1], first[TIME_TEXT_SIZE + 1];
    int64_t ms = 0;
    month_text(months, text);
    snprintf(first, sizeof first, "%s-01T00:00:00.000Z", text);
    return time_parse(slice_of(first), &ms) == ERR_OK ? ms : 0;
}

static int refuse(enum err err)
{
    if (err == ERR_NOT_ALLOWED)
        return usage_error("まだ終わっていない月です", "that month is not over");
    if (err == ERR_CONFLICT)
        return usage_error("その月に開いた事案がまだ終わっていません",
                           "a case opened in that month has not ended");
    if (err == ERR_NOT_FOUND)
        return usage_error("その月の鍵はありません", "that month has no key");
    return fail(err);
}

/* One after the other: the state knows the newest only, and an older one cut off would be lost. */
static enum err another_unfinished(const struct settings *settings, const struct opened *opened,
                                   int month, bool *unfinished)
{
    struct keys_asked asked;
    enum err err = keys_asked_read(settings, &asked);
    *unfinished =
        asked.month != 0 && asked.month != month && keyfile_there(opened->keys, asked.month);
    keys_asked_free(&asked);
    return err;
}

static int destroy(const struct settings *settings, const struct args *args)
{
    struct opened opened;
    struct destruction what;
    bool unfinished = false;
    int status = read_args(args, &what);
    if (status != 0)
        return status;
    enum err err = opened_open(settings, OPENED_ALONE, &opened);
    if (err != ERR_OK)
        return fail(err);
    err = another_unfinished(settings, &opened, what.month, &unfinished);
    if (err == ERR_OK && !unfinished)
        err = journal_may_shred(opened.journal, what.month, clock_wall_ms());
    /* What is entered can be cut off, but no key goes that no entry names. */
    if (err == ERR_OK && !unfinished)
        err = operator_entry(settings, &opened, EVENT_KEY_DESTROY_ASKED, first_of(what.months),
                             first_of(what.months + 1) - 1, &what.words);
    if (err == ERR_OK && !unfinished)
        err = journal_shred(opened.journal, what.month, clock_wall_ms());
    opened_close(&opened);
    if (unfinished)
        return usage_error(
            "記録済みで終わっていない月があります（keys list）。先にやり直してください",
            "another month was entered and not finished (keys list): that one first");
    if (err != ERR_OK)
        return refuse(err);
    printf("{\"ok\":true,\"destroyed\":\"%.*s\"}\n", (int)what.text.size, what.text.bytes);
    return 0;
}

int cmd_keys(const struct settings *settings, const struct args *args)
{
    if (strcmp(args->words[0], "list") == 0)
        return list(settings);
    if (strcmp(args->words[0], "destroy") == 0)
        return destroy(settings, args);
    return usage_error("list・destroy のどちらかです", "list or destroy");
}
