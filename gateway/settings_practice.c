/* settings_practice.c — Job: what practice beside live work needs, and must not share with it. */
#include "gateway/settings.h"

#include "proto/codes.h"

#include <string.h>

static bool is_set(const char *value)
{
    return value[0] != '\0';
}

static void need(struct config_errors *errors, const char *value, const char *key)
{
    if (!is_set(value))
        config_fault(errors, key, "訓練用の情報源に必要です", "needed for the practice source");
}

/* Where all is practice nothing of it stands beside live work. */
static void check_profile(const struct settings *s, struct config_errors *errors)
{
    static const char ja[] = "訓練区分（profile = training）ではすべてが訓練です。使えません";
    static const char en[] = "with `profile = training` all is practice: not used there";
    if (s->profile != PROFILE_TRAINING)
        return;
    if (is_set(s->practice_provider_url))
        config_fault(errors, "practice_provider_url", ja, en);
    if (s->practice_card_cas.count > 0)
        config_fault(errors, "practice_card_ca", ja, en);
}

/* A source or an authority that serves both would make one of the two wrong. */
static void check_apart(const struct settings *s, struct config_errors *errors)
{
    static const char ja[] = "実際の業務の設定と同じです。別のものにしてください";
    static const char en[] = "the same as for live work: it must be another";
    if (is_set(s->practice_provider_url) && strcmp(s->practice_provider_url, s->provider_url) == 0)
        config_fault(errors, "practice_provider_url", ja, en);
    for (size_t i = 0; i < s->practice_card_cas.count; i++)
        for (size_t j = 0; j < s->card_cas.count; j++)
            if (strcmp(s->practice_card_cas.items[i], s->card_cas.items[j]) == 0)
                config_fault(errors, "practice_card_ca", ja, en);
}

void settings_check_practice(const struct settings *s, struct config_errors *errors)
{
    if (is_set(s->practice_provider_url)) {
        need(errors, s->practice_provider_ca, "practice_provider_ca");
        need(errors, s->practice_provider_cert, "practice_provider_cert");
        need(errors, s->practice_provider_key, "practice_provider_key");
        need(errors, s->facility_code, "facility_code");
    }
    check_profile(s, errors);
    check_apart(s, errors);
}
