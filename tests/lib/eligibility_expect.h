/* eligibility_expect.h — Job: what a view of each of the simulator's patients must look like. */
#ifndef TESTS_LIB_ELIGIBILITY_EXPECT_H
#define TESTS_LIB_ELIGIBILITY_EXPECT_H

#include "proto/view.h"

/* What fetching the whole summary of this patient gives. */
enum expected_way { WAY_API, WAY_FOLDER };
enum err eligibility_expect_error(enum expected_way way, unsigned patient);
/* Aborts with a message unless states, JSON, hashes and parts of V are as they must be. */
void eligibility_expect_view(enum expected_way way, unsigned patient, const struct view *v);
#endif
