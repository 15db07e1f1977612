/* test_pdf_frame.c — Job: what the child may say, in pieces of any size; and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/pdf_frame.h"
#include "proto/limits.h"

/* One grey dot, as cairo's library writes it. */
static const char dot[] =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x8\0\0\0\0\x3a\x7e\x9b\x55"
    "\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82";
static const struct slice png = {dot, sizeof dot - 1};

static enum err hear(struct pdf_reading *r, const struct buf *b, size_t step)
{
    enum err err = ERR_OK;
    for (size_t at = 0; err == ERR_OK && at < b->size; at += step) {
        size_t size = b->size - at < step ? b->size - at : step;
        err = pdf_reading_add(r, (struct slice){b->bytes + at, size});
    }
    return err;
}

static void an_image_in_pieces_of_any_size(void **state)
{
    (void)state;
    struct buf b = {0};
    pdf_frame_pages(&b, 300);
    pdf_frame_fonts(&b, PDF_FONTS_SUBSTITUTED, true);
    pdf_frame_image(&b, png);
    for (size_t step = 1; step <= b.size; step++) {
        struct pdf_reading r = {.pages = 0};
        assert_int_equal(pdf_reading_end(&r), ERR_PDF_BROKEN);
        assert_int_equal(hear(&r, &b, step), ERR_OK);
        assert_int_equal(pdf_reading_end(&r), ERR_OK);
        assert_int_equal(r.pages, 300);
        assert_int_equal(r.fonts, PDF_FONTS_SUBSTITUTED);
        assert_true(r.flawed);
        assert_int_equal(r.width, 1);
        assert_int_equal(r.height, 1);
        assert_memory_equal(r.content.bytes, png.bytes, png.size);
        assert_int_equal(pdf_reading_add(&r, slice_of("I")), ERR_PDF_BROKEN); /* nothing more */
        pdf_reading_fini(&r);
    }
    buf_free(&b);
}

static void failures_are_told_apart(void **state)
{
    static const struct {
        enum pdf_failure failure;
        enum err err;
    } rows[] = {{PDF_BROKEN, ERR_PDF_BROKEN},
                {PDF_LOCKED, ERR_PDF_LOCKED},
                {PDF_LIMITS, ERR_PDF_LIMITS},
                {PDF_NO_PAGE, ERR_NOT_FOUND}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b = {0};
        struct pdf_reading r = {.pages = 0};
        if (i % 2 == 1)
            pdf_frame_pages(&b, 3); /* before or after the count */
        pdf_frame_failure(&b, rows[i].failure);
        assert_int_equal(hear(&r, &b, 2), ERR_OK);
        assert_int_equal(pdf_reading_end(&r), rows[i].err);
        pdf_reading_fini(&r);
        buf_free(&b);
    }
}

static void expect_broken(const char *bytes, size_t size)
{
    struct pdf_reading r = {.pages = 0};
    enum err err = pdf_reading_add(&r, (struct slice){bytes, size});
    assert_true(err == ERR_PDF_BROKEN || pdf_reading_end(&r) == ERR_PDF_BROKEN);
    pdf_reading_fini(&r);
}
#define BROKEN(text) expect_broken(text, sizeof text - 1)

static void nonsense_is_refused(void **state)
{
    (void)state;
    BROKEN("");
    BROKEN("hello");
    BROKEN("C\0\0\0\5\0\0\0\3x");                 /* a count of five bytes */
    BROKEN("C\0\0\0\4\0\0\0\0");                  /* no page */
    BROKEN("C\0\0\0\4\0\1\0\0");                  /* more than may be */
    BROKEN("C\0\0\0\4\0\0\0\3C\0\0\0\4\0\0\0\3"); /* twice */
    BROKEN("F\0\0\0\2\1\0");                      /* before the count */
    BROKEN("C\0\0\0\4\0\0\0\3F\0\0\0\2\4\0");     /* no such fonts */
    BROKEN("C\0\0\0\4\0\0\0\3F\0\0\0\2\1\2");
    BROKEN("C\0\0\0\4\0\0\0\3I\0\0\0\1x");              /* before the fonts */
    BROKEN("C\0\0\0\4\0\0\0\3F\0\0\0\2\1\0I\0\0\0\1x"); /* no PNG */
    BROKEN("C\0\0\0\4\0\0\0\3F\0\0\0\2\1\0I\0\0\0\0");
    BROKEN("C\0\0\0\4\0\0\0\3F\0\0\0\2\1\0I\xff\xff\xff\xff"); /* four gigabytes */
    BROKEN("E\0\0\0\1\0");
    BROKEN("E\0\0\0\1\5");
    BROKEN("E\0\0\0\2\1\1");
    BROKEN("C\0\0\0\4\0\0\0\3"); /* nothing behind it */
}

/* What it holds back is refused before it is there: no memory is taken for it. */
static void sizes_are_bounded_before_they_come(void **state)
{
    (void)state;
    struct buf b = {0};
    struct pdf_reading r = {.pages = 0};
    pdf_frame_pages(&b, 1);
    pdf_frame_fonts(&b, PDF_FONTS_EMBEDDED, false);
    assert_int_equal(hear(&r, &b, b.size), ERR_OK);
    size_t size = PDF_PAPER_PNG_BYTES_MAX + 1;
    const char head[] = {'I', (char)(size >> 24), (char)(size >> 16), (char)(size >> 8),
                         (char)size};
    assert_int_equal(pdf_reading_add(&r, (struct slice){head, sizeof head}), ERR_PDF_BROKEN);
    pdf_reading_fini(&r);
    buf_free(&b);
}

static void fonts_have_names(void **state)
{
    (void)state;
    assert_string_equal(pdf_fonts_name(PDF_FONTS_EMBEDDED), "embedded");
    assert_string_equal(pdf_fonts_name(PDF_FONTS_SUBSTITUTED), "substituted");
    assert_string_equal(pdf_fonts_name(PDF_FONTS_MISSING), "missing");
    assert_string_equal(pdf_fonts_name((enum pdf_fonts)9), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_in_pieces_of_any_size),
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(sizes_are_bounded_before_they_come),
        cmocka_unit_test(fonts_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
