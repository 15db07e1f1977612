/* test_provider_folder.c — Job: fetch every patient and every oddity through real folders. */
#include "gateway/errand/eligibility/provider.h"

#include "common/clock.h"
#include "tests/eligibility_simulator/patient.h"
#include "tests/lib/eligibility_bed.h"
#include "tests/lib/eligibility_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct eligibility_bed bed;
static struct provider folder;

static int start(void **state)
{
    (void)state;
    eligibility_bed_start(&bed, NULL);
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = strncmp(bed.dir, "/dev/shm", 8) != 0;
    return provider_folder_open(&s, &folder) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    provider_close(&folder);
    eligibility_bed_stop(&bed);
    return 0;
}

/* Names that are no hidden ones, which the simulator may be filling. */
static size_t files_in(const char *path)
{
    size_t count = 0;
    DIR *d = opendir(path);
    for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        count += e->d_name[0] != '.';
    closedir(d);
    return count;
}

static void every_patient_and_nothing_left_behind(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PATIENTS; i++) {
        struct fetch_ask ask = eligibility_bed_ask(i);
        struct view *v;
        if (i == TRAIT_CHECKUP_MISSING)
            ask.timeout_ms = 700; /* that part never comes */
        enum err e = provider_fetch(&folder, &ask, &v);
        assert_string_equal(err_name(e), err_name(eligibility_expect_error(WAY_FOLDER, i)));
        if (e == ERR_OK)
            eligibility_expect_view(WAY_FOLDER, i, v);
        view_free(v);
        assert_int_equal(files_in(bed.res), 0);
        assert_int_equal(files_in(bed.req), 0);
    }
}

static struct view *fetch_odd(const char *oddity, enum err expected)
{
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct view *v;
    if (strcmp(oddity, "slow") == 0 || strcmp(oddity, "half") == 0)
        ask.timeout_ms = 500;
    eligibility_bed_oddity(&bed, oddity);
    enum err e = provider_fetch(&folder, &ask, &v);
    eligibility_bed_oddity(&bed, "none");
    assert_string_equal(err_name(e), err_name(expected));
    return v;
}

/* The answer to an ask that was given up comes all the same; a fresh start removes it. */
static void late_answer_goes(void)
{
    struct timespec step = {0, 5000000};
    for (int i = 0; i < 2000 && files_in(bed.res) == 0; i++)
        nanosleep(&step, NULL);
    assert_int_equal(files_in(bed.res), 1);
    provider_close(&folder);
    assert_int_equal(files_in(bed.res), 0);
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    assert_int_equal(provider_folder_open(&s, &folder), ERR_OK);
}

static void oddities(void **state)
{
    (void)state;
    assert_null(fetch_odd("half", ERR_UPSTREAM)); /* it never gets whole */
    assert_null(fetch_odd("nonsense", ERR_UPSTREAM_ANSWER));
    assert_null(fetch_odd("wrong-patient", ERR_WRONG_PATIENT));
    struct view *v = fetch_odd("entity-bomb", ERR_OK);
    assert_int_equal(v->sections[SECTION_MEDICATIONS].state, STATE_FAILED);
    assert_int_equal(v->sections[SECTION_CHECKUPS].state, STATE_PRESENT);
    view_free(v);
    v = fetch_odd("big-pdf", ERR_OK);
    assert_int_equal(v->sections[SECTION_DOCUMENT].state, STATE_PRESENT);
    view_free(v);
    assert_null(fetch_odd("slow", ERR_UPSTREAM));
    late_answer_goes();
}

static void a_file_that_stays_cut_off_is_failed_and_removed(void **state)
{
    (void)state;
    struct fetch_ask ask = eligibility_bed_ask(0);
    struct view *v;
    ask.timeout_ms = 700;
    eligibility_bed_oddity(&bed, "broken-xml");
    assert_int_equal(provider_fetch(&folder, &ask, &v), ERR_OK);
    eligibility_bed_oddity(&bed, "none");
    assert_int_equal(v->sections[SECTION_MEDICATIONS].state, STATE_FAILED);
    view_free(v);
    assert_int_equal(files_in(bed.res), 0);
}

static void asking_for_pdf(void **state)
{
    (void)state;
    struct provider p;
    struct view *v;
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    s.ask_for_pdf = true;
    assert_int_equal(provider_folder_open(&s, &p), ERR_OK);
    struct fetch_ask ask = eligibility_bed_ask(0);
    assert_int_equal(provider_fetch(&p, &ask, &v), ERR_OK);
    assert_true(slice_is(v->sections[SECTION_CHECKUPS].json, "{\"in_document\":[2]}") ||
                slice_is(v->sections[SECTION_CHECKUPS].json, "{\"in_document\":[1]}"));
    assert_int_equal(v->part_count, 3);
    view_free(v);
    provider_close(&p);
}

static void a_simulator_must_be_allowed(void **state)
{
    (void)state;
    struct provider p;
    struct view *v;
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    s.accepts_simulator = false;
    assert_int_equal(provider_folder_open(&s, &p), ERR_OK);
    assert_true(p.file_source);
    struct fetch_ask ask = eligibility_bed_ask(0);
    assert_int_equal(provider_fetch(&p, &ask, &v), ERR_NOT_ALLOWED);
    provider_close(&p);
}

static void cancelled_while_nobody_answers(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct view *v;
    struct fetch_ask ask = eligibility_bed_ask(0);
    ask.cancel = &cancel;
    eligibility_bed_oddity(&bed, "slow");
    uint64_t before = clock_mono_ms();
    assert_int_equal(provider_fetch(&folder, &ask, &v), ERR_UPSTREAM);
    assert_true(clock_mono_ms() - before < 5000);
    eligibility_bed_oddity(&bed, "none");
}

static void folders_are_checked(void **state)
{
    (void)state;
    struct provider p;
    char path[128];
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    s.res_folder = "/nonexistent";
    assert_int_equal(provider_folder_open(&s, &p), ERR_CONFIG);
    snprintf(path, sizeof path, "%s/link", bed.dir);
    assert_int_equal(symlink(bed.res, path), 0);
    s.res_folder = path;
    assert_int_equal(provider_folder_open(&s, &p), ERR_CONFIG);
    s = eligibility_bed_folder(&bed);
    s.res_folder = "/proc"; /* a folder, and neither tmpfs nor ramfs */
    assert_int_equal(provider_folder_open(&s, &p), ERR_CONFIG);
    s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    assert_int_equal(chmod(bed.req, 0777), 0);
    assert_int_equal(provider_folder_open(&s, &p), ERR_CONFIG);
    assert_int_equal(chmod(bed.req, 0700), 0);
    provider_close(&p);
}

static void telling_does_nothing_and_says_so(void **state)
{
    (void)state;
    struct fetch_ask ask = eligibility_bed_ask(0);
    assert_false(folder.tells_upstream);
    assert_int_equal(provider_let_see(&folder, &ask.view, slice_of("1310000001"), 1), ERR_OK);
    assert_int_equal(provider_withdraw(&folder, &ask.view), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_patient_and_nothing_left_behind),
        cmocka_unit_test(oddities),
        cmocka_unit_test(a_file_that_stays_cut_off_is_failed_and_removed),
        cmocka_unit_test(asking_for_pdf),
        cmocka_unit_test(a_simulator_must_be_allowed),
        cmocka_unit_test(cancelled_while_nobody_answers),
        cmocka_unit_test(folders_are_checked),
        cmocka_unit_test(telling_does_nothing_and_says_so),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
