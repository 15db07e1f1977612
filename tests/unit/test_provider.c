/* test_provider.c — Job: an ask is checked and completed before any provider sees it. */
#include "gateway/errand/eligibility/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct fetch_ask seen;
static unsigned calls;

static enum err note_fetch(void *self, const struct fetch_ask *ask, struct view **out)
{
    (void)self;
    seen = *ask;
    calls++;
    return view_new(out);
}

static enum err note_let_see(void *self, const struct id *view, struct slice hospital_code10,
                             int64_t until_ms)
{
    (void)self;
    (void)view;
    (void)hospital_code10;
    (void)until_ms;
    calls++;
    return ERR_OK;
}

static enum err note_withdraw(void *self, const struct id *view)
{
    (void)self;
    (void)view;
    calls++;
    return ERR_OK;
}

static void note_close(void *self)
{
    (void)self;
    calls++;
}

static const struct provider_ops ops = {note_fetch, note_let_see, note_withdraw, note_close};

static struct fetch_ask good_ask(void)
{
    struct fetch_ask ask = {.hq_code = slice_of("13-001"),
                            .crew_code = slice_of("c_7.a"),
                            .viewer_id = slice_of("v"),
                            .terminal_id = slice_of("t"),
                            .kind = VIEW_NORMAL,
                            .basis = BASIS_PATIENT_ORAL,
                            .sections = SECTION_BIT(SECTION_CHECKUPS),
                            .card_certificate = slice_of("DER"),
                            .card_proof = PROOF_CERTIFICATE_ONLY,
                            .identified_by = IDENTIFIED_CARD_VISUAL,
                            .timeout_ms = 1};
    memset(ask.view.bytes, 1, sizeof ask.view.bytes);
    memset(ask.case_id.bytes, 2, sizeof ask.case_id.bytes);
    return ask;
}

static enum err fetch(const struct fetch_ask *ask)
{
    struct provider p = {.ops = &ops};
    struct view *v;
    unsigned before = calls;
    enum err e = provider_fetch(&p, ask, &v);
    assert_int_equal(calls, before + (e == ERR_OK));
    assert_true((v != NULL) == (e == ERR_OK));
    view_free(v);
    return e;
}

static void the_person_is_always_asked_for(void **state)
{
    (void)state;
    struct fetch_ask ask = good_ask();
    assert_int_equal(fetch(&ask), ERR_OK);
    assert_true(seen.sections == (SECTION_BIT(SECTION_CHECKUPS) | SECTION_BIT(SECTION_PERSON)));
    ask.kind = VIEW_ELIGIBILITY_ONLY;
    assert_int_equal(fetch(&ask), ERR_OK);
    assert_true(seen.sections == SECTION_BIT(SECTION_PERSON));
}

static void a_bad_ask_goes_nowhere(void **state)
{
    (void)state;
    struct fetch_ask bad[12];
    size_t n = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        bad[i] = good_ask();
    bad[n++].hq_code = slice_of("");
    bad[n++].crew_code = slice_of("../x");
    bad[n++].viewer_id = (struct slice){0};
    bad[n++].terminal_id = slice_of("a b");
    bad[n++].card_certificate.size = CERT_BYTES_MAX + 1;
    bad[n++].identified_by = IDENTIFIED_PHONE;
    bad[n++].card_proof = 0;
    bad[n++].kind = (enum view_kind)99;
    bad[n++].timeout_ms = 0;
    bad[n++].from_month = slice_of("2026-00");
    bad[n++].to_month = slice_of("202601");
    memset(&bad[n++].view, 0, sizeof bad[0].view);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(fetch(&bad[i]), ERR_BAD_FIELD);
    struct fetch_ask refused = good_ask();
    refused.basis = BASIS_REFUSED;
    assert_int_equal(fetch(&refused), ERR_REFUSED_BY_PATIENT);
}

static void a_code_is_plain_ascii(void **state)
{
    (void)state;
    assert_true(provider_is_code(slice_of("c_7.a-B")));
    assert_false(provider_is_code(slice_of("汐見2")));
    assert_false(provider_is_code(slice_of("a b")));
    assert_false(provider_is_code(slice_of("")));
    assert_false(provider_is_code((struct slice){NULL, 0}));
}

static void a_closed_provider_gives_nothing(void **state)
{
    (void)state;
    struct provider p = {.ops = &ops};
    struct fetch_ask ask = good_ask();
    assert_int_equal(provider_let_see(&p, &ask.view, slice_of("1310000001"), 5), ERR_OK);
    assert_int_equal(provider_let_see(&p, &ask.view, slice_of("131000000"), 5), ERR_BAD_FIELD);
    assert_int_equal(provider_let_see(&p, &ask.view, slice_of("1310000001"), 0), ERR_BAD_FIELD);
    assert_int_equal(provider_withdraw(&p, &ask.view), ERR_OK);
    provider_close(&p);
    provider_close(&p);
    provider_close(NULL);
    assert_int_equal(provider_withdraw(&p, &ask.view), ERR_UPSTREAM);
    assert_int_equal(provider_let_see(&p, &ask.view, slice_of("1310000001"), 5), ERR_UPSTREAM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_person_is_always_asked_for),
        cmocka_unit_test(a_bad_ask_goes_nowhere),
        cmocka_unit_test(a_code_is_plain_ascii),
        cmocka_unit_test(a_closed_provider_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
