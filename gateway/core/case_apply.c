/* case_apply.c — Job: the fold of a case: its state after one committed event. */
#include "gateway/core/state.h"

static void keep_last(struct id *list, size_t *count, size_t max, const struct id *id)
{
    if (*count == max) {
        memmove(list, list + 1, (max - 1) * sizeof *list);
        (*count)--;
    }
    list[(*count)++] = *id;
}

static struct case_view *view_of(struct case_state *c, const struct id *view)
{
    return (struct case_view *)case_view_of(c, view);
}

static struct case_grant *grant_of(struct case_state *c, const struct id *grant)
{
    return (struct case_grant *)case_grant_of(c, grant);
}

/* The row of HOSPITAL, made when it is not there yet; NULL when the case has no room: judgements
 * refuse before that. */
static struct case_asked *asked_of(struct case_state *c, const struct id *hospital)
{
    struct case_asked *asked = (struct case_asked *)case_asked_of(c, hospital);
    if (asked != NULL || c->asked_count == CASE_HOSPITALS_MAX)
        return asked;
    asked = &c->asked[c->asked_count++];
    *asked = (struct case_asked){.hospital = *hospital};
    return asked;
}

static void apply_open(struct case_state *c, const struct event *e)
{
    c->id = e->case_id;
    c->incident = e->incident;
    c->org = e->org;
    c->device = e->device;
    c->previous_case = e->subject;
    c->open_event = e->id;
    c->opened_at = e->at;
    c->training = e->training;
}

static void apply_card(struct case_state *c, const struct event *e)
{
    switch (e->type) {
    case EVENT_CARD_CHECK_ASKED:
        c->card = CARD_CHECKING;
        c->card_event = e->id;
        c->card_person = e->person;
        c->card_session = e->session;
        c->card_kind = e->card_kind;
        c->card_proof = e->card_proof;
        c->identified_by = e->identified_by;
        c->card_error = 0;
        break;
    case EVENT_CARD_READ:
        c->card = CARD_GOOD;
        c->alias = e->alias;
        c->card_at = e->at;
        break;
    default:
        c->card = CARD_REFUSED;
        c->card_error = e->code;
        break;
    }
}

static void apply_ground(struct case_state *c, const struct event *e)
{
    if (c->grounds_count == CASE_GROUNDS_MAX)
        return;
    c->grounds[c->grounds_count++] = (struct case_ground){
        .id = e->id,
        .right = e->right,
        .basis = e->basis,
        .need = e->need,
        .obstacle = e->obstacle,
        .said_by = e->said_by,
        .hospital = e->hospital,
        .person = e->person,
        .hidden = e->sections,
        .at = e->at,
    };
    if (e->right == RIGHT_CREW_VIEW && e->basis != BASIS_REFUSED)
        c->withdrawn = FLAG_ABSENT;
}

static void apply_withdrawn(struct case_state *c, const struct event *e)
{
    (void)e;
    c->withdrawn = FLAG_YES;
    for (size_t i = 0; i < c->grounds_count; i++)
        c->grounds[i].withdrawn = FLAG_YES;
}

static void apply_fetch_asked(struct case_state *c, const struct event *e)
{
    if (c->views_count == CASE_VIEWS_MAX)
        return;
    struct case_view view = {
        .id = e->view,
        .asked_event = e->id,
        .status = VIEW_ASKED,
        .kind = e->code,
        .sections = e->sections,
        .asked_at = e->at,
        .person = e->person,
        .session = e->session,
    };
    for (size_t i = 0; i < c->views_count; i++)
        if (c->views[i].status == VIEW_LOST)
            view.refetched = FLAG_YES;
    c->views[c->views_count++] = view;
}

static void apply_view(struct case_state *c, const struct event *e)
{
    struct case_view *view = view_of(c, &e->view);
    if (view == NULL)
        return;
    switch (e->type) {
    case EVENT_VIEW_FETCHED:
        view->status = VIEW_HELD;
        view->sections = e->sections;
        view->fetched_at = e->from;
        view->until = e->until;
        view->digest = e->digest;
        c->no_view = 0;
        c->mixup = 0; /* who opened the void view still has to say so: openers */
        break;
    case EVENT_FETCH_FAILED:
        view->status = VIEW_FAILED;
        view->failure = e->code;
        break;
    case EVENT_IDENTITY_CHECKED:
        view->match = e->code;
        if (e->code == MATCH_NOT_MATCHED)
            case_forget_card(c);
        break;
    default: /* EVENT_VIEW_ENDED */
        view->status = e->code == REVOKE_MIXUP       ? VIEW_VOID
                       : e->code == REVOKE_VIEW_LOST ? VIEW_LOST
                                                     : VIEW_ENDED;
        break;
    }
}

