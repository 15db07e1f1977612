/* test_record_value.c — Job: per kind of field, the edge that passes and the step beyond it. */
#include "proto/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>

#include "proto/limits.h"
#include "tests/lib/sample_record.h"

#define ID_A "01JDD5S2R00000000000000001"
#define ID_B "01JDD5S2R00000000000000002"
#define ID_C "01JDD5S2R00000000000000003"
#define ID_D "01JDD5S2R00000000000000004"
#define HASH "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

/* {"<field>":<value>} in strict mode. */
static enum err decode(const char *field, const char *value, enum record_mode mode)
{
    char text[1024];
    struct json *root = NULL;
    struct sample out;
    struct complaint why;
    snprintf(text, sizeof text, "{\"%s\":%s}", field, value);
    assert_int_equal(json_parse(slice_of(text), FRAME_BYTES_MAX, &root), ERR_OK);
    enum err e = record_decode(&record_sample, root, mode, &out, &why);
    if (e != ERR_OK)
        assert_string_equal(why.path, field);
    json_free(root);
    return e;
}

struct row {
    const char *field, *value;
};

static const struct row good[] = {
    {"text", "\"\""},
    {"text", "\"救急搬送\""},
    {"text", "\"a\\nb\""},
    {"secret", "\"12345678\""},
    {"code", "\"red\""},
    {"codes", "[\"person\"]"},
    {"codes", "[\"document\",\"person\"]"},
    {"id", "\"" ID_A "\""},
    {"ids", "[\"" ID_A "\"]"},
    {"ids", "[\"" ID_A "\",\"" ID_B "\",\"" ID_C "\"]"},
    {"number", "-5"},
    {"number", "5"},
    {"time", "\"1970-01-01T00:00:00.001Z\""},
    {"date", "\"2024-02-29\""},
    {"date", "\"2000-02-29\""},
    {"date", "\"1899-12-31\""},
    {"flag", "true"},
    {"flag", "false"},
    {"hash", "\"" HASH "\""},
    {"bytes", "\"QQ==\""},
    {"bytes", "\"QUJDREU=\""},
    {"bytes", "\"+/+/\""},
};

static const struct row bad[] = {
    {"text", "\"救急搬送中\""},
    {"text", "\"a\\tb\""},
    {"text", "\"\\u202e\""},
    {"text", "7"},
    {"text", "null"},
    {"text", "[\"a\"]"},
    {"secret", "\"\""},
    {"secret", "\"123456789\""},
    {"code", "\"\""},
    {"code", "\"Red\""},
    {"code", "1"},
    {"code", "null"},
    {"codes", "[]"},
    {"codes", "\"person\""},
    {"codes", "[1]"},
    {"codes", "[\"person\",\"person\"]"},
    {"codes", "[\"person\",\"aura\"]"},
    {"id", "\"\""},
    {"id", "\"00000000000000000000000000\""},
    {"id", "\"01jdd5s2r00000000000000001\""},
    {"id", "\"" ID_A "0\""},
    {"id", "\"81JDD5S2R00000000000000001\""},
    {"id", "1"},
    {"ids", "[]"},
    {"ids", "\"" ID_A "\""},
    {"ids", "[\"" ID_A "\",\"" ID_A "\"]"},
    {"ids", "[\"" ID_A "\",\"" ID_B "\",\"" ID_C "\",\"" ID_D "\"]"},
    {"ids", "[7]"},
    {"number", "-6"},
    {"number", "6"},
    {"number", "\"5\""},
    {"number", "true"},
    {"number", "9007199254740992"},
    {"time", "\"1970-01-01T00:00:00.000Z\""},
    {"time", "\"2026-11-24T05:00:00Z\""},
    {"time", "\"2026-11-24T14:00:00.000+09:00\""},
    {"time", "1795496400000"},
    {"date", "\"2023-02-29\""},
    {"date", "\"1900-02-29\""},
    {"date", "\"2026-13-01\""},
    {"date", "\"2026-00-01\""},
    {"date", "\"2026-04-31\""},
    {"date", "\"2026-01-00\""},
    {"date", "\"2026-1-1\""},
    {"date", "\"2026/01/01\""},
    {"date", "\"20260101\""},
    {"date", "\"令和六年\""},
    {"flag", "0"},
    {"flag", "\"true\""},
    {"flag", "null"},
    {"hash", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\""},
    {"hash", "\"\""},
    {"hash", "7"},
    {"bytes", "\"\""},
    {"bytes", "\"QQ\""},
    {"bytes", "\"QR==\""},
    {"bytes", "\"QUI\""},
    {"bytes", "\"Q===\""},
    {"bytes", "\"====\""},
    {"bytes", "\"QQ==QQ==\""},
    {"bytes", "\"QU J\""},
    {"bytes", "\"QU-J\""},
    {"bytes", "\"QUJDREVG\""},
    {"raw", "{}"},
    {"raw", "\"text\""},
};

static void every_edge_passes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (decode(good[i].field, good[i].value, RECORD_STRICT) != ERR_OK)
            fail_msg("refused %s %s", good[i].field, good[i].value);
        assert_int_equal(decode(good[i].field, good[i].value, RECORD_LENIENT), ERR_OK);
    }
}

static void every_step_beyond_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (decode(bad[i].field, bad[i].value, RECORD_STRICT) != ERR_BAD_FIELD)
            fail_msg("accepted %s %s", bad[i].field, bad[i].value);
}

static void a_flag_is_yes_no_or_absent(void **state)
{
    (void)state;
    struct json *root = NULL;
    struct sample out;
    struct complaint why;
    static const struct {
        const char *text;
        int flag;
    } rows[] = {{"{\"flag\":true}", FLAG_YES}, {"{\"flag\":false}", FLAG_NO}, {"{}", FLAG_ABSENT}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(json_parse(slice_of(rows[i].text), 64, &root), ERR_OK);
        assert_int_equal(record_decode(&record_sample, root, RECORD_STRICT, &out, &why), ERR_OK);
        assert_int_equal(out.flag, rows[i].flag);
        json_free(root);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_edge_passes),
        cmocka_unit_test(every_step_beyond_is_refused),
        cmocka_unit_test(a_flag_is_yes_no_or_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
