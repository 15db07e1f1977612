/* hospital_settings.h — Job: the settings of the hospital's box: one table. */
#ifndef HOSPITAL_CLIENT_HOSPITAL_SETTINGS_H
#define HOSPITAL_CLIENT_HOSPITAL_SETTINGS_H

#include "common/config.h"

#define HOSPITAL_PROGRAM "sakiyomi-hospital"
#define HOSPITAL_VERSION "0.1"

struct hospital_settings {
    const char *box_name; /* which screen: stands in the log with each opening */
    const char *gateway_address, *server_name;
    int64_t gateway_port;
    const char *certificate, *key, *ca; /* PEM files */
    const char *state_dir;
    const char *log_key; /* "" : the first one that the gateway names is kept */
    int log_level;       /* enum log_level + 1 */
    bool bell, print;
    const char *pages; /* folder of the pages' files; "": none are served */
    const char *pages_name, *pages_address, *pages_certificate, *pages_key;
    int64_t pages_port;
};

extern const struct config_table hospital_settings_table;

/* Reads the file; prints what is wrong to stderr. MEMORY holds the texts. */
MUST_CHECK enum err hospital_settings_load(const char *path, struct hospital_settings *out,
                                           struct arena *memory);
#endif
