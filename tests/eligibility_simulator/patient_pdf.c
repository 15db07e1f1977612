/* patient_pdf.c — Job: SIMULATOR: a one-page PDF that any viewer opens, as large as wanted. */
#include "tests/eligibility_simulator/patient.h"

#include <stdio.h>

enum { OBJECTS = 6, TRAILER_ROOM = 512 };

static void begin_object(struct buf *b, size_t offsets[OBJECTS], int number)
{
    offsets[number - 1] = b->size;
    buf_printf(b, "%d 0 obj\n", number);
}

/* Object 6 is a stream that no page uses: only weight. */
static void add_weight(struct buf *b, size_t bytes)
{
    buf_printf(b, "<< /Length %zu >>\nstream\n", bytes);
    for (size_t i = 0; i < bytes; i++)
        buf_byte(b, (char)('a' + i % 26));
    buf_text(b, "\nendstream\nendobj\n");
}

void patient_pdf(const struct patient *p, size_t size, struct buf *b)
{
    size_t offsets[OBJECTS], start = b->size;
    char page[128];
    snprintf(page, sizeof page, "BT /F1 24 Tf 72 720 Td (SIMULATOR patient %d) Tj ET", p->index);
    buf_text(b, "%PDF-1.4\n");
    begin_object(b, offsets, 1);
    buf_text(b, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    begin_object(b, offsets, 2);
    buf_text(b, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
    begin_object(b, offsets, 3);
    buf_text(b, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                "/Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n");
    begin_object(b, offsets, 4);
    buf_printf(b, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(page), page);
    begin_object(b, offsets, 5);
    buf_text(b, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n");
    begin_object(b, offsets, 6);
    size_t used = b->size - start + TRAILER_ROOM;
    add_weight(b, size > used ? size - used : 1);
    size_t table = b->size - start;
    buf_printf(b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (size_t i = 0; i < OBJECTS; i++)
        buf_printf(b, "%010zu 00000 n \n", offsets[i] - start);
    buf_printf(b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1,
               table);
}
