/* fuzz_pdf_frame.c — Job: anything from the child that draws PDFs: only a sound image gets through,
 * and how it is cut into pieces makes no difference. */
#include <assert.h>
#include <stdint.h>

#include "common/pdf_frame.h"
#include "common/png_check.h"
#include "proto/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err hear(struct pdf_reading *r, const uint8_t *data, size_t size, size_t step)
{
    enum err err = ERR_OK;
    for (size_t at = 0; err == ERR_OK && at < size; at += step) {
        size_t some = size - at < step ? size - at : step;
        err = pdf_reading_add(r, (struct slice){(const char *)data + at, some});
    }
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pdf_reading whole = {.pages = 0}, pieces = {.pages = 0};
    int width = 0, height = 0;
    enum err err = hear(&whole, data, size, size == 0 ? 1 : size);
    assert(hear(&pieces, data, size, 7) == err);
    assert(err == ERR_OK || err == ERR_PDF_BROKEN);
    if (err == ERR_OK)
        assert(pdf_reading_end(&whole) == pdf_reading_end(&pieces));
    if (err == ERR_OK && pdf_reading_end(&whole) == ERR_OK) {
        assert(whole.pages >= 1 && whole.pages <= PDF_PAGES_MAX);
        assert(whole.width >= 1 && whole.width <= PDF_PAPER_LONG_PX);
        assert(whole.height >= 1 && whole.height <= PDF_PAPER_LONG_PX);
        assert(slice_equal(buf_slice(&whole.content), buf_slice(&pieces.content)));
    }
    if (png_check((struct slice){(const char *)data, size}, PDF_WIDTH_PX, PDF_HEIGHT_PX, &width,
                  &height) == ERR_OK)
        assert(width >= 1 && height >= 1);
    pdf_reading_fini(&whole);
    pdf_reading_fini(&pieces);
    return 0;
}
