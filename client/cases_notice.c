/* cases_notice.c — Job: the fold of a notice: what a case is after it, as far as this device knows.
 *
 * The gateway's own fold is the truth; this one keeps the screens right between two snapshots. An
 * event that is not in the table changes nothing here: a newer gateway may know more. */
#include "client/cases_inner.h"

/* ---- requests and answers ---- */

static void wipe_request(const struct heard *t, const struct shown_asked *row)
{
    buf_free(&t->c->asked_text[row - t->c->shown.asked]);
}

static struct shown_asked *asked(const struct heard *t)
{
    return id_absent(&t->b->hospital) ? NULL : case_asked_row(t->c, &t->b->hospital);
}

static struct shown_asked *asked_or_new(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    struct shown_asked *row = asked(t);
    if (row == NULL && !id_absent(&t->b->hospital) && s->asked_count < CASE_HOSPITALS_MAX) {
        row = &s->asked[s->asked_count++];
        *row = (struct shown_asked){.hospital = t->b->hospital};
        case_copy_name(t->c->asked_name[row - s->asked], sizeof t->c->asked_name[0],
                       t->b->hospital_name);
    }
    return row;
}

static void fold_inquiry_asked(const struct heard *t)
{
    struct shown_asked *row = asked_or_new(t);
    if (row == NULL)
        return;
    row->status = ASKED_WAITING;
    row->asked_at = t->b->at;
    row->answered_at = 0;
    if (!id_absent(&t->b->inquiry))
        row->inquiry = t->b->inquiry;
    case_text(MSG_INQUIRY, t->content, &t->c->asked_text[row - t->c->shown.asked]);
}

static void fold_inquiry_ended(const struct heard *t)
{
    struct shown_asked *row = asked(t);
    if (row == NULL)
        return;
    row->status = t->b->asked != 0 ? t->b->asked : ASKED_ENDED;
    wipe_request(t, row);
    if (row->status == ASKED_ELSEWHERE)
        t->c->shown.destination_here = FLAG_NO;
}

static void fold_answered(const struct heard *t)
{
    struct shown_asked *row = asked_or_new(t);
    if (row == NULL || t->b->answer == 0)
        return;
    bool yes = t->b->answer == ANSWER_ACCEPTED;
    row->status = yes ? ASKED_ACCEPTED : ASKED_DECLINED;
    row->answered_at = t->b->at;
    row->by_phone = FLAG_NO;
    if (!yes)
        wipe_request(t, row);
}

static void fold_phone_accepted(const struct heard *t)
{
    struct shown_asked *row = asked_or_new(t);
    if (row == NULL)
        return;
    row->status = ASKED_ACCEPTED;
    row->answered_at = t->b->at;
    row->by_phone = FLAG_YES;
    row->phone_checked = FLAG_ABSENT;
}

static void fold_acceptance_checked(const struct heard *t)
{
    struct shown_asked *row = asked(t);
    if (row == NULL)
        return;
    row->phone_checked = t->b->confirmed;
    if (t->b->confirmed != FLAG_NO)
        return;
    row->status = ASKED_CONTRADICTED;
    wipe_request(t, row);
}

static void fold_acceptance_withdrawn(const struct heard *t)
{
    struct shown_asked *row = asked(t);
    if (row == NULL)
        return;
    row->status = ASKED_TAKEN_BACK;
    t->c->shown.destination_here = FLAG_NO;
    wipe_request(t, row);
}

static void fold_destination_set(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    s->destination = t->b->hospital;
    s->destination_here =
        FLAG_YES; /* a hospital hears only of being it; crews do not look at this */
    s->not_connected = id_absent(&t->b->hospital) ? FLAG_YES : FLAG_NO;
    s->destination_at = t->b->at;
    s->arrived_at = 0;
    if (t->content != NULL) /* the crew's own word: the name of one that is not connected */
        case_text(MSG_DESTINATION, t->content, &t->c->destined);
    if (t->opened != NULL)
        case_text(MSG_CASE_OPEN, t->opened, &t->c->opened);
}

