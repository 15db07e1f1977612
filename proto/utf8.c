/* utf8.c — Job: strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "proto/utf8.h"

/* How a character begins: which first bytes, how many follow, and the smallest code point that
 * may be written this long. */
static const struct form {
    unsigned mask, mark, follow;
    uint32_t least;
} forms[] = {
    {0x80, 0x00, 0, 0},
    {0xe0, 0xc0, 1, 0x80},
    {0xf0, 0xe0, 2, 0x800},
    {0xf8, 0xf0, 3, 0x10000},
};

bool utf8_next(struct slice *rest, uint32_t *c)
{
    if (rest->size == 0)
        return false;
    const unsigned char *at = (const unsigned char *)rest->bytes;
    const struct form *form = forms, *end = forms + sizeof forms / sizeof *forms;
    while (form < end && (at[0] & form->mask) != form->mark)
        form++;
    if (form == end || rest->size <= form->follow)
        return false;
    uint32_t value = at[0] & ~form->mask;
    for (unsigned i = 1; i <= form->follow; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return false;
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return false;
    rest->bytes += form->follow + 1;
    rest->size -= form->follow + 1;
    *c = value;
    return true;
}

bool utf8_valid(struct slice text)
{
    uint32_t c = 0;
    while (text.size != 0)
        if (!utf8_next(&text, &c))
            return false;
    return true;
}
