/* id.c — Job: ids that sort by time (ULID: 48 bits of milliseconds, 80 random bits). */
#include "proto/id.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TIME_BYTES = 6, DIGIT_BITS = 5, TOP_DIGIT_MAX = 7 /* 26 digits hold 130 bits, an id 128 */ };
static const int64_t TIME_MAX = ((int64_t)1 << 48) - 1;

struct id id_new(int64_t now_ms, const uint8_t random[10])
{
    struct id id;
    int64_t time = now_ms < 0 ? 0 : now_ms > TIME_MAX ? TIME_MAX : now_ms;
    for (size_t i = 0; i < TIME_BYTES; i++)
        id.bytes[i] = (uint8_t)(time >> (40 - 8 * i));
    memcpy(id.bytes + TIME_BYTES, random, sizeof id.bytes - TIME_BYTES);
    if (id_absent(&id))
        id.bytes[sizeof id.bytes - 1] = 1;
    return id;
}

/* An id is one number of 128 bits, HIGH before LOW, the digits its groups of five. */
static uint64_t half(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

void id_text(const struct id *id, char text[ID_TEXT_SIZE])
{
    enum { MIDDLE = 13 /* the digit that has bits of both halves */ };
    uint64_t high = half(id->bytes), low = half(id->bytes + 8);
    for (size_t i = ID_TEXT_SIZE - 1; i > MIDDLE; i--, low >>= DIGIT_BITS)
        text[i] = digits[low & 31];
    text[MIDDLE] = digits[(low | high << 4) & 31];
    high >>= 1;
    for (size_t i = MIDDLE; i-- > 0; high >>= DIGIT_BITS)
        text[i] = digits[high & 31];
}

/* Of each digit its value and one; no digit: 0. */
/* clang-format off */
static const uint8_t values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['G'] = 17, ['H'] = 18, ['J'] = 19, ['K'] = 20, ['M'] = 21, ['N'] = 22, ['P'] = 23, ['Q'] = 24,
    ['R'] = 25, ['S'] = 26, ['T'] = 27, ['V'] = 28, ['W'] = 29, ['X'] = 30, ['Y'] = 31, ['Z'] = 32,
};
/* clang-format on */

enum err id_parse(struct slice text, struct id *out)
{
    uint64_t high = 0, low = 0;
    if (text.size != ID_TEXT_SIZE || values[(uint8_t)text.bytes[0]] > TOP_DIGIT_MAX + 1)
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < ID_TEXT_SIZE; i++) {
        unsigned value = values[(uint8_t)text.bytes[i]];
        if (value == 0)
            return ERR_BAD_FIELD;
        high = high << DIGIT_BITS | low >> (64 - DIGIT_BITS);
        low = low << DIGIT_BITS | (value - 1);
    }
    for (size_t i = 8; i-- > 0; high >>= 8, low >>= 8) {
        out->bytes[i] = (uint8_t)high;
        out->bytes[8 + i] = (uint8_t)low;
    }
    return ERR_OK;
}
