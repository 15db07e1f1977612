/* pdf_sample.h — Job: PDFs for tests: honest ones, broken ones, and ones that mean harm. */
#ifndef TESTS_LIB_PDF_SAMPLE_H
#define TESTS_LIB_PDF_SAMPLE_H

#include "proto/buf.h"

enum pdf_sample {
    PDF_SAMPLE_PLAIN,     /* three pages, letters drawn by the file itself (Type 3) */
    PDF_SAMPLE_LATIN,     /* Helvetica, which is not in the file */
    PDF_SAMPLE_JAPANESE,  /* a Japanese font that is not in the file, by 90ms-RKSJ-H */
    PDF_SAMPLE_NO_TABLE,  /* the same, by a table of characters that no machine has */
    PDF_SAMPLE_LOCKED,    /* encrypted; the empty password does not fit */
    PDF_SAMPLE_CUT,       /* ends in the middle */
    PDF_SAMPLE_NOISE,     /* begins as a PDF does, then nonsense */
    PDF_SAMPLE_EMPTY,     /* no page */
    PDF_SAMPLE_HUGE_BOX,  /* a page of 400 by 400 metres */
    PDF_SAMPLE_TINY_BOX,  /* a page of a tenth of a point */
    PDF_SAMPLE_RIBBON,    /* a page a thousand times as long as wide */
    PDF_SAMPLE_LYING,     /* A4 on its side */
    PDF_SAMPLE_TREE_LOOP, /* its tree of pages has itself as a branch */
    PDF_SAMPLE_FORM_LOOP, /* a drawing that draws itself */
    PDF_SAMPLE_DEEP,      /* lists in lists, 200,000 deep */
    PDF_SAMPLE_LAUGHS,    /* drawings that draw ten drawings that … : 10^9 of them */
    PDF_SAMPLE_BOMB,      /* a stream of 8 MB that is 8 GB when unpacked */
    PDF_SAMPLE_IMAGE,     /* a picture that says it has 60,000 by 60,000 dots */
    PDF_SAMPLES
};
const char *pdf_sample_name(enum pdf_sample which);
/* Appends it to OUT; false: no memory. */
bool pdf_sample(enum pdf_sample which, struct buf *out);
#endif
