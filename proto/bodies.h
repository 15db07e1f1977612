/* bodies.h — Job: the C structs of all message bodies; their tables are in body_*.c.
 * Slices are lent by the message. Bounds, and which members are required, stand in the tables.
 * Member name = wire name. Where a list comes from DOMAIN (the field's facts), its id is named. */
#ifndef PROTO_BODIES_H
#define PROTO_BODIES_H

#include "proto/limits.h"
#include "proto/record.h"
#include "proto/shown.h"

extern const struct record record_empty, record_hello, record_ack, record_proof_ask, record_sign_in,
    record_session_resume, record_password_change, record_case_open, record_crew_record,
    record_vitals, record_card_read, record_ground, record_view_ask, record_identity_check,
    record_no_view, record_inquiry, record_hospital_ref, record_phone_acceptance,
    record_destination, record_eta, record_handover, record_case_end, record_spooled,
    record_takeover_offer, record_reason_text, record_open, record_view_ref, record_taken_out,
    record_grant_ref, record_mixup, record_talk, record_board, record_answer,
    record_acceptance_check, record_extend, record_welcome, record_receipt, record_refusal,
    record_session, record_alive, record_checkpoint, record_proof, record_snapshot,
    record_view_header, record_view_piece, record_section_keys, record_record, record_hospitals,
    record_notice;

struct body_empty {
    char nothing;
};

/* ---- line, session, log ---- */
struct body_hello {
    struct slice client;     /* "sakiyomi-ambulance 0.1" */
    int64_t n;               /* newest numbered frame kept; 0: none, answer with a snapshot */
    int64_t checkpoint_size; /* tree size of the newest checkpoint verified; 0: none */
};
struct body_ack {
    int64_t n;
};
struct body_proof_ask {
    int64_t entry; /* the journal's seq */
};
struct body_sign_in {
    struct slice login;
    struct slice password; /* secret */
    struct slice code;     /* secret; six digits */
};
struct body_session_resume {
    struct slice token; /* secret; base64 of 32 bytes */
};
struct body_password_change {
    struct slice password;     /* secret */
    struct slice new_password; /* secret */
};

/* ---- the case (DOMAIN J) ---- */
struct body_case_open {
    struct id incident;
    struct slice incident_number; /* 出動番号 */
    int64_t patient_no, patients; /* 「2人中1人目」 */
    struct slice spoken_name;     /* short name for the phone: しおみ2・372 */
    struct id previous_case;
    int training;
};
struct told_item {
    int state; /* enum told: 未聴取, 不明, なし, あり */
    struct slice text;
    int said_by;
    int64_t at;
};
struct treatment_item {
    int64_t at;
    struct slice act, by;
};
struct body_crew_record {
    struct slice name, kana, birth_date, address, phone;
    int name_source, birth_source, sex_source, address_source; /* enum field_source */
    int64_t age;
    int sex;
    struct slice complaint, history, mechanism, last_meal, adl, companion, notes;
    int64_t onset_at;
    int urgency;
    struct slice suspected, protocol_version;
    struct told_item allergies, medicines, conditions, dialysis, pregnancy, psychiatric, dnar,
        infection, anticoagulant;
    int allergies_present, medicines_present, conditions_present, dialysis_present,
        pregnancy_present, psychiatric_present, dnar_present, infection_present,
        anticoagulant_present;
    struct treatment_item treatments[32];
    size_t treatments_count;
};
/* F24. temperature in tenths of a degree, oxygen in tenths of a litre per minute. */
struct body_vitals {
    int64_t at;
    int64_t jcs, gcs_e, gcs_v, gcs_m, respiration, spo2, oxygen, pulse, systolic, diastolic,
        temperature, pupil_left, pupil_right;
    int light_left, light_right;
    struct slice ecg;
};
struct body_card_read {
    int64_t at;
    int kind, proof, identified_by;
    struct slice certificate; /* base64 DER, CERT_BYTES_MAX decoded */
    struct slice challenge;   /* base64 32 bytes, with pin_signature */
    struct slice signature;   /* base64 */
};
struct body_ground {
    int64_t at;
    int right, basis, need, obstacle, said_by;
    struct id hospital;    /* disclose_to only */
    struct slice sentence; /* version of the sentence read aloud, "2026-04" */
    struct slice language; /* BCP 47 */
    uint64_t hidden;       /* sections the patient does not want shown */
};
struct body_view_ask {
    int kind;
    uint64_t sections;
    struct slice from, to; /* months YYYY-MM for longer look-backs */
    struct slice reason;
};
struct body_identity_check {
    struct id view;
    int result;
};
struct body_no_view {
    int reason;
    int64_t at;
};
struct body_inquiry {
    struct id inquiry;
    struct id hospitals[CASE_HOSPITALS_MAX];
    size_t hospitals_count;
    int64_t age;
    int sex, urgency;
    struct slice complaint, mechanism, place;
    int64_t onset_at, eta_at;
    struct body_vitals vitals;
    int vitals_present;
    int dialysis, pregnancy, psychiatric, dnar, infection, anticoagulant; /* enum told */
    struct slice note;
    struct slice spoken_name; /* as in case_open: before there is any other name for the phone */
};
struct body_hospital_ref {
    struct id hospital;
};
struct body_phone_acceptance {
    struct id hospital;
    struct slice name, role;
    int64_t at;
};
struct body_destination {
    struct id hospital;         /* absent: not connected */
    struct slice not_connected; /* name of a hospital that is not on the gateway */
    struct slice reason;        /* 選定理由 */
    struct body_ground ground;  /* of disclosing the view to it; needed for a grant */
    int ground_present;
    uint64_t sections; /* 0: every section the crew may see */
    int64_t eta_at;
};
struct body_eta {
    int64_t eta_at;
    struct slice place; /* ward level */
};
struct body_handover {
    int64_t at;
    struct slice physician;
};
struct body_case_end {
    int reason;
    int64_t at;
    struct slice note;
};
/* One of the tablet's own messages, as it was when it was kept: the whole frame, sealed. */
struct body_spooled {
    struct slice bytes; /* base64; sealed box to welcome.spool_key */
};
struct body_takeover_offer {
    struct id device;
};
struct body_reason_text {
    struct slice reason;
};

