/* test_sealed_view.c — Job: sealed views arrive whole or not at all, open with their keys, are
 * wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "client/sealed_view.h"
#include "common/seal.h"
#include "proto/base64.h"
#include "tests/lib/client_kit.h"

#define PLAIN "{\"content\":{\"name\":\"甲\"},\"state\":\"present\"}"
enum { LIMIT = 4 * 1024 * 1024, PIECE = 16 };

/* One view of one section (person), sealed here. */
struct bed {
    struct sealed_views *views;
    struct buf sealed;
    struct body_view_header header;
    struct id case_id;
    uint8_t key[SEAL_KEY_SIZE];
};

static int set_up(void **state)
{
    static struct bed bed;
    char aad[96];
    bed = (struct bed){.case_id = ckit_id('C'), .key = {1, 2, 3}};
    bed.views = sealed_views_new(LIMIT);
    snprintf(aad, sizeof aad, "sakiyomi.v1/section/%s/person", ckit_text('V'));
    assert_int_equal(seal_close(bed.key, slice_of(aad), slice_of(PLAIN), &bed.sealed), ERR_OK);
    bed.header = (struct body_view_header){.view = ckit_id('V'),
                                           .grant = ckit_id('G'),
                                           .source = VIEW_EMERGENCY_SUMMARY,
                                           .openable = SECTION_BIT(SECTION_PERSON),
                                           .sections_count = 1};
    bed.header.sections[0] =
        (struct view_section_row){.section = SECTION_PERSON,
                                  .bytes = (int64_t)bed.sealed.size,
                                  .pieces = (int64_t)(bed.sealed.size + PIECE - 1) / PIECE,
                                  .hash = sha256(bed.sealed.bytes, bed.sealed.size)};
    *state = &bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    sealed_views_free(bed->views);
    buf_free(&bed->sealed);
    return 0;
}

static enum err header(struct bed *bed, struct sealed_progress *progress)
{
    return sealed_views_header(bed->views, &bed->case_id, &bed->header, 1, progress);
}

static enum err piece(struct bed *bed, int64_t number, struct sealed_progress *progress)
{
    struct buf text = {0};
    size_t from = (size_t)number * PIECE;
    size_t size = bed->sealed.size - from < PIECE ? bed->sealed.size - from : PIECE;
    base64_add(&text, bed->sealed.bytes + from, size);
    struct body_view_piece body = {.view = bed->header.view,
                                   .grant = bed->header.grant,
                                   .section = SECTION_PERSON,
                                   .piece = number,
                                   .pieces = bed->header.sections[0].pieces,
                                   .bytes = buf_slice(&text)};
    enum err err = sealed_views_piece(bed->views, &body, 2, progress);
    buf_free(&text);
    return err;
}

static struct sealed_view *whole(struct bed *bed)
{
    struct sealed_progress progress;
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_false(progress.complete);
    for (int64_t i = 0; i < bed->header.sections[0].pieces; i++) {
        assert_int_equal(piece(bed, i, &progress), ERR_OK);
        assert_int_equal(progress.complete, i + 1 == bed->header.sections[0].pieces);
    }
    assert_int_equal(progress.view->state, SEALED_COMPLETE);
    return progress.view;
}

static enum err keys(struct bed *bed, struct sealed_progress *progress)
{
    struct buf text = {0};
    struct id session = ckit_id('S');
    base64_add(&text, bed->key, sizeof bed->key);
    struct body_section_keys body = {
        .view = bed->header.view, .grant = bed->header.grant, .keys_count = 1};
    body.keys[0] = (struct section_key_row){.section = SECTION_PERSON, .key = buf_slice(&text)};
    enum err err = sealed_views_keys(bed->views, &session, &body, progress);
    buf_free(&text);
    return err;
}

