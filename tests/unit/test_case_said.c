/* test_case_said.c — Job: what was said is noted, bounded, and told again to whom it was told. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void talk(struct core_bed *bed, enum bed_device who)
{
    struct body_talk body = {.text = slice_of("三番で待っています")};
    assert_int_equal(core_say(bed, who, MSG_TALK, &body), ERR_OK);
}

static size_t told(const struct core_bed *bed, const struct id *hospital, enum spoken kind)
{
    size_t count = 0;
    for (size_t i = 0; i < bed->c.said_count; i++)
        if (bed->c.said[i].kind == (int)kind && case_said_to(&bed->c, &bed->c.said[i], hospital))
            count++;
    return count;
}

static void a_hospital_is_told_again_what_it_was_told(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    const struct id *a = &bed.hospital_a.id, *b = &bed.hospital_b.id;
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    talk(&bed, BED_CREW);
    talk(&bed, BED_BOX_A);
    core_granted(&bed, BED_BOX_B);
    talk(&bed, BED_CREW);
    assert_int_equal(told(&bed, NULL, SPOKEN_TALK), 3);
    assert_int_equal(told(&bed, a, SPOKEN_TALK), 2);
    assert_int_equal(told(&bed, b, SPOKEN_TALK), 1);
    assert_int_equal(told(&bed, NULL, SPOKEN_ANSWER), 2);
    assert_int_equal(told(&bed, b, SPOKEN_ANSWER), 1);
    const struct case_said *last = &bed.c.said[bed.c.said_count - 1];
    assert_true(id_equal(&last->person, &bed.people[BED_CREW].id));
    assert_int_equal(case_said_event(last), EVENT_TALKED);
    core_fini(&bed);
}

static void a_mixup_is_told_to_who_had_a_right_by_then(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    core_matched(&bed);
    core_granted(&bed, BED_BOX_A);
    core_mixup(&bed, BED_CREW, MIXUP_WRONG_HOSPITAL);
    assert_int_equal(told(&bed, &bed.hospital_a.id, SPOKEN_MIXUP), 1);
    assert_int_equal(told(&bed, &bed.hospital_b.id, SPOKEN_MIXUP), 0);
    struct event later = {.type = EVENT_GRANT_ISSUED, .hospital = bed.hospital_b.id};
    later.at = bed.now + 1000;
    case_apply(&bed.c, &later, NULL);
    assert_int_equal(told(&bed, &bed.hospital_b.id, SPOKEN_MIXUP), 0);
    core_fini(&bed);
}

static void the_oldest_words_leave(void **state)
{
    (void)state;
    struct case_state *c = calloc(1, sizeof *c);
    assert_non_null(c);
    for (int i = 1; i <= CASE_SAID_MAX + 3; i++) {
        struct event event = {.type = EVENT_TALKED, .at = i};
        case_apply(c, &event, NULL);
    }
    struct event silent = {.type = EVENT_NO_VIEW, .at = 999};
    case_apply(c, &silent, NULL);
    assert_int_equal(c->said_count, CASE_SAID_MAX);
    assert_int_equal(c->said[0].at, 4);
    assert_int_equal(c->said[CASE_SAID_MAX - 1].at, CASE_SAID_MAX + 3);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hospital_is_told_again_what_it_was_told),
        cmocka_unit_test(a_mixup_is_told_to_who_had_a_right_by_then),
        cmocka_unit_test(the_oldest_words_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
