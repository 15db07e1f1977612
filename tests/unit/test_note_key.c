/* test_note_key.c — Job: key names, key ids and the vkey form, known ones and wrong ones. */
#include "proto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sodium.h>
#include <cmocka.h>

static const char *const known[] = {
    "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
};

static void known_keys_read_and_write_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct note_key key;
        struct buf b = {0};
        assert_int_equal(note_key_parse(slice_of(known[i]), &key), ERR_OK);
        note_key_format(&key, &b);
        assert_true(slice_is(buf_slice(&b), known[i]));
        buf_free(&b);
    }
}

static void the_known_seed_gives_the_known_key(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES], secret[NOTE_SECRET_BYTES], public[NOTE_PUBLIC_BYTES];
    struct note_key key;
    struct buf b = {0};
    assert_true(sodium_init() >= 0);
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    note_secret_of_seed(seed, secret, public);
    assert_memory_equal(secret, seed, sizeof seed);
    assert_memory_equal(secret + sizeof seed, public, sizeof public);
    assert_int_equal(note_key_init(slice_of("gw.example/audit"), NOTE_KEY_ED25519, public, &key),
                     ERR_OK);
    note_key_format(&key, &b);
    assert_true(slice_is(buf_slice(&b), known[0]));
    buf_free(&b);
}

static void wrong_vkeys_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "+",
        "++",
        "name",
        "name+00000000",
        "name+00000000+",
        /* other name, id, type, key: the id no longer fits */
        "gw.example/other+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+0bfd4943+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+0bfd4942+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG5",
        /* another spelling, a missing or an added character */
        "gw.example/audit+0BFD4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+00bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG",
        "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVQ==",
        "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4AAAA",
        "gw.example/audit+0bfd4942+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n",
        "PRIVATE+KEY+gw.example/audit+0bfd4942+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
    };
    struct note_key key;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (note_key_parse(slice_of(bad[i]), &key) != ERR_BAD_FIELD)
            fail_msg("accepted: %s", bad[i]);
    for (size_t cut = 0; cut < strlen(known[0]); cut++)
        assert_int_equal(note_key_parse((struct slice){known[0], cut}, &key), ERR_BAD_FIELD);
}

static void names_hold_no_space_and_no_plus(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "a b",
        "a+b",
        "a\tb",
        "a\nb",
        "\x01",
        "a\xc2\x85",
        "a\xc2\xa0z",
        "\xe1\x9a\x80",
        "\xe2\x80\x80",
        "\xe2\x80\x8a",
        "\xe2\x80\xa8",
        "\xe2\x80\xa9",
        "\xe2\x80\xaf",
        "\xe2\x81\x9f",
        "全角\xe3\x80\x80空白",
        "\xff",
        "a\xe3\x81",
    };
    char longest[NOTE_NAME_MAX + 2];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(note_name_valid(slice_of(bad[i])));
    assert_true(note_name_valid(slice_of("gw.example/audit/2")));
    assert_true(note_name_valid(slice_of("消防本部.example")));
    memset(longest, 'a', sizeof longest);
    assert_true(note_name_valid((struct slice){longest, NOTE_NAME_MAX}));
    assert_false(note_name_valid((struct slice){longest, NOTE_NAME_MAX + 1}));
}

static void unknown_types_are_no_keys_of_ours(void **state)
{
    (void)state;
    static const int types[] = {0, 2, 3, 5, 6, 255};
    const uint8_t public[NOTE_PUBLIC_BYTES] = {1};
    struct note_key key;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_int_equal(note_key_init(slice_of("n"), (enum note_key_type)types[i], public, &key),
                         ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_keys_read_and_write_the_same),
        cmocka_unit_test(the_known_seed_gives_the_known_key),
        cmocka_unit_test(wrong_vkeys_are_refused),
        cmocka_unit_test(names_hold_no_space_and_no_plus),
        cmocka_unit_test(unknown_types_are_no_keys_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
