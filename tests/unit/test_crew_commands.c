/* test_crew_commands.c — Job: every command is in the table, and its words are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/crew_kit.h"

static struct crew_kit ck;

static int set_up(void **state)
{
    (void)state;
    crew_kit_open(&ck, CREW_KIT_PIPE, CREW_SCRIPT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    crew_kit_close(&ck);
    return 0;
}

static void help_names_every_command(void **state)
{
    static const char *const names[] = {
        "sign-in",  "password", "sign-out",     "case open",   "case list", "use",
        "record",   "vitals",   "card wait",    "card pin",    "ground",    "view",
        "identity", "open",     "close",        "no-view",     "hospitals", "inquiry",
        "cancel",   "eta",      "phone-accept", "destination", "talk",      "handover",
        "end",      "withdraw", "mixup",        "ack-mixup",   "takeover",  "object",
        "proof",    "witness",  "wait",         "help",        "quit",      "arrived"};
    (void)state;
    crew_kit_type(&ck, "help");
    const char *text = crew_kit_screen_text(&ck);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        crew_kit_has(text, names[i]);
}

/* Without their words, without a case, without a person: a usage or a reason, never a crash. */
static void bare_commands_are_refused(void **state)
{
    static const char *const names[] = {
        "sign-in",      "case",        "use",       "record",        "vitals",  "card",
        "ground",       "identity",    "open",      "no-view",       "inquiry", "cancel",
        "phone-accept", "destination", "eta",       "talk",          "end",     "mixup",
        "takeover",     "proof",       "wait",      "witness-close", "as",      "view",
        "close",        "withdraw",    "ack-mixup", "handover",      "object",  "password",
        "arrived"};
    char three[128];
    (void)state;
    crew_kit_welcome(&ck);
    ckit_forget(&ck.kit);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        crew_kit_type(&ck, names[i]);
        if (strcmp(names[i], "password") == 0) {
            crew_kit_type(&ck, "x");
            crew_kit_type(&ck, "y");
        }
        crew_kit_has(crew_kit_json(&ck), "\"event\":\"command_failed\"");
        snprintf(three, sizeof three, "%s x y z", names[i]);
        if (strcmp(names[i], "sign-in") != 0 && strcmp(names[i], "password") != 0)
            crew_kit_type(&ck, three);
    }
    assert_int_equal(ck.kit.sent_count, 0);
}

static void quit_waits_for_receipts_a_moment(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    crew_kit_type(&ck, "vitals pulse=80");
    crew_kit_type(&ck, "quit");
    crew_kit_pass(&ck, 2);
    assert_int_equal(ck.quits, 0);
    crew_kit_receipt(&ck, "vitals");
    crew_kit_pass(&ck, 1);
    assert_int_equal(ck.quits, 1);
    assert_int_equal(ck.status, 0);
}

static void a_message_that_the_gateway_would_refuse_is_not_sent(void **state)
{
    char line[TEXT_LONG_MAX + 64];
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    memset(line, 'a', sizeof line);
    memcpy(line, "talk ", 5);
    line[sizeof line - 1] = '\0';
    crew_kit_type(&ck, line);
    assert_string_equal(crew_kit_sent(&ck, "talk", "id"), "");
    crew_kit_has(crew_kit_json(&ck), "\"command\":\"talk\",\"err\":\"ERR_BAD_FIELD\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(help_names_every_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bare_commands_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quit_waits_for_receipts_a_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_that_the_gateway_would_refuse_is_not_sent, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
