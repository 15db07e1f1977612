/* test_jpki_cert.c — Job: card certificates read and refused, their signatures checked. */
#include "common/jpki_cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/lib/card_bench.h"

static struct card_bench bench;

static void what_it_says_is_what_was_issued(void **state)
{
    (void)state;
    struct jpki_cert cert;
    static const uint8_t serial[] = {0x01, 0x23, 0xAB, 0xCD};
    assert_int_equal(jpki_cert_read(buf_slice(&bench.cert), &cert), ERR_OK);
    assert_int_equal(cert.serial.size, sizeof serial);
    assert_memory_equal(cert.serial.bytes, serial, sizeof serial);
    assert_int_equal(cert.not_before_ms, BENCH_NOW_MS - BENCH_YEAR_MS);
    assert_int_equal(cert.not_after_ms, BENCH_NOW_MS + 4 * BENCH_YEAR_MS);
    struct hash all = sha256(bench.cert.bytes, bench.cert.size);
    assert_true(hash_equal(&cert.fingerprint, &all));
    assert_true(cert.is_test);
}

/* The name is the same for every generation, so it does not tell them apart. */
static void the_issuer_is_the_hash_of_a_name(void **state)
{
    (void)state;
    struct card_ca *ca;
    struct buf der = {0};
    struct jpki_cert mine, theirs;
    assert_int_equal(card_ca_new(CARD_USE_AUTH, 9, bench_years(-1, 9), CARD_CA_PROPER, &ca),
                     ERR_OK);
    assert_int_equal(card_cert_make(ca, bench.key, CARD_USE_AUTH, 5, bench_years(-1, 4), &der),
                     ERR_OK);
    assert_int_equal(jpki_cert_read(buf_slice(&bench.cert), &mine), ERR_OK);
    assert_int_equal(jpki_cert_read(buf_slice(&der), &theirs), ERR_OK);
    assert_true(hash_equal(&mine.issuer, &theirs.issuer));
    assert_false(hash_equal(&mine.fingerprint, &theirs.fingerprint));
    buf_free(&der);
    card_ca_free(ca);
}

static void the_signature_certificate_is_refused(void **state)
{
    (void)state;
    struct jpki_cert cert;
    assert_int_equal(jpki_cert_read(buf_slice(&bench.sign_cert), &cert), ERR_CARD);
    assert_int_equal(jpki_cert_read(buf_slice(&bench.ca_der), &cert), ERR_CARD);
}

static void what_is_no_certificate_is_refused(void **state)
{
    (void)state;
    struct jpki_cert cert;
    struct slice der = buf_slice(&bench.cert);
    assert_int_equal(jpki_cert_read((struct slice){NULL, 0}, &cert), ERR_CARD);
    assert_int_equal(jpki_cert_read(slice_of("certificate"), &cert), ERR_CARD);
    /* Copies of the exact size, so that a sanitizer sees one byte too many. */
    for (size_t size = 1; size < der.size; size++) {
        char *part = malloc(size);
        memcpy(part, der.bytes, size);
        assert_int_equal(jpki_cert_read((struct slice){part, size}, &cert), ERR_CARD);
        free(part);
    }
    struct buf longer = {0};
    buf_add(&longer, der.bytes, der.size);
    buf_byte(&longer, 0);
    assert_int_equal(jpki_cert_read(buf_slice(&longer), &cert), ERR_CARD);
    buf_free(&longer);
}

static void a_changed_byte_never_makes_a_crash(void **state)
{
    (void)state;
    struct jpki_cert cert;
    struct buf copy = {0};
    buf_add(&copy, bench.cert.bytes, bench.cert.size);
    for (size_t i = 0; i < copy.size; i++) {
        for (int flip = 1; flip < 256; flip *= 4) {
            copy.bytes[i] = (char)(copy.bytes[i] ^ flip);
            enum err err = jpki_cert_read(buf_slice(&copy), &cert);
            assert_true(err == ERR_OK || err == ERR_CARD);
            copy.bytes[i] = (char)(copy.bytes[i] ^ flip);
        }
    }
    buf_free(&copy);
}

static void signatures_are_of_this_key_and_these_bytes(void **state)
{
    (void)state;
    struct buf good = {0}, foreign = {0};
    struct card_key *key;
    struct slice challenge = slice_of("challenge");
    struct slice cert = buf_slice(&bench.cert);
    assert_int_equal(card_key_new(&key), ERR_OK);
    assert_int_equal(card_key_sign(bench.key, challenge, &good), ERR_OK);
    assert_int_equal(card_key_sign(key, challenge, &foreign), ERR_OK);
    struct slice signature = buf_slice(&good);
    assert_int_equal(jpki_cert_check_signature(cert, challenge, signature), ERR_OK);
    assert_int_equal(jpki_cert_check_signature(cert, slice_of("challengf"), signature), ERR_CRYPTO);
    assert_int_equal(jpki_cert_check_signature(cert, challenge, buf_slice(&foreign)), ERR_CRYPTO);
    assert_int_equal(jpki_cert_check_signature(cert, challenge,
                                               (struct slice){signature.bytes, signature.size - 1}),
                     ERR_CRYPTO);
    assert_int_equal(jpki_cert_check_signature(cert, challenge, (struct slice){NULL, 0}),
                     ERR_CRYPTO);
    assert_int_equal(jpki_cert_check_signature(slice_of("x"), challenge, signature), ERR_CARD);
    good.bytes[100] ^= 1;
    assert_int_equal(jpki_cert_check_signature(cert, challenge, buf_slice(&good)), ERR_CRYPTO);
    buf_free(&good);
    buf_free(&foreign);
    card_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_is_what_was_issued),
        cmocka_unit_test(the_issuer_is_the_hash_of_a_name),
        cmocka_unit_test(the_signature_certificate_is_refused),
        cmocka_unit_test(what_is_no_certificate_is_refused),
        cmocka_unit_test(a_changed_byte_never_makes_a_crash),
        cmocka_unit_test(signatures_are_of_this_key_and_these_bytes),
    };
    if (!bench_init(&bench))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bench_fini(&bench);
    return failed;
}
