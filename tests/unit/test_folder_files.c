/* test_folder_files.c — Job: only whole, plain files are read, and are gone afterwards. */
#include "gateway/errand/eligibility/folder_files.h"

#include "common/clock.h"
#include "common/file.h"
#include "proto/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[32], req[64], res[64];
static struct folder_files files;

static int start(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/folder-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(req, sizeof req, "%s/req", dir);
    snprintf(res, sizeof res, "%s/res", dir);
    mkdir(req, 0700);
    mkdir(res, 0700);
    return folder_files_open(req, res, RES_ANYWHERE, &files) == ERR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    char command[64];
    folder_files_close(&files);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

static void path_in(const char *folder, const char *name, char out[256])
{
    snprintf(out, 256, "%s/%s", folder, name);
}

static void put_answer(const char *name, const char *text)
{
    char path[256];
    path_in(res, name, path);
    assert_int_equal(file_write(path, slice_of(text), 0600), ERR_OK);
}

static bool there(const char *folder, const char *name)
{
    char path[256];
    struct stat st;
    path_in(folder, name, path);
    return lstat(path, &st) == 0;
}

static enum err take(const char *name, size_t limit, const char *expected)
{
    struct buf out = {0};
    enum err e = folder_files_take(&files, name, limit, &out);
    assert_true(slice_is(buf_slice(&out), expected));
    buf_free(&out);
    return e;
}

static void requests_appear_whole_and_once(void **state)
{
    (void)state;
    struct buf read = {0};
    char path[256];
    assert_int_equal(folder_files_put(&files, "a.xml", slice_of("<x/>")), ERR_OK);
    assert_int_equal(folder_files_put(&files, "a.xml", slice_of("<y/>")), ERR_CONFLICT);
    path_in(req, "a.xml", path);
    assert_int_equal(file_read(path, 100, FILE_PRIVATE, &read), ERR_OK);
    assert_true(slice_is(buf_slice(&read), "<x/>"));
    assert_false(there(req, ".a.xml.new"));
    folder_files_take_back(&files, "a.xml");
    folder_files_take_back(&files, "a.xml");
    assert_false(there(req, "a.xml"));
    buf_free(&read);
}

static void answers_are_read_once_and_are_gone(void **state)
{
    (void)state;
    assert_int_equal(take("YZKsiquc01res_1.xml", 100, ""), ERR_NOT_FOUND);
    put_answer("YZKsiquc01res_1.xml", "<XmlMsg></XmlMsg>\r\n");
    assert_int_equal(take("YZKsiquc01res_1.xml", 100, "<XmlMsg></XmlMsg>\r\n"), ERR_OK);
    assert_false(there(res, "YZKsiquc01res_1.xml"));
    put_answer("a.xml", "<q:XmlMsg xmlns:q=\"u\"></q:XmlMsg >\n<!-- made by x -->\n");
    assert_int_equal(
        take("a.xml", 100, "<q:XmlMsg xmlns:q=\"u\"></q:XmlMsg >\n<!-- made by x -->\n"), ERR_OK);
}

/* A PDF that is written in steps says %%EOF before its end (linearized, or with an addition). */
static void a_pdf_is_taken_when_it_has_come_to_rest(void **state)
{
    (void)state;
    int watch = folder_files_watch(res);
    put_answer("a.pdf", "%PDF-1.4 x\n%%EOF\n");
    assert_int_equal(take("a.pdf", 100, ""), ERR_NOT_FOUND);
    put_answer("a.pdf", "%PDF-1.4 x\n%%EOF\n more\n%%EOF\n");
    struct buf out = {0};
    enum err e = ERR_NOT_FOUND;
    while ((e = folder_files_take(&files, "a.pdf", 100, &out)) == ERR_NOT_FOUND)
        folder_files_wait(watch, FOLDER_REST_MS / 2);
    assert_int_equal(e, ERR_OK);
    assert_true(slice_is(buf_slice(&out), "%PDF-1.4 x\n%%EOF\n more\n%%EOF\n"));
    buf_free(&out);
    assert_false(there(res, "a.pdf"));
    close(watch);
}

static void a_growing_answer_is_waited_for(void **state)
{
    (void)state;
    put_answer("a.xml", "<XmlMsg><Mess");
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_FOUND);
    assert_true(there(res, "a.xml"));
    put_answer("a.xml", "%PDF-1.4 </XmlMsg>");
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_FOUND);
    put_answer("a.xml", "");
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_FOUND);
    static const char *const growing[] = {"<XmlMsg>",
                                          "<XmlMsg></XmlMsg",
                                          "<XmlMsg></MyXmlMsg>",
                                          "<XmlMsg></XmlMsgs>",
                                          "XmlMsg>",
                                          "</",
                                          "</x>",
                                          "<"};
    for (size_t i = 0; i < sizeof growing / sizeof growing[0]; i++) {
        put_answer("a.xml", growing[i]);
        assert_int_equal(take("a.xml", 100, ""), ERR_NOT_FOUND);
    }
    folder_files_remove(&files, "a.xml");
}

