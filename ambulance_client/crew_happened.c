/* crew_happened.c — Job: what the client tells becomes a line, a ring, a report, or the next act.
 */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/crew_text.h"
#include "client/view_text.h"
#include "common/log.h"

/* ---- notices ---- */

enum notice_does {
    TELLS = 0,
    RINGS = 1,
    STEPS = 2,
    SAYS = 4 /* a text of a person came with it */
};

static const struct notice_row {
    const char *event, *ja;
    int does;
} notice_rows[] = {
    {"case_opened", "事案がゲートウェイに保存されました", TELLS},
    {"card_read", "カードが確認されました", TELLS},
    {"card_refused", "カードが受け付けられませんでした", RINGS},
    {"fetch_asked", "資格確認等システムに照会しています", TELLS},
    {"view_fetched", "情報が届きました", TELLS},
    {"fetch_failed", "照会できませんでした", RINGS},
    {"view_ended", "閲覧が終わりました", TELLS},
    {"no_view", "閲覧しないで進みます", TELLS},
    {"identity_checked", "照合", TELLS},
    {"inquiry_asked", "受入要請を送りました", TELLS},
    {"inquiry_ended", "受入要請が終わりました", TELLS},
    {"answered", "病院の返事", RINGS | SAYS},
    {"phone_accepted", "電話での受入を記録しました", TELLS},
    {"acceptance_checked", "電話での受入について病院の返事", RINGS | SAYS},
    {"acceptance_withdrawn", "病院が受入を取り消しました", RINGS | SAYS},
    {"destination_set", "搬送先が決まりました", STEPS},
    {"grant_issued", "病院に情報を提供しました", STEPS},
    {"grant_changed", "病院の閲覧の期限が変わりました", TELLS},
    {"grant_revoked", "病院の閲覧が終わりました", STEPS},
    {"delivered", "病院受信", STEPS},
    {"record_opened", "病院が救急隊の記録を開きました", TELLS},
    {"break_glass", "病院が緊急閲覧を求めています。異議があるときは: object", RINGS | SAYS},
    {"break_glass_objected", "緊急閲覧への異議を記録しました", TELLS},
    {"arrived", "到着を知らせました", TELLS},
    {"talked", "連絡", RINGS | SAYS},
    {"handed_over", "引継ぎを記録しました。救急隊の閲覧は終わりです", TELLS},
    {"handover_confirmed", "病院が引継ぎを確認しました", RINGS | SAYS},
    {"mixup", "取り違えです。別人の情報でした。使わないでください", RINGS | SAYS},
    {"takeover_offered", "事案の引継ぎの申し出です", RINGS},
    {"taken_over", "事案が引き継がれました", RINGS},
    {"case_ended", "事案が終わりました", TELLS},
};

static const struct notice_row *row_of(struct slice event)
{
    for (size_t i = 0; i < sizeof notice_rows / sizeof notice_rows[0]; i++)
        if (slice_is(event, notice_rows[i].event))
            return &notice_rows[i];
    return NULL;
}

static void report_codes(struct crew *crew, const struct body_notice *b)
{
    report_word(&crew->report, "answer", codes_name(&codes_answer, b->answer));
    report_word(&crew->report, "decline", codes_name(&codes_decline, b->decline));
    report_word(&crew->report, "asked", codes_name(&codes_asked_status, b->asked));
    report_word(&crew->report, "revoke", codes_name(&codes_revoke_reason, b->revoke));
    report_word(&crew->report, "match", codes_name(&codes_match, b->match));
    report_word(&crew->report, "no_view", codes_name(&codes_no_view, b->no_view));
    report_word(&crew->report, "mixup", codes_name(&codes_mixup, b->mixup));
    report_word(&crew->report, "end", codes_name(&codes_case_end, b->end));
    report_word(&crew->report, "error", codes_name(&codes_err, b->error));
    if (b->confirmed != FLAG_ABSENT)
        report_flag(&crew->report, "confirmed", b->confirmed == FLAG_YES);
}

static void report_notice(struct crew *crew, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    report_begin(&crew->report, "notice");
    report_code(&crew->report, "notice", b->event);
    report_id(&crew->report, "case", &what->frame->case_id);
    report_int(&crew->report, "seq", (int64_t)what->frame->seq);
    report_int(&crew->report, "n", (int64_t)what->frame->n);
    report_int(&crew->report, "notice_at_ms", b->at);
    if (what->frame->training == FLAG_YES)
        report_flag(&crew->report, "training", true);
    report_id(&crew->report, "hospital", &b->hospital);
    report_id(&crew->report, "view", &b->view);
    report_id(&crew->report, "grant", &b->grant);
    report_id(&crew->report, "person", &b->person);
    report_id(&crew->report, "message", &b->message);
    if (b->until != 0)
        report_int(&crew->report, "until_ms", b->until);
    report_codes(crew, b);
    report_end(&crew->report);
}

