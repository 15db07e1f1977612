/* eligibility_bed.h — Job: the eligibility simulator with throw-away certificates and folders. */
#ifndef TESTS_LIB_ELIGIBILITY_BED_H
#define TESTS_LIB_ELIGIBILITY_BED_H

#include "gateway/errand/eligibility/provider.h"

#include <sys/types.h>

/* Paths live in a folder of their own in memory (/dev/shm) or, without it, in /tmp. */
struct eligibility_bed {
    char dir[64];
    char url[64];
    char req[100], res[100], log[100], control[100];
    char ca[100], other_ca[100], client[100], client_key[100], other_client[100], other_key[100];
    pid_t pid;
};

/* Aborts with a message when anything fails. MARKER may be NULL. The simulator serves both
 * interfaces. */
void eligibility_bed_start(struct eligibility_bed *bed, const char *marker);
/* Switches the oddity on ("none": off) and waits for the simulator's "ok". */
void eligibility_bed_oddity(const struct eligibility_bed *bed, const char *name);
/* Ends the simulator and removes the folder. */
void eligibility_bed_stop(struct eligibility_bed *bed);

/* Settings that fit the bed. */
struct provider_api_settings eligibility_bed_api(const struct eligibility_bed *bed);
struct provider_folder_settings eligibility_bed_folder(const struct eligibility_bed *bed);

/* A complete ask for the patient with this index: summary, 10 s. The certificate lives until the
 * next call. */
struct fetch_ask eligibility_bed_ask(unsigned patient);
#endif