static void fold_eta(const struct heard *t)
{
    struct body_eta eta;
    struct complaint why;
    if (t->content == NULL ||
        record_decode(&record_eta, t->content, RECORD_LENIENT, &eta, &why) != ERR_OK)
        return;
    t->c->shown.eta_at = eta.eta_at;
    case_text(MSG_ETA, t->content, &t->c->eta);
}

static void fold_arrived(const struct heard *t)
{
    t->c->shown.arrived_at = t->b->until;
}

/* ---- grants ---- */

static struct shown_grant *grant(const struct heard *t)
{
    return id_absent(&t->b->grant) ? NULL : (struct shown_grant *)case_grant_by(t->c, &t->b->grant);
}

static void fold_grant_issued(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    struct shown_grant *row = grant(t);
    if (row == NULL && !id_absent(&t->b->grant) && s->grants_count < CASE_GRANTS_MAX)
        row = &s->grants[s->grants_count++];
    if (row == NULL)
        return;
    s->mixup = 0; /* a right to a new view: the void one is told of by must_ack */
    *row = (struct shown_grant){.grant = t->b->grant,
                                .hospital = t->b->hospital,
                                .view = t->b->view,
                                .sections = t->b->sections,
                                .issued_at = t->b->at,
                                .until = t->b->until};
}

static void fold_break_glass(const struct heard *t)
{
    fold_grant_issued(t);
    struct shown_grant *row = grant(t);
    if (row == NULL)
        return;
    row->break_glass = FLAG_YES;
    row->opens_at = t->b->opens_at;
}

static void fold_delivered(const struct heard *t)
{
    struct shown_grant *row = grant(t);
    if (row != NULL)
        row->delivered_at = t->b->at;
}

static void fold_opened(const struct heard *t)
{
    struct shown_grant *row = grant(t);
    if (row != NULL && row->opened_at == 0)
        row->opened_at = t->b->at;
}

static void fold_grant_revoked(const struct heard *t)
{
    struct shown_grant *row = grant(t);
    if (row == NULL)
        return;
    row->revoke = t->b->revoke != 0 ? t->b->revoke : REVOKE_EXPIRED;
    row->revoked_at = t->b->at;
    if (row->revoke == REVOKE_DESTINATION_CHANGED)
        t->c->shown.destination_here = FLAG_NO;
}

static void fold_grant_changed(const struct heard *t)
{
    struct shown_grant *row = grant(t);
    if (row != NULL && t->b->until != 0)
        row->until = t->b->until;
}

static void fold_objected(const struct heard *t)
{
    struct shown_grant *row = grant(t);
    if (row != NULL)
        row->objected = FLAG_YES;
}

/* ---- the case ---- */

static void fold_record_changed(const struct heard *t)
{
    t->c->shown.record_at = t->b->at;
    if (t->content != NULL) /* the crew's own; a hospital's person asks for it */
        case_text(MSG_CREW_RECORD, t->content, &t->c->record);
}

static void fold_mixup(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    s->mixup = t->b->mixup;
    if (s->mixup == MIXUP_WRONG_PATIENT)
        forget_card(s);
    for (size_t i = 0; i < s->grants_count; i++)
        if (s->grants[i].opened_at != 0) /* somebody here has read it */
            s->must_ack = FLAG_YES;
}

/* The last of those here who opened it has read it. */
static void fold_mixup_acked(const struct heard *t)
{
    if (t->b->confirmed == FLAG_YES)
        t->c->shown.must_ack = FLAG_ABSENT;
}

static void fold_handed_over(const struct heard *t)
{
    t->c->shown.handed_at = t->b->at;
}

static void fold_handover_confirmed(const struct heard *t)
{
    t->c->shown.confirmed_at = t->b->at;
}

static void fold_case_ended(const struct heard *t)
{
    t->c->shown.ended_at = t->b->at;
    t->c->shown.end = t->b->end;
    for (size_t i = 0; i < t->c->shown.asked_count; i++)
        wipe_request(t, &t->c->shown.asked[i]);
}

static void fold_text(const struct heard *t)
{
    (void)t; /* the text itself is all there is */
}

#define NO_TEXT MESSAGE_KINDS

