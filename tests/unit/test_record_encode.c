/* test_record_encode.c — Job: one canonical spelling per struct, and never a secret. */
#include "proto/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "proto/limits.h"
#include "tests/lib/sample_record.h"

static const char whole[] =
    "{\"bytes\":\"QUI=\",\"code\":\"red\",\"codes\":[\"person\",\"document\"],"
    "\"date\":\"2024-02-29\",\"flag\":false,"
    "\"hash\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
    "\"id\":\"01JDD5S2R00000000000000001\","
    "\"ids\":[\"01JDD5S2R00000000000000002\",\"01JDD5S2R00000000000000001\"],"
    "\"items\":[{\"leaf\":{\"depth\":0},\"name\":\"あ\\n\"},{\"name\":\"\\\"\\\\\"}],"
    "\"leaf\":{\"depth\":9},\"number\":-5,\"raw\":{\"any\":[1]},\"text\":\"\","
    "\"time\":\"2026-11-24T05:00:00.000Z\"}";

static void every_kind_is_written_as_it_is_read(void **state)
{
    (void)state;
    struct json *root = NULL;
    struct sample sample;
    struct complaint why;
    struct buf out = {0};
    assert_int_equal(json_parse(slice_of(whole), FRAME_BYTES_MAX, &root), ERR_OK);
    assert_int_equal(record_decode(&record_sample, root, RECORD_LENIENT, &sample, &why), ERR_OK);
    sample.raw = slice_of("{\"any\":[1]}"); /* readers do not get raw members */
    record_encode(&record_sample, &sample, &out);
    buf_byte(&out, '\0');
    assert_string_equal(out.bytes, whole);
    buf_free(&out);
    json_free(root);
}

static void a_secret_is_never_written(void **state)
{
    (void)state;
    struct sample sample;
    struct buf out = {0};
    record_clear(&record_sample, &sample);
    sample.secret = slice_of("PASSWORD");
    sample.text = slice_of("t");
    record_encode(&record_sample, &sample, &out);
    assert_true(slice_is(buf_slice(&out), "{\"text\":\"t\"}"));
    buf_free(&out);
}

static void commas_stand_between_members_only(void **state)
{
    (void)state;
    struct sample sample;
    struct buf out = {0};
    record_clear(&record_sample, &sample);
    sample.items_count = 2;
    sample.items[0].name = slice_of("a");
    sample.items[1].leaf_present = 1; /* its member is absent: an empty object */
    record_encode(&record_sample, &sample, &out);
    assert_true(slice_is(buf_slice(&out), "{\"items\":[{\"name\":\"a\"},{\"leaf\":{}}]}"));
    buf_free(&out);
}

static void a_full_buffer_is_noticed_by_its_owner(void **state)
{
    (void)state;
    struct sample sample;
    struct buf out;
    buf_init(&out, 8);
    record_clear(&record_sample, &sample);
    sample.text = slice_of("long");
    record_encode(&record_sample, &sample, &out);
    assert_int_equal(buf_error(&out), ERR_TOO_LARGE);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_written_as_it_is_read),
        cmocka_unit_test(a_secret_is_never_written),
        cmocka_unit_test(commas_stand_between_members_only),
        cmocka_unit_test(a_full_buffer_is_noticed_by_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
