/* message_list.h — Job: the rows of the message table (included with AS_KIND defined).
 * AS_KIND(kind, wire name, who may send, needs, record of the body, one sentence) */

/* Line, session, log */
AS_KIND(MSG_HELLO, "hello", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN, NOT_JOURNALLED,
        &record_hello, "First frame of a connection: what the client already holds.")
AS_KIND(MSG_ACK, "ack", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN, NOT_JOURNALLED, &record_ack,
        "Everything up to n is kept by the client.")
AS_KIND(MSG_SNAPSHOT_ASK, "snapshot_ask", FROM_AMBULANCE | FROM_HOSPITAL, NOT_JOURNALLED,
        &record_empty, "Asks for the state of all open cases of this device.")
AS_KIND(MSG_PROOF_ASK, "proof_ask", FROM_AMBULANCE | FROM_HOSPITAL, NOT_JOURNALLED,
        &record_proof_ask, "Asks for the offline receipt (tlog-proof) of one entry.")
AS_KIND(MSG_SIGN_IN, "sign_in", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN, 0, &record_sign_in,
        "A person signs in with password and one-time code.")
AS_KIND(MSG_SESSION_RESUME, "session_resume", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN,
        NOT_JOURNALLED, &record_session_resume, "Reopens a live session on a new connection.")
AS_KIND(MSG_SIGN_OUT, "sign_out", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN, NEEDS_SESSION,
        &record_empty, "The person ends the session.")
AS_KIND(MSG_PASSWORD_CHANGE, "password_change", FROM_AMBULANCE | FROM_HOSPITAL | FROM_ADMIN,
        NEEDS_SESSION, &record_password_change, "The person changes the password.")

/* Ambulance: the case */
AS_KIND(MSG_CASE_OPEN, "case_open", FROM_AMBULANCE, OPENS_CASE | MAY_BE_LATE, &record_case_open,
        "Opens a case (one patient of an incident); ids are the client's.")
AS_KIND(MSG_CREW_RECORD, "crew_record", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_crew_record, "The crew's record of the patient, whole, newest wins.")
AS_KIND(MSG_VITALS, "vitals", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_vitals, "One timed set of vital signs.")
AS_KIND(MSG_CARD_READ, "card_read", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION, &record_card_read,
        "The card's user-authentication certificate was read.")
AS_KIND(MSG_GROUND, "ground", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION, &record_ground,
        "Records a ground: one act, one recipient.")
AS_KIND(MSG_VIEW_ASK, "view_ask", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION, &record_view_ask,
        "Asks for the view from the eligibility system.")
AS_KIND(MSG_IDENTITY_CHECK, "identity_check", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_identity_check, "Face and card photo compared by the crew.")
AS_KIND(MSG_NO_VIEW, "no_view", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_no_view, "The case goes on without a view, for this reason.")
AS_KIND(MSG_INQUIRY, "inquiry", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION, &record_inquiry,
        "Asks hospitals to take the patient; names nobody.")
AS_KIND(MSG_INQUIRY_CANCEL, "inquiry_cancel", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_hospital_ref, "Takes a request back.")
AS_KIND(MSG_PHONE_ACCEPTANCE, "phone_acceptance", FROM_AMBULANCE,
        NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE, &record_phone_acceptance,
        "The hospital accepted by phone.")
AS_KIND(MSG_DESTINATION, "destination", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_destination, "Fixes or changes the destination, with its own ground.")
AS_KIND(MSG_CONSENT_WITHDRAW, "consent_withdraw", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_empty, "The patient withdraws; view and grants end.")
AS_KIND(MSG_ETA, "eta", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION, &record_eta,
        "When the ambulance will arrive.")
AS_KIND(MSG_ARRIVED, "arrived", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_empty, "The ambulance is at the destination; sent_at is when.")
AS_KIND(MSG_HANDOVER, "handover", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_handover, "The crew states the hand-over.")
AS_KIND(MSG_CASE_END, "case_end", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION | MAY_BE_LATE,
        &record_case_end, "The case ends otherwise than by hand-over.")
