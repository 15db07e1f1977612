/* station.h — Job: the running box: loop, link, standard input, signals, clock, around one desk. */
#ifndef HOSPITAL_CLIENT_STATION_H
#define HOSPITAL_CLIENT_STATION_H

#include "hospital_client/desk.h"

struct station_setup {
    const struct hospital_settings *settings;
    const char *json; /* where events go: a file, "-", or NULL */
    enum desk_secrets secrets;
};

/* Runs until `quit`, SIGINT or SIGTERM. Errors of the start are printed. */
MUST_CHECK enum err station_run(const struct station_setup *setup);
#endif
