/* charset.c — Job: bytes of an official file as UTF-8: converted or checked, strictly. */
#include "gateway/errand/eligibility/charset.h"

#include "proto/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

enum { DECLARATION_MAX = 200, CHUNK_BYTES = 4096, WASH_BYTES = 16384 };

static const char byte_order_mark[] = "\xef\xbb\xbf";

static bool starts_with(struct slice bytes, const char *text)
{
    size_t size = strlen(text);
    return bytes.size >= size && memcmp(bytes.bytes, text, size) == 0;
}

/* The value of encoding="…" in the XML declaration; bytes NULL when there is none. */
static struct slice declared_encoding(struct slice bytes)
{
    struct slice none = {0};
    size_t head = bytes.size < DECLARATION_MAX ? bytes.size : DECLARATION_MAX;
    if (!starts_with(bytes, "<?xml"))
        return none;
    const char *end = memmem(bytes.bytes, head, "?>", 2);
    if (end == NULL)
        return none;
    size_t size = (size_t)(end - bytes.bytes);
    const char *at = memmem(bytes.bytes, size, "encoding", 8);
    if (at == NULL)
        return none;
    at += strlen("encoding");
    while (at < end && (*at == ' ' || *at == '='))
        at++;
    if (at == end || (*at != '"' && *at != '\''))
        return none;
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    return close == NULL ? none : (struct slice){at + 1, (size_t)(close - at - 1)};
}

/* A text of three-byte characters (kana and kanji in UTF-8) that is whole UTF-8 from end to end is
 * nothing else: CP932 of any length does not come out so by chance. */
static bool surely_utf8(struct slice bytes)
{
    bool wide = false;
    for (size_t i = 0; i < bytes.size && !wide; i++)
        wide = (unsigned char)bytes.bytes[i] >= 0xe3 && (unsigned char)bytes.bytes[i] <= 0xef;
    return wide && utf8_valid(bytes);
}

enum err charset_of_xml(struct slice bytes, enum view_charset *out)
{
    static const struct {
        const char *name;
        enum view_charset charset;
    } names[] = {
        {"utf-8", CHARSET_UTF8},        {"utf8", CHARSET_UTF8},   {"shift_jis", CHARSET_CP932},
        {"shift-jis", CHARSET_CP932},   {"sjis", CHARSET_CP932},  {"x-sjis", CHARSET_CP932},
        {"windows-31j", CHARSET_CP932}, {"cp932", CHARSET_CP932}, {"ms932", CHARSET_CP932},
    };
    *out = CHARSET_UTF8;
    bool mark = starts_with(bytes, byte_order_mark);
    if (mark)
        bytes = (struct slice){bytes.bytes + 3, bytes.size - 3};
    struct slice name = declared_encoding(bytes);
    if (name.bytes == NULL)
        return bytes.size > 0 && bytes.bytes[0] == '<' ? ERR_OK : ERR_UPSTREAM_ANSWER;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name.size != strlen(names[i].name) ||
            strncasecmp(name.bytes, names[i].name, name.size) != 0)
            continue;
        *out = mark || surely_utf8(bytes) ? CHARSET_UTF8 : names[i].charset;
        return ERR_OK;
    }
    return ERR_UPSTREAM_ANSWER;
}

/* glibc's converter keeps the text in a buffer of its own (8,160 characters of four bytes) and
 * frees it as it is. One call with more blanks than that leaves blanks behind; many small calls
 * would only overwrite its beginning. */
static void wash(iconv_t converter)
{
    char blank[WASH_BYTES], into[WASH_BYTES];
    char *from = blank, *to = into;
    size_t left = sizeof blank, room = sizeof into;
    memset(blank, ' ', sizeof blank);
    (void)iconv(converter, &from, &left, &to, &room);
}

static enum err run(iconv_t converter, struct slice bytes, struct buf *out)
{
    char chunk[CHUNK_BYTES];
    char *from = (char *)(uintptr_t)bytes.bytes;
    size_t left = bytes.size;
    enum err e = ERR_OK;
    while (left > 0 && e == ERR_OK) {
        char *to = chunk;
        size_t room = sizeof chunk;
        if (iconv(converter, &from, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
            e = ERR_UTF8; /* EILSEQ, or EINVAL: the file ends inside a character */
        buf_add(out, chunk, sizeof chunk - room);
        if (e == ERR_OK)
            e = buf_error(out);
    }
    explicit_bzero(chunk, sizeof chunk);
    return e;
}

static enum err convert(struct slice bytes, const char *to, const char *from, struct buf *out)
{
    iconv_t converter = iconv_open(to, from);
    /* The handle is a pointer in disguise; (iconv_t)-1 is how POSIX says "no". */
    if (converter == (iconv_t)-1)
        return errno == ENOMEM ? ERR_NO_MEMORY : ERR_IO;
    enum err e = run(converter, bytes, out);
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    wash(converter);
    iconv_close(converter);
    return e;
}

enum err charset_to_utf8(struct slice bytes, enum view_charset charset, struct buf *out)
{
    if (charset == CHARSET_CP932)
        return convert(bytes, "UTF-8", "CP932", out);
    if (starts_with(bytes, byte_order_mark))
        bytes = (struct slice){bytes.bytes + 3, bytes.size - 3};
    if (!utf8_valid(bytes))
        return ERR_UTF8;
    buf_add(out, bytes.bytes, bytes.size);
    return buf_error(out);
}

enum err charset_from_utf8(struct slice text, enum view_charset charset, struct buf *out)
{
    if (charset == CHARSET_CP932)
        return convert(text, "CP932", "UTF-8", out);
    if (!utf8_valid(text))
        return ERR_UTF8;
    buf_add(out, text.bytes, text.size);
    return buf_error(out);
}
