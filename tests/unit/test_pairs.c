/* test_pairs.c — Job: KEY=VALUE into records, by their tables. */
#include "ambulance_client/pairs.h"
#include "proto/bodies.h"
#include "proto/time_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* 2026-11-24 14:00 in Japan. */
static const int64_t now = INT64_C(1795496400000);
static size_t wrong;

static enum err take(const struct record *record, void *body, const char *text)
{
    static char words[16][256];
    char *list[16];
    size_t count = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, "|");
        memcpy(words[count], text, size);
        words[count][size] = '\0';
        list[count] = words[count];
        count++;
        text += size + (text[size] == '|' ? 1 : 0);
    }
    return pairs_take(record, list, count, now, body, &wrong);
}

static void every_kind_of_value(void **state)
{
    struct body_crew_record r;
    (void)state;
    record_clear(&record_crew_record, &r);
    assert_int_equal(take(&record_crew_record, &r,
                          "name=山田 太郎|name_source=told|age=74|sex=女|urgency=red|"
                          "birth_date=1950-03-05|onset_at=-20|complaint=胸痛"),
                     ERR_OK);
    assert_true(slice_is(r.name, "山田 太郎"));
    assert_int_equal(r.name_source, SOURCE_TOLD);
    assert_int_equal(r.age, 74);
    assert_int_equal(r.sex, SEX_FEMALE);
    assert_int_equal(r.urgency, URGENCY_RED);
    assert_true(slice_is(r.birth_date, "1950-03-05"));
    assert_true(r.onset_at == now - 20 * 60000);
    assert_int_equal(take(&record_crew_record, &r, "age=|name=|sex=|onset_at="), ERR_OK);
    assert_true(r.age == INT_ABSENT && r.name.bytes == NULL && r.sex == 0 && r.onset_at == 0);
    assert_true(slice_is(r.complaint, "胸痛"));
}

static void tenths_are_spoken_of_with_a_point(void **state)
{
    struct body_vitals v;
    (void)state;
    record_clear(&record_vitals, &v);
    assert_int_equal(take(&record_vitals, &v, "temperature=36.5|oxygen=3|spo2=92|light_left=no"),
                     ERR_OK);
    assert_int_equal(v.temperature, 365);
    assert_int_equal(v.oxygen, 30);
    assert_int_equal(v.spo2, 92);
    assert_int_equal(v.light_left, FLAG_NO);
    assert_int_equal(take(&record_vitals, &v, "pulse=80|spo2=92.5"), ERR_BAD_FIELD);
    assert_int_equal(wrong, 1);
    assert_int_equal(take(&record_vitals, &v, "temperature=36.55"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_vitals, &v, "temperature=365"), ERR_BAD_FIELD); /* 365 degrees */
    assert_int_equal(take(&record_vitals, &v, "pulse=301"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_vitals, &v, "pulse=-1"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_vitals, &v, "pulse=99999999999999999999"), ERR_BAD_FIELD);
}

static void told_items_and_treatments(void **state)
{
    struct body_crew_record r;
    (void)state;
    record_clear(&record_crew_record, &r);
    assert_int_equal(take(&record_crew_record, &r,
                          "allergies=present:卵|allergies.said_by=family|dialysis=none|"
                          "treatments=酸素投与|treatments=静脈路"),
                     ERR_OK);
    assert_true(r.allergies_present);
    assert_int_equal(r.allergies.state, TOLD_PRESENT);
    assert_true(slice_is(r.allergies.text, "卵"));
    assert_int_equal(r.allergies.said_by, SAID_FAMILY);
    assert_true(r.allergies.at == now);
    assert_int_equal(r.dialysis.state, TOLD_NONE);
    assert_null(r.dialysis.text.bytes);
    assert_int_equal(r.treatments_count, 2);
    assert_true(slice_is(r.treatments[1].act, "静脈路") && r.treatments[1].at == now);
    /* Said anew as a whole: what hung on the old word goes with it. */
    assert_int_equal(take(&record_crew_record, &r, "allergies=unknown|dialysis=|treatments="),
                     ERR_OK);
    assert_int_equal(r.allergies.state, TOLD_UNKNOWN);
    assert_int_equal(r.allergies.said_by, 0);
    assert_null(r.allergies.text.bytes);
    assert_false(r.dialysis_present);
    assert_int_equal(r.treatments_count, 0);
}

