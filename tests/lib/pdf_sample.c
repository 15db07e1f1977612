/* pdf_sample.c — Job: PDFs for tests: honest ones, broken ones, and ones that mean harm. */
#include "tests/lib/pdf_sample.h"

#include <stdio.h>
#include <zlib.h>

enum { OBJECTS_MAX = 64, DEPTH = 200000, BOMB_MB = 8192, MB = 1024 * 1024, LAUGHS = 9 };

struct writer {
    struct buf *out;
    size_t start, offsets[OBJECTS_MAX];
    int count;
};

/* Objects are numbered as they come, from 1. */
static void begin(struct writer *w)
{
    w->offsets[w->count++] = w->out->size - w->start;
    buf_printf(w->out, "%d 0 obj\n", w->count);
}

static void object(struct writer *w, const char *text)
{
    begin(w);
    buf_printf(w->out, "%s\nendobj\n", text);
}

static void stream(struct writer *w, const char *entries, struct slice bytes)
{
    begin(w);
    buf_printf(w->out, "<< /Length %zu %s >>\nstream\n", bytes.size, entries);
    buf_add(w->out, bytes.bytes, bytes.size);
    buf_text(w->out, "\nendstream\nendobj\n");
}

static void finish(struct writer *w, const char *trailer)
{
    size_t table = w->out->size - w->start;
    buf_printf(w->out, "xref\n0 %d\n0000000000 65535 f \n", w->count + 1);
    for (int i = 0; i < w->count; i++)
        buf_printf(w->out, "%010zu 00000 n \n", w->offsets[i]);
    buf_printf(w->out, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n",
               w->count + 1, trailer, table);
}

/* Catalogue, tree and one page: objects 1 to 3; its content is object 4. */
static void one_page(struct writer *w, const char *box, const char *resources)
{
    char page[1024];
    object(w, "<< /Type /Catalog /Pages 2 0 R >>");
    object(w, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    snprintf(page, sizeof page,
             "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R /Resources << %s >> "
             ">>",
             box, resources);
    object(w, page);
}

/* ---- honest ---- */

/* Its one letter is a black box of 700 by 700 thousandths. */
static const char own_letter[] =
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] "
    "/FirstChar 65 /LastChar 65 /Widths [1000] /Encoding << /Differences [65 /box] >> "
    "/CharProcs << /box 4 0 R >> >>";

static void three_pages(struct writer *w)
{
    char text[512];
    object(w, "<< /Type /Catalog /Pages 2 0 R >>");
    object(w, "<< /Type /Pages /Kids [5 0 R 7 0 R 9 0 R] /Count 3 >>");
    object(w, own_letter);
    stream(w, "", slice_of("1000 0 0 0 1000 1000 d1 0 0 700 700 re f"));
    for (int page = 0; page < 3; page++) {
        snprintf(text, sizeof text,
                 "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                 "/Resources << /Font << /A 3 0 R >> >> >>",
                 w->count + 2);
        object(w, text);
        /* Page by page one letter more. */
        snprintf(text, sizeof text, "BT /A 96 Tf 72 600 Td (%.*s) Tj ET", page + 1, "AAA");
        stream(w, "", slice_of(text));
    }
}

