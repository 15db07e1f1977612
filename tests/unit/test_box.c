/* test_box.c — Job: what is sealed to a public key opens with its secret key only. */
#include "common/box.h"

#include "common/rng.h"
#include "proto/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static uint8_t secret[BOX_KEY_SIZE], public_key[BOX_KEY_SIZE];

static int make_keys(void **state)
{
    (void)state;
    rng_fill(secret, sizeof secret);
    return box_public(secret, public_key) == ERR_OK ? 0 : -1;
}

/* RFC 7748 section 6.1: Alice's keys. */
static void the_public_key_is_x25519(void **state)
{
    (void)state;
    static const uint8_t alice[BOX_KEY_SIZE] = {0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d,
                                                0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45,
                                                0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a,
                                                0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a};
    uint8_t out[BOX_KEY_SIZE];
    assert_int_equal(box_public(alice, out), ERR_OK);
    assert_memory_equal(out, "\x85\x20\xf0\x09\x89\x30\xa7\x54", 8);
}

static void it_opens_with_the_secret_key(void **state)
{
    (void)state;
    char plain[500];
    rng_fill(plain, sizeof plain);
    for (size_t size = 0; size <= sizeof plain; size += 100) {
        struct buf sealed = {0}, back = {0};
        assert_int_equal(box_seal(public_key, (struct slice){plain, size}, &sealed), ERR_OK);
        assert_int_equal(sealed.size, size + BOX_OVERHEAD);
        if (size != 0)
            assert_null(memmem(sealed.bytes, sealed.size, plain, size < 16 ? size : 16));
        assert_int_equal(box_open(secret, buf_slice(&sealed), &back), ERR_OK);
        assert_int_equal(back.size, size);
        if (size != 0)
            assert_memory_equal(back.bytes, plain, size);
        buf_free(&sealed);
        buf_free(&back);
    }
}

static void changes_and_other_keys_are_noticed(void **state)
{
    (void)state;
    struct buf sealed = {0}, back = {0};
    uint8_t other[BOX_KEY_SIZE];
    rng_fill(other, sizeof other);
    assert_int_equal(box_seal(public_key, slice_of("record"), &sealed), ERR_OK);
    for (size_t i = 0; i < sealed.size; i++) {
        sealed.bytes[i] = (char)(sealed.bytes[i] ^ 1);
        assert_int_equal(box_open(secret, buf_slice(&sealed), &back), ERR_CRYPTO);
        assert_int_equal(box_open(secret, (struct slice){sealed.bytes, i}, &back), ERR_CRYPTO);
        sealed.bytes[i] = (char)(sealed.bytes[i] ^ 1);
    }
    assert_int_equal(box_open(other, buf_slice(&sealed), &back), ERR_CRYPTO);
    assert_int_equal(back.size, 0);
    buf_free(&sealed);
    buf_free(&back);
}

static void an_unusable_public_key_is_refused(void **state)
{
    (void)state;
    static const uint8_t zero[BOX_KEY_SIZE];
    struct buf sealed = {0};
    assert_int_equal(box_seal(zero, slice_of("record"), &sealed), ERR_CRYPTO);
    assert_int_equal(sealed.size, 0);
    struct slice huge = {"", (size_t)SEAL_BYTES_MAX + 1};
    assert_int_equal(box_seal(public_key, huge, &sealed), ERR_TOO_LARGE);
    buf_free(&sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_key_is_x25519),
        cmocka_unit_test(it_opens_with_the_secret_key),
        cmocka_unit_test(changes_and_other_keys_are_noticed),
        cmocka_unit_test(an_unusable_public_key_is_refused),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
