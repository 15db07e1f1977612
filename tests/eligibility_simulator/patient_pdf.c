/* patient_pdf.c — Job: SIMULATOR: a PDF of two pages that any viewer opens, as large as wanted.
 *
 * Like papers of real life its fonts are not in it, the Japanese one (in Shift_JIS) neither. */
#include "tests/eligibility_simulator/patient.h"

#include <stdio.h>

enum { OBJECTS = 11, TRAILER_ROOM = 512, PAGE_ROOM = 256 };

static void begin_object(struct buf *b, size_t offsets[OBJECTS], int number)
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

static void add_page(struct buf *b, size_t offsets[OBJECTS], int number)
{
    begin_object(b, offsets, number);
    buf_printf(b,
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
               "/Resources << /Font << /F1 7 0 R /F2 8 0 R >> >> >>\nendobj\n",
               number + 1);
}

static void add_text(struct buf *b, size_t offsets[OBJECTS], int number, const char *text)
{
    begin_object(b, offsets, number);
    buf_printf(b, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(text), text);
}

static void add_fonts(struct buf *b, size_t offsets[OBJECTS])
{
    begin_object(b, offsets, 7);
    buf_text(b, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n");
    begin_object(b, offsets, 8);
    buf_text(b, "<< /Type /Font /Subtype /Type0 /BaseFont /MS-Mincho /Encoding /90ms-RKSJ-H "
                "/DescendantFonts [9 0 R] >>\nendobj\n");
    begin_object(b, offsets, 9);
    buf_text(b, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Mincho /CIDSystemInfo "
                "<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 10 0 R "
                ">>\nendobj\n");
    begin_object(b, offsets, 10);
    buf_text(b, "<< /Type /FontDescriptor /FontName /MS-Mincho /Flags 7 /FontBBox "
                "[0 -137 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 709 "
                "/StemV 90 >>\nendobj\n");
}

void patient_pdf(const struct patient *p, size_t size, struct buf *b)
{
    size_t offsets[OBJECTS], start = b->size;
    char text[PAGE_ROOM];
    buf_text(b, "%PDF-1.4\n");
    begin_object(b, offsets, 1);
    buf_text(b, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin_object(b, offsets, 2);
    buf_text(b, "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>\nendobj\n");
    add_page(b, offsets, 3);
    /* 試験用の薬剤情報 */
    snprintf(text, sizeof text,
             "BT /F1 24 Tf 72 720 Td (SIMULATOR patient %d) Tj /F2 36 Tf 0 -72 Td "
             "<8E8E8CB1977082CC96F28DDC8FEE95F1> Tj ET",
             p->index);
    add_text(b, offsets, 4, text);
    add_page(b, offsets, 5);
    snprintf(text, sizeof text, "BT /F1 24 Tf 72 720 Td (SIMULATOR patient %d, page 2) Tj ET",
             p->index);
    add_text(b, offsets, 6, text);
    add_fonts(b, offsets);
    begin_object(b, offsets, OBJECTS);
    size_t used = b->size - start + TRAILER_ROOM;
    add_weight(b, size > used ? size - used : 1);
    size_t table = b->size - start;
    buf_printf(b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (size_t i = 0; i < OBJECTS; i++)
        buf_printf(b, "%010zu 00000 n \n", offsets[i] - start);
    buf_printf(b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1,
               table);
}
