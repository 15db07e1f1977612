/* codes.h — Job: every closed list of values, once: C name = wire name = log name, 日本語 and English.
 * The consent and ground codes are the same at both ends (F-12). 0 always means "absent". */
#ifndef PROTO_CODES_H
#define PROTO_CODES_H

#include "proto/slice.h"

struct code {
    int value;
    const char *name; /* on the wire and in the log */
    const char *ja;
    const char *en;
};

struct codes {
    const char *name; /* the list's name in the AsyncAPI document */
    const struct code *rows;
    size_t count;
};

/* The value with this wire name, or 0. */
int codes_value(const struct codes *list, struct slice name);
/* Wire name or texts of VALUE; "" when the list has no such value. */
const char *codes_name(const struct codes *list, int value);
const char *codes_ja(const struct codes *list, int value);
const char *codes_en(const struct codes *list, int value);

/* Sections of a view (DOMAIN I-3). A set of them is a bit set: SECTION_BIT. */
enum section {
    SECTION_PERSON = 1, /* name, birth date, sex, insurance: the identity check reads it */
    SECTION_VISITS,
    SECTION_MEDICATIONS,
    SECTION_SURGERY,
    SECTION_TREATMENT,
    SECTION_DIALYSIS,
    SECTION_CHECKUPS,
    SECTION_ALLERGIES,
    SECTION_INFECTIONS,
    SECTION_CONDITIONS,
    SECTION_LABS,
    SECTION_DOCUMENT /* what came as a PDF only */
};
#define SECTION_BIT(s) (1ull << (unsigned)(s))
#define SECTIONS_SUMMARY                                                                           \
    (SECTION_BIT(SECTION_PERSON) | SECTION_BIT(SECTION_VISITS) |                                   \
     SECTION_BIT(SECTION_MEDICATIONS) | SECTION_BIT(SECTION_SURGERY) |                             \
     SECTION_BIT(SECTION_TREATMENT) | SECTION_BIT(SECTION_DIALYSIS) |                              \
     SECTION_BIT(SECTION_CHECKUPS) |                                                               \
     SECTION_BIT(SECTION_ALLERGIES) /* so that "not provided" arrives, too */ |                    \
     SECTION_BIT(SECTION_DOCUMENT))

/* The six states of a section: unknown is never none. */
enum section_state {
    STATE_PRESENT = 1,
    STATE_EMPTY, /* asked, nothing there */
    STATE_NOT_ASKED,
    STATE_NOT_CONSENTED,
    STATE_FAILED,
    STATE_NOT_PROVIDED /* this source has no such section */
};

