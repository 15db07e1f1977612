/* patient_pdf.c — Job: SIMULATOR: a PDF that any viewer opens, as large and as long as wanted.
 *
 * Like papers of real life its fonts are not in it, the Japanese one (in Shift_JIS) neither. */
#include "tests/eligibility_simulator/patient.h"

#include <stdio.h>

enum { TRAILER_ROOM = 256, TABLE_ROW = 20, PAGE_ROOM = 256 };
enum { FIRST_FONT = 3, FIRST_PAGE = 7, OBJECTS_MAX = FIRST_PAGE + 2 * PDF_PAGES_LONG };

static void begin_object(struct buf *b, size_t *offsets, int number)
{
    offsets[number - 1] = b->size;
    buf_printf(b, "%d 0 obj\n", number);
}

/* The last object is a stream that no page uses: only weight. */
static void add_weight(struct buf *b, size_t bytes)
{
    buf_printf(b, "<< /Length %zu >>\nstream\n", bytes);
    for (size_t i = 0; i < bytes; i++)
        buf_byte(b, (char)('a' + i % 26));
    buf_text(b, "\nendstream\nendobj\n");
}

static void add_page(struct buf *b, size_t *offsets, int number)
{
    begin_object(b, offsets, number);
    buf_printf(b,
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
               "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>\nendobj\n",
               number + 1);
}

static void add_text(struct buf *b, size_t *offsets, int number, const char *text)
{
    begin_object(b, offsets, number);
    buf_printf(b, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(text), text);
}

static void add_fonts(struct buf *b, size_t *offsets)
{
    begin_object(b, offsets, FIRST_FONT);
    buf_text(b, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n");
    begin_object(b, offsets, FIRST_FONT + 1);
    buf_text(b, "<< /Type /Font /Subtype /Type0 /BaseFont /MS-Mincho /Encoding /90ms-RKSJ-H "
                "/DescendantFonts [5 0 R] >>\nendobj\n");
    begin_object(b, offsets, FIRST_FONT + 2);
    buf_text(b, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Mincho /CIDSystemInfo "
                "<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 6 0 R "
                ">>\nendobj\n");
    begin_object(b, offsets, FIRST_FONT + 3);
    buf_text(b, "<< /Type /FontDescriptor /FontName /MS-Mincho /Flags 7 /FontBBox "
                "[0 -137 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 709 "
                "/StemV 90 >>\nendobj\n");
}

/* Catalogue, tree, fonts; each page and its text; the weight. */
static void add_tree(struct buf *b, size_t *offsets, int pages)
{
    begin_object(b, offsets, 1);
    buf_text(b, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin_object(b, offsets, 2);
    buf_text(b, "<< /Type /Pages /Kids [");
    for (int page = 0; page < pages; page++)
        buf_printf(b, "%d 0 R ", FIRST_PAGE + 2 * page);
    buf_printf(b, "] /Count %d >>\nendobj\n", pages);
}

static void add_pages(struct buf *b, size_t *offsets, const struct patient *p, int pages)
{
    char text[PAGE_ROOM];
    for (int page = 0; page < pages; page++) {
        add_page(b, offsets, FIRST_PAGE + 2 * page);
        /* 試験用の薬剤情報 */
        snprintf(text, sizeof text,
                 page == 0 ? "BT /F1 24 Tf 72 720 Td (SIMULATOR patient %d) Tj /F2 36 Tf 0 -72 Td "
                             "<8E8E8CB1977082CC96F28DDC8FEE95F1> Tj ET"
                           : "BT /F1 24 Tf 72 720 Td (SIMULATOR patient %d, page %d) Tj ET",
                 p->index, page + 1);
        add_text(b, offsets, FIRST_PAGE + 2 * page + 1, text);
    }
}

void patient_pdf(const struct patient *p, struct pdf_shape shape, struct buf *b)
{
    size_t offsets[OBJECTS_MAX], start = b->size;
    int last = FIRST_PAGE + 2 * shape.pages;
    buf_text(b, "%PDF-1.4\n");
    add_tree(b, offsets, shape.pages);
    add_fonts(b, offsets);
    add_pages(b, offsets, p, shape.pages);
    begin_object(b, offsets, last);
    size_t used = b->size - start + TRAILER_ROOM + TABLE_ROW * (size_t)last;
    add_weight(b, shape.bytes > used ? shape.bytes - used : 1);
    size_t table = b->size - start;
    buf_printf(b, "xref\n0 %d\n0000000000 65535 f \n", last + 1);
    for (int i = 0; i < last; i++)
        buf_printf(b, "%010zu 00000 n \n", offsets[i] - start);
    buf_printf(b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", last + 1,
               table);
}
