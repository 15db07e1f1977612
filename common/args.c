/* args.c — Job: the command line: `program command --name value --flag word …`, by a table. */
#include "common/args.h"

#include <assert.h>

/* One parse: what is being filled, and where a fault is told. */
struct parse {
    const struct args_table *table;
    int argc;
    char *const *argv;
    int at;
    struct args *out;
    struct buf *message;
};

static enum err refuse(struct parse *p, const char *word, const char *ja, const char *en)
{
    buf_text(p->message, p->table->program);
    buf_text(p->message, ": ");
    buf_text(p->message, word);
    buf_text(p->message, ": ");
    buf_text(p->message, ja);
    buf_text(p->message, " / ");
    buf_text(p->message, en);
    buf_text(p->message, "\n\n");
    args_usage(p->table, p->out->command, p->message);
    return ERR_USAGE;
}

static const struct args_command *find_command(const struct args_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->commands[i].name, name) == 0)
            return &table->commands[i];
    return NULL;
}

/* The option that NAME (SIZE bytes) names, or option_count. */
static size_t find_option(const struct args_command *command, const char *name, size_t size)
{
    size_t i = 0;
    while (i < command->option_count &&
           !slice_is((struct slice){name, size}, command->options[i].name))
        i++;
    return i;
}

/* ARGUMENT begins with "--". */
static enum err take_option(struct parse *p, const char *argument)
{
    const struct args_command *command = p->out->command;
    const char *name = argument + 2, *equals = strchr(name, '=');
    size_t size = equals == NULL ? strlen(name) : (size_t)(equals - name);
    size_t i = find_option(command, name, size);
    if (i == command->option_count)
        return refuse(p, argument, "知らないオプションです", "unknown option");
    if (p->out->values[i] != NULL)
        return refuse(p, argument, "二度書かれています", "given twice");
    bool takes_value = command->options[i].value != NULL;
    if (!takes_value && equals != NULL)
        return refuse(p, argument, "値はとりません", "takes no value");
    if (takes_value && equals == NULL && p->at == p->argc)
        return refuse(p, argument, "値がありません", "needs a value");
    if (!takes_value)
        p->out->values[i] = "";
    else
        p->out->values[i] = equals == NULL ? p->argv[p->at++] : equals + 1;
    return ERR_OK;
}

static enum err take_word(struct parse *p, const char *word)
{
    if (p->out->word_count == p->out->command->words_max)
        return refuse(p, word, "余分な語です", "one word too many");
    p->out->words[p->out->word_count++] = word;
    return ERR_OK;
}

static enum err take_rest(struct parse *p)
{
    bool options_ended = false;
    enum err err = ERR_OK;
    while (err == ERR_OK && p->at < p->argc && !p->out->help) {
        const char *argument = p->argv[p->at++];
        if (options_ended || argument[0] != '-' || argument[1] == '\0')
            err = take_word(p, argument);
        else if (strcmp(argument, "--") == 0)
            options_ended = true;
        else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
            p->out->help = true;
        else if (argument[1] != '-')
            err = refuse(p, argument, "知らないオプションです", "unknown option");
        else
            err = take_option(p, argument);
    }
    if (err == ERR_OK && !p->out->help && p->out->word_count < p->out->command->words_min)
        err = refuse(p, p->out->command->words, "足りません", "is missing");
    return err;
}

enum err args_parse(const struct args_table *table, int argc, char *const *argv, struct args *out,
                    struct buf *message)
{
    struct parse p = {
        .table = table, .argc = argc, .argv = argv, .at = 1, .out = out, .message = message};
    *out = (struct args){.command = NULL};
    const struct args_command *named = argc > 1 ? find_command(table, argv[1]) : NULL;
    bool has_name = named != NULL && named->name[0] != '\0';
    if (has_name)
        p.at = 2;
    out->command = has_name ? named : find_command(table, "");
    if (out->command == NULL) {
        const char *word = argc > 1 ? argv[1] : "";
        out->help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
        if (out->help)
            return ERR_OK;
        return argc > 1 ? refuse(&p, word, "知らない命令です", "unknown command")
                        : refuse(&p, "", "命令がありません", "a command is missing");
    }
    assert(out->command->option_count <= ARGS_OPTIONS_MAX);
    assert(out->command->words_max <= ARGS_POSITIONAL_MAX);
    return take_rest(&p);
}

const char *args_value(const struct args *args, const char *name)
{
    size_t i = find_option(args->command, name, strlen(name));
    assert(i < args->command->option_count); /* asked for an option that the table does not have */
    return args->values[i];
}

bool args_flag(const struct args *args, const char *name)
{
    return args_value(args, name) != NULL;
}

/* "    --name VALUE" and its two help lines. */
static void add_option(const struct args_option *option, struct buf *out)
{
    buf_text(out, "    --");
    buf_text(out, option->name);
    if (option->value != NULL) {
        buf_byte(out, ' ');
        buf_text(out, option->value);
    }
    buf_text(out, "\n        ");
    buf_text(out, option->help_ja);
    buf_text(out, "\n        ");
    buf_text(out, option->help_en);
    buf_byte(out, '\n');
}

static void add_command(const struct args_table *table, const struct args_command *command,
                        struct buf *out)
{
    buf_text(out, "  ");
    buf_text(out, table->program);
    if (command->name[0] != '\0')
        buf_byte(out, ' ');
    buf_text(out, command->name);
    if (command->option_count != 0)
        buf_text(out, " [--…]");
    if (command->words != NULL) {
        buf_byte(out, ' ');
        buf_text(out, command->words);
    }
    buf_text(out, "\n      ");
    buf_text(out, command->help_ja);
    buf_text(out, " / ");
    buf_text(out, command->help_en);
    buf_byte(out, '\n');
}

void args_usage(const struct args_table *table, const struct args_command *command, struct buf *out)
{
    if (command == NULL) {
        buf_text(out, table->about_ja);
        buf_byte(out, '\n');
        buf_text(out, table->about_en);
        buf_byte(out, '\n');
    }
    buf_text(out, "使い方 / usage:\n");
    for (size_t i = 0; i < table->count; i++)
        if (command == NULL || command == &table->commands[i])
            add_command(table, &table->commands[i], out);
    for (size_t i = 0; command != NULL && i < command->option_count; i++)
        add_option(&command->options[i], out);
}
