/* pdf_frame.c — Job: what sakiyomi-pdf-pages says on its standard output: written and read. */
#include "common/pdf_frame.h"

#include "common/png_check.h"
#include "proto/limits.h"

enum { KIND_PAGES = 'C', KIND_FONTS = 'F', KIND_IMAGE = 'I', KIND_FAILURE = 'E' };

const char *pdf_fonts_name(enum pdf_fonts fonts)
{
    static const char *const names[] = {"", "embedded", "substituted", "missing"};
    return fonts >= PDF_FONTS_EMBEDDED && fonts <= PDF_FONTS_MISSING ? names[fonts] : "";
}

/* ---- writing ---- */

static void add_u32(struct buf *out, size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_byte(out, (char)(value >> shift & 0xFF));
}

static void add_frame(struct buf *out, char kind, struct slice content)
{
    buf_byte(out, kind);
    add_u32(out, content.size);
    buf_add(out, content.bytes, content.size);
}

void pdf_frame_pages(struct buf *out, int pages)
{
    buf_byte(out, KIND_PAGES);
    add_u32(out, 4);
    add_u32(out, (size_t)pages);
}

void pdf_frame_fonts(struct buf *out, enum pdf_fonts fonts, bool flawed)
{
    char bytes[] = {(char)fonts, flawed ? 1 : 0};
    add_frame(out, KIND_FONTS, (struct slice){bytes, sizeof bytes});
}

void pdf_frame_image(struct buf *out, struct slice png)
{
    add_frame(out, KIND_IMAGE, png);
}

void pdf_frame_failure(struct buf *out, enum pdf_failure failure)
{
    char byte = (char)failure;
    add_frame(out, KIND_FAILURE, (struct slice){&byte, 1});
}

/* ---- reading ---- */

static size_t u32(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* The head is whole: may such a frame come now, and so large? */
static enum err begin(struct pdf_reading *r)
{
    size_t size = u32(r->head + 1);
    bool good = false;
    switch (r->head[0]) {
    case KIND_PAGES:
        good = r->pages == 0 && size == 4;
        break;
    case KIND_FONTS:
        good = r->pages != 0 && r->fonts == 0 && size == 2;
        break;
    case KIND_IMAGE:
        good = r->fonts != 0 && size != 0 && size <= PDF_PAPER_PNG_BYTES_MAX;
        break;
    case KIND_FAILURE:
        good = size == 1;
        break;
    default:
        break;
    }
    r->left = size;
    return good ? ERR_OK : ERR_PDF_BROKEN;
}

static enum err fail(struct pdf_reading *r, uint8_t failure)
{
    static const enum err errs[] = {[PDF_BROKEN] = ERR_PDF_BROKEN,
                                    [PDF_LOCKED] = ERR_PDF_LOCKED,
                                    [PDF_LIMITS] = ERR_PDF_LIMITS,
                                    [PDF_NO_PAGE] = ERR_NOT_FOUND};
    if (failure < PDF_BROKEN || failure > PDF_NO_PAGE)
        return ERR_PDF_BROKEN;
    r->failure = errs[failure];
    r->whole = true;
    return ERR_OK;
}

static enum err finish(struct pdf_reading *r)
{
    const uint8_t *bytes = (const uint8_t *)r->content.bytes;
    size_t pages = 0;
    switch (r->head[0]) {
    case KIND_PAGES:
        pages = u32(bytes);
        if (pages < 1 || pages > PDF_PAGES_MAX)
            return ERR_PDF_BROKEN;
        r->pages = (int)pages;
        break;
    case KIND_FONTS:
        if (bytes[0] < PDF_FONTS_EMBEDDED || bytes[0] > PDF_FONTS_MISSING || bytes[1] > 1)
            return ERR_PDF_BROKEN;
        r->fonts = (enum pdf_fonts)bytes[0];
        r->flawed = bytes[1] == 1;
        break;
    case KIND_IMAGE:
        r->whole = true;
        return png_check(buf_slice(&r->content), PDF_PAPER_LONG_PX, PDF_PAPER_LONG_PX, &r->width,
                         &r->height) == ERR_OK
                   ? ERR_OK
                   : ERR_PDF_BROKEN;
    default:
        return fail(r, bytes[0]);
    }
    buf_clear(&r->content);
    r->head_size = 0;
    return ERR_OK;
}

/* Takes of the front of BYTES what belongs to the coming frame. */
static enum err take(struct pdf_reading *r, struct slice *bytes)
{
    if (r->head_size < sizeof r->head) {
        r->head[r->head_size++] = (uint8_t)bytes->bytes[0];
        bytes->bytes++;
        bytes->size--;
        return r->head_size == sizeof r->head ? begin(r) : ERR_OK;
    }
    size_t size = bytes->size < r->left ? bytes->size : r->left;
    buf_add(&r->content, bytes->bytes, size);
    if (buf_error(&r->content) != ERR_OK)
        return ERR_NO_MEMORY;
    bytes->bytes += size;
    bytes->size -= size;
    r->left -= size;
    return r->left == 0 ? finish(r) : ERR_OK;
}

enum err pdf_reading_add(struct pdf_reading *r, struct slice bytes)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && bytes.size != 0)
        err = r->whole ? ERR_PDF_BROKEN : take(r, &bytes);
    return err;
}

enum err pdf_reading_end(const struct pdf_reading *r)
{
    if (!r->whole)
        return ERR_PDF_BROKEN;
    return r->failure;
}

void pdf_reading_fini(struct pdf_reading *r)
{
    buf_free(&r->content);
    *r = (struct pdf_reading){.pages = 0};
}
