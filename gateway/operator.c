/* operator.c — Job: carry out an operator's act, through the running gateway or without one. */
#include "gateway/commands.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/rng.h"
#include "gateway/control.h"
#include "gateway/core/people.h"
#include "gateway/opened.h"
#include "proto/utf8.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- through the socket ---- */

static int dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static enum err ask_gateway(int fd, struct slice request, struct buf *answer)
{
    struct buf line = {0};
    buf_add(&line, request.bytes, request.size);
    buf_byte(&line, '\n');
    ssize_t sent = send(fd, line.bytes, line.size, MSG_NOSIGNAL);
    bool good = sent == (ssize_t)line.size;
    buf_free(&line);
    char byte;
    while (good && read(fd, &byte, 1) == 1) {
        if (byte == '\n')
            return ERR_OK;
        buf_byte(answer, byte);
    }
    return ERR_IO;
}

/* ---- here: an engine without devices ---- */

struct local {
    struct opened *opened;
    struct batch *batch;
    struct slice request; /* one act, or EVENT */
    const struct event *event;
    struct buf *answer; /* of REQUEST */
    bool answered;
    enum err err; /* of EVENT */
};

static enum err no_send(void *self, void *conn, enum lane lane, struct frame *frame)
{
    (void)self;
    (void)conn;
    (void)lane;
    (void)frame;
    return ERR_OK;
}

static bool no_room(void *self, void *conn)
{
    (void)self;
    (void)conn;
    return false;
}

static void no_drop(void *self, void *conn, const struct id *tag)
{
    (void)self;
    (void)conn;
    (void)tag;
}

static void no_close(void *self, void *conn, enum close_code code, const char *why)
{
    (void)self;
    (void)conn;
    (void)code;
    (void)why;
}

static void local_commit(void *self, struct batch *batch)
{
    struct local *local = self;
    journal_append_now(local->opened->journal, batch);
    local->batch = batch;
}

static void no_errand(void *self, struct job *job)
{
    (void)self;
    job_free(job);
}

static int64_t now(void *self)
{
    (void)self;
    return clock_even_ms(); /* as the journal: no act is before the entry before it */
}

static void random_bytes(void *self, void *bytes, size_t size)
{
    (void)self;
    rng_fill(bytes, size);
}

static void on_answer(void *self, struct slice line)
{
    struct local *local = self;
    buf_add(local->answer, line.bytes, line.size);
    local->answered = true;
}

static void on_event(void *self, enum err err, uint64_t seq)
{
    struct local *local = self;
    (void)seq;
    local->err = err;
    local->answered = true;
}

static enum err with_engine(const struct settings *settings, struct local *local)
{
    struct engine *engine = NULL;
    struct engine_setup setup = {
        .calls = {local, no_send, no_room, no_drop, no_close, local_commit, no_errand, now,
                  random_bytes},
        .journal = local->opened->journal,
        .name = settings->name,
        .lease_ms = settings->lease_ms,
    };
    settings_policy(settings, &setup.policy);
    enum err err = engine_new(&setup, &engine);
    if (err == ERR_OK)
        err = engine_load(engine);
    if (err == ERR_OK) {
        if (local->event != NULL)
            engine_operator(engine, local->event, local, on_event);
        else
            control_act(engine, local->request, local, on_answer);
        engine_turn_end(engine);
        if (local->batch != NULL)
            engine_committed(engine, local->batch);
        err = local->answered ? local->err : ERR_STORE;
    }
    engine_free(engine);
    return err;
}

static enum err act_here(const struct settings *settings, struct slice request, struct buf *answer)
{
    struct opened opened;
    struct local local = {.opened = &opened, .request = request, .answer = answer};
    enum err err = opened_open(settings, OPENED_ALONE, &opened);
    if (err == ERR_OK)
        err = with_engine(settings, &local);
    opened_close(&opened);
    return err;
}

static bool fits(struct slice text, size_t max)
{
    size_t chars = 0;
    return text.size != 0 && utf8_printable(text, &chars) == ERR_OK && chars <= max;
}

int operator_words(const struct args *args, struct reason_payload *words)
{
    const char *by = args_value(args, "by"), *reason = args_value(args, "reason");
    *words = (struct reason_payload){.by = slice_of(by == NULL ? "" : by),
                                     .reason = slice_of(reason == NULL ? "" : reason)};
    if (!fits(words->by, TEXT_SHORT_MAX) || !fits(words->reason, TEXT_LONG_MAX))
        return usage_error("--by（氏名）と --reason（理由）が必要です",
                           "--by (your name) and --reason are needed");
    return 0;
}

enum err operator_entry(const struct settings *settings, struct opened *opened,
                        enum event_type type, int64_t from, int64_t until,
                        const struct reason_payload *words)
{
    struct buf payload = {0};
    record_encode(&record_reason_payload, words, &payload);
    struct event event = {.type = type,
                          .subject = org_of_all(),
                          .org = org_of_all(),
                          .from = from,
                          .until = until,
                          .payload = buf_slice(&payload)};
    struct local local = {.opened = opened, .event = &event};
    enum err err = buf_error(&payload);
    if (err == ERR_OK)
        err = with_engine(settings, &local);
    buf_free(&payload);
    return err;
}

enum err operator_call(const struct settings *settings, struct slice request, struct buf *answer)
{
    char path[FILE_PATH_MAX + 32];
    settings_path(settings, "control.sock", path, sizeof path);
    int fd = dial(path);
    if (fd < 0)
        return act_here(settings, request, answer);
    enum err err = ask_gateway(fd, request, answer);
    close(fd);
    return err;
}

int operator_print(const struct settings *settings, struct slice request, struct buf *answer)
{
    struct buf own = {0};
    struct buf *line = answer == NULL ? &own : answer;
    enum err err = operator_call(settings, request, line);
    int status = 1;
    if (err != ERR_OK) {
        fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    } else {
        printf("%.*s\n", (int)line->size, line->bytes);
        status = line->size > 10 && memcmp(line->bytes, "{\"ok\":true", 10) == 0 ? 0 : 1;
    }
    buf_free(&own);
    return status;
}

void operator_text(struct buf *request, const char *key, const char *text)
{
    if (text == NULL)
        return;
    buf_printf(request, ",\"%s\":", key);
    buf_json_text(request, slice_of(text));
}
