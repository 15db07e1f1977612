/* desk_people.c — Job: who is signed in at the box: typed secrets, sign-in, sign-out. */
#include "hospital_client/desk_inner.h"

#include "common/secret.h"

#include <stdio.h>

static void end_secret(struct desk *d)
{
    secret_wipe(d->typed, sizeof *d->typed);
    if (d->calls.echo != NULL)
        d->calls.echo(d->calls.self, DESK_ECHO_ON);
}

enum err desk_begin_secret(struct desk *d, enum desk_secret use, const char *login)
{
    if (d->secrets == DESK_SECRETS_REFUSED)
        return ERR_NOT_ALLOWED;
    secret_wipe(d->typed, sizeof *d->typed);
    snprintf(d->typed->login, sizeof d->typed->login, "%s", login);
    d->typed->use = use;
    if (d->calls.echo != NULL)
        d->calls.echo(d->calls.self, DESK_ECHO_OFF);
    if (d->screen.terminal)
        screen_line(&d->screen, use == SECRET_SIGN_IN ? "パスワード:" : "今のパスワード:");
    return ERR_OK;
}

static enum err finish_secret(struct desk *d, struct slice second)
{
    struct session *session = client_session(d->client);
    struct slice first = slice_of(d->typed->first);
    /* Only now: whatever the line does, the two lines behind the command are secrets, not
     * commands. */
    if (d->typed->use == SECRET_SIGN_IN)
        return session_sign_in(session, slice_of(d->typed->login), first, second, NULL);
    return session_password_change(session, &d->current, first, second, NULL);
}

void desk_secret_line(struct desk *d, const char *line, size_t size)
{
    if (!d->typed->has_first && size < sizeof d->typed->first) {
        memcpy(d->typed->first, line, size);
        d->typed->has_first = true;
        if (d->screen.terminal)
            screen_line(&d->screen, d->typed->use == SECRET_SIGN_IN ? "確認コード（6桁）:"
                                                                    : "新しいパスワード:");
        return;
    }
    enum desk_secret use = d->typed->use;
    enum err err =
        d->typed->has_first ? finish_secret(d, (struct slice){line, size}) : ERR_TOO_LARGE;
    end_secret(d);
    if (err == ERR_OK)
        return;
    screen_line(&d->screen, "できません: %s", err_text_ja(err));
    report_begin(&d->report, "command_failed");
    report_word(&d->report, "command", use == SECRET_SIGN_IN ? "sign-in" : "change-password");
    report_word(&d->report, "err", err_name(err));
    report_end(&d->report);
}

static void report_person(struct desk *d, const char *event, const struct happened *what)
{
    report_begin(&d->report, event);
    report_id(&d->report, "session", &what->session);
    report_id(&d->report, "person", &what->person->person);
    if (what->err != ERR_OK)
        report_word(&d->report, "err", err_name(what->err));
    report_flag(&d->report, "again", what->again);
    report_flag(&d->report, "must_change_password", what->person->must_change == FLAG_YES);
    report_flag(&d->report, "viewer", (what->person->roles & 1ull << ROLE_ER_VIEWER) != 0);
    report_end(&d->report);
}

void desk_signed_in(struct desk *d, const struct happened *what)
{
    report_person(d, "signed_in", what);
    if (what->again || pages_owns(d->pages, &what->session))
        return;
    d->current = what->session;
    screen_line(&d->screen, "サインオンしました%s",
                what->person->must_change == FLAG_YES
                    ? "。先にパスワードを変えてください: change-password"
                    : "");
}

/* Who types now that somebody has gone: the first of those who are left, or nobody. */
void desk_next_person(struct desk *d)
{
    const struct session *session = client_session(d->client);
    d->current = (struct id){{0}};
    for (size_t i = session_people(session); i > 0; i--)
        if (!pages_owns(d->pages, &session_person(session, i - 1)->session))
            d->current = session_person(session, i - 1)->session;
}

void desk_signed_out(struct desk *d, const struct happened *what)
{
    report_person(d, "signed_out", what);
    if (!id_equal(&d->current, &what->session))
        return;
    desk_next_person(d);
    screen_clear(&d->screen);
    screen_line(&d->screen, "サインオンが終わりました: %s",
                what->err == ERR_OK ? "別の場所でサインオンしました" : err_text_ja(what->err));
    desk_show_opened(d);
}
