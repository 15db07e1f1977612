/* identity_text.c — Job: find a patient's name, kana or number in free text. */
#include "gateway/core/identity_text.h"

#include "proto/limits.h"
#include "proto/utf8.h"

#include <string.h>

enum {
    CHARS_MAX = TEXT_LONG_MAX, /* no text that is compared is longer */
    DATE_CHARS = 8,            /* YYYYMMDD */
    LETTERS_MIN = 4,
    KANA_MIN = 2,
    KANA_SURE = 3 /* from here on hiragana and katakana are the same */
};

/* Code points in the form that is compared. */
struct folded {
    uint32_t chars[CHARS_MAX];
    size_t count;
};

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool is_katakana(uint32_t c)
{
    return c >= 0x30A1 && c <= 0x30FA;
}

/* U+FF66 to U+FF9D in the order of the standard. */
static uint32_t full_kana(uint32_t c)
{
    static const uint16_t full[] = {
        0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30E3, 0x30E5, 0x30E7, 0x30C3,
        0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB, 0x30AD, 0x30AF, 0x30B1,
        0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1, 0x30C4, 0x30C6,
        0x30C8, 0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5, 0x30D8,
        0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9,
        0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF, 0x30F3,
    };
    return full[c - 0xFF66];
}

static bool is_gap(uint32_t c)
{
    static const uint32_t gaps[] = {' ', '\n', '-',    '.',    ',',    '/',    '(',    ')',   '_',
                                    ':', '+',  0x3000, 0x2212, 0x30FC, 0x30FB, 0x3001, 0x3002};
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        if (c == gaps[i])
            return true;
    return c >= 0x2010 && c <= 0x2015;
}

/* A voiced mark of its own belongs to the kana before it. */
static bool voice(struct folded *f, uint32_t c)
{
    bool voiced = c == 0xFF9E || c == 0x3099 || c == 0x309B;
    bool half = c == 0xFF9F || c == 0x309A || c == 0x309C;
    uint32_t *last = f->count == 0 ? NULL : &f->chars[f->count - 1];
    if (last != NULL && voiced && *last == 0x30A6)
        *last = 0x30F4; /* ヴ */
    else if (last != NULL && is_katakana(*last) && (voiced || half))
        *last += voiced ? 1 : 2;
    return voiced || half;
}

static uint32_t fold_one(uint32_t c, bool hiragana)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    else if (c >= 0xFF66 && c <= 0xFF9D)
        c = full_kana(c);
    else if (hiragana && c >= 0x3041 && c <= 0x3096)
        c += 0x60;
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* HIRAGANA: it becomes katakana. */
static void fold_letters(struct slice text, bool hiragana, struct folded *out)
{
    uint32_t c;
    out->count = 0;
    while (out->count < CHARS_MAX && utf8_next(&text, &c)) {
        if (voice(out, c))
            continue;
        c = fold_one(c, hiragana);
        bool after_digit = out->count != 0 && is_digit(out->chars[out->count - 1]);
        bool of_date = after_digit && (c == 0x5E74 || c == 0x6708 || c == 0x65E5); /* 年月日 */
        if (!is_gap(c) && !of_date)
            out->chars[out->count++] = c;
    }
}

static bool contains(const struct folded *text, const uint32_t *word, size_t count)
{
    for (size_t i = 0; i + count <= text->count; i++)
        if (memcmp(&text->chars[i], word, count * sizeof *word) == 0)
            return true;
    return false;
}

/* 19650320 is written 1965-3-20, too. */
static bool has_short_date(const struct folded *text, const struct folded *date)
{
    uint32_t word[DATE_CHARS];
    size_t count = 0;
    if (date->count < DATE_CHARS)
        return false;
    for (size_t i = 0; i < DATE_CHARS; i++)
        if (!(date->chars[i] == '0' && (i == 4 || i == 6)))
            word[count++] = date->chars[i];
    return count < DATE_CHARS && contains(text, word, count);
}

static bool is_date(struct slice word)
{
    return word.size == DATE_CHARS + 2 && word.bytes[4] == '-' && word.bytes[7] == '-';
}

static bool all(const struct folded *word, bool (*is)(uint32_t c))
{
    for (size_t i = 0; i < word->count; i++)
        if (!is(word->chars[i]))
            return false;
    return true;
}

static bool too_short(const struct folded *word)
{
    return word->count == 0 || (all(word, is_letter) && word->count < LETTERS_MIN) ||
           (all(word, is_katakana) && word->count < KANA_MIN);
}

bool identity_in_text(struct slice text, const struct slice *words, size_t count)
{
    struct folded as_written, as_kana, word;
    if (text.size == 0)
        return false;
    fold_letters(text, false, &as_written);
    fold_letters(text, true, &as_kana);
    for (size_t i = 0; i < count; i++) {
        fold_letters(words[i], true, &word);
        if (too_short(&word))
            continue;
        bool sure = word.count >= KANA_SURE || !all(&word, is_katakana);
        const struct folded *where = sure ? &as_kana : &as_written;
        if (contains(where, word.chars, word.count) ||
            (is_date(words[i]) && has_short_date(where, &word)))
            return true;
    }
    return false;
}
