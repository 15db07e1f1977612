/* sandbox.h — Job: a process that can do nothing but compute, before it looks at a PDF.
 *
 * Two steps, because fonts have to be found in between: sandbox_enter when nothing was read yet,
 * sandbox_shut before the first byte of a PDF. What the second forbids is final. */
#ifndef PDF_PAGES_SANDBOX_H
#define PDF_PAGES_SANDBOX_H

#include "proto/err.h"
#include "proto/slice.h"

#include <stdbool.h>
#include <stddef.h>

/* Limits (proto/limits.h), no core dumps, no descriptor but the three standard ones, dies with its
 * parent, no new privileges. Where this machine allows it: no network of its own, and another user
 * than root. ERR_IO: one of those that every machine allows failed; do not go on. */
MUST_CHECK enum err sandbox_enter(void);

/* From here on any system call outside the list kills the process. Files below FOLDERS (COUNT of
 * them) may be read if the kernel can hold us to that (Landlock): *CAN_READ; else no file can be
 * opened at all. ERR_IO: the list could not be loaded; do not go on. */
MUST_CHECK enum err sandbox_shut(const char *const *folders, size_t count, bool *can_read);
#endif
