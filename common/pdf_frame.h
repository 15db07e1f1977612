/* pdf_frame.h — Job: what sakiyomi-pdf-pages says on its standard output: written and read.
 *
 * Frames: kind (1 byte), size (4 bytes, big-endian), content. A conversation is
 *
 *   'C' pages (4 bytes, big-endian)   'F' enum pdf_fonts, flawed (1 byte each)   'I' a PNG    or
 *   'E' enum pdf_failure (1 byte), at any place, and the last
 *
 * The reader believes nothing: the child has looked at a stranger's file. */
#ifndef COMMON_PDF_FRAME_H
#define COMMON_PDF_FRAME_H

#include "proto/buf.h"

/* Are the letters those of the document? */
enum pdf_fonts {
    PDF_FONTS_EMBEDDED = 1, /* all of them are in the file */
    PDF_FONTS_SUBSTITUTED,  /* some are drawn with this machine's fonts */
    PDF_FONTS_MISSING       /* and for some this machine has none: letters are missing */
};
const char *pdf_fonts_name(enum pdf_fonts fonts); /* "embedded" …; never NULL */

/* How large a page is drawn: as it is looked at, or for a printer. */
enum pdf_size { PDF_SCREEN, PDF_PAPER };

enum pdf_failure { PDF_BROKEN = 1, PDF_LOCKED, PDF_LIMITS, PDF_NO_PAGE };

/* Appends one frame. */
void pdf_frame_pages(struct buf *out, int pages);
/* FLAWED: the file has places that could not be read; something may be missing. */
void pdf_frame_fonts(struct buf *out, enum pdf_fonts fonts, bool flawed);
void pdf_frame_image(struct buf *out, struct slice png);
void pdf_frame_failure(struct buf *out, enum pdf_failure failure);

/* A conversation as it comes. Zeroed is a new one. */
struct pdf_reading {
    uint8_t head[5];
    size_t head_size;   /* of it that is here */
    size_t left;        /* bytes of the frame's content still to come */
    struct buf content; /* of the frame that is coming; of the image once it is whole */
    int pages;          /* 0: not told yet */
    enum pdf_fonts fonts;
    bool flawed;
    enum err failure; /* the child's own word */
    bool whole;       /* nothing may follow */
    int width, height;
};
/* BYTES that have come. ERR_PDF_BROKEN: not such a conversation; ERR_NO_MEMORY. */
MUST_CHECK enum err pdf_reading_add(struct pdf_reading *reading, struct slice bytes);
/* The child has ended: ERR_OK with the image in `content`, or why there is none. */
MUST_CHECK enum err pdf_reading_end(const struct pdf_reading *reading);
void pdf_reading_fini(struct pdf_reading *reading); /* wipes */
#endif
