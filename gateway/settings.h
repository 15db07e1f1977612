/* settings.h — Job: the gateway's settings: one table, one struct. */
#ifndef GATEWAY_SETTINGS_H
#define GATEWAY_SETTINGS_H

#include "common/config.h"
#include "gateway/core/judge.h"

struct listener_settings {
    const char *address, *cert, *key, *ca, *crl, *allow;
    int64_t port;
};

enum provider_kind { PROVIDER_NONE = 1, PROVIDER_API, PROVIDER_FOLDER };

struct settings {
    struct arena memory; /* owns every text */
    const char *name;    /* log origin and key name: "gw.example/audit" */
    const char *data_dir;
    int profile;   /* enum profile */
    int log_level; /* enum log_level + 1 */
    struct listener_settings ambulance, hospital, admin;
    const char *console; /* folder of the console's files; "": none */
    int provider;        /* enum provider_kind */
    const char *provider_url, *provider_ca, *provider_cert, *provider_key, *facility_code;
    const char *provider_req, *provider_res;
    bool provider_res_on_disk, provider_pdf, provider_simulator, provider_presence,
        provider_refetch;
    int64_t provider_timeout_ms;
    struct config_list card_cas; /* DER or PEM of the trusted card authorities */
    const char *card_crl;
    /* Practice beside live work (settings_practice.c) */
    const char *practice_provider_url, *practice_provider_ca, *practice_provider_cert,
        *practice_provider_key;
    struct config_list practice_card_cas;
    bool card_test_accepted; /* cards of a test authority: never in production */
    int password_rule;       /* enum password_rule */
    int64_t password_memory_mib;
    int64_t failures_max, session_ms, grant_after_handover_ms, confirm_wait_ms,
        grant_after_fetch_ms, lease_ms, break_glass_wait_ms, alert_escalate_ms, hand_up_wait_ms,
        late_ms, checkpoint_every_ms;
    struct config_list approvals; /* "kind; paper; YYYY-MM-DD; signer" */
};

extern const struct config_table settings_table;

/* Reads and checks PATH, also what single keys cannot say: which profile refuses what. On an error
 * ERRORS holds every fault found. The caller frees with settings_free. */
MUST_CHECK enum err settings_load(const char *path, struct settings *out,
                                  struct config_errors *errors);
/* What the settings of practice need, and that they share nothing with those of live work. */
void settings_check_practice(const struct settings *settings, struct config_errors *errors);
void settings_free(struct settings *settings);
void settings_policy(const struct settings *settings, struct policy *out);
/* Joins data_dir and NAME into OUT. */
void settings_path(const struct settings *settings, const char *name, char *out, size_t room);
#endif
