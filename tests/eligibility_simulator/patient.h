/* patient.h — Job: SIMULATOR: synthetic patients from a seed, with every oddity of the field. */
#ifndef ELIGIBILITY_SIMULATOR_PATIENT_H
#define ELIGIBILITY_SIMULATOR_PATIENT_H

#include "proto/buf.h"

#include <stdbool.h>

enum { PATIENTS = 40 };

/* What a patient is there to show. */
enum trait {
    TRAIT_PLAIN,
    TRAIT_LONG_LIST,    /* several hundred medicines */
    TRAIT_HALF_KANA,    /* names in half-width kana */
    TRAIT_RARE_LETTERS, /* 髙 﨑 ① ㈱: in CP932, not in plain Shift_JIS */
    TRAIT_NO_UNITS,
    TRAIT_NOTHING, /* asked, and nothing is there */
    TRAIT_NO_MEDICINES_CONSENT,
    TRAIT_NOT_REGISTERED,
    TRAIT_PDF_ONLY,
    TRAIT_CHECKUP_MISSING, /* that part never comes */
    TRAIT_UNKNOWN_TAGS,
    TRAIT_DIALYSIS,
    TRAIT_SURGERY,
    TRAIT_PRESCRIPTION_ONLY, /* no receipt yet: dispensed and prescribed branches */
    TRAIT_REFUSED,           /* the whole view is refused by the patient at the source */
    TRAIT_TWO_INSURANCES,
    TRAIT_PDF_AND_XML,
    TRAIT_COUNT
};

struct patient {
    int index;
    enum trait trait;
    bool cp932;       /* his files are declared Shift_JIS; else UTF-8 */
    bool face_layout; /* eligibility in the layout of C22b */
    char name[64], kana[96], birth[9];
    int sex;         /* 1 or 2 */
    char number[16]; /* insured person's number: names the patient in the folder interface */
    uint64_t seed;
};

/* What all patients have in common. */
struct world_of_patients {
    uint64_t seed;
    const char *marker; /* planted as a medicine's and an institution's name; NULL: none */
    int64_t now_ms;
};

/* INDEX is taken modulo PATIENTS. */
struct patient patient_of(const struct world_of_patients *w, uint64_t index);
/* A number below BOUND, drawn from the patient's own sequence. */
uint32_t patient_draw(struct patient *p, uint32_t bound);

/* Whole files in the patient's own charset; IDENTIFIER may be "". */
enum file_kind { FILE_ELIGIBILITY, FILE_MEDICATION, FILE_CHECKUP };
MUST_CHECK enum err patient_xml(const struct world_of_patients *w, struct patient p,
                                enum file_kind kind, const char *identifier, struct buf *out);
/* A PDF that says SIMULATOR and the number on each of its pages. */
enum { PDF_PAGES_LONG = 200 /* at most */ };
struct pdf_shape {
    size_t bytes; /* above its own: it is blown up to so many */
    int pages;
};
void patient_pdf(const struct patient *p, struct pdf_shape shape, struct buf *out);

/* The parts of the files (UTF-8), used by patient_xml. */
void patient_add_person(const struct patient *p, struct buf *b);
void patient_add_medication(const struct world_of_patients *w, struct patient *p, struct buf *b);
void patient_add_checkup(const struct world_of_patients *w, struct patient *p, struct buf *b);
/* "<NAME>TEXT</NAME>", escaped. */
void patient_element(struct buf *b, const char *name, const char *text);
#endif
