/* render.c — Job: one page of a PDF as an image, with poppler and cairo. */
#include "pdf_pages/render.h"

#include "pdf_pages/warm_page.h"
#include "proto/limits.h"

#include <cairo.h>
#include <math.h>
#include <poppler.h>
#include <string.h>

/* ---- what poppler complains of ---- */

/* It draws what it can and says the rest here, for people who make PDFs. */
static bool complained, lost_letters;
static void on_complaint(const gchar *domain, GLogLevelFlags level, const gchar *text,
                         gpointer none)
{
    (void)domain, (void)level, (void)none;
    if (strstr(text, "rror") != NULL) /* "Syntax error", "Internal error"; not its warnings */
        complained = true;
    if (strstr(text, "No font in show") != NULL)
        lost_letters = true;
}

/* ---- letters ---- */

/* Types whose letters go by number in a large table: in practice Japanese. */
static bool is_by_number(PopplerFontType type)
{
    return type == POPPLER_FONT_TYPE_CID_TYPE0 || type == POPPLER_FONT_TYPE_CID_TYPE0C ||
           type == POPPLER_FONT_TYPE_CID_TYPE0COT || type == POPPLER_FONT_TYPE_CID_TYPE2 ||
           type == POPPLER_FONT_TYPE_CID_TYPE2OT;
}

/* Of the document up to PAGE: fonts are listed from the first page on. */
static enum pdf_fonts fonts_of(PopplerDocument *document, int page, struct letters letters)
{
    PopplerFontInfo *info = poppler_font_info_new(document);
    PopplerFontsIter *iter = NULL;
    enum pdf_fonts fonts = PDF_FONTS_EMBEDDED;
    if (!poppler_font_info_scan(info, page + 1, &iter) || iter == NULL) {
        g_object_unref(info);
        return fonts;
    }
    do {
        if (poppler_fonts_iter_is_embedded(iter))
            continue;
        bool here =
            is_by_number(poppler_fonts_iter_get_font_type(iter)) ? letters.japanese : letters.any;
        if (!here)
            fonts = PDF_FONTS_MISSING;
        else if (fonts == PDF_FONTS_EMBEDDED)
            fonts = PDF_FONTS_SUBSTITUTED;
    } while (poppler_fonts_iter_next(iter));
    poppler_fonts_iter_free(iter);
    g_object_unref(info);
    return fonts;
}

/* ---- the image ---- */

enum { POINTS_PER_INCH = 72 };

static double scale_for(double w, double h, enum pdf_size size)
{
    if (size == PDF_SCREEN)
        return fmin(fmin(PDF_WIDTH_PX / w, PDF_HEIGHT_PX / h), PDF_SCALE_MAX);
    double fits = fmin(PDF_PAPER_SHORT_PX / fmin(w, h), PDF_PAPER_LONG_PX / fmax(w, h));
    return fmin(fits, (double)PDF_PAPER_DPI / POINTS_PER_INCH);
}

/* Whatever the page says of its size, the image stays within the limits. */
static bool size_of(PopplerPage *page, enum pdf_size size, double *scale, int *width, int *height)
{
    double w = 0, h = 0;
    poppler_page_get_size(page, &w, &h);
    if (!isfinite(w) || !isfinite(h) || w <= 0 || h <= 0)
        return false;
    *scale = scale_for(w, h, size);
    *width = (int)fmax(1, floor(w * *scale));
    *height = (int)fmax(1, floor(h * *scale));
    return true;
}

static cairo_surface_t *draw(PopplerPage *page, double scale, int width, int height)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    poppler_page_render(page, cairo);
    bool good = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    if (good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        return surface;
    cairo_surface_destroy(surface);
    return NULL;
}

static cairo_status_t add_png(void *out, const unsigned char *bytes, unsigned size)
{
    buf_add(out, bytes, size);
    return buf_error(out) == ERR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum err image(PopplerPage *page, enum pdf_size size, struct buf *png)
{
    double scale = 1;
    int width = 0, height = 0;
    if (!size_of(page, size, &scale, &width, &height))
        return ERR_PDF_BROKEN;
    cairo_surface_t *surface = draw(page, scale, width, height);
    if (surface == NULL)
        return ERR_PDF_BROKEN;
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, add_png, png);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ? ERR_OK : ERR_PDF_LIMITS;
}

/* ---- a document ---- */

static PopplerDocument *open_document(struct slice pdf, enum pdf_failure *why)
{
    GError *error = NULL;
    GBytes *bytes = g_bytes_new_static(pdf.bytes, pdf.size);
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, &error);
    g_bytes_unref(bytes);
    *why = error != NULL && g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)
               ? PDF_LOCKED
               : PDF_BROKEN;
    g_clear_error(&error);
    return document;
}

static void say_page(PopplerDocument *document, const struct render_order *order, struct buf *out)
{
    struct buf png;
    PopplerPage *page = poppler_document_get_page(document, order->page);
    if (page == NULL) {
        pdf_frame_failure(out, PDF_BROKEN);
        return;
    }
    buf_init(&png, order->size == PDF_PAPER ? PDF_PAPER_PNG_BYTES_MAX : PDF_PNG_BYTES_MAX);
    enum err err = image(page, order->size, &png);
    g_object_unref(page);
    if (err == ERR_OK) {
        enum pdf_fonts fonts =
            lost_letters ? PDF_FONTS_MISSING : fonts_of(document, order->page, order->letters);
        pdf_frame_fonts(out, fonts, complained);
        pdf_frame_image(out, buf_slice(&png));
    } else {
        pdf_frame_failure(out, err == ERR_PDF_LIMITS ? PDF_LIMITS : PDF_BROKEN);
    }
    buf_free(&png);
}

void render_page(struct slice pdf, const struct render_order *order, struct buf *out)
{
    enum pdf_failure why = PDF_BROKEN;
    g_log_set_default_handler(on_complaint, NULL);
    complained = lost_letters = false;
    PopplerDocument *document = open_document(pdf, &why);
    if (document == NULL) {
        pdf_frame_failure(out, why);
        return;
    }
    int pages = poppler_document_get_n_pages(document);
    if (pages < 1)
        pdf_frame_failure(out, PDF_BROKEN);
    else if (pages > PDF_PAGES_MAX)
        pdf_frame_failure(out, PDF_LIMITS);
    else
        pdf_frame_pages(out, pages);
    if (pages >= 1 && pages <= PDF_PAGES_MAX && order->page < pages)
        say_page(document, order, out);
    else if (pages >= 1 && pages <= PDF_PAGES_MAX)
        pdf_frame_failure(out, PDF_NO_PAGE);
    g_object_unref(document);
}

static PopplerDocument *kept; /* poppler forgets its tables with the last document */

enum err render_warm_up(void)
{
    enum pdf_failure why = PDF_BROKEN;
    struct buf png = {0};
    kept = open_document(warm_page(), &why);
    PopplerPage *page = kept == NULL ? NULL : poppler_document_get_page(kept, 0);
    enum err err = page == NULL ? ERR_IO : image(page, PDF_SCREEN, &png);
    if (page != NULL)
        g_object_unref(page);
    buf_free(&png);
    return err == ERR_OK ? ERR_OK : ERR_IO;
}

void render_end(void)
{
    g_clear_object(&kept);
}
