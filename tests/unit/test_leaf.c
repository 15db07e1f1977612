/* test_leaf.c — Job: a leaf says what its schema says, in one spelling, and never a word more. */
#include "gateway/core/event.h"

#include "tests/lib/sample_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static const uint8_t nonce[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

#define EACH_TYPE(type)                                                                            \
    for (enum event_type type = EVENT_NONE + 1; type < EVENT_TYPES;                                \
         type = (enum event_type)(type + 1))

static struct buf encoded(const struct event *event)
{
    struct buf leaf = {0};
    leaf_encode(event, nonce, &leaf);
    assert_int_equal(buf_error(&leaf), ERR_OK);
    return leaf;
}

static enum err decoded(const char *text)
{
    struct event event;
    return leaf_decode(slice_of(text), &event);
}

static void one_leaf_byte_for_byte(void **state)
{
    (void)state;
    struct event event = {.type = EVENT_ANSWERED,
                          .id = {{1, 0x9a, 0xb9}},
                          .at = 1764000000000,
                          .org = {{2}},
                          .case_id = {{3}},
                          .hospital = {{4}},
                          .code = ANSWER_DECLINED,
                          .decline = DECLINE_NO_BED,
                          .seq = 12,
                          .recorded_at = 1764000000250,
                          .org_n = 5,
                          .hospital_n = 6};
    struct buf leaf = encoded(&event);
    buf_byte(&leaf, '\0');
    assert_string_equal(
        leaf.bytes,
        "{\"at\":\"2025-11-24T16:00:00.000Z\",\"case\":\"03000000000000000000000000\","
        "\"code\":\"declined\",\"decline\":\"no_bed\","
        "\"hospital\":\"04000000000000000000000000\",\"hospital_n\":6,"
        "\"id\":\"01KAWG00000000000000000000\",\"nonce\":\"AAECAwQFBgcICQoLDA0ODw==\","
        "\"org\":\"02000000000000000000000000\",\"org_n\":5,"
        "\"recorded_at\":\"2025-11-24T16:00:00.250Z\",\"seq\":12,\"type\":\"answered\",\"v\":1}");
    buf_free(&leaf);
}

/* Members FIRST to LAST, between which the struct has no hole: a hole may hold anything. */
#define ASSERT_SAME_SPAN(a, b, first, last)                                                        \
    assert_memory_equal(&(a)->first, &(b)->first,                                                  \
                        offsetof(struct event, last) + sizeof(a)->last -                           \
                            offsetof(struct event, first))

static void assert_same_event(const struct event *a, const struct event *b)
{
    ASSERT_SAME_SPAN(a, b, type, id);
    ASSERT_SAME_SPAN(a, b, at, decline);
    ASSERT_SAME_SPAN(a, b, count, digest);
    ASSERT_SAME_SPAN(a, b, payload, commitment);
}

/* A leaf gives back the event, but for the payload. */
static void every_type_comes_back_whole(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        struct event event = sample_event(type, event_may(type)), back;
        struct buf leaf = encoded(&event);
        assert_int_equal(leaf_decode(buf_slice(&leaf), &back), ERR_OK);
        event.payload = (struct slice){0};
        assert_same_event(&event, &back);
        buf_free(&leaf);
        event = sample_event(type, event_must(type));
        leaf = encoded(&event);
        assert_int_equal(leaf_decode(buf_slice(&leaf), &back), ERR_OK);
        event.payload = (struct slice){0};
        assert_same_event(&event, &back);
        buf_free(&leaf);
    }
}

static void a_leaf_holds_no_byte_of_the_payload(void **state)
{
    (void)state;
    EACH_TYPE(type)
    {
        struct event event = sample_event(type, event_may(type));
        event.payload = slice_of("{\"zzqx\":\"MARKER-5be1\"}"); /* even where it may not be */
        struct buf leaf = encoded(&event);
        assert_null(memmem(leaf.bytes, leaf.size, "MARKER", 6));
        assert_null(memmem(leaf.bytes, leaf.size, "zzqx", 4));
        assert_true(leaf.size < 2048);
        buf_free(&leaf);
    }
}

static void a_field_that_a_type_may_not_carry_is_refused(void **state)
{
    (void)state;
    unsigned refused = 0;
    EACH_TYPE(type)
    {
        for (unsigned i = 0; i < EVENT_FIELDS; i++) {
            unsigned field = 1u << i;
            struct event event = sample_event(type, event_must(type)), back;
            if ((event_may(type) & field) != 0)
                continue;
            sample_event_set(&event, (enum event_field)field);
            if (field == HAS_CODE)
                continue; /* has no list and so no name: leaf_encode could not write it */
            struct buf leaf = encoded(&event);
            assert_int_equal(leaf_decode(buf_slice(&leaf), &back), ERR_CORRUPT);
            assert_int_equal(back.type, EVENT_NONE);
            buf_free(&leaf);
            refused++;
        }
    }
    assert_true(refused > 300);
}

