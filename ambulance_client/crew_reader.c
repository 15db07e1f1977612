/* crew_reader.c — Job: the patient's card on its way into a message: without PIN or signed.
 *
 * A card that was read for one case is not taken for another one while it stays in the reader: with
 * two patients in one vehicle that is how cards are swapped. */
#include "ambulance_client/crew_inner.h"

#include "proto/base64.h"
#include "proto/line.h"

#include <stdlib.h>

static void say_outcome(struct crew *crew, enum card_outcome outcome, int tries)
{
    char text[CARD_TEXT_MAX];
    card_text(outcome, (enum card_language)(crew->settings->card_words - 1), tries, text);
    screen_line(&crew->screen, "%s", text);
}

/* ---- what the reader tells ---- */

static void report_card(struct crew *crew, const char *name, const struct card_event *event)
{
    report_begin(&crew->report, name);
    report_word(&crew->report, "outcome", card_outcome_name(card_outcome_of(event)));
    if (event->err != ERR_OK)
        report_word(&crew->report, "err", err_name(event->err));
    if (event->kind == CARD_EVENT_IN)
        report_word(&crew->report, "kind", codes_name(&codes_card_kind, (int)event->card));
    report_int(&crew->report, "card_no", event->card_no);
    report_int(&crew->report, "apdus", event->apdus);
    report_int(&crew->report, "elapsed_us", (int64_t)event->elapsed_us);
    if (event->tries != CARD_TRIES_UNKNOWN && event->kind >= CARD_EVENT_SIGNED)
        report_int(&crew->report, "tries", event->tries);
    report_end(&crew->report);
}

static void card_in(struct crew *crew, const struct card_event *event)
{
    struct crew_card *card = &crew->card;
    explicit_bzero(card, sizeof *card);
    card->outcome = card_outcome_of(event);
    card->card_no = event->card_no;
    card->in_at = crew_mono(crew) - event->elapsed_us / 1000;
    card->good = event->card == CARD_JPKI && event->certificate_size != 0 &&
                 event->certificate_size <= sizeof card->certificate;
    if (!card->good)
        return;
    memcpy(card->certificate, event->certificate, event->certificate_size);
    card->certificate_size = event->certificate_size;
}

/* A second reader that is empty takes nothing away. */
static void card_gone(struct crew *crew, const struct card_event *event)
{
    bool other = event->kind == CARD_EVENT_READER_EMPTY ||
                 (event->kind == CARD_EVENT_OUT && event->card_no != crew->card.card_no);
    if (other && crew->card.good)
        return;
    explicit_bzero(&crew->card, sizeof crew->card);
    crew->card.outcome = card_outcome_of(event);
}

static const char *event_name(enum card_event_kind kind)
{
    switch (kind) {
    case CARD_EVENT_IN:
        return "card_in";
    case CARD_EVENT_READ_FAILED:
        return "card_failed";
    case CARD_EVENT_OUT:
        return "card_out";
    case CARD_EVENT_SIGNED:
        return "card_signed";
    case CARD_EVENT_SIGN_FAILED:
        return "card_sign_failed";
    default:
        return "reader";
    }
}

void crew_card(struct crew *crew, const struct card_event *event)
{
    report_card(crew, event_name(event->kind), event);
    if (event->kind != CARD_EVENT_IN) /* then it is told below, when it is known to be good */
        crew_page_tell(crew, event);
    say_outcome(crew, card_outcome_of(event), event->tries);
    switch (event->kind) {
    case CARD_EVENT_IN:
        card_in(crew, event);
        crew_page_tell(crew, event);
        break;
    case CARD_EVENT_SIGNED:
    case CARD_EVENT_SIGN_FAILED:
        crew_signed(crew, event);
        break;
    default:
        card_gone(crew, event);
        break;
    }
    crew_wait_look(crew);
    crew_page_look(crew);
}

/* ---- into a message ---- */

