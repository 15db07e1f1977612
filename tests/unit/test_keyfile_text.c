/* test_keyfile_text.c — Job: the line of a key file has one spelling and knows its name. */
#include "common/keyfile_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t key[SEAL_KEY_SIZE] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                           11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                           22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* The check was computed by Python's hashlib. */
static void the_line_is_as_documented(void **state)
{
    (void)state;
    struct buf line = {0};
    uint8_t back[SEAL_KEY_SIZE];
    keyfile_text_add(&line, "alias", key);
    assert_true(
        slice_is(buf_slice(&line),
                 "sakiyomi-key 1 alias AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= de9abadd\n"));
    assert_int_equal(keyfile_text_read(buf_slice(&line), "alias", back), ERR_OK);
    assert_memory_equal(back, key, sizeof key);
    buf_free(&line);
}

static void every_change_is_damage(void **state)
{
    (void)state;
    struct buf line = {0};
    uint8_t back[SEAL_KEY_SIZE], zero[SEAL_KEY_SIZE] = {0};
    keyfile_text_add(&line, "kek-2026-11", key);
    for (size_t i = 0; i < line.size; i++) {
        line.bytes[i] = (char)(line.bytes[i] ^ 1);
        assert_int_equal(keyfile_text_read(buf_slice(&line), "kek-2026-11", back), ERR_CORRUPT);
        assert_memory_equal(back, zero, sizeof back);
        line.bytes[i] = (char)(line.bytes[i] ^ 1);
        assert_int_equal(keyfile_text_read((struct slice){line.bytes, i}, "kek-2026-11", back),
                         ERR_CORRUPT);
    }
    assert_int_equal(keyfile_text_read(buf_slice(&line), "kek-2026-12", back), ERR_CORRUPT);
    assert_int_equal(keyfile_text_read(buf_slice(&line), "kek-2026-1", back), ERR_CORRUPT);
    buf_byte(&line, ' ');
    assert_int_equal(keyfile_text_read(buf_slice(&line), "kek-2026-11", back), ERR_CORRUPT);
    buf_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_as_documented),
        cmocka_unit_test(every_change_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
