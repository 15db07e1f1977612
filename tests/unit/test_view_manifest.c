/* test_view_manifest.c — Job: the description is canonical JSON, leaks nothing, and is exact. */
#include "proto/json.h"
#include "proto/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct view *sample(void)
{
    struct view *v;
    assert_int_equal(view_new(&v), ERR_OK);
    memset(v->id.bytes, 1, sizeof v->id.bytes);
    v->kind = VIEW_EMERGENCY_SUMMARY;
    v->fetched_at_ms = 1795500000123;
    memcpy(v->interface_id, "OQS-IF-048", 11);
    memcpy(v->from, "2026-08", 8);
    assert_int_equal(view_set(v, SECTION_PERSON, STATE_PRESENT, slice_of("{\"name\":\"A\"}")), 0);
    assert_int_equal(view_set(v, SECTION_SURGERY, STATE_PRESENT, slice_of("{}")), ERR_OK);
    assert_int_equal(view_add_part(v, "application/xml", CHARSET_CP932, slice_of("<x/>"),
                                   SECTION_BIT(SECTION_PERSON), NULL),
                     ERR_OK);
    return v;
}

static struct json *manifest(const struct view *v, uint64_t scope, struct buf *text)
{
    struct json *root = NULL;
    view_manifest(v, scope, 0, text);
    assert_int_equal(buf_error(text), ERR_OK);
    assert_int_equal(json_parse(buf_slice(text), 65536, &root), ERR_OK);
    return root;
}

/* Keys of every object stand in byte order: that is what "canonical" means for a reader. */
static void assert_sorted(const struct json *object)
{
    struct slice last = {0};
    for (const struct json *m = json_first(object); m != NULL; m = json_next(m)) {
        struct slice key = json_key(m);
        assert_true(last.bytes == NULL || strcmp(last.bytes, key.bytes) < 0);
        last = key;
    }
}

static void says_what_is_there_without_content(void **state)
{
    (void)state;
    struct view *v = sample();
    struct buf text = {0};
    struct json *root = manifest(v, ~0ull, &text);
    assert_sorted(root);
    assert_true(slice_is(json_text(json_get(root, "interface")), "OQS-IF-048"));
    assert_true(slice_is(json_text(json_get(root, "kind")), "emergency_summary"));
    assert_true(json_int(json_get(root, "fetched_at")) == 1795500000123);
    const struct json *sections = json_get(root, "sections");
    assert_int_equal(json_count(sections), VIEW_SECTIONS);
    assert_sorted(json_first(sections));
    assert_true(slice_is(json_text(json_get(json_first(sections), "state")), "present"));
    assert_int_equal(json_text(json_get(json_first(sections), "hash")).size, 64);
    const struct json *part = json_first(json_get(root, "parts"));
    assert_sorted(part);
    assert_true(slice_is(json_text(json_get(part, "charset")), "cp932"));
    assert_null(memmem(text.bytes, text.size, "name\":\"A", 8));
    json_free(root);
    buf_free(&text);
    view_free(v);
}

static void out_of_scope_has_neither_hash_nor_part(void **state)
{
    (void)state;
    struct view *v = sample();
    struct buf text = {0};
    struct json *root = manifest(v, SECTION_BIT(SECTION_SURGERY), &text);
    assert_null(json_first(json_get(root, "parts")));
    const struct json *person = json_first(json_get(root, "sections"));
    assert_true(slice_is(json_text(json_get(person, "state")), "not_asked"));
    assert_null(json_get(person, "hash"));
    json_free(root);
    buf_free(&text);
    view_free(v);
}

static void any_change_changes_the_hash(void **state)
{
    (void)state;
    struct view *v = sample();
    struct hash first = view_hash(v), same = view_hash(v);
    assert_true(hash_equal(&first, &same));
    assert_int_equal(view_set(v, SECTION_PERSON, STATE_PRESENT, slice_of("{\"name\":\"B\"}")), 0);
    struct hash second = view_hash(v);
    assert_false(hash_equal(&first, &second));
    v->refetched = true;
    struct hash third = view_hash(v);
    assert_false(hash_equal(&third, &second));
    view_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_there_without_content),
        cmocka_unit_test(out_of_scope_has_neither_hash_nor_part),
        cmocka_unit_test(any_change_changes_the_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
