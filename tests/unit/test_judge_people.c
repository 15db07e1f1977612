/* test_judge_people.c — Job: two factors: asked, failed, locked, opened once per code. */
#include "tests/lib/core_bed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct body_sign_in words(const char *login)
{
    return (struct body_sign_in){
        .login = slice_of(login), .password = slice_of("x"), .code = slice_of("123456")};
}

static enum err finish(struct core_bed *bed, struct errand_ask ask, enum bed_device at,
                       enum err result, int64_t step)
{
    struct outcome o = {.kind = ERRAND_FACTORS, .ask = ask, .result = result, .totp_step = step};
    o.ask.device = bed->devices[at].id;
    return core_outcome(bed, &o);
}

static void a_code_works_once(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_sign_in body = words("crew");
    core_init(&bed);
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &body), ERR_OK);
    struct errand_ask ask = bed.last->errands[0];
    assert_true(id_absent(&core_event(&bed, EVENT_SIGN_IN_ASKED, 0)->person));
    assert_int_equal(finish(&bed, ask, BED_CREW, ERR_OK, 7), ERR_OK);
    assert_int_equal(core_count(&bed, EVENT_SESSION_OPENED), 1);
    assert_int_equal(finish(&bed, ask, BED_CREW, ERR_OK, 8), ERR_OK); /* the same ask again */
    assert_int_equal(core_count(&bed, EVENT_SESSION_OPENED), 0);
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &body), ERR_OK);
    ask = bed.last->errands[0];
    assert_int_equal(finish(&bed, ask, BED_CREW, ERR_OK, 7), ERR_OK); /* the same code again */
    assert_int_equal(core_count(&bed, EVENT_SIGN_IN_FAILED), 1);
    core_fini(&bed);
}

static void wrong_factors_lock(void **state)
{
    (void)state;
    struct core_bed bed;
    struct body_sign_in body = words("crew");
    core_init(&bed);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &body), ERR_OK);
        struct errand_ask ask = bed.last->errands[0];
        assert_int_equal(finish(&bed, ask, BED_CREW, ERR_BAD_FACTORS, 0), ERR_OK);
        assert_int_equal(core_event(&bed, EVENT_SIGN_IN_FAILED, 0)->count, i);
    }
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &body), ERR_LOCKED);
    core_fini(&bed);
}

/* Nobody learns from the answer whether a login exists or where its owner works. */
static void strangers_are_treated_like_wrong_passwords(void **state)
{
    (void)state;
    struct core_bed bed;
    core_init(&bed);
    struct body_sign_in nobody = words("nobody"), er = words("a");
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &nobody), ERR_OK);
    assert_int_equal(bed.last->errands_count, 1);
    assert_true(id_absent(&bed.last->errands[0].person));
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &er), ERR_OK);
    assert_true(id_absent(&bed.last->errands[0].person));
    bed.people[BED_CREW].expires_at = bed.now - 1;
    struct body_sign_in late = words("crew");
    assert_int_equal(core_say_alone(&bed, BED_CREW, MSG_SIGN_IN, &late), ERR_OK);
    assert_true(id_absent(&bed.last->errands[0].person));
    core_fini(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_works_once),
        cmocka_unit_test(wrong_factors_lock),
        cmocka_unit_test(strangers_are_treated_like_wrong_passwords),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
