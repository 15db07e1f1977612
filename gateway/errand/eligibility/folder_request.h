/* folder_request.h — Job: write the request files of the folder interface (DOMAIN C11, C14).
 *
 * The declaration says Shift_JIS, as today's files do, unless a symbol has a character that CP932
 * lacks: then it is UTF-8. The card goes in an element of our own, because the official request for
 * emergencies (OQS-IF-047) is not public: see README.md. */
#ifndef GATEWAY_ELIGIBILITY_FOLDER_REQUEST_H
#define GATEWAY_ELIGIBILITY_FOLDER_REQUEST_H

#include "gateway/errand/eligibility/provider.h"

/* Under what insurance the patient is asked for, from the eligibility answer; bytes NULL: absent.
 * */
struct insured {
    struct slice insurer_number, symbol, number, branch;
};

struct folder_request {
    const struct fetch_ask *ask;
    struct slice facility_code10, identifier;
    bool pdf; /* FileCategory 1 instead of 2 */
};

/* Each appends one whole file. ERR_NO_MEMORY; ERR_UTF8 when a text is not UTF-8. */
MUST_CHECK enum err folder_request_eligibility(const struct folder_request *r, struct buf *out);
MUST_CHECK enum err folder_request_medication(const struct folder_request *r,
                                              const struct insured *who, struct buf *out);
MUST_CHECK enum err folder_request_checkup(const struct folder_request *r,
                                           const struct insured *who, struct buf *out);
#endif
