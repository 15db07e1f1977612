/* body_case.c — Job: the tables of the case: what the crew records, asks and decides (DOMAIN J). */
#include "proto/bodies.h"

#define S struct body_case_open
static const struct field case_open_rows[] = {
    ROW_ID(S, incident, FIELD_REQUIRED),
    ROW_TEXT(S, incident_number, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_INT(S, patient_no, FIELD_OPTIONAL, 1, PATIENTS_MAX),
    ROW_INT(S, patients, FIELD_OPTIONAL, 1, PATIENTS_MAX),
    ROW_ID(S, previous_case, FIELD_OPTIONAL),
    ROW_TEXT(S, spoken_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_FLAG(S, training, FIELD_OPTIONAL),
};
#undef S
const struct record record_case_open = RECORD("case_open", struct body_case_open, case_open_rows);

#define S struct told_item
static const struct field told_item_rows[] = {
    ROW_TIME(S, at, FIELD_OPTIONAL),
    ROW_CODE(S, said_by, FIELD_OPTIONAL, &codes_said_by),
    ROW_CODE(S, state, FIELD_REQUIRED, &codes_told),
    ROW_TEXT(S, text, FIELD_OPTIONAL, 1, TEXT_TOLD_MAX),
};
#undef S
static const struct record record_told_item = RECORD("told_item", struct told_item, told_item_rows);

#define S struct treatment_item
static const struct field treatment_item_rows[] = {
    ROW_TEXT(S, act, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_TEXT(S, by, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
static const struct record record_treatment_item =
    RECORD("treatment_item", struct treatment_item, treatment_item_rows);

#define S struct body_crew_record
static const struct field crew_record_rows[] = {
    ROW_TEXT(S, address, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, address_source, FIELD_OPTIONAL, &codes_field_source),
    ROW_TEXT(S, adl, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_INT(S, age, FIELD_OPTIONAL, 0, AGE_MAX),
    ROW_RECORD(S, allergies, FIELD_OPTIONAL, &record_told_item),
    ROW_RECORD(S, anticoagulant, FIELD_OPTIONAL, &record_told_item),
    ROW_DATE(S, birth_date, FIELD_OPTIONAL),
    ROW_CODE(S, birth_source, FIELD_OPTIONAL, &codes_field_source),
    ROW_TEXT(S, companion, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, complaint, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_RECORD(S, conditions, FIELD_OPTIONAL, &record_told_item),
    ROW_RECORD(S, dialysis, FIELD_OPTIONAL, &record_told_item),
    ROW_RECORD(S, dnar, FIELD_OPTIONAL, &record_told_item),
    ROW_TEXT(S, history, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_RECORD(S, infection, FIELD_OPTIONAL, &record_told_item),
    ROW_TEXT(S, kana, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, last_meal, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, mechanism, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_RECORD(S, medicines, FIELD_OPTIONAL, &record_told_item),
    ROW_TEXT(S, name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, name_source, FIELD_OPTIONAL, &codes_field_source),
    ROW_TEXT(S, notes, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_TIME(S, onset_at, FIELD_OPTIONAL),
    ROW_TEXT(S, phone, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_RECORD(S, pregnancy, FIELD_OPTIONAL, &record_told_item),
    ROW_TEXT(S, protocol_version, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_RECORD(S, psychiatric, FIELD_OPTIONAL, &record_told_item),
    ROW_CODE(S, sex, FIELD_OPTIONAL, &codes_sex),
    ROW_CODE(S, sex_source, FIELD_OPTIONAL, &codes_field_source),
    ROW_TEXT(S, suspected, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_LIST(S, treatments, FIELD_OPTIONAL, TREATMENTS_MAX, &record_treatment_item),
    ROW_CODE(S, urgency, FIELD_OPTIONAL, &codes_urgency),
};
#undef S
const struct record record_crew_record =
    RECORD("crew_record", struct body_crew_record, crew_record_rows);

#define S struct body_vitals
static const struct field vitals_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_INT(S, diastolic, FIELD_OPTIONAL, 0, PRESSURE_MAX),
    ROW_TEXT(S, ecg, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_INT(S, gcs_e, FIELD_OPTIONAL, 1, GCS_E_MAX),
    ROW_INT(S, gcs_m, FIELD_OPTIONAL, 1, GCS_M_MAX),
    ROW_INT(S, gcs_v, FIELD_OPTIONAL, 1, GCS_V_MAX),
    ROW_INT(S, jcs, FIELD_OPTIONAL, 0, JCS_MAX),
    ROW_FLAG(S, light_left, FIELD_OPTIONAL),
    ROW_FLAG(S, light_right, FIELD_OPTIONAL),
    ROW_INT(S, oxygen, FIELD_OPTIONAL, 0, OXYGEN_TENTHS_MAX),
    ROW_INT(S, pulse, FIELD_OPTIONAL, 0, PULSE_MAX),
    ROW_INT(S, pupil_left, FIELD_OPTIONAL, 0, PUPIL_MM_MAX),
    ROW_INT(S, pupil_right, FIELD_OPTIONAL, 0, PUPIL_MM_MAX),
    ROW_INT(S, respiration, FIELD_OPTIONAL, 0, RESPIRATION_MAX),
    ROW_INT(S, spo2, FIELD_OPTIONAL, 0, PERCENT_MAX),
    ROW_INT(S, systolic, FIELD_OPTIONAL, 0, PRESSURE_MAX),
    ROW_INT(S, temperature, FIELD_OPTIONAL, TEMPERATURE_TENTHS_MIN, TEMPERATURE_TENTHS_MAX),
};
#undef S
const struct record record_vitals = RECORD("vitals", struct body_vitals, vitals_rows);

#define S struct body_card_read
static const struct field card_read_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_BYTES(S, certificate, FIELD_OPTIONAL, CERT_BYTES_MAX),
    ROW_BYTES(S, challenge, FIELD_OPTIONAL, CHALLENGE_BYTES),
    ROW_CODE(S, identified_by, FIELD_OPTIONAL, &codes_identified_by),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_card_kind),
    ROW_CODE(S, proof, FIELD_REQUIRED, &codes_card_proof),
    ROW_BYTES(S, signature, FIELD_OPTIONAL, SIGNATURE_BYTES_MAX),
};
#undef S
const struct record record_card_read = RECORD("card_read", struct body_card_read, card_read_rows);

#define S struct body_ground
static const struct field ground_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_CODE(S, basis, FIELD_REQUIRED, &codes_basis),
    ROW_CODES(S, hidden, FIELD_OPTIONAL, &codes_section),
    ROW_ID(S, hospital, FIELD_OPTIONAL),
    ROW_TEXT(S, language, FIELD_OPTIONAL, 2, LANGUAGE_CHARS_MAX),
    ROW_CODE(S, need, FIELD_OPTIONAL, &codes_need),
    ROW_CODE(S, obstacle, FIELD_OPTIONAL, &codes_obstacle),
    ROW_CODE(S, right, FIELD_REQUIRED, &codes_ground_right),
    ROW_CODE(S, said_by, FIELD_REQUIRED, &codes_said_by),
    ROW_TEXT(S, sentence, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_ground = RECORD("ground", struct body_ground, ground_rows);

#define S struct body_view_ask
static const struct field view_ask_rows[] = {
    ROW_TEXT(S, from, FIELD_OPTIONAL, MONTH_CHARS, MONTH_CHARS),
    ROW_CODE(S, kind, FIELD_REQUIRED, &codes_view_kind),
    ROW_TEXT(S, reason, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
    ROW_TEXT(S, to, FIELD_OPTIONAL, MONTH_CHARS, MONTH_CHARS),
};
#undef S
const struct record record_view_ask = RECORD("view_ask", struct body_view_ask, view_ask_rows);

#define S struct body_identity_check
static const struct field identity_check_rows[] = {
    ROW_CODE(S, result, FIELD_REQUIRED, &codes_match),
    ROW_ID(S, view, FIELD_REQUIRED),
};
#undef S
const struct record record_identity_check =
    RECORD("identity_check", struct body_identity_check, identity_check_rows);

#define S struct body_no_view
static const struct field no_view_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_CODE(S, reason, FIELD_REQUIRED, &codes_no_view),
};
#undef S
const struct record record_no_view = RECORD("no_view", struct body_no_view, no_view_rows);

#define S struct body_inquiry
static const struct field inquiry_rows[] = {
    ROW_INT(S, age, FIELD_OPTIONAL, 0, AGE_MAX),
    ROW_CODE(S, anticoagulant, FIELD_OPTIONAL, &codes_told),
    ROW_TEXT(S, complaint, FIELD_REQUIRED, 1, TEXT_LONG_MAX),
    ROW_CODE(S, dialysis, FIELD_OPTIONAL, &codes_told),
    ROW_CODE(S, dnar, FIELD_OPTIONAL, &codes_told),
    ROW_TIME(S, eta_at, FIELD_OPTIONAL),
    ROW_IDS(S, hospitals, FIELD_REQUIRED, CASE_HOSPITALS_MAX),
    ROW_CODE(S, infection, FIELD_OPTIONAL, &codes_told),
    ROW_ID(S, inquiry, FIELD_REQUIRED),
    ROW_TEXT(S, mechanism, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_TEXT(S, note, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_TIME(S, onset_at, FIELD_OPTIONAL),
    ROW_TEXT(S, place, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, pregnancy, FIELD_OPTIONAL, &codes_told),
    ROW_CODE(S, psychiatric, FIELD_OPTIONAL, &codes_told),
    ROW_CODE(S, sex, FIELD_OPTIONAL, &codes_sex),
    ROW_TEXT(S, spoken_name, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_CODE(S, urgency, FIELD_OPTIONAL, &codes_urgency),
    ROW_RECORD(S, vitals, FIELD_OPTIONAL, &record_vitals),
};
#undef S
const struct record record_inquiry = RECORD("inquiry", struct body_inquiry, inquiry_rows);

#define S struct body_hospital_ref
static const struct field hospital_ref_rows[] = {
    ROW_ID(S, hospital, FIELD_REQUIRED),
};
#undef S
const struct record record_hospital_ref =
    RECORD("hospital_ref", struct body_hospital_ref, hospital_ref_rows);

#define S struct body_phone_acceptance
static const struct field phone_acceptance_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_ID(S, hospital, FIELD_REQUIRED),
    ROW_TEXT(S, name, FIELD_REQUIRED, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, role, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_phone_acceptance =
    RECORD("phone_acceptance", struct body_phone_acceptance, phone_acceptance_rows);

#define S struct body_destination
static const struct field destination_rows[] = {
    ROW_TIME(S, eta_at, FIELD_OPTIONAL),
    ROW_RECORD(S, ground, FIELD_OPTIONAL, &record_ground),
    ROW_ID(S, hospital, FIELD_OPTIONAL),
    ROW_TEXT(S, not_connected, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
    ROW_TEXT(S, reason, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODES(S, sections, FIELD_OPTIONAL, &codes_section),
};
#undef S
const struct record record_destination =
    RECORD("destination", struct body_destination, destination_rows);

#define S struct body_eta
static const struct field eta_rows[] = {
    ROW_TIME(S, eta_at, FIELD_REQUIRED),
    ROW_TEXT(S, place, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_eta = RECORD("eta", struct body_eta, eta_rows);

#define S struct body_handover
static const struct field handover_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_TEXT(S, physician, FIELD_OPTIONAL, 1, TEXT_SHORT_MAX),
};
#undef S
const struct record record_handover = RECORD("handover", struct body_handover, handover_rows);

#define S struct body_case_end
static const struct field case_end_rows[] = {
    ROW_TIME(S, at, FIELD_REQUIRED),
    ROW_TEXT(S, note, FIELD_OPTIONAL, 1, TEXT_LONG_MAX),
    ROW_CODE(S, reason, FIELD_REQUIRED, &codes_case_end),
};
#undef S
const struct record record_case_end = RECORD("case_end", struct body_case_end, case_end_rows);

#define S struct body_takeover_offer
static const struct field takeover_offer_rows[] = {
    ROW_ID(S, device, FIELD_REQUIRED),
};
#undef S
const struct record record_takeover_offer =
    RECORD("takeover_offer", struct body_takeover_offer, takeover_offer_rows);

#define S struct body_reason_text
static const struct field reason_text_rows[] = {
    ROW_TEXT(S, reason, FIELD_REQUIRED, 1, TEXT_LONG_MAX),
};
#undef S
const struct record record_reason_text =
    RECORD("reason_text", struct body_reason_text, reason_text_rows);
