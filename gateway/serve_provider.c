/* serve_provider.c — Job: open the way to the eligibility system that the settings name. */
#include "gateway/serve_provider.h"

#include "common/log.h"

enum { CONNECT_MS = 5000 };

enum err serve_provider(const struct settings *s, struct provider *out)
{
    if (s->provider == PROVIDER_API) {
        struct provider_api_settings api = {
            .url = s->provider_url,
            .ca_file = s->provider_ca,
            .certificate_file = s->provider_cert,
            .key_file = s->provider_key,
            .facility_code10 = s->facility_code,
            .connect_ms = CONNECT_MS,
            .proves_presence = s->provider_presence,
            .can_refetch = s->provider_refetch,
            .accepts_simulator = s->provider_simulator,
        };
        return provider_api_open(&api, out);
    }
    if (s->provider == PROVIDER_FOLDER) {
        struct provider_folder_settings folder = {
            .req_folder = s->provider_req,
            .res_folder = s->provider_res,
            .facility_code10 = s->facility_code,
            .res_on_disk_accepted = s->provider_res_on_disk,
            .ask_for_pdf = s->provider_pdf,
            .accepts_simulator = s->provider_simulator,
        };
        return provider_folder_open(&folder, out);
    }
    return ERR_OK;
}

void serve_practice(const struct settings *s, struct provider *out)
{
    if (s->practice_provider_url[0] == '\0')
        return;
    struct provider_api_settings api = {
        .url = s->practice_provider_url,
        .ca_file = s->practice_provider_ca,
        .certificate_file = s->practice_provider_cert,
        .key_file = s->practice_provider_key,
        .facility_code10 = s->facility_code,
        .connect_ms = CONNECT_MS,
        .can_refetch = true,
        .simulator_only = true,
    };
    enum err err = provider_api_open(&api, out);
    if (err != ERR_OK)
        log_error("practice", NULL, "there is no source for practice: %s", err_name(err));
}
