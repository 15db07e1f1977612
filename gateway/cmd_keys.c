/* cmd_keys.c — Job: the command keys: which months have a key, and a past month's destroyed. */
#include "gateway/commands.h"

#include "common/clock.h"
#include "gateway/core/month.h"
#include "gateway/opened.h"
#include "proto/limits.h"

#include <stdio.h>
#include <string.h>

static int fail(enum err err)
{
    fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    return 1;
}

static int list(const struct settings *settings)
{
    char dir[FILE_PATH_MAX + 32];
    struct keyfile *keys = NULL;
    int months[KEY_MONTHS_MAX];
    size_t count = 0;
    settings_path(settings, "keys", dir, sizeof dir);
    enum err err = keyfile_open(dir, &keys);
    if (err == ERR_OK)
        err = keyfile_months(keys, months, KEY_MONTHS_MAX, &count);
    keyfile_close(keys);
    if (err != ERR_OK)
        return fail(err);
    for (size_t i = 0; i < count; i++)
        printf("{\"month\":\"%04d-%02d\"}\n", months[i] / 100, months[i] % 100);
    return 0;
}

/* "2025-11" → 202511, as the key folder counts; 0: no month. */
static int key_month(const char *text)
{
    int months = 0; /* since January 1970 */
    if (text == NULL || month_parse(slice_of(text), &months) != ERR_OK)
        return 0;
    return (1970 + months / 12) * 100 + months % 12 + 1;
}

static int destroy(const struct settings *settings, const char *text)
{
    struct opened opened;
    int month = key_month(text);
    if (month == 0)
        return usage_error("--month YYYY-MM が必要です", "--month YYYY-MM is needed");
    enum err err = opened_open(settings, OPENED_ALONE, &opened);
    if (err != ERR_OK)
        return fail(err);
    err = journal_shred(opened.journal, month, clock_wall_ms());
    opened_close(&opened);
    if (err == ERR_NOT_ALLOWED)
        return usage_error("まだ終わっていない月です", "that month is not over");
    if (err == ERR_CONFLICT)
        return usage_error("その月に開いた事案がまだ終わっていません",
                           "a case opened in that month has not ended");
    if (err == ERR_NOT_FOUND)
        return usage_error("その月の鍵はありません", "that month has no key");
    if (err != ERR_OK)
        return fail(err);
    printf("{\"ok\":true,\"destroyed\":\"%s\"}\n", text);
    return 0;
}

int cmd_keys(const struct settings *settings, const struct args *args)
{
    if (strcmp(args->words[0], "list") == 0)
        return list(settings);
    if (strcmp(args->words[0], "destroy") == 0)
        return destroy(settings, args_value(args, "month"));
    return usage_error("list・destroy のどちらかです", "list or destroy");
}