static void pieces_make_a_view_and_a_key_opens_it(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct sealed_view *view = whole(bed);
    struct id session = ckit_id('S');
    assert_null(sealed_view_plain(view, SECTION_PERSON).bytes);
    assert_int_equal(keys(bed, &progress), ERR_OK);
    assert_int_equal(progress.opened, SECTION_BIT(SECTION_PERSON));
    assert_true(slice_is(sealed_view_plain(view, SECTION_PERSON), PLAIN));
    assert_true(id_equal(&view->opened_by, &session));
    assert_int_equal(sealed_views_bytes(bed->views), bed->sealed.size + sizeof PLAIN - 1);
}

static void covering_wipes_what_was_open(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct sealed_view *view = whole(bed);
    assert_int_equal(keys(bed, &progress), ERR_OK);
    const char *plain = sealed_view_plain(view, SECTION_PERSON).bytes;
    assert_non_null(plain);
    assert_int_equal(sealed_view_cover(bed->views, view), SECTION_BIT(SECTION_PERSON));
    assert_null(sealed_view_plain(view, SECTION_PERSON).bytes);
    assert_int_equal(view->opened, 0);
    assert_int_equal(sealed_views_bytes(bed->views), bed->sealed.size);
    assert_int_equal(keys(bed, &progress), ERR_OK); /* the sealed bytes are still here */
    assert_int_equal(progress.opened, SECTION_BIT(SECTION_PERSON));
}

static void a_wrong_key_opens_nothing(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct sealed_view *view = whole(bed);
    bed->key[0] ^= 1;
    assert_int_equal(keys(bed, &progress), ERR_CRYPTO);
    assert_int_equal(view->opened, 0);
    assert_null(sealed_view_plain(view, SECTION_PERSON).bytes);
}

/* Control frames overtake pieces. */
static void a_key_may_come_before_the_last_piece(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    int64_t pieces = bed->header.sections[0].pieces;
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_int_equal(keys(bed, &progress), ERR_OK);
    assert_int_equal(progress.opened, 0);
    for (int64_t i = 0; i < pieces; i++)
        assert_int_equal(piece(bed, i, &progress), ERR_OK);
    assert_true(progress.complete);
    assert_int_equal(progress.opened, SECTION_BIT(SECTION_PERSON));
    static const uint8_t zero[KEY_BYTES];
    assert_memory_equal(progress.view->sections[0].key, zero, sizeof zero);
}

static void a_piece_out_of_order_breaks_the_view(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_int_equal(piece(bed, 1, &progress), ERR_PROTOCOL);
    assert_int_equal(progress.view->state, SEALED_BROKEN);
    assert_int_equal(sealed_views_bytes(bed->views), 0);
    assert_int_equal(piece(bed, 0, &progress), ERR_OK); /* let pass, not believed */
    assert_int_equal(progress.view->state, SEALED_BROKEN);
    (void)whole(bed); /* a new header begins anew */
}

static void other_bytes_than_the_header_said_break_it(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    int64_t last = bed->header.sections[0].pieces - 1;
    bed->sealed.bytes[20] ^= 1;
    assert_int_equal(header(bed, &progress), ERR_OK);
    for (int64_t i = 0; i < last; i++)
        assert_int_equal(piece(bed, i, &progress), ERR_OK);
    assert_int_equal(piece(bed, last, &progress), ERR_CRYPTO);
    assert_false(progress.complete);
    assert_int_equal(progress.view->state, SEALED_BROKEN);
}

static void more_bytes_than_announced_are_refused(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    bed->header.sections[0].bytes = SEAL_OVERHEAD + 1;
    bed->header.sections[0].pieces = SEAL_OVERHEAD + 1; /* one byte each, says the header */
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_int_equal(piece(bed, 0, &progress), ERR_OK);
    assert_int_equal(piece(bed, 1, &progress), ERR_PROTOCOL); /* 32 of 29 bytes */
}

