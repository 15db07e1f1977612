/* session.h — Job: the conversation with the gateway: hello, sign-ins, what awaits a receipt, n.
 *
 *   OFFLINE --session_online: hello--> GREETING --welcome: resume, resend--> READY
 *      ^                                  |                                    |
 *      +----------- session_offline ------+------------------------------------+
 *
 * GREETING waits for `welcome`; the owner drops the line when session_tick says so after
 * HELLO_WAIT_MS. READY waits for nothing: the link notices a dead line.
 *
 * A message is kept with its bytes until its receipt or a final refusal, and sent again with the
 * same bytes on the next connection: the gateway answers a repeated id with the first receipt.
 * What may be late (MAY_BE_LATE) waits as long as it takes; anything else only CLIENT_RESEND_MS:
 * an opening or an answer of half an hour ago must not happen by itself. Messages with a secret
 * are never kept: the person types again.
 *
 * Tokens and names live in locked memory (common/secret.h) and nowhere else. */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "proto/bodies.h"
#include "proto/message.h"

struct session; /* heap, locked; made by session_new */

enum session_state { SESSION_OFFLINE = 1, SESSION_GREETING, SESSION_READY };
enum { SESSION_PEOPLE_MAX = 8 /* as many as the gateway binds to one connection */ };

/* One signed-in person. */
struct signed_in {
    struct id session, person;
    char name[TEXT_SHORT_MAX * 4 + 1];
    char token[TOKEN_CHARS + 1]; /* secret */
    uint64_t roles;              /* bit set of enum role */
    int must_change;             /* enum flag: the password first */
    int64_t until;               /* gateway's time; 0: not told */
    bool bound;                  /* this connection has proved it */
};

/* How a message of ours ended. Texts are lent for the call. */
struct settled {
    struct id message, session, case_id;
    enum message_kind kind;
    enum err err;   /* ERR_OK: durable. ERR_LATE: no answer in time: nobody knows whether it
                                 arrived. ERR_COUNT: a code of a newer gateway (see code) */
    uint64_t entry; /* the log's entry; 0 with an error */
    int64_t recorded_at;
    int64_t took_ms; /* from the first sending, monotonic */
    struct slice code, ja, en, path;
};

struct session_calls {
    void *self;
    /* Puts FRAME on the line; any error means: not now. Lends FRAME. */
    enum err (*send)(void *self, struct slice frame);
    int64_t (*wall_ms)(void *self);
    uint64_t (*mono_ms)(void *self);
    struct id (*new_id)(void *self);
    /* A message was taken to be kept (the tablet's spool); may be NULL. Not called for what
     * carries a secret or is not journalled. */
    void (*kept)(void *self, const struct id *message, struct slice frame);
    void (*settled)(void *self, const struct settled *how);
    /* A person's session is over: the gateway said so (WHY), or a newer one of the same person
     * took its place (ERR_OK). It is forgotten already; PERSON is what it was. */
    void (*gone)(void *self, const struct signed_in *person, enum err why);
};

/* SIDE: FROM_AMBULANCE or FROM_HOSPITAL. CLIENT: the program's name and version, for hello;
 * copied, at most TEXT_SHORT_MAX bytes of it. CALLS is copied. */
MUST_CHECK enum err session_new(const struct session_calls *calls, enum sender side,
                                const char *client, struct session **out);
void session_free(struct session *s); /* wipes; NULL is allowed */

/* ---- the line ---- */
/* The link stands: hello{n, checkpoint_size}. A new session has n 0 and gets a snapshot. */
void session_online(struct session *s, int64_t checkpoint_size);
void session_offline(struct session *s);
/* About once a second: acknowledges n, repeats what was refused as retryable, gives up what is too
 * old. False: the gateway does not answer hello: drop the line. */
bool session_tick(struct session *s);
/* Looks at a gateway frame that concerns the conversation (welcome, receipt, refusal, session,
 * snapshot, notice's n). *PASS: whether the rest of the client shall see it: no for a notice that
 * came twice, or that has a gap before it (a snapshot is asked for). */
void session_frame(struct session *s, const struct message *frame, bool *pass);

enum session_state session_state_of(const struct session *s);
int64_t session_n(const struct session *s);
/* Forgets n: the next hello asks for a snapshot. */
void session_forget_n(struct session *s);
/* Asks for a snapshot now, at most once in CLIENT_SNAPSHOT_MS. */
void session_ask_snapshot(struct session *s);

/* ---- messages of ours ---- */
/* Makes, keeps and sends one message. PERSON: a session's id, or absent: the device alone. CASE_ID
 * may be absent. *MESSAGE (may be NULL) gets its id. Offline it is kept all the same. ERR_FULL:
 * CLIENT_WAITING_MAX await a receipt; ERR_NO_SESSION: the kind needs a person and PERSON is none
 * of ours; ERR_BAD_FIELD, ERR_MISSING_FIELD: the gateway would refuse it (checked here with the
 * same table); else as message_encode. Kinds that are not journalled are sent or forgotten:
 * ERR_BUSY. */
MUST_CHECK enum err session_send(struct session *s, enum message_kind kind, const struct id *person,
                                 const struct id *case_id, const void *body, struct id *message);
/* A message that a page has made (client/PAGES.md). */
struct relayed {
    struct id message, case_id; /* as far as they could be read */
    enum message_kind kind;     /* likewise; MESSAGE_KINDS: not */
    struct complaint why;       /* which member was wrong */
    struct id view, grant;      /* of a taken_out */
    uint64_t sections;          /* likewise */
};
/* Takes ENVELOPE {"type","id","case","body"} (sent_at may be there), puts in PERSON's session (may
 * be absent) and the time, and keeps and sends the result as session_send does: same checks, same
 * errors, and those of the parser. The bytes of its members stay as they are. A message that waits
 * already is taken as it was: ERR_OK. ERR_UNKNOWN_FIELD: it names a session; ERR_NOT_ALLOWED: this
 * kind is the program's own business. *OUT is filled in any case. */
MUST_CHECK enum err session_relay(struct session *s, struct slice envelope, const struct id *person,
                                  struct relayed *out);
/* Calls EACH for every message that awaits its receipt and is still here readably. Lends FRAME. */
void session_each_waiting(const struct session *s,
                          void (*each)(void *self, const struct id *session, struct slice frame),
                          void *self);
/* How many messages await their receipt. */
size_t session_waiting(const struct session *s);
/* The oldest of them was made at this monotonic time; 0: none. */
uint64_t session_waiting_since(const struct session *s);

/* ---- people ---- */
/* The secrets are the caller's to wipe; they are in no buffer of ours when this returns. ERR_BUSY:
 * not READY (a password is not kept for later). */
MUST_CHECK enum err session_sign_in(struct session *s, struct slice login, struct slice password,
                                    struct slice code, struct id *message);
MUST_CHECK enum err session_password_change(struct session *s, const struct id *person,
                                            struct slice password, struct slice new_password,
                                            struct id *message);
/* Tells the gateway and forgets token and name at once, whatever the line does. `gone` is not
 * called. ERR_NO_SESSION: none of ours. */
MUST_CHECK enum err session_sign_out(struct session *s, const struct id *person);
size_t session_people(const struct session *s);
/* Lent until the next call that changes people. NULL: none. */
const struct signed_in *session_person(const struct session *s, size_t index);
const struct signed_in *session_find(const struct session *s, const struct id *session);
/* Forgets a session and calls `gone`. Nothing is sent. */
void session_forget(struct session *s, const struct id *session, enum err why);
#endif