static const struct row {
    const char *event;
    bool makes;             /* a case may become known by it */
    enum message_kind text; /* its content is kept as a text of this kind */
    fold_fn *fold;
} rows[] = {
    {"inquiry_asked", true, NO_TEXT, fold_inquiry_asked},
    {"inquiry_ended", false, NO_TEXT, fold_inquiry_ended},
    {"answered", false, MSG_ANSWER, fold_answered},
    {"phone_accepted", true, MSG_PHONE_ACCEPTANCE, fold_phone_accepted},
    {"acceptance_checked", false, MSG_ACCEPTANCE_CHECK, fold_acceptance_checked},
    {"acceptance_withdrawn", false, MSG_ACCEPTANCE_WITHDRAW, fold_acceptance_withdrawn},
    {"destination_set", true, NO_TEXT, fold_destination_set},
    {"eta_told", false, NO_TEXT, fold_eta},
    {"arrived", false, NO_TEXT, fold_arrived},
    {"grant_issued", true, NO_TEXT, fold_grant_issued},
    {"break_glass", true, MSG_BREAK_GLASS, fold_break_glass},
    {"break_glass_objected", false, NO_TEXT, fold_objected},
    {"delivered", false, NO_TEXT, fold_delivered},
    {"opened", false, NO_TEXT, fold_opened},
    {"grant_revoked", false, NO_TEXT, fold_grant_revoked},
    {"grant_changed", false, NO_TEXT, fold_grant_changed},
    {"fetch_asked", false, NO_TEXT, fold_fetch_asked},
    {"view_fetched", false, NO_TEXT, fold_view_fetched},
    {"fetch_failed", false, NO_TEXT, fold_fetch_failed},
    {"view_ended", false, NO_TEXT, fold_view_ended},
    {"identity_checked", false, NO_TEXT, fold_identity_checked},
    {"card_check_asked", false, NO_TEXT, fold_card_asked},
    {"card_read", false, NO_TEXT, fold_card_read},
    {"card_refused", false, NO_TEXT, fold_card_refused},
    {"case_opened", true, NO_TEXT, fold_case_opened},
    {"no_view", false, NO_TEXT, fold_no_view},
    {"ground_recorded", false, NO_TEXT, fold_ground},
    {"consent_withdrawn", false, NO_TEXT, fold_withdrawn},
    {"record_changed", false, NO_TEXT, fold_record_changed},
    {"vitals_taken", false, MSG_VITALS, fold_text},
    {"talked", false, MSG_TALK, fold_text},
    {"mixup", false, MSG_MIXUP, fold_mixup},
    {"mixup_acked", false, NO_TEXT, fold_mixup_acked},
    {"handed_over", false, MSG_HANDOVER, fold_handed_over},
    {"handover_confirmed", false, MSG_HANDOVER_CONFIRM, fold_handover_confirmed},
    {"takeover_offered", true, NO_TEXT, fold_text},
    {"taken_over", true, NO_TEXT, fold_taken_over},
    {"case_ended", false, NO_TEXT, fold_case_ended},
};

static const struct row *row_of(struct slice event)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (slice_is(event, rows[i].event))
            return &rows[i];
    return NULL;
}

enum err cases_notice(struct cases *cases, const struct message *frame, struct known_case **out)
{
    const struct body_notice *b = frame->body;
    const struct row *row = row_of(b->event);
    const struct json *body = json_get(frame->json, "body");
    *out = NULL;
    if (id_absent(&frame->case_id))
        return ERR_OK;
    struct known_case *c = cases_find(cases, &frame->case_id);
    if (c == NULL && row != NULL && row->makes) {
        c = cases_make(cases, &frame->case_id);
        if (c == NULL)
            return ERR_FULL;
    }
    *out = c;
    if (c != NULL && frame->training == FLAG_YES)
        c->shown.training = FLAG_YES; /* whichever notice is the first that is heard of it */
    if (c == NULL || row == NULL || body == NULL)
        return ERR_OK;
    const struct json *content = json_get(body, "content");
    if (content != NULL && json_kind(content) != JSON_OBJECT)
        content = NULL;
    struct heard heard = {c, b, content, json_get(body, "opened")};
    row->fold(&heard);
    if (row->text != NO_TEXT && content != NULL)
        case_add_text(c, row->text, b->at, b, content);
    return ERR_OK;
}
