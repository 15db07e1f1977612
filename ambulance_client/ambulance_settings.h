/* ambulance_settings.h — Job: the settings of the tablet: one table. */
#ifndef AMBULANCE_CLIENT_AMBULANCE_SETTINGS_H
#define AMBULANCE_CLIENT_AMBULANCE_SETTINGS_H

#include "common/config.h"

#define AMBULANCE_PROGRAM "sakiyomi-ambulance"
#define AMBULANCE_VERSION "0.1"

struct ambulance_settings {
    const char *tablet_name; /* which screen: stands in the log with each opening */
    const char *gateway_address, *server_name;
    int64_t gateway_port;
    const char *certificate, *key, *ca; /* PEM files */
    const char *state_dir, *spool;
    const char *log_key;   /* "": the first one that the gateway names is kept */
    const char *crew_code; /* how the crew is spoken of on the phone; may be "" */
    const char *sentence;  /* version of the sentence read aloud for consent */
    const char *language;  /* BCP 47: in which language it is read, unless said otherwise */
    int card_words;        /* enum card_language + 1 */
    int log_level;         /* enum log_level + 1 */
    bool bell, card;
    const char *pages; /* folder of the pages' files; "": none are served */
    int64_t pages_port;
};

extern const struct config_table ambulance_settings_table;

/* Reads the file; prints what is wrong to stderr. MEMORY holds the texts. */
MUST_CHECK enum err ambulance_settings_load(const char *path, struct ambulance_settings *out,
                                            struct arena *memory);
#endif
