/* render.h — Job: one page of a PDF as an image, with poppler and cairo. */
#ifndef PDF_PAGES_RENDER_H
#define PDF_PAGES_RENDER_H

#include "common/pdf_frame.h"

/* Letters that this machine can lend to a document that brings none. */
struct letters {
    bool any, japanese;
};

/* The page that is wanted, and what can be lent to it. */
struct render_order {
    int page; /* from 0 */
    enum pdf_size size;
    struct letters letters;
};

/* Appends to OUT what is to be said about that page of PDF: pages, fonts and the image, or a
 * failure. PDF is lent. */
void render_page(struct slice pdf, const struct render_order *order, struct buf *out);
/* Draws the warm page and keeps the libraries' tables until render_end. ERR_IO: poppler does not
 * work here. */
MUST_CHECK enum err render_warm_up(void);
void render_end(void);
#endif
