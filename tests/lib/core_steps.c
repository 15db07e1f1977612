/* core_steps.c — Job: the steps that many tests of judgements begin with (core_bed.h). */
#include "tests/lib/core_bed.h"

#include <assert.h>

static void must(enum err err)
{
    assert(err == ERR_OK);
}

void core_open(struct core_bed *bed)
{
    struct body_case_open body;
    record_clear(&record_case_open, &body);
    body.incident = core_id(bed);
    body.patient_no = body.patients = 1;
    must(core_say(bed, BED_CREW, MSG_CASE_OPEN, &body));
}

struct body_card_read core_card_read(void)
{
    struct body_card_read body;
    record_clear(&record_card_read, &body);
    body.kind = CARD_JPKI;
    body.proof = PROOF_CERTIFICATE_ONLY;
    body.identified_by = IDENTIFIED_CARD_VISUAL;
    body.certificate = slice_of("AAAA");
    return body;
}

void core_card(struct core_bed *bed)
{
    struct body_card_read body = core_card_read();
    must(core_say(bed, BED_CREW, MSG_CARD_READ, &body));
    struct outcome o = {.kind = ERRAND_CARD, .ask = bed->last->errands[0], .alias = core_id(bed)};
    must(core_outcome(bed, &o));
}

void core_ground(struct core_bed *bed)
{
    struct body_ground body = core_ground_for(bed, BED_BOX_A);
    body.right = RIGHT_CREW_VIEW;
    body.hospital = (struct id){{0}};
    must(core_say(bed, BED_CREW, MSG_GROUND, &body));
}

void core_view(struct core_bed *bed)
{
    struct body_view_ask body;
    record_clear(&record_view_ask, &body);
    body.kind = VIEW_EMERGENCY_SUMMARY;
    must(core_say(bed, BED_CREW, MSG_VIEW_ASK, &body));
    struct outcome o = {.kind = ERRAND_FETCH, .ask = bed->last->errands[0], .fetched_at = bed->now};
    must(core_outcome(bed, &o));
    bed->view_held = true;
}

void core_matched(struct core_bed *bed)
{
    core_open(bed);
    core_card(bed);
    core_ground(bed);
    core_view(bed);
    struct body_identity_check body = {.view = bed->c.views[0].id, .result = MATCH_MATCHED};
    must(core_say(bed, BED_CREW, MSG_IDENTITY_CHECK, &body));
}

void core_accepted(struct core_bed *bed, enum bed_device box)
{
    struct body_inquiry ask;
    record_clear(&record_inquiry, &ask);
    ask.inquiry = core_id(bed);
    ask.hospitals[0] = bed->devices[box].org;
    ask.hospitals_count = 1;
    must(core_say(bed, BED_CREW, MSG_INQUIRY, &ask));
    struct body_answer answer;
    record_clear(&record_answer, &answer);
    answer.inquiry = ask.inquiry;
    answer.result = ANSWER_ACCEPTED;
    must(core_say_alone(bed, box, MSG_ANSWER, &answer));
}

struct body_ground core_ground_for(struct core_bed *bed, enum bed_device box)
{
    struct body_ground ground;
    record_clear(&record_ground, &ground);
    ground.right = RIGHT_DISCLOSE_TO;
    ground.basis = BASIS_PATIENT_ORAL;
    ground.said_by = SAID_PATIENT;
    ground.hospital = bed->devices[box].org;
    return ground;
}

struct body_destination core_destination_for(struct core_bed *bed, enum bed_device box)
{
    struct body_destination body;
    record_clear(&record_destination, &body);
    body.hospital = bed->devices[box].org;
    body.ground = core_ground_for(bed, box);
    body.ground_present = 1;
    return body;
}

void core_granted(struct core_bed *bed, enum bed_device box)
{
    core_accepted(bed, box);
    struct body_destination body = core_destination_for(bed, box);
    must(core_say(bed, BED_CREW, MSG_DESTINATION, &body));
    assert(core_count(bed, EVENT_GRANT_ISSUED) == 1);
}

struct body_open core_opening(const struct core_bed *bed, size_t view, size_t grant)
{
    return (struct body_open){.view = bed->c.views[view].id,
                              .grant = bed->c.grants[grant].id,
                              .sections = SECTION_BIT(SECTION_MEDICATIONS)};
}

void core_mixup(struct core_bed *bed, enum bed_device who, enum mixup kind)
{
    struct body_mixup body = {.kind = kind};
    must(core_say(bed, who, MSG_MIXUP, &body));
}