AS_KIND(MSG_VIEW_HAND_UP, "view_hand_up", FROM_AMBULANCE, NEEDS_CASE | NOT_JOURNALLED,
        &record_view_piece, "After a gateway restart: one piece of the sealed view, handed back.")
AS_KIND(MSG_SPOOLED, "spooled", FROM_AMBULANCE, NOT_JOURNALLED, &record_spooled,
        "A message kept sealed over a restart of the tablet; its own answer follows.")
AS_KIND(MSG_TAKEOVER_OFFER, "takeover_offer", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_takeover_offer, "Offers the case to another device of any headquarters.")
AS_KIND(MSG_TAKEOVER_ACCEPT, "takeover_accept", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_empty, "Takes the offered case.")
AS_KIND(MSG_TAKEOVER_CLAIM, "takeover_claim", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_reason_text, "Takes the case of a silent holder of the same headquarters.")

AS_KIND(MSG_TABLETS_QUERY, "tablets_query", FROM_AMBULANCE, NEEDS_SESSION, &record_tablets_query,
        "Asks for the tablets of one's own headquarters: to whom to offer, whose case to claim.")

/* Both sides */
AS_KIND(MSG_OPEN, "open", FROM_AMBULANCE | FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION, &record_open,
        "A person opens sections; the keys follow the log entry.")
AS_KIND(MSG_CLOSE_VIEW, "close_view", FROM_AMBULANCE | FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION,
        &record_view_ref, "The person ends viewing.")
AS_KIND(MSG_MIXUP, "mixup", FROM_AMBULANCE | FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION,
        &record_mixup, "Wrong patient or wrong hospital: voids the view and its grants.")
AS_KIND(MSG_MIXUP_ACK, "mixup_ack", FROM_AMBULANCE | FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION,
        &record_empty, "An opener has read that it was another person's data.")
AS_KIND(MSG_TALK, "talk", FROM_AMBULANCE | FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION, &record_talk,
        "A message between crew and the fixed destination.")

/* Hospital */
AS_KIND(MSG_BOARD, "board", FROM_HOSPITAL, NOT_JOURNALLED, &record_board,
        "The board is alive, whether anybody is there, what it can take.")
AS_KIND(MSG_ANSWER, "answer", FROM_HOSPITAL, NEEDS_CASE, &record_answer,
        "The hospital's own answer to a request.")
AS_KIND(MSG_ACCEPTANCE_WITHDRAW, "acceptance_withdraw", FROM_HOSPITAL, NEEDS_CASE,
        &record_reason_text, "The hospital takes its acceptance back.")
AS_KIND(MSG_ACCEPTANCE_CHECK, "acceptance_check", FROM_HOSPITAL, NEEDS_CASE,
        &record_acceptance_check, "Confirms or contradicts an acceptance by phone.")
AS_KIND(MSG_DELIVERED, "delivered", FROM_HOSPITAL, NEEDS_CASE, &record_view_ref,
        "The box holds every sealed piece of the view.")
AS_KIND(MSG_RECORD_READ, "record_read", FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION, &record_empty,
        "A person asks for the crew record with identity.")
AS_KIND(MSG_TAKEN_OUT, "taken_out", FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION, &record_taken_out,
        "Opened sections are copied to the chart, saved or printed; done after the receipt.")
AS_KIND(MSG_HANDOVER_CONFIRM, "handover_confirm", FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION,
        &record_handover, "The ER confirms the hand-over with the physician's name.")
AS_KIND(MSG_EXTEND, "extend", FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION, &record_extend,
        "One extension of the grant by a named viewer.")
AS_KIND(MSG_BREAK_GLASS, "break_glass", FROM_HOSPITAL, NEEDS_CASE | NEEDS_SESSION,
        &record_reason_text, "Emergency opening by a hospital that was asked or is destination.")
