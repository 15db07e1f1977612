/* api.h — Job: SIMULATOR: the HTTPS side, on GnuTLS: another TLS than the gateway's own. */
#ifndef ELIGIBILITY_SIMULATOR_API_H
#define ELIGIBILITY_SIMULATOR_API_H

#include "tests/eligibility_simulator/answer.h"

struct api_files {
    const char *certificate, *key, *ca; /* PEM texts */
};

struct api;

/* Listens on 127.0.0.1, PORT or any when it is 0; the chosen one goes to *CHOSEN. NULL: it cannot.
 */
struct api *api_open(struct simulator *s, const struct api_files *files, uint16_t port,
                     uint16_t *chosen);
void api_close(struct api *api);
#endif
