/* crew_view.c — Job: the view: asked for, 「この方ですか」, opened, on the screen, and off it again. */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/pairs.h"
#include "client/view_text.h"
#include "common/log.h"

/* ---- commands ---- */

enum err run_view(struct crew *crew, const struct typed *typed)
{
    struct body_view_ask body;
    record_clear(&record_view_ask, &body);
    body.kind = VIEW_EMERGENCY_SUMMARY;
    enum err err = crew_pairs(crew, &record_view_ask, typed, 1, &body);
    if (err == ERR_OK)
        err = crew_say(crew, MSG_VIEW_ASK, &body, NULL);
    struct crew_case *c = err == ERR_OK ? crew_case_of(crew, &crew->case_id) : NULL;
    if (c != NULL)
        c->asked_at = crew_mono(crew);
    return err;
}

/* The crew's own copy of the newest view of the current case; NULL: it is not here. */
static struct sealed_view *own_view(struct crew *crew)
{
    struct sealed_view *view = sealed_views_of_case(client_views(crew->client), &crew->case_id);
    return view != NULL && view->state == SEALED_COMPLETE ? view : NULL;
}

enum err run_identity(struct crew *crew, const struct typed *typed)
{
    const struct sealed_view *view = own_view(crew);
    struct body_identity_check body = {.result =
                                           pairs_code(&codes_match, slice_of(typed->words[1]))};
    if (body.result == 0)
        return ERR_USAGE;
    if (id_absent(&crew->case_id))
        return ERR_NO_SUCH_CASE;
    if (view == NULL)
        return ERR_NO_VIEW;
    body.view = view->view;
    return crew_say(crew, MSG_IDENTITY_CHECK, &body, NULL);
}

static enum err sections_of(const struct typed *typed, uint64_t openable, uint64_t *out)
{
    *out = 0;
    if (strcmp(typed->words[1], "all") == 0) {
        *out = openable;
        return typed->count == 2 ? ERR_OK : ERR_USAGE;
    }
    for (size_t i = 1; i < typed->count; i++) {
        uint64_t some = 0;
        if (pairs_codes(&codes_section, typed->words[i], &some) != ERR_OK)
            return ERR_USAGE;
        *out |= some;
    }
    return ERR_OK;
}

enum err run_open(struct crew *crew, const struct typed *typed)
{
    const struct sealed_view *view = own_view(crew);
    struct body_open body = {.screen = slice_of(crew->settings->tablet_name)};
    uint64_t wanted = 0;
    if (id_absent(&crew->case_id))
        return ERR_NO_SUCH_CASE;
    if (view == NULL)
        return ERR_NO_VIEW;
    enum err err = sections_of(typed, view->openable, &wanted);
    if (err != ERR_OK)
        return err;
    body.view = view->view;
    body.sections = wanted & view->openable; /* what is not there has no key */
    struct crew_case *c = crew_case_of(crew, &crew->case_id);
    if (c == NULL)
        return ERR_NO_MEMORY;
    c->wanted |= wanted;
    c->open_at = crew_mono(crew);
    if (body.sections == 0) {
        crew_show_opened(crew); /* nothing to open: why, stands in its place */
        return ERR_OK;
    }
    return crew_say(crew, MSG_OPEN, &body, NULL);
}

/* The line is dead and the lease is over: one touch, by name, shows again what was covered. It is
 * said to the gateway as soon as the line is back (crew_view_ready). */
enum err run_uncover(struct crew *crew, const struct typed *typed)
{
    struct sealed_view *view = own_view(crew);
    (void)typed;
    if (view == NULL)
        return ERR_NO_VIEW;
    struct crew_case *c = crew_case_of(crew, &crew->case_id);
    if (c == NULL)
        return ERR_NO_MEMORY;
    uint64_t sections = view->veiled;
    enum err err = client_uncover(crew->client, view, &crew->person);
    if (err != ERR_OK)
        return err;
    c->uncovered |= sections;
    c->uncovered_at = crew_now(crew);
    c->uncovered_view = view->view;
    c->uncovered_by = crew->person;
    return ERR_OK;
}

