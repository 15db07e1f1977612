/* sim_acts.c — Job: what crews and boxes may do, chosen at random, sensible or not. */
#include "tests/lib/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct id new_id(struct sim *sim)
{
    uint8_t random[10];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)sim_random(sim, 256);
    return id_new(sim->now, random);
}

static void remember(struct sim *sim, int device, const struct id *id, struct slice text)
{
    size_t room = sizeof sim->sent / sizeof sim->sent[0];
    size_t at = sim->sent_count < room ? sim->sent_count++ : (size_t)sim_random(sim, room);
    free(sim->sent[at].text);
    sim->sent[at].text = malloc(text.size);
    memcpy(sim->sent[at].text, text.bytes, text.size);
    sim->sent[at].size = text.size;
    sim->sent[at].device = device;
    sim->sent[at].id = *id;
}

/* Message bodies hold secrets that record_encode never writes: the two that have them are put
 * together by hand. */
static void frame_with_secret(const struct message *head, enum message_kind kind, const void *body,
                              struct buf *out)
{
    char id[ID_TEXT_SIZE], session[ID_TEXT_SIZE];
    id_text(&head->id, id);
    id_text(&head->session, session);
    if (kind == MSG_SIGN_IN) {
        const struct body_sign_in *b = body;
        buf_printf(out,
                   "{\"body\":{\"code\":\"%.*s\",\"login\":\"%.*s\",\"password\":\"%.*s\"},"
                   "\"id\":\"%.26s\",",
                   (int)b->code.size, b->code.bytes, (int)b->login.size, b->login.bytes,
                   (int)b->password.size, b->password.bytes, id);
        buf_text(out, "\"sent_at\":\"2026-11-24T05:00:00.000Z\",\"type\":\"sign_in\"}");
    } else {
        const struct body_session_resume *b = body;
        buf_printf(out, "{\"body\":{\"token\":\"%.*s\"},\"id\":\"%.26s\",\"session\":\"%.26s\",",
                   (int)b->token.size, b->token.bytes, id, session);
        buf_text(out, "\"type\":\"session_resume\"}");
    }
}

void sim_send(struct sim *sim, int device, enum message_kind kind, const struct id *case_id,
              const void *body)
{
    struct sim_device *d = &sim->devices[device];
    if (d->peer == NULL)
        return;
    bool volatile_kind = (message_type_of(kind)->needs & NOT_JOURNALLED) != 0;
    struct message head = {.id = new_id(sim)};
    struct buf text = {0};
    if (!volatile_kind)
        head.sent_at = sim->now;
    if (kind != MSG_HELLO && kind != MSG_SIGN_IN)
        head.session = d->session;
    if (case_id != NULL)
        head.case_id = *case_id;
    enum err err = ERR_OK;
    if (kind == MSG_SIGN_IN || kind == MSG_SESSION_RESUME)
        frame_with_secret(&head, kind, body, &text);
    else
        err = message_encode(kind, &head, body, &text);
    if (err != ERR_OK) {
        sim_fail(sim, "a frame could not be written: %s", err_name(err));
    } else {
        if (!volatile_kind && kind != MSG_SIGN_IN)
            remember(sim, device, &head.id, buf_slice(&text));
        engine_frame(sim->engine, d->peer, buf_slice(&text));
        engine_turn_end(sim->engine);
    }
    buf_free(&text);
}

/* ---- crews ---- */

static void open_case(struct sim *sim, int crew)
{
    if (sim->cases_count == SIM_CASES)
        return;
    struct sim_case *c = &sim->cases[sim->cases_count++];
    *c = (struct sim_case){.id = new_id(sim), .crew = crew, .practice = sim->cases_count % 4 == 0};
    struct body_case_open body;
    record_clear(&record_case_open, &body);
    body.incident = new_id(sim);
    body.incident_number = slice_of("0372");
    body.patient_no = body.patients = 1;
    body.training = c->practice ? FLAG_YES : FLAG_ABSENT;
    sim_send(sim, crew, MSG_CASE_OPEN, &c->id, &body);
}

static struct body_ground ground(struct sim *sim, int right, const struct id *hospital)
{
    struct body_ground body;
    record_clear(&record_ground, &body);
    body.at = sim->now;
    body.right = right;
    body.basis = sim_random(sim, 12) == 0 ? BASIS_REFUSED : BASIS_PATIENT_ORAL;
    body.said_by = SAID_PATIENT;
    body.sentence = slice_of("2026-04");
    body.language = slice_of("ja");
    if (hospital != NULL)
        body.hospital = *hospital;
    return body;
}

static void destination(struct sim *sim, struct sim_case *c, int hospital)
{
    struct body_destination body;
    record_clear(&record_destination, &body);
    body.hospital = sim->hospitals[hospital];
    body.ground_present = sim_random(sim, 5) != 0;
    if (body.ground_present)
        body.ground = ground(sim, RIGHT_DISCLOSE_TO, &body.hospital);
    sim_send(sim, c->crew, MSG_DESTINATION, &c->id, &body);
}

