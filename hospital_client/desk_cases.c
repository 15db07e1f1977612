/* desk_cases.c — Job: the typed commands that are about one case: answers, openings, hand-over. */
#include "hospital_client/desk_inner.h"

static enum err send_of_case(struct desk *d, enum message_kind kind, const struct known_case *c,
                             const void *body)
{
    return session_send(client_session(d->client), kind, &d->current, &c->id, body, NULL);
}

/* The case that word 1 names. */
static enum err case_named(struct desk *d, const struct desk_words *t, struct known_case **c)
{
    return cases_named(client_cases(d->client), slice_of(t->words[1]), c);
}

struct slice desk_rest(const struct desk_words *t, size_t index)
{
    return index < t->count ? slice_of(t->rest[index]) : (struct slice){NULL, 0};
}

/* ---- the case ---- */

enum err desk_run_list(struct desk *d, const struct desk_words *t)
{
    (void)t;
    desk_list(d);
    return ERR_OK;
}

enum err desk_run_answer(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_answer body = {.result = ANSWER_ACCEPTED};
    enum err err = case_named(d, t, &c);
    if (err != ERR_OK)
        return err;
    const struct shown_asked *asked = case_asked(c, NULL);
    if (asked == NULL || id_absent(&asked->inquiry))
        return ERR_NOT_ASKED;
    size_t name = 3;
    if (strcmp(t->words[2], "decline") == 0) {
        body.result = ANSWER_DECLINED;
        body.reason = codes_value(&codes_decline,
                                  t->count > 3 ? slice_of(t->words[3]) : slice_of("no_reason"));
        if (body.reason == 0)
            return ERR_USAGE;
        name = 4;
    } else if (strcmp(t->words[2], "accept") != 0) {
        return ERR_USAGE;
    }
    body.inquiry = asked->inquiry;
    body.name = desk_rest(t, name);
    return send_of_case(d, MSG_ANSWER, c, &body);
}

enum err desk_run_withdraw(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_reason_text body = {.reason = desk_rest(t, 2)};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_ACCEPTANCE_WITHDRAW, c, &body) : err;
}

enum err desk_run_confirm_phone(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_acceptance_check body = {.name = desk_rest(t, 3)};
    enum err err = case_named(d, t, &c);
    if (strcmp(t->words[2], "yes") == 0)
        body.confirmed = FLAG_YES;
    else if (strcmp(t->words[2], "no") == 0)
        body.confirmed = FLAG_NO;
    else
        return ERR_USAGE;
    return err == ERR_OK ? send_of_case(d, MSG_ACCEPTANCE_CHECK, c, &body) : err;
}

enum err desk_run_record(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_empty body = {.nothing = 0};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_RECORD_READ, c, &body) : err;
}

enum err desk_run_handover(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_handover body = {.at = d->calls.wall_ms(d->calls.self),
                                 .physician = desk_rest(t, 2)};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_HANDOVER_CONFIRM, c, &body) : err;
}

enum err desk_run_mixup(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_mixup body = {.reason = desk_rest(t, 3)};
    enum err err = case_named(d, t, &c);
    if (strcmp(t->words[2], "patient") == 0)
        body.kind = MIXUP_WRONG_PATIENT;
    else if (strcmp(t->words[2], "hospital") == 0)
        body.kind = MIXUP_WRONG_HOSPITAL;
    else
        return ERR_USAGE;
    return err == ERR_OK ? send_of_case(d, MSG_MIXUP, c, &body) : err;
}

enum err desk_run_ack_mixup(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_empty body = {.nothing = 0};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_MIXUP_ACK, c, &body) : err;
}

enum err desk_run_talk(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_talk body = {.text = desk_rest(t, 2)};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_TALK, c, &body) : err;
}

/* ---- views ---- */

/* "all", or wire names of sections. */
static enum err read_sections(const struct desk_words *t, const struct sealed_view *view,
                              uint64_t *out)
{
    *out = 0;
    for (size_t i = 2; i < t->count; i++) {
        int section = codes_value(&codes_section, slice_of(t->words[i]));
        if (strcmp(t->words[i], "all") == 0)
            *out |= view->openable;
        else if (section == 0)
            return ERR_USAGE;
        else
            *out |= SECTION_BIT(section);
    }
    return ERR_OK;
}

enum err desk_run_open(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    uint64_t asked = 0;
    struct desk_open *row = &d->opens[d->opens_next];
    enum err err = case_named(d, t, &c);
    if (err != ERR_OK)
        return err;
    struct sealed_view *view = sealed_views_of_case(client_views(d->client), &c->id);
    if (view == NULL || view->state != SEALED_COMPLETE)
        return ERR_NO_VIEW;
    err = read_sections(t, view, &asked);
    uint64_t sections = (asked | SECTION_BIT(SECTION_PERSON)) & view->openable;
    struct body_open body = {.view = view->view,
                             .grant = view->grant,
                             .sections = sections,
                             .screen = slice_of(d->settings->box_name)};
    struct desk_open open = {.view = view->view, .grant = view->grant, .at = desk_mono(d)};
    /* What is not there is shown as such: the patient's own wish, or a box without content. */
    open.asked = asked | view->hidden | SECTION_BIT(SECTION_ALLERGIES);
    if (err == ERR_OK && (asked & ~view->openable & ~view->hidden) != 0)
        err = ERR_OUT_OF_SCOPE;
    if (err == ERR_OK)
        err = session_send(client_session(d->client), MSG_OPEN, &d->current, &c->id, &body,
                           &open.message);
    if (err != ERR_OK)
        return err;
    *row = open;
    d->opens_next = (d->opens_next + 1) % DESK_OPENS_MAX;
    return ERR_OK;
}

enum err desk_run_close(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    enum err err = case_named(d, t, &c);
    if (err != ERR_OK)
        return err;
    struct sealed_view *view = sealed_views_of_case(client_views(d->client), &c->id);
    if (view == NULL)
        return ERR_NO_VIEW;
    struct body_view_ref body = {.view = view->view, .grant = view->grant};
    client_cover(d->client, view, COVER_CLOSED); /* covering waits for nobody */
    return send_of_case(d, MSG_CLOSE_VIEW, c, &body);
}

enum err desk_run_extend(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_extend body = {.reason = desk_rest(t, 2)};
    enum err err = case_named(d, t, &c);
    if (err != ERR_OK)
        return err;
    const struct shown_grant *grant = case_grant(c, desk_now(d));
    if (grant == NULL)
        return ERR_GRANT_ENDED;
    body.grant = grant->grant;
    return send_of_case(d, MSG_EXTEND, c, &body);
}

enum err desk_run_break_glass(struct desk *d, const struct desk_words *t)
{
    struct known_case *c;
    struct body_reason_text body = {.reason = desk_rest(t, 2)};
    enum err err = case_named(d, t, &c);
    return err == ERR_OK ? send_of_case(d, MSG_BREAK_GLASS, c, &body) : err;
}