static void a_record_in_a_record(void **state)
{
    struct body_inquiry q;
    (void)state;
    record_clear(&record_inquiry, &q);
    assert_int_equal(take(&record_inquiry, &q, "vitals.pulse=110|vitals.spo2=91|eta_at=+12"),
                     ERR_OK);
    assert_true(q.vitals_present && q.vitals.at == now);
    assert_int_equal(q.vitals.pulse, 110);
    assert_true(q.vitals.systolic == INT_ABSENT);
    assert_true(q.eta_at == now + 12 * 60000);
    assert_int_equal(take(&record_inquiry, &q, "vitals=1"), ERR_UNKNOWN_FIELD);
}

static void slips_of_the_finger(void **state)
{
    static const char *const lines[] = {"agee=1", "age.x=1", "vitals.x=1", "vitals.vitals.x=1"};
    struct body_inquiry q;
    (void)state;
    record_clear(&record_inquiry, &q);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_int_equal(take(&record_inquiry, &q, lines[i]), ERR_UNKNOWN_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "age"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "=1"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "sex=man"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "hospitals=x"), ERR_UNKNOWN_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "inquiry=x"), ERR_BAD_FIELD);
    assert_int_equal(take(&record_inquiry, &q, "complaint=a\x1b[2J"), ERR_BAD_FIELD);
}

static void times(void **state)
{
    static const struct {
        const char *text, *is;
    } rows[] = {
        {"now", "2026-11-24T05:00:00.000Z"},
        {"14:05", "2026-11-24T05:05:00.000Z"},
        {"13:59", "2026-11-24T04:59:00.000Z"},
        {"02:00", "2026-11-23T17:00:00.000Z"}, /* twelve hours back, not fourteen ahead */
        {"01:59", "2026-11-24T16:59:00.000Z"}, /* now the coming one is nearer */
        {"-90", "2026-11-24T03:30:00.000Z"},
        {"2026-11-24T05:00:00.000Z", "2026-11-24T05:00:00.000Z"},
    };
    static const char *const bad[] = {
        "", "24:00", "1:00", "14:60", "14-05", "+", "-x", "+999999", "2026-11-24T05:00:00Z"};
    char text[TIME_TEXT_SIZE];
    int64_t at;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(pairs_time(rows[i].text, now, &at), ERR_OK);
        time_text(at, text);
        assert_string_equal(text, rows[i].is);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_not_equal(pairs_time(bad[i], now, &at), ERR_OK);
}

static void sets_of_codes(void **state)
{
    uint64_t set;
    (void)state;
    assert_int_equal(pairs_codes(&codes_section, "medications,受診歴", &set), ERR_OK);
    assert_true(set == (SECTION_BIT(SECTION_MEDICATIONS) | SECTION_BIT(SECTION_VISITS)));
    assert_int_equal(pairs_codes(&codes_section, "", &set), ERR_BAD_FIELD);
    assert_int_equal(pairs_codes(&codes_section, "medications,,visits", &set), ERR_BAD_FIELD);
    assert_int_equal(pairs_codes(&codes_section, "all", &set), ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value),
        cmocka_unit_test(tenths_are_spoken_of_with_a_point),
        cmocka_unit_test(told_items_and_treatments),
        cmocka_unit_test(a_record_in_a_record),
        cmocka_unit_test(slips_of_the_finger),
        cmocka_unit_test(times),
        cmocka_unit_test(sets_of_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
