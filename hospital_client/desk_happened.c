/* desk_happened.c — Job: what the client tells becomes a ring, a line, a report, or a message. */
#include "hospital_client/desk_inner.h"

#include "common/log.h"
#include "hospital_client/er_text.h"

/* ---- notices ---- */

static const struct notice_row {
    const char *event, *ja;
    bool rings;
    bool takes; /* content leaves this hospital with it */
} notice_rows[] = {
    {"inquiry_asked", "受入要請が来ました", true, false},
    {"inquiry_ended", "受入要請が終わりました", false, true},
    {"answered", "回答が届きました", false, false},
    {"phone_accepted", "救急隊が「電話で受入」と入力しました。確認してください: confirm-phone",
     true, false},
    {"acceptance_checked", "電話での受入が確認されました", false, false},
    {"acceptance_withdrawn", "受入を取り消しました", false, true},
    {"destination_set", "搬送先が当院に決まりました", true, false},
    {"arrived", "救急車が着きました", true, false},
    {"eta_told", "到着予定が変わりました", false, false},
    {"grant_issued", "情報の閲覧が許可されました", false, false},
    {"grant_changed", "閲覧の期限が変わりました", false, false},
    {"grant_revoked", "閲覧の許可が終わりました", true, true},
    {"break_glass", "緊急閲覧が記録されました。救急隊の異議を待っています", true, false},
    {"break_glass_objected", "救急隊が緊急閲覧に異議を出しました", true, false},
    {"talked", "連絡が来ました", true, false},
    {"handed_over", "救急隊が引継ぎを入力しました。確認してください: handover", true, false},
    {"handover_confirmed", "引継ぎを確認しました", false, false},
    {"mixup", "取り違えです。別人の情報でした。使わないでください", true, true},
    {"case_ended", "事案が終わりました", false, true},
};

static const struct notice_row *row_of(struct slice event)
{
    for (size_t i = 0; i < sizeof notice_rows / sizeof notice_rows[0]; i++)
        if (slice_is(event, notice_rows[i].event))
            return &notice_rows[i];
    return NULL;
}

static void report_notice(struct desk *d, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    bool ring = slice_is(b->event, "inquiry_asked");
    report_begin(&d->report, ring ? "ring" : "notice");
    report_code(&d->report, "notice", b->event);
    report_id(&d->report, "case", &what->frame->case_id);
    report_int(&d->report, "seq", (int64_t)what->frame->seq);
    report_int(&d->report, "n", (int64_t)what->frame->n);
    report_int(&d->report, "notice_at_ms", b->at);
    if (what->frame->training == FLAG_YES)
        report_flag(&d->report, "training", true);
    report_id(&d->report, "inquiry", &b->inquiry);
    report_id(&d->report, "view", &b->view);
    report_id(&d->report, "grant", &b->grant);
    report_id(&d->report, "person", &b->person);
    report_id(&d->report, "message", &b->message);
    if (b->until != 0)
        report_int(&d->report, "until_ms", b->until);
    report_word(&d->report, "answer", codes_name(&codes_answer, b->answer));
    report_word(&d->report, "asked", codes_name(&codes_asked_status, b->asked));
    report_word(&d->report, "revoke", codes_name(&codes_revoke_reason, b->revoke));
    report_word(&d->report, "mixup", codes_name(&codes_mixup, b->mixup));
    report_word(&d->report, "end", codes_name(&codes_case_end, b->end));
    report_end(&d->report);
}

static void on_notice(struct desk *d, const struct happened *what)
{
    const struct body_notice *b = what->frame->body;
    const struct notice_row *row = row_of(b->event);
    const struct known_case *c = what->c;
    report_notice(d, what);
    if (row == NULL || c == NULL)
        return;
    if (row->takes && d->screen.dirty) {
        screen_clear(&d->screen);
        desk_show_opened(d);
    }
    const char *practice = c->shown.training == FLAG_YES ? "【訓練】" : "";
    screen_line(&d->screen, "%s%s %s%s%s", practice, c->short_id, row->ja,
                b->asked != 0 ? ": " : "", codes_ja(&codes_asked_status, b->asked));
    if (row->rings)
        screen_ring(&d->screen);
    if (!d->screen.terminal)
        return;
    struct buf text = {0};
    if (slice_is(b->event, "inquiry_asked"))
        er_text_request(c, &text);
    if (slice_is(b->event, "talked") && c->texts_count != 0)
        er_text_talk(&c->texts[c->texts_count - 1], &text);
    if (text.size != 0)
        (void)screen_private(&d->screen, buf_slice(&text));
    buf_free(&text);
}

/* ---- views ---- */

static void on_complete(struct desk *d, const struct happened *what)
{
    const struct shown_grant *grant =
        what->c == NULL ? NULL : case_grant_by(what->c, &what->grant_id);
    struct id nobody = {{0}};
    struct body_view_ref body = {.view = what->view_id, .grant = what->grant_id};
    report_begin(&d->report, "delivered_complete");
    report_id(&d->report, "case", &what->view->case_id);
    report_id(&d->report, "view", &what->view_id);
    report_id(&d->report, "grant", &what->grant_id);
    report_int(&d->report, "bytes", (int64_t)what->view->bytes);
    report_int(&d->report, "fetched_at_ms", what->view->fetched_at);
    report_int(&d->report, "until_ms", what->view->until);
    if (grant != NULL) /* by the gateway's clock, as far as it is known here */
        report_int(&d->report, "since_grant_ms", desk_now(d) - grant->issued_at);
    report_sealed(&d->report, what->view, what->view->openable);
    report_end(&d->report);
    screen_line(&d->screen, "%s 情報が届きました（封をしたまま）。開くには: open %s all",
                what->c == NULL ? "" : what->c->short_id, what->c == NULL ? "" : what->c->short_id);
    if (grant != NULL && grant->delivered_at != 0)
        return; /* it was here before: the log has it */
    enum err err = session_send(client_session(d->client), MSG_DELIVERED, &nobody,
                                &what->view->case_id, &body, NULL);
    if (err != ERR_OK)
        log_error("desk", NULL, "delivery could not be reported: %s", err_name(err));
}

