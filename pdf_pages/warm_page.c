/* warm_page.c — Job: a page of our own, drawn before the doors are shut.
 *
 * What the libraries fetch only once (the lists of character tables, fonts, the Japanese ones too)
 * they fetch for it. The offsets in the table at its end are true. */
#include "pdf_pages/warm_page.h"

static const char text[] =
    "%PDF-1.4\n"
    "1 0 obj\n"
    "<< /Type /Catalog /Pages 2 0 R >>\n"
    "endobj\n"
    "2 0 obj\n"
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n"
    "endobj\n"
    "3 0 obj\n"
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 36] /Contents 4 0 R /Resources "
    "<< /Font << /A 5 0 R /B 6 0 R >> >> >>\n"
    "endobj\n"
    "4 0 obj\n"
    "<< /Length 47 >>\n"
    "stream\n"
    "BT /A 12 Tf 6 6 Td (A) Tj /B 12 Tf <88C0> Tj ET\n"
    "endstream\n"
    "endobj\n"
    "5 0 obj\n"
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\n"
    "endobj\n"
    "6 0 obj\n"
    "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding "
    "/90ms-RKSJ-H /DescendantFonts [7 0 R] >>\n"
    "endobj\n"
    "7 0 obj\n"
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo "
    "<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 8 0 R "
    ">>\n"
    "endobj\n"
    "8 0 obj\n"
    "<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 "
    "-250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV "
    "114 >>\n"
    "endobj\n"
    "xref\n"
    "0 9\n"
    "0000000000 65535 f \n"
    "0000000009 00000 n \n"
    "0000000058 00000 n \n"
    "0000000115 00000 n \n"
    "0000000247 00000 n \n"
    "0000000344 00000 n \n"
    "0000000414 00000 n \n"
    "0000000538 00000 n \n"
    "0000000715 00000 n \n"
    "trailer\n"
    "<< /Size 9 /Root 1 0 R >>\n"
    "startxref\n"
    "891\n"
    "%%EOF\n";

struct slice warm_page(void)
{
    return (struct slice){text, sizeof text - 1};
}
