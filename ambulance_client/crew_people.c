/* crew_people.c — Job: who is signed in at the tablet: typed secrets, sign-in, sign-out. */
#include "ambulance_client/crew_inner.h"

#include "client/view_text.h"
#include "common/secret.h"
#include "proto/line.h"

#include <stdio.h>

static const char *question(enum crew_secret use, bool second)
{
    switch (use) {
    case SECRET_SIGN_IN:
        return second ? "確認コード（6桁）:" : "パスワード:";
    case SECRET_PASSWORD:
        return second ? "新しいパスワード:" : "今のパスワード:";
    case SECRET_PIN:
        return "カードの暗証番号（4桁）:";
    case SECRET_NONE:
        break;
    }
    return "";
}

/* When the command cannot be done its secrets are still to come: they must not be taken for
 * commands. They are dropped, and then the failure is told. */
enum err crew_begin_secret(struct crew *crew, enum crew_secret use, const char *login)
{
    struct crew_typed_secret *s = crew->secret;
    if (crew->secrets == CREW_SECRETS_REFUSED)
        return ERR_NOT_ALLOWED;
    secret_wipe(s, sizeof *s);
    s->use = use;
    if (strlen(login) >= sizeof s->login)
        s->skip = ERR_TOO_LARGE;
    else
        snprintf(s->login, sizeof s->login, "%s", login);
    if (use != SECRET_PIN && !crew->online)
        s->skip = ERR_BUSY;
    if (use == SECRET_PASSWORD && session_find(client_session(crew->client), &crew->person) == NULL)
        s->skip = ERR_NO_SESSION;
    if (crew->calls.echo != NULL)
        crew->calls.echo(crew->calls.self, CREW_ECHO_OFF);
    if (crew->input == CREW_PERSON)
        screen_line(&crew->screen, "%s", question(use, false));
    return ERR_OK;
}

static enum err finish(struct crew *crew, const struct crew_typed_secret *s, struct slice last)
{
    struct session *session = client_session(crew->client);
    if (s->skip != ERR_OK)
        return s->skip;
    if (s->use == SECRET_PIN)
        return crew_pin(crew, last.bytes, last.size);
    if (s->use == SECRET_SIGN_IN)
        return session_sign_in(session, slice_of(s->login), slice_of(s->first), last, NULL);
    return session_password_change(session, &crew->person, slice_of(s->first), last, NULL);
}

static const char *command_of(enum crew_secret use)
{
    return use == SECRET_SIGN_IN ? "sign-in" : use == SECRET_PIN ? "card" : "password";
}

void crew_secret_line(struct crew *crew, const char *line, size_t size)
{
    struct crew_typed_secret *s = crew->secret;
    if (size > 0 && line[size - 1] == '\r')
        size--;
    if (s->use != SECRET_PIN && !s->has_first) {
        if (size >= sizeof s->first)
            s->skip = ERR_TOO_LARGE;
        else
            memcpy(s->first, line, size);
        s->has_first = true;
        if (crew->input == CREW_PERSON)
            screen_line(&crew->screen, "%s", question(s->use, true));
        return;
    }
    const char *command = command_of(s->use);
    enum err err = finish(crew, s, (struct slice){line, size});
    secret_wipe(s, sizeof *s);
    if (crew->calls.echo != NULL)
        crew->calls.echo(crew->calls.self, CREW_ECHO_ON);
    if (err != ERR_OK)
        crew_unsuccessful(crew, command, err);
}

/* ---- commands ---- */

enum err run_sign_in(struct crew *crew, const struct typed *typed)
{
    return crew_begin_secret(crew, SECRET_SIGN_IN, typed->words[1]);
}

enum err run_password(struct crew *crew, const struct typed *typed)
{
    (void)typed;
    return crew_begin_secret(crew, SECRET_PASSWORD, "");
}

static void next_person(struct crew *crew)
{
    const struct session *session = client_session(crew->client);
    crew->person = (struct id){{0}};
    for (size_t i = session_people(session); i > 0; i--)
        if (!pages_owns(crew->pages, &session_person(session, i - 1)->session))
            crew->person = session_person(session, i - 1)->session;
}

enum err run_sign_out(struct crew *crew, const struct typed *typed)
{
    (void)typed;
    struct id gone = crew->person;
    enum err err = client_sign_out(crew->client, &gone);
    if (err == ERR_NO_SESSION)
        return err;
    next_person(crew);
    screen_clear(&crew->screen);
    crew_show_opened(crew);
    report_begin(&crew->report, "signed_out");
    report_id(&crew->report, "session", &gone);
    report_end(&crew->report);
    screen_line(&crew->screen, "サインオフしました");
    return err;
}

enum err run_who(struct crew *crew, const struct typed *typed)
{
    (void)typed;
    for (size_t i = 0; i < session_people(client_session(crew->client)); i++) {
        const struct signed_in *p = session_person(client_session(crew->client), i);
        struct buf text = {0};
        buf_printf(&text, "%zu%s ", i + 1, id_equal(&p->session, &crew->person) ? "*" : "");
        if (crew->screen.terminal)
            view_text_add(&text, slice_of(p->name));
        buf_byte(&text, '\n');
        screen_text(&crew->screen, buf_slice(&text));
        buf_free(&text);
    }
    return ERR_OK;
}

enum err run_as(struct crew *crew, const struct typed *typed)
{
    uint64_t number = 0;
    enum err err = line_number(slice_of(typed->words[1]), SESSION_PEOPLE_MAX, &number);
    if (err != ERR_OK || number == 0)
        return ERR_USAGE;
    const struct signed_in *p = session_person(client_session(crew->client), (size_t)number - 1);
    if (p == NULL || pages_owns(crew->pages, &p->session))
        return ERR_NOT_FOUND;
    crew->person = p->session;
    return ERR_OK;
}

/* ---- what the gateway says ---- */

static void report_person(struct crew *crew, const char *event, const struct happened *what)
{
    report_begin(&crew->report, event);
    report_id(&crew->report, "session", &what->session);
    report_id(&crew->report, "person", &what->person->person);
    if (what->err != ERR_OK)
        report_word(&crew->report, "err", err_name(what->err));
    report_flag(&crew->report, "again", what->again);
    report_flag(&crew->report, "must_change_password", what->person->must_change == FLAG_YES);
    report_end(&crew->report);
}

void crew_signed_in(struct crew *crew, const struct happened *what)
{
    report_person(crew, "signed_in", what);
    if (what->again || pages_owns(crew->pages, &what->session))
        return;
    crew->person = what->session;
    screen_line(&crew->screen, "サインオンしました%s",
                what->person->must_change == FLAG_YES ? "。先にパスワードを変えてください: password"
                                                      : "");
}

void crew_signed_out(struct crew *crew, const struct happened *what)
{
    report_person(crew, "signed_out", what);
    if (!id_equal(&crew->person, &what->session))
        return;
    next_person(crew);
    screen_clear(&crew->screen);
    screen_line(&crew->screen, "サインオンが終わりました: %s",
                what->err == ERR_OK ? "別の場所でサインオンしました" : err_text_ja(what->err));
    crew_show_opened(crew);
}