static void apply_asked(struct case_state *c, const struct event *e)
{
    struct case_asked *asked = asked_of(c, &e->hospital);
    if (asked == NULL)
        return;
    switch (e->type) {
    case EVENT_INQUIRY_ASKED:
        *asked = (struct case_asked){.hospital = e->hospital,
                                     .inquiry = e->subject,
                                     .inquiry_event = e->id,
                                     .status = ASKED_WAITING,
                                     .asked_at = e->at};
        break;
    case EVENT_INQUIRY_ENDED:
        asked->status = e->code;
        asked->inquiry_event = (struct id){{0}};
        break;
    case EVENT_ANSWERED:
        asked->status = e->code == ANSWER_ACCEPTED ? ASKED_ACCEPTED : ASKED_DECLINED;
        asked->answered_at = e->at;
        asked->answer_event = e->id;
        asked->by_phone = FLAG_ABSENT;
        if (e->code == ANSWER_DECLINED)
            asked->inquiry_event = (struct id){{0}};
        break;
    case EVENT_PHONE_ACCEPTED:
        asked->status = ASKED_ACCEPTED;
        asked->answered_at = e->at;
        asked->phone_event = e->id;
        asked->by_phone = FLAG_YES;
        asked->phone_checked = FLAG_ABSENT;
        break;
    case EVENT_ACCEPTANCE_CHECKED:
        asked->phone_checked = (int)e->count;
        if (e->count == FLAG_NO)
            asked->status = ASKED_CONTRADICTED;
        break;
    default: /* EVENT_ACCEPTANCE_WITHDRAWN */
        asked->status = ASKED_TAKEN_BACK;
        break;
    }
}

static void apply_destination(struct case_state *c, const struct event *e)
{
    c->destination = e->hospital;
    c->not_connected = id_absent(&e->hospital) ? FLAG_YES : FLAG_ABSENT;
    c->destination_at = e->at;
    c->arrived_at = 0;
    c->destination_event = e->id;
    c->destinations++;
}

static void apply_grant_new(struct case_state *c, const struct event *e)
{
    if (c->grants_count == CASE_GRANTS_MAX)
        return;
    const struct case_ground *ground = case_ground_for(c, RIGHT_DISCLOSE_TO, &e->hospital);
    c->grants[c->grants_count++] = (struct case_grant){
        .id = e->grant,
        .hospital = e->hospital,
        .view = e->view,
        .ground = ground == NULL ? (struct id){{0}} : ground->id,
        .person = e->person,
        .sections = e->sections,
        .issued_at = e->at,
        .until = e->until,
        .break_glass = e->type == EVENT_BREAK_GLASS ? FLAG_YES : FLAG_ABSENT,
        .opens_at = e->type == EVENT_BREAK_GLASS ? e->from : 0,
    };
}

static void apply_opened(struct case_state *c, const struct event *e)
{
    struct case_grant *grant = grant_of(c, &e->grant);
    struct case_view *view = view_of(c, &e->view);
    if (grant != NULL && grant->opened_at == 0)
        grant->opened_at = e->at;
    if (grant == NULL && view != NULL && view->opened_at == 0)
        view->opened_at = e->at;
    for (size_t i = 0; i < c->openers_count; i++) {
        struct case_opener *opener = &c->openers[i];
        if (id_equal(&opener->person, &e->person) && id_equal(&opener->view, &e->view) &&
            id_equal(&opener->grant, &e->grant)) {
            opener->sections |= e->sections;
            return;
        }
    }
    if (c->openers_count < CASE_OPENERS_MAX)
        c->openers[c->openers_count++] = (struct case_opener){.person = e->person,
                                                              .org = e->org,
                                                              .device = e->device,
                                                              .view = e->view,
                                                              .grant = e->grant,
                                                              .sections = e->sections,
                                                              .at = e->at};
}

static void apply_grant(struct case_state *c, const struct event *e)
{
    struct case_grant *grant = grant_of(c, &e->grant);
    if (grant == NULL)
        return;
    switch (e->type) {
    case EVENT_DELIVERED:
        if (grant->delivered_at == 0)
            grant->delivered_at = e->at;
        break;
    case EVENT_GRANT_REVOKED:
        grant->revoke = e->code;
        grant->revoked_at = e->at;
        break;
    case EVENT_GRANT_CHANGED:
        grant->until = e->until;
        if (e->count == FLAG_YES)
            grant->extended = FLAG_YES;
        break;
    default: /* EVENT_BREAK_GLASS_OBJECTED */
        grant->objected = FLAG_YES;
        break;
    }
}

