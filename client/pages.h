/* pages.h — Job: the pages of a client program: who is at which browser, and what each may hear.
 *
 *   browser --pages_door--> pages_in  --> client/session --> gateway
 *   browser <--pages_door-- pages_out <-- client_frame  <--- gateway
 *
 * A browser is a cookie; at a browser there is one person, or nobody. What belongs to a person's
 * session goes to that person's browser and to no other. The contract is PAGES.md. Clinical text
 * passes through in memory that is wiped; nothing of it is kept here. */
#ifndef CLIENT_PAGES_H
#define CLIENT_PAGES_H

#include "client/client.h"

struct uv_loop_s;
struct pages; /* heap */

enum pages_card_act {
    PAGES_CARD_READ = 1,
    PAGES_CARD_SIGN,
    PAGES_CARD_SIGN_LAST,
    PAGES_CARD_CANCEL
};

struct pages_calls {
    void *self;
    int64_t (*wall_ms)(void *self);
    uint64_t (*mono_ms)(void *self);
    /* The reader: PERSON (a session) has asked for it in CASE_ID. PIN is wiped behind the call.
     * NULL: this program has none. */
    enum err (*card)(void *self, enum pages_card_act act, const struct id *person,
                     const struct id *case_id, struct slice pin);
    /* What the board tells the crews. NULL: this program is no board. */
    enum err (*board)(void *self, const struct body_board *board);
};

struct pages_setup {
    struct pages_calls calls;
    struct client *client; /* lent; must outlive pages_close's DONE */
    enum sender side;
    const char *device_name, *language; /* lent; for local.hello */
    const char *crew;                   /* lent; what the crew is called; NULL: no crew's */
    bool print;                         /* pages may print what was taken out */
    /* The door; all copied or read at once. */
    const char *folder, *host, *address;
    int port;                         /* 0: any free one */
    const char *cert_path, *key_path; /* NULL: no TLS */
};

/* Reads the files and listens. Errors as pages_files_open and pages_door_open. */
MUST_CHECK enum err pages_open(struct uv_loop_s *loop, const struct pages_setup *setup,
                               struct pages **out);
/* No callback comes any more except DONE (may be NULL), from the loop, when the memory is free.
 * NULL is allowed and calls nothing. */
void pages_close(struct pages *p, void (*done)(void *self), void *self);
int pages_port(const struct pages *p);

/* All of the following accept NULL: a program without pages. */

/* Around client_frame: before it, and with the frame's text behind it. */
void pages_before(struct pages *p);
void pages_after(struct pages *p, struct slice text);
/* What the client tells: first of all to us. */
void pages_happened(struct pages *p, const struct happened *what);
/* The line to the gateway is down, or still is. WHY: as the link tells it; the name of an error is
 * the gateway's own word (PROTOCOL.md, close code 1008) and covers every page at once. */
void pages_offline(struct pages *p, const char *why);
/* About four times a second. */
void pages_tick(struct pages *p);
/* The reader, in words. TRIES negative: not told. GOOD: a My Number card lies in it. */
struct pages_reader {
    const char *state, *ja, *en;
    int tries;
    bool good;
};
void pages_reader(struct pages *p, const struct pages_reader *reader);
/* What waits of an earlier life of the program: how many messages, since when (wall ms; 0: none).
 * They cannot be read here any more, but they are counted. */
void pages_earlier(struct pages *p, size_t count, int64_t oldest_at);
/* Is SESSION a person at a browser? Then it is not the terminal's to speak for or to show. */
bool pages_owns(const struct pages *p, const struct id *session);
/* Is anybody looking at all? */
bool pages_watched(const struct pages *p);
/* A board's terminal has told the crews BODY's `accepting` and `specialties`; what is absent stays.
 * Every page hears of it, and it replaces what a page had said. ERR_TOO_LARGE. */
MUST_CHECK enum err pages_board_typed(struct pages *p, const struct body_board *body);
#endif
