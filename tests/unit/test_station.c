/* test_station.c — Job: the running box against a real door: it comes on line, ends, and is one
 * only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.h"
#include "hospital_client/station.h"
#include "tests/lib/desk_kit.h"
#include "tests/lib/door_bed.h"

#define ID "01ARZ3NDEKTSV4RRFFQ69G5FAV"

/* The box runs in a process of its own, begun before the door opens anything. */
static struct bed bed;
static char folder[TEMP_PATH_MAX];
static int to_stdin[2], to_port[2];
static pid_t box;
static int boards;

static _Noreturn void run_box(const char *certificate)
{
    char state[TEMP_PATH_MAX], json[TEMP_PATH_MAX], out[TEMP_PATH_MAX];
    int port = 0;
    if (read(to_port[0], &port, sizeof port) != sizeof port)
        _exit(90);
    temp_path(folder, "state", state);
    temp_path(folder, "events.jsonl", json);
    temp_path(folder, "out", out);
    struct hospital_settings settings = {.box_name = "ER-1",
                                         .gateway_address = "127.0.0.1",
                                         .server_name = "gateway.test",
                                         .gateway_port = port,
                                         .certificate = certificate,
                                         .key = pki_path(&bed.pki, "hosp1.key"),
                                         .ca = pki_path(&bed.pki, "ca.pem"),
                                         .state_dir = state,
                                         .log_key = "",
                                         .pages = ""};
    struct station_setup setup = {
        .settings = &settings, .json = json, .secrets = DESK_SECRETS_REFUSED};
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    dup2(to_stdin[0], STDIN_FILENO);
    close(to_stdin[1]);
    _exit(station_run(&setup) == ERR_OK ? 0 : 1);
}

static void say(struct conn *conn, const char *text)
{
    struct frame *frame = frame_of(slice_of(text));
    assert_non_null(frame);
    assert_int_equal(conn_send(conn, LANE_CONTROL, frame), ERR_OK);
    frame_unref(frame);
}

static void on_frame(struct bed *self, struct conn *conn, struct slice text)
{
    (void)self;
    if (memmem(text.bytes, text.size, "\"hello\"", 7) != NULL) {
        say(conn, "{\"body\":{\"device\":\"" ID "\",\"lease_ms\":120000,\"n\":0,"
                  "\"now\":\"2026-11-24T05:00:00.000Z\",\"org\":\"" ID "\",\"profile\":\"trial\"},"
                  "\"type\":\"welcome\"}");
        say(conn, "{\"body\":{\"count\":0,\"n\":0},\"type\":\"snapshot\"}");
    }
    if (memmem(text.bytes, text.size, "\"board\"", 7) != NULL)
        boards++;
}

static void begin(const char *certificate)
{
    boards = 0;
    temp_folder_make(folder);
    bed_init(&bed);
    bed.on_frame = on_frame;
    assert_int_equal(pipe(to_stdin), 0);
    assert_int_equal(pipe(to_port), 0);
    box = fork();
    assert_true(box >= 0);
    if (box == 0)
        run_box(pki_path(&bed.pki, certificate));
    bed_open(&bed);
    int port = door_port(bed.door, BED_HOSPITAL);
    assert_int_equal(write(to_port[1], &port, sizeof port), sizeof port);
}

static bool has_board(const struct bed *self)
{
    (void)self;
    return boards > 0;
}

static int ended = -1;
static bool has_ended(const struct bed *self)
{
    int status = 0;
    (void)self;
    if (ended < 0 && waitpid(box, &status, WNOHANG) == box)
        ended = WIFEXITED(status) ? WEXITSTATUS(status) : 100;
    return ended >= 0;
}

static int end_of_box(void)
{
    ended = -1;
    if (!bed_until(&bed, has_ended)) {
        kill(box, SIGKILL);
        waitpid(box, NULL, 0);
        fail_msg("the box did not end");
    }
    return ended;
}

static void finish(void)
{
    for (int i = 0; i < 2; i++) {
        close(to_stdin[i]);
        close(to_port[i]);
    }
    bed_fini(&bed);
    temp_folder_remove(folder);
}

static const char *file_text(const char *name)
{
    static char text[16384];
    char path[TEMP_PATH_MAX];
    struct buf bytes = {0};
    temp_path(folder, name, path);
    assert_int_equal(file_read(path, sizeof text - 1, FILE_ANY, &bytes), ERR_OK);
    memcpy(text, buf_slice(&bytes).bytes, bytes.size);
    text[bytes.size] = '\0';
    buf_free(&bytes);
    return text;
}

static void a_box_comes_on_line_and_quits(void **state)
{
    (void)state;
    begin("hosp1.pem");
    assert_true(bed_until(&bed, has_board));
    assert_int_equal(write(to_stdin[1], "list\nquit\n", 10), 10);
    assert_int_equal(end_of_box(), 0);
    const char *json = file_text("events.jsonl");
    desk_kit_has(json, "\"event\":\"ready\",\"device\":\"" ID "\"");
    desk_kit_has(json, "\"event\":\"stop\"");
    const char *out = file_text("out");
    desk_kit_has(out, "ゲートウェイにつながりました 【試行】");
    desk_kit_has(out, "事案はありません");
    finish();
}

static void a_signal_ends_it_in_order(void **state)
{
    (void)state;
    begin("hosp1.pem");
    assert_true(bed_until(&bed, has_board));
    close(to_stdin[1]); /* the end of a pipe is not the end of the board */
    to_stdin[1] = -1;
    kill(box, SIGTERM);
    assert_int_equal(end_of_box(), 0);
    desk_kit_has(file_text("events.jsonl"), "\"event\":\"stop\"");
    finish();
}

static void a_certificate_of_another_key_is_told(void **state)
{
    (void)state;
    begin("amb1.pem");
    assert_int_equal(end_of_box(), 1);
    desk_kit_has(file_text("out"), "証明書・鍵・認証局");
    finish();
}

static void a_folder_in_use_is_told(void **state)
{
    (void)state;
    char path[TEMP_PATH_MAX];
    struct client_state *other;
    struct witness witness;
    begin("hosp1.pem");
    assert_true(bed_until(&bed, has_board));
    temp_path(folder, "state", path);
    assert_int_equal(client_state_open(path, &witness, &other), ERR_BUSY);
    kill(box, SIGTERM);
    assert_int_equal(end_of_box(), 0);
    assert_int_equal(client_state_open(path, &witness, &other), ERR_OK);
    client_state_close(other);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_box_comes_on_line_and_quits),
        cmocka_unit_test(a_signal_ends_it_in_order),
        cmocka_unit_test(a_certificate_of_another_key_is_told),
        cmocka_unit_test(a_folder_in_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
