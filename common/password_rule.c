/* password_rule.c — Job: which passwords are allowed (A-04 … A-08); pure. */
#include "common/password.h"

#include "proto/limits.h"
#include "proto/utf8.h"

#include <assert.h>

enum {
    LONG_MIN_CHARACTERS = 13,
    SHORT_MIN_CHARACTERS = 8,
    LENGTH_MIN_CHARACTERS = 15,
    WAIVED_MIN_CHARACTERS = 4, /* our own floor: A-05 asks for none */
    RUN_MAX = 3,               /* of one character */
    SEQUENCE_MAX = 4,          /* of neighbours */
    WORD_MIN = 3               /* characters: shorter ones are inside of everything */
};

/* 59 days: July and August are 62, but from 31 December two months end on 28 February. */
static const int64_t age_max_ms = INT64_C(59) * 24 * 60 * 60 * 1000;

static const struct demand {
    size_t characters_min;
    bool mixed, ages;
} demands[] = {
    [PASSWORD_RULE_LONG] = {LONG_MIN_CHARACTERS, true, false},
    [PASSWORD_RULE_CHANGED] = {SHORT_MIN_CHARACTERS, true, true},
    [PASSWORD_RULE_FACTORS] = {SHORT_MIN_CHARACTERS, true, false},
    [PASSWORD_RULE_WAIVED] = {WAIVED_MIN_CHARACTERS, false, false},
    [PASSWORD_RULE_LENGTH] = {LENGTH_MIN_CHARACTERS, false, false},
};

static const struct code rule_rows[] = {
    {PASSWORD_RULE_LONG, "long", "英数字・記号を混ぜた13文字以上",
     "13 or more characters with letters, digits and symbols"},
    {PASSWORD_RULE_CHANGED, "changed", "英数字・記号を混ぜた8文字以上、2か月以内に変更",
     "8 or more characters mixed, changed within two months"},
    {PASSWORD_RULE_FACTORS, "factors", "英数字・記号を混ぜた8文字以上、二要素認証",
     "8 or more characters mixed, with a second factor"},
    {PASSWORD_RULE_WAIVED, "waived", "暗証番号つきの電子証明書を使うため条件なし",
     "waived beside a certificate with a PIN"},
    {PASSWORD_RULE_LENGTH, "length", "15文字以上、文字の種類は問わない",
     "15 or more characters of any kind"},
};
const struct codes codes_password_rule = {"password_rule", rule_rows,
                                          sizeof rule_rows / sizeof *rule_rows};

static const struct code fault_rows[] = {
    {PASSWORD_BAD_TEXT, "bad_text", "使えない文字があります",
     "it has characters that cannot be used"},
    {PASSWORD_TOO_LONG, "too_long", "長すぎます", "it is too long"},
    {PASSWORD_TOO_SHORT, "too_short", "短すぎます", "it is too short"},
    {PASSWORD_NO_LETTER, "no_letter", "英字がありません", "it has no letter"},
    {PASSWORD_NO_DIGIT, "no_digit", "数字がありません", "it has no digit"},
    {PASSWORD_NO_SYMBOL, "no_symbol", "記号がありません", "it has no symbol"},
    {PASSWORD_REPEATS, "repeats", "同じ文字や並びの繰り返しがあります",
     "it repeats one character or one piece"},
    {PASSWORD_SEQUENCE, "sequence", "連続した文字の並びがあります",
     "it has characters that follow each other"},
    {PASSWORD_WORD, "word", "利用者名・施設名・よく使われる語が入っています",
     "it holds your user id, your organisation or a common word"},
};
const struct codes codes_password_fault = {"password_fault", fault_rows,
                                           sizeof fault_rows / sizeof *fault_rows};

/* The start of the lists of leaked passwords, and what this trade would think of first. They are
 * sought inside the password, so each stands for its endings too. */
static const char *const common_words[] = {
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "qwerty",    "asdfgh",   "zxcvbn",  "1q2w3e",
    "iloveyou", "letmein",  "welcome",  "admin",    "sakiyomi",  "kyukyu",   "kyuukyu", "byouin",
    "byoin",    "shobo",    "shoubou",  "hospital", "ambulance", "nintendo", "doraemon"};

/* The characters one by one, and which kinds there are. The password is at most PASSWORD_MAX bytes.
 */
struct characters {
    uint32_t each[PASSWORD_MAX];
    size_t count;
    bool letter, digit, symbol;
};

