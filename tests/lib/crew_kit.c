/* crew_kit.c — Job: a crew between a gateway of text, a card by hand, and a screen to read. */
#include "tests/lib/crew_kit.h"

#include "common/box.h"
#include "proto/base64.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static void call_relink(void *self, const char *why)
{
    (void)why;
    ((struct crew_kit *)self)->relinks++;
}

static void call_echo(void *self, enum crew_echo echo)
{
    ((struct crew_kit *)self)->echo = echo;
}

static void call_quit(void *self, int status)
{
    struct crew_kit *ck = self;
    ck->quits++;
    ck->status = status;
}

static enum err call_card_sign(void *self, struct card_order *order, uint32_t *order_no)
{
    struct crew_kit *ck = self;
    memcpy(ck->order_pin, order->pin, CARD_PIN_DIGITS);
    explicit_bzero(order->pin, order->pin_size);
    ck->order_hash = order->hash;
    ck->order_last = order->last_try;
    *order_no = ++ck->order_no;
    return ck->card_err;
}

static struct crew_calls calls_of(struct crew_kit *ck)
{
    struct client_calls kit = ckit_calls(&ck->kit);
    return (struct crew_calls){.self = ck,
                               .send = kit.send,
                               .wall_ms = kit.wall_ms,
                               .mono_ms = kit.mono_ms,
                               .new_id = kit.new_id,
                               .relink = call_relink,
                               .echo = call_echo,
                               .card_sign = call_card_sign,
                               .quit = call_quit};
}

static void open_screen(struct crew_kit *ck, enum crew_kit_screen screen)
{
    int failed = 0;
    if (screen == CREW_KIT_PIPE) {
        failed = pipe(ck->screen_fds);
    } else {
        struct termios raw; /* so that the test reads what was written, newline for newline */
        ck->screen_fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
        failed = grantpt(ck->screen_fds[0]) | unlockpt(ck->screen_fds[0]);
        assert(failed == 0);
        ck->screen_fds[1] = open(ptsname(ck->screen_fds[0]), O_RDWR | O_NOCTTY);
        failed = tcgetattr(ck->screen_fds[1], &raw);
        cfmakeraw(&raw);
        failed |= tcsetattr(ck->screen_fds[1], TCSANOW, &raw);
    }
    assert(failed == 0);
    fcntl(ck->screen_fds[0], F_SETFL, O_NONBLOCK);
}

static void start(struct crew_kit *ck, enum crew_input input)
{
    char path[TEMP_PATH_MAX];
    bool damaged;
    struct crew_setup setup = {.calls = calls_of(ck),
                               .settings = &ck->settings,
                               .secrets = CREW_SECRETS_TYPED,
                               .input = input};
    enum err err = client_state_open(ck->folder, &setup.witness, &ck->state);
    assert(err == ERR_OK);
    temp_path(ck->folder, "spool.db", path);
    err = spool_open(path, ck->kit.wall, &ck->spool, &damaged);
    assert(err == ERR_OK && !damaged);
    setup.state = ck->state;
    setup.spool = ck->spool;
    screen_init(&setup.screen, ck->screen_fds[1], SCREEN_RINGS);
    temp_path(ck->folder, "events.jsonl", path);
    err = report_open(&setup.report, path, setup.calls.wall_ms, ck);
    assert(err == ERR_OK);
    err = crew_new(&setup, &ck->crew);
    assert(err == ERR_OK);
    ck->kit.client = crew_client(ck->crew);
}

void crew_kit_open(struct crew_kit *ck, enum crew_kit_screen screen, enum crew_input input)
{
    char path[TEMP_PATH_MAX];
    *ck = (struct crew_kit){.settings = {.tablet_name = "救急1",
                                         .log_key = "",
                                         .crew_code = "しおみ2",
                                         .sentence = "2026-04",
                                         .language = "ja",
                                         .card_words = 1,
                                         .card = true,
                                         .bell = true}};
    ckit_init(&ck->kit);
    memset(ck->spool_secret, 7, sizeof ck->spool_secret);
    enum err err = box_public(ck->spool_secret, ck->spool_public);
    assert(err == ERR_OK);
    temp_folder_make(ck->folder);
    open_screen(ck, screen);
    start(ck, input);
    temp_path(ck->folder, "events.jsonl", path);
    ck->json_fd = open(path, O_RDONLY);
    assert(ck->json_fd >= 0);
}

