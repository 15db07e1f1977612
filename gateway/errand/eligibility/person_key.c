/* person_key.c — Job: decide whether two parts of an answer are about the same person. */
#include "gateway/errand/eligibility/person_key.h"

#include "proto/utf8.h"

enum { BIRTH_DIGITS = 8, NAME_BYTES_MAX = 4096 };

/* U+FF66 … U+FF9D, the half-width katakana, as full-width ones. */
static const uint16_t half_width[] = {
    0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2,
    0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9,
    0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce,
    0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6,
    0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3};

static bool one_of(uint32_t c, const uint32_t *list)
{
    while (*list != 0 && *list != c)
        list++;
    return *list != 0;
}

/* One character without its spelling: 0 when it says nothing (a space). */
static uint32_t fold_one(uint32_t c)
{
    static const uint32_t spaces[] = {0x20, 0x09, 0x0a, 0x0d, 0xa0, 0x3000, 0};
    static const uint32_t bars[] = {0x2d,   0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
                                    0x2015, 0x2212, 0x30fc, 0xff0d, 0xff70, 0};
    /* ァ ィ ゥ ェ ォ ッ ャ ュ ョ ヮ stand one before their large letter. */
    static const uint32_t small[] = {0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30c3,
                                     0x30e3, 0x30e5, 0x30e7, 0x30ee, 0};
    if (one_of(c, spaces))
        return 0;
    if (one_of(c, bars))
        return 0x30fc;
    if (c >= 0xff66 && c <= 0xff9d)
        c = half_width[c - 0xff66];
    if (c >= 0x3041 && c <= 0x3096) /* hiragana */
        c += 0x60;
    if (one_of(c, small))
        return c + 1;
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

/* The voiced form of BASE for a mark behind it, or 0. */
static uint32_t voiced(uint32_t base, uint32_t mark)
{
    bool ring = mark == 0xff9f || mark == 0x309a || mark == 0x309c;
    bool dots = mark == 0xff9e || mark == 0x3099 || mark == 0x309b;
    bool h_row = base >= 0x30cf && base <= 0x30db && (base - 0x30cf) % 3 == 0;
    bool k_to_t = base >= 0x30ab && base <= 0x30c1 && (base - 0x30ab) % 2 == 0;
    bool tsu_te_to = base == 0x30c4 || base == 0x30c6 || base == 0x30c8;
    if (ring && h_row)
        return base + 2;
    if (dots && base == 0x30a6)
        return 0x30f4;
    return dots && (h_row || k_to_t || tsu_te_to) ? base + 1 : 0;
}

static void add_utf8(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
    } else if (c < 0x800) {
        buf_add(out, (char[]){(char)(0xc0 | c >> 6), (char)(0x80 | (c & 63))}, 2);
    } else if (c < 0x10000) {
        buf_add(
            out,
            (char[]){(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))},
            3);
    } else {
        buf_add(out,
                (char[]){(char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
                         (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))},
                4);
    }
}

void person_fold(struct slice text, struct buf *out)
{
    uint32_t c, held = 0;
    while (utf8_next(&text, &c)) {
        uint32_t joined = held == 0 ? 0 : voiced(held, c);
        if (joined != 0) {
            held = joined;
            continue;
        }
        if (held != 0)
            add_utf8(out, held);
        held = fold_one(c);
    }
    if (held != 0)
        add_utf8(out, held);
}

static bool same_text(struct slice a, struct slice b)
{
    struct buf fold_a, fold_b;
    buf_init(&fold_a, NAME_BYTES_MAX);
    buf_init(&fold_b, NAME_BYTES_MAX);
    person_fold(a, &fold_a);
    person_fold(b, &fold_b);
    bool same = buf_error(&fold_a) == ERR_OK && buf_error(&fold_b) == ERR_OK && fold_a.size > 0 &&
                slice_equal(buf_slice(&fold_a), buf_slice(&fold_b));
    buf_free(&fold_a);
    buf_free(&fold_b);
    return same;
}

static bool birth_digits(struct slice text, char digits[BIRTH_DIGITS])
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '-' || c == '/')
            continue;
        if (c < '0' || c > '9' || count == BIRTH_DIGITS)
            return false;
        digits[count++] = c;
    }
    return count == BIRTH_DIGITS;
}

bool person_same(const struct person_key *a, const struct person_key *b)
{
    char day_a[BIRTH_DIGITS], day_b[BIRTH_DIGITS];
    if (!birth_digits(a->birth, day_a) || !birth_digits(b->birth, day_b) ||
        memcmp(day_a, day_b, sizeof day_a) != 0)
        return false;
    if (a->kana.size > 0 && b->kana.size > 0)
        return same_text(a->kana, b->kana);
    return same_text(a->name, b->name);
}
