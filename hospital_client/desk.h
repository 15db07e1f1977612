/* desk.h — Job: the box as the ER meets it: what comes is rung, listed and shown; what is typed is
 * done.
 *
 * No socket and no loop: those are station.c's. Tests run a desk against frames of their own. */
#ifndef HOSPITAL_CLIENT_DESK_H
#define HOSPITAL_CLIENT_DESK_H

#include "client/client.h"
#include "client/report.h"
#include "client/screen.h"
#include "hospital_client/hospital_settings.h"
#include "client/client_state.h"
#include "client/pages.h"

struct desk; /* heap */

enum desk_echo { DESK_ECHO_ON, DESK_ECHO_OFF };

struct desk_calls {
    void *self;
    enum err (*send)(void *self, struct slice frame);
    int64_t (*wall_ms)(void *self);
    uint64_t (*mono_ms)(void *self);
    struct id (*new_id)(void *self);
    /* Drop the line and come back. */
    void (*relink)(void *self, const char *why);
    /* What is typed next is a secret (OFF), or no longer one. May be NULL. */
    void (*echo)(void *self, enum desk_echo echo);
    void (*quit)(void *self);
};

/* Where secrets may come from: nowhere but a terminal, unless the person who started the box said
 * so. */
enum desk_secrets { DESK_SECRETS_REFUSED, DESK_SECRETS_TYPED };

struct desk_setup {
    struct desk_calls calls;
    const struct hospital_settings *settings; /* lent */
    struct screen screen;
    struct report report;       /* taken over: desk_free closes it */
    struct client_state *state; /* lent; may be NULL (nothing is kept) */
    struct witness witness;     /* taken over */
    enum desk_secrets secrets;
};

MUST_CHECK enum err desk_new(struct desk_setup *setup, struct desk **out);
void desk_free(struct desk *d); /* clears the screen, wipes; NULL is allowed */

/* The link has changed. ONLINE says hello. WHY: for the log. */
void desk_online(struct desk *d);
void desk_offline(struct desk *d, const char *why);
void desk_frame(struct desk *d, struct slice text);
/* About four times a second. */
void desk_tick(struct desk *d);
/* One line that was typed, without its newline: a command, or a secret that was asked for. The
 * bytes are wiped. */
void desk_line(struct desk *d, char *line, size_t size);
/* From now on PAGES (may be NULL) hear what happens here. Lent until the next call. */
void desk_set_pages(struct desk *d, struct pages *pages);
/* What a page tells the crews of the board. */
MUST_CHECK enum err desk_tell_board(struct desk *d, const struct body_board *board);
/* For tests, and to set the pages up. */
struct client *desk_client(struct desk *d);
#endif