static void say_uncovered(struct crew *crew, struct crew_case *c)
{
    struct buf screen = {0};
    buf_printf(&screen, "%s（通信断中に表示 ", crew->settings->tablet_name);
    view_text_time(&screen, c->uncovered_at);
    buf_text(&screen, "）");
    struct body_open body = {.view = c->uncovered_view,
                             .sections = c->uncovered,
                             .screen = buf_slice(&screen),
                             .shown_at = c->uncovered_at};
    enum err err =
        session_send(client_session(crew->client), MSG_OPEN, &c->uncovered_by, &c->id, &body, NULL);
    if (err != ERR_OK)
        log_error("crew", NULL, "what was shown off line could not be said: %s", err_name(err));
    buf_free(&screen);
    c->uncovered = 0;
}

void crew_view_ready(struct crew *crew)
{
    for (struct crew_case *c = crew->cases; c != NULL; c = c->next)
        if (c->uncovered != 0)
            say_uncovered(crew, c);
}

enum err run_close(struct crew *crew, const struct typed *typed)
{
    struct sealed_view *view = own_view(crew);
    (void)typed;
    if (view == NULL)
        return ERR_NO_VIEW;
    struct body_view_ref body = {.view = view->view};
    struct crew_case *c = crew_case_of(crew, &crew->case_id);
    if (c != NULL)
        c->wanted = 0;
    enum err err = crew_say(crew, MSG_CLOSE_VIEW, &body, NULL);
    client_cover(crew->client, view, COVER_CLOSED); /* whatever became of the message */
    return err;
}

/* ---- on the screen ---- */

static bool is_matched(const struct crew *crew, const struct sealed_view *view)
{
    const struct known_case *known = cases_find(client_cases(crew->client), &view->case_id);
    const struct shown_view *shown = known == NULL ? NULL : case_view(known, &view->view);
    return shown != NULL && shown->match == MATCH_MATCHED;
}

static void text_of(struct crew *crew, const struct sealed_view *view, struct buf *out)
{
    const struct known_case *known = cases_find(client_cases(crew->client), &view->case_id);
    const struct crew_case *c = crew_case_of(crew, &view->case_id);
    struct view_text_now now = {.now = crew_now(crew),
                                .profile = case_profile(known, client_profile(crew->client)),
                                .asked = view->opened | (c == NULL ? 0 : c->wanted)};
    buf_printf(out, "──────────── %s ────────────\n", known == NULL ? "" : known->short_id);
    if (is_matched(crew, view)) {
        view_text(view, &now, out);
    } else { /* before any clinical word: is it this person at all? */
        if (view->simulator == FLAG_YES)
            buf_text(out, "【シミュレーター：架空の患者】\n");
        buf_text(out, "この方ですか\n");
        view_text_person(view, now.now, out);
        buf_text(out, "カードの写真と顔を照合してください: identity matched|not_matched|"
                      "not_possible\n");
    }
    buf_text(out, "────────────────────────\n");
}

static void show_view(struct crew *crew, const struct sealed_view *view)
{
    struct buf text = {0};
    text_of(crew, view, &text);
    if (buf_error(&text) != ERR_OK)
        screen_line(&crew->screen, "表示できません: %s", err_text_ja(ERR_NO_MEMORY));
    else
        (void)screen_private(&crew->screen, buf_slice(&text));
    buf_free(&text);
}

void crew_show_opened(struct crew *crew)
{
    for (struct sealed_view *v = sealed_views_first(client_views(crew->client)); v != NULL;
         v = v->next)
        if (v->opened != 0 && !pages_owns(crew->pages, &v->opened_by))
            show_view(crew, v);
}

void crew_view_complete(struct crew *crew, const struct happened *what)
{
    report_begin(&crew->report, "view_complete");
    report_id(&crew->report, "case", &what->view->case_id);
    report_id(&crew->report, "view", &what->view_id);
    report_int(&crew->report, "bytes", (int64_t)what->view->bytes);
    report_int(&crew->report, "fetched_at_ms", what->view->fetched_at);
    report_int(&crew->report, "until_ms", what->view->until);
    report_sealed(&crew->report, what->view, what->view->openable);
    report_end(&crew->report);
}

static void report_since(struct crew *crew, const char *key, uint64_t from)
{
    if (from != 0)
        report_int(&crew->report, key, (int64_t)(crew_mono(crew) - from));
}

