/* test_settings.c — Job: the gateway's settings: what each profile refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "gateway/settings.h"
#include "tests/lib/temp_folder.h"

#define LEAST "name = gw.test/audit\n"
#define API                                                                                        \
    "provider = api\nprovider_url = https://up.test\nprovider_ca = a\nprovider_cert = b\n"         \
    "provider_key = c\nfacility_code = 1319999999\n"
#define FOLDER                                                                                     \
    "provider = folder\nprovider_req = req\nprovider_res = res\nfacility_code = 1319999999\n"
#define PAPER(KIND) "approval = " KIND "; 第12号; 2026-04-01; 院長 山\n"
#define TWO_PAPERS  PAPER("terms") PAPER("linkage")
#define APPROVED    TWO_PAPERS PAPER("jpki") PAPER("forwarding") PAPER("impact")

static char folder[TEMP_PATH_MAX];
static struct settings settings;
static struct config_errors errors;

static int set_up(void **state)
{
    (void)state;
    temp_folder_make(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    settings_free(&settings);
    temp_folder_remove(folder);
    return 0;
}

/* LEAST, PROFILE and TEXT as a file. */
static enum err load(const char *profile, const char *text)
{
    char path[TEMP_PATH_MAX];
    temp_path(folder, "gateway.conf", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, LEAST "profile = %s\n%s", profile, text);
    assert_int_equal(fclose(file), 0);
    settings_free(&settings);
    return settings_load(path, &settings, &errors);
}

/* Refused, and the fault is at KEY alone; both languages say something. */
static void refused(const char *profile, const char *text, const char *key)
{
    assert_int_equal(load(profile, text), ERR_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.rows[0].key, key);
    assert_true(errors.rows[0].ja[0] != '\0' && errors.rows[0].en[0] != '\0');
}

static void the_least_is_enough_for_training_and_trial(void **state)
{
    (void)state;
    assert_int_equal(load("training", ""), ERR_OK);
    assert_int_equal(settings.profile, PROFILE_TRAINING);
    assert_int_equal(settings.provider, PROVIDER_NONE);
    assert_int_equal(settings.lease_ms, 120000);
    assert_false(settings.provider_simulator);
    assert_false(settings.card_test_accepted);
    assert_int_equal(load("trial", ""), ERR_OK);
    assert_int_equal(settings.profile, PROFILE_TRIAL);
    assert_int_equal(load("prod", ""), ERR_CONFIG);
}

/* A lease that a single late sign of life would end covers screens for no reason. */
static void a_lease_outlives_three_signs_of_life(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "lease = %dms\n", LEASE_MIN_MS - 1);
    refused("training", line, "lease");
    assert_non_null(strstr(errors.rows[0].en, "90s"));
    assert_non_null(strstr(errors.rows[0].ja, "90s"));
    snprintf(line, sizeof line, "lease = %dms\n", LEASE_MIN_MS);
    assert_int_equal(load("training", line), ERR_OK);
    assert_true(settings.lease_ms >= INT64_C(3) * ALIVE_EVERY_MS);
}

static void simulator_test_cards_and_folders_are_for_training_and_trial(void **state)
{
    static const char *const lines[][2] = {
        {API "provider_simulator = yes\n", "provider_simulator"},
        {API "card_test_accepted = yes\n", "card_test_accepted"},
        {FOLDER, "provider"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[2048];
        assert_int_equal(load("training", lines[i][0]), ERR_OK);
        assert_int_equal(load("trial", lines[i][0]), ERR_OK);
        snprintf(text, sizeof text, "%s%s", lines[i][0], APPROVED);
        refused("production", text, lines[i][1]);
    }
}

static void production_names_every_approval(void **state)
{
    (void)state;
    assert_int_equal(load("production", API APPROVED), ERR_OK);
    assert_int_equal(load("production", API), ERR_CONFIG);
    assert_int_equal(errors.count, 5);
    static const char *const kinds[] = {"terms", "linkage", "jpki", "forwarding", "impact"};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(errors.rows[i].key, "approval");
        assert_non_null(strstr(errors.rows[i].en, kinds[i]));
        assert_non_null(strstr(errors.rows[i].ja, kinds[i]));
    }
    refused("production", API PAPER("terms") PAPER("linkage") PAPER("jpki") PAPER("impact"),
            "approval");
    assert_non_null(strstr(errors.rows[0].en, "forwarding"));
}

static void an_approval_has_paper_date_and_signer(void **state)
{
    static const char *const broken[] = {
        "terms",
        "terms; 第12号; 2026-04-01",
        "terms; 第12号; 2026-04-01;",
        "terms;;2026-04-01; 院長",
        "terms; ; 2026-04-01; 院長",
        "terms; 第12号; 2026-02-30; 院長",
        "terms; 第12号; 来週; 院長",
        "terms; 第12号; 2026-04-01; 院長; 他",
        "termsx; 第12号; 2026-04-01; 院長",
    };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text, API "approval = %s\n%s", broken[i],
                 PAPER("linkage") PAPER("jpki") PAPER("forwarding") PAPER("impact"));
        refused("production", text, "approval");
    }
}

static void a_provider_has_what_it_needs(void **state)
{
    (void)state;
    assert_int_equal(load("training", "provider = api\n"), ERR_CONFIG);
    assert_int_equal(errors.count, 5);
    assert_int_equal(load("training", "provider = folder\n"), ERR_CONFIG);
    assert_int_equal(errors.count, 3);
    refused("training", "provider = folder\nprovider_req = a\nfacility_code = 1\n", "provider_res");
}

/* What judgements are told; certificate_only without presence they refuse themselves. */
static void judgements_know_the_profile(void **state)
{
    (void)state;
    struct policy policy;
    assert_int_equal(load("production", API APPROVED "provider_presence = yes\n"), ERR_OK);
    settings_policy(&settings, &policy);
    assert_int_equal(policy.profile, PROFILE_PRODUCTION);
    assert_true(policy.provider_proves_presence);
    assert_int_equal(load("production", API APPROVED), ERR_OK);
    settings_policy(&settings, &policy);
    assert_false(policy.provider_proves_presence);
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(the_least_is_enough_for_training_and_trial),
        EACH(a_lease_outlives_three_signs_of_life),
        EACH(simulator_test_cards_and_folders_are_for_training_and_trial),
        EACH(production_names_every_approval),
        EACH(an_approval_has_paper_date_and_signer),
        EACH(a_provider_has_what_it_needs),
        EACH(judgements_know_the_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
