/* assembly.h — Job: make one view out of the parts that an eligibility system has sent.
 *
 * The person comes first; every later part must be about the same one. What was not asked for or
 * not consented to is dropped here and is not in the view at all, neither in a section nor inside
 * a part. How the six states come about:
 *   not provided   the source has no such section (allergies, infections, conditions, labs)
 *   not asked      not in the ask
 *   not consented  the person's consent flag is off
 *   present, empty a part that answers the section was understood
 *   failed         such a part is missing, broken, there twice, or holds what may not be shown */
#ifndef GATEWAY_ELIGIBILITY_ASSEMBLY_H
#define GATEWAY_ELIGIBILITY_ASSEMBLY_H

#include "gateway/errand/eligibility/parse.h"
#include "gateway/errand/eligibility/provider.h"

enum part_content { CONTENT_ELIGIBILITY = 1, CONTENT_MEDICATION, CONTENT_CHECKUP };

struct assembly {
    const struct fetch_ask *ask; /* lent until assembly_fini */
    struct view *view;
    struct arena memory;   /* the person's texts */
    struct person_key who; /* birth NULL: nobody yet */
    uint64_t answered, twice, refused, in_document;
    struct buf unknown; /* unknown tags outside items: items of the document's "other" */
    bool unknown_lost;
    struct slice identifier; /* what ArbitraryFileIdentifier must be; bytes NULL: anything. Lent */
    bool simulator;          /* some XML part said so */
};

/* Starts the view of ASK. ERR_NO_MEMORY. The caller ends it with assembly_fini in every case. */
MUST_CHECK enum err assembly_init(struct assembly *a, const struct fetch_ask *ask);
void assembly_fini(
    struct assembly *a); /* frees the view unless it was finished; zeroed is allowed */

/* One XML part. ERR_WRONG_PATIENT when it is about somebody else; ERR_UPSTREAM_ANSWER for a broken
 * or second person, or when the person has not come yet; ERR_NOT_REGISTERED; ERR_NO_MEMORY. A
 * broken part of another kind is no error: its sections become "failed". */
MUST_CHECK enum err assembly_add_xml(struct assembly *a, enum part_content content,
                                     struct slice bytes);
/* One PDF part that holds SECTIONS. It is never looked into, so it cannot be checked whose it is:
 * the caller vouches that it answers this ask. Dropped when it holds more than was asked for. */
MUST_CHECK enum err assembly_add_pdf(struct assembly *a, struct slice bytes, uint64_t sections);

/* Sets the states; the caller owns *OUT. ERR_UPSTREAM_ANSWER when no person came. */
MUST_CHECK enum err assembly_finish(struct assembly *a, int64_t fetched_at_ms,
                                    const char *interface_id, struct view **out);
#endif