static void stop(struct crew_kit *ck)
{
    crew_free(ck->crew);
    ck->kit.client = NULL;
    spool_close(ck->spool);
    client_state_close(ck->state);
}

void crew_kit_close(struct crew_kit *ck)
{
    stop(ck);
    close(ck->screen_fds[0]);
    close(ck->screen_fds[1]);
    close(ck->json_fd);
    temp_folder_remove(ck->folder);
    ckit_fini(&ck->kit);
}

void crew_kit_restart(struct crew_kit *ck)
{
    stop(ck);
    ckit_forget(&ck->kit);
    start(ck, CREW_SCRIPT);
}

void crew_kit_type(struct crew_kit *ck, const char *line)
{
    char copy[8192];
    size_t size = strlen(line);
    assert(size < sizeof copy);
    memcpy(copy, line, size);
    crew_line(ck->crew, copy, size);
    for (size_t i = 0; i < size; i++)
        assert(copy[i] == '\0'); /* whatever was typed is wiped */
}

/* ---- frames ---- */

void crew_kit_say(struct crew_kit *ck, const char *type, const char *envelope, const char *format,
                  ...)
{
    static char body[61440];
    struct buf frame = {0};
    va_list args;
    va_start(args, format);
    int size = vsnprintf(body, sizeof body, format, args);
    va_end(args);
    assert(size > 0 && (size_t)size < sizeof body);
    ckit_frame(&frame, type, envelope, body);
    crew_frame(ck->crew, buf_slice(&frame));
    buf_free(&frame);
}

void crew_kit_welcome(struct crew_kit *ck)
{
    struct buf key = {0}, spool = {0};
    note_key_format(&ck->kit.log_key, &key);
    buf_byte(&key, '\0');
    base64_add(&spool, ck->spool_public, sizeof ck->spool_public);
    buf_byte(&spool, '\0');
    crew_online(ck->crew);
    crew_kit_say(ck, "welcome", "",
                 "{\"device\":\"%s\",\"gateway\":\"gw\",\"lease_ms\":120000,\"log_key\":\"%s\","
                 "\"n\":%lld,\"now\":\"%s\",\"org\":\"%s\",\"profile\":\"training\","
                 "\"spool_key\":\"%s\"}",
                 ckit_text('D'), key.bytes, (long long)ck->n, ckit_at(ck->kit.wall), ckit_text('O'),
                 spool.bytes);
    crew_kit_say(ck, "snapshot", "", "{\"count\":0,\"n\":%lld}", (long long)ck->n);
    buf_free(&key);
    buf_free(&spool);
}

void crew_kit_ready(struct crew_kit *ck)
{
    crew_kit_welcome(ck);
    crew_kit_type(ck, "sign-in sato");
    crew_kit_type(ck, "secret-word");
    crew_kit_type(ck, "123456");
    ckit_sign_in(&ck->kit, 'S');
}

void crew_kit_notice(struct crew_kit *ck, const char *event, const char *more)
{
    char envelope[128];
    ck->n++;
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"n\":%lld,\"seq\":%lld,", ckit_text('C'),
             (long long)ck->n, (long long)ck->n + 100);
    crew_kit_say(ck, "notice", envelope, "{%s\"at\":\"%s\",\"event\":\"%s\"}", more,
                 ckit_at(ck->kit.wall), event);
}

void crew_kit_case(struct crew_kit *ck)
{
    char line[32];
    crew_kit_notice(ck, "case_opened", "");
    snprintf(line, sizeof line, "use %s", ckit_text('C'));
    crew_kit_type(ck, line);
}

void crew_kit_snapshot(struct crew_kit *ck, const char *more)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    crew_kit_say(ck, "snapshot", "", "{\"count\":1,\"n\":%lld}", (long long)ck->n);
    crew_kit_say(ck, "snapshot_case", envelope, "{%s\"device\":\"%s\",\"opened_at\":\"%s\"}", more,
                 ckit_text('D'), ckit_at(ck->kit.wall));
}

const char *crew_kit_sent(struct crew_kit *ck, const char *type, const char *path)
{
    struct slice frame = ckit_sent(&ck->kit, type);
    return frame.bytes == NULL ? "" : ckit_member(frame, path);
}

