/* judge_list.h — Job: one judgement per message kind, and the acts that several of them share. */
#ifndef GATEWAY_CORE_JUDGE_LIST_H
#define GATEWAY_CORE_JUDGE_LIST_H

#include "gateway/core/judge.h"

judge_fn judge_sign_in, judge_sign_out, judge_password_change, judge_case_open, judge_crew_record,
    judge_vitals, judge_card_read, judge_ground, judge_view_ask, judge_identity_check,
    judge_no_view, judge_inquiry, judge_inquiry_cancel, judge_phone_acceptance, judge_destination,
    judge_consent_withdraw, judge_eta, judge_arrived, judge_handover, judge_case_end,
    judge_takeover_offer, judge_takeover_accept, judge_takeover_claim, judge_tablets_query,
    judge_open, judge_close_view, judge_mixup, judge_mixup_ack, judge_talk, judge_answer,
    judge_acceptance_withdraw, judge_acceptance_check, judge_delivered, judge_record_read,
    judge_extend, judge_break_glass, judge_break_glass_object, judge_access_query, judge_case_story,
    judge_list_query, judge_log_query, judge_dispatches_set, judge_coverage_query,
    judge_written_query, judge_alerts, judge_person_act, judge_device_revoke, judge_org_stop,
    judge_alert_ack, judge_review, judge_ground_review, judge_taken_out;

/* One act of the running judgement, handed to the helpers below. */
struct act {
    const struct actor *who;   /* NULL: the gateway itself */
    const struct message *msg; /* NULL: no message asked for it */
    const struct case_state *c;
    const struct world *world;
    const struct turn *turn;
    struct judgement *out;
};

struct act act_of(const struct actor *who, const struct message *msg, const struct world *world,
                  const struct turn *turn, struct judgement *out);
/* A new event of the act's case. */
struct event *act_add(const struct act *act, enum event_type type, unsigned audience);
/* Revokes every live grant (of HOSPITAL, or all when NULL); crew and hospital hear of it. */
void act_revoke(const struct act *act, const struct id *hospital, enum revoke_reason why);
/* Ends every view that is asked for or held. */
void act_end_views(const struct act *act, enum revoke_reason why);
/* Ends every request that still has content at a hospital, except KEEP's (may be NULL). */
void act_end_inquiries(const struct act *act, const struct id *keep, enum asked_status how);
/* Records a ground that has passed ground_check. */
struct event *act_ground(const struct act *act, const struct body_ground *ground);
/* ERR_MISSING_FIELD, ERR_BAD_FIELD, ERR_REFUSED_BY_PATIENT, ERR_FULL: it cannot stand. */
enum err ground_check(const struct case_state *c, const struct body_ground *ground);
/* Raises an alert at the actor's organisation, and at those whose case or view it touches: their
 * administrators hear of it. CAUSE (may be NULL): the event that raised it. */
void act_alert(const struct act *act, int code, const struct event *cause);
/* The same card is in use in the case OTHER: its headquarters is to know, too. */
void act_alert_same_card(const struct act *act, const struct id *other);
/* When a grant of VIEW may last until, now: at most grant_after_fetch_ms behind the fetch. */
int64_t grant_until(const struct act *act, const struct case_view *view);

/* ERR_NOT_ALLOWED unless an administrator or auditor asks, at a workstation. */
enum err question_may_be_asked(const struct actor *who);
/* A question becomes an event, and only then is it answered: the answer cannot come before the
 * entry. Either by the engine from its memory, or, `to_log`, by an errand that reads the log. */
struct event *question_asked(const struct act *act, enum question question, int export);
struct event *question_to_log(const struct act *act, enum question question, int export);

/* Outcomes of errands. */
enum err outcome_factors(const struct outcome *o, const struct world *world,
                         const struct turn *turn, struct judgement *out);
enum err outcome_password(const struct outcome *o, const struct world *world,
                          const struct turn *turn, struct judgement *out);
enum err outcome_card(const struct outcome *o, const struct world *world, const struct turn *turn,
                      struct judgement *out);
enum err outcome_fetch(const struct outcome *o, const struct world *world, const struct turn *turn,
                       struct judgement *out);
#endif
