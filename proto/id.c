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

void id_text(const struct id *id, char text[ID_TEXT_SIZE])
{
    size_t at = sizeof id->bytes;
    unsigned window = 0, bits = 0;
    for (size_t i = ID_TEXT_SIZE; i-- > 0;) {
        if (bits < DIGIT_BITS && at > 0) {
            window |= (unsigned)id->bytes[--at] << bits;
            bits += 8;
        }
        text[i] = digits[window & 31];
        window >>= DIGIT_BITS;
        bits = bits < DIGIT_BITS ? 0 : bits - DIGIT_BITS;
    }
}

static int digit_value(char c)
{
    const char *found = memchr(digits, c, sizeof digits - 1);
    return found == NULL ? -1 : (int)(found - digits);
}

enum err id_parse(struct slice text, struct id *out)
{
    struct id id = {{0}};
    size_t at = sizeof id.bytes;
    unsigned window = 0, bits = 0;
    if (text.size != ID_TEXT_SIZE || digit_value(text.bytes[0]) > TOP_DIGIT_MAX)
        return ERR_BAD_FIELD;
    for (size_t i = ID_TEXT_SIZE; i-- > 0;) {
        int value = digit_value(text.bytes[i]);
        if (value < 0)
            return ERR_BAD_FIELD;
        window |= (unsigned)value << bits;
        bits += DIGIT_BITS;
        if (bits >= 8 && at > 0) {
            id.bytes[--at] = (uint8_t)window;
            window >>= 8;
            bits -= 8;
        }
    }
    *out = id;
    return ERR_OK;
}
