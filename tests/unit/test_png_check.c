/* test_png_check.c — Job: a plain PNG passes; every other bone, size or changed bit does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <zlib.h>

#include "common/png_check.h"
#include "proto/buf.h"

static void u32(struct buf *b, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_byte(b, (char)(value >> shift));
}

static void chunk(struct buf *b, const char *type, const char *bytes, size_t size)
{
    u32(b, (uint32_t)size);
    size_t from = b->size;
    buf_add(b, type, 4);
    buf_add(b, bytes, size);
    u32(b, (uint32_t)crc32(crc32(0, NULL, 0), (const Bytef *)b->bytes + from, (uInt)(size + 4)));
}

static struct buf begin(const char *header)
{
    struct buf b = {0};
    buf_add(&b, "\x89PNG\r\n\x1a\n", 8);
    chunk(&b, "IHDR", header, 13);
    return b;
}

static enum err check(struct buf *b, int *width, int *height)
{
    /* Of exactly its size, so that a sanitizer sees one byte read too many. */
    size_t size = 0;
    char *bytes = buf_take(b, &size);
    enum err err = png_check((struct slice){bytes, size}, 1600, 3200, width, height);
    free(bytes);
    return err;
}

static const char rgb[] = "\0\0\6\x40\0\0\xc\x80\x8\2\0\0\0"; /* 1600 by 3200 */

static struct buf sound(void)
{
    struct buf b = begin(rgb);
    chunk(&b, "bKGD", "\0\0\0\0\0\0", 6);
    chunk(&b, "IDAT", "abc", 3);
    chunk(&b, "IDAT", "", 0);
    chunk(&b, "IEND", "", 0);
    return b;
}

static void a_plain_image_passes(void **state)
{
    (void)state;
    struct buf b = sound();
    int width = 0, height = 0;
    assert_int_equal(check(&b, &width, &height), ERR_OK);
    assert_int_equal(width, 1600);
    assert_int_equal(height, 3200);
}

static void no_bit_may_change(void **state)
{
    (void)state;
    struct buf whole = sound();
    int width, height;
    for (size_t i = 0; i < whole.size * 8; i++) {
        struct buf b = {0};
        buf_add(&b, whole.bytes, whole.size);
        b.bytes[i / 8] = (char)(b.bytes[i / 8] ^ 1 << i % 8);
        assert_int_equal(check(&b, &width, &height), ERR_BAD_FIELD);
    }
    for (size_t size = 0; size < whole.size; size++) {
        struct buf b = {0};
        buf_add(&b, whole.bytes, size);
        assert_int_equal(check(&b, &width, &height), ERR_BAD_FIELD);
    }
    buf_byte(&whole, 'x');
    assert_int_equal(check(&whole, &width, &height), ERR_BAD_FIELD);
}

/* Sound checksums, but not what our child makes. */
static void other_headers_are_refused(void **state)
{
    static const char *const headers[] = {
        "\0\0\6\x41\0\0\xc\x80\x8\2\0\0\0",    /* a column too many */
        "\0\0\6\x40\0\0\xc\x81\x8\2\0\0\0",    /* a row too many */
        "\xff\xff\xff\xff\0\0\0\1\x8\2\0\0\0", /* -1 columns */
        "\0\0\0\0\0\0\0\1\x8\2\0\0\0",         /* none */
        "\0\0\0\1\0\0\0\0\x8\2\0\0\0",         /* no rows */
        "\0\0\0\1\0\0\0\1\x10\2\0\0\0",        /* 16 bits */
        "\0\0\0\1\0\0\0\1\x8\3\0\0\0",         /* palette */
        "\0\0\0\1\0\0\0\1\x8\6\0\0\0",         /* see-through */
        "\0\0\0\1\0\0\0\1\x8\2\1\0\0",         /* another compression */
        "\0\0\0\1\0\0\0\1\x8\2\0\1\0",         /* another filter */
        "\0\0\0\1\0\0\0\1\x8\2\0\0\1",         /* interlaced */
    };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct buf b = begin(headers[i]);
        int width, height;
        chunk(&b, "IDAT", "abc", 3);
        chunk(&b, "IEND", "", 0);
        assert_int_equal(check(&b, &width, &height), ERR_BAD_FIELD);
    }
}

static void other_bones_are_refused(void **state)
{
    (void)state;
    int width, height;
    struct buf text = begin(rgb), none = begin(rgb), heavy = begin(rgb), open = begin(rgb);
    chunk(&text, "tEXt", "a", 1);
    chunk(&text, "IDAT", "abc", 3);
    chunk(&text, "IEND", "", 0);
    assert_int_equal(check(&text, &width, &height), ERR_BAD_FIELD);
    chunk(&none, "IEND", "", 0);
    assert_int_equal(check(&none, &width, &height), ERR_BAD_FIELD);
    chunk(&heavy, "IDAT", "abc", 3);
    chunk(&heavy, "IEND", "a", 1);
    assert_int_equal(check(&heavy, &width, &height), ERR_BAD_FIELD);
    chunk(&open, "IDAT", "abc", 3);
    assert_int_equal(check(&open, &width, &height), ERR_BAD_FIELD);
    struct buf late = begin(rgb), wide = begin(rgb);
    chunk(&late, "IDAT", "abc", 3);
    chunk(&late, "bKGD", "\0\0\0\0\0\0", 6);
    chunk(&late, "IEND", "", 0);
    assert_int_equal(check(&late, &width, &height), ERR_BAD_FIELD);
    chunk(&wide, "bKGD", "\0\0\0\0\0\0\0", 7);
    chunk(&wide, "IDAT", "abc", 3);
    chunk(&wide, "IEND", "", 0);
    assert_int_equal(check(&wide, &width, &height), ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_image_passes),
        cmocka_unit_test(no_bit_may_change),
        cmocka_unit_test(other_headers_are_refused),
        cmocka_unit_test(other_bones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
