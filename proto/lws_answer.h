/* lws_answer.h — Job: one plain HTTP/1 answer on its way out, in parts, through libwebsockets.
 *
 * Used by both page servers: their protocols[0] has a session of this kind, zeroed by
 * libwebsockets, and hands it here when the socket is writable and when the request is over. */
#ifndef PROTO_LWS_ANSWER_H
#define PROTO_LWS_ANSWER_H

#include "proto/buf.h"

struct lws;

struct lws_answer {
    struct buf head;   /* status line and headers, with the empty line that ends them */
    struct buf body;   /* owned; when empty, LENT is the body */
    struct slice lent; /* lives longer than the answer */
    size_t at;         /* sent so far, head and body taken together */
};

struct lws_answer_session {
    struct lws_answer *answer; /* NULL between two requests */
};

/* "OK", "Forbidden" …: the reason phrase of RFC 9110 for the statuses that our servers give;
 * 503's for any other. */
const char *lws_answer_status(int status);

/* An empty answer, owned by SESSION, whose head takes at most HEAD_MAX bytes. NULL: no memory, or
 * the last answer of this connection is still under way; the caller ends the connection. */
struct lws_answer *lws_answer_new(struct lws_answer_session *session, size_t head_max);

/* The next run of bytes, lent by ANSWER, at most 16 KiB; empty at the end. */
struct slice lws_answer_part(const struct lws_answer *answer);

/* Sends what the socket takes, and asks to be called again for the rest; a peer that takes nothing
 * for 20 s is closed. At the end the answer is freed. What it returns, the callback returns. */
int lws_answer_write(struct lws *wsi, struct lws_answer_session *session);

/* The request is over, answered or not; wipes and frees. SESSION may be NULL. Returns 0. */
int lws_answer_end(struct lws_answer_session *session);
#endif
