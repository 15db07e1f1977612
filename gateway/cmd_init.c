/* cmd_init.c — Job: make a data folder: keys, authority, the gateway's own certificate. */
#include "gateway/commands.h"

#include "common/file.h"
#include "common/keyfile.h"
#include "gateway/opened.h"

#include <stdio.h>

static enum err make_keys(const struct settings *settings)
{
    char dir[FILE_PATH_MAX + 32];
    struct keyfile *keys = NULL;
    settings_path(settings, "keys", dir, sizeof dir);
    enum err err = keyfile_open(dir, &keys);
    const enum keyfile_name names[] = {KEYFILE_ALIAS, KEYFILE_LOG, KEYFILE_SPOOL};
    for (size_t i = 0; err == ERR_OK && i < sizeof names / sizeof names[0]; i++)
        err = keyfile_create(keys, names[i]);
    keyfile_close(keys);
    return err;
}

/* Opens the journal once: it writes its first entry and the checkpoint file. */
static enum err make_journal(const struct settings *settings)
{
    struct opened opened;
    enum err err = opened_open(settings, OPENED_ALONE, &opened);
    if (err != ERR_OK)
        return err;
    struct slice key = journal_log_key(opened.journal);
    printf("log key: %.*s\n", (int)key.size, key.bytes);
    opened_close(&opened);
    return ERR_OK;
}

int cmd_init(const struct settings *settings, const struct args *args)
{
    const char *names = args_value(args, "names");
    if (names == NULL)
        return usage_error("--names が必要です（例 gw.example,192.0.2.1）",
                           "--names is needed (gw.example,192.0.2.1)");
    enum err err = file_mkdir_p(settings->data_dir, 0700);
    if (err == ERR_OK)
        err = make_keys(settings);
    if (err == ERR_CONFLICT)
        return usage_error("このデータフォルダにはもう鍵があります",
                           "this data folder has keys already");
    if (err == ERR_OK)
        err = pki_init(settings, names);
    if (err == ERR_OK)
        err = make_journal(settings);
    if (err == ERR_OK)
        return 0;
    fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    return 1;
}
