/* test_client.c — Job: one frame after the other: who is told, in which order, and what is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/lib/client_kit.h"

static struct client_kit kit;

static int set_up(void **state)
{
    (void)state;
    ckit_init(&kit);
    ckit_client(&kit, FROM_HOSPITAL);
    ckit_ready(&kit, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ckit_fini(&kit);
    return 0;
}

static void welcome_tells_who_we_are(void **state)
{
    (void)state;
    struct id d = ckit_id('D'), o = ckit_id('O'), got = client_device(kit.client);
    assert_true(id_equal(&got, &d));
    got = client_org(kit.client);
    assert_true(id_equal(&got, &o));
    assert_int_equal(client_profile(kit.client), PROFILE_TRAINING);
    assert_int_equal(lease_gateway_now(client_lease(kit.client), kit.mono), kit.wall);
    assert_int_equal(ckit_last(&kit, HAPPENED_READY)->err, ERR_OK);
    assert_int_equal(ckit_times(&kit, HAPPENED_SNAPSHOT), 1);
}

static void a_gateway_that_forgot_is_noticed(void **state)
{
    (void)state;
    client_offline(kit.client);
    client_online(kit.client);
    ckit_welcome(&kit, 2); /* we had 3 from it */
    assert_int_equal(ckit_last(&kit, HAPPENED_READY)->err, ERR_CONFLICT);
    assert_int_equal(session_n(client_session(kit.client)), 0);
}

static void frames_that_make_no_sense_are_counted(void **state)
{
    (void)state;
    enum err err = ERR_OK;
    static const char *const frames[] = {"",
                                         "{}",
                                         "[]",
                                         "{\"type\":\"hello\",\"body\":{}}",
                                         "{\"type\":\"receipt\",\"body\":{}}",
                                         "{\"body\":{},\"type\":\"from_tomorrow\"}",
                                         "\xff"};
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        client_frame(kit.client, slice_of(frames[i]));
        assert_int_equal(client_misread(kit.client, &err), i + 1);
    }
    assert_int_not_equal(err, ERR_OK);
}

static void checkpoint(uint64_t old_size, uint64_t size, const struct hash *root)
{
    struct buf body = {0}, frame = {0};
    ckit_checkpoint(&kit, old_size, size, root, &body);
    buf_byte(&body, '\0');
    ckit_frame(&frame, "checkpoint", "", body.bytes);
    client_frame(kit.client, buf_slice(&frame));
    buf_free(&body);
    buf_free(&frame);
}

static void checkpoints_reach_the_witness(void **state)
{
    (void)state;
    struct hash other = {{9}};
    checkpoint(0, 10, NULL);
    assert_int_equal(ckit_last(&kit, HAPPENED_CHECKPOINT)->verdict, WITNESS_NEWER);
    assert_int_equal(witness_size(client_witness(kit.client)), 10);
    checkpoint(3, 20, NULL); /* not from ours: come back and say the size again */
    assert_int_equal(ckit_last(&kit, HAPPENED_CHECKPOINT)->verdict, WITNESS_UNPROVED);
    assert_int_equal(ckit_times(&kit, HAPPENED_RELINK), 1);
    checkpoint(10, 20, &other);
    assert_int_equal(ckit_last(&kit, HAPPENED_CHECKPOINT)->verdict, WITNESS_ALARM);
    size_t times = ckit_times(&kit, HAPPENED_CHECKPOINT);
    checkpoint(10, 20, &other); /* an alarm is told once */
    assert_int_equal(ckit_times(&kit, HAPPENED_CHECKPOINT), times);
    client_offline(kit.client);
    client_online(kit.client);
    assert_string_equal(ckit_member(ckit_sent(&kit, "hello"), "body.checkpoint_size"), "10");
    ckit_say(&kit, "checkpoint", "", "{\"note\":\"nothing\"}");
    assert_int_not_equal(ckit_last(&kit, HAPPENED_CHECKPOINT)->err, ERR_OK);
}

static void another_log_key_alarms(void **state)
{
    (void)state;
    uint8_t seed[NOTE_SEED_BYTES] = {1}, public[NOTE_PUBLIC_BYTES];
    note_secret_of_seed(seed, kit.log_secret, public);
    assert_int_equal(note_key_init(slice_of("test.log"), NOTE_KEY_ED25519, public, &kit.log_key),
                     ERR_OK);
    client_offline(kit.client);
    client_online(kit.client);
    ckit_welcome(&kit, 3);
    assert_int_equal(ckit_last(&kit, HAPPENED_CHECKPOINT)->verdict, WITNESS_ALARM);
    assert_int_equal(client_witness(kit.client)->alarm, ALARM_OTHER_KEY);
}

static void a_record_is_for_a_person_only(void **state)
{
    (void)state;
    char envelope[128];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",\"session\":\"%s\",", ckit_text('C'),
             ckit_text('S'));
    ckit_say(&kit, "record", envelope, "{\"record\":{\"name\":\"甲\"}}");
    assert_int_equal(ckit_times(&kit, HAPPENED_RECORD), 0);
    ckit_sign_in(&kit, 'S');
    ckit_say(&kit, "record", envelope, "{\"record\":{\"name\":\"甲\"}}");
    assert_int_equal(ckit_times(&kit, HAPPENED_RECORD), 1);
}

static void alive_renews_the_lease(void **state)
{
    (void)state;
    kit.mono += 119999;
    assert_true(lease_holds(client_lease(kit.client), kit.mono, 0));
    ckit_say(&kit, "alive", "", "{\"now\":\"%s\"}", ckit_at(kit.wall + 119999));
    kit.mono += 119999;
    assert_true(lease_holds(client_lease(kit.client), kit.mono, 0));
    kit.mono += 1;
    assert_false(lease_holds(client_lease(kit.client), kit.mono, 0));
}

static void a_silent_gateway_is_dropped(void **state)
{
    (void)state;
    client_offline(kit.client);
    client_online(kit.client);
    kit.mono += HELLO_WAIT_MS;
    client_tick(kit.client);
    assert_int_equal(ckit_times(&kit, HAPPENED_RELINK), 1);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(welcome_tells_who_we_are),
        ONE(a_gateway_that_forgot_is_noticed),
        ONE(frames_that_make_no_sense_are_counted),
        ONE(checkpoints_reach_the_witness),
        ONE(another_log_key_alarms),
        ONE(a_record_is_for_a_person_only),
        ONE(alive_renews_the_lease),
        ONE(a_silent_gateway_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