static void inquire(struct sim *sim, struct sim_case *c, int hospital)
{
    struct body_inquiry body;
    record_clear(&record_inquiry, &body);
    c->inquiry[hospital] = new_id(sim);
    body.inquiry = c->inquiry[hospital];
    body.hospitals[0] = sim->hospitals[hospital];
    body.hospitals_count = 1;
    body.sex = SEX_MALE;
    body.urgency = URGENCY_YELLOW;
    body.complaint = slice_of(sim_random(sim, 10) == 0 ? "試験 太郎さん" : "胸痛");
    sim_send(sim, c->crew, MSG_INQUIRY, &c->id, &body);
}

static void card_and_view(struct sim *sim, struct sim_case *c, int what)
{
    if (what == 0) {
        struct body_card_read body;
        record_clear(&record_card_read, &body);
        body.at = sim->now;
        body.kind = CARD_JPKI;
        body.proof = PROOF_CERTIFICATE_ONLY;
        body.identified_by = IDENTIFIED_CARD_VISUAL;
        body.certificate = slice_of("AAAA");
        sim_send(sim, c->crew, MSG_CARD_READ, &c->id, &body);
    } else if (what == 1) {
        struct body_ground body = ground(sim, RIGHT_CREW_VIEW, NULL);
        sim_send(sim, c->crew, MSG_GROUND, &c->id, &body);
    } else if (what == 2) {
        struct body_view_ask body;
        record_clear(&record_view_ask, &body);
        body.kind = VIEW_EMERGENCY_SUMMARY;
        sim_send(sim, c->crew, MSG_VIEW_ASK, &c->id, &body);
    } else if (!id_absent(&c->view)) {
        struct body_identity_check body = {.view = c->view,
                                           .result = sim_random(sim, 10) == 0 ? MATCH_NOT_MATCHED
                                                                              : MATCH_MATCHED};
        sim_send(sim, c->crew, MSG_IDENTITY_CHECK, &c->id, &body);
    }
}

static void open_sections(struct sim *sim, int device, const struct id *case_id,
                          const struct id *view, const struct id *grant)
{
    struct body_open body;
    record_clear(&record_open, &body);
    body.view = *view;
    if (grant != NULL)
        body.grant = *grant;
    body.sections = SECTION_BIT(SECTION_MEDICATIONS);
    sim_send(sim, device, MSG_OPEN, case_id, &body);
}

static void end_case(struct sim *sim, struct sim_case *c)
{
    if (sim_random(sim, 2) == 0) {
        struct body_handover body;
        record_clear(&record_handover, &body);
        body.at = sim->now;
        sim_send(sim, c->crew, MSG_HANDOVER, &c->id, &body);
    } else {
        struct body_case_end body;
        record_clear(&record_case_end, &body);
        body.reason = END_NOT_TRANSPORTED;
        body.at = sim->now;
        sim_send(sim, c->crew, MSG_CASE_END, &c->id, &body);
    }
    c->ended = true;
}

static void vitals(struct sim *sim, struct sim_case *c)
{
    struct body_vitals body;
    record_clear(&record_vitals, &body);
    body.at = sim->now;
    body.pulse = 80 + (int64_t)sim_random(sim, 60);
    sim_send(sim, c->crew, MSG_VITALS, &c->id, &body);
}

static const struct case_state *state_of(struct sim *sim, const struct sim_case *c)
{
    return slot_case(world_find(engine_world(sim->engine), AGGREGATE_CASE, &c->id));
}

static int accepted_by(struct sim *sim, const struct case_state *state)
{
    int from = (int)sim_random(sim, SIM_HOSPITALS);
    for (int i = 0; i < SIM_HOSPITALS; i++) {
        int at = (from + i) % SIM_HOSPITALS;
        if (case_accepted_by(state, &sim->hospitals[at]))
            return at;
    }
    return -1;
}

/* What a crew would do next: so that histories get somewhere. */
static bool sensible_act(struct sim *sim, struct sim_case *c)
{
    const struct case_state *state = state_of(sim, c);
    if (state == NULL || state->end != 0 || state->handed_at != 0)
        return false;
    const struct case_view *view = case_view_held(state);
    int hospital = accepted_by(sim, state);
    if (state->card != CARD_GOOD)
        card_and_view(sim, c, 0);
    else if (case_ground_for(state, RIGHT_CREW_VIEW, NULL) == NULL)
        card_and_view(sim, c, 1);
    else if (view == NULL)
        card_and_view(sim, c, 2);
    else if (view->match != MATCH_MATCHED)
        card_and_view(sim, c, 3);
    else if (hospital >= 0)
        destination(sim, c, hospital);
    else
        inquire(sim, c, (int)sim_random(sim, SIM_HOSPITALS));
    return true;
}