#define HEAD "{\"id\":\"00K9AVJ0000000000000000000\",\"nonce\":\"AAECAwQFBgcICQoLDA0ODw==\","
#define TAIL "\"seq\":1,\"type\":\"log_begun\",\"v\":1}"

static void only_the_one_spelling_is_read(void **state)
{
    (void)state;
    assert_int_equal(decoded(HEAD TAIL), ERR_OK);
    static const char *const wrong[] = {
        "",
        "{}",
        "[]",
        "null",
        "1",
        "\"\"",
        " " HEAD TAIL,
        HEAD TAIL " ",
        HEAD TAIL "\n",
        HEAD " " TAIL,
        HEAD "\"name\":\"x\"," TAIL,
        HEAD "\"payload\":{}," TAIL,
        HEAD "\"seq\":1," TAIL,
        HEAD "\"code\":\"accepted\"," TAIL,
        HEAD "\"alias_n\":0," TAIL,
        HEAD "\"seq\":1,\"type\":\"log_begun\",\"v\":2}",
        HEAD "\"seq\":1,\"type\":\"log_begun\"}",
        HEAD "\"seq\":1,\"type\":\"nothing\",\"v\":1}",
        HEAD "\"seq\":1,\"type\":\"none\",\"v\":1}",
        HEAD "\"seq\":1,\"v\":1,\"type\":\"log_begun\"}",
        HEAD "\"seq\":1.0,\"type\":\"log_begun\",\"v\":1}",
        HEAD "\"seq\":-1,\"type\":\"log_begun\",\"v\":1}",
        HEAD "\"seq\":1,\"type\":\"log\\u005fbegun\",\"v\":1}",
        "{\"id\":\"00K9AVJ0000000000000000000\",\"nonce\":\"AAEC\"," TAIL,
        "{\"id\":\"00K9AVJ0000000000000000000\"," TAIL,
        "{\"id\":\"00k9avj0000000000000000000\",\"nonce\":\"AAECAwQFBgcICQoLDA0ODw==\"," TAIL,
        "{\"nonce\":\"AAECAwQFBgcICQoLDA0ODw==\",\"id\":\"00K9AVJ0000000000000000000\"," TAIL,
        "{\"at\":\"2025-11-24T16:00:00Z\",\"id\":\"00K9AVJ0000000000000000000\","
        "\"nonce\":\"AAECAwQFBgcICQoLDA0ODw==\"," TAIL,
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(decoded(wrong[i]), ERR_CORRUPT);
}

/* Every byte cut off, and every bit turned: what is still read is a leaf in its one spelling. */
static void damage_is_refused_or_is_another_leaf(void **state)
{
    (void)state;
    struct event event = sample_event(EVENT_GRANT_ISSUED, event_may(EVENT_GRANT_ISSUED)), back;
    struct buf leaf = encoded(&event);
    for (size_t cut = 0; cut < leaf.size; cut++)
        assert_int_equal(leaf_decode((struct slice){leaf.bytes, cut}, &back), ERR_CORRUPT);
    for (size_t at = 0; at < leaf.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            leaf.bytes[at] = (char)(leaf.bytes[at] ^ (1 << bit));
            if (leaf_decode(buf_slice(&leaf), &back) == ERR_OK)
                assert_true(event_fits(&back));
            leaf.bytes[at] = (char)(leaf.bytes[at] ^ (1 << bit));
        }
    }
    buf_free(&leaf);
}

static void the_schema_stands_in_the_order_of_its_keys(void **state)
{
    (void)state;
    for (size_t i = 1; i < record_leaf.fields_count; i++)
        assert_true(strcmp(record_leaf.fields[i - 1].name, record_leaf.fields[i].name) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_leaf_byte_for_byte),
        cmocka_unit_test(every_type_comes_back_whole),
        cmocka_unit_test(a_leaf_holds_no_byte_of_the_payload),
        cmocka_unit_test(a_field_that_a_type_may_not_carry_is_refused),
        cmocka_unit_test(only_the_one_spelling_is_read),
        cmocka_unit_test(damage_is_refused_or_is_another_leaf),
        cmocka_unit_test(the_schema_stands_in_the_order_of_its_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
