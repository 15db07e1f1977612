/* desk_show.c — Job: opened sections, the crew's record and the list on the screen, and off it
 * again. */
#include "hospital_client/desk_inner.h"

#include "client/view_text.h"
#include "hospital_client/er_text.h"

struct desk_open *desk_open_of(struct desk *d, const struct id *view, const struct id *grant)
{
    struct desk_open *newest = NULL;
    for (size_t i = 0; i < DESK_OPENS_MAX; i++) {
        struct desk_open *row = &d->opens[i];
        bool hit =
            !id_absent(&row->view) && id_equal(&row->view, view) && id_equal(&row->grant, grant);
        if (hit && (newest == NULL || row->at >= newest->at))
            newest = row;
    }
    return newest;
}

/* Everything the person wanted of this view, in one text. */
static void show_view(struct desk *d, const struct sealed_view *view)
{
    const struct desk_open *open = desk_open_of(d, &view->view, &view->grant);
    const struct known_case *c = cases_find(client_cases(d->client), &view->case_id);
    struct view_text_now now = {.now = desk_now(d),
                                .profile = case_profile(c, client_profile(d->client)),
                                .asked = view->opened | (open == NULL ? 0 : open->asked)};
    struct buf text = {0};
    buf_text(&text, "──────────── ");
    buf_text(&text, c == NULL ? "" : c->short_id);
    buf_text(&text, " ────────────\n");
    view_text(view, &now, &text);
    buf_text(&text, "────────────────────────\n");
    if (buf_error(&text) != ERR_OK)
        screen_line(&d->screen, "表示できません: %s", err_text_ja(ERR_NO_MEMORY));
    else
        (void)screen_private(&d->screen, buf_slice(&text));
    buf_free(&text);
}

void desk_show_opened(struct desk *d)
{
    for (struct sealed_view *v = sealed_views_first(client_views(d->client)); v != NULL;
         v = v->next)
        if (v->opened != 0 && !pages_owns(d->pages, &v->opened_by))
            show_view(d, v);
}

void desk_opened(struct desk *d, const struct happened *what)
{
    if (what->frame == NULL)
        return; /* a page has uncovered it without the gateway */
    const struct desk_open *open = desk_open_of(d, &what->view_id, &what->grant_id);
    const struct signed_in *person = session_find(client_session(d->client), &what->session);
    bool asked = open != NULL && id_equal(&open->message, &what->frame->re);
    bool elsewhere = pages_owns(d->pages, &what->session); /* in that person's browser */
    if (d->screen.terminal && !elsewhere)
        show_view(d, what->view);
    else if (!elsewhere)
        screen_line(&d->screen, "%s を開きました（端末ではないため表示しません）",
                    what->c == NULL ? "" : what->c->short_id);
    report_begin(&d->report, "opened");
    report_id(&d->report, "case", &what->view->case_id);
    report_id(&d->report, "view", &what->view_id);
    report_id(&d->report, "grant", &what->grant_id);
    report_id(&d->report, "session", &what->session);
    if (person != NULL)
        report_id(&d->report, "person", &person->person);
    report_int(&d->report, "entry", (int64_t)what->frame->seq);
    if (asked)
        report_int(&d->report, "took_ms", (int64_t)(desk_mono(d) - open->at));
    report_flag(&d->report, "shown", d->screen.terminal || elsewhere);
    report_sealed(&d->report, what->view, what->sections);
    report_end(&d->report);
}

/* ---- off the screen ---- */

static const char *why_name(enum cover_why why)
{
    static const char *const names[] = {
        [COVER_REVOKED] = "revoked",       [COVER_LEASE] = "lease",       [COVER_UNTIL] = "until",
        [COVER_SIGNED_OUT] = "signed_out", [COVER_CLOSED] = "closed",     [COVER_MIXUP] = "mixup",
        [COVER_ENDED] = "ended",           [COVER_REPLACED] = "replaced",
    };
    return names[why];
}