enum ground_right { RIGHT_CREW_VIEW = 1, RIGHT_DISCLOSE_TO };
enum basis { BASIS_PATIENT_ORAL = 1, BASIS_LIFE_BODY_NO_CONSENT, BASIS_REFUSED };
enum need {
    NEED_CARDIAC_ARREST = 1,
    NEED_UNCONSCIOUS,
    NEED_SHOCK,
    NEED_BREATHING,
    NEED_STROKE,
    NEED_TRAUMA,
    NEED_POISONING,
    NEED_OTHER_LIFE
};
enum obstacle {
    OBSTACLE_UNCONSCIOUS = 1,
    OBSTACLE_CONFUSED,
    OBSTACLE_CANNOT_SPEAK,
    OBSTACLE_LANGUAGE,
    OBSTACLE_CHILD_ALONE
};
enum said_by { SAID_PATIENT = 1, SAID_FAMILY, SAID_NOBODY };
enum match { MATCH_MATCHED = 1, MATCH_NOT_MATCHED, MATCH_NOT_POSSIBLE };
enum card_proof { PROOF_OFFICIAL_TERMINAL = 1, PROOF_PIN_SIGNATURE, PROOF_CERTIFICATE_ONLY };
enum card_kind { CARD_JPKI = 1, CARD_JUKI_OLD, CARD_ANDROID, CARD_IPHONE, CARD_OTHER };
enum no_view {
    NO_VIEW_NO_CARD = 1,
    NO_VIEW_NOT_REGISTERED,
    NO_VIEW_REFUSED,
    NO_VIEW_ID_MISMATCH,
    NO_VIEW_URGENT,
    NO_VIEW_LINK_DOWN,
    NO_VIEW_SYSTEM_ERROR
};
enum answer { ANSWER_ACCEPTED = 1, ANSWER_DECLINED };
/* DOMAIN F11 */
enum decline {
    DECLINE_IN_SURGERY = 1,
    DECLINE_WITH_PATIENT,
    DECLINE_NO_BED,
    DECLINE_TREATMENT,
    DECLINE_SPECIALTY,
    DECLINE_NO_DOCTOR,
    DECLINE_FIRST_VISIT,
    DECLINE_NO_REASON,
    DECLINE_OTHER
};
enum urgency { URGENCY_RED = 1, URGENCY_YELLOW, URGENCY_GREEN, URGENCY_WHITE };
enum case_end {
    END_HANDED_OVER = 1,
    END_NOT_TRANSPORTED,
    END_DEATH,
    END_TAKEN_OVER,
    END_OPENED_BY_MISTAKE,
    END_TRAINING
};
enum mixup { MIXUP_WRONG_PATIENT = 1, MIXUP_WRONG_HOSPITAL };
/* What was said in a case and is told again after a restart: names of message types. */
enum spoken {
    SPOKEN_TALK = 1,
    SPOKEN_ANSWER,
    SPOKEN_PHONE_ACCEPTANCE,
    SPOKEN_ACCEPTANCE_CHECK,
    SPOKEN_ACCEPTANCE_WITHDRAW,
    SPOKEN_BREAK_GLASS,
    SPOKEN_MIXUP,
    SPOKEN_HANDOVER,
    SPOKEN_HANDOVER_CONFIRM
};
enum taken_how { TAKEN_COPY = 1, TAKEN_EXPORT, TAKEN_PRINT };
enum revoke_reason {
    REVOKE_DESTINATION_CHANGED = 1,
    REVOKE_CONSENT_WITHDRAWN,
    REVOKE_EXPIRED,
    REVOKE_MIXUP,
    REVOKE_CLOSED_BY_VIEWER,
    REVOKE_KILL_SWITCH,
    REVOKE_ACCEPTANCE_WITHDRAWN,
    REVOKE_CONTRADICTED,
    REVOKE_CASE_ENDED,
    REVOKE_VIEW_LOST
};
enum sex { SEX_MALE = 1, SEX_FEMALE, SEX_OTHER, SEX_UNKNOWN };
enum told { TOLD_NOT_ASKED = 1, TOLD_UNKNOWN, TOLD_NONE, TOLD_PRESENT };
enum field_source { SOURCE_VIEW = 1, SOURCE_TOLD, SOURCE_DOCUMENT, SOURCE_SEEN };
enum org_kind { ORG_HEADQUARTERS = 1, ORG_HOSPITAL, ORG_OPERATOR };
/* What a person asks of the gateway (the code of log_viewed and log_exported). */
enum question {
    QUESTION_ACCESS = 1,
    QUESTION_CASE,
    QUESTION_PEOPLE,
    QUESTION_DEVICES,
    QUESTION_CONNECTIONS,
    QUESTION_LOG,
    QUESTION_COVERAGE,
    QUESTION_TABLETS,
    QUESTION_WRITTEN
};
/* What an administrator looks for in the access log: several kinds of events under one word. */
enum access_group {
    GROUP_ACCESS = 1,
    GROUP_ENDED,
    GROUP_REFUSED,
    GROUP_GLASS,
    GROUP_ALERTS,
    GROUP_MIXUP,
    GROUP_PEOPLE,
    GROUP_LOOKED
};
/* Of an account; the first of these that is true, from the end of the list. */
enum account_state {
    ACCOUNT_ACTIVE = 1,
    ACCOUNT_FIRST_PASSWORD, /* the first password is still to be changed */
    ACCOUNT_LOCKED,
    ACCOUNT_EXPIRED,
    ACCOUNT_DISABLED
};
/* The checkpoint file outside the store, beside the newest signed checkpoint. */
enum outside_state {
    OUTSIDE_SAME = 1,
    OUTSIDE_BEHIND,
    OUTSIDE_AHEAD,
    OUTSIDE_MISSING,
    OUTSIDE_BAD
};
/* How much of the work the gateway reached; each is a part of the one before it. */
enum coverage_count {
    COVERAGE_DISPATCHES = 1, /* told by the headquarters, not counted here */
    COVERAGE_ATTEMPTS,       /* a card was read, a view asked for, or said why not */
    COVERAGE_WITH_CARD,
    COVERAGE_VIEWED,  /* fetched and matched to the face */
    COVERAGE_GRANTED, /* made viewable to a hospital */
    COVERAGE_DELIVERED,
    COVERAGE_OPENED,
    COVERAGE_OPENED_BEFORE /* before the ambulance was there */
};
enum coverage_time { TIME_GAINED = 1, TIME_READ_DELIVERED, TIME_READ_OPENED };
/* Why a number is not told: fewer than COVERAGE_FEW, or it would tell one that is. */
enum coverage_hidden { HIDDEN_FEW = 1, HIDDEN_DERIVED };
enum dispatch_source { DISPATCH_ENTERED = 1, DISPATCH_IMPORTED };
enum device_kind { DEVICE_AMBULANCE = 1, DEVICE_HOSPITAL, DEVICE_ADMIN };
enum role {
    ROLE_PARAMEDIC = 1,
    ROLE_DISPATCHER,
    ROLE_ER_BOARD,
    ROLE_ER_VIEWER,
    ROLE_ORG_ADMIN,
    ROLE_AUDITOR,
    ROLE_OPERATOR
};
enum view_kind { VIEW_EMERGENCY_SUMMARY = 1, VIEW_NORMAL, VIEW_ELIGIBILITY_ONLY };
enum identified_by {
    IDENTIFIED_CARD_VISUAL = 1,
    IDENTIFIED_CARD_FACE,
    IDENTIFIED_CARD_PIN,
    IDENTIFIED_PHONE,
    IDENTIFIED_FOUR_ITEMS
};
enum profile { PROFILE_TRAINING = 1, PROFILE_TRIAL, PROFILE_PRODUCTION };
enum asked_status {
    ASKED_NONE,
    ASKED_WAITING,
    ASKED_ACCEPTED,
    ASKED_DECLINED,
    ASKED_CANCELLED,
    ASKED_ELSEWHERE,
    ASKED_TAKEN_BACK,
    ASKED_CONTRADICTED,
    ASKED_ENDED
};
/* What somebody has to look at: raised as an event, shown until a named person acknowledges it. */
enum alert {
    ALERT_MIXUP = 1,
    ALERT_BREAK_GLASS,
    ALERT_ACCEPTANCE_CONTRADICTED,
    ALERT_CLONED_SESSION,
    ALERT_SAME_CARD_TWICE,
    ALERT_REVOKED_DEVICE,
    ALERT_LOG_INCONSISTENT,
    ALERT_CRL_STALE,
    ALERT_VIEW_LOST,
    ALERT_REFUSAL_OVERRIDDEN,
    ALERT_TAKEOVER_CLAIMED
};
/* What somebody else found about an emergency opening. */
enum review { REVIEW_JUSTIFIED = 1, REVIEW_UNJUSTIFIED, REVIEW_REFERRED };
enum password_set { PASSWORD_SET_FIRST = 1, PASSWORD_SET_CHANGED, PASSWORD_SET_RESET };
enum flag { FLAG_ABSENT = 0, FLAG_NO, FLAG_YES }; /* JSON false / true */

extern const struct codes codes_section, codes_section_state, codes_ground_right, codes_basis,
    codes_need, codes_obstacle, codes_said_by, codes_match, codes_card_proof, codes_card_kind,
    codes_no_view, codes_answer, codes_decline, codes_urgency, codes_case_end, codes_mixup,
    codes_spoken, codes_revoke_reason, codes_sex, codes_told, codes_field_source, codes_org_kind,
    codes_device_kind, codes_role, codes_view_kind, codes_identified_by, codes_profile,
    codes_asked_status, codes_alert, codes_review, codes_password_set, codes_question,
    codes_access_group, codes_account_state, codes_outside_state, codes_coverage_count,
    codes_coverage_time, codes_coverage_hidden, codes_dispatch_source, codes_taken_how,
    codes_err; /* every enum err but ERR_OK, by its wire name */
#endif
