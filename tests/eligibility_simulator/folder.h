/* folder.h — Job: SIMULATOR: the folder side: requests out of `req`, answers into `res`. */
#ifndef ELIGIBILITY_SIMULATOR_FOLDER_H
#define ELIGIBILITY_SIMULATOR_FOLDER_H

#include "tests/eligibility_simulator/answer.h"

/* Serves the two folders until the simulator stops. For a thread of its own. */
struct folder_side {
    struct simulator *s;
    const char *req, *res;
};
void *folder_serve(void *folder_side);
#endif