AS_KIND(MSG_BREAK_GLASS_OBJECT, "break_glass_object", FROM_AMBULANCE, NEEDS_CASE | NEEDS_SESSION,
        &record_grant_ref, "The crew objects to an emergency opening.")

/* Administration: who accessed what */
AS_KIND(MSG_ACCESS_QUERY, "access_query", FROM_ADMIN, NEEDS_SESSION, &record_access_query,
        "Asks for the access log of one's own organisation, newest first.")
AS_KIND(MSG_CASE_STORY, "case_story", FROM_ADMIN, NEEDS_SESSION, &record_case_story,
        "Asks for the log of one case that concerns one's own organisation, oldest first.")
AS_KIND(MSG_PEOPLE_QUERY, "people_query", FROM_ADMIN, NEEDS_SESSION, &record_list_query,
        "Asks for the people of one's own organisation.")
AS_KIND(MSG_DEVICES_QUERY, "devices_query", FROM_ADMIN, NEEDS_SESSION, &record_list_query,
        "Asks for the devices of one's own organisation.")
AS_KIND(MSG_CONNECTIONS_QUERY, "connections_query", FROM_ADMIN, NEEDS_SESSION, &record_list_query,
        "Asks which devices of one's own organisation are on the line, and who is on them.")
AS_KIND(MSG_LOG_QUERY, "log_query", FROM_ADMIN, NEEDS_SESSION, &record_log_query,
        "Asks for the state of the log, and for proofs that can be checked without us.")
AS_KIND(MSG_DISPATCHES_SET, "dispatches_set", FROM_ADMIN, NEEDS_SESSION, &record_dispatches_set,
        "Says how many dispatches one's own headquarters had in a month; newest wins.")
AS_KIND(MSG_COVERAGE_QUERY, "coverage_query", FROM_ADMIN, NEEDS_SESSION, &record_coverage_query,
        "Asks how much of the own headquarters' work was reached, month by month.")
AS_KIND(MSG_ALERTS, "alerts", FROM_ADMIN, NEEDS_SESSION, &record_alerts,
        "Asks what of one's own organisation somebody has to look at, oldest first.")
AS_KIND(MSG_ALERT_ACK, "alert_ack", FROM_ADMIN, NEEDS_SESSION, &record_alert_ack,
        "A named administrator has seen an alert.")
AS_KIND(MSG_REVIEW, "review", FROM_ADMIN, NEEDS_SESSION, &record_review,
        "Somebody else judges an emergency opening; that closes its alert.")
AS_KIND(
    MSG_GROUND_REVIEW, "ground_review", FROM_ADMIN, NEEDS_SESSION, &record_ground_review,
    "Somebody else judges what was done without consent; that closes it for this person and case.")
AS_KIND(MSG_WRITTEN_QUERY, "written_query", FROM_ADMIN, NEEDS_SESSION, &record_written_query,
        "Asks for what one's own people wrote: the reason of an emergency opening, a review.")
AS_KIND(MSG_PERSON_DISABLE, "person_disable", FROM_ADMIN, NEEDS_SESSION, &record_staff_act,
        "Ends a person of one's own organisation: every session of it ends, every screen covers.")
AS_KIND(MSG_PERSON_UNLOCK, "person_unlock", FROM_ADMIN, NEEDS_SESSION, &record_staff_act,
        "Lifts the lock that wrong factors have set on a person of one's own organisation.")
AS_KIND(MSG_DEVICE_REVOKE, "device_revoke", FROM_ADMIN, NEEDS_SESSION, &record_staff_act,
        "Ends a device of one's own organisation: it is off the line and stays off.")
AS_KIND(MSG_ORG_STOP, "org_stop", FROM_ADMIN, NEEDS_SESSION, &record_org_stop,
        "Stops one's own organisation, its workstations too; only the operator resumes it.")

/* Gateway -> client, not numbered */
AS_KIND(MSG_WELCOME, "welcome", FROM_GATEWAY, 0, &record_welcome, "Answers hello.")
AS_KIND(MSG_RECEIPT, "receipt", FROM_GATEWAY, 0, &record_receipt,
        "The message is durable (ゲートウェイ保存).")
