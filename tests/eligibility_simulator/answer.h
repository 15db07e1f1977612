/* answer.h — Job: SIMULATOR: the parts of a patient's answer, and what an oddity does to them. */
#ifndef ELIGIBILITY_SIMULATOR_ANSWER_H
#define ELIGIBILITY_SIMULATOR_ANSWER_H

#include "tests/eligibility_simulator/patient.h"

#include <stdatomic.h>

/* What goes wrong until it is switched off again. */
enum oddity {
    ODDITY_NONE,
    ODDITY_SLOW, /* nothing for SLOW_MS */
    ODDITY_HALF, /* the connection or the file ends in the middle */
    ODDITY_NONSENSE,
    ODDITY_WRONG_PATIENT, /* the medicines are somebody else's */
    ODDITY_BROKEN_XML,    /* the medicines' XML is cut off */
    ODDITY_ENTITY_BOMB,
    ODDITY_BIG_PDF,  /* a PDF of 20 MB beside the rest */
    ODDITY_LONG_PDF, /* of 200 pages, where there is one */
    ODDITY_COUNT
};
extern const char *const oddity_names[ODDITY_COUNT];
/* ODDITY_COUNT when there is none of this name. */
enum oddity oddity_by_name(const char *name);

enum { SLOW_MS = 30000 };

/* All that the parts of the simulator share. */
struct simulator {
    struct world_of_patients world;
    atomic_int oddity;
    atomic_bool stopping;
    atomic_ulong fetches;
    int access_log; /* descriptor; -1: none */
};

/* The bytes of one file as they go out, after the oddity. ERR_NOT_FOUND: this patient has none of
 * that kind. */
MUST_CHECK enum err answer_file(struct simulator *s, const struct patient *p, enum file_kind kind,
                                const char *identifier, struct buf *out);
/* Whether the clinical files of this patient come as a PDF (too). */
bool answer_has_pdf(struct simulator *s, const struct patient *p);
void answer_pdf(struct simulator *s, const struct patient *p, struct buf *out);
/* Waits while the oddity is "slow", at most SLOW_MS, not longer than the simulator runs. */
void answer_wait(struct simulator *s);

/* The patient whose card this is: the certificate's serial number modulo PATIENTS. False: the bytes
 * are no certificate. */
bool answer_patient(const struct simulator *s, struct slice der, struct patient *out);

/* One line of JSON: time, call, via and FIELDS, which is JSON text of members ("\"a\":1"). */
void answer_log(struct simulator *s, const char *via, const char *call, const struct patient *p,
                struct slice fields);
#endif
