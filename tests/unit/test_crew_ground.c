/* test_crew_ground.c — Job: grounds as they are spoken. */
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

static void say(const char *line)
{
    ckit_forget(&ck.kit);
    crew_kit_type(&ck, line);
}

static void spoken_grounds(void **state)
{
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    say("ground crew oral patient");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.right"), "crew_view");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.basis"), "patient_oral");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.language"), "ja");
    say("ground crew oral family hide=visits,checkups language=pt-BR");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.said_by"), "family");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.language"), "pt-BR");
    struct slice frame = ckit_sent(&ck.kit, "ground");
    assert_non_null(memmem(frame.bytes, frame.size, "[\"visits\",\"checkups\"]", 21));
    say("ground crew life 心肺停止 unconscious");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.need"), "cardiac_arrest");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.obstacle"), "unconscious");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.sentence"), ""); /* nothing was read */
    say("ground crew refused");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.basis"), "refused");
    char line[64];
    snprintf(line, sizeof line, "ground disclose %s oral patient", ckit_text('1'));
    say(line);
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.right"), "disclose_to");
    assert_string_equal(crew_kit_sent(&ck, "ground", "body.hospital"), ckit_text('1'));
}

static void what_is_not_offered(void **state)
{
    static const char *const bad[] = {"ground crew",
                                      "ground crew oral",
                                      "ground crew oral nobody",
                                      "ground crew life",
                                      "ground crew life shock",
                                      "ground crew life hurry unconscious",
                                      "ground crew life shock hurry",
                                      "ground crew hurry",
                                      "ground disclose",
                                      "ground nurse oral patient",
                                      "ground crew oral patient hide=",
                                      "ground crew oral patient x",
                                      "ground crew oral patient hide=all"};
    (void)state;
    crew_kit_ready(&ck);
    crew_kit_case(&ck);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        crew_kit_type(&ck, bad[i]);
        assert_string_equal(crew_kit_sent(&ck, "ground", "id"), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spoken_grounds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_offered, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
