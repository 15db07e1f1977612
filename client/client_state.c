/* client_state.c — Job: the little that a client program keeps on disk: the witness's state, the
 * last n, evidence. */
#include "client/client_state.h"

#include "common/file.h"
#include "proto/line.h"

#include <stdio.h>
#include <stdlib.h>

enum { WITNESS_FILE_MAX = 4 * NOTE_BYTES_MAX };

struct client_state {
    char folder[FILE_PATH_MAX];
    int lock;
    int64_t n;
};

static enum err path_of(const struct client_state *state, const char *name,
                        char path[FILE_PATH_MAX])
{
    int size = snprintf(path, FILE_PATH_MAX, "%s/%s", state->folder, name);
    return size > 0 && size < FILE_PATH_MAX ? ERR_OK : ERR_TOO_LARGE;
}

static enum err read_file(const struct client_state *state, const char *name, struct buf *out)
{
    char path[FILE_PATH_MAX];
    enum err err = path_of(state, name, path);
    return err == ERR_OK ? file_read(path, WITNESS_FILE_MAX, FILE_ANY, out) : err;
}

static enum err load_witness(const struct client_state *state, struct witness *witness)
{
    struct buf text = {0};
    enum err err = read_file(state, "witness", &text);
    if (err == ERR_OK)
        err = witness_decode(buf_slice(&text), witness);
    buf_free(&text);
    return err == ERR_NOT_FOUND ? ERR_OK : err; /* a new device */
}

/* A damaged n is no harm: it only serves to notice that the gateway has forgotten something. */
static void load_n(struct client_state *state)
{
    struct buf text = {0};
    struct slice rest, line;
    uint64_t n = 0;
    if (read_file(state, "n", &text) == ERR_OK) {
        rest = buf_slice(&text);
        if (line_next(&rest, &line) && line_number(line, WIRE_INT_MAX, &n) == ERR_OK)
            state->n = (int64_t)n;
    }
    buf_free(&text);
}

enum err client_state_open(const char *folder, struct witness *witness, struct client_state **out)
{
    char path[FILE_PATH_MAX];
    struct client_state *state = calloc(1, sizeof *state);
    *out = NULL;
    *witness = (struct witness){.unproved = 0};
    if (state == NULL)
        return ERR_NO_MEMORY;
    state->lock = -1;
    int size = snprintf(state->folder, sizeof state->folder, "%s", folder);
    enum err err = size > 0 && size < FILE_PATH_MAX ? file_mkdir_p(folder, 0700) : ERR_TOO_LARGE;
    if (err == ERR_OK)
        err = path_of(state, "lock", path);
    if (err == ERR_OK)
        err = file_lock_open(path, &state->lock);
    if (err == ERR_OK)
        err = load_witness(state, witness);
    if (err != ERR_OK) {
        client_state_close(state);
        return err;
    }
    load_n(state);
    *out = state;
    return ERR_OK;
}

void client_state_close(struct client_state *state)
{
    if (state == NULL)
        return;
    file_lock_close(state->lock);
    free(state);
}

int64_t client_state_n(const struct client_state *state)
{
    return state->n;
}

static enum err write_file(const struct client_state *state, const char *name,
                           const struct buf *text)
{
    char path[FILE_PATH_MAX];
    enum err err = buf_error(text);
    if (err == ERR_OK)
        err = path_of(state, name, path);
    return err == ERR_OK ? file_write(path, buf_slice(text), 0600) : err;
}

enum err client_state_save_n(struct client_state *state, int64_t n)
{
    struct buf text = {0};
    if (n == state->n)
        return ERR_OK;
    buf_i64(&text, n);
    buf_byte(&text, '\n');
    enum err err = write_file(state, "n", &text);
    buf_free(&text);
    if (err == ERR_OK)
        state->n = n;
    return err;
}

enum err client_state_save_witness(struct client_state *state, const struct witness *witness)
{
    struct buf text = {0};
    witness_encode(witness, &text);
    enum err err = write_file(state, "witness", &text);
    buf_free(&text);
    return err;
}

enum err client_state_save_alarm(struct client_state *state, const struct witness *witness)
{
    struct buf text = {0};
    char path[FILE_PATH_MAX], name[64];
    snprintf(name, sizeof name, "alarm-%lld.txt", (long long)witness->alarm_at);
    witness_evidence(witness, &text);
    enum err err = buf_error(&text);
    if (err == ERR_OK)
        err = path_of(state, name, path);
    if (err == ERR_OK)
        err = file_create(path, buf_slice(&text), 0600);
    buf_free(&text);
    return err;
}
