/* desk_kit.c — Job: a desk between a gateway of text and a screen that a test can read. */
#include "tests/lib/desk_kit.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h> /* which brings termios with it */

static void call_relink(void *self, const char *why)
{
    (void)why;
    ((struct desk_kit *)self)->relinks++;
}

static void call_echo(void *self, enum desk_echo echo)
{
    ((struct desk_kit *)self)->echo = echo;
}

static void call_quit(void *self)
{
    ((struct desk_kit *)self)->quits++;
}

/* The kit's own calls go to the kit, the desk's to the desk kit: its first member. */
static struct desk_calls calls_of(struct desk_kit *dk)
{
    struct client_calls kit = ckit_calls(&dk->kit);
    return (struct desk_calls){.self = dk,
                               .send = kit.send,
                               .wall_ms = kit.wall_ms,
                               .mono_ms = kit.mono_ms,
                               .new_id = kit.new_id,
                               .relink = call_relink,
                               .echo = call_echo,
                               .quit = call_quit};
}

static void open_screen(struct desk_kit *dk, enum desk_kit_screen screen)
{
    if (screen == DESK_KIT_PIPE) {
        int failed = pipe(dk->screen_fds);
        assert(failed == 0);
    } else {
        dk->screen_fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
        int failed = grantpt(dk->screen_fds[0]) | unlockpt(dk->screen_fds[0]);
        assert(failed == 0);
        dk->screen_fds[1] = open(ptsname(dk->screen_fds[0]), O_RDWR | O_NOCTTY);
        struct termios raw; /* so that the test reads what was written, newline for newline */
        failed = tcgetattr(dk->screen_fds[1], &raw);
        assert(failed == 0);
        cfmakeraw(&raw);
        failed = tcsetattr(dk->screen_fds[1], TCSANOW, &raw);
        assert(failed == 0);
    }
    fcntl(dk->screen_fds[0], F_SETFL, O_NONBLOCK);
}

void desk_kit_open(struct desk_kit *dk, enum desk_kit_screen screen, enum desk_secrets secrets)
{
    char path[TEMP_PATH_MAX];
    *dk = (struct desk_kit){.settings = {.box_name = "ER-1", .log_key = "", .bell = true}};
    ckit_init(&dk->kit);
    temp_folder_make(dk->folder);
    open_screen(dk, screen);
    struct desk_setup setup = {
        .calls = calls_of(dk), .settings = &dk->settings, .secrets = secrets};
    enum err err = client_state_open(dk->folder, &setup.witness, &dk->state);
    assert(err == ERR_OK);
    setup.state = dk->state;
    screen_init(&setup.screen, dk->screen_fds[1], SCREEN_RINGS);
    temp_path(dk->folder, "events.jsonl", path);
    err = report_open(&setup.report, path, setup.calls.wall_ms, dk);
    assert(err == ERR_OK);
    dk->json_fd = open(path, O_RDONLY);
    assert(dk->json_fd >= 0);
    err = desk_new(&setup, &dk->desk);
    assert(err == ERR_OK);
    dk->kit.client = desk_client(dk->desk);
}

void desk_kit_close(struct desk_kit *dk)
{
    desk_free(dk->desk);
    dk->kit.client = NULL;
    client_state_close(dk->state);
    close(dk->screen_fds[0]);
    close(dk->screen_fds[1]);
    close(dk->json_fd);
    temp_folder_remove(dk->folder);
    ckit_fini(&dk->kit);
}

void desk_kit_type(struct desk_kit *dk, const char *line)
{
    char copy[8192];
    size_t size = strlen(line);
    assert(size < sizeof copy);
    memcpy(copy, line, size);
    desk_line(dk->desk, copy, size);
    for (size_t i = 0; i < size; i++)
        assert(copy[i] == '\0'); /* whatever was typed is wiped */
}

static const char *read_all(struct desk_kit *dk, int fd)
{
    size_t size = 0;
    ssize_t more;
    while ((more = read(fd, dk->text + size, sizeof dk->text - 1 - size)) > 0)
        size += (size_t)more;
    dk->text[size] = '\0';
    return dk->text;
}

const char *desk_kit_read_screen(struct desk_kit *dk)
{
    return read_all(dk, dk->screen_fds[0]);
}

const char *desk_kit_read_json(struct desk_kit *dk)
{
    return read_all(dk, dk->json_fd);
}

const char *desk_kit_case(void)
{
    static char name[8];
    snprintf(name, sizeof name, "%s", ckit_text('C') + ID_TEXT_SIZE - SHORT_ID_CHARS);
    return name;
}

void desk_kit_ready(struct desk_kit *dk)
{
    ckit_ready(&dk->kit, 3);
    desk_kit_type(dk, "sign-in er1");
    desk_kit_type(dk, "secret-word");
    desk_kit_type(dk, "123456");
    ckit_sign_in(&dk->kit, 'S');
}

void desk_kit_open_view(struct desk_kit *dk, const struct ckit_section *sections, size_t count)
{
    char line[64];
    struct id message;
    snprintf(line, sizeof line, "open %s all", desk_kit_case());
    desk_kit_type(dk, line);
    enum err err = id_parse(slice_of(ckit_member(ckit_sent(&dk->kit, "open"), "id")), &message);
    assert(err == ERR_OK);
    ckit_keys(&dk->kit, 'G', 'S', sections, count, &message);
}

void desk_kit_has(const char *text, const char *words)
{
    if (strstr(text, words) != NULL)
        return;
    fprintf(stderr, "not there: %s\nin: %s\n", words, text);
    abort();
}

void desk_kit_has_not(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        return;
    fprintf(stderr, "must not be there: %s\nin: %s\n", words, text);
    abort();
}
