/* test_view.c — Job: sections and parts are kept as given, and only what is in scope may leave. */
#include "proto/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define BIT SECTION_BIT

static struct view *sample(void)
{
    struct view *v;
    assert_int_equal(view_new(&v), ERR_OK);
    assert_int_equal(view_set(v, SECTION_PERSON, STATE_PRESENT, slice_of("{\"name\":\"A\"}")), 0);
    assert_int_equal(view_set(v, SECTION_MEDICATIONS, STATE_PRESENT, slice_of("{}")), ERR_OK);
    assert_int_equal(view_set(v, SECTION_SURGERY, STATE_EMPTY, (struct slice){0}), ERR_OK);
    assert_int_equal(view_set(v, SECTION_TREATMENT, STATE_NOT_CONSENTED, (struct slice){0}), 0);
    return v;
}

static void starts_with_nothing_asked(void **state)
{
    (void)state;
    struct view *v;
    assert_int_equal(view_new(&v), ERR_OK);
    for (int i = 1; i <= VIEW_SECTIONS; i++)
        assert_int_equal(v->sections[i].state, STATE_NOT_ASKED);
    assert_true(view_bytes(v) >= sizeof *v);
    view_free(v);
    view_free(NULL);
}

static void keeps_bytes_unchanged_with_their_hash(void **state)
{
    (void)state;
    struct view *v = sample();
    char bytes[] = "<x>\x81\x40</x>";
    struct slice given = {bytes, sizeof bytes - 1};
    struct hash hash = sha256(bytes, given.size);
    size_t before = view_bytes(v), at = 9;
    assert_int_equal(view_add_part(v, "application/xml", CHARSET_CP932, given, BIT(1), &at), 0);
    assert_int_equal(at, 0);
    bytes[0] = '?';
    assert_int_equal(v->parts[0].bytes.bytes[0], '<');
    assert_true(hash_equal(&v->parts[0].hash, &hash));
    assert_true(view_bytes(v) > before);
    hash = sha256("{\"name\":\"A\"}", 12);
    assert_true(hash_equal(&v->sections[SECTION_PERSON].hash, &hash));
    view_free(v);
}

static void a_section_set_again_frees_what_was_there(void **state)
{
    (void)state;
    struct view *v = sample();
    size_t before = view_bytes(v);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(view_set(v, SECTION_PERSON, STATE_PRESENT, slice_of("{\"a\":1}")), 0);
    assert_int_equal(view_bytes(v), before);
    assert_int_equal(view_set(v, SECTION_PERSON, STATE_FAILED, (struct slice){0}), ERR_OK);
    assert_true(view_bytes(v) < before);
    assert_null(v->sections[SECTION_PERSON].json.bytes);
    view_free(v);
}

static void refuses_what_is_too_much(void **state)
{
    (void)state;
    struct view *v = sample();
    struct slice x = slice_of("x");
    static const char long_name[] = "application/a-name-that-is-far-too-long-for-it";
    assert_int_equal(view_add_part(v, long_name, CHARSET_NONE, x, 0, NULL), ERR_BAD_FIELD);
    assert_int_equal(view_add_part(v, "a/b", CHARSET_NONE, slice_of(""), 0, NULL), ERR_BAD_FIELD);
    struct slice huge = {"x", VIEW_PART_BYTES_MAX + 1u};
    assert_int_equal(view_add_part(v, "a/b", CHARSET_NONE, huge, 0, NULL), ERR_TOO_LARGE);
    for (int i = 0; i < VIEW_PARTS_MAX; i++)
        assert_int_equal(view_add_part(v, "a/b", CHARSET_NONE, x, 0, NULL), ERR_OK);
    assert_int_equal(view_add_part(v, "a/b", CHARSET_NONE, x, 0, NULL), ERR_FULL);
    huge.size = VIEW_SECTION_BYTES_MAX + 1u;
    assert_int_equal(view_set(v, SECTION_PERSON, STATE_PRESENT, huge), ERR_TOO_LARGE);
    assert_int_equal(v->sections[SECTION_PERSON].state, STATE_FAILED);
    view_free(v);
}

