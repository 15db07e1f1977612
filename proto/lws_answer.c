/* lws_answer.c — Job: one plain HTTP/1 answer on its way out, in parts, through libwebsockets. */
#include "proto/lws_answer.h"

#include <libwebsockets.h>
#include <stdlib.h>

enum { STALL_SECONDS = 20, PART_BYTES = 16384 };

const char *lws_answer_status(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 421:
        return "Misdirected Request";
    default:
        return "Service Unavailable";
    }
}

struct lws_answer *lws_answer_new(struct lws_answer_session *session, size_t head_max)
{
    if (session == NULL || session->answer != NULL)
        return NULL;
    struct lws_answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL)
        return NULL;
    buf_init(&answer->head, head_max);
    answer->lent = (struct slice){"", 0};
    session->answer = answer;
    return answer;
}

struct slice lws_answer_part(const struct lws_answer *answer)
{
    bool in_head = answer->at < answer->head.size;
    struct slice body = answer->body.size != 0 ? buf_slice(&answer->body) : answer->lent;
    struct slice from = in_head ? buf_slice(&answer->head) : body;
    size_t at = in_head ? answer->at : answer->at - answer->head.size;
    size_t size = from.size - at;
    if (size == 0)
        return (struct slice){"", 0};
    return (struct slice){from.bytes + at, size < PART_BYTES ? size : PART_BYTES};
}

int lws_answer_end(struct lws_answer_session *session)
{
    if (session == NULL || session->answer == NULL)
        return 0;
    buf_free(&session->answer->head);
    buf_free(&session->answer->body);
    free(session->answer);
    session->answer = NULL;
    return 0;
}

int lws_answer_write(struct lws *wsi, struct lws_answer_session *session)
{
    struct lws_answer *answer = session == NULL ? NULL : session->answer;
    if (answer == NULL)
        return 0;
    struct slice part = lws_answer_part(answer);
    while (part.size > 0 && !lws_send_pipe_choked(wsi)) {
        /* libwebsockets takes a writable pointer but only reads it for HTTP/1. */
        unsigned char *bytes = (unsigned char *)(uintptr_t)part.bytes;
        if (lws_write(wsi, bytes, part.size, LWS_WRITE_HTTP) < 0)
            return -1;
        answer->at += part.size;
        part = lws_answer_part(answer);
    }
    if (part.size > 0) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, STALL_SECONDS);
        lws_callback_on_writable(wsi);
        return 0;
    }
    (void)lws_answer_end(session);
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}
