/* serve.h — Job: the running gateway: loop, door, engine, journal, errands, put together. */
#ifndef GATEWAY_SERVE_H
#define GATEWAY_SERVE_H

#include "gateway/settings.h"

/* Runs until SIGTERM or SIGINT; prints the bound ports on standard output, one line each, when it
 * is ready. Gives the process's exit status. */
int serve_run(const struct settings *settings);
#endif
