/* test_note.c — Job: signed notes against published vectors, and the duties of who opens one. */
#include "proto/note.h"

#include "proto/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sodium.h>
#include <cmocka.h>

#define MARK "\xe2\x80\x94 "

/* C2SP signed-note, and the documentation of Go's golang.org/x/mod/sumdb/note. */
static const char spec_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char spec_note[] = "This is an example message.\n\n" MARK
                                "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi"
                                "2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char peter_vkey[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
#define PETER_TEXT                                                                                 \
    "If you think cryptography is the answer to your problem,\n"                                   \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                                                 \
    MARK "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot" \
         "pRZb6KE6RyyBwJnAM=\n"
/* The sample of C2SP tlog-cosignature; only its form and time are used, its key is not given. */
#define WITNESS_LINE                                                                               \
    MARK "witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs" \
         "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"

static uint8_t secret[NOTE_SECRET_BYTES];
static struct note_key signer, witness; /* one seed each: 00..1f and 01..20 */
static uint8_t witness_secret[NOTE_SECRET_BYTES];

static int keys_up(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES], public[NOTE_PUBLIC_BYTES];
    if (sodium_init() < 0)
        return -1;
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    note_secret_of_seed(seed, secret, public);
    if (note_key_init(slice_of("gw.example/audit"), NOTE_KEY_ED25519, public, &signer) != ERR_OK)
        return -1;
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i]++;
    note_secret_of_seed(seed, witness_secret, public);
    return note_key_init(slice_of("witness.example/w1"), NOTE_KEY_COSIGNATURE, public, &witness) ==
                   ERR_OK
               ? 0
               : -1;
}

static struct note_key key_of(const char *vkey)
{
    struct note_key key;
    assert_int_equal(note_key_parse(slice_of(vkey), &key), ERR_OK);
    return key;
}

static enum err open_with(const char *note, const struct note_key *keys, size_t count)
{
    struct note_opened opened;
    return note_open(slice_of(note), keys, count, &opened);
}

static void published_notes_open(void **state)
{
    (void)state;
    struct note_opened opened;
    struct note_key keys[] = {key_of(spec_vkey), key_of(peter_vkey)};
    assert_int_equal(note_open(slice_of(spec_note), keys, 2, &opened), ERR_OK);
    assert_int_equal(opened.signed_by, 1);
    assert_true(slice_is(opened.text, "This is an example message.\n"));
    assert_int_equal(note_open(slice_of(PETER_TEXT "\n" PETER_LINE), keys, 2, &opened), ERR_OK);
    assert_int_equal(opened.signed_by, 2);
    assert_true(slice_is(opened.text, PETER_TEXT));
    assert_true(note_signed_by(&opened, 1));
    assert_false(note_signed_by(&opened, 0));
    assert_false(note_signed_by(&opened, 40));
}

static void signing_gives_a_note_that_opens(void **state)
{
    (void)state;
    struct buf note = {0};
    struct note_key keys[] = {witness, signer};
    struct note_opened opened;
    const char *text = "a text\n\nwith an empty line — 先読み\n";
    buf_text(&note, text);
    buf_byte(&note, '\n');
    assert_int_equal(note_sign(&signer, secret, slice_of(text), 0, &note), ERR_OK);
    assert_int_equal(note_sign(&witness, witness_secret, slice_of(text), 1679315147, &note),
                     ERR_OK);
    assert_int_equal(note_open(buf_slice(&note), keys, 2, &opened), ERR_OK);
    assert_int_equal(opened.signed_by, 3);
    assert_true(opened.times_s[0] == 1679315147 && opened.times_s[1] == 0);
    assert_true(slice_is(opened.text, text));
    assert_int_equal(note_open(buf_slice(&note), keys, 1, &opened), ERR_OK);
    assert_int_equal(opened.signed_by, 1);
    buf_free(&note);
}