static void scope_and_hiding_decide_the_state(void **state)
{
    (void)state;
    struct view *v = sample();
    uint64_t scope = BIT(SECTION_PERSON) | BIT(SECTION_SURGERY) | BIT(SECTION_TREATMENT);
    assert_int_equal(view_state_for(v, SECTION_PERSON, scope, 0), STATE_PRESENT);
    assert_int_equal(view_state_for(v, SECTION_SURGERY, scope, 0), STATE_EMPTY);
    assert_int_equal(view_state_for(v, SECTION_TREATMENT, scope, 0), STATE_NOT_CONSENTED);
    assert_int_equal(view_state_for(v, SECTION_MEDICATIONS, scope, 0), STATE_NOT_ASKED);
    assert_int_equal(view_state_for(v, SECTION_PERSON, scope, BIT(SECTION_PERSON)),
                     STATE_NOT_CONSENTED);
    assert_int_equal(view_set(v, SECTION_ALLERGIES, STATE_NOT_PROVIDED, (struct slice){0}), ERR_OK);
    assert_int_equal(view_state_for(v, SECTION_ALLERGIES, scope, 0), STATE_NOT_PROVIDED);
    view_free(v);
}

static void a_part_goes_whole_or_not_at_all(void **state)
{
    (void)state;
    struct view *v = sample();
    uint64_t both = BIT(SECTION_PERSON) | BIT(SECTION_MEDICATIONS);
    struct slice x = slice_of("%PDF");
    assert_int_equal(view_add_part(v, "application/pdf", CHARSET_NONE, x, both, NULL), ERR_OK);
    assert_int_equal(
        view_add_part(v, "application/pdf", CHARSET_NONE, x, both | BIT(SECTION_TREATMENT), NULL),
        ERR_OK);
    assert_true(view_part_goes(v, 0, both, 0));
    assert_false(view_part_goes(v, 0, BIT(SECTION_PERSON), 0));
    assert_false(view_part_goes(v, 0, both, BIT(SECTION_MEDICATIONS)));
    assert_false(view_part_goes(v, 1, ~0ull, 0)); /* the treatment is not consented to */
    assert_false(view_part_goes(v, 2, ~0ull, 0));
    view_free(v);
}

static void the_document_goes_only_with_all_that_is_in_it(void **state)
{
    (void)state;
    struct view *v = sample();
    uint64_t both = BIT(SECTION_PERSON) | BIT(SECTION_MEDICATIONS);
    struct slice x = slice_of("%PDF");
    assert_int_equal(view_add_part(v, "application/pdf", CHARSET_NONE, x, both, NULL), ERR_OK);
    assert_int_equal(view_state_for(v, SECTION_DOCUMENT, both, 0), STATE_NOT_ASKED);
    assert_int_equal(view_set(v, SECTION_DOCUMENT, STATE_PRESENT, slice_of("{}")), ERR_OK);
    assert_int_equal(view_state_for(v, SECTION_DOCUMENT, both, 0), STATE_PRESENT);
    assert_int_equal(view_state_for(v, SECTION_DOCUMENT, BIT(SECTION_PERSON), 0), STATE_NOT_ASKED);
    assert_int_equal(view_state_for(v, SECTION_DOCUMENT, both, BIT(SECTION_MEDICATIONS)),
                     STATE_NOT_CONSENTED);
    view_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_nothing_asked),
        cmocka_unit_test(keeps_bytes_unchanged_with_their_hash),
        cmocka_unit_test(a_section_set_again_frees_what_was_there),
        cmocka_unit_test(refuses_what_is_too_much),
        cmocka_unit_test(scope_and_hiding_decide_the_state),
        cmocka_unit_test(a_part_goes_whole_or_not_at_all),
        cmocka_unit_test(the_document_goes_only_with_all_that_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
