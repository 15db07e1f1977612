/* card_session.c — Job: one sitting with one card: connect, hold it alone, read or sign, let go. */
#include "ambulance_client/card_session.h"

enum {
    READ_ATTEMPTS = 3, /* a contactless card put down at an angle often reads the second time */
    OPEN_ATTEMPTS = 3  /* other programs may reset the card between connecting and holding it */
};

struct session {
    const struct card_service *service;
    struct card_handle card;
    struct card_line line;
    uint32_t code;
};

static enum err err_of(uint32_t code)
{
    switch (code) {
    case CARD_RC_OK:
        return ERR_OK;
    case CARD_RC_NO_CARD:
    case CARD_RC_REMOVED:
        return ERR_CARD_REMOVED;
    case CARD_RC_SHARING:
        return ERR_BUSY;
    case CARD_RC_UNKNOWN_READER:
    case CARD_RC_READER_UNAVAILABLE:
    case CARD_RC_NO_READERS:
    case CARD_RC_NO_SERVICE:
    case CARD_RC_SERVICE_STOPPED:
    case CARD_RC_COMM_ERROR:
    case CARD_RC_INVALID_HANDLE:
        return ERR_NO_READER;
    case CARD_RC_NO_MEMORY:
        return ERR_NO_MEMORY;
    default:
        return ERR_CARD;
    }
}

static enum err session_transmit(void *self, struct slice command, uint8_t *out, size_t room,
                                 size_t *size)
{
    struct session *s = self;
    s->code = s->service->transmit(s->service->self, &s->card, command, out, room, size);
    return err_of(s->code);
}

static void session_close(struct session *s, enum card_leave how)
{
    s->service->end(s->service->self, &s->card);
    uint32_t code = s->service->disconnect(s->service->self, &s->card, how);
    if (s->code == CARD_RC_OK)
        s->code = code;
}

/* Nobody else talks to the card from here to session_close. Both calls wait while another program
 * holds it, for as long as that takes. */
static enum err session_open(struct session *s, const struct card_seat *seat)
{
    const struct card_service *service = seat->service;
    *s = (struct session){.service = service};
    for (int i = 0; i < OPEN_ATTEMPTS; i++) {
        s->code = service->connect(service->self, seat->context, seat->reader, &s->card);
        if (s->code != CARD_RC_OK)
            break;
        s->code = service->begin(service->self, &s->card);
        if (s->code == CARD_RC_OK)
            break;
        (void)service->disconnect(service->self, &s->card, CARD_LEAVE_AS_IS);
        if (s->code != CARD_RC_RESET)
            break;
    }
    s->line =
        (struct card_line){.transmit = session_transmit, .self = s, .le_with_data = s->card.t1};
    return err_of(s->code);
}

static void course_note(struct card_course *course, const struct session *s)
{
    course->apdus += s->line.apdus;
    course->sw = s->line.sw;
    course->code = s->code;
}

enum err card_session_read(const struct card_seat *seat, struct card_reading *out,
                           struct card_course *course)
{
    enum err err = ERR_CARD;
    *course = (struct card_course){0};
    for (int i = 0; i < READ_ATTEMPTS && err == ERR_CARD; i++) {
        struct session s;
        err = session_open(&s, seat);
        if (err == ERR_OK) {
            err = card_jpki_read(&s.line, out);
            session_close(&s, err == ERR_OK ? CARD_LEAVE_AS_IS : CARD_LEAVE_RESET);
        }
        course_note(course, &s);
    }
    return err;
}

/* Asked while the card is held: the answer cannot grow old before the PIN is sent. */
static enum err same_card(const struct session *s, const struct card_seat *seat)
{
    struct card_reader_state state = {.name = seat->reader, .known = CARD_STATE_UNAWARE};
    uint32_t code = s->service->wait(s->service->self, seat->context, 0, &state, 1);
    if (code != CARD_RC_OK)
        return code == CARD_RC_TIMEOUT || code == CARD_RC_CANCELLED ? ERR_CARD : err_of(code);
    uint32_t moved = (state.now ^ seat->state) >> CARD_STATE_COUNTER_SHIFT;
    return moved == 0 && (state.now & CARD_STATE_PRESENT) != 0 ? ERR_OK : ERR_CARD_REMOVED;
}

enum err card_session_sign(const struct card_seat *seat, struct slice pin, const struct hash *hash,
                           enum card_last_try last_try, struct card_signature *out,
                           struct card_course *course)
{
    struct session s;
    *course = (struct card_course){0};
    out->size = 0;
    out->tries = CARD_TRIES_UNKNOWN;
    enum err err = session_open(&s, seat);
    if (err == ERR_OK) {
        err = same_card(&s, seat);
        if (err == ERR_OK)
            err = card_jpki_sign(&s.line, pin, hash, last_try, out);
        session_close(&s, CARD_LEAVE_RESET);
    }
    course_note(course, &s);
    return err;
}
