/* control.c — Job: the lines a test sends to the emulator, and the one that asks how it is. */
#include "tests/card_emulator/control.h"

#include <stdio.h>
#include <stdlib.h>
#include "tests/card_emulator/card_folder.h"

enum { WORDS_MAX = 3 };

struct words {
    const char *at[WORDS_MAX]; /* "" when absent */
};

static const struct {
    const char *name;
    enum card_kind kind;
} kinds[] = {
    {"jpki", CARD_JPKI},     {"juki", CARD_JUKI_OLD}, {"android", CARD_ANDROID},
    {"iphone", CARD_IPHONE}, {"none", CARD_OTHER},
};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

enum card_kind control_kind(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return (enum card_kind)0;
}

static const char *kind_name(enum card_kind kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "?";
}

static int number(const char *text, int base)
{
    return (int)strtol(text, NULL, base);
}

/* Each takes the words behind the command; NULL is "ok", else why not. */

static const char *do_insert(struct emulator *e, const struct words *w)
{
    (void)w;
    emulator_insert(e);
    return NULL;
}

static const char *do_remove(struct emulator *e, const struct words *w)
{
    (void)w;
    emulator_remove(e, READER_CLOSE);
    return NULL;
}

static const char *do_delay(struct emulator *e, const struct words *w)
{
    e->delay_ms = number(w->at[0], 10);
    return NULL;
}

static const char *do_sigdelay(struct emulator *e, const struct words *w)
{
    e->sign_delay_ms = number(w->at[0], 10);
    return NULL;
}

static const char *do_drop(struct emulator *e, const struct words *w)
{
    e->drop.ins = number(w->at[0], 16);
    e->drop.close = strcmp(w->at[1], "rst") == 0 ? READER_ABORT : READER_CLOSE;
    return NULL;
}

static const char *do_hang(struct emulator *e, const struct words *w)
{
    e->hang.ins = number(w->at[0], 16);
    return NULL;
}

static const char *do_sw(struct emulator *e, const struct words *w)
{
    e->force.ins = number(w->at[0], 16);
    e->force.sw = (uint16_t)number(w->at[1], 16);
    return NULL;
}

static const char *do_tries(struct emulator *e, const struct words *w)
{
    int tries = number(w->at[0], 10);
    if (tries < 0 || tries > 15) /* four bits of 63Cx */
        return "tries are 0 to 15";
    e->card.auth.left = (unsigned)tries;
    return NULL;
}

/* A swap in the reader: the old card leaves first, as a hand would do it. */
static const char *do_card(struct emulator *e, const struct words *w)
{
    bool was_in = e->inserted;
    emulator_remove(e, READER_CLOSE);
    enum err err = card_folder_load(w->at[0], &e->card);
    if (was_in)
        emulator_insert(e);
    return err == ERR_OK ? NULL : err_name(err);
}

static const char *do_kind(struct emulator *e, const struct words *w)
{
    enum card_kind kind = control_kind(w->at[0]);
    if (kind == 0)
        return "kinds are jpki, juki, android, iphone, none";
    jpki_applet_set_kind(&e->card, kind);
    return NULL;
}

static void say_stat(const struct emulator *e, char reply[CONTROL_REPLY_MAX])
{
    const struct jpki_applet_counts *n = &e->card.counts;
    snprintf(reply, CONTROL_REPLY_MAX,
             "apdus %lu reads %lu verifies %lu signatures %lu tries %u inserted %d kind %s",
             n->apdus, n->reads, n->verifies, n->signatures, e->card.auth.left, e->fd >= 0,
             kind_name(e->card.kind));
}

static struct words cut(char *line)
{
    struct words w = {{"", "", ""}};
    char *rest = line;
    for (size_t i = 0; i < WORDS_MAX; i++) {
        const char *word = strtok_r(i == 0 ? line : NULL, " \t\r", &rest);
        if (word == NULL)
            break;
        w.at[i] = word;
    }
    return w;
}

enum control_next control_run(struct emulator *e, char *line, char reply[CONTROL_REPLY_MAX])
{
    static const struct {
        const char *name;
        const char *(*run)(struct emulator *, const struct words *);
    } commands[] = {
        {"insert", do_insert}, {"remove", do_remove},
        {"delay", do_delay},   {"sigdelay", do_sigdelay},
        {"drop", do_drop},     {"hang", do_hang},
        {"sw", do_sw},         {"tries", do_tries},
        {"card", do_card},     {"kind", do_kind},
    };
    struct words w = cut(line);
    struct words behind = {{w.at[1], w.at[2], ""}};
    const char *why = "unknown command";
    if (strcmp(w.at[0], "stat") == 0) {
        say_stat(e, reply);
        return CONTROL_GO_ON;
    }
    if (strcmp(w.at[0], "quit") == 0) {
        snprintf(reply, CONTROL_REPLY_MAX, "ok");
        return CONTROL_QUIT;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, w.at[0]) == 0)
            why = commands[i].run(e, &behind);
    if (why == NULL)
        snprintf(reply, CONTROL_REPLY_MAX, "ok");
    else
        snprintf(reply, CONTROL_REPLY_MAX, "error %s", why);
    return CONTROL_GO_ON;
}
