/* test_provider_api.c — Job: fetch every patient and every oddity over real mutual TLS. */
#include "gateway/errand/eligibility/provider.h"

#include "common/clock.h"
#include "common/file.h"
#include "tests/eligibility_simulator/patient.h"
#include "tests/lib/eligibility_bed.h"
#include "tests/lib/eligibility_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct eligibility_bed bed;
static struct provider api;

static int start(void **state)
{
    (void)state;
    eligibility_bed_start(&bed, "目印ＭＡＲＫ");
    struct provider_api_settings s = eligibility_bed_api(&bed);
    return provider_api_open(&s, &api) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    provider_close(&api);
    eligibility_bed_stop(&bed);
    return 0;
}

static enum err fetch_with(const struct provider_api_settings *s, const struct fetch_ask *ask)
{
    struct provider p;
    struct view *v;
    assert_int_equal(provider_api_open(s, &p), ERR_OK);
    enum err e = provider_fetch(&p, ask, &v);
    view_free(v);
    provider_close(&p);
    return e;
}

static void every_patient(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PATIENTS; i++) {
        struct fetch_ask ask = eligibility_bed_ask(i + PATIENTS);
        struct view *v;
        enum err e = provider_fetch(&api, &ask, &v);
        assert_string_equal(err_name(e), err_name(eligibility_expect_error(WAY_API, i)));
        if (e == ERR_OK)
            eligibility_expect_view(WAY_API, i, v);
        view_free(v);
    }
}

static struct view *fetch_odd(const char *oddity, enum err expected)
{
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct view *v;
    if (strcmp(oddity, "slow") == 0)
        ask.timeout_ms = 300;
    eligibility_bed_oddity(&bed, oddity);
    enum err e = provider_fetch(&api, &ask, &v);
    eligibility_bed_oddity(&bed, "none");
    assert_string_equal(err_name(e), err_name(expected));
    return v;
}

static void whole_answers_that_cannot_be_used(void **state)
{
    (void)state;
    assert_null(fetch_odd("half", ERR_UPSTREAM));
    assert_null(fetch_odd("nonsense", ERR_UPSTREAM_ANSWER));
    assert_null(fetch_odd("wrong-patient", ERR_WRONG_PATIENT));
    uint64_t before = clock_mono_ms();
    assert_null(fetch_odd("slow", ERR_UPSTREAM));
    assert_true(clock_mono_ms() - before < 5000);
}

static void parts_that_cannot_be_used_are_failed(void **state)
{
    (void)state;
    static const char *const oddities[] = {"broken-xml", "entity-bomb"};
    for (size_t i = 0; i < 2; i++) {
        struct view *v = fetch_odd(oddities[i], ERR_OK);
        assert_int_equal(v->sections[SECTION_MEDICATIONS].state, STATE_FAILED);
        assert_int_equal(v->sections[SECTION_VISITS].state, STATE_FAILED);
        assert_int_equal(v->sections[SECTION_CHECKUPS].state, STATE_PRESENT);
        view_free(v);
    }
}

static void a_pdf_of_twenty_megabytes(void **state)
{
    (void)state;
    struct view *v = fetch_odd("big-pdf", ERR_OK);
    assert_int_equal(v->sections[SECTION_DOCUMENT].state, STATE_PRESENT);
    size_t biggest = 0;
    for (size_t i = 0; i < v->part_count; i++)
        if (v->parts[i].bytes.size > biggest)
            biggest = v->parts[i].bytes.size;
    assert_in_range(biggest, 20u * 1024 * 1024 - 1024, VIEW_PART_BYTES_MAX);
    assert_true(view_bytes(v) > biggest);
    view_free(v);
}

static void a_cancelled_fetch_ends(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct view *v;
    ask.cancel = &cancel;
    eligibility_bed_oddity(&bed, "slow");
    uint64_t before = clock_mono_ms();
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_UPSTREAM);
    assert_true(clock_mono_ms() - before < 5000);
    eligibility_bed_oddity(&bed, "none");
}

static void trusts_its_own_authority_only(void **state)
{
    (void)state;
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct provider_api_settings s = eligibility_bed_api(&bed);
    assert_int_equal(fetch_with(&s, &ask), ERR_OK);
    s.ca_file = bed.other_ca;
    setenv("SSL_CERT_FILE", bed.ca, 1); /* what the machine trusts does not count */
    assert_int_equal(fetch_with(&s, &ask), ERR_UPSTREAM);
    unsetenv("SSL_CERT_FILE");
    s = eligibility_bed_api(&bed);
    s.certificate_file = bed.other_client;
    s.key_file = bed.other_key;
    assert_int_not_equal(fetch_with(&s, &ask), ERR_OK);
    s = eligibility_bed_api(&bed);
    s.accepts_simulator = false;
    assert_int_equal(fetch_with(&s, &ask), ERR_NOT_ALLOWED);
}