static enum err may_read(struct crew *crew, const struct id *person, const struct id *case_id)
{
    if (id_absent(case_id))
        return ERR_NO_SUCH_CASE;
    if (session_find(client_session(crew->client), person) == NULL)
        return ERR_NO_SESSION;
    return crew->calls.card_sign == NULL ? ERR_NO_READER : ERR_OK;
}

enum err crew_say_card(struct crew *crew, const struct id *person, const struct id *case_id,
                       struct body_card_read *body)
{
    struct crew_card *card = &crew->card;
    struct crew_case *c = crew_case_of(crew, case_id);
    struct buf certificate = {0};
    base64_add(&certificate, card->certificate, card->certificate_size);
    body->at = crew_now(crew);
    body->kind = CARD_JPKI;
    body->certificate = buf_slice(&certificate);
    enum err err = c == NULL ? ERR_NO_MEMORY : buf_error(&certificate);
    if (err == ERR_OK)
        err =
            session_send(client_session(crew->client), MSG_CARD_READ, person, case_id, body, NULL);
    if (err == ERR_OK) {
        card->used_for = *case_id;
        c->card_at = card->in_at;
    }
    buf_free(&certificate);
    return err;
}

enum err crew_say_bare_card(struct crew *crew, const struct id *person, const struct id *case_id)
{
    struct body_card_read body;
    enum err err = may_read(crew, person, case_id);
    record_clear(&record_card_read, &body);
    body.proof = PROOF_CERTIFICATE_ONLY;
    body.identified_by = IDENTIFIED_CARD_VISUAL;
    return err == ERR_OK ? crew_say_card(crew, person, case_id, &body) : err;
}

void crew_card_use(struct crew *crew)
{
    struct id case_id = crew->wait.case_id;
    crew_wait_end(crew, ERR_OK);
    enum err err = crew_say_bare_card(crew, &crew->person, &case_id);
    if (err != ERR_OK)
        crew_unsuccessful(crew, "card", err);
}

static enum err wait_for_card(struct crew *crew, const struct typed *typed)
{
    uint64_t seconds = CREW_CARD_WAIT_S;
    enum err err = may_read(crew, &crew->person, &crew->case_id);
    if (err != ERR_OK)
        return err;
    if (typed->count > 2 && line_number(slice_of(typed->words[2]), 3600, &seconds) != ERR_OK)
        return ERR_USAGE;
    if (!crew->card.good)
        say_outcome(crew, crew->card.outcome == 0 ? CARD_SAYS_EMPTY : crew->card.outcome,
                    CARD_TRIES_UNKNOWN);
    else if (!id_absent(&crew->card.used_for) && !id_equal(&crew->card.used_for, &crew->case_id))
        screen_line(&crew->screen, "このカードは別の事案で読みました。この方のカードに替えて"
                                   "ください");
    crew_wait_begin(crew, WAIT_CARD_READ, "card", (int64_t)seconds);
    return ERR_OK;
}

enum err run_card(struct crew *crew, const struct typed *typed)
{
    if (strcmp(typed->words[1], "wait") == 0)
        return wait_for_card(crew, typed);
    if (strcmp(typed->words[1], "pin") != 0)
        return ERR_USAGE;
    crew->signing.last_try = typed->count > 2 && strcmp(typed->words[2], "last") == 0
                                 ? CARD_SPEND_LAST_TRY
                                 : CARD_KEEP_LAST_TRY;
    return crew_begin_secret(crew, SECRET_PIN, "");
}

/* ---- signature ---- */

/* SHA-256 of "sakiyomi.v1/card/<case>/<message>": of no use for any other message. */
static struct hash challenge_of(const struct id *case_id, const struct id *message)
{
    static const char head[] = "sakiyomi.v1/card/";
    char text[sizeof head - 1 + ID_TEXT_SIZE + 1 + ID_TEXT_SIZE];
    memcpy(text, head, sizeof head - 1);
    id_text(case_id, text + sizeof head - 1);
    text[sizeof head - 1 + ID_TEXT_SIZE] = '/';
    id_text(message, text + sizeof head + ID_TEXT_SIZE);
    return sha256(text, sizeof text);
}

