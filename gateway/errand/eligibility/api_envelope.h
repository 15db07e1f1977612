/* api_envelope.h — Job: the JSON around the official parts: our proposal (README.md). */
#ifndef GATEWAY_ELIGIBILITY_API_ENVELOPE_H
#define GATEWAY_ELIGIBILITY_API_ENVELOPE_H

#include "gateway/errand/eligibility/provider.h"

/* Appends the body of the request for a view. */
void envelope_ask(const struct fetch_ask *ask, struct slice facility_code10, struct buf *out);
/* Appends the body of "this hospital may see the view until then". */
void envelope_let_see(struct slice hospital_code10, int64_t until_ms, struct buf *out);

enum simulator_answers { SIMULATOR_REFUSED, SIMULATOR_ACCEPTED, SIMULATOR_ONLY };

/* Reads the answer to ASK into a view, fetched at FETCHED_AT_MS. Unknown keys are ignored. Errors
 * as provider_fetch. */
MUST_CHECK enum err envelope_read(struct slice json, const struct fetch_ask *ask,
                                  enum simulator_answers simulator, int64_t fetched_at_ms,
                                  struct view **out);
/* Reads an answer that has a result only. */
MUST_CHECK enum err envelope_read_result(struct slice json, enum simulator_answers simulator);
#endif
