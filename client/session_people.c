/* session_people.c — Job: who is signed in here: tokens, resuming them, forgetting them.
 *
 * Frames with a secret are written by hand: the tables never encode one (proto/record.h). */
#include "client/session_inner.h"

#include "common/secret.h"
#include "proto/time_text.h"

static struct person *person_of(struct session *s, const struct id *session)
{
    for (size_t i = 0; i < s->people_count; i++)
        if (id_equal(&s->people[i].about.session, session))
            return &s->people[i];
    return NULL;
}

const struct signed_in *session_find(const struct session *s, const struct id *session)
{
    for (size_t i = 0; i < s->people_count; i++)
        if (id_equal(&s->people[i].about.session, session))
            return &s->people[i].about;
    return NULL;
}

size_t session_people(const struct session *s)
{
    return s->people_count;
}

const struct signed_in *session_person(const struct session *s, size_t index)
{
    return index < s->people_count ? &s->people[index].about : NULL;
}

static void remove_person(struct session *s, struct person *person)
{
    size_t at = (size_t)(person - s->people);
    memmove(person, person + 1, (s->people_count - at - 1) * sizeof *person);
    s->people_count--;
    secret_wipe(&s->people[s->people_count], sizeof *person);
}

void session_forget(struct session *s, const struct id *session, enum err why)
{
    struct person *person = person_of(s, session);
    if (person == NULL)
        return;
    struct signed_in was = person->about;
    secret_wipe(was.token, sizeof was.token);
    remove_person(s, person);
    s->calls.gone(s->calls.self, &was, why);
    secret_wipe(&was, sizeof was);
}

/* ---- frames with a secret ---- */

static void add_text(struct buf *frame, const char *name, struct slice text)
{
    buf_text(frame, name);
    buf_json_text(frame, text);
}

static void add_id(struct buf *frame, const char *name, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(id))
        return;
    id_text(id, text);
    add_text(frame, name, (struct slice){text, sizeof text});
}

/* Behind the body: the rest of the envelope. Checked with the table as everything else. */
static enum err close_frame(struct session *s, struct buf *frame, const struct message *head,
                            const char *type)
{
    char at[TIME_TEXT_SIZE];
    struct message back;
    struct complaint why;
    time_text(head->sent_at, at);
    buf_byte(frame, '}');
    add_id(frame, ",\"id\":", &head->id);
    add_text(frame, ",\"sent_at\":", slice_of(at));
    add_id(frame, ",\"session\":", &head->session);
    add_text(frame, ",\"type\":", slice_of(type));
    buf_byte(frame, '}');
    enum err err = buf_error(frame);
    if (err == ERR_OK)
        err = message_decode(buf_slice(frame), s->side, &back, &why);
    if (err == ERR_OK)
        message_fini(&back);
    return err;
}

static struct message new_head(struct session *s, const struct id *session)
{
    return (struct message){.id = s->calls.new_id(s->calls.self),
                            .session = *session,
                            .sent_at = s->calls.wall_ms(s->calls.self)};
}

/* Sends FRAME once and waits for what answers it. */
static enum err send_secret(struct session *s, enum message_kind kind, struct message *head,
                            struct buf *frame, struct id *message)
{
    enum err err = close_frame(s, frame, head, message_type_of(kind)->name);
    if (err == ERR_OK)
        err = outbox_add(s, head, kind, (struct slice){NULL, 0});
    if (err == ERR_OK && s->calls.send(s->calls.self, buf_slice(frame)) != ERR_OK) {
        outbox_forget(s, &head->id);
        err = ERR_BUSY;
    }
    if (err == ERR_OK && message != NULL)
        *message = head->id;
    return err;
}

enum err session_sign_in(struct session *s, struct slice login, struct slice password,
                         struct slice code, struct id *message)
{
    struct id nobody = {{0}};
    struct buf frame;
    if (s->state != SESSION_READY)
        return ERR_BUSY;
    if (s->people_count == SESSION_PEOPLE_MAX)
        return ERR_FULL;
    struct message head = new_head(s, &nobody);
    buf_init(&frame, FRAME_BYTES_MAX);
    add_text(&frame, "{\"body\":{\"code\":", code);
    add_text(&frame, ",\"login\":", login);
    add_text(&frame, ",\"password\":", password);
    enum err err = send_secret(s, MSG_SIGN_IN, &head, &frame, message);
    buf_free(&frame);
    return err;
}

