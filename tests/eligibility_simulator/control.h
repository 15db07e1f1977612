/* control.h — Job: SIMULATOR: switch oddities at run time through a UNIX socket. */
#ifndef ELIGIBILITY_SIMULATOR_CONTROL_H
#define ELIGIBILITY_SIMULATOR_CONTROL_H

#include "tests/eligibility_simulator/answer.h"

struct control;

/* Listens on PATH; a connection sends lines and gets one line for each:
 *   oddity NAME   "ok" or "unknown"
 *   fetches       how many views were fetched
 * NULL: it cannot. */
struct control *control_open(struct simulator *s, const char *path);
void control_close(struct control *c);
#endif
