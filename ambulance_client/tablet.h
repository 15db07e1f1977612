/* tablet.h — Job: the running tablet: loop, link, reader, input, clock, around one crew. */
#ifndef AMBULANCE_CLIENT_TABLET_H
#define AMBULANCE_CLIENT_TABLET_H

#include "ambulance_client/crew.h"

struct tablet_setup {
    const struct ambulance_settings *settings;
    const char *json; /* where events go: a file, "-", or NULL */
    enum crew_secrets secrets;
    bool strict; /* a script ends at the first line that is refused */
};

/* Runs until `quit`, the end of a script, SIGINT or SIGTERM; *STATUS is the exit status. Errors of
 * the start are printed. */
MUST_CHECK enum err tablet_run(const struct tablet_setup *setup, int *status);

/* `readers`: says what the reader and the card do, line by line, until SIGINT or SIGTERM; nothing
 * of the card is shown but what kind it is. */
MUST_CHECK enum err tablet_readers(const struct ambulance_settings *settings);
#endif