static void crew_act(struct sim *sim, struct sim_case *c)
{
    if (sim_random(sim, 3) != 0 && sensible_act(sim, c))
        return;
    int hospital = (int)sim_random(sim, SIM_HOSPITALS);
    struct body_mixup mixup = {.kind = MIXUP_WRONG_PATIENT};
    uint64_t what = sim_random(sim, 40);
    if (what < 14)
        card_and_view(sim, c, (int)(what % 4));
    else if (what < 20)
        inquire(sim, c, hospital);
    else if (what < 27)
        destination(sim, c, hospital);
    else if (what < 31 && !id_absent(&c->view))
        open_sections(sim, c->crew, &c->id, &c->view, NULL);
    else if (what < 36)
        vitals(sim, c);
    else if (what == 36 && sim_random(sim, 3) == 0)
        sim_send(sim, c->crew, MSG_MIXUP, &c->id, &mixup);
    else if (what == 37 && sim_random(sim, 3) == 0)
        sim_send(sim, c->crew, MSG_CONSENT_WITHDRAW, &c->id, NULL);
    else if (what == 38 && sim_random(sim, 3) == 0)
        end_case(sim, c);
}

/* ---- boxes ---- */

static void answer(struct sim *sim, int device, struct sim_case *c)
{
    int hospital = device - SIM_CREWS;
    struct body_answer body;
    record_clear(&record_answer, &body);
    body.inquiry = c->inquiry[hospital];
    if (id_absent(&body.inquiry))
        return;
    body.result = sim_random(sim, 4) == 0 ? ANSWER_DECLINED : ANSWER_ACCEPTED;
    body.reason = body.result == ANSWER_DECLINED ? DECLINE_NO_BED : 0;
    sim_send(sim, device, MSG_ANSWER, &c->id, &body);
}

static void hospital_act(struct sim *sim, int device)
{
    struct sim_device *d = &sim->devices[device];
    struct sim_case *c = &sim->cases[sim_random(sim, sim->cases_count)];
    struct body_view_ref ref = {.view = d->grant_view, .grant = d->grant};
    struct body_handover handover = {.at = sim->now, .physician = slice_of("医師")};
    struct body_reason_text reason = {.reason = slice_of("x")};
    uint64_t what = sim_random(sim, 20);
    if (what < 7)
        answer(sim, device, c);
    else if (what < 10 && !id_absent(&d->grant))
        sim_send(sim, device, MSG_DELIVERED, &d->grant_case, &ref);
    else if (what < 16 && !id_absent(&d->grant))
        open_sections(sim, device, &d->grant_case, &d->grant_view, &d->grant);
    else if (what == 16)
        sim_send(sim, device, MSG_ACCEPTANCE_WITHDRAW, &c->id, &reason);
    else if (what == 17)
        sim_send(sim, device, MSG_RECORD_READ, &c->id, NULL);
    else if (what == 18 && sim_random(sim, 4) == 0)
        sim_send(sim, device, MSG_HANDOVER_CONFIRM, &c->id, &handover);
    else if (what == 19 && sim_random(sim, 4) == 0)
        sim_send(sim, device, MSG_BREAK_GLASS, &c->id, &reason);
}

/* ---- the world ---- */

static void send_again(struct sim *sim)
{
    if (sim->sent_count == 0)
        return;
    size_t at = (size_t)sim_random(sim, sim->sent_count);
    struct sim_device *d = &sim->devices[sim->sent[at].device];
    if (d->peer == NULL)
        return;
    engine_frame(sim->engine, d->peer, (struct slice){sim->sent[at].text, sim->sent[at].size});
    engine_turn_end(sim->engine);
}

static void come_back(struct sim *sim)
{
    for (int i = 0; i < SIM_DEVICES; i++)
        if (sim->devices[i].peer == NULL && sim_random(sim, 2) == 0)
            sim_connect(sim, i);
}

static void weather(struct sim *sim)
{
    int device = (int)sim_random(sim, SIM_DEVICES);
    switch (sim_random(sim, 12)) {
    case 0:
        sim_crash(sim);
        break;
    case 1:
    case 2:
        sim_connect(sim, device); /* the line was cut and is back */
        break;
    case 3:
        store_ram_fail_after(sim->store, 1 + (int)sim_random(sim, 40));
        break;
    case 4:
        store_ram_conflict_next(sim->store, 1);
        break;
    case 5:
        sim->now += (int64_t)sim_random(sim, 3 * 3600000);
        engine_tick(sim->engine);
        break;
    case 6:
    case 7:
        engine_tick(sim->engine);
        break;
    default:
        send_again(sim);
        break;
    }
}

void sim_step(struct sim *sim)
{
    sim->now += (int64_t)sim_random(sim, 2000);
    uint64_t what = sim_random(sim, 100);
    if (what < 3 || sim->cases_count == 0)
        open_case(sim, (int)sim_random(sim, SIM_CREWS));
    else if (what < 50)
        crew_act(sim, &sim->cases[sim_random(sim, sim->cases_count)]);
    else if (what < 75)
        hospital_act(sim, SIM_CREWS + (int)sim_random(sim, SIM_HOSPITALS));
    else if (what < 93)
        sim_errand(sim);
    else
        weather(sim);
    come_back(sim);
    for (uint64_t i = sim_random(sim, 3); i > 0; i--) {
        engine_turn_end(sim->engine);
        sim_commit(sim);
    }
}
