/* core_bed.h — Job: judgements tried alone: a small world in plain structs, no engine. */
#ifndef TESTS_LIB_CORE_BED_H
#define TESTS_LIB_CORE_BED_H

#include "gateway/core/judge.h"

enum bed_device { BED_CREW, BED_OTHER_CREW, BED_BOX_A, BED_BOX_B, BED_DEVICES };

struct core_bed {
    struct policy policy;
    struct world world;
    int64_t now;
    uint8_t counter;
    struct org_state headquarters, hospital_a, hospital_b;
    struct device_state devices[BED_DEVICES];
    struct person_state people[BED_DEVICES]; /* one on each device, signed in */
    struct case_state c;
    bool exists;    /* the case has been opened */
    bool another;   /* a case_open names another one */
    bool view_held; /* the view is in memory */
    bool holder_online;
    int incident_training; /* of other open cases of the incident; FLAG_ABSENT: there are none */
    struct id other_case;  /* absent: the card is in no other case */
    const char *word;      /* a word that names the patient; NULL: none */
    struct event entry;    /* the one entry of the log that can be named by its number */
    struct judgement *last;
    struct id session; /* everybody's */
};

void core_init(struct core_bed *bed);
void core_fini(struct core_bed *bed);
/* DEVICE's person says KIND with BODY about the case: door, judgement, and with ERR_OK the fold. */
enum err core_say(struct core_bed *bed, enum bed_device device, enum message_kind kind,
                  const void *body);
/* The crew opens another case than the one that there is. */
enum err core_open_another(struct core_bed *bed, const struct body_case_open *body);
/* The same as core_say without anybody signed in. */
enum err core_say_alone(struct core_bed *bed, enum bed_device device, enum message_kind kind,
                        const void *body);
/* An errand's outcome, folded. */
enum err core_outcome(struct core_bed *bed, const struct outcome *outcome);
void core_expire(struct core_bed *bed);
/* Of the last judgement: the Nth event of TYPE, NULL: there is none. */
const struct event *core_event(const struct core_bed *bed, enum event_type type, size_t n);
size_t core_count(const struct core_bed *bed, enum event_type type);
struct id core_id(struct core_bed *bed);

/* core_steps.c: what many tests begin with; each asserts that it was accepted. */
void core_open(struct core_bed *bed);
void core_card(struct core_bed *bed);
void core_ground(struct core_bed *bed);
void core_view(struct core_bed *bed);    /* asked, fetched, held */
void core_matched(struct core_bed *bed); /* all of the above, identity matched */
void core_accepted(struct core_bed *bed, enum bed_device box);
void core_granted(struct core_bed *bed, enum bed_device box); /* destination with a grant */
void core_mixup(struct core_bed *bed, enum bed_device who, enum mixup kind);
/* Bodies of steps: a card's certificate alone; one section of a view under a grant, by number. */
struct body_card_read core_card_read(void);
struct body_open core_opening(const struct core_bed *bed, size_t view, size_t grant);
struct body_ground core_ground_for(struct core_bed *bed, enum bed_device box);
struct body_destination core_destination_for(struct core_bed *bed, enum bed_device box);
#endif
