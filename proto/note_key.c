/* note_key.c — Job: the public keys of signed notes: names, ids, and the vkey text form. */
#include "proto/note.h"

#include "proto/base64.h"
#include "proto/sha256.h"
#include "proto/utf8.h"

enum { ID_DIGITS = 8 };

/* What Go calls unicode.IsSpace: the White_Space property. */
static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

bool note_name_valid(struct slice name)
{
    if (name.size == 0 || name.size > NOTE_NAME_MAX)
        return false;
    while (name.size != 0) {
        uint32_t c = 0;
        if (!utf8_next(&name, &c) || c < 0x20 || c == '+' || is_space(c))
            return false;
    }
    return true;
}

/* SHA-256(name, newline, type, public key), its first four bytes (C2SP signed-note). */
static uint32_t key_id(struct slice name, enum note_key_type type, const uint8_t *public)
{
    const char middle[2] = {'\n', (char)type};
    struct hash h = sha256_of3(name, (struct slice){middle, sizeof middle},
                               (struct slice){(const char *)public, NOTE_PUBLIC_BYTES});
    return (uint32_t)h.bytes[0] << 24 | (uint32_t)h.bytes[1] << 16 | (uint32_t)h.bytes[2] << 8 |
           h.bytes[3];
}

enum err note_key_init(struct slice name, enum note_key_type type,
                       const uint8_t public[NOTE_PUBLIC_BYTES], struct note_key *out)
{
    if (!note_name_valid(name) || (type != NOTE_KEY_ED25519 && type != NOTE_KEY_COSIGNATURE))
        return ERR_BAD_FIELD;
    struct note_key key = {.id = key_id(name, type, public), .type = type};
    memcpy(key.name, name.bytes, name.size);
    memcpy(key.public, public, sizeof key.public);
    *out = key;
    return ERR_OK;
}

static bool hex_id(struct slice digits, uint32_t *out)
{
    uint32_t id = 0;
    if (digits.size != ID_DIGITS)
        return false;
    for (size_t i = 0; i < ID_DIGITS; i++) {
        char c = digits.bytes[i];
        if (c >= '0' && c <= '9')
            id = id << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            id = id << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *out = id;
    return true;
}

/* Takes what stands before the first '+' off REST. */
static bool field_next(struct slice *rest, struct slice *field)
{
    const char *plus = rest->size == 0 ? NULL : memchr(rest->bytes, '+', rest->size);
    if (plus == NULL)
        return false;
    *field = (struct slice){rest->bytes, (size_t)(plus - rest->bytes)};
    rest->size -= field->size + 1;
    rest->bytes = plus + 1;
    return true;
}

enum err note_key_parse(struct slice vkey, struct note_key *out)
{
    struct slice name, digits;
    struct note_key key;
    uint8_t coded[1 + NOTE_PUBLIC_BYTES];
    uint32_t id = 0;
    size_t size = 0;
    if (!field_next(&vkey, &name) || !field_next(&vkey, &digits) || !hex_id(digits, &id))
        return ERR_BAD_FIELD;
    if (base64_decode(vkey, coded, sizeof coded, &size) != ERR_OK || size != sizeof coded)
        return ERR_BAD_FIELD;
    enum err e = note_key_init(name, (enum note_key_type)coded[0], coded + 1, &key);
    if (e != ERR_OK)
        return e;
    if (key.id != id)
        return ERR_BAD_FIELD;
    *out = key;
    return ERR_OK;
}

void note_key_format(const struct note_key *key, struct buf *out)
{
    uint8_t coded[1 + NOTE_PUBLIC_BYTES] = {(uint8_t)key->type};
    memcpy(coded + 1, key->public, NOTE_PUBLIC_BYTES);
    buf_text(out, key->name);
    buf_printf(out, "+%08x+", (unsigned)key->id);
    base64_add(out, coded, sizeof coded);
}
