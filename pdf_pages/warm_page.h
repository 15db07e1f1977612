/* warm_page.h — Job: a page of our own, drawn before the doors are shut. */
#ifndef PDF_PAGES_WARM_PAGE_H
#define PDF_PAGES_WARM_PAGE_H

#include "proto/slice.h"

/* A sound PDF of one page, with a Latin and a Japanese letter whose fonts are not in it. */
struct slice warm_page(void);
#endif
