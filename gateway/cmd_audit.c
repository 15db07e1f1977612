/* cmd_audit.c — Job: the command audit: export, prove, rebuild, and the way to verify. */
#include "gateway/cmd_audit.h"

#include "common/file.h"
#include "common/rng.h"
#include "common/secret.h"
#include "gateway/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int audit_fail(enum err err)
{
    fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    return 1;
}

/* The log's public key: --key when somebody else's is to be trusted, else the one that belongs to
 * this gateway's own signing key. */
static enum err log_key(const struct settings *settings, const struct args *args,
                        struct note_key *out)
{
    const char *text = args_value(args, "key");
    if (text != NULL)
        return note_key_parse(slice_of(text), out);
    char dir[FILE_PATH_MAX + 32];
    struct keyfile *keys = NULL;
    uint8_t *seed = secret_new(NOTE_SEED_BYTES + NOTE_SECRET_BYTES);
    uint8_t public[NOTE_PUBLIC_BYTES];
    settings_path(settings, "keys", dir, sizeof dir);
    enum err err = seed == NULL ? ERR_NO_MEMORY : keyfile_open(dir, &keys);
    if (err == ERR_OK)
        err = keyfile_load(keys, KEYFILE_LOG, seed);
    if (err == ERR_OK) {
        note_secret_of_seed(seed, seed + NOTE_SEED_BYTES, public);
        err = note_key_init(slice_of(settings->name), NOTE_KEY_ED25519, public, out);
    }
    secret_free(seed);
    keyfile_close(keys);
    return err;
}

enum err audit_open_reader(const struct settings *settings, struct store **out)
{
    char path[FILE_PATH_MAX + 32];
    settings_path(settings, "journal.db", path, sizeof path);
    return store_sqlite_open_reader(path, out);
}

static void fill_random(void *self, void *bytes, size_t size)
{
    (void)self;
    rng_fill(bytes, size);
}

enum err audit_open_keys(const struct settings *settings, struct store *store,
                         struct keyfile **keys, struct keyring **ring)
{
    char dir[FILE_PATH_MAX + 32];
    settings_path(settings, "keys", dir, sizeof dir);
    enum err err = keyfile_open(dir, keys);
    struct keyring_setup setup = {.store = store, .keys = *keys, .random = fill_random};
    return err == ERR_OK ? keyring_open(&setup, ring) : err;
}

static int export(const struct settings *settings, const struct args *args,
                  const struct note_key *key)
{
    struct store *store = NULL;
    uint64_t size = 0;
    const char *out = args_value(args, "out");
    if (out == NULL)
        return usage_error("--out が必要です", "--out is needed");
    enum err err = audit_open_reader(settings, &store);
    if (err == ERR_OK)
        err = audit_export(store, key, out, &size);
    store_close(store);
    if (err != ERR_OK)
        return audit_fail(err);
    printf("{\"entries\":%llu}\n", (unsigned long long)size);
    return 0;
}

static int prove(const struct settings *settings, const struct args *args)
{
    struct store *store = NULL;
    struct buf leaf = {0}, proof = {0};
    const char *entry = args_value(args, "entry"), *out = args_value(args, "out");
    if (entry == NULL)
        return usage_error("--entry が必要です", "--entry is needed");
    enum err err = audit_open_reader(settings, &store);
    if (err == ERR_OK)
        err = audit_prove(store, strtoull(entry, NULL, 10), &leaf, &proof);
    if (err == ERR_OK && out != NULL)
        err = file_write(out, buf_slice(&proof), 0644);
    else if (err == ERR_OK)
        fwrite(proof.bytes, 1, proof.size, stdout);
    store_close(store);
    buf_free(&leaf);
    buf_free(&proof);
    return err == ERR_OK ? 0 : audit_fail(err);
}

/* ---- rebuild ---- */

enum { NAMED_MAX = 100 /* lines: more is for a program, and the counts say how many */ };

static void say_difference(void *self, const struct rebuild_difference *difference)
{
    static const char *const ja[REBUILD_WHATS] = {
        [REBUILD_MISSING] = "ありません",       [REBUILD_EXTRA] = "どの記録にもありません",
        [REBUILD_DIFFERENT] = "記録と違います", [REBUILD_UNREADABLE] = "開けません",
        [REBUILD_OPEN] = "終了の印が違います",  [REBUILD_REALM] = "別の鍵で封じてあります",
        [REBUILD_TOLD] = "通知先が合いません"};
    unsigned *named = self;
    char id[ID_TEXT_SIZE];
    if (++*named > NAMED_MAX)
        return;
    id_text(&difference->id, id);
    fprintf(stderr, "%s %.26s (%llu): %s / %s\n", difference->row, id,
            (unsigned long long)difference->seq, ja[difference->what],
            rebuild_what_text(difference->what));
}

static void print_rebuilt(const struct rebuild_report *report)
{
    printf("{\"events\":%llu,\"aggregates\":%llu,\"differences\":%llu,\"shredded\":%llu,"
           "\"unknown\":%llu,\"numbers\":%llu,\"receipts\":%llu,\"recipients\":%llu",
           (unsigned long long)report->events, (unsigned long long)report->aggregates,
           (unsigned long long)report->differences, (unsigned long long)report->shredded,
           (unsigned long long)report->unknown, (unsigned long long)report->numbers,
           (unsigned long long)report->receipts, (unsigned long long)report->recipients);
    for (int what = 0; what < REBUILD_WHATS; what++)
        printf(",\"%s\":%llu", rebuild_what_text((enum rebuild_what)what),
               (unsigned long long)report->found[what]);
    printf("}\n");
}

/* Nobody may write meanwhile, and nothing is written: a reader will do, behind the lock. */
static int rebuild(const struct settings *settings)
{
    char lock[FILE_PATH_MAX + 32];
    struct rebuild_report report;
    struct store *store = NULL;
    struct keyfile *keys = NULL;
    struct keyring *ring = NULL;
    int fd = -1;
    unsigned named = 0;
    settings_path(settings, "lock", lock, sizeof lock);
    enum err err = file_lock_open(lock, &fd) == ERR_OK ? ERR_OK : ERR_BUSY;
    if (err == ERR_OK)
        err = audit_open_reader(settings, &store);
    if (err == ERR_OK)
        err = audit_open_keys(settings, store, &keys, &ring);
    struct rebuild_setup setup = {store, ring, &named, say_difference};
    if (err == ERR_OK)
        err = rebuild_compare(&setup, &report);
    keyring_close(ring);
    keyfile_close(keys);
    store_close(store);
    file_lock_close(fd);
    if (err != ERR_OK)
        return audit_fail(err);
    print_rebuilt(&report);
    return report.differences == 0 ? 0 : 3;
}

int cmd_audit(const struct settings *settings, const struct args *args)
{
    struct note_key key;
    const char *word = args->words[0];
    if (strcmp(word, "prove") == 0)
        return prove(settings, args);
    if (strcmp(word, "rebuild") == 0)
        return rebuild(settings);
    enum err err = log_key(settings, args, &key);
    if (err != ERR_OK)
        return audit_fail(err);
    if (strcmp(word, "verify") == 0)
        return audit_cmd_verify(settings, args, &key);
    if (strcmp(word, "export") == 0)
        return export(settings, args, &key);
    return usage_error("verify・export・prove・rebuild のどれかです",
                       "verify, export, prove or rebuild");
}
