/* fonts.h — Job: which fonts this machine has, and where they lie. */
#ifndef PDF_PAGES_FONTS_H
#define PDF_PAGES_FONTS_H

#include "proto/err.h"
#include "proto/limits.h"
#include "proto/slice.h"

#include <stdbool.h>
#include <stddef.h>

struct fonts {
    bool any, japanese;
    /* Of fonts and of the character tables that come with poppler; lent by this object. */
    char *folders[PDF_FOLDERS_MAX];
    size_t folders_count;
};

/* ERR_IO: fontconfig is not set up here. ERR_NO_MEMORY. */
MUST_CHECK enum err fonts_open(struct fonts *fonts);
void fonts_close(struct fonts *fonts);
#endif
