/* acts.h — Job: sort what was done into visits, surgery, dialysis and treatment (C25).
 *
 * The file has one list of acts; the three sections are ours. Surgery is what the file's class of
 * acts (MeTrIdCl, the receipt's 診療識別) calls 50 or whose act code is in the receipt master's
 * group 150; dialysis is what names 人工腎臓, 血液透析, 血液濾過, 腹膜灌流 or 腹膜透析. The rest is
 * treatment. Nothing is dropped by a wrong guess, and class and code stand beside each act. */
#ifndef GATEWAY_ELIGIBILITY_ACTS_H
#define GATEWAY_ELIGIBILITY_ACTS_H

#include "gateway/errand/eligibility/parse.h"

#define ACTS_SECTIONS                                                                              \
    (SECTION_BIT(SECTION_VISITS) | SECTION_BIT(SECTION_SURGERY) | SECTION_BIT(SECTION_TREATMENT) | \
     SECTION_BIT(SECTION_DIALYSIS))

/* What stands around an item: in its day or its month. Lent by the tree; bytes NULL if absent. */
struct near {
    const char *source;
    struct slice date, month, in_out, prescribed;
    struct slice place_code, place_name, place_own; /* where it was done or dispensed */
    struct slice by_code, by_name, by_own;          /* who prescribed */
};

struct acts {
    struct parsed *out;
    struct near *visits; /* seen so far: a visit is listed once */
    size_t visit_count, visit_room;
    size_t counts[VIEW_SECTIONS + 1];
    struct slice newest[VIEW_SECTIONS + 1];
};

void acts_init(struct acts *a, struct parsed *out);
void acts_fini(struct acts *a); /* zeroed is allowed */
/* Adds the visit unless source, institution and day (or month) were there before. */
MUST_CHECK enum err acts_add_visit(struct acts *a, const struct near *near);
/* Adds every MeTrInfs/MeTrInf of DAY. */
MUST_CHECK enum err acts_add_all(struct acts *a, const struct near *near,
                                 const struct xml_node *day);
/* Closes the lists. Errors as in parse.h. */
MUST_CHECK enum err acts_finish(struct acts *a);
/* The later of two months of the form YYYYMM; one of another form never wins over such a one. */
struct slice acts_newer_month(struct slice a, struct slice b);
#endif
