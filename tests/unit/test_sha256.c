/* test_sha256.c — Job: SHA-256 and HMAC against the published vectors. */
#include "proto/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void assert_hex(const struct hash *hash, const char *hex)
{
    char text[65];
    for (size_t i = 0; i < sizeof hash->bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", hash->bytes[i]);
    assert_string_equal(text, hex);
}

/* FIPS 180-4 examples. */
static void sha256_of_known_texts(void **state)
{
    (void)state;
    struct hash h = sha256(NULL, 0);
    assert_hex(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    h = sha256("abc", 3);
    assert_hex(&h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    h = sha256(two_blocks, 56);
    assert_hex(&h, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void runs_are_hashed_one_behind_the_other(void **state)
{
    (void)state;
    struct hash whole = sha256("abc", 3);
    struct hash parts = sha256_of3(slice_of("a"), (struct slice){NULL, 0}, slice_of("bc"));
    assert_true(hash_equal(&whole, &parts));
    parts = sha256_of3(slice_of("a"), slice_of("b"), slice_of("d"));
    assert_false(hash_equal(&whole, &parts));
}

/* RFC 4231 cases 1, 2 and 6 (a key longer than a block), and the empty key and text. */
static void hmac_of_known_texts(void **state)
{
    (void)state;
    char key[131];
    memset(key, 0x0b, sizeof key);
    struct hash h = hmac_sha256((struct slice){key, 20}, slice_of("Hi There"));
    assert_hex(&h, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    h = hmac_sha256(slice_of("Jefe"), slice_of("what do ya want for nothing?"));
    assert_hex(&h, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    h = hmac_sha256((struct slice){key, sizeof key},
                    slice_of("Test Using Larger Than Block-Size Key - Hash Key First"));
    assert_hex(&h, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    h = hmac_sha256((struct slice){NULL, 0}, (struct slice){NULL, 0});
    assert_hex(&h, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_known_texts),
        cmocka_unit_test(runs_are_hashed_one_behind_the_other),
        cmocka_unit_test(hmac_of_known_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
