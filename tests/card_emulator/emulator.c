/* emulator.c — Job: one simulated card at one simulated reader, and what a test may do to it. */
#include "tests/card_emulator/emulator.h"

#include <stdio.h>
#include <time.h>

enum {
    DIAL_EVERY_MS = 20,
    TRACE_BYTES_MAX = 24,
    APDU_HEADER = 5,
    INS_AT = 1,
    INS_VERIFY = 0x20,
    INS_SIGN = 0x2A
};

int64_t emulator_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void emulator_insert(struct emulator *e)
{
    e->inserted = true;
    if (e->fd < 0)
        e->fd = reader_dial(e->reader);
}

/* The line is gone, whoever cut it: the card has no power. */
static void line_lost(struct emulator *e, enum reader_close how)
{
    reader_hang_up(e->fd, how);
    e->fd = -1;
    e->answer_size = 0;
    jpki_applet_reset(&e->card);
}

void emulator_remove(struct emulator *e, enum reader_close how)
{
    e->inserted = false;
    line_lost(e, how);
}

/* A PIN is never traced: of VERIFY only the header is shown. */
static void trace(const struct emulator *e, const char *tag, const uint8_t *bytes, size_t size,
                  size_t shown_max)
{
    if (e->trace == TRACE_NONE)
        return;
    fprintf(stderr, "%s", tag);
    for (size_t i = 0; i < size && i < TRACE_BYTES_MAX; i++) {
        if (i < shown_max)
            fprintf(stderr, " %02X", bytes[i]);
        else
            fputs(" **", stderr);
    }
    fprintf(stderr, "%s (%zu)\n", size > TRACE_BYTES_MAX ? " .." : "", size);
}

static bool fault_due(struct emulator_fault *fault, int ins)
{
    if (fault->ins != ins)
        return false;
    fault->ins = NO_INS;
    return true;
}

static void serve_apdu(struct emulator *e, const uint8_t *in, size_t size)
{
    int ins = size > INS_AT ? in[INS_AT] : NO_INS - 1;
    trace(e, "C>", in, size, ins == INS_VERIFY ? APDU_HEADER : size);
    if (fault_due(&e->drop, ins)) {
        emulator_remove(e, e->drop.close);
        return;
    }
    if (fault_due(&e->hang, ins))
        return;
    if (fault_due(&e->force, ins)) {
        e->answer[0] = (uint8_t)(e->force.sw >> 8);
        e->answer[1] = (uint8_t)(e->force.sw & 0xFF);
        e->answer_size = 2;
    } else {
        e->answer_size = jpki_applet_transmit(&e->card, in, size, e->answer);
    }
    int delay = e->delay_ms + (ins == INS_SIGN ? e->sign_delay_ms : 0);
    e->answer_at_ms = emulator_now_ms() + delay;
}

static void serve_control(struct emulator *e, uint8_t control)
{
    if (control != READER_GET_ATR)
        jpki_applet_reset(&e->card);
    else if (reader_send(e->fd, e->atr, e->atr_size) != ERR_OK)
        line_lost(e, READER_CLOSE);
}

void emulator_serve(struct emulator *e)
{
    uint8_t message[READER_MESSAGE_MAX];
    size_t size;
    if (reader_receive(e->fd, message, &size) != ERR_OK)
        line_lost(e, READER_CLOSE);
    else if (size == 1)
        serve_control(e, message[0]);
    else
        serve_apdu(e, message, size);
}

static int tick_answer(struct emulator *e)
{
    int64_t wait = e->answer_at_ms - emulator_now_ms();
    if (wait > 0)
        return (int)wait;
    trace(e, "R<", e->answer, e->answer_size, e->answer_size);
    size_t size = e->answer_size;
    e->answer_size = 0;
    if (reader_send(e->fd, e->answer, size) != ERR_OK)
        line_lost(e, READER_CLOSE);
    return -1;
}

int emulator_tick(struct emulator *e)
{
    if (e->fd >= 0 && e->answer_size > 0)
        return tick_answer(e);
    if (e->fd < 0 && e->inserted) {
        emulator_insert(e);
        return e->fd < 0 ? DIAL_EVERY_MS : -1;
    }
    return -1;
}
