/* request.h — Job: `request`: a private key that never leaves the box, and the request for its
 * certificate. */
#ifndef HOSPITAL_CLIENT_REQUEST_H
#define HOSPITAL_CLIENT_REQUEST_H

#include "hospital_client/hospital_settings.h"
#include "proto/id.h"

/* Makes settings' key (P-256, 0600) unless it is there already and writes the request (PEM) to
 * OUT_PATH (NULL: standard output). DEVICE may be absent. Prints what went wrong. */
MUST_CHECK enum err hospital_request(const struct hospital_settings *settings,
                                     const struct id *device, const char *out_path);
#endif
