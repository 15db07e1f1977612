/* enrol.h — Job: `request`: a private key that never leaves the device, and the request for its
 * certificate. */
#ifndef CLIENT_ENROL_H
#define CLIENT_ENROL_H

#include "proto/id.h"

struct enrol {
    const char *program;  /* for messages */
    const char *key_path; /* made (P-256, 0600) unless it is there */
    const char *name;     /* common name in the request */
    struct id device;     /* may be absent */
    const char *out_path; /* where the request goes; NULL: standard output */
};

/* Prints what went wrong, with the file that it is about. */
MUST_CHECK enum err enrol_request(const struct enrol *about);
#endif