static void report_person(struct crew *crew, const struct happened *what, struct crew_case *c)
{
    report_begin(&crew->report, "view_shown");
    report_id(&crew->report, "case", &c->id);
    report_id(&crew->report, "view", &what->view_id);
    report_since(crew, "since_card_ms", c->card_at);
    report_since(crew, "since_ask_ms", c->asked_at);
    report_flag(&crew->report, "shown", crew->screen.terminal);
    report_end(&crew->report);
    c->shown_view = what->view_id;
}

static void report_sections_shown(struct crew *crew, const struct happened *what,
                                  const struct crew_case *c)
{
    bool online = what->frame != NULL; /* else: uncovered without the gateway */
    report_begin(&crew->report, online ? "opened" : "uncovered");
    report_id(&crew->report, "case", &c->id);
    report_id(&crew->report, "view", &what->view_id);
    report_id(&crew->report, "session", &what->session);
    if (online) {
        report_int(&crew->report, "entry", (int64_t)what->frame->seq);
        report_since(crew, "took_ms", c->open_at);
    }
    report_since(crew, "since_card_ms", c->card_at);
    report_flag(&crew->report, "shown", crew->screen.terminal);
    report_sealed(&crew->report, what->view, what->sections);
    report_end(&crew->report);
    crew_arrived(crew, &c->id, slice_of("shown"));
}

void crew_opened(struct crew *crew, const struct happened *what)
{
    struct crew_case *c = crew_case_of(crew, &what->view->case_id);
    bool person = what->sections == SECTION_BIT(SECTION_PERSON) && !is_matched(crew, what->view);
    bool elsewhere = pages_owns(crew->pages, &what->session); /* in that person's browser */
    if (crew->screen.terminal && !elsewhere)
        show_view(crew, what->view);
    else if (!elsewhere)
        screen_line(&crew->screen, "%s %s（端末ではないため表示しません）",
                    what->c == NULL ? "" : what->c->short_id,
                    person ? "この方ですか" : "情報を開きました");
    if (c == NULL)
        return;
    if (person)
        report_person(crew, what, c);
    else
        report_sections_shown(crew, what, c);
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
        return revoke != 0 ? codes_ja(&codes_revoke_reason, revoke) : "閲覧は終わりました";
    case COVER_LEASE:
        return "ゲートウェイと通信できないため、覆いました。続けて見るには: "
               "uncover（記録されます）";
    case COVER_UNTIL:
        return "閲覧の期限が終わりました";
    case COVER_SIGNED_OUT:
        return "サインオンが終わりました";
    case COVER_CLOSED:
        return "閲覧を終えました";
    case COVER_MIXUP:
        return "別人の情報でした。使わないでください";
    case COVER_ENDED:
        return revoke == REVOKE_CONSENT_WITHDRAWN ? "本人が同意を取り消しました"
                                                  : "救急隊の閲覧は終わりました";
    case COVER_REPLACED:
        return "情報が新しくなりました。もう一度開いてください";
    }
    return "";
}

void crew_covered(struct crew *crew, const struct happened *what)
{
    bool covered = what->kind == HAPPENED_COVERED;
    const char *short_id = what->c == NULL ? "" : what->c->short_id;
    if (covered)
        screen_clear(&crew->screen); /* first of all */
    report_begin(&crew->report, covered ? "covered" : "view_gone");
    if (what->c != NULL)
        report_id(&crew->report, "case", &what->c->id);
    report_id(&crew->report, "view", &what->view_id);
    report_word(&crew->report, "why", why_name(what->why));
    if (what->revoke != 0)
        report_word(&crew->report, "revoke", codes_name(&codes_revoke_reason, what->revoke));
    if (covered)
        report_sections(&crew->report, "covered", what->sections);
    report_end(&crew->report);
    screen_line(&crew->screen, "%s %s: %s", short_id,
                covered ? "表示を終えました" : "情報はもうありません",
                why_ja(what->why, what->revoke));
    if (covered)
        crew_show_opened(crew); /* what else is open was cleared with it */
    if (what->c != NULL)
        crew_arrived(crew, &what->c->id, slice_of(covered ? "covered" : "view_gone"));
}
