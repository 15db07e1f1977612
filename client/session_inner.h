/* session_inner.h — Job: the conversation as its own files share it; nobody else includes it. */
#ifndef CLIENT_SESSION_INNER_H
#define CLIENT_SESSION_INNER_H

#include "client/session.h"
#include "proto/buf.h"

/* A message that awaits its receipt (or, for a sign-in, its session). */
struct waiting {
    struct waiting *next;
    struct id message, session, case_id;
    enum message_kind kind;
    struct buf frame;  /* empty: it held a secret or is not journalled; never sent again */
    uint64_t made_at;  /* monotonic ms */
    uint64_t retry_at; /* after a retryable refusal; 0: not */
};

struct person {
    struct signed_in about;
    struct id resume; /* the message that resumes it on this connection */
};

/* In locked memory: it holds tokens. */
struct session {
    struct session_calls calls;
    enum sender side;
    char client[TEXT_SHORT_MAX + 1];
    enum session_state state;
    uint64_t hello_at;
    int64_t n, acked_n;
    bool has_n; /* a snapshot has told where we stand */
    bool wants_snapshot;
    uint64_t snapshot_at; /* when one was asked for; 0: not on this connection */
    struct waiting *first, **end;
    size_t waiting_count;
    struct person people[SESSION_PEOPLE_MAX];
    size_t people_count;
};

/* session_outbox.c */
/* Keeps a message until it is settled. FRAME is copied; absent: not kept. */
MUST_CHECK enum err outbox_add(struct session *s, const struct message *head,
                               enum message_kind kind, struct slice frame);
/* Takes a message off the list without a word: its sending failed while its maker still waits. */
void outbox_forget(struct session *s, const struct id *message);
bool outbox_has(struct session *s, const struct id *message);
void outbox_send_all(struct session *s);
void outbox_offline(struct session *s);
void outbox_tick(struct session *s);
void outbox_free(struct session *s);
void outbox_receipt(struct session *s, const struct message *frame);
/* What answers a message without a receipt (`session`, `proof`). */
void outbox_answered(struct session *s, const struct id *re);
void outbox_refusal(struct session *s, const struct message *frame);
/* Encodes KIND, checks it with the table as the gateway will, appends to OUT. */
MUST_CHECK enum err outbox_encode(struct session *s, enum message_kind kind,
                                  const struct message *head, const void *body, struct buf *out);

/* session.c: a checked message of KIND, kept and sent, or only sent. */
MUST_CHECK enum err session_submit(struct session *s, enum message_kind kind,
                                   const struct message *head, struct slice frame);

/* session_people.c */
void people_resume(struct session *s);
void people_offline(struct session *s);
void people_password_changed(struct session *s, const struct id *session);
void people_opened(struct session *s, const struct message *frame);
/* A refusal may be about a resume, or say that the SESSION of the refused message is over. */
void people_refusal(struct session *s, const struct message *frame, const struct id *session,
                    enum err code);
#endif
