/* test_seal.c — Job: sealing hides, opening notices every change, subkeys are those of RFC 5869. */
#include "common/seal.h"

#include "proto/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t key[SEAL_KEY_SIZE] = "0123456789abcdef0123456789abcde";

static void what_is_sealed_comes_back(void **state)
{
    (void)state;
    char plain[1000];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (char)(i * 31);
    for (size_t size = 0; size <= sizeof plain; size += 37) {
        struct buf sealed = {0}, back = {0};
        struct slice text = {plain, size};
        buf_text(&back, "kept");
        assert_int_equal(seal_close(key, slice_of("aad"), text, &sealed), ERR_OK);
        assert_int_equal(sealed.size, size + SEAL_OVERHEAD);
        assert_int_equal(seal_open(key, slice_of("aad"), buf_slice(&sealed), &back), ERR_OK);
        assert_int_equal(back.size, size + 4);
        assert_memory_equal(back.bytes, "kept", 4);
        assert_memory_equal(back.bytes + 4, plain, size);
        buf_free(&sealed);
        buf_free(&back);
    }
}

/* NIST's GCM test case 16 (AES-256, with AAD): our reader opens what others have sealed. */
static void a_published_vector_opens(void **state)
{
    (void)state;
    static const uint8_t nist_key[32] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                         0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08,
                                         0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                         0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
    static const uint8_t nist_sealed[12 + 60 + 16] = {
        0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88, /* nonce */
        0x52, 0x2d, 0xc1, 0xf0, 0x99, 0x56, 0x7d, 0x07, 0xf4, 0x7f, 0x37, 0xa3,
        0x2a, 0x84, 0x42, 0x7d, 0x64, 0x3a, 0x8c, 0xdc, 0xbf, 0xe5, 0xc0, 0xc9,
        0x75, 0x98, 0xa2, 0xbd, 0x25, 0x55, 0xd1, 0xaa, 0x8c, 0xb0, 0x8e, 0x48,
        0x59, 0x0d, 0xbb, 0x3d, 0xa7, 0xb0, 0x8b, 0x10, 0x56, 0x82, 0x88, 0x38,
        0xc5, 0xf6, 0x1e, 0x63, 0x93, 0xba, 0x7a, 0x0a, 0xbc, 0xc9, 0xf6, 0x62, /* cipher */
        0x76, 0xfc, 0x6e, 0xce, 0x0f, 0x4e, 0x17, 0x68, 0xcd, 0xdf, 0x88, 0x53,
        0xbb, 0x2d, 0x55, 0x1b};
    static const char aad[20] = {'\xfe', '\xed', '\xfa', '\xce', '\xde', '\xad', '\xbe',
                                 '\xef', '\xfe', '\xed', '\xfa', '\xce', '\xde', '\xad',
                                 '\xbe', '\xef', '\xab', '\xad', '\xda', '\xd2'};
    struct buf plain = {0};
    struct slice sealed = {(const char *)nist_sealed, sizeof nist_sealed};
    assert_int_equal(seal_open(nist_key, (struct slice){aad, sizeof aad}, sealed, &plain), ERR_OK);
    assert_int_equal(plain.size, 60);
    assert_memory_equal(plain.bytes, "\xd9\x31\x32\x25\xf8\x84\x06\xe5", 8);
    buf_free(&plain);
}

static void two_sealings_of_one_text_differ(void **state)
{
    (void)state;
    struct buf a = {0}, b = {0};
    assert_int_equal(seal_close(key, slice_of(""), slice_of("same"), &a), ERR_OK);
    assert_int_equal(seal_close(key, slice_of(""), slice_of("same"), &b), ERR_OK);
    assert_memory_not_equal(a.bytes, b.bytes, SEAL_NONCE_SIZE);
    assert_memory_not_equal(a.bytes + SEAL_NONCE_SIZE, b.bytes + SEAL_NONCE_SIZE, 4);
    buf_free(&a);
    buf_free(&b);
}

