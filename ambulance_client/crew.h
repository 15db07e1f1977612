/* crew.h — Job: the tablet as the crew meets it: what is typed is done, what comes is shown.
 *
 * No socket, no loop, no reader: those are tablet.c's. Tests run a crew against frames and cards of
 * their own.
 *
 * A piped script is a list of lines; the owner feeds the next one when crew_busy says no. A line
 * that is refused, at once or later by the gateway, does not stop the rest, unless the script is
 * strict. */
#ifndef AMBULANCE_CLIENT_CREW_H
#define AMBULANCE_CLIENT_CREW_H

#include "ambulance_client/ambulance_settings.h"
#include "ambulance_client/card.h"
#include "ambulance_client/spool.h"
#include "client/client.h"
#include "client/client_state.h"
#include "client/pages.h"
#include "client/report.h"
#include "client/screen.h"

struct crew; /* heap */

enum crew_echo { CREW_ECHO_ON, CREW_ECHO_OFF };

struct crew_calls {
    void *self;
    enum err (*send)(void *self, struct slice frame);
    int64_t (*wall_ms)(void *self);
    uint64_t (*mono_ms)(void *self);
    struct id (*new_id)(void *self);
    /* Drop the line and come back. */
    void (*relink)(void *self, const char *why);
    /* What is typed next is a secret (OFF), or no longer one. May be NULL. */
    void (*echo)(void *self, enum crew_echo echo);
    /* As card_sign. NULL: there is no reader. */
    enum err (*card_sign)(void *self, struct card_order *order, uint32_t *order_no);
    /* The crew is done: end the program with STATUS. */
    void (*quit)(void *self, int status);
};

/* Where secrets may come from: nowhere but a terminal, unless who started the program said so. */
enum crew_secrets { CREW_SECRETS_REFUSED, CREW_SECRETS_TYPED };
enum crew_input { CREW_PERSON /* types */, CREW_SCRIPT, CREW_STRICT_SCRIPT };

struct crew_setup {
    struct crew_calls calls;
    const struct ambulance_settings *settings; /* lent */
    struct screen screen;
    struct report report;       /* taken over: crew_free closes it */
    struct client_state *state; /* lent; may be NULL (nothing is kept) */
    struct spool *spool;        /* lent; may be NULL */
    struct witness witness;     /* taken over */
    enum crew_secrets secrets;
    enum crew_input input;
};

MUST_CHECK enum err crew_new(struct crew_setup *setup, struct crew **out);
void crew_free(struct crew *crew); /* clears the screen, wipes; NULL is allowed */

/* The link has changed. ONLINE says hello. WHY: for the log. */
void crew_online(struct crew *crew);
void crew_offline(struct crew *crew, const char *why);
void crew_frame(struct crew *crew, struct slice text);
void crew_card(struct crew *crew, const struct card_event *event);
/* About four times a second. */
void crew_tick(struct crew *crew);

/* A script has to wait: its next line is not due yet. A person's line ends the wait. */
bool crew_busy(const struct crew *crew);
/* One line without its newline: a command, or a secret that was asked for. The bytes are wiped. */
void crew_line(struct crew *crew, char *line, size_t size);
/* No more lines: when nothing awaits a receipt any more (or too long), the program ends. */
void crew_input_end(struct crew *crew);
/* From now on PAGES (may be NULL) hear what happens here. Lent until the next call. */
void crew_set_pages(struct crew *crew, struct pages *pages);
/* What a page asks of the reader, as struct pages_calls says. ERR_BUSY: a script, or somebody else,
 * waits for something. */
MUST_CHECK enum err crew_page_card(struct crew *crew, enum pages_card_act act,
                                   const struct id *person, const struct id *case_id,
                                   struct slice pin);
/* For tests, and to set the pages up. */
struct client *crew_client(struct crew *crew);
#endif