static const char *why_ja(enum cover_why why, int revoke)
{
    switch (why) {
    case COVER_REVOKED:
        return revoke != 0 ? codes_ja(&codes_revoke_reason, revoke) : "閲覧の許可が終わりました";
    case COVER_LEASE:
        return "ゲートウェイと通信できないため、表示を終えました";
    case COVER_UNTIL:
        return "閲覧の期限が終わりました。自院の救急時医療情報閲覧をお使いください";
    case COVER_SIGNED_OUT:
        return "サインオンが終わりました";
    case COVER_CLOSED:
        return "閲覧を終えました";
    case COVER_MIXUP:
        return "別人の情報でした。使わないでください";
    case COVER_ENDED:
        return "事案が終わりました";
    case COVER_REPLACED:
        return "情報が新しくなりました。もう一度開いてください";
    }
    return "";
}

void desk_covered(struct desk *d, const struct happened *what)
{
    bool covered = what->kind == HAPPENED_COVERED;
    const char *short_id = what->c == NULL ? "" : what->c->short_id;
    if (covered)
        screen_clear(&d->screen); /* first of all */
    report_begin(&d->report, covered ? "covered" : "view_gone");
    if (what->c != NULL)
        report_id(&d->report, "case", &what->c->id);
    report_id(&d->report, "view", &what->view_id);
    report_id(&d->report, "grant", &what->grant_id);
    report_word(&d->report, "why", why_name(what->why));
    if (what->revoke != 0)
        report_word(&d->report, "revoke", codes_name(&codes_revoke_reason, what->revoke));
    if (covered)
        report_sections(&d->report, "covered", what->sections);
    report_end(&d->report);
    screen_line(&d->screen, "%s %s: %s", short_id,
                covered ? "表示を終えました" : "情報はもうありません",
                why_ja(what->why, what->revoke));
    if (covered)
        desk_show_opened(d); /* what else is open was cleared with it */
}

/* ---- record and list ---- */

void desk_record(struct desk *d, const struct happened *what)
{
    const struct json *body = json_get(what->frame->json, "body");
    const struct signed_in *person = session_find(client_session(d->client), &what->session);
    struct buf text = {0};
    bool elsewhere = pages_owns(d->pages, &what->session);
    if (d->screen.terminal && !elsewhere) {
        er_text_record(body == NULL ? NULL : json_get(body, "record"), desk_now(d), &text);
        (void)screen_private(&d->screen, buf_slice(&text));
    } else if (!elsewhere) {
        screen_line(&d->screen, "救急隊の記録が届きました（端末ではないため表示しません）");
    }
    buf_free(&text);
    report_begin(&d->report, "record_opened");
    report_id(&d->report, "case", &what->frame->case_id);
    if (person != NULL)
        report_id(&d->report, "person", &person->person);
    report_int(&d->report, "entry", (int64_t)what->frame->seq);
    report_flag(&d->report, "shown", d->screen.terminal || elsewhere);
    report_end(&d->report);
}

void desk_list(struct desk *d)
{
    struct buf text = {0};
    if (!d->online) {
        buf_text(&text, "ゲートウェイと通信できません（");
        view_text_time(&text, d->offline_since);
        buf_text(&text, "から）。最後に聞いた状態です\n");
    }
    if (cases_count(client_cases(d->client)) == 0)
        buf_text(&text, "事案はありません\n");
    screen_text(&d->screen, buf_slice(&text));
    for (struct known_case *c = cases_first(client_cases(d->client)); c != NULL; c = c->next) {
        buf_clear(&text);
        er_text_line(c, sealed_views_of_case(client_views(d->client), &c->id), desk_now(d), &text);
        screen_text(&d->screen, buf_slice(&text));
        buf_clear(&text);
        if (d->online && d->screen.terminal) /* without the gateway: the list without content */
            er_text_request(c, &text);
        if (text.size != 0)
            (void)screen_private(&d->screen, buf_slice(&text));
    }
    buf_free(&text);
}
