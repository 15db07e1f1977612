/* png_check.h — Job: is this a plain PNG and nothing else, and how large is it?
 *
 * The image was made by a process that has looked at a stranger's file, and is going to a browser:
 * only the bones that such an image needs may pass. Its pixels are not unpacked here. */
#ifndef COMMON_PNG_CHECK_H
#define COMMON_PNG_CHECK_H

#include "proto/err.h"
#include "proto/slice.h"

/* Eight bits of red, green and blue, or grey; not interlaced; IHDR, perhaps bKGD (cairo writes it),
 * IDAT … IDAT, IEND with sound checksums and nothing behind. ERR_BAD_FIELD otherwise, or larger
 * than the two limits. */
MUST_CHECK enum err png_check(struct slice png, int width_max, int height_max, int *width,
                              int *height);
#endif