static void every_changed_bit_is_noticed(void **state)
{
    (void)state;
    struct buf sealed = {0}, back = {0};
    assert_int_equal(seal_close(key, slice_of("aad"), slice_of("plain"), &sealed), ERR_OK);
    for (size_t bit = 0; bit < 8 * sealed.size; bit++) {
        sealed.bytes[bit / 8] = (char)(sealed.bytes[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(seal_open(key, slice_of("aad"), buf_slice(&sealed), &back), ERR_CRYPTO);
        assert_int_equal(back.size, 0);
        sealed.bytes[bit / 8] = (char)(sealed.bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = 0; size < sealed.size; size++)
        assert_int_equal(seal_open(key, slice_of("aad"), (struct slice){sealed.bytes, size}, &back),
                         ERR_CRYPTO);
    assert_int_equal(seal_open(key, slice_of("aae"), buf_slice(&sealed), &back), ERR_CRYPTO);
    assert_int_equal(seal_open(key, slice_of(""), buf_slice(&sealed), &back), ERR_CRYPTO);
    uint8_t wrong[SEAL_KEY_SIZE];
    memcpy(wrong, key, sizeof wrong);
    wrong[31] ^= 1;
    assert_int_equal(seal_open(wrong, slice_of("aad"), buf_slice(&sealed), &back), ERR_CRYPTO);
    assert_int_equal(seal_open(key, slice_of("aad"), buf_slice(&sealed), &back), ERR_OK);
    buf_free(&sealed);
    buf_free(&back);
}

static void a_full_buffer_is_told_and_shows_nothing(void **state)
{
    (void)state;
    struct buf small;
    buf_init(&small, 20);
    assert_int_equal(seal_close(key, slice_of(""), slice_of("plain"), &small), ERR_TOO_LARGE);
    assert_int_equal(small.size, 0);
    buf_free(&small);
    struct slice huge = {"", (size_t)SEAL_BYTES_MAX + 1};
    assert_int_equal(seal_close(key, slice_of(""), huge, &small), ERR_TOO_LARGE);
}

static void a_key_is_wrapped(void **state)
{
    (void)state;
    uint8_t data_key[SEAL_KEY_SIZE] = {1, 2, 3}, back[SEAL_KEY_SIZE];
    uint8_t wrapped[SEAL_WRAPPED_SIZE];
    assert_int_equal(seal_wrap(key, slice_of("case"), data_key, wrapped), ERR_OK);
    assert_int_equal(seal_unwrap(key, slice_of("case"), wrapped, back), ERR_OK);
    assert_memory_equal(back, data_key, sizeof back);
    assert_int_equal(seal_unwrap(key, slice_of("other"), wrapped, back), ERR_CRYPTO);
    memset(data_key, 0, sizeof data_key);
    assert_memory_equal(back, data_key, sizeof back); /* wiped */
}

static void subkeys_depend_on_label_and_root(void **state)
{
    (void)state;
    uint8_t a[SEAL_KEY_SIZE], b[SEAL_KEY_SIZE], other[SEAL_KEY_SIZE] = {0};
    assert_int_equal(seal_subkey(key, slice_of("a"), a), ERR_OK);
    assert_int_equal(seal_subkey(key, slice_of("b"), b), ERR_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(seal_subkey(other, slice_of("a"), b), ERR_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(seal_subkey(key, slice_of("a"), b), ERR_OK);
    assert_memory_equal(a, b, sizeof a);
}

/* `openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt hexkey:00…1f -kdfopt info:sakiyomi HKDF`
 */
static void a_subkey_is_hkdf(void **state)
{
    (void)state;
    uint8_t root[SEAL_KEY_SIZE], out[SEAL_KEY_SIZE];
    static const uint8_t expected[SEAL_KEY_SIZE] = {0xa4, 0xdd, 0xe0, 0xbf, 0xff, 0x5a, 0x0f, 0x99,
                                                    0x4d, 0xb0, 0xd5, 0x66, 0xaf, 0xde, 0xcf, 0x10,
                                                    0x19, 0xd3, 0x37, 0x78, 0x0e, 0xbe, 0xf3, 0xc1,
                                                    0x7a, 0x90, 0xfb, 0x78, 0xea, 0xe5, 0x72, 0xbc};
    for (size_t i = 0; i < sizeof root; i++)
        root[i] = (uint8_t)i;
    assert_int_equal(seal_subkey(root, slice_of("sakiyomi"), out), ERR_OK);
    assert_memory_equal(out, expected, sizeof out);
}

static void comparing_compares(void **state)
{
    (void)state;
    assert_true(seal_equal("abc", "abc", 3));
    assert_false(seal_equal("abc", "abd", 3));
    assert_true(seal_equal("abc", "abd", 2));
    assert_true(seal_equal(NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_comes_back),
        cmocka_unit_test(a_published_vector_opens),
        cmocka_unit_test(two_sealings_of_one_text_differ),
        cmocka_unit_test(every_changed_bit_is_noticed),
        cmocka_unit_test(a_full_buffer_is_told_and_shows_nothing),
        cmocka_unit_test(a_key_is_wrapped),
        cmocka_unit_test(subkeys_depend_on_label_and_root),
        cmocka_unit_test(a_subkey_is_hkdf),
        cmocka_unit_test(comparing_compares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