AS_KIND(MSG_REFUSAL, "refusal", FROM_GATEWAY, 0, &record_refusal,
        "The message is refused, with code and texts.")
AS_KIND(MSG_SESSION, "session", FROM_GATEWAY, 0, &record_session, "The session is open.")
AS_KIND(MSG_ALIVE, "alive", FROM_GATEWAY, 0, &record_alive, "Nothing else to say; renews leases.")
AS_KIND(MSG_CHECKPOINT, "checkpoint", FROM_GATEWAY, 0, &record_checkpoint,
        "The newest checkpoint with its consistency proof.")
AS_KIND(MSG_PROOF, "proof", FROM_GATEWAY, 0, &record_proof, "One entry and its tlog-proof.")
AS_KIND(MSG_SNAPSHOT, "snapshot", FROM_GATEWAY, 0, &record_snapshot,
        "Begins a snapshot: count case frames follow.")
AS_KIND(MSG_SNAPSHOT_CASE, "snapshot_case", FROM_GATEWAY, 0, &record_shown_case,
        "One open case as this device may see it.")
AS_KIND(MSG_VIEW_HEADER, "view_header", FROM_GATEWAY, 0, &record_view_header,
        "What a sealed view consists of; says nothing about its content.")
AS_KIND(MSG_VIEW_PIECE, "view_piece", FROM_GATEWAY, 0, &record_view_piece,
        "One piece of a sealed section.")
AS_KIND(MSG_SECTION_KEYS, "section_keys", FROM_GATEWAY, 0, &record_section_keys,
        "Keys of opened sections, to the session that opened them.")
AS_KIND(MSG_RECORD, "record", FROM_GATEWAY, 0, &record_record,
        "The crew record, to the session that asked.")
AS_KIND(MSG_HOSPITALS, "hospitals", FROM_GATEWAY, 0, &record_hospitals,
        "A page of the hospitals that can be asked, with the state of their boards.")
AS_KIND(MSG_TABLETS_PAGE, "tablets_page", FROM_GATEWAY, 0, &record_tablets_page,
        "Tablets in the order in which they were added; seq is the entry of the question.")
AS_KIND(MSG_ACCESS_PAGE, "access_page", FROM_GATEWAY, 0, &record_access_page,
        "A page of the access log; seq is the entry that recorded the question.")
AS_KIND(MSG_PEOPLE_PAGE, "people_page", FROM_GATEWAY, 0, &record_people_page,
        "People in the order in which they were added; seq as in access_page.")
AS_KIND(MSG_DEVICES_PAGE, "devices_page", FROM_GATEWAY, 0, &record_devices_page,
        "Devices in the order in which they were added; seq as in access_page.")
AS_KIND(MSG_CONNECTIONS_PAGE, "connections_page", FROM_GATEWAY, 0, &record_connections_page,
        "Devices on the line; seq as in access_page.")
AS_KIND(MSG_LOG_STATE, "log_state", FROM_GATEWAY, 0, &record_log_state,
        "The state of the log and the proofs that were asked for; seq as in access_page.")
AS_KIND(MSG_COVERAGE_PAGE, "coverage_page", FROM_GATEWAY, 0, &record_coverage_page,
        "One row per month that has anything; small counts are hidden; seq as in access_page.")
AS_KIND(MSG_ALERT_LIST, "alert_list", FROM_GATEWAY, 0, &record_alert_list,
        "Open alerts; seq is the entry that recorded the question.")
AS_KIND(MSG_WRITTEN, "written", FROM_GATEWAY, 0, &record_written,
        "What was written with an entry of the log; seq as in access_page.")

/* Gateway -> client, numbered: made from one committed event each */
AS_KIND(MSG_NOTICE, "notice", FROM_GATEWAY, 0, &record_notice,
        "Something happened in a case; event says what.")