/* ---- views ---- */
struct body_open {
    struct id view;
    struct id grant; /* absent: the crew's own right */
    uint64_t sections;
    struct slice screen;
    int64_t shown_at; /* not asked for: a named touch showed it again then, with no line */
};
struct body_view_ref {
    struct id view, grant;
};
/* Opened sections leave the page: copied to the chart, saved, printed. */
struct body_taken_out {
    struct id view, grant;
    uint64_t sections;
    int how; /* enum taken_how */
};
struct body_grant_ref {
    struct id grant;
};
struct body_mixup {
    int kind;
    struct slice reason;
};
struct body_talk {
    struct slice text;
};
struct view_section_row {
    int section;
    int64_t bytes; /* of the sealed section */
    int64_t pieces;
    struct hash hash; /* SHA-256 of the sealed section */
};
struct body_view_header {
    struct id view, grant;
    int source; /* enum view_kind */
    int64_t fetched_at, until;
    int refetched, simulator;
    uint64_t openable;
    uint64_t hidden; /* what the patient does not want shown: "not consented" */
    struct view_section_row sections[VIEW_SECTIONS];
    size_t sections_count;
};
struct body_view_piece {
    struct id view, grant;
    int section;
    int64_t piece;      /* 0 … pieces-1 */
    int64_t pieces;     /* of this section */
    struct slice bytes; /* base64 */
};
struct section_key_row {
    int section;
    struct slice key; /* base64 of 32 bytes */
};
struct body_section_keys {
    struct id view, grant;
    struct section_key_row keys[VIEW_SECTIONS];
    size_t keys_count;
};

/* ---- hospital ---- */
struct body_board {
    int people; /* somebody is at the screen */
    int accepting;
    struct slice specialties; /* free text, own words of the hospital */
};
struct body_answer {
    struct id inquiry;
    int result, reason;
    struct slice name, note;
};
struct body_acceptance_check {
    int confirmed;
    struct slice name;
};
struct body_extend {
    struct id grant;
    struct slice reason;
};

/* ---- gateway -> client ---- */
struct body_welcome {
    struct id device, org;
    struct slice org_name, gateway, log_key, spool_key; /* log_key: C2SP vkey; spool_key: base64 */
    int profile;
    int64_t lease_ms, now, n;
};
struct body_receipt {
    int64_t entry;
    int64_t recorded_at;
};
struct body_refusal {
    struct slice code, ja, en, path;
    int final;
};
struct body_session {
    struct id session, person;
    struct slice token; /* base64; only in the answer to sign_in */
    struct slice name;
    uint64_t roles;
    int must_change_password;
    int64_t until;
};
struct body_alive {
    int64_t now;
};
struct body_checkpoint {
    struct slice note; /* the signed note, whole */
    int64_t old_size;
    struct slice proof; /* base64 hashes, one a line, as in C2SP add-checkpoint */
};
struct body_proof {
    int64_t entry;
    struct slice leaf; /* base64 of the entry's bytes */
    struct slice text; /* tlog-proof@v1 */
};
struct body_snapshot {
    int64_t n, count;
};
struct body_record {
    struct slice record; /* raw JSON of crew_record; absent: none yet */
    /* What the hospital's view rests on; absent: not done. */
    int basis, match, card_proof, identified_by;
    int64_t ground_at, card_at;
    struct shown_text vitals[SHOWN_VITALS_MAX]; /* newest last */
    size_t vitals_count;
};
struct hospital_row {
    struct id org;
    struct slice name, phone, specialties;
    int online, people, accepting;
    int64_t seen_at;
};
/* A page of the list; pages come in order, and the last one makes the list whole. */
struct body_hospitals {
    int64_t page, pages; /* page: 1…pages */
    struct hospital_row hospitals[HOSPITALS_PER_FRAME];
    size_t hospitals_count;
};
/* What happened. `event` is the event's name in the log; the other members as far as it has them
 * and this recipient may know them. */
struct body_notice {
    struct slice event;
    int64_t at, until, opens_at; /* opens_at: break-glass, not before */
    struct id hospital, view, grant, person, device, message, inquiry;
    struct slice hospital_name, person_name;
    int alert, answer, asked, confirmed, decline, error, no_view, revoke, end, mixup, match,
        training, how;
    int own; /* enum flag yes: `person` is of one's own organisation */
    uint64_t sections;
    struct slice content; /* raw JSON: the message that caused it, if this recipient may see it */
    struct slice opened;  /* to the new destination: the case_open message, raw JSON */
};
#endif
