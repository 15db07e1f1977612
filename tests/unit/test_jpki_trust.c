/* test_jpki_trust.c — Job: whose cards are taken, when, and which are revoked. */
#include "common/jpki_trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "tests/lib/card_bench.h"

static struct card_bench bench;
static struct card_ca *older, *foreign;
static struct jpki_trust *trust;
static struct jpki_verdict verdict;

static int fresh(void **state)
{
    (void)state;
    if (jpki_trust_new(&trust) != ERR_OK)
        return -1;
    return jpki_trust_add_ca(trust, buf_slice(&bench.ca_der)) == ERR_OK ? 0 : -1;
}

static int done(void **state)
{
    (void)state;
    jpki_trust_free(trust);
    return 0;
}

static void add_ca(const struct card_ca *ca, enum err expected)
{
    struct buf der = {0};
    assert_int_equal(card_ca_der(ca, &der), ERR_OK);
    assert_int_equal(jpki_trust_add_ca(trust, buf_slice(&der)), expected);
    buf_free(&der);
}

static void add_crl(const struct card_ca *ca, uint64_t serial, struct card_period valid,
                    enum err expected)
{
    struct buf der = {0};
    assert_int_equal(card_crl_make(ca, &serial, serial == 0 ? 0 : 1, valid, &der), ERR_OK);
    assert_int_equal(jpki_trust_add_crl(trust, buf_slice(&der)), expected);
    buf_free(&der);
}

static enum err check_at(int64_t now_ms)
{
    return jpki_trust_check(trust, buf_slice(&bench.cert), now_ms, &verdict);
}

static enum err check_card_of(const struct card_ca *ca, int64_t now_ms)
{
    struct buf der = {0};
    assert_int_equal(
        card_cert_make(ca, bench.key, CARD_USE_AUTH, BENCH_SERIAL, bench_years(-1, 4), &der),
        ERR_OK);
    enum err err = jpki_trust_check(trust, buf_slice(&der), now_ms, &verdict);
    buf_free(&der);
    return err;
}

static void a_good_card_is_good_for_its_time(void **state)
{
    (void)state;
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(verdict.revocation, JPKI_NOT_CHECKED);
    assert_int_equal(verdict.cert.serial.size, 4);
    assert_int_equal(check_at(verdict.cert.not_after_ms), ERR_OK);
    assert_int_equal(check_at(verdict.cert.not_after_ms + 1), ERR_CARD_EXPIRED);
    assert_int_equal(check_at(verdict.cert.not_before_ms), ERR_OK);
    assert_int_equal(check_at(verdict.cert.not_before_ms - 1), ERR_CARD);
}

static void the_time_is_ours_and_not_the_machine_s(void **state)
{
    (void)state;
    add_ca(older, ERR_OK); /* valid 2006 to 2016 by bench years: long over by any clock */
    struct buf der = {0};
    assert_int_equal(
        card_cert_make(older, bench.key, CARD_USE_AUTH, 1, bench_years(-20, -11), &der), ERR_OK);
    assert_int_equal(
        jpki_trust_check(trust, buf_slice(&der), BENCH_NOW_MS - 15 * BENCH_YEAR_MS, &verdict),
        ERR_OK);
    assert_int_equal(jpki_trust_check(trust, buf_slice(&der), BENCH_NOW_MS, &verdict),
                     ERR_CARD_EXPIRED);
    buf_free(&der);
}