/* Every bit of every byte: the note must not open, or must not say what it did not say. */
static void every_bit_of_a_note_matters(void **state)
{
    (void)state;
    struct note_key keys[] = {signer, witness};
    const char *text = "gw.example/audit\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    struct buf note = {0};
    buf_text(&note, text);
    buf_byte(&note, '\n');
    assert_int_equal(note_sign(&signer, secret, slice_of(text), 0, &note), ERR_OK);
    assert_int_equal(note_sign(&witness, witness_secret, slice_of(text), 77, &note), ERR_OK);
    for (size_t bit = 0; bit < 8 * note.size; bit++) {
        struct note_opened opened;
        note.bytes[bit / 8] = (char)(note.bytes[bit / 8] ^ 1 << bit % 8);
        /* A change in a signature's name or id makes it somebody else's, who is unknown. */
        if (note_open(buf_slice(&note), keys, 2, &opened) == ERR_OK) {
            assert_int_not_equal(opened.signed_by, 3);
            assert_true(slice_is(opened.text, text));
        }
        note.bytes[bit / 8] = (char)(note.bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < note.size; cut++) {
        struct note_opened opened;
        if (note_open((struct slice){note.bytes, cut}, keys, 2, &opened) == ERR_OK)
            assert_int_equal(opened.signed_by, 1); /* cut exactly between the two lines */
    }
    buf_free(&note);
}

static void strangers_are_ignored_and_known_liars_are_not(void **state)
{
    (void)state;
    struct note_key peter = key_of(peter_vkey);
    const char *stranger = MARK "stranger AAAAAAA=\n";
    char note[2048];
    snprintf(note, sizeof note, "%s\n%s%s", PETER_TEXT, stranger, PETER_LINE);
    assert_int_equal(open_with(note, &peter, 1), ERR_OK);
    assert_int_equal(open_with(note, &signer, 1), ERR_CRYPTO); /* nobody known has signed */
    assert_int_equal(open_with(note, &peter, 0), ERR_CRYPTO);
    /* The same id under another name, and the same name with another id, are strangers. */
    snprintf(note, sizeof note, "%s\n" MARK "Other x08go/ZJ\n" MARK "PeterNeumann AAAAAAAA\n%s",
             PETER_TEXT, PETER_LINE);
    assert_int_equal(open_with(note, &peter, 1), ERR_OK);
    /* The known key's wrong signature spoils the note, even in front of another right one. */
    snprintf(note, sizeof note, "%s\n" MARK "PeterNeumann x08go/ZJ\n%s", PETER_TEXT, PETER_LINE);
    assert_int_equal(open_with(note, &peter, 1), ERR_CRYPTO);
    /* Of two by one key the first counts, as Go's note.Open has it. */
    snprintf(note, sizeof note, "%s\n%s" MARK "PeterNeumann x08go/ZJ\n", PETER_TEXT, PETER_LINE);
    assert_int_equal(open_with(note, &peter, 1), ERR_OK);
    snprintf(note, sizeof note, "%s.\n\n%s", "Another text", PETER_LINE);
    assert_int_equal(open_with(note, &peter, 1), ERR_CRYPTO);
}

static void one_kind_of_signature_is_not_the_other(void **state)
{
    (void)state;
    struct note_key as_note = witness, as_witness = signer;
    struct buf note = {0};
    buf_text(&note, "text\n\n");
    assert_int_equal(note_key_init(slice_of("k"), NOTE_KEY_ED25519, witness.public, &as_note),
                     ERR_OK);
    assert_int_equal(
        note_key_init(slice_of("k"), NOTE_KEY_COSIGNATURE, witness.public, &as_witness), ERR_OK);
    assert_int_not_equal(as_note.id, as_witness.id);
    as_witness.id = as_note.id; /* somebody made the ids collide */
    assert_int_equal(note_sign(&as_note, witness_secret, slice_of("text\n"), 5, &note), ERR_OK);
    struct note_opened opened;
    assert_int_equal(note_open(buf_slice(&note), &as_note, 1, &opened), ERR_OK);
    assert_int_equal(note_open(buf_slice(&note), &as_witness, 1, &opened), ERR_CRYPTO);
    buf_free(&note);
}

static void the_shape_of_a_note_is_strict(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n" PETER_LINE,
        PETER_LINE,
        PETER_TEXT "\n" PETER_LINE "\n",        /* an empty line behind the signatures */
        PETER_TEXT "\n" PETER_LINE "garbage\n", /* a line that is no signature */
        PETER_TEXT "\n" MARK "PeterNeumann\n",  /* no base64 */
        PETER_TEXT "\n" MARK "PeterNeumann \n",
        PETER_TEXT "\n" MARK " AAAAAAA=\n",
        PETER_TEXT "\n" MARK "a AAAAAA==\n", /* four bytes: an id and no signature */
        PETER_TEXT "\n" MARK "a AAAAAAA\n",
        PETER_TEXT "\n" MARK "a+b AAAAAAA=\n",
        PETER_TEXT "\n" MARK "a  AAAAAAA=\n",
        PETER_TEXT "\n" MARK "a\xc2\xa0z AAAAAAA=\n",
        PETER_TEXT "\n- a AAAAAAA=\n",
        "tab\there\n\n" PETER_LINE,
        "cr\r\n\n" PETER_LINE,
    };
    struct note note;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (note_split(slice_of(bad[i]), &note) != ERR_BAD_FIELD)
            fail_msg("row %zu is accepted", i);
    assert_int_equal(note_split(slice_of("bad \xff\n\n" PETER_LINE), &note), ERR_UTF8);
    assert_int_equal(note_split((struct slice){"nul\0\n\n" MARK "a AAAAAAA=\n", 22}, &note),
                     ERR_BAD_FIELD);
    assert_int_equal(note_split(slice_of("text\n\n" WITNESS_LINE), &note), ERR_OK);
    assert_true(slice_is(note.signatures, WITNESS_LINE));
}

