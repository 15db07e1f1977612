/* test_pdf_child.c — Job: the child's images, its end by any PDF, and what a false child may do. */
#include "client/pdf_child.h"

#include "proto/base64.h"
#include "proto/limits.h"
#include "tests/lib/pdf_sample.h"
#include "tests/lib/sanitizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

enum { LONG_MS = 60000, SHORT_MS = 300 };

static uv_loop_t loop;
static char program[1024], folder[] = "/tmp/sakiyomi-child-XXXXXX", script[64];
static enum pdf_size wanted;
static struct {
    int times;
    enum err err;
    struct pdf_reading reading;
} got;

static int set_up(void **state)
{
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 64);
    (void)state;
    uv_loop_init(&loop);
    signal(SIGPIPE, SIG_IGN); /* as the programs do */
    if (size < 0 || mkdtemp(folder) == NULL)
        return -1;
    program[size] = '\0';
    strcpy(strstr(program, "/unit/"), "/bin/sakiyomi-pdf-pages"); /* beside this one */
    snprintf(script, sizeof script, "%s/child", folder);
    return access(program, X_OK);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(script);
    return rmdir(folder) == 0 ? uv_loop_close(&loop) : -1;
}

static void done(void *self, enum err err, struct pdf_reading *reading)
{
    (void)self;
    got.times++;
    got.err = err;
    got.reading = *reading;
    *reading = (struct pdf_reading){.pages = 0};
}

static enum err start(const char *path, struct buf *pdf, int page, uint64_t wait_ms,
                      struct pdf_child **child)
{
    struct pdf_order order = {
        .program = path, .pdf = pdf, .page = page, .size = wanted, .wait_ms = wait_ms};
    struct pdf_child_calls calls = {.done = done};
    pdf_reading_fini(&got.reading);
    got.times = 0;
    enum err err = pdf_child_start(&loop, &order, &calls, child);
    assert_null(pdf->bytes); /* it went along */
    return err;
}

/* Runs to the end; everything that libuv knew is gone then. */
static enum err run(const char *path, struct buf *pdf, int page, uint64_t wait_ms)
{
    struct pdf_child *child = NULL;
    assert_int_equal(start(path, pdf, page, wait_ms, &child), ERR_OK);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(got.times, 1);
    return got.err;
}

static struct buf sample(enum pdf_sample which)
{
    struct buf pdf = {0}, text = {0};
    assert_true(pdf_sample(which, &pdf));
    base64_add(&text, pdf.bytes, pdf.size);
    buf_free(&pdf);
    return text;
}

static bool cannot_be_tried(void)
{
    return UNDER_ADDRESS_SANITIZER; /* its shadow is larger than the child's memory may be */
}

/* ---- the real child ---- */

static void a_page_comes_as_an_image(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    struct buf pdf = sample(PDF_SAMPLE_PLAIN);
    assert_int_equal(run(program, &pdf, 2, LONG_MS), ERR_OK);
    assert_int_equal(got.reading.pages, 3);
    assert_int_equal(got.reading.fonts, PDF_FONTS_EMBEDDED);
    assert_int_equal(got.reading.width, PDF_WIDTH_PX);
    assert_true(got.reading.content.size > 1000);
    pdf = sample(PDF_SAMPLE_PLAIN);
    assert_int_equal(run(program, &pdf, 3, LONG_MS), ERR_NOT_FOUND);
    pdf = sample(PDF_SAMPLE_PLAIN);
    wanted = PDF_PAPER;
    assert_int_equal(run(program, &pdf, 2, LONG_MS), ERR_OK);
    assert_int_equal(got.reading.height, PDF_PAPER_LONG_PX);
    wanted = PDF_SCREEN;
}

/* Fonts are read behind the shut doors: as test_render.c has them without any. */
static void letters_come_from_this_machine(void **state)
{
    (void)state;
    if (cannot_be_tried())
        skip();
    struct buf pdf = sample(PDF_SAMPLE_LATIN);
    assert_int_equal(run(program, &pdf, 0, LONG_MS), ERR_OK);
    assert_true(got.reading.fonts == PDF_FONTS_SUBSTITUTED ||
                got.reading.fonts == PDF_FONTS_MISSING);
}

static void every_sample_ends_with_its_own_word(void **state)
{
    static const struct {
        enum pdf_sample which;
        enum err err;
    } rows[] = {
        {PDF_SAMPLE_LOCKED, ERR_PDF_LOCKED}, {PDF_SAMPLE_CUT, ERR_PDF_BROKEN},
        {PDF_SAMPLE_NOISE, ERR_PDF_BROKEN},  {PDF_SAMPLE_EMPTY, ERR_PDF_BROKEN},
        {PDF_SAMPLE_HUGE_BOX, ERR_OK},       {PDF_SAMPLE_TREE_LOOP, ERR_PDF_BROKEN},
        {PDF_SAMPLE_FORM_LOOP, ERR_OK},      {PDF_SAMPLE_DEEP, ERR_OK},
        {PDF_SAMPLE_IMAGE, ERR_OK},
    };
    (void)state;
    if (cannot_be_tried())
        skip();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf pdf = sample(rows[i].which);
        assert_int_equal(run(program, &pdf, 0, LONG_MS), rows[i].err);
    }
}

