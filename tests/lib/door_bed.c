/* door_bed.c — Job: a door with certificates, on a loop of its own, that writes down what
 * it tells. */
#include "tests/lib/door_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "door_bed: %s failed\n", what);
    abort();
}

static enum err on_admit(void *self, struct conn *conn, const struct peer *peer, void **user)
{
    struct bed *bed = self;
    bed->admits++;
    bed->peer = *peer;
    *user = bed;
    if (bed->verdict == ERR_OK)
        bed->conn = conn;
    return bed->verdict;
}

static void on_frame(void *self, struct conn *conn, void *user, struct slice text)
{
    struct bed *bed = self;
    must(user == self, "user pointer");
    bed->frames++;
    buf_clear(&bed->text);
    buf_add(&bed->text, text.bytes, text.size);
    if (bed->on_frame != NULL)
        bed->on_frame(bed, conn, text);
    if (!bed->echo)
        return;
    struct frame *frame = frame_of(text);
    must(frame != NULL && conn_send(conn, LANE_CONTROL, frame) == ERR_OK, "echo");
    frame_unref(frame);
}

static void on_closed(void *self, struct conn *conn, void *user, const char *why)
{
    struct bed *bed = self;
    must(user == self, "user pointer");
    bed->closes++;
    snprintf(bed->why, sizeof bed->why, "%s", why);
    if (bed->conn == conn)
        bed->conn = NULL;
}

static enum err on_http(void *self, const struct http_ask *ask, struct http_answer *answer)
{
    struct bed *bed = self;
    bed->peer = *ask->peer;
    bed->ours = ask->ours;
    snprintf(bed->path, sizeof bed->path, "%.*s", (int)ask->path.size, ask->path.bytes);
    for (size_t i = 0; i < bed->http_bytes; i++)
        buf_byte(&answer->body, (char)('a' + i % 26));
    return bed->http_verdict;
}

static void on_room(void *self, struct conn *conn, void *user)
{
    struct bed *bed = self;
    must(user == self, "user pointer");
    bed->rooms++;
    if (bed->on_room != NULL)
        bed->on_room(bed, conn);
}

static void make_devices(const struct pki *p)
{
    static const struct pki_want wants[] = {
        {.name = "server", .ca = "ca", .usage = "serverAuth", .dns = "gateway.test"},
        {.name = "amb1", .ca = "ca", .ou = "ambulance", .usage = "clientAuth"},
        {.name = "amb2", .ca = "ca", .ou = "ambulance", .usage = "clientAuth"},
        {.name = "hosp1", .ca = "ca", .ou = "hospital", .usage = "clientAuth"},
        {.name = "admin1", .ca = "ca", .ou = "admin", .usage = "clientAuth"},
    };
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++)
        pki_make(p, &wants[i]);
}

void bed_init(struct bed *bed)
{
    static const long revoked[] = {BED_REVOKED_SERIAL};
    *bed = (struct bed){0};
    pki_init(&bed->pki);
    pki_make_ca(&bed->pki, "ca");
    pki_make_ca(&bed->pki, "foreign");
    make_devices(&bed->pki);
    pki_make_list(&bed->pki, "list.pem", "ca", revoked, 1, -60, 86400);
    for (int i = 0; i < BED_LISTENERS; i++)
        bed->rows[i] = (struct door_listener){
            .name = codes_name(&codes_device_kind, i + 1),
            .kind = (enum device_kind)(i + 1),
            .address = "127.0.0.1",
            .cert_path = strdup(pki_path(&bed->pki, "server.pem")),
            .key_path = strdup(pki_path(&bed->pki, "server.key")),
            .ca_path = strdup(pki_path(&bed->pki, "ca.pem")),
            .crl_path = strdup(pki_path(&bed->pki, "list.pem")),
        };
    must(uv_loop_init(&bed->loop) == 0, "loop");
}

void bed_open(struct bed *bed)
{
    struct door_calls calls = {bed, on_admit, on_frame, on_closed, on_http, on_room};
    must(door_open(&bed->loop, bed->rows, BED_LISTENERS, &calls, &bed->door) == ERR_OK, "open");
}

static void on_ended(void *self)
{
    struct bed *bed = self;
    bed->ended = true;
}

static bool has_ended(const struct bed *bed)
{
    return bed->ended;
}

void bed_fini(struct bed *bed)
{
    if (bed->door != NULL) {
        door_close(bed->door, on_ended, bed);
        must(bed_until(bed, has_ended), "closing");
    }
    while (uv_run(&bed->loop, UV_RUN_NOWAIT) != 0)
        ;
    must(uv_loop_close(&bed->loop) == 0, "closing the loop: a handle is left");
    for (int i = 0; i < BED_LISTENERS; i++) {
        free((void *)(uintptr_t)bed->rows[i].cert_path);
        free((void *)(uintptr_t)bed->rows[i].key_path);
        free((void *)(uintptr_t)bed->rows[i].ca_path);
        free((void *)(uintptr_t)bed->rows[i].crl_path);
    }
    buf_free(&bed->text);
    pki_fini(&bed->pki);
}

void bed_turn(void *bed)
{
    struct bed *mine = bed;
    (void)uv_run(&mine->loop, UV_RUN_NOWAIT);
}

bool bed_until(struct bed *bed, bool (*fact)(const struct bed *bed))
{
    uv_update_time(&bed->loop);
    uint64_t until = uv_now(&bed->loop) + BED_WAIT_MS;
    while (!fact(bed) && uv_now(&bed->loop) < until)
        bed_turn(bed);
    return fact(bed);
}

struct ws_raw_to bed_to(struct bed *bed, size_t listener, const char *name)
{
    struct ws_raw_to to = {.port = door_port(bed->door, listener),
                           .ca = pki_path(&bed->pki, "ca.pem"),
                           .pump = bed_turn,
                           .pump_self = bed};
    char file[64];
    if (name == NULL)
        return to;
    snprintf(file, sizeof file, "%s.pem", name);
    to.cert = pki_path(&bed->pki, file);
    snprintf(file, sizeof file, "%s.key", name);
    to.key = pki_path(&bed->pki, file);
    return to;
}

bool bed_was_closed(const struct bed *bed)
{
    return bed->closes > 0;
}

bool bed_has_frame(const struct bed *bed)
{
    return bed->frames > 0;
}