static void many_signatures_are_read_and_too_many_refused(void **state)
{
    (void)state;
    struct buf b = {0};
    struct note note;
    buf_text(&b, "text\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        buf_text(&b, MARK "a AAAAAAA=\n");
    assert_int_equal(note_split(buf_slice(&b), &note), ERR_OK);
    buf_text(&b, MARK "a AAAAAAA=\n");
    assert_int_equal(note_split(buf_slice(&b), &note), ERR_TOO_LARGE);
    buf_clear(&b);
    while (b.size <= NOTE_BYTES_MAX)
        buf_text(&b, "a line of text\n");
    buf_text(&b, "\n" MARK "a AAAAAAA=\n");
    assert_int_equal(note_split(buf_slice(&b), &note), ERR_TOO_LARGE);
    buf_clear(&b);
    buf_text(&b, "text\n\n" MARK "large ");
    for (size_t i = 0; i < (size_t)NOTE_SIGNATURE_MAX / 3 * 4 + 12; i++)
        buf_byte(&b, 'A');
    buf_byte(&b, '\n');
    assert_int_equal(note_split(buf_slice(&b), &note), ERR_TOO_LARGE);
    buf_free(&b);
}

static void what_cannot_be_signed_is_not(void **state)
{
    (void)state;
    struct buf line = {0};
    assert_int_equal(note_sign(&signer, secret, slice_of("no newline"), 0, &line), ERR_BAD_FIELD);
    assert_int_equal(note_sign(&signer, secret, slice_of(""), 0, &line), ERR_BAD_FIELD);
    assert_int_equal(note_sign(&signer, secret, slice_of("\x01\n"), 0, &line), ERR_BAD_FIELD);
    assert_int_equal(note_sign(&signer, secret, slice_of("\xff\n"), 0, &line), ERR_UTF8);
    assert_int_equal(note_sign(&signer, witness_secret, slice_of("text\n"), 0, &line), ERR_CRYPTO);
    assert_int_equal(note_sign(&witness, witness_secret, slice_of("text\n"), UINT64_MAX, &line),
                     ERR_BAD_FIELD);
    assert_int_equal(line.size, 0);
    struct note_key twice[] = {signer, witness, signer};
    assert_int_equal(open_with(spec_note, twice, 3), ERR_CONFIG);
    assert_int_equal(open_with(spec_note, twice, NOTE_KEYS_MAX + 1), ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_notes_open),
        cmocka_unit_test(signing_gives_a_note_that_opens),
        cmocka_unit_test(every_bit_of_a_note_matters),
        cmocka_unit_test(strangers_are_ignored_and_known_liars_are_not),
        cmocka_unit_test(one_kind_of_signature_is_not_the_other),
        cmocka_unit_test(the_shape_of_a_note_is_strict),
        cmocka_unit_test(many_signatures_are_read_and_too_many_refused),
        cmocka_unit_test(what_cannot_be_signed_is_not),
    };
    return cmocka_run_group_tests(tests, keys_up, NULL);
}