static uint32_t fold_case(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* False when it is not UTF-8 or has control characters. Of other scripts a character counts, but it
 * is no letter, digit or symbol in the sense of the rule, which means ASCII (英数字、記号). */
static bool take_characters(struct slice text, struct characters *out)
{
    *out = (struct characters){.count = 0};
    while (text.size != 0) {
        uint32_t c = 0;
        if (!utf8_next(&text, &c) || c < 0x20 || (c >= 0x7f && c <= 0x9f))
            return false;
        out->each[out->count++] = c;
        if (fold_case(c) >= 'a' && fold_case(c) <= 'z')
            out->letter = true;
        else if (c >= '0' && c <= '9')
            out->digit = true;
        else if (c < 0x7f)
            out->symbol = true;
    }
    return true;
}

/* Is there a run of more than MAX characters, each STEP above the one before it? */
static bool has_run(const struct characters *all, int64_t step, size_t max)
{
    size_t run = 1;
    for (size_t i = 1; i < all->count; i++) {
        int64_t between = (int64_t)fold_case(all->each[i]) - (int64_t)fold_case(all->each[i - 1]);
        run = between == step ? run + 1 : 1;
        if (run > max)
            return true;
    }
    return false;
}

/* Is the whole made of one piece, written at least twice (the last time perhaps not to its end)? */
static bool is_one_piece(const struct characters *all)
{
    for (size_t piece = 1; piece <= all->count / 2; piece++) {
        size_t same = piece;
        while (same < all->count && all->each[same] == all->each[same - piece])
            same++;
        if (same == all->count)
            return true;
    }
    return false;
}

static bool holds(const struct characters *all, const struct characters *word)
{
    for (size_t from = 0; from + word->count <= all->count; from++) {
        size_t i = 0;
        while (i < word->count && fold_case(all->each[from + i]) == fold_case(word->each[i]))
            i++;
        if (i == word->count)
            return true;
    }
    return false;
}

static bool holds_word(const struct characters *all, struct slice text)
{
    struct characters word;
    if (text.size == 0 || text.size > PASSWORD_MAX)
        return false;
    bool usable = take_characters(text, &word) && word.count >= WORD_MIN;
    return usable && holds(all, &word);
}

static enum password_fault check_guessable(const struct characters *all, const struct slice *words,
                                           size_t count)
{
    if (has_run(all, 0, RUN_MAX) || is_one_piece(all))
        return PASSWORD_REPEATS;
    if (has_run(all, 1, SEQUENCE_MAX) || has_run(all, -1, SEQUENCE_MAX))
        return PASSWORD_SEQUENCE;
    for (size_t i = 0; i < count && i < PASSWORD_WORDS_MAX; i++)
        if (holds_word(all, words[i]))
            return PASSWORD_WORD;
    for (size_t i = 0; i < sizeof common_words / sizeof *common_words; i++)
        if (holds_word(all, slice_of(common_words[i])))
            return PASSWORD_WORD;
    return PASSWORD_FINE;
}

enum password_fault password_check(enum password_rule rule, struct slice password,
                                   const struct slice *words, size_t count)
{
    assert(rule >= PASSWORD_RULE_LONG && rule <= PASSWORD_RULE_LENGTH);
    if (password.size > PASSWORD_MAX)
        return PASSWORD_TOO_LONG;
    const struct demand *demand = &demands[rule];
    struct characters all;
    enum password_fault fault = PASSWORD_FINE;
    if (!take_characters(password, &all))
        fault = PASSWORD_BAD_TEXT;
    else if (all.count < demand->characters_min)
        fault = PASSWORD_TOO_SHORT;
    else if (demand->mixed && !all.letter)
        fault = PASSWORD_NO_LETTER;
    else if (demand->mixed && !all.digit)
        fault = PASSWORD_NO_DIGIT;
    else if (demand->mixed && !all.symbol)
        fault = PASSWORD_NO_SYMBOL;
    else
        fault = check_guessable(&all, words, count);
    explicit_bzero(&all, sizeof all);
    return fault;
}

bool password_expired(enum password_rule rule, int64_t changed_ms, int64_t now_ms)
{
    assert(rule >= PASSWORD_RULE_LONG && rule <= PASSWORD_RULE_LENGTH);
    return demands[rule].ages && now_ms - changed_ms >= age_max_ms;
}
