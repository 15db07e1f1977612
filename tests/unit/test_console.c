/* test_console.c — Job: what an administrator is shown of a person and a device; no auditor a name. */
#include "gateway/core/console.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct access_viewer admin = {{{1}}, 1ull << ROLE_ORG_ADMIN};
static const struct access_viewer auditor = {{{1}}, 1ull << ROLE_AUDITOR};

static struct person_state person(void)
{
    return (struct person_state){.id = {{9}},
                                 .org = {{1}},
                                 .login = slice_of("login"),
                                 .name = slice_of("name"),
                                 .roles = 1ull << ROLE_PARAMEDIC,
                                 .sessions = {{.opened_at = 100, .until = 200, .ended_at = 150},
                                              {.opened_at = 300, .until = 400}},
                                 .sessions_count = 2};
}

static void a_person_with_the_newest_sign_in(void **state)
{
    (void)state;
    struct person_state p = person();
    struct person_row row;
    console_person(&admin, &p, 350, &row);
    assert_int_equal(row.last_sign_in_at, 300);
    assert_int_equal(row.signed_in, FLAG_YES);
    assert_int_equal(row.state, ACCOUNT_ACTIVE);
    assert_true(slice_is(row.name, "name"));
    console_person(&admin, &p, 400, &row);
    assert_int_equal(row.signed_in, FLAG_NO);
    p.sessions_count = 0;
    console_person(&admin, &p, 350, &row);
    assert_int_equal(row.last_sign_in_at, 0);
}

static void no_auditor_is_told_a_name(void **state)
{
    (void)state;
    struct person_state p = person();
    struct person_row row;
    struct connection_person on_line;
    console_person(&auditor, &p, 350, &row);
    assert_null(row.name.bytes);
    assert_null(row.login.bytes);
    assert_true(id_equal(&row.person, &p.id));
    console_on_line(&auditor, &p, &on_line);
    assert_null(on_line.name.bytes);
    console_on_line(&admin, &p, &on_line);
    assert_true(slice_is(on_line.name, "name"));
}

/* The strongest reason why an account does not work is the one that is told. */
static void the_state_of_an_account(void **state)
{
    (void)state;
    struct person_state p = person();
    p.must_change = FLAG_YES;
    assert_int_equal(account_state_of(&p, 350), ACCOUNT_FIRST_PASSWORD);
    p.locked = FLAG_YES;
    assert_int_equal(account_state_of(&p, 350), ACCOUNT_LOCKED);
    p.expires_at = 351;
    assert_int_equal(account_state_of(&p, 350), ACCOUNT_LOCKED);
    assert_int_equal(account_state_of(&p, 351), ACCOUNT_EXPIRED);
    p.disabled = FLAG_YES;
    assert_int_equal(account_state_of(&p, 351), ACCOUNT_DISABLED);
}

static void a_disabled_person_is_not_signed_in(void **state)
{
    (void)state;
    struct person_state p = person();
    struct person_row row;
    p.disabled = FLAG_YES;
    console_person(&admin, &p, 350, &row);
    assert_int_equal(row.signed_in, FLAG_NO);
}

static void a_device_and_its_certificate(void **state)
{
    (void)state;
    struct device_state d = {.id = {{7}},
                             .kind = DEVICE_HOSPITAL,
                             .name = {"", 0},
                             .revoked = FLAG_YES,
                             .added_at = 5,
                             .certificate_until = 50};
    struct device_row row;
    console_device(&d, 0, &row);
    assert_int_equal(row.online, FLAG_NO);
    assert_int_equal(row.revoked, FLAG_YES);
    assert_int_equal(row.certificate_until, 50);
    assert_null(row.name.bytes);
    d.revoked = FLAG_ABSENT;
    console_device(&d, 40, &row);
    assert_int_equal(row.online, FLAG_YES);
    assert_int_equal(row.online_since, 40);
    assert_int_equal(row.revoked, FLAG_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_with_the_newest_sign_in),
        cmocka_unit_test(no_auditor_is_told_a_name),
        cmocka_unit_test(the_state_of_an_account),
        cmocka_unit_test(a_disabled_person_is_not_signed_in),
        cmocka_unit_test(a_device_and_its_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