static void on_broken(struct desk *d, const struct happened *what)
{
    log_error("desk", NULL, "a view did not arrive whole: %s", err_name(what->err));
    report_begin(&d->report, "view_broken");
    if (what->view != NULL)
        report_id(&d->report, "view", &what->view->view);
    report_word(&d->report, "err", err_name(what->err));
    report_end(&d->report);
}

/* ---- the conversation ---- */

static void on_ready(struct desk *d, const struct happened *what)
{
    const struct body_welcome *body = what->frame->body;
    int64_t kept = d->state == NULL ? 0 : client_state_n(d->state);
    d->online = true;
    report_begin(&d->report, "ready");
    report_id(&d->report, "device", &body->device);
    report_id(&d->report, "org", &body->org);
    report_word(&d->report, "profile", codes_name(&codes_profile, body->profile));
    report_int(&d->report, "n", body->n);
    report_int(&d->report, "lease_ms", body->lease_ms);
    report_end(&d->report);
    screen_line(&d->screen, "ゲートウェイにつながりました%s%s",
                body->profile == PROFILE_PRODUCTION ? "" : " 【",
                body->profile == PROFILE_TRAINING ? "訓練】"
                : body->profile == PROFILE_TRIAL  ? "試行】"
                                                  : "");
    if (what->err == ERR_CONFLICT || kept > body->n) {
        log_error("desk", NULL, "the gateway knows less than it told before: n %lld",
                  (long long)body->n);
        screen_line(&d->screen,
                    "！ ゲートウェイの記録が前より少なくなっています。管理者に知らせてください");
        report_begin(&d->report, "n_went_back");
        report_int(&d->report, "n", body->n);
        report_int(&d->report, "kept", kept);
        report_end(&d->report);
    }
    desk_board(d);
}

static void on_settled(struct desk *d, const struct happened *what)
{
    const struct settled *how = what->settled;
    if (how->kind == MSG_PROOF_ASK) {
        if (how->err != ERR_OK)
            desk_proof_refused(d, how);
        return;
    }
    report_begin(&d->report, "settled");
    report_word(&d->report, "kind", message_type_of(how->kind)->name);
    report_id(&d->report, "message", &how->message);
    report_id(&d->report, "case", &how->case_id);
    report_flag(&d->report, "ok", how->err == ERR_OK);
    if (how->err != ERR_OK)
        report_code(&d->report, "err", how->code);
    if (how->entry != 0)
        report_int(&d->report, "entry", (int64_t)how->entry);
    if (how->recorded_at != 0)
        report_int(&d->report, "recorded_at_ms", how->recorded_at);
    report_int(&d->report, "took_ms", how->took_ms);
    report_end(&d->report);
    if (how->err == ERR_LATE)
        screen_line(&d->screen, "%s %s: 返事がありません。届いたかどうか分かりません",
                    what->c == NULL ? "" : what->c->short_id, message_type_of(how->kind)->name);
    else if (how->err != ERR_OK)
        screen_line(&d->screen, "%s %s: 受け付けられません: %.*s",
                    what->c == NULL ? "" : what->c->short_id, message_type_of(how->kind)->name,
                    how->ja.size < 300 ? (int)how->ja.size : 0,
                    how->ja.bytes == NULL ? "" : how->ja.bytes);
}

static void on_snapshot(struct desk *d)
{
    report_begin(&d->report, "snapshot");
    report_int(&d->report, "cases", (int64_t)cases_count(client_cases(d->client)));
    report_int(&d->report, "n", session_n(client_session(d->client)));
    report_end(&d->report);
    for (struct known_case *c = cases_first(client_cases(d->client)); c != NULL; c = c->next)
        if (c->shown.must_ack == FLAG_YES)
            screen_line(&d->screen,
                        "%s 別人の情報でした。使わないでください。読んだら: ack-mixup %s",
                        c->short_id, c->short_id);
}

void desk_happened(void *self, const struct happened *what)
{
    struct desk *d = self;
    pages_happened(d->pages, what);
    switch (what->kind) {
    case HAPPENED_READY:
        on_ready(d, what);
        break;
    case HAPPENED_SIGNED_IN:
        desk_signed_in(d, what);
        break;
    case HAPPENED_SIGNED_OUT:
        desk_signed_out(d, what);
        break;
    case HAPPENED_SETTLED:
        on_settled(d, what);
        break;
    case HAPPENED_SNAPSHOT:
        on_snapshot(d);
        break;
    case HAPPENED_NOTICE:
        on_notice(d, what);
        break;
    case HAPPENED_VIEW_COMPLETE:
        on_complete(d, what);
        break;
    case HAPPENED_VIEW_BROKEN:
        on_broken(d, what);
        break;
    case HAPPENED_OPENED:
        desk_opened(d, what);
        break;
    case HAPPENED_COVERED:
    case HAPPENED_DROPPED:
        desk_covered(d, what);
        break;
    case HAPPENED_RECORD:
        desk_record(d, what);
        break;
    case HAPPENED_PROOF:
        desk_proof(d, what);
        break;
    case HAPPENED_CHECKPOINT:
        desk_checkpoint(d, what);
        break;
    case HAPPENED_RELINK:
        d->calls.relink(d->calls.self, err_name(what->err));
        break;
    case HAPPENED_HOSPITALS:
        break; /* for ambulances */
    }
}