static void apply_end(struct case_state *c, const struct event *e)
{
    switch (e->type) {
    case EVENT_HANDED_OVER:
        c->handed_at = e->at;
        c->handover_event = e->id;
        break;
    case EVENT_HANDOVER_CONFIRMED:
        c->confirmed_at = e->at;
        c->confirm_event = e->id;
        break;
    case EVENT_TAKEOVER_OFFERED:
        c->takeover_device = e->subject;
        break;
    case EVENT_TAKEN_OVER:
        c->device = e->subject;
        c->org = e->org;
        c->takeover_device = (struct id){{0}};
        break;
    default: /* EVENT_CASE_ENDED */
        c->end = e->code;
        c->ended_at = e->at;
        break;
    }
}

static void apply_record(struct case_state *c, const struct event *e)
{
    c->record_event = e->id;
    c->record_at = e->at;
}

static void apply_vitals(struct case_state *c, const struct event *e)
{
    keep_last(c->vitals, &c->vitals_count, CASE_VITALS_MAX, &e->id);
}

static void apply_eta(struct case_state *c, const struct event *e)
{
    c->eta_event = e->id;
    c->eta_at = e->until;
}

static void apply_arrived(struct case_state *c, const struct event *e)
{
    c->arrived_at = e->until;
}

static void apply_no_view(struct case_state *c, const struct event *e)
{
    c->no_view = e->code;
}

typedef void apply_fn(struct case_state *c, const struct event *e);

/* What is not here is told about the case and changes nothing in it. */
static apply_fn *const table[EVENT_TYPES] = {
    [EVENT_CASE_OPENED] = apply_open,
    [EVENT_RECORD_CHANGED] = apply_record,
    [EVENT_VITALS_TAKEN] = apply_vitals,
    [EVENT_ETA_TOLD] = apply_eta,
    [EVENT_ARRIVED] = apply_arrived,
    [EVENT_CARD_CHECK_ASKED] = apply_card,
    [EVENT_CARD_READ] = apply_card,
    [EVENT_CARD_REFUSED] = apply_card,
    [EVENT_GROUND_RECORDED] = apply_ground,
    [EVENT_CONSENT_WITHDRAWN] = apply_withdrawn,
    [EVENT_FETCH_ASKED] = apply_fetch_asked,
    [EVENT_VIEW_FETCHED] = apply_view,
    [EVENT_FETCH_FAILED] = apply_view,
    [EVENT_IDENTITY_CHECKED] = apply_view,
    [EVENT_VIEW_ENDED] = apply_view,
    [EVENT_NO_VIEW] = apply_no_view,
    [EVENT_INQUIRY_ASKED] = apply_asked,
    [EVENT_INQUIRY_ENDED] = apply_asked,
    [EVENT_ANSWERED] = apply_asked,
    [EVENT_PHONE_ACCEPTED] = apply_asked,
    [EVENT_ACCEPTANCE_CHECKED] = apply_asked,
    [EVENT_ACCEPTANCE_WITHDRAWN] = apply_asked,
    [EVENT_DESTINATION_SET] = apply_destination,
    [EVENT_GRANT_ISSUED] = apply_grant_new,
    [EVENT_BREAK_GLASS] = apply_grant_new,
    [EVENT_OPENED] = apply_opened,
    [EVENT_DELIVERED] = apply_grant,
    [EVENT_GRANT_REVOKED] = apply_grant,
    [EVENT_GRANT_CHANGED] = apply_grant,
    [EVENT_BREAK_GLASS_OBJECTED] = apply_grant,
    [EVENT_MIXUP] = case_apply_mixup,
    [EVENT_MIXUP_ACKED] = case_apply_mixup,
    [EVENT_HANDED_OVER] = apply_end,
    [EVENT_HANDOVER_CONFIRMED] = apply_end,
    [EVENT_TAKEOVER_OFFERED] = apply_end,
    [EVENT_TAKEN_OVER] = apply_end,
    [EVENT_CASE_ENDED] = apply_end,
};

void case_apply(struct case_state *c, const struct event *e, const struct json *payload)
{
    (void)payload; /* a case keeps ids and codes only */
    if (e->type < EVENT_TYPES && table[e->type] != NULL)
        table[e->type](c, e);
    case_said_apply(c, e);
}
