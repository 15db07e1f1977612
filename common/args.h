/* args.h — Job: the command line: `program command --name value --flag word …`, by a table. */
#ifndef COMMON_ARGS_H
#define COMMON_ARGS_H

#include "proto/buf.h"
#include "proto/limits.h"

struct args_option {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, for the usage text ("FILE"); NULL: a flag */
    const char *help_ja, *help_en;
};

struct args_command {
    const char *name;            /* "" is the command that runs when none is given */
    const char *words;           /* positional words, for the usage text ("CSR-FILE"); NULL: none */
    size_t words_min, words_max; /* at most ARGS_POSITIONAL_MAX */
    const struct args_option *options;
    size_t option_count; /* at most ARGS_OPTIONS_MAX */
    const char *help_ja, *help_en;
};

struct args_table {
    const char *program;
    const char *about_ja, *about_en;
    const struct args_command *commands;
    size_t count;
};

/* All texts are argv's own. */
struct args {
    const struct args_command *command;
    const char
        *values[ARGS_OPTIONS_MAX]; /* by the command's option index; a flag that is set: "" */
    const char *words[ARGS_POSITIONAL_MAX];
    size_t word_count;
    bool help; /* --help was given: print the usage, do nothing */
};

/* `--name value` and `--name=value` are the same; `--` ends the options. ERR_USAGE for an unknown
 * command or option, one given twice, a missing or unwanted value, too few or too many words;
 * MESSAGE then holds one sentence in each language and the usage text. */
MUST_CHECK enum err args_parse(const struct args_table *table, int argc, char *const *argv,
                               struct args *out, struct buf *message);
/* The value of option NAME of the parsed command, or NULL when it was not given. */
const char *args_value(const struct args *args, const char *name);
bool args_flag(const struct args *args, const char *name);
/* Appends the usage text: of COMMAND, or with NULL of the whole program. */
void args_usage(const struct args_table *table, const struct args_command *command,
                struct buf *out);
#endif