static void a_repeated_view_stays_open(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct sealed_view *view = whole(bed);
    assert_int_equal(keys(bed, &progress), ERR_OK);
    bed->header.until = 99;
    assert_int_equal(header(bed, &progress), ERR_OK); /* as after every reconnect */
    assert_ptr_equal(progress.view, view);
    assert_false(progress.complete); /* it was */
    assert_int_equal(view->until, 99);
    assert_int_equal(view->opened, SECTION_BIT(SECTION_PERSON));
    assert_int_equal(piece(bed, 0, &progress), ERR_OK);
    assert_true(slice_is(sealed_view_plain(view, SECTION_PERSON), PLAIN));
    bed->header.sections[0].hash.bytes[0] ^= 1; /* other content under the same id */
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_int_equal(view->opened, 0);
    assert_int_equal(view->state, SEALED_COMING);
    assert_int_equal(sealed_views_bytes(bed->views), 0);
}

static void odd_headers_are_refused(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct view_section_row good = bed->header.sections[0], *row = bed->header.sections;
    const struct view_section_row bad[] = {
        {.section = 0, .bytes = 100, .pieces = 1},
        {.section = VIEW_SECTIONS + 1, .bytes = 100, .pieces = 1},
        {.section = SECTION_PERSON, .bytes = SEAL_OVERHEAD, .pieces = 1},
        {.section = SECTION_PERSON, .bytes = 100, .pieces = 101},
        {.section = SECTION_PERSON, .bytes = VIEW_PIECE_BYTES_MAX + 1, .pieces = 1},
        {.section = SECTION_PERSON, .bytes = -1, .pieces = -1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        row[0] = bad[i];
        assert_int_equal(header(bed, &progress), ERR_BAD_FIELD);
    }
    row[0] = row[1] = good;
    bed->header.sections_count = 2; /* twice the same */
    assert_int_equal(header(bed, &progress), ERR_BAD_FIELD);
    row[0] = (struct view_section_row){
        .section = SECTION_PERSON, .bytes = CLIENT_VIEW_BYTES_MAX + 1, .pieces = VIEW_PIECES_MAX};
    bed->header.sections_count = 1;
    assert_int_equal(header(bed, &progress), ERR_FULL);
    assert_null(sealed_views_first(bed->views));
}

static void memory_has_an_end(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    sealed_views_free(bed->views);
    bed->views = sealed_views_new(PIECE);
    assert_int_equal(header(bed, &progress), ERR_OK);
    assert_int_equal(piece(bed, 0, &progress), ERR_OK);
    assert_int_equal(piece(bed, 1, &progress), ERR_FULL);
    assert_int_equal(sealed_views_bytes(bed->views), 0);
}

static void views_are_found_and_dropped_by_what_they_belong_to(void **state)
{
    struct bed *bed = *state;
    struct sealed_progress progress;
    struct id none = {{0}}, other = ckit_id('X');
    struct sealed_view *view = whole(bed);
    assert_ptr_equal(sealed_views_find(bed->views, &bed->header.view, &bed->header.grant), view);
    assert_null(sealed_views_find(bed->views, &bed->header.view, &none));
    assert_ptr_equal(sealed_views_of_case(bed->views, &bed->case_id), view);
    assert_int_equal(sealed_views_drop_of(bed->views, &other, &none, &none), 0);
    assert_int_equal(sealed_views_drop_of(bed->views, &none, &none, &bed->header.grant), 1);
    assert_int_equal(sealed_views_bytes(bed->views), 0);
    assert_int_equal(piece(bed, 0, &progress), ERR_NOT_FOUND);
    assert_int_equal(keys(bed, &progress), ERR_NOT_FOUND);
    assert_int_equal(header(bed, &progress), ERR_OK);
    bed->case_id = other; /* the same view for another case */
    assert_int_equal(header(bed, &progress), ERR_BAD_FIELD);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(pieces_make_a_view_and_a_key_opens_it),
        ONE(covering_wipes_what_was_open),
        ONE(a_wrong_key_opens_nothing),
        ONE(a_key_may_come_before_the_last_piece),
        ONE(a_piece_out_of_order_breaks_the_view),
        ONE(other_bytes_than_the_header_said_break_it),
        ONE(more_bytes_than_announced_are_refused),
        ONE(a_repeated_view_stays_open),
        ONE(odd_headers_are_refused),
        ONE(memory_has_an_end),
        ONE(views_are_found_and_dropped_by_what_they_belong_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
