/* client_state.h — Job: the little that a client program keeps on disk: the witness's state, the
 * last n, evidence.
 *
 * Nothing in it is about a patient, a case or a name:
 *   witness          the newest verified checkpoint (client/witness.h)
 *   n                the newest notice number
 *   alarm-TIME.txt   the evidence of a log that does not fit; never overwritten
 *   lock             one program at a time */
#ifndef CLIENT_CLIENT_STATE_H
#define CLIENT_CLIENT_STATE_H

#include "client/witness.h"

struct client_state; /* heap */

/* Makes the folder (0700) and takes its lock; reads the witness into WITNESS and n. ERR_BUSY:
 * another program uses the folder. ERR_CORRUPT: the witness's file is damaged: it is left as it
 * is, a person has to look at it. Others as common/file.h. */
MUST_CHECK enum err client_state_open(const char *folder, struct witness *witness,
                                      struct client_state **out);
void client_state_close(struct client_state *state); /* NULL is allowed */
int64_t client_state_n(const struct client_state *state);
MUST_CHECK enum err client_state_save_n(struct client_state *state, int64_t n);
MUST_CHECK enum err client_state_save_witness(struct client_state *state,
                                              const struct witness *witness);
/* Writes the evidence of the alarm to a file of its own. ERR_CONFLICT: it is there already. */
MUST_CHECK enum err client_state_save_alarm(struct client_state *state,
                                            const struct witness *witness);
#endif