static void latin(struct writer *w)
{
    one_page(w, "595 842", "/Font << /A 5 0 R >>");
    stream(w, "", slice_of("BT /A 48 Tf 72 600 Td (SIMULATOR) Tj ET"));
    object(w, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
}

static void by_table(struct writer *w, const char *table)
{
    char font[256];
    one_page(w, "595 842", "/Font << /A 5 0 R >>");
    /* 試験 in Shift_JIS */
    stream(w, "", slice_of("BT /A 96 Tf 72 600 Td <8E8E8CB1> Tj ET"));
    snprintf(font, sizeof font,
             "<< /Type /Font /Subtype /Type0 /BaseFont /MS-Mincho /Encoding /%s "
             "/DescendantFonts [6 0 R] >>",
             table);
    object(w, font);
    object(w, "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Mincho /CIDSystemInfo "
              "<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 7 0 R >>");
    object(w, "<< /Type /FontDescriptor /FontName /MS-Mincho /Flags 7 /FontBBox [0 -137 1000 859] "
              "/ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 709 /StemV 90 >>");
}

static void japanese(struct writer *w)
{
    by_table(w, "90ms-RKSJ-H");
}

static void no_table(struct writer *w)
{
    by_table(w, "No-Such-Table-H");
}

static void one_box(struct writer *w, const char *box)
{
    one_page(w, box, "");
    stream(w, "", slice_of("0 0 10 10 re f"));
}

/* ---- broken ---- */

static const char no_password[] =
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    "/O <0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20> "
    "/U <2102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F21> >> "
    "/ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]";

static void tree_loop(struct writer *w)
{
    object(w, "<< /Type /Catalog /Pages 2 0 R >>");
    object(w, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 1000000 >>");
}

/* ---- harm ---- */

static void form_loop(struct writer *w)
{
    one_page(w, "595 842", "/XObject << /F 5 0 R >>");
    stream(w, "", slice_of("/F Do"));
    stream(w,
           "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> "
           ">>",
           slice_of("/F Do /F Do"));
}

static void deep(struct writer *w)
{
    struct buf lists = {0};
    one_page(w, "595 842", "");
    for (int i = 0; i < DEPTH; i++)
        buf_text(&lists, "[ ");
    stream(w, "", buf_slice(&lists));
    buf_free(&lists);
    begin(w);
    for (int i = 0; i < DEPTH; i++)
        buf_text(w->out, "[ ");
    buf_text(w->out, "\nendobj\n");
}

static void laughs(struct writer *w)
{
    char entries[256];
    one_page(w, "595 842", "/XObject << /F 5 0 R >>");
    stream(w, "", slice_of("/F Do"));
    for (int i = 0; i < LAUGHS; i++) {
        snprintf(entries, sizeof entries,
                 "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject "
                 "<< /F %d 0 R >> >>",
                 w->count + 2);
        stream(w, entries, slice_of("/F Do /F Do /F Do /F Do /F Do /F Do /F Do /F Do /F Do /F Do"));
    }
    stream(w, "/Type /XObject /Subtype /Form /BBox [0 0 9 9]", slice_of("0 0 1 1 re f"));
}

/* Spaces, which say nothing in a content stream: one packed block of a megabyte, 8,192 times. */
static void bomb(struct writer *w)
{
    static unsigned char spaces[MB], block[MB];
    struct buf packed = {0};
    z_stream z = {.next_in = spaces, .avail_in = MB, .next_out = block, .avail_out = MB};
    memset(spaces, ' ', sizeof spaces);
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    (void)deflate(&z, Z_FULL_FLUSH);
    size_t size = MB - z.avail_out;
    deflateEnd(&z);
    buf_text(&packed, "\x78\xda"); /* zlib's head; who waits for its sum has read it all */
    for (int i = 0; i < BOMB_MB; i++)
        buf_add(&packed, block, size);
    one_page(w, "595 842", "");
    stream(w, "/Filter /FlateDecode", buf_slice(&packed));
    buf_free(&packed);
}

static void image(struct writer *w)
{
    one_page(w, "595 842", "/XObject << /I 5 0 R >>");
    stream(w, "", slice_of("595 0 0 842 0 0 cm /I Do"));
    stream(w,
           "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 "
           "/ColorSpace /DeviceRGB",
           slice_of("dots"));
}

static void noise(struct buf *out)
{
    uint32_t random = 12345;
    buf_text(out, "%PDF-1.7\n");
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525 + 1013904223;
        buf_byte(out, (char)(random >> 24));
    }
}

const char *pdf_sample_name(enum pdf_sample which)
{
    static const char *const names[PDF_SAMPLES] = {
        "plain",     "latin",     "japanese", "no-table", "locked", "cut",
        "noise",     "empty",     "huge-box", "tiny-box", "ribbon", "lying",
        "tree-loop", "form-loop", "deep",     "laughs",   "bomb",   "image"};
    return names[which];
}

static void write_objects(enum pdf_sample which, struct writer *w)
{
    static void (*const plain[PDF_SAMPLES])(struct writer *) = {
        [PDF_SAMPLE_PLAIN] = three_pages,   [PDF_SAMPLE_LATIN] = latin,
        [PDF_SAMPLE_JAPANESE] = japanese,   [PDF_SAMPLE_NO_TABLE] = no_table,
        [PDF_SAMPLE_LOCKED] = latin,        [PDF_SAMPLE_CUT] = latin,
        [PDF_SAMPLE_TREE_LOOP] = tree_loop, [PDF_SAMPLE_FORM_LOOP] = form_loop,
        [PDF_SAMPLE_DEEP] = deep,           [PDF_SAMPLE_LAUGHS] = laughs,
        [PDF_SAMPLE_BOMB] = bomb,           [PDF_SAMPLE_IMAGE] = image};
    static const char *const boxes[PDF_SAMPLES] = {[PDF_SAMPLE_HUGE_BOX] = "1133858 1133858",
                                                   [PDF_SAMPLE_TINY_BOX] = "0.1 0.1",
                                                   [PDF_SAMPLE_RIBBON] = "10 10000",
                                                   [PDF_SAMPLE_LYING] = "842 595"};
    if (plain[which] != NULL)
        plain[which](w);
    else if (boxes[which] != NULL)
        one_box(w, boxes[which]);
    else {
        object(w, "<< /Type /Catalog /Pages 2 0 R >>");
        object(w, "<< /Type /Pages /Kids [] /Count 0 >>");
    }
}

bool pdf_sample(enum pdf_sample which, struct buf *out)
{
    struct writer w = {.out = out, .start = out->size};
    if (which == PDF_SAMPLE_NOISE) {
        noise(out);
        return buf_error(out) == ERR_OK;
    }
    buf_text(out, "%PDF-1.4\n");
    write_objects(which, &w);
    finish(&w, which == PDF_SAMPLE_LOCKED ? no_password : "");
    if (which == PDF_SAMPLE_CUT && buf_error(out) == ERR_OK)
        out->size = w.start + w.offsets[2]; /* what a broken transfer leaves: no page is whole */
    return buf_error(out) == ERR_OK;
}