static void the_name_of_the_server_must_fit(void **state)
{
    (void)state;
    char url[64];
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct provider_api_settings s = eligibility_bed_api(&bed);
    snprintf(url, sizeof url, "https://localhost:%s", strrchr(bed.url, ':') + 1);
    s.url = url; /* the certificate says 127.0.0.1 */
    assert_int_equal(fetch_with(&s, &ask), ERR_UPSTREAM);
}

static void settings_are_checked(void **state)
{
    (void)state;
    static const char *const bad[] = {"http://127.0.0.1", "https://", "https://a@b",
                                      "https://host/", "https://host/?x"};
    struct provider p;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct provider_api_settings s = eligibility_bed_api(&bed);
        s.url = bad[i];
        assert_int_equal(provider_api_open(&s, &p), ERR_CONFIG);
    }
    struct provider_api_settings s = eligibility_bed_api(&bed);
    s.key_file = "/nonexistent";
    assert_int_equal(provider_api_open(&s, &p), ERR_CONFIG);
    provider_close(&p);
}

static void asks_are_checked(void **state)
{
    (void)state;
    struct view *v;
    struct fetch_ask ask = eligibility_bed_ask(0);
    ask.basis = BASIS_REFUSED;
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_REFUSED_BY_PATIENT);
    ask = eligibility_bed_ask(0);
    ask.identified_by = IDENTIFIED_FOUR_ITEMS;
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_BAD_FIELD);
    ask = eligibility_bed_ask(0);
    ask.crew_code = slice_of("a\"b");
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_BAD_FIELD);
    ask = eligibility_bed_ask(0);
    ask.from_month = slice_of("2026-13");
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_BAD_FIELD);
    ask = eligibility_bed_ask(0);
    ask.card_certificate.size = 0;
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_BAD_FIELD);
    struct provider closed = {0};
    ask = eligibility_bed_ask(0);
    assert_int_equal(provider_fetch(&closed, &ask, &v), ERR_UPSTREAM);
    assert_null(v);
}

static void letting_see_and_withdrawing(void **state)
{
    (void)state;
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct slice hospital = slice_of("1310000001");
    assert_int_equal(provider_let_see(&api, &ask.view, hospital, 1795500000000), ERR_OK);
    assert_int_equal(provider_let_see(&api, &ask.view, slice_of("13"), 1), ERR_BAD_FIELD);
    assert_int_equal(provider_withdraw(&api, &ask.view), ERR_OK);
    assert_int_equal(provider_let_see(&api, &ask.view, hospital, 1795500000000), ERR_NO_VIEW);
}

static void the_other_side_knows_who_looked(void **state)
{
    (void)state;
    char id[ID_TEXT_SIZE + 1] = "";
    struct fetch_ask ask = eligibility_bed_ask(5);
    struct view *v;
    struct buf log = {0};
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_OK);
    view_free(v);
    id_text(&ask.view, id);
    assert_int_equal(file_read(bed.log, 1 << 24, FILE_ANY, &log), ERR_OK);
    buf_byte(&log, '\0');
    char *line = strstr(log.bytes, id);
    assert_non_null(line);
    while (line > log.bytes && line[-1] != '\n')
        line--;
    assert_non_null(strstr(line, "\"patient\":5"));
    assert_non_null(strstr(line, "\"viewer\":\"paramedic1\""));
    assert_non_null(strstr(line, "\"basis\":\"patient_oral\""));
    assert_non_null(strstr(line, "\"sections\":[\"person\",\"visits\",\"medications\""));
    buf_free(&log);
}

static void only_what_was_asked_for_is_kept(void **state)
{
    (void)state;
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct view *v;
    ask.sections = SECTION_BIT(SECTION_CHECKUPS);
    assert_int_equal(provider_fetch(&api, &ask, &v), ERR_OK);
    assert_int_equal(v->sections[SECTION_PERSON].state, STATE_PRESENT);
    assert_int_equal(v->sections[SECTION_CHECKUPS].state, STATE_PRESENT);
    assert_int_equal(v->sections[SECTION_MEDICATIONS].state, STATE_NOT_ASKED);
    assert_int_equal(v->part_count, 2);
    view_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_patient),
        cmocka_unit_test(whole_answers_that_cannot_be_used),
        cmocka_unit_test(parts_that_cannot_be_used_are_failed),
        cmocka_unit_test(a_pdf_of_twenty_megabytes),
        cmocka_unit_test(a_cancelled_fetch_ends),
        cmocka_unit_test(trusts_its_own_authority_only),
        cmocka_unit_test(the_name_of_the_server_must_fit),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(asks_are_checked),
        cmocka_unit_test(letting_see_and_withdrawing),
        cmocka_unit_test(the_other_side_knows_who_looked),
        cmocka_unit_test(only_what_was_asked_for_is_kept),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