static void links_and_pipes_are_refused(void **state)
{
    (void)state;
    char path[256], other[256];
    path_in(res, "a.xml", path);
    path_in(dir, "secret", other);
    assert_int_equal(file_write(other, slice_of("<XmlMsg></XmlMsg>"), 0600), ERR_OK);
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_ALLOWED);
    assert_false(there(res, "a.xml"));
    assert_true(there(dir, "secret"));
    assert_int_equal(link(other, path), 0);
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_ALLOWED);
    assert_false(there(res, "a.xml"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(take("a.xml", 100, ""), ERR_NOT_ALLOWED);
}

/* A file keeps its writer's date when it is moved here; by its name it is the answer to our ask. */
static void the_date_of_a_file_says_nothing(void **state)
{
    (void)state;
    static const char name[] = "OQSsiquc01res_01KAQ6Y1J0041061050R3GG28A.xml";
    char path[256];
    path_in(res, name, path);
    put_answer(name, "<XmlMsg></XmlMsg>");
    struct timespec times[2] = {{0, UTIME_OMIT}, {(time_t)(clock_wall_ms() / 1000 - 3600), 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    folder_files_sweep(&files, 60000);
    assert_int_equal(take(name, 100, "<XmlMsg></XmlMsg>"), ERR_OK);
}

static void an_answer_that_is_too_long_is_removed(void **state)
{
    (void)state;
    put_answer("a.xml", "<XmlMsg>0123456789</XmlMsg>");
    assert_int_equal(take("a.xml", 26, ""), ERR_TOO_LARGE);
    assert_false(there(res, "a.xml"));
}

static void sweeping_knows_our_kinds_of_names(void **state)
{
    (void)state;
    static const char id[] = "01KAQ6Y1J0041061050R3GG28A";
    char ours[64], pdf[64];
    snprintf(ours, sizeof ours, "OQSsiquc01res_%s.xml", id);
    snprintf(pdf, sizeof pdf, "YZKsiquc01res_%s.pdf", id);
    put_answer(ours, "1");
    put_answer(pdf, "2");
    put_answer("OQSsiquc01res_20261124101112345678901.xml", "another program's");
    put_answer("EPSsomethingres_x.xml", "another program's");
    folder_files_sweep(&files, 60000);
    assert_true(there(res, ours));
    folder_files_sweep(&files, 0);
    assert_false(there(res, ours));
    assert_false(there(res, pdf));
    assert_true(there(res, "OQSsiquc01res_20261124101112345678901.xml"));
    assert_true(there(res, "EPSsomethingres_x.xml"));
    folder_files_sweep(&files, 0); /* a second listing starts at the beginning again */
}

static void waiting_ends_with_a_change_or_in_time(void **state)
{
    (void)state;
    int watch = folder_files_watch(res);
    assert_true(watch >= 0);
    put_answer("a.xml", "x");
    folder_files_wait(watch, 60000); /* at once, or the test's own time limit ends it */
    uint64_t before = clock_mono_ms();
    folder_files_wait(watch, 20);
    assert_true(clock_mono_ms() - before >= 19);
    close(watch);
    folder_files_wait(-1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_appear_whole_and_once),
        cmocka_unit_test(answers_are_read_once_and_are_gone),
        cmocka_unit_test(a_growing_answer_is_waited_for),
        cmocka_unit_test(links_and_pipes_are_refused),
        cmocka_unit_test(the_date_of_a_file_says_nothing),
        cmocka_unit_test(a_pdf_is_taken_when_it_has_come_to_rest),
        cmocka_unit_test(an_answer_that_is_too_long_is_removed),
        cmocka_unit_test(sweeping_knows_our_kinds_of_names),
        cmocka_unit_test(waiting_ends_with_a_change_or_in_time),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
