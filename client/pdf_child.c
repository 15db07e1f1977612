/* pdf_child.c — Job: one page of a PDF as an image, made by a process that may do nothing else. */
#include "client/pdf_child.h"

#include "common/log.h"
#include "common/secret.h"

#include <stdio.h>
#include <uv.h>

enum { READ_BYTES = 65536, PAGE_CHARS = 16, MAY_EXECUTE = 1 /* X_OK */ };

struct pdf_child {
    uv_process_t process;
    uv_pipe_t in, out;
    uv_timer_t timer;
    uv_write_t write;
    int handles; /* that libuv still knows */
    struct pdf_child_calls calls;
    struct buf pdf;
    struct pdf_reading reading;
    bool exited, silent; /* the process has ended; its output has */
    enum err why;        /* it was killed for; ERR_OK: it was not */
    bool failed;         /* it ended by a signal or with another status than 0 */
    bool signalled;
    char bytes[READ_BYTES];
};

/* ---- end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct pdf_child *child = handle->data;
    if (--child->handles > 0)
        return;
    buf_free(&child->pdf);
    pdf_reading_fini(&child->reading);
    secret_free(child);
}

static void close_handle(uv_handle_t *handle)
{
    if (uv_is_closing(handle) == 0)
        uv_close(handle, on_closed);
}

static void close_all(struct pdf_child *child)
{
    close_handle((uv_handle_t *)&child->in);
    close_handle((uv_handle_t *)&child->out);
    close_handle((uv_handle_t *)&child->timer);
    close_handle((uv_handle_t *)&child->process);
}

/* libuv has not reaped it yet: the number is still this process's. */
static void kill_it(struct pdf_child *child, enum err why)
{
    if (child->why == ERR_OK)
        child->why = why;
    if (!child->exited)
        (void)uv_process_kill(&child->process, SIGKILL);
}

static enum err outcome(const struct pdf_child *child)
{
    if (child->why != ERR_OK)
        return child->why;
    if (child->signalled) /* memory, processor time, stack, or a forbidden call: all of them safe */
        return ERR_PDF_LIMITS;
    return child->failed ? ERR_IO : pdf_reading_end(&child->reading);
}

static void look_whether_over(struct pdf_child *child)
{
    if (!child->exited || !child->silent)
        return;
    if (child->calls.done != NULL)
        child->calls.done(child->calls.self, outcome(child), &child->reading);
    child->calls.done = NULL;
    close_all(child);
}

void pdf_child_stop(struct pdf_child *child)
{
    if (child == NULL)
        return;
    child->calls.done = NULL;
    kill_it(child, ERR_PDF_LIMITS);
}

/* ---- libuv's calls ---- */

static void on_exit(uv_process_t *process, int64_t status, int by_signal)
{
    struct pdf_child *child = process->data;
    child->exited = true;
    child->signalled = by_signal != 0;
    child->failed = status != 0 || by_signal != 0;
    if (child->failed && child->why == ERR_OK)
        log_warn("pdf", NULL, "sakiyomi-pdf-pages ended: signal=%d status=%d", by_signal,
                 (int)status);
    look_whether_over(child);
}

static void on_timer(uv_timer_t *timer)
{
    kill_it(timer->data, ERR_PDF_LIMITS);
}

/* The child may end before it has read everything: that is no failure of its own. */
static void on_written(uv_write_t *request, int status)
{
    struct pdf_child *child = request->data;
    (void)status;
    buf_free(&child->pdf);
    close_handle((uv_handle_t *)&child->in);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct pdf_child *child = handle->data;
    (void)suggested;
    *out = uv_buf_init(child->bytes, sizeof child->bytes);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *bytes)
{
    struct pdf_child *child = stream->data;
    if (size < 0) {
        child->silent = true;
        (void)uv_read_stop(stream);
        look_whether_over(child);
        return;
    }
    if (child->why != ERR_OK)
        return; /* killed: what it still says is not heard */
    enum err err = pdf_reading_add(&child->reading, (struct slice){bytes->base, (size_t)size});
    secret_wipe(child->bytes, (size_t)size);
    if (err != ERR_OK)
        kill_it(child, err);
}

/* ---- beginning ---- */

enum err pdf_child_program(char path[FILE_PATH_MAX])
{
    static const char name[] = "sakiyomi-pdf-pages";
    size_t size = FILE_PATH_MAX - sizeof name;
    uv_fs_t looked;
    bool there = uv_exepath(path, &size) == 0;
    char *slash = there ? strrchr(path, '/') : NULL;
    if (slash != NULL) {
        memcpy(slash + 1, name, sizeof name);
        there = uv_fs_access(NULL, &looked, path, MAY_EXECUTE, NULL) == 0;
        uv_fs_req_cleanup(&looked);
    }
    if (slash != NULL && there)
        return ERR_OK;
    path[0] = '\0';
    return ERR_NOT_FOUND;
}

static int spawn(struct pdf_child *child, uv_loop_t *loop, const struct pdf_order *order)
{
    char page[PAGE_CHARS], *nothing[] = {NULL};
    char paper[] = "paper";
    char *args[] = {(char *)order->program, page, order->size == PDF_PAPER ? paper : NULL, NULL};
    uv_stdio_container_t ways[] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&child->in},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->out},
        {.flags = UV_IGNORE}};
    uv_process_options_t options = {.exit_cb = on_exit,
                                    .file = order->program,
                                    .args = args,
                                    .env = nothing,
                                    .cwd = "/",
                                    .stdio_count = sizeof ways / sizeof ways[0],
                                    .stdio = ways};
    snprintf(page, sizeof page, "%d", order->page);
    return uv_spawn(loop, &child->process, &options);
}

static enum err begin_talk(struct pdf_child *child, uint64_t wait_ms)
{
    uv_buf_t pdf = uv_buf_init(child->pdf.bytes, (unsigned)child->pdf.size);
    int bad = uv_timer_start(&child->timer, on_timer, wait_ms, 0);
    bad |= uv_read_start((uv_stream_t *)&child->out, give_room, on_read);
    bad |= uv_write(&child->write, (uv_stream_t *)&child->in, &pdf, 1, on_written);
    return bad == 0 ? ERR_OK : ERR_IO;
}

enum err pdf_child_start(struct uv_loop_s *loop, const struct pdf_order *order,
                         const struct pdf_child_calls *calls, struct pdf_child **out)
{
    struct pdf_child *child = secret_new(sizeof *child);
    *out = NULL;
    if (child == NULL) {
        buf_free(order->pdf);
        return ERR_NO_MEMORY;
    }
    child->pdf = *order->pdf;
    *order->pdf = (struct buf){.bytes = NULL};
    child->process.data = child->in.data = child->out.data = child->timer.data = child->write.data =
        child;
    uv_pipe_init(loop, &child->in, 0);
    uv_pipe_init(loop, &child->out, 0);
    uv_timer_init(loop, &child->timer);
    int status = spawn(child, loop, order);
    child->handles = 4; /* libuv knows the process even if it could not be started */
    enum err err = ERR_OK;
    if (status != 0) {
        child->exited = true;
        err = status == UV_ENOMEM                          ? ERR_NO_MEMORY
              : status == UV_ENOENT || status == UV_EACCES ? ERR_NOT_PROVIDED
                                                           : ERR_IO;
    } else {
        err = begin_talk(child, order->wait_ms);
    }
    if (err != ERR_OK) {
        child->silent = true; /* nobody listens */
        kill_it(child, err);
        look_whether_over(child);
        return err;
    }
    child->calls = *calls;
    *out = child;
    return ERR_OK;
}
