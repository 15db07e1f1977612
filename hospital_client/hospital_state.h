/* hospital_state.h — Job: the little that the box keeps on disk: the witness's state, the last n, evidence.
 *
 * Nothing in it is about a patient, a case or a name:
 *   witness          the newest verified checkpoint (client/witness.h)
 *   n                the newest notice number
 *   alarm-TIME.txt   the evidence of a log that does not fit; never overwritten
 *   lock             one box at a time */
#ifndef HOSPITAL_CLIENT_HOSPITAL_STATE_H
#define HOSPITAL_CLIENT_HOSPITAL_STATE_H

#include "client/witness.h"

struct hospital_state; /* heap */

/* Makes the folder (0700) and takes its lock; reads the witness into WITNESS and n. ERR_BUSY: another
 * box uses the folder. ERR_CORRUPT: the witness's file is damaged: it is left as it is, a person has
 * to look at it. Others as common/file.h. */
MUST_CHECK enum err hospital_state_open(const char *folder, struct witness *witness,
                                        struct hospital_state **out);
void hospital_state_close(struct hospital_state *state); /* NULL is allowed */
int64_t hospital_state_n(const struct hospital_state *state);
MUST_CHECK enum err hospital_state_save_n(struct hospital_state *state, int64_t n);
MUST_CHECK enum err hospital_state_save_witness(struct hospital_state *state,
                                                const struct witness *witness);
/* Writes the evidence of the alarm to a file of its own. ERR_CONFLICT: it is there already. */
MUST_CHECK enum err hospital_state_save_alarm(struct hospital_state *state,
                                              const struct witness *witness);
#endif
