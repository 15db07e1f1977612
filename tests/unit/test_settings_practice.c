/* test_settings_practice.c — Job: practice shares no source and no authority with live work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gateway/settings.h"

static const char live_ca[] = "live.der", own_ca[] = "practice.der";

/* A live gateway with practice beside it, all as it should be. */
static struct settings good(const char **live, const char **own)
{
    *live = live_ca;
    *own = own_ca;
    return (struct settings){.profile = PROFILE_PRODUCTION,
                             .provider_url = "https://live.test",
                             .facility_code = "1319999999",
                             .practice_provider_url = "https://practice.test",
                             .practice_provider_ca = "a",
                             .practice_provider_cert = "b",
                             .practice_provider_key = "c",
                             .card_cas = {live, 1},
                             .practice_card_cas = {own, 1}};
}

static void faults(const struct settings *s, size_t count, const char *key)
{
    struct config_errors errors = {0};
    settings_check_practice(s, &errors);
    assert_int_equal(errors.count, count);
    if (count == 0)
        return;
    assert_string_equal(errors.rows[0].key, key);
    assert_true(errors.rows[0].ja[0] != '\0' && errors.rows[0].en[0] != '\0');
}

static void beside_live_work_it_is_allowed_and_optional(void **state)
{
    (void)state;
    const char *live, *own;
    struct settings s = good(&live, &own);
    faults(&s, 0, NULL);
    s.profile = PROFILE_TRIAL;
    faults(&s, 0, NULL);
    s.practice_provider_url = ""; /* practice without a view */
    s.practice_provider_ca = s.practice_provider_cert = s.practice_provider_key = "";
    faults(&s, 0, NULL);
    s.practice_card_cas.count = 0; /* and without a card */
    faults(&s, 0, NULL);
}

static void a_source_has_what_it_needs(void **state)
{
    (void)state;
    const char *live, *own;
    struct settings s = good(&live, &own);
    s.practice_provider_ca = "";
    faults(&s, 1, "practice_provider_ca");
    s.practice_provider_cert = s.practice_provider_key = s.facility_code = "";
    faults(&s, 4, "practice_provider_ca");
}

static void nothing_serves_both(void **state)
{
    (void)state;
    const char *live, *own;
    struct settings s = good(&live, &own);
    s.practice_provider_url = s.provider_url;
    faults(&s, 1, "practice_provider_url");
    s = good(&live, &own);
    own = live_ca;
    faults(&s, 1, "practice_card_ca");
}

static void where_all_is_practice_there_is_no_beside(void **state)
{
    (void)state;
    const char *live, *own;
    struct settings s = good(&live, &own);
    s.profile = PROFILE_TRAINING;
    faults(&s, 2, "practice_provider_url");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_live_work_it_is_allowed_and_optional),
        cmocka_unit_test(a_source_has_what_it_needs),
        cmocka_unit_test(nothing_serves_both),
        cmocka_unit_test(where_all_is_practice_there_is_no_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
