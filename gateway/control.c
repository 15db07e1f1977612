/* control.c — Job: the operator's local socket: one line of JSON in, one out. */
#include "gateway/control.h"

#include "common/log.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

enum { CALLERS_MAX = 16 };

struct caller {
    struct caller *next;
    struct control *control;
    uv_pipe_t pipe;
    struct buf line;
    bool busy;    /* an act is under way: its answer needs this caller */
    bool closing; /* its handle is closing */
    bool closed;  /* and is closed: only the act still needs the memory */
};

struct control {
    uv_pipe_t pipe;
    struct engine *engine;
    struct caller *callers;
    size_t callers_count;
    bool closing;
    bool pipe_closed;
    void *self;
    void (*closed)(void *self);
};

/* The control goes when its own handle is closed and the last caller is gone. */
static void control_end(struct control *control)
{
    if (!control->pipe_closed || control->callers != NULL)
        return;
    void *self = control->self;
    void (*closed)(void *) = control->closed;
    free(control);
    closed(self);
}

/* A caller goes when its handle is closed and no act of its is under way. */
static void caller_end(struct caller *caller)
{
    struct control *control = caller->control;
    if (!caller->closed || caller->busy)
        return;
    struct caller **at = &control->callers;
    while (*at != caller)
        at = &(*at)->next;
    *at = caller->next;
    control->callers_count--;
    buf_free(&caller->line);
    free(caller);
    control_end(control);
}

static void on_caller_closed(uv_handle_t *handle)
{
    struct caller *caller = handle->data;
    caller->closed = true;
    caller_end(caller);
}

static void caller_close(struct caller *caller)
{
    if (caller->closing)
        return;
    caller->closing = true;
    uv_close((uv_handle_t *)&caller->pipe, on_caller_closed);
}

struct written {
    uv_write_t request;
    char *bytes;
    size_t size;
};

static void on_written(uv_write_t *request, int status)
{
    struct written *written = (struct written *)request;
    (void)status;
    explicit_bzero(written->bytes, written->size);
    free(written->bytes);
    free(written);
}

static void on_answer(void *self, struct slice line)
{
    struct caller *caller = self;
    caller->busy = false;
    if (caller->closing) {
        caller_end(caller);
        return;
    }
    struct written *written = calloc(1, sizeof *written);
    char *bytes = malloc(line.size + 1);
    if (written == NULL || bytes == NULL) {
        free(written);
        free(bytes);
        caller_close(caller);
        return;
    }
    memcpy(bytes, line.bytes, line.size);
    bytes[line.size] = '\n';
    written->bytes = bytes;
    written->size = line.size + 1;
    uv_buf_t out = uv_buf_init(bytes, (unsigned)(line.size + 1));
    if (uv_write(&written->request, (uv_stream_t *)&caller->pipe, &out, 1, on_written) != 0)
        on_written(&written->request, -1);
}

/* One act at a time per caller: what follows waits in the buffer. */
static void take_lines(struct caller *caller)
{
    while (!caller->busy && !caller->closing && caller->line.size != 0) {
        char *end = memchr(caller->line.bytes, '\n', caller->line.size);
        if (end == NULL)
            return;
        size_t size = (size_t)(end - caller->line.bytes);
        struct buf one = {0};
        buf_add(&one, caller->line.bytes, size);
        memmove(caller->line.bytes, end + 1, caller->line.size - size - 1);
        caller->line.size -= size + 1;
        caller->busy = true;
        control_act(caller->control->engine, buf_slice(&one), caller, on_answer);
        buf_free(&one);
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    (void)suggested;
    static char room[4096];
    *buf = uv_buf_init(room, sizeof room);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct caller *caller = stream->data;
    if (count > 0) {
        buf_add(&caller->line, buf->base, (size_t)count);
        explicit_bzero(buf->base, (size_t)count);
    }
    if (count < 0 || caller->line.failed) {
        caller_close(caller);
        return;
    }
    take_lines(caller);
}

static bool allowed(uv_pipe_t *pipe)
{
    uv_os_fd_t fd;
    struct ucred peer;
    socklen_t size = sizeof peer;
    return uv_fileno((uv_handle_t *)pipe, &fd) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}

static void on_caller(uv_stream_t *server, int status)
{
    struct control *control = server->data;
    struct caller *caller = status == 0 ? calloc(1, sizeof *caller) : NULL;
    if (caller == NULL)
        return;
    caller->control = control;
    buf_init(&caller->line, FRAME_BYTES_MAX);
    uv_pipe_init(server->loop, &caller->pipe, 0);
    caller->pipe.data = caller;
    caller->next = control->callers;
    control->callers = caller;
    control->callers_count++;
    bool good = uv_accept(server, (uv_stream_t *)&caller->pipe) == 0 && allowed(&caller->pipe) &&
                control->callers_count <= CALLERS_MAX && !control->closing;
    if (good)
        uv_read_start((uv_stream_t *)&caller->pipe, on_room, on_read);
    else
        caller_close(caller);
}

enum err control_open(uv_loop_t *loop, struct engine *engine, const char *path,
                      struct control **out)
{
    struct control *control = calloc(1, sizeof *control);
    if (control == NULL)
        return ERR_NO_MEMORY;
    control->engine = engine;
    uv_pipe_init(loop, &control->pipe, 0);
    control->pipe.data = control;
    (void)unlink(path); /* the data folder's lock is ours: nobody listens on it */
    mode_t old = umask(0077);
    int rc = uv_pipe_bind(&control->pipe, path);
    umask(old);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&control->pipe, CALLERS_MAX, on_caller);
    *out = control;
    if (rc != 0)
        log_error("control", NULL, "the control socket cannot be opened: %s", uv_strerror(rc));
    return rc == 0 ? ERR_OK : ERR_IO;
}

static void on_closed(uv_handle_t *handle)
{
    struct control *control = handle->data;
    control->pipe_closed = true;
    control_end(control);
}

void control_close(struct control *control, void *self, void (*closed)(void *self))
{
    control->self = self;
    control->closed = closed;
    control->closing = true;
    for (struct caller *caller = control->callers; caller != NULL; caller = caller->next)
        caller_close(caller);
    uv_close((uv_handle_t *)&control->pipe, on_closed);
}