/* Neither comes to an end by itself within any patience. */
static void bombs_end_at_a_limit(void **state)
{
    static const enum pdf_sample bombs[] = {PDF_SAMPLE_LAUGHS, PDF_SAMPLE_BOMB};
    (void)state;
    if (cannot_be_tried())
        skip();
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        struct buf pdf = sample(bombs[i]);
        assert_int_equal(run(program, &pdf, 0, 2000), ERR_PDF_LIMITS);
    }
}

static void what_is_no_base64_is_broken(void **state)
{
    struct buf pdf = {0};
    (void)state;
    if (cannot_be_tried())
        skip();
    buf_text(&pdf, "%PDF-1.4");
    assert_int_equal(run(program, &pdf, 0, LONG_MS), ERR_PDF_BROKEN);
    pdf = (struct buf){0};
    assert_int_equal(run(program, &pdf, 0, LONG_MS), ERR_PDF_BROKEN); /* nothing at all */
    for (size_t i = 0; i < (size_t)VIEW_PART_BYTES_MAX / 3 * 4 + 8; i++)
        buf_byte(&pdf, 'A');
    assert_int_equal(run(program, &pdf, 0, LONG_MS), ERR_PDF_LIMITS);
}

/* ---- a false child ---- */

static void write_script(const char *commands)
{
    FILE *file = fopen(script, "we");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", commands);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(script, 0700), 0);
}

static enum err run_script(const char *commands, uint64_t wait_ms)
{
    struct buf pdf = {0};
    write_script(commands);
    buf_text(&pdf, "AAAA");
    return run(script, &pdf, 0, wait_ms);
}

static void nonsense_is_not_heard_to_its_end(void **state)
{
    (void)state;
    assert_int_equal(run_script("while :; do echo yes; done", LONG_MS), ERR_PDF_BROKEN);
    assert_int_equal(run_script("exit 0", LONG_MS), ERR_PDF_BROKEN); /* said nothing */
    assert_int_equal(run_script("printf 'E\\000\\000\\000\\001\\002'", LONG_MS), ERR_PDF_LOCKED);
    assert_int_equal(run_script("printf 'E\\000\\000\\000\\001\\002x'", LONG_MS), ERR_PDF_BROKEN);
    assert_int_equal(run_script("exit 1", LONG_MS), ERR_IO);
    assert_int_equal(run_script("kill -SEGV $$", LONG_MS), ERR_PDF_LIMITS);
}

static void who_hangs_is_killed(void **state)
{
    (void)state;
    assert_int_equal(run_script("while :; do :; done", SHORT_MS), ERR_PDF_LIMITS);
    assert_int_equal(run_script("kill -STOP $$", SHORT_MS), ERR_PDF_LIMITS);
}

/* No word of our environment; the page is the one argument. */
static void the_child_gets_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(setenv("SAKIYOMI_TEST_WORD", "geheim", 1), 0);
    assert_int_equal(run_script("[ \"$#\" = 1 ] && [ \"$1\" = 0 ] || exit 3\n"
                                "[ -z \"$SAKIYOMI_TEST_WORD\" ] || exit 4\n"
                                "[ \"$PWD\" = / ] || exit 5\n"
                                "printf 'E\\000\\000\\000\\001\\002'",
                                LONG_MS),
                     ERR_PDF_LOCKED);
}

static void who_is_not_there_is_not_provided(void **state)
{
    struct pdf_child *child = NULL;
    struct buf pdf = {0};
    (void)state;
    buf_text(&pdf, "AAAA");
    assert_int_equal(start("/nowhere/child", &pdf, 0, LONG_MS, &child), ERR_NOT_PROVIDED);
    assert_null(child);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(got.times, 0);
}

static void who_is_stopped_says_nothing(void **state)
{
    struct pdf_child *child = NULL;
    struct buf pdf = {0};
    (void)state;
    write_script("printf 'E\\000\\000\\000\\001\\002'; while :; do :; done");
    for (int i = 0; i < 3000000; i++) /* more than any pipe takes: still being written */
        buf_byte(&pdf, 'A');
    assert_int_equal(start(script, &pdf, 0, LONG_MS, &child), ERR_OK);
    pdf_child_stop(child);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(got.times, 0);
    pdf_child_stop(NULL);
}

/* Our own folder has no such program: the tests lie beside none. */
static void the_program_is_looked_for_beside_our_own(void **state)
{
    char path[FILE_PATH_MAX];
    (void)state;
    assert_int_equal(pdf_child_program(path), ERR_NOT_FOUND);
    assert_string_equal(path, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_comes_as_an_image),
        cmocka_unit_test(letters_come_from_this_machine),
        cmocka_unit_test(every_sample_ends_with_its_own_word),
        cmocka_unit_test(bombs_end_at_a_limit),
        cmocka_unit_test(what_is_no_base64_is_broken),
        cmocka_unit_test(nonsense_is_not_heard_to_its_end),
        cmocka_unit_test(who_hangs_is_killed),
        cmocka_unit_test(the_child_gets_nothing_else),
        cmocka_unit_test(who_is_not_there_is_not_provided),
        cmocka_unit_test(who_is_stopped_says_nothing),
        cmocka_unit_test(the_program_is_looked_for_beside_our_own),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