/* The code that says how it came out, if the event has one. */
static const char *outcome_ja(const struct body_notice *b)
{
    if (b->answer != 0)
        return codes_ja(&codes_answer, b->answer);
    if (b->asked != 0)
        return codes_ja(&codes_asked_status, b->asked);
    if (b->revoke != 0)
        return codes_ja(&codes_revoke_reason, b->revoke);
    if (b->match != 0)
        return codes_ja(&codes_match, b->match);
    if (b->no_view != 0)
        return codes_ja(&codes_no_view, b->no_view);
    if (b->end != 0)
        return codes_ja(&codes_case_end, b->end);
    if (b->error > ERR_OK && b->error < ERR_COUNT)
        return err_text_ja((enum err)b->error);
    if (b->confirmed != FLAG_ABSENT)
        return b->confirmed == FLAG_YES ? "確認" : "否定";
    return "";
}

static void tell_line(struct crew *crew, const struct happened *what, const char *ja)
{
    const struct body_notice *b = what->frame->body;
    const char *outcome = outcome_ja(b);
    struct buf text = {0};
    buf_printf(&text, "%s %s", what->c == NULL ? "" : what->c->short_id, ja);
    if (crew->screen.terminal && b->hospital_name.bytes != NULL) {
        buf_text(&text, "（");
        view_text_add(&text, b->hospital_name);
        buf_text(&text, "）");
    }
    if (outcome[0] != '\0')
        buf_printf(&text, ": %s", outcome);
    if (b->decline != 0)
        buf_printf(&text, "（%s）", codes_ja(&codes_decline, b->decline));
    buf_byte(&text, '\n');
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
}

static void tell_said(struct crew *crew, const struct known_case *known, int64_t at)
{
    struct buf text = {0};
    const struct known_text *last =
        known->texts_count == 0 ? NULL : &known->texts[known->texts_count - 1];
    if (!crew->screen.terminal || last == NULL || last->at != at)
        return; /* no words came with this one */
    crew_text_said(last, &text);
    if (text.size != 0)
        (void)screen_private(&crew->screen, buf_slice(&text));
    buf_free(&text);
}

/* The crew's own opening and the hospital's are two events with one name in the log. */
static bool by_hospital(const struct body_notice *b)
{
    return !id_absent(&b->grant);
}

static void arrived(struct crew *crew, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    bool own_opening = slice_is(b->event, "opened") && !by_hospital(b);
    if (what->frame->n != 0 && !own_opening) /* a notice before its entry is told again with it */
        crew_arrived(crew, &what->frame->case_id, b->event);
}

/* A take-over changes what this tablet may see: everything of it comes with a snapshot. */
static void follow_up(struct crew *crew, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    if (slice_is(b->event, "taken_over"))
        session_ask_snapshot(client_session(crew->client));
    if (slice_is(b->event, "case_ended") || slice_is(b->event, "handed_over")) {
        struct crew_case *c = crew_case_of(crew, &what->frame->case_id);
        if (c != NULL)
            c->wanted = 0;
    }
}

static void on_notice(struct crew *crew, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    const struct notice_row *row = row_of(b->event);
    report_notice(crew, what);
    if (what->c != NULL && slice_is(b->event, "opened") && by_hospital(b)) {
        static const struct notice_row opened = {"opened", "病院確認", RINGS | STEPS};
        row = &opened;
    }
    if (what->c != NULL && row != NULL) {
        tell_line(crew, what, row->ja);
        if (row->does & RINGS)
            screen_ring(&crew->screen);
        if (row->does & SAYS)
            tell_said(crew, what->c, b->at);
        if (row->does & STEPS)
            crew_steps(crew, &what->c->id);
    }
    follow_up(crew, what);
    arrived(crew, what);
}

/* ---- the conversation ---- */

static void n_went_back(struct crew *crew, int64_t n, int64_t kept)
{
    log_error("crew", NULL, "the gateway has forgotten what it told before: n %lld after %lld",
              (long long)n, (long long)kept);
    screen_line(&crew->screen,
                "！ ゲートウェイの記録が前より少なくなっています。管理者に知らせてください");
    report_begin(&crew->report, "n_went_back");
    report_int(&crew->report, "n", n);
    report_int(&crew->report, "kept", kept);
    report_end(&crew->report);
}