enum err session_password_change(struct session *s, const struct id *person, struct slice password,
                                 struct slice new_password, struct id *message)
{
    struct buf frame;
    if (person_of(s, person) == NULL)
        return ERR_NO_SESSION;
    if (s->state != SESSION_READY)
        return ERR_BUSY;
    struct message head = new_head(s, person);
    buf_init(&frame, FRAME_BYTES_MAX);
    add_text(&frame, "{\"body\":{\"new_password\":", new_password);
    add_text(&frame, ",\"password\":", password);
    enum err err = send_secret(s, MSG_PASSWORD_CHANGE, &head, &frame, message);
    buf_free(&frame);
    return err;
}

void people_resume(struct session *s)
{
    for (size_t i = 0; i < s->people_count; i++) {
        struct person *person = &s->people[i];
        struct message head = new_head(s, &person->about.session);
        struct buf frame;
        buf_init(&frame, FRAME_BYTES_MAX);
        add_text(&frame, "{\"body\":{\"token\":", slice_of(person->about.token));
        person->resume = head.id;
        if (close_frame(s, &frame, &head, "session_resume") == ERR_OK)
            (void)s->calls.send(s->calls.self, buf_slice(&frame));
        buf_free(&frame);
    }
}

void people_offline(struct session *s)
{
    for (size_t i = 0; i < s->people_count; i++) {
        s->people[i].about.bound = false;
        s->people[i].resume = (struct id){{0}};
    }
}

enum err session_sign_out(struct session *s, const struct id *person)
{
    struct id none = {{0}};
    struct body_empty body = {.nothing = 0};
    struct person *row = person_of(s, person);
    if (row == NULL)
        return ERR_NO_SESSION;
    enum err err = session_send(s, MSG_SIGN_OUT, person, &none, &body, NULL);
    remove_person(s, row);
    return err;
}

/* ---- what the gateway says ---- */

void people_password_changed(struct session *s, const struct id *session)
{
    struct person *person = person_of(s, session);
    if (person != NULL)
        person->about.must_change = FLAG_NO;
}

static void take(struct signed_in *about, const struct body_session *body)
{
    size_t size = body->name.size < sizeof about->name ? body->name.size : sizeof about->name - 1;
    memset(about->name, 0, sizeof about->name);
    memcpy(about->name, body->name.bytes == NULL ? "" : body->name.bytes, size);
    about->session = body->session;
    about->person = body->person;
    about->roles = body->roles;
    about->must_change = body->must_change_password;
    about->until = body->until;
    about->bound = true;
}

/* One session for one person: a newer one ends the older. */
static void forget_older(struct session *s, const struct body_session *body)
{
    for (size_t i = s->people_count; i > 0; i--) {
        struct signed_in *about = &s->people[i - 1].about;
        struct id session = about->session;
        if (id_equal(&about->person, &body->person) && !id_equal(&session, &body->session))
            session_forget(s, &session, ERR_OK);
    }
}

void people_opened(struct session *s, const struct message *frame)
{
    const struct body_session *body = frame->body;
    struct person *person = person_of(s, &body->session);
    if (person != NULL) {
        take(&person->about, body);
        return;
    }
    if (body->token.bytes == NULL || body->token.size != TOKEN_CHARS)
        return; /* a session without a token that we did not have: of no use */
    forget_older(s, body);
    if (s->people_count == SESSION_PEOPLE_MAX)
        return;
    person = &s->people[s->people_count++];
    take(&person->about, body);
    memcpy(person->about.token, body->token.bytes, TOKEN_CHARS);
}

void people_refusal(struct session *s, const struct message *frame, const struct id *session,
                    enum err code)
{
    if (code != ERR_NO_SESSION && code != ERR_SESSION_ENDED)
        return;
    for (size_t i = 0; i < s->people_count; i++) {
        bool resume = !id_absent(&frame->re) && id_equal(&s->people[i].resume, &frame->re);
        if (!resume && !id_equal(&s->people[i].about.session, session))
            continue;
        struct id gone = s->people[i].about.session;
        session_forget(s, &gone, code);
        return;
    }
}