static enum err may_sign(struct crew *crew, const struct id *person, const struct id *case_id,
                         struct slice pin)
{
    enum err err = may_read(crew, person, case_id);
    if (err == ERR_OK && !crew->card.good)
        err = ERR_NO_CARD;
    if (err == ERR_OK && !id_absent(&crew->card.used_for) &&
        !id_equal(&crew->card.used_for, case_id))
        err = ERR_WRONG_PATIENT;
    if (err == ERR_OK && crew->signing.active)
        err = ERR_BUSY;
    return err == ERR_OK && pin.size != CARD_PIN_DIGITS ? ERR_BAD_FIELD : err;
}

enum err crew_sign(struct crew *crew, const struct id *person, const struct id *case_id,
                   struct slice pin)
{
    struct crew_signing *s = &crew->signing;
    char digits[CARD_PIN_DIGITS];
    enum err err = may_sign(crew, person, case_id, pin);
    if (err != ERR_OK)
        return err;
    memcpy(digits, pin.bytes, sizeof digits);
    s->case_id = *case_id;
    s->person = *person;
    s->by_page = false;
    s->message = crew->calls.new_id(crew->calls.self);
    s->challenge = challenge_of(&s->case_id, &s->message);
    struct card_order order = {.card_no = crew->card.card_no,
                               .pin = digits,
                               .pin_size = sizeof digits,
                               .hash = sha256(s->challenge.bytes, sizeof s->challenge.bytes),
                               .last_try = s->last_try};
    s->card_no = order.card_no;
    err = crew->calls.card_sign(crew->calls.self, &order, &s->order_no);
    explicit_bzero(digits, sizeof digits);
    s->active = err == ERR_OK;
    return err;
}

enum err crew_pin(struct crew *crew, const char *pin, size_t size)
{
    enum err err = crew_sign(crew, &crew->person, &crew->case_id, (struct slice){pin, size});
    if (err == ERR_OK)
        crew_wait_begin(crew, WAIT_SIGNATURE, "signature", CREW_PIN_WAIT_S);
    return err;
}

static enum err say_signed(struct crew *crew, const struct card_event *event)
{
    const struct crew_signing *s = &crew->signing;
    struct body_card_read body;
    struct buf challenge = {0}, signature = {0};
    if (!crew->card.good || crew->card.card_no != s->card_no)
        return ERR_CARD_REMOVED;
    record_clear(&record_card_read, &body);
    base64_add(&challenge, s->challenge.bytes, sizeof s->challenge.bytes);
    base64_add(&signature, event->signature, event->signature_size);
    body.proof = PROOF_PIN_SIGNATURE;
    body.identified_by = IDENTIFIED_CARD_PIN;
    body.challenge = buf_slice(&challenge);
    body.signature = buf_slice(&signature);
    crew->preset = s->message;
    enum err err = crew_say_card(crew, &s->person, &s->case_id, &body);
    crew->preset = (struct id){{0}};
    buf_free(&challenge);
    buf_free(&signature);
    return err;
}

void crew_signed(struct crew *crew, const struct card_event *event)
{
    if (!crew->signing.active || event->order_no != crew->signing.order_no)
        return; /* of a command that was given up */
    enum err err = event->err;
    if (event->kind == CARD_EVENT_SIGNED)
        err = say_signed(crew, event);
    crew->signing.active = false;
    if (crew->signing.by_page)
        return; /* the page has been told in words */
    if (crew->wait.kind == WAIT_SIGNATURE)
        crew_wait_end(crew, ERR_OK);
    if (err != ERR_OK)
        crew_unsuccessful(crew, "card", err);
}
