/* test_acts.c — Job: acts go where class, code and name say; visits once; safe months. */
#include "gateway/errand/eligibility/acts.h"

#include "tests/lib/canon_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* The section that got the one act with these three. */
static enum section section_of(const char *class, const char *code, const char *name)
{
    char xml[512];
    struct arena memory = {0};
    struct xml_node *root;
    enum view_charset charset;
    struct parsed parsed;
    struct acts acts;
    struct near near = {.source = "receipt", .month = slice_of("202611")};
    snprintf(xml, sizeof xml,
             "<d><MeTrInfs><MeTrInf><MeTrIdCl>%s</MeTrIdCl><SinInfCd>%s</SinInfCd><SinInfN>%s"
             "</SinInfN></MeTrInf></MeTrInfs></d>",
             class, code, name);
    assert_int_equal(xml_read(slice_of(xml), &memory, &charset, &root), ERR_OK);
    parsed_init(&parsed);
    acts_init(&acts, &parsed);
    assert_int_equal(acts_add_all(&acts, &near, root), ERR_OK);
    assert_int_equal(acts_finish(&acts), ERR_OK);
    int found = 0, sections = 0;
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        if (parsed.json[i].size == 0)
            continue;
        canon_check(buf_slice(&parsed.json[i]));
        found = i;
        sections++;
    }
    assert_int_equal(sections, 1);
    acts_fini(&acts);
    parsed_fini(&parsed);
    arena_free(&memory);
    return (enum section)found;
}

static void class_code_or_name_decide(void **state)
{
    (void)state;
    assert_int_equal(section_of("50", "", "x"), SECTION_SURGERY);
    assert_int_equal(section_of("", "150123456", "x"), SECTION_SURGERY);
    assert_int_equal(section_of("40", "140007710", "人工腎臓（試験）"), SECTION_DIALYSIS);
    assert_int_equal(section_of("", "", "連続携行式腹膜灌流"), SECTION_DIALYSIS);
    assert_int_equal(section_of("60", "160000410", "検査"), SECTION_TREATMENT);
    assert_int_equal(section_of("", "150", ""), SECTION_TREATMENT); /* no code of the master */
    assert_int_equal(section_of("5", "1", "x"), SECTION_TREATMENT);
}

static void the_newer_month_wins(void **state)
{
    (void)state;
    struct slice old = slice_of("202512"), new = slice_of("202601"), odd = slice_of("令和八年");
    assert_true(slice_equal(acts_newer_month(old, new), new));
    assert_true(slice_equal(acts_newer_month(new, old), new));
    assert_true(slice_equal(acts_newer_month(new, odd), new));
    assert_true(slice_equal(acts_newer_month(odd, new), new));
    assert_true(slice_equal(acts_newer_month((struct slice){0}, odd), odd));
}

static void visits_once_and_not_without_a_place(void **state)
{
    (void)state;
    struct parsed parsed;
    struct acts acts;
    struct near near = {.source = "receipt", .date = slice_of("20261101")};
    parsed_init(&parsed);
    acts_init(&acts, &parsed);
    assert_int_equal(acts_add_visit(&acts, &near), ERR_OK);
    assert_int_equal(acts.visit_count, 0);
    near.place_name = slice_of("病院");
    assert_int_equal(acts_add_visit(&acts, &near), ERR_OK);
    assert_int_equal(acts_add_visit(&acts, &near), ERR_OK);
    near.source = "dispensed";
    assert_int_equal(acts_add_visit(&acts, &near), ERR_OK);
    assert_int_equal(acts.visit_count, 2);
    assert_int_equal(acts_finish(&acts), ERR_OK);
    canon_check(buf_slice(&parsed.json[SECTION_VISITS]));
    acts_fini(&acts);
    acts_fini(&acts);
    parsed_fini(&parsed);
}

static void too_many_visits_refuse_the_file(void **state)
{
    (void)state;
    static char names[VIEW_ITEMS_MAX + 1][16];
    struct parsed parsed;
    struct acts acts;
    parsed_init(&parsed);
    acts_init(&acts, &parsed);
    for (int i = 0; i <= VIEW_ITEMS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        struct near near = {.source = "receipt", .place_name = slice_of(names[i])};
        assert_int_equal(acts_add_visit(&acts, &near), i < VIEW_ITEMS_MAX ? ERR_OK : ERR_TOO_LARGE);
    }
    acts_fini(&acts);
    parsed_fini(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_code_or_name_decide),
        cmocka_unit_test(the_newer_month_wins),
        cmocka_unit_test(visits_once_and_not_without_a_place),
        cmocka_unit_test(too_many_visits_refuse_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
