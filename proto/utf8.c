/* utf8.c — Job: strict UTF-8 (RFC 3629), and whether a person may read it. */
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

/* Eight ASCII bytes at a time: most of every frame is ASCII. */
static void skip_ascii(struct slice *rest)
{
    while (rest->size >= sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, rest->bytes, sizeof eight);
        if ((eight & 0x8080808080808080u) != 0)
            break;
        rest->bytes += sizeof eight;
        rest->size -= sizeof eight;
    }
}

bool utf8_valid(struct slice text)
{
    uint32_t c = 0;
    while (text.size != 0) {
        skip_ascii(&text);
        if (text.size != 0 && !utf8_next(&text, &c))
            return false;
    }
    return true;
}

static bool is_printable(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } refused[] = {
        {0x00, 0x09},     {0x0b, 0x1f},       {0x7f, 0x9f},     /* controls, except line feed */
        {0x200b, 0x200b}, {0x2028, 0x202e},   {0x2060, 0x2060}, /* zero width, lines, bidi */
        {0x2066, 0x206f}, {0xfdd0, 0xfdef},   {0xfeff, 0xfeff}, /* bidi, non-characters, mark */
        {0xfff9, 0xfffb}, {0xe0000, 0xe007f},                   /* annotations, tags */
    };
    if (c >= 0x20 && c < 0x7f)
        return true;
    if ((c & 0xfffe) == 0xfffe)
        return false; /* the last two of every plane are non-characters */
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (c >= refused[i].from && c <= refused[i].to)
            return false;
    return true;
}

enum err utf8_printable(struct slice text, size_t *chars)
{
    size_t count = 0;
    uint32_t c = 0;
    *chars = 0;
    while (text.size != 0) {
        if (!utf8_next(&text, &c))
            return ERR_UTF8;
        if (!is_printable(c))
            return ERR_BAD_FIELD;
        count++;
    }
    *chars = count;
    return ERR_OK;
}
