/* test_render.c — Job: pages, letters and sizes come out as the file has them; harm does none. */
#include "pdf_pages/render.h"

#include "proto/limits.h"
#include "tests/lib/pdf_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cairo.h>
#include <string.h>

static const struct letters all = {true, true};

static struct pdf_reading render(enum pdf_sample which, const struct render_order *order)
{
    struct pdf_reading reading = {.pages = 0};
    struct buf pdf = {0}, out = {0};
    assert_true(pdf_sample(which, &pdf));
    render_page(buf_slice(&pdf), order, &out);
    assert_int_equal(pdf_reading_add(&reading, buf_slice(&out)), ERR_OK);
    buf_free(&pdf);
    buf_free(&out);
    return reading;
}

static enum err outcome(enum pdf_sample which, int page)
{
    struct pdf_reading reading =
        render(which, &(struct render_order){.page = page, .letters = all});
    enum err err = pdf_reading_end(&reading);
    pdf_reading_fini(&reading);
    return err;
}

static cairo_status_t next_bytes(void *from, unsigned char *to, unsigned size)
{
    struct slice *rest = from;
    if (rest->size < size)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, rest->bytes, size);
    rest->bytes += size;
    rest->size -= size;
    return CAIRO_STATUS_SUCCESS;
}

/* Dots that are not white. */
static int ink(const struct pdf_reading *reading)
{
    struct slice rest = buf_slice(&reading->content);
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(next_bytes, &rest);
    assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    assert_int_equal(cairo_image_surface_get_width(s), reading->width);
    assert_int_equal(cairo_image_surface_get_height(s), reading->height);
    int dots = 0, stride = cairo_image_surface_get_stride(s);
    for (int y = 0; y < reading->height; y++)
        for (int x = 0; x < reading->width; x++)
            dots += cairo_image_surface_get_data(s)[y * stride + 4 * x] != 0xFF;
    cairo_surface_destroy(s);
    return dots;
}

static void each_page_is_the_one_asked_for(void **state)
{
    int before = 0;
    (void)state;
    for (int page = 0; page < 3; page++) {
        struct pdf_reading r =
            render(PDF_SAMPLE_PLAIN, &(struct render_order){.page = page, .letters = all});
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        assert_int_equal(r.pages, 3);
        assert_int_equal(r.fonts, PDF_FONTS_EMBEDDED);
        assert_false(r.flawed);
        assert_int_equal(r.width, PDF_WIDTH_PX);
        assert_int_equal(r.height, 2264); /* 842 of 595 */
        int dots = ink(&r);
        assert_true(dots > before + 20000); /* a letter more than the page before */
        before = dots;
        pdf_reading_fini(&r);
    }
    assert_int_equal(outcome(PDF_SAMPLE_PLAIN, 3), ERR_NOT_FOUND);
}

/* What the page says depends on what this machine can lend. */
static void letters_that_are_not_in_the_file(void **state)
{
    static const struct {
        enum pdf_sample which;
        struct letters letters;
        enum pdf_fonts fonts;
    } rows[] = {{PDF_SAMPLE_LATIN, {true, true}, PDF_FONTS_SUBSTITUTED},
                {PDF_SAMPLE_LATIN, {true, false}, PDF_FONTS_SUBSTITUTED},
                {PDF_SAMPLE_LATIN, {false, false}, PDF_FONTS_MISSING},
                {PDF_SAMPLE_JAPANESE, {true, true}, PDF_FONTS_SUBSTITUTED},
                {PDF_SAMPLE_JAPANESE, {true, false}, PDF_FONTS_MISSING},
                {PDF_SAMPLE_NO_TABLE, {true, true}, PDF_FONTS_MISSING},
                {PDF_SAMPLE_PLAIN, {false, false}, PDF_FONTS_EMBEDDED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pdf_reading r =
            render(rows[i].which, &(struct render_order){.letters = rows[i].letters});
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        assert_int_equal(r.fonts, rows[i].fonts);
        pdf_reading_fini(&r);
    }
}

static void sizes_stay_within_the_limits(void **state)
{
    static const enum pdf_sample boxes[] = {PDF_SAMPLE_HUGE_BOX, PDF_SAMPLE_TINY_BOX,
                                            PDF_SAMPLE_RIBBON};
    (void)state;
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        struct render_order order = {.letters = all};
        struct pdf_reading r = render(boxes[i], &order);
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        assert_true(r.width >= 1 && r.width <= PDF_WIDTH_PX);
        assert_true(r.height >= 1 && r.height <= PDF_HEIGHT_PX);
        pdf_reading_fini(&r);
        order.size = PDF_PAPER;
        r = render(boxes[i], &order);
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        int least = r.width < r.height ? r.width : r.height;
        assert_true(least >= 1 && least <= PDF_PAPER_SHORT_PX);
        assert_true(r.width <= PDF_PAPER_LONG_PX && r.height <= PDF_PAPER_LONG_PX);
        pdf_reading_fini(&r);
    }
}

