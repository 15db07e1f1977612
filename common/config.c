/* config.c — Job: read a program's settings by its table, and say in both languages what is wrong.
 */
#include "common/config.h"

#include "common/config_value.h"
#include "common/file.h"
#include "proto/utf8.h"

#include <assert.h>
#include <stdarg.h>

enum { SHOWN_BYTES = 40 /* of a wrong value, in a message */ };

/* One reading of one file. */
struct reading {
    const struct config_table *table;
    struct slice folder; /* of the file, without the last slash; empty: the working folder */
    void *values;
    struct arena *memory;
    struct config_errors *errors;
    int line;                       /* the current one, from 1 */
    int seen_line[CONFIG_KEYS_MAX]; /* where each key stood first; 0: not at all */
};

static void add_error(struct config_errors *errors, int line, struct slice key, const char *ja,
                      const char *en)
{
    if (errors->count == CONFIG_ERRORS_MAX)
        return;
    struct config_error *row = &errors->rows[errors->count++];
    row->line = line;
    snprintf(row->key, sizeof row->key, "%.*s", key.size > 47 ? 47 : (int)key.size, key.bytes);
    snprintf(row->ja, sizeof row->ja, "%s", ja);
    snprintf(row->en, sizeof row->en, "%s", en);
}

/* Both texts, each with the same arguments. */
static void fault(struct reading *r, struct slice key, const char *ja, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

static void fault(struct reading *r, struct slice key, const char *ja, const char *en, ...)
{
    char text_ja[sizeof r->errors->rows[0].ja], text_en[sizeof r->errors->rows[0].en];
    va_list args;
    va_start(args, en);
    vsnprintf(text_ja, sizeof text_ja, ja, args);
    va_end(args);
    va_start(args, en);
    vsnprintf(text_en, sizeof text_en, en, args);
    va_end(args);
    add_error(r->errors, r->line, key, text_ja, text_en);
}

void config_fault(struct config_errors *errors, const char *key, const char *ja, const char *en)
{
    add_error(errors, 0, slice_of(key), ja, en);
}

/* A piece of the file as it can be shown in a message: short, whole characters, no control ones. */
static void shown(struct slice text, char out[SHOWN_BYTES + 4])
{
    size_t at = 0;
    uint32_t c = 0;
    while (text.size != 0) {
        struct slice from = text;
        if (!utf8_next(&text, &c))
            break;
        size_t size = from.size - text.size;
        if (at + size > SHOWN_BYTES) {
            memcpy(out + at, "...", 3);
            at += 3;
            break;
        }
        memcpy(out + at, c < 0x20 || c == 0x7f ? "?" : from.bytes, size);
        at += size;
    }
    out[at] = '\0';
}

static size_t find_key(const struct config_table *table, struct slice name)
{
    size_t i = 0;
    while (i < table->count && !slice_is(name, table->keys[i].name))
        i++;
    return i;
}

static void set_value(struct reading *r, const struct config_key *key, struct slice text)
{
    char ja[CONFIG_ALLOWED_SIZE], en[CONFIG_ALLOWED_SIZE], value[SHOWN_BYTES + 4];
    struct slice name = slice_of(key->name);
    enum err err = config_value_set(key, text, r->folder, r->values, r->memory);
    if (err == ERR_OK)
        return;
    if (err == ERR_FULL) {
        fault(r, name, "繰り返しは%d回までです", "may be repeated up to %d times", CONFIG_LIST_MAX);
    } else if (err == ERR_NO_MEMORY) {
        fault(r, name, "メモリが足りません", "out of memory");
    } else {
        config_allowed(key, ja, en);
        shown(text, value);
        char text_ja[sizeof r->errors->rows[0].ja], text_en[sizeof r->errors->rows[0].en];
        snprintf(text_ja, sizeof text_ja, "「%s」は使えません。使えるのは %s", value, ja);
        snprintf(text_en, sizeof text_en, "\"%s\" is not allowed; allowed is %s", value, en);
        add_error(r->errors, r->line, name, text_ja, text_en);
    }
}

/* One line without its newline. */
static void take_line(struct reading *r, struct slice line)
{
    const char *equals = line.size == 0 ? NULL : memchr(line.bytes, '=', line.size);
    char word[SHOWN_BYTES + 4];
    shown(line, word);
    if (line.size == 0 || *line.bytes == '#')
        return;
    if (equals == NULL) {
        fault(r, slice_of(word), "「項目 = 値」の形ではありません",
              "not of the form \"key = value\"");
        return;
    }
    struct slice name = config_trim((struct slice){line.bytes, (size_t)(equals - line.bytes)});
    struct slice value =
        config_trim((struct slice){equals + 1, line.size - (size_t)(equals + 1 - line.bytes)});
    size_t i = find_key(r->table, name);
    shown(name, word);
    if (i == r->table->count) {
        fault(r, slice_of(word), "知らない項目です", "unknown key");
        return;
    }
    bool again = r->seen_line[i] != 0 && r->table->keys[i].kind != CONFIG_LIST;
    if (again) {
        fault(r, name, "%d行目にもあります", "is also on line %d", r->seen_line[i]);
        return;
    }
    r->seen_line[i] = r->seen_line[i] == 0 ? r->line : r->seen_line[i];
    set_value(r, &r->table->keys[i], value);
}

/* Lines end in LF or, from a PC, in CR LF. */
static void take_text(struct reading *r, struct slice text)
{
    static const char mark[] = "\xef\xbb\xbf"; /* what PC editors put before UTF-8 */
    if (text.size >= 3 && memcmp(text.bytes, mark, 3) == 0)
        text = (struct slice){text.bytes + 3, text.size - 3};
    while (text.size != 0) {
        const char *end = memchr(text.bytes, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.bytes);
        struct slice line = {text.bytes, size};
        size_t taken = end == NULL ? size : size + 1;
        text = (struct slice){text.bytes + taken, text.size - taken};
        r->line++;
        if (line.size != 0 && line.bytes[line.size - 1] == '\r')
            line.size--;
        if (line.size > CONFIG_LINE_MAX)
            fault(r, slice_of(""), "行が長すぎます(%dバイトまで)",
                  "the line is longer than %d bytes", CONFIG_LINE_MAX);
        else if (!utf8_valid(line))
            fault(r, slice_of(""), "UTF-8ではありません", "the line is not UTF-8");
        else
            take_line(r, config_trim(line));
    }
}

static void take_defaults(struct reading *r)
{
    r->line = 0;
    for (size_t i = 0; i < r->table->count; i++) {
        const struct config_key *key = &r->table->keys[i];
        if (r->seen_line[i] != 0)
            continue;
        if (key->standard != NULL)
            set_value(r, key, slice_of(key->standard));
        else if (key->kind != CONFIG_LIST)
            fault(r, slice_of(key->name), "必ず書く項目がありません",
                  "must be given and is missing");
    }
}

enum err config_read(const struct config_table *table, const char *path, struct slice text,
                     void *values, struct arena *memory, struct config_errors *errors)
{
    assert(table->count <= CONFIG_KEYS_MAX);
    const char *slash = strrchr(path, '/');
    struct reading r = {.table = table, .values = values, .memory = memory, .errors = errors};
    snprintf(errors->path, sizeof errors->path, "%s", path);
    errors->count = 0;
    if (slash != NULL)
        r.folder = (struct slice){path, (size_t)(slash - path)};
    if (slash == path)
        r.folder = slice_of("/.");
    if (text.size > CONFIG_BYTES_MAX) {
        fault(&r, slice_of(""), "大きすぎます(%dバイトまで)", "larger than %d bytes",
              CONFIG_BYTES_MAX);
        return ERR_CONFIG;
    }
    take_text(&r, text);
    take_defaults(&r);
    return errors->count == 0 ? ERR_OK : ERR_CONFIG;
}

enum err config_load(const struct config_table *table, const char *path, void *values,
                     struct arena *memory, struct config_errors *errors)
{
    struct buf text;
    buf_init(&text, 0);
    enum err err = file_read(path, CONFIG_BYTES_MAX, FILE_ANY, &text);
    if (err == ERR_OK) {
        err = config_read(table, path, buf_slice(&text), values, memory, errors);
    } else {
        snprintf(errors->path, sizeof errors->path, "%s", path);
        errors->count = 0;
        add_error(errors, 0, slice_of(""), err_text_ja(err), err_text_en(err));
        err = ERR_CONFIG;
    }
    buf_free(&text);
    return err;
}

enum err config_reloadable(const struct config_table *table, const void *now, const void *next,
                           struct config_errors *errors)
{
    errors->count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct config_key *key = &table->keys[i];
        if (key->reload == CONFIG_AT_START && !config_value_same(key, now, next))
            config_fault(errors, key->name, "変更は再起動で有効になります。前の値のままです",
                         "a change needs a restart; the old value stays");
    }
    return errors->count == 0 ? ERR_OK : ERR_CONFIG;
}

void config_print_errors(const struct config_errors *errors, FILE *to)
{
    for (size_t i = 0; i < errors->count; i++) {
        const struct config_error *row = &errors->rows[i];
        fprintf(to, "%s", errors->path);
        if (row->line != 0)
            fprintf(to, ":%d", row->line);
        fprintf(to, ": %s%s%s / %s\n", row->key, row->key[0] == '\0' ? "" : ": ", row->ja, row->en);
    }
}
