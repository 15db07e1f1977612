/* fuzz_ambulance_command.c — Job: whatever is typed at the tablet: commands, pairs, secrets, waits.
 *
 * The first byte says where the crew stands: bit 0 online, bit 1 signed in, bit 2 in a case. Every
 * line of the rest is typed; what it sends must be a frame that the gateway can take apart. */
#include "ambulance_client/crew.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t ids;
static uint64_t mono;

static enum err call_send(void *self, struct slice frame)
{
    struct message message;
    struct complaint why;
    (void)self;
    enum err err = message_decode(frame, FROM_AMBULANCE, &message, &why);
    assert(err == ERR_OK); /* nothing leaves that the table does not know */
    message_fini(&message);
    return ERR_OK;
}

static int64_t call_wall(void *self)
{
    (void)self;
    return INT64_C(1795500000000);
}

static uint64_t call_mono(void *self)
{
    (void)self;
    return mono;
}

static struct id call_new_id(void *self)
{
    (void)self;
    return (struct id){{1, [14] = (uint8_t)(ids / 8), [15] = ++ids}};
}

static void call_relink(void *self, const char *why)
{
    (void)self, (void)why;
}

static void call_quit(void *self, int status)
{
    (void)self, (void)status;
}

static enum err call_card_sign(void *self, struct card_order *order, uint32_t *order_no)
{
    (void)self;
    explicit_bzero(order->pin, order->pin_size);
    *order_no = 1;
    return ERR_OK;
}

static void say(struct crew *crew, const char *frame)
{
    crew_frame(crew, slice_of(frame));
}

static void sign_in(struct crew *crew)
{
    say(crew, "{\"body\":{\"name\":\"A\",\"person\":\"00000000000000000000000001\",\"roles\":"
              "[\"paramedic\"],\"session\":\"00000000000000000000000002\",\"token\":"
              "\"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\"},\"session\":"
              "\"00000000000000000000000002\",\"type\":\"session\"}");
    say(crew, "{\"body\":{\"hospitals\":[{\"name\":\"A\",\"org\":\"00000000000000000000000003\"}]},"
              "\"type\":\"hospitals\"}");
}

static struct crew *new_crew(uint8_t stands)
{
    static const struct ambulance_settings settings = {.tablet_name = "T",
                                                       .log_key = "",
                                                       .crew_code = "A",
                                                       .sentence = "1",
                                                       .language = "ja",
                                                       .card_words = 1,
                                                       .card = true};
    static struct card_event card = {
        .kind = CARD_EVENT_IN, .card_no = 1, .card = CARD_JPKI, .certificate_size = 100};
    struct crew_setup setup = {.calls = {.send = call_send,
                                         .wall_ms = call_wall,
                                         .mono_ms = call_mono,
                                         .new_id = call_new_id,
                                         .relink = call_relink,
                                         .card_sign = call_card_sign,
                                         .quit = call_quit},
                               .settings = &settings,
                               .screen = {.fd = -1, .terminal = true},
                               .report = {.fd = -1, .wall_ms = call_wall},
                               .secrets = CREW_SECRETS_TYPED,
                               .input = CREW_SCRIPT};
    struct crew *crew;
    if (crew_new(&setup, &crew) != ERR_OK)
        abort();
    if (stands & 1) {
        crew_online(crew);
        say(crew,
            "{\"body\":{\"device\":\"00000000000000000000000004\",\"lease_ms\":120000,\"n\":0,"
            "\"now\":\"2026-11-24T05:00:00.000Z\",\"org\":\"00000000000000000000000005\","
            "\"profile\":\"training\"},\"type\":\"welcome\"}");
    }
    if (stands & 2)
        sign_in(crew);
    if (stands & 4) {
        char line[] = "case open 1";
        crew_line(crew, line, sizeof line - 1);
        crew_card(crew, &card);
    }
    return crew;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    ids = 0;
    struct crew *crew = new_crew(data[0]);
    const uint8_t *at = data + 1, *end = data + size;
    while (at < end) {
        const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
        size_t line_size = (size_t)((newline == NULL ? end : newline) - at);
        char *line = malloc(line_size + 1);
        if (line == NULL)
            abort();
        memcpy(line, at, line_size);
        crew_line(crew, line, line_size);
        free(line);
        mono += 250;
        crew_tick(crew);
        at += line_size + (newline != NULL);
    }
    crew_free(crew);
    return 0;
}