static void generations_of_one_name_are_told_by_their_signature(void **state)
{
    (void)state;
    struct card_ca *second;
    assert_int_equal(card_ca_new(CARD_USE_AUTH, 7, bench_years(-2, 8), CARD_CA_PROPER, &second),
                     ERR_OK);
    assert_int_equal(check_card_of(second, BENCH_NOW_MS), ERR_CARD_ISSUER);
    add_ca(second, ERR_OK);
    assert_int_equal(check_card_of(second, BENCH_NOW_MS), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(check_card_of(foreign, BENCH_NOW_MS), ERR_CARD_ISSUER);
    card_ca_free(second);
}

static void an_authority_that_ended_takes_its_cards_along(void **state)
{
    (void)state;
    add_ca(older, ERR_OK);
    assert_int_equal(check_card_of(older, BENCH_NOW_MS), ERR_CARD_EXPIRED);
}

static void without_authorities_nobody_is_trusted(void **state)
{
    (void)state;
    struct jpki_trust *empty;
    assert_int_equal(jpki_trust_new(&empty), ERR_OK);
    assert_int_equal(jpki_trust_check(empty, buf_slice(&bench.cert), BENCH_NOW_MS, &verdict),
                     ERR_CARD_ISSUER);
    jpki_trust_free(empty);
    jpki_trust_free(NULL);
}

static void what_is_no_authority_is_not_taken(void **state)
{
    (void)state;
    struct card_ca *none;
    assert_int_equal(card_ca_new(CARD_USE_AUTH, 7, bench_years(-2, 8), CARD_CA_NOT_A_CA, &none),
                     ERR_OK);
    add_ca(none, ERR_CERT);
    card_ca_free(none);
    assert_int_equal(jpki_trust_add_ca(trust, buf_slice(&bench.cert)), ERR_CERT);
    assert_int_equal(jpki_trust_add_ca(trust, slice_of("no DER")), ERR_CERT);
    struct buf forged = {0};
    buf_add(&forged, bench.ca_der.bytes, bench.ca_der.size);
    forged.bytes[forged.size - 1] ^= 1; /* in the signature */
    assert_int_equal(jpki_trust_add_ca(trust, buf_slice(&forged)), ERR_CERT);
    buf_free(&forged);
    for (int i = 1; i < JPKI_CAS_MAX; i++)
        assert_int_equal(jpki_trust_add_ca(trust, buf_slice(&bench.ca_der)), ERR_OK);
    assert_int_equal(jpki_trust_add_ca(trust, buf_slice(&bench.ca_der)), ERR_FULL);
}

static void a_forged_certificate_has_no_issuer(void **state)
{
    (void)state;
    struct buf forged = {0};
    buf_add(&forged, bench.cert.bytes, bench.cert.size);
    forged.bytes[forged.size - 1] ^= 1;
    assert_int_equal(jpki_trust_check(trust, buf_slice(&forged), BENCH_NOW_MS, &verdict),
                     ERR_CARD_ISSUER);
    buf_free(&forged);
}

/* ---- Revocation ---- */

static void a_listed_card_is_revoked_even_by_an_old_list(void **state)
{
    (void)state;
    add_crl(bench.ca, BENCH_SERIAL, bench_years(-2, -1), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_CARD_REVOKED);
}

static void a_card_that_is_not_listed_is_good(void **state)
{
    (void)state;
    add_crl(bench.ca, BENCH_SERIAL + 1, bench_years(-1, 1), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(verdict.revocation, JPKI_NOT_REVOKED);
}

static void an_old_list_is_said_to_be_old_and_a_new_one_outweighs_it(void **state)
{
    (void)state;
    add_crl(bench.ca, 0, bench_years(-2, -1), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(verdict.revocation, JPKI_LIST_OLD);
    add_crl(bench.ca, 0, bench_years(-1, 1), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(verdict.revocation, JPKI_NOT_REVOKED);
}

/* Same name, same serial, another key: its list is not about our card. */
static void a_list_of_another_generation_is_not_about_this_card(void **state)
{
    (void)state;
    add_crl(foreign, BENCH_SERIAL, bench_years(-1, 1), ERR_CARD_ISSUER);
    add_ca(older, ERR_OK);
    add_crl(older, BENCH_SERIAL, bench_years(-1, 1), ERR_OK);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    assert_int_equal(verdict.revocation, JPKI_NOT_CHECKED);
}

static void a_forged_list_is_refused(void **state)
{
    (void)state;
    struct buf der = {0};
    const uint64_t serial = BENCH_SERIAL;
    assert_int_equal(card_crl_make(bench.ca, &serial, 1, bench_years(-1, 1), &der), ERR_OK);
    der.bytes[der.size - 1] ^= 1;
    assert_int_equal(jpki_trust_add_crl(trust, buf_slice(&der)), ERR_CARD_ISSUER);
    assert_int_equal(jpki_trust_add_crl(trust, slice_of("no list")), ERR_CERT);
    assert_int_equal(check_at(BENCH_NOW_MS), ERR_OK);
    buf_free(&der);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_good_card_is_good_for_its_time),
        T(the_time_is_ours_and_not_the_machine_s),
        T(generations_of_one_name_are_told_by_their_signature),
        T(an_authority_that_ended_takes_its_cards_along),
        T(without_authorities_nobody_is_trusted),
        T(what_is_no_authority_is_not_taken),
        T(a_forged_certificate_has_no_issuer),
        T(a_listed_card_is_revoked_even_by_an_old_list),
        T(a_card_that_is_not_listed_is_good),
        T(an_old_list_is_said_to_be_old_and_a_new_one_outweighs_it),
        T(a_list_of_another_generation_is_not_about_this_card),
        T(a_forged_list_is_refused),
    };
    if (!bench_init(&bench) ||
        card_ca_new(CARD_USE_AUTH, 3, bench_years(-20, -10), CARD_CA_PROPER, &older) != ERR_OK ||
        card_ca_new(CARD_USE_AUTH, 1, bench_years(-3, 7), CARD_CA_PROPER, &foreign) != ERR_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    card_ca_free(older);
    card_ca_free(foreign);
    bench_fini(&bench);
    return failed;
}
