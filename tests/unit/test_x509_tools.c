/* test_x509_tools.c — Job: the shared pieces: input, names, device URIs, times, PEM, signatures. */
#include "common/x509_tools.h"

#include "common/x509_csr.h"
#include "common/x509_key.h"

#include <mbedtls/oid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void pem_gets_its_nul_and_der_stays(void **state)
{
    (void)state;
    struct buf out;
    assert_int_equal(x509_input(slice_of("x-----BEGIN y"), &out), ERR_OK);
    assert_int_equal(out.size, 14);
    assert_int_equal(out.bytes[13], 0);
    buf_free(&out);
    assert_int_equal(x509_input(slice_of("-----BEGI"), &out), ERR_OK);
    assert_int_equal(out.size, 9);
    buf_free(&out);
    assert_int_equal(x509_input(slice_of(""), &out), ERR_CERT);
    buf_free(&out);
}

static void names_are_bounded_text(void **state)
{
    (void)state;
    char name[X509_NAME_MAX + 1];
    memset(name, 'n', sizeof name);
    assert_true(x509_name_valid((struct slice){name, X509_NAME_MAX}));
    assert_false(x509_name_valid((struct slice){name, X509_NAME_MAX + 1}));
    assert_true(x509_name_valid(slice_of("救急 1")));
    assert_false(x509_name_valid(slice_of("")));
    assert_false(x509_name_valid((struct slice){"a\0b", 3}));
    assert_false(x509_name_valid(slice_of("a\xc2\x85")));
    assert_false(x509_name_valid(slice_of("a\xff")));
}

static void attributes_are_found_once(void **state)
{
    (void)state;
    struct slice cn = X509_OID(MBEDTLS_OID_AT_CN), ou = X509_OID(MBEDTLS_OID_AT_ORG_UNIT);
    mbedtls_asn1_named_data *names = NULL;
    char out[X509_NAME_MAX + 1];
    assert_int_equal(x509_name_add(&names, ou, slice_of("admin")), ERR_OK);
    assert_int_equal(x509_name_add(&names, cn, slice_of("")), ERR_BAD_FIELD);
    assert_int_equal(x509_name_find(names, cn, out), ERR_OK);
    assert_string_equal(out, "");
    assert_int_equal(x509_name_add(&names, cn, slice_of("one")), ERR_OK);
    assert_int_equal(x509_name_find(names, cn, out), ERR_OK);
    assert_string_equal(out, "one");
    mbedtls_asn1_named_data second = *names; /* the same attribute again */
    second.next = names;
    assert_int_equal(x509_name_find(&second, cn, out), ERR_CERT);
    mbedtls_asn1_free_named_data_list(&names);
}

static void device_uris_are_ours_or_not(void **state)
{
    (void)state;
    struct id id, expected;
    assert_int_equal(id_parse(slice_of("01ARYZ6S410000000000000001"), &expected), ERR_OK);
    assert_int_equal(
        x509_device_of_uri(slice_of("urn:sakiyomi:device:01ARYZ6S410000000000000001"), &id),
        ERR_OK);
    assert_true(id_equal(&id, &expected));
    assert_int_equal(x509_device_of_uri(slice_of("urn:sakiyomi:person:x"), &id), ERR_NOT_FOUND);
    assert_int_equal(x509_device_of_uri(slice_of("urn:sak"), &id), ERR_NOT_FOUND);
    assert_int_equal(x509_device_of_uri(slice_of(""), &id), ERR_NOT_FOUND);
    assert_int_equal(x509_device_of_uri(slice_of("urn:sakiyomi:device:"), &id), ERR_CERT);
    assert_int_equal(
        x509_device_of_uri(slice_of("urn:sakiyomi:device:00000000000000000000000000"), &id),
        ERR_CERT);
    assert_int_equal(
        x509_device_of_uri(slice_of("urn:sakiyomi:device:01ARYZ6S4100000000000000011"), &id),
        ERR_CERT);
}

static void times_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    int64_t ms = 0;
    mbedtls_x509_time good = {2026, 11, 24, 5, 0, 0}, bad = {2026, 11, 31, 5, 0, 0};
    mbedtls_x509_time early = {1969, 1, 1, 0, 0, 0}, odd = {2026, -11, 24, 5, 0, 0};
    assert_int_equal(x509_time_ms(&good, &ms), ERR_OK);
    assert_int_equal(ms, 1795496400000);
    assert_int_equal(x509_time_ms(&bad, &ms), ERR_CERT);
    assert_int_equal(x509_time_ms(&early, &ms), ERR_CERT);
    assert_int_equal(x509_time_ms(&odd, &ms), ERR_CERT);
}

static void pem_lines_have_64_characters(void **state)
{
    (void)state;
    char bytes[49] = {0};
    struct buf pem = {0};
    assert_int_equal(x509_pem_add(&pem, "X", (struct slice){bytes, 49}), ERR_OK);
    assert_true(slice_is(buf_slice(&pem),
                         "-----BEGIN X-----\n"
                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                         "AA==\n"
                         "-----END X-----\n"));
    buf_free(&pem);
}

static void signatures_hold_for_their_bytes_and_key(void **state)
{
    (void)state;
    struct buf pem = {0}, other_pem = {0};
    mbedtls_pk_context key, other;
    unsigned char signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    assert_int_equal(x509_key_new(&pem), ERR_OK);
    assert_int_equal(x509_key_new(&other_pem), ERR_OK);
    assert_int_equal(x509_read_key(buf_slice(&pem), &key), ERR_OK);
    assert_int_equal(x509_read_key(buf_slice(&other_pem), &other), ERR_OK);
    assert_int_equal(x509_sign(&key, slice_of("text"), signature, &size), ERR_OK);
    struct slice made = {(const char *)signature, size};
    assert_true(x509_signed_by(&key, MBEDTLS_MD_SHA256, slice_of("text"), made));
    assert_false(x509_signed_by(&key, MBEDTLS_MD_SHA256, slice_of("texT"), made));
    assert_false(x509_signed_by(&other, MBEDTLS_MD_SHA256, slice_of("text"), made));
    assert_false(x509_signed_by(&key, MBEDTLS_MD_SHA384, slice_of("text"), made));
    assert_false(x509_signed_by(&key, MBEDTLS_MD_SHA1, slice_of("text"), made));
    assert_false(x509_signed_by(&key, MBEDTLS_MD_NONE, slice_of("text"), made));
    assert_true(x509_is_pair(&key, &key));
    assert_false(x509_is_pair(&other, &key));
    mbedtls_pk_free(&key);
    mbedtls_pk_free(&other);
    buf_free(&pem);
    buf_free(&other_pem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pem_gets_its_nul_and_der_stays),
        cmocka_unit_test(names_are_bounded_text),
        cmocka_unit_test(attributes_are_found_once),
        cmocka_unit_test(device_uris_are_ours_or_not),
        cmocka_unit_test(times_that_do_not_exist_are_refused),
        cmocka_unit_test(pem_lines_have_64_characters),
        cmocka_unit_test(signatures_hold_for_their_bytes_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