static void on_ready(struct crew *crew, const struct happened *what)
{
    const struct body_welcome *body = what->frame->body;
    int64_t kept = crew->state == NULL ? 0 : client_state_n(crew->state);
    crew->online = true;
    report_begin(&crew->report, "ready");
    report_id(&crew->report, "device", &body->device);
    report_id(&crew->report, "org", &body->org);
    report_word(&crew->report, "profile", codes_name(&codes_profile, body->profile));
    report_int(&crew->report, "n", body->n);
    report_int(&crew->report, "lease_ms", body->lease_ms);
    report_end(&crew->report);
    screen_line(&crew->screen, "ゲートウェイにつながりました%s%s",
                body->profile == PROFILE_PRODUCTION ? "" : " 【",
                body->profile == PROFILE_TRAINING ? "訓練】"
                : body->profile == PROFILE_TRIAL  ? "試行】"
                                                  : "");
    if (what->err == ERR_CONFLICT || (!crew->greeted && kept > body->n))
        n_went_back(crew, body->n, kept);
    crew->greeted = true;
    crew_kept_ready(crew, body);
    crew_view_ready(crew);
    /* Did the gateway forget the views, or only the line drop? A snapshot says. */
    if (sealed_views_first(client_views(crew->client)) != NULL)
        session_ask_snapshot(client_session(crew->client));
}

static void tell_refusal(struct crew *crew, const struct settled *how)
{
    struct buf text = {0};
    buf_printf(&text, "断られました（%s）: ", message_type_of(how->kind)->name);
    view_text_add(&text, how->ja);
    if (how->path.bytes != NULL) {
        buf_text(&text, " ");
        view_text_add(&text, how->path);
    }
    buf_byte(&text, '\n');
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
    if (how->kind == MSG_SIGN_IN && crew->wait.kind == WAIT_SESSION)
        crew->wait.until = crew_mono(crew); /* it will not come any more */
    crew_failed(crew);
}

static void on_settled(struct crew *crew, const struct happened *what)
{
    const struct settled *how = what->settled;
    if (how->kind == MSG_PROOF_ASK) {
        if (how->err != ERR_OK)
            crew_proof_refused(crew, how);
        return;
    }
    crew_kept_settled(crew, how);
    report_begin(&crew->report, how->err == ERR_OK ? "receipt" : "refused");
    report_word(&crew->report, "kind", message_type_of(how->kind)->name);
    report_id(&crew->report, "message", &how->message);
    report_id(&crew->report, "case", &how->case_id);
    if (how->entry != 0)
        report_int(&crew->report, "entry", (int64_t)how->entry);
    report_int(&crew->report, "took_ms", how->took_ms);
    if (how->err != ERR_OK)
        report_code(&crew->report, "err", how->code);
    report_end(&crew->report);
    struct crew_case *c = id_absent(&how->case_id) ? NULL : crew_case_of(crew, &how->case_id);
    if (c != NULL && id_equal(&c->destination_message, &how->message))
        c->destination_message = (struct id){{0}};
    if (how->err != ERR_OK)
        tell_refusal(crew, how);
    else if (how->kind == MSG_PASSWORD_CHANGE)
        screen_line(&crew->screen, "パスワードを変えました");
}

static void on_broken(struct crew *crew, const struct happened *what)
{
    log_error("crew", NULL, "a view did not arrive whole: %s", err_name(what->err));
    report_begin(&crew->report, "view_broken");
    if (what->view != NULL)
        report_id(&crew->report, "view", &what->view->view);
    report_word(&crew->report, "err", err_name(what->err));
    report_end(&crew->report);
}

void crew_happened(void *self, const struct happened *what)
{
    struct crew *crew = self;
    pages_happened(crew->pages, what);
    switch (what->kind) {
    case HAPPENED_READY:
        on_ready(crew, what);
        break;
    case HAPPENED_SIGNED_IN:
        crew_signed_in(crew, what);
        break;
    case HAPPENED_SIGNED_OUT:
        crew_signed_out(crew, what);
        break;
    case HAPPENED_SETTLED:
        on_settled(crew, what);
        break;
    case HAPPENED_SNAPSHOT:
        crew_hand_up_look(crew);
        break;
    case HAPPENED_NOTICE:
        on_notice(crew, what);
        break;
    case HAPPENED_VIEW_COMPLETE:
        crew_view_complete(crew, what);
        break;
    case HAPPENED_VIEW_BROKEN:
        on_broken(crew, what);
        break;
    case HAPPENED_OPENED:
        crew_opened(crew, what);
        break;
    case HAPPENED_COVERED:
    case HAPPENED_DROPPED:
        crew_covered(crew, what);
        break;
    case HAPPENED_PROOF:
        crew_proof(crew, what);
        break;
    case HAPPENED_HOSPITALS:
        crew_hospitals(crew, what);
        break;
    case HAPPENED_CHECKPOINT:
        crew_checkpoint(crew, what);
        break;
    case HAPPENED_RELINK:
        crew->calls.relink(crew->calls.self, err_name(what->err));
        break;
    case HAPPENED_RECORD: /* a hospital's */
        break;
    }
}
