/* config.h — Job: read a program's settings by its table, and say in both languages what is wrong.
 *
 *   # comment
 *   profile = training
 *   allow   = 192.0.2.0/24        (a list key may be repeated, one item a line)
 *
 * One table is the only place that knows a key: reading, sample file, documents and reload follow
 * it. An unknown key, a key twice, a value outside its bounds refuses the whole file: a typing
 * error must not quietly become a default. */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include "proto/arena.h"
#include "proto/buf.h"
#include "proto/codes.h"
#include "proto/limits.h"

#include <stdio.h>

/* The C type of the member that OFFSET points at stands behind each kind. */
enum config_kind {
    CONFIG_TEXT = 1, /* const char *: min..max bytes of UTF-8 */
    CONFIG_PATH,     /* const char *: like text; relative to the settings file's folder */
    CONFIG_INT,      /* int64_t: min..max */
    CONFIG_DURATION, /* int64_t in ms: "500ms" "30s" "10min" "8h" "90d"; min..max in ms */
    CONFIG_CODE,     /* int (or an enum): one wire name of CODES */
    CONFIG_FLAG,     /* bool: "yes" or "no" */
    CONFIG_LIST      /* struct config_list: texts of min..max bytes, in the file's order */
};
enum config_reload { CONFIG_AT_START = 1, CONFIG_RELOADABLE };

struct config_list {
    const char *const *items;
    size_t count;
};

struct config_key {
    const char *name; /* lower case, digits, '_' */
    enum config_kind kind;
    size_t offset;        /* offsetof(struct of the program, member) */
    const char *standard; /* default, as written in a file; NULL: the key must be given. For a list
                             NULL means "none", anything else is its one default item */
    int64_t min, max;
    const struct codes *codes; /* CONFIG_CODE only */
    enum config_reload reload;
    const char *help_ja, *help_en; /* one line each */
};

struct config_table {
    const char *program; /* for the sample's first line */
    const struct config_key *keys;
    size_t count; /* at most CONFIG_KEYS_MAX */
};

struct config_error {
    int line; /* 0: the file as a whole, or a key that is missing */
    char key[48];
    char ja[320], en[320]; /* what is wrong and what is allowed */
};
struct config_errors {
    char path[FILE_PATH_MAX];
    struct config_error rows[CONFIG_ERRORS_MAX];
    size_t count; /* further ones are not kept */
};

/* Reads the file PATH into VALUES (the program's struct, zeroed by the caller; its texts live in
 * MEMORY). Reads on after a fault, so that ERRORS has them all. ERR_CONFIG when there is any;
 * VALUES is then not to be used. */
MUST_CHECK enum err config_load(const struct config_table *table, const char *path, void *values,
                                struct arena *memory, struct config_errors *errors);
/* The same for a text that was read already; PATH is for the messages and for relative paths. */
MUST_CHECK enum err config_read(const struct config_table *table, const char *path,
                                struct slice text, void *values, struct arena *memory,
                                struct config_errors *errors);

/* On reload: ERR_CONFIG, and ERRORS says which, when a key that counts at start only has changed.
 */
MUST_CHECK enum err config_reloadable(const struct config_table *table, const void *now,
                                      const void *next, struct config_errors *errors);

/* Adds a fault that the program itself found (two keys that do not go together). */
void config_fault(struct config_errors *errors, const char *key, const char *ja, const char *en);
/* `path:line: key: 日本語 / English`, one line each. */
void config_print_errors(const struct config_errors *errors, FILE *to);
/* Appends a sample file with every key, its help in both languages, its bounds and its default. */
void config_sample(const struct config_table *table, struct buf *out);
#endif