void crew_kit_receipt(struct crew_kit *ck, const char *type)
{
    char envelope[64];
    const char *id = crew_kit_sent(ck, type, "id");
    assert(id[0] != '\0');
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", id);
    crew_kit_say(ck, "receipt", envelope, "{\"entry\":77,\"recorded_at\":\"%s\"}",
                 ckit_at(ck->kit.wall));
}

void crew_kit_refuse(struct crew_kit *ck, const char *type, const char *code, bool final)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",", crew_kit_sent(ck, type, "id"));
    crew_kit_say(ck, "refusal", envelope,
                 "{\"code\":\"%s\",\"en\":\"no\",\"final\":%s,\"ja\":\"だめです\"}", code,
                 final ? "true" : "false");
}

/* ---- the crew's own view ---- */

static const char person[] =
    "{\"content\":{\"birth_date\":\"1950-03-05\",\"kana\":\"ヤマダ\",\"name\":\"山田太郎\","
    "\"sex\":\"male\"},\"files\":[],\"state\":\"present\"}";
static const char drugs[] = "{\"content\":{\"groups\":[{\"items\":[{\"name\":\"ワルファリン\"}],"
                            "\"newest_month\":\"2026-09\",\"source\":\"receipt\"}]},"
                            "\"files\":[],\"state\":\"present\"}";
const struct ckit_section crew_kit_sections[2] = {{SECTION_PERSON, person},
                                                  {SECTION_MEDICATIONS, drugs}};

void crew_kit_view(struct crew_kit *ck)
{
    enum { HOUR_MS = 3600 * 1000 };
    char more[64];
    crew_kit_type(ck, "view");
    crew_kit_receipt(ck, "view_ask");
    snprintf(more, sizeof more, "\"view\":\"%s\",", ckit_text('V'));
    crew_kit_notice(ck, "view_fetched", more);
    ckit_view(&ck->kit, '\0', crew_kit_sections, 2, 64, ck->kit.wall + HOUR_MS);
    ckit_keys(&ck->kit, '\0', 'S', crew_kit_sections, 1, NULL);
    crew_tick(ck->crew);
}

void crew_kit_matched(struct crew_kit *ck)
{
    char more[96];
    crew_kit_type(ck, "identity matched");
    snprintf(more, sizeof more, "\"match\":\"matched\",\"view\":\"%s\",", ckit_text('V'));
    crew_kit_notice(ck, "identity_checked", more);
}

void crew_kit_opened(struct crew_kit *ck)
{
    crew_kit_type(ck, "open all");
    crew_kit_receipt(ck, "open");
    ckit_keys(&ck->kit, '\0', 'S', crew_kit_sections, 2, NULL);
}

/* ---- cards, time ---- */

void crew_kit_card_in(struct crew_kit *ck, uint32_t no)
{
    static struct card_event event;
    event = (struct card_event){.kind = CARD_EVENT_IN,
                                .card_no = no,
                                .tries = CARD_TRIES_UNKNOWN,
                                .apdus = 12,
                                .elapsed_us = 2500,
                                .card = CARD_JPKI,
                                .certificate_size = 300};
    memset(event.certificate, (int)no, event.certificate_size);
    crew_card(ck->crew, &event);
}

void crew_kit_pass(struct crew_kit *ck, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        ck->kit.mono += 1000;
        ck->kit.wall += 1000;
        crew_tick(ck->crew);
    }
}

/* ---- what came of it ---- */

static const char *read_all(struct crew_kit *ck, int fd)
{
    size_t size = 0;
    ssize_t more;
    while ((more = read(fd, ck->text + size, sizeof ck->text - 1 - size)) > 0)
        size += (size_t)more;
    ck->text[size] = '\0';
    return ck->text;
}

const char *crew_kit_screen_text(struct crew_kit *ck)
{
    return read_all(ck, ck->screen_fds[0]);
}

const char *crew_kit_json(struct crew_kit *ck)
{
    return read_all(ck, ck->json_fd);
}

void crew_kit_has(const char *text, const char *words)
{
    if (strstr(text, words) != NULL)
        return;
    fprintf(stderr, "not there: %s\nin: %s\n", words, text);
    abort();
}

void crew_kit_has_not(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        return;
    fprintf(stderr, "must not be there: %s\nin: %s\n", words, text);
    abort();
}