/* A page of 595 by 842 points, and the same page lying. */
static void paper_gets_the_dots_of_a_printer(void **state)
{
    (void)state;
    for (int page = 0; page < 3; page++) {
        struct render_order order = {.page = page, .size = PDF_PAPER, .letters = all};
        struct pdf_reading r = render(PDF_SAMPLE_PLAIN, &order);
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        assert_int_equal(r.height, PDF_PAPER_LONG_PX);
        assert_int_equal(r.width, 2478);
        assert_true(ink(&r) > (page + 1) * 20000);
        pdf_reading_fini(&r);
    }
    struct pdf_reading lying =
        render(PDF_SAMPLE_LYING, &(struct render_order){.size = PDF_PAPER, .letters = all});
    assert_int_equal(pdf_reading_end(&lying), ERR_OK);
    assert_int_equal(lying.width, PDF_PAPER_LONG_PX);
    assert_int_equal(lying.height, 2478);
    pdf_reading_fini(&lying);
}

static void what_cannot_be_shown_says_why(void **state)
{
    (void)state;
    assert_int_equal(outcome(PDF_SAMPLE_LOCKED, 0), ERR_PDF_LOCKED);
    assert_int_equal(outcome(PDF_SAMPLE_CUT, 0), ERR_PDF_BROKEN);
    assert_int_equal(outcome(PDF_SAMPLE_NOISE, 0), ERR_PDF_BROKEN);
    assert_int_equal(outcome(PDF_SAMPLE_EMPTY, 0), ERR_PDF_BROKEN);
    assert_int_equal(outcome(PDF_SAMPLE_TREE_LOOP, 0), ERR_PDF_BROKEN);
}

/* Those that poppler itself gets through; the others end in the child (test_pdf_child.c). */
static void loops_and_depths_come_to_an_end(void **state)
{
    (void)state;
    struct pdf_reading r = render(PDF_SAMPLE_DEEP, &(struct render_order){.letters = all});
    assert_int_equal(pdf_reading_end(&r), ERR_OK);
    assert_true(r.flawed); /* it is said that something could not be read */
    pdf_reading_fini(&r);
    assert_int_equal(outcome(PDF_SAMPLE_FORM_LOOP, 0), ERR_OK);
    assert_int_equal(outcome(PDF_SAMPLE_IMAGE, 0), ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    return render_warm_up() == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    render_end();
    return 0;
}

/* LeakSanitizer asks: what these keep until the process ends is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libcairo\n";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_the_one_asked_for),
        cmocka_unit_test(letters_that_are_not_in_the_file),
        cmocka_unit_test(sizes_stay_within_the_limits),
        cmocka_unit_test(paper_gets_the_dots_of_a_printer),
        cmocka_unit_test(what_cannot_be_shown_says_why),
        cmocka_unit_test(loops_and_depths_come_to_an_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
