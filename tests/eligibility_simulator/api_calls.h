/* api_calls.h — Job: SIMULATOR: what each call of the HTTPS interface answers. */
#ifndef ELIGIBILITY_SIMULATOR_API_CALLS_H
#define ELIGIBILITY_SIMULATOR_API_CALLS_H

#include "tests/eligibility_simulator/answer.h"

/* Appends the answer to a POST of REQUEST to URL; gives the HTTP status. Any thread may call. */
unsigned api_call(struct simulator *s, const char *url, struct slice request, struct buf *out);
#endif
