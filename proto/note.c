/* note.c — Job: signed notes: sign a text, take a note apart, verify who signed it (libsodium). */
#include "proto/note.h"

#include "proto/base64.h"
#include "proto/line.h"
#include "proto/utf8.h"

#include <sodium.h>

#define SIGNATURE_MARK "\xe2\x80\x94 " /* em dash, space */
enum {
    ID_BYTES = 4,
    TIME_BYTES = 8,
    ED25519_BYTES = 64,
    COSIGNATURE_BYTES = TIME_BYTES + ED25519_BYTES,
    SIGNED_BYTES_MIN = ID_BYTES + 1
};
_Static_assert(crypto_sign_BYTES == ED25519_BYTES, "Ed25519");
_Static_assert(crypto_sign_SECRETKEYBYTES == NOTE_SECRET_BYTES, "libsodium's form of a secret");
_Static_assert(NOTE_KEYS_MAX <= 32, "one bit for each key");

void note_secret_of_seed(const uint8_t seed[NOTE_SEED_BYTES], uint8_t secret[NOTE_SECRET_BYTES],
                         uint8_t public[NOTE_PUBLIC_BYTES])
{
    (void)crypto_sign_seed_keypair(public, secret, seed); /* always 0 */
}

/* The same rule holds for the text that is signed and for the note as a whole. */
enum err note_check_text(struct slice text)
{
    if (text.size > NOTE_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (text.size == 0 || text.bytes[text.size - 1] != '\n')
        return ERR_BAD_FIELD;
    while (text.size != 0) {
        uint32_t c = 0;
        if (!utf8_next(&text, &c))
            return ERR_UTF8;
        if (c < 0x20 && c != '\n')
            return ERR_BAD_FIELD;
    }
    return ERR_OK;
}

/* What a cosignature signs: two lines in front of the text keep it apart from plain signatures. */
static enum err cosigned_text(struct slice text, uint64_t time_s, struct buf *out)
{
    buf_text(out, "cosignature/v1\ntime ");
    buf_u64(out, time_s);
    buf_byte(out, '\n');
    buf_add(out, text.bytes, text.size);
    return buf_error(out);
}

static enum err sign_bytes(const uint8_t *secret, struct slice text, uint8_t *signature)
{
    int failed =
        crypto_sign_detached(signature, NULL, (const unsigned char *)text.bytes, text.size, secret);
    return failed ? ERR_CRYPTO : ERR_OK;
}

static enum err cosign_bytes(const uint8_t *secret, struct slice text, uint64_t time_s,
                             uint8_t *signature)
{
    struct buf message = {0};
    for (size_t i = 0; i < TIME_BYTES; i++)
        signature[i] = (uint8_t)(time_s >> (56 - 8 * i));
    enum err e = cosigned_text(text, time_s, &message);
    if (e == ERR_OK)
        e = sign_bytes(secret, buf_slice(&message), signature + TIME_BYTES);
    buf_free(&message);
    return e;
}

enum err note_sign(const struct note_key *key, const uint8_t secret[NOTE_SECRET_BYTES],
                   struct slice text, uint64_t time_s, struct buf *line)
{
    uint8_t coded[ID_BYTES + COSIGNATURE_BYTES];
    size_t size = ID_BYTES;
    enum err e = note_check_text(text);
    if (e != ERR_OK)
        return e;
    /* A secret holds its public key in its second half. Signing with a wrong one would not only
     * give a useless signature: with Ed25519, two public keys for one secret give it away. */
    if (memcmp(secret + NOTE_SEED_BYTES, key->public, NOTE_PUBLIC_BYTES) != 0)
        return ERR_CRYPTO;
    for (size_t i = 0; i < ID_BYTES; i++)
        coded[i] = (uint8_t)(key->id >> (24 - 8 * i));
    if (key->type == NOTE_KEY_COSIGNATURE) {
        if (time_s > INT64_MAX)
            return ERR_BAD_FIELD;
        e = cosign_bytes(secret, text, time_s, coded + ID_BYTES);
        size += COSIGNATURE_BYTES;
    } else {
        e = sign_bytes(secret, text, coded + ID_BYTES);
        size += ED25519_BYTES;
    }
    if (e != ERR_OK)
        return e;
    buf_text(line, SIGNATURE_MARK);
    buf_text(line, key->name);
    buf_byte(line, ' ');
    base64_add(line, coded, size);
    buf_byte(line, '\n');
    return buf_error(line);
}

/* One signature line, decoded. */
struct signature {
    struct slice name;
    uint32_t id;
    size_t size;
    uint8_t bytes[NOTE_SIGNATURE_MAX]; /* behind the id */
};

static enum err signature_parse(struct slice line, struct signature *out)
{
    uint8_t coded[ID_BYTES + NOTE_SIGNATURE_MAX];
    size_t size = 0;
    if (!line_skip(&line, SIGNATURE_MARK))
        return ERR_BAD_FIELD;
    const char *space = line.size == 0 ? NULL : memchr(line.bytes, ' ', line.size);
    if (space == NULL)
        return ERR_BAD_FIELD;
    out->name = (struct slice){line.bytes, (size_t)(space - line.bytes)};
    if (!note_name_valid(out->name))
        return ERR_BAD_FIELD;
    struct slice text = {space + 1, line.size - out->name.size - 1};
    enum err e = base64_decode(text, coded, sizeof coded, &size);
    if (e != ERR_OK)
        return e;
    if (size < SIGNED_BYTES_MIN)
        return ERR_BAD_FIELD;
    out->id = 0;
    for (size_t i = 0; i < ID_BYTES; i++)
        out->id = out->id << 8 | coded[i];
    out->size = size - ID_BYTES;
    memcpy(out->bytes, coded + ID_BYTES, out->size);
    return ERR_OK;
}

/* The last empty line parts the note: its text may hold empty lines, its signatures cannot. */
static enum err find_parts(struct slice bytes, struct note *out)
{
    enum err e = note_check_text(bytes);
    if (e != ERR_OK)
        return e;
    size_t at = bytes.size;
    while (at >= 2 && !(bytes.bytes[at - 1] == '\n' && bytes.bytes[at - 2] == '\n'))
        at--;
    if (at < 2 || at == bytes.size)
        return ERR_BAD_FIELD;
    out->text = (struct slice){bytes.bytes, at - 1};
    out->signatures = (struct slice){bytes.bytes + at, bytes.size - at};
    return ERR_OK;
}

enum err note_split(struct slice bytes, struct note *out)
{
    struct signature signature;
    struct note note;
    enum err e = find_parts(bytes, &note);
    if (e != ERR_OK)
        return e;
    struct slice rest = note.signatures, line;
    for (int lines = 0; line_next(&rest, &line); lines++) {
        if (lines == NOTE_SIGNATURES_MAX)
            return ERR_TOO_LARGE;
        e = signature_parse(line, &signature);
        if (e != ERR_OK)
            return e;
    }
    *out = note;
    return ERR_OK;
}

static enum err verify_bytes(const struct note_key *key, struct slice text,
                             const uint8_t *signature)
{
    int wrong = crypto_sign_verify_detached(signature, (const unsigned char *)text.bytes, text.size,
                                            key->public);
    return wrong ? ERR_CRYPTO : ERR_OK;
}

static enum err verify_cosignature(const struct note_key *key, struct slice text,
                                   const struct signature *signature, uint64_t *time_s)
{
    struct buf message = {0};
    uint64_t time = 0;
    if (signature->size != COSIGNATURE_BYTES)
        return ERR_CRYPTO;
    for (size_t i = 0; i < TIME_BYTES; i++)
        time = time << 8 | signature->bytes[i];
    if (time > INT64_MAX)
        return ERR_CRYPTO;
    enum err e = cosigned_text(text, time, &message);
    if (e == ERR_OK)
        e = verify_bytes(key, buf_slice(&message), signature->bytes + TIME_BYTES);
    buf_free(&message);
    if (e == ERR_OK)
        *time_s = time;
    return e;
}

static enum err verify(const struct note_key *key, struct slice text,
                       const struct signature *signature, uint64_t *time_s)
{
    if (key->type == NOTE_KEY_COSIGNATURE)
        return verify_cosignature(key, text, signature, time_s);
    return signature->size == ED25519_BYTES ? verify_bytes(key, text, signature->bytes)
                                            : ERR_CRYPTO;
}

/* The index of the known key that a signature names, or COUNT. */
static size_t key_of(const struct signature *signature, const struct note_key *keys, size_t count)
{
    size_t i = 0;
    while (i < count && !(keys[i].id == signature->id && slice_is(signature->name, keys[i].name)))
        i++;
    return i;
}

static enum err check_keys(const struct note_key *keys, size_t count)
{
    if (count > NOTE_KEYS_MAX)
        return ERR_CONFIG;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (keys[i].id == keys[k].id && strcmp(keys[i].name, keys[k].name) == 0)
                return ERR_CONFIG;
    return ERR_OK;
}

enum err note_open(struct slice bytes, const struct note_key *keys, size_t count,
                   struct note_opened *out)
{
    struct signature signature;
    struct note_opened opened = {0};
    struct note note;
    enum err e = check_keys(keys, count);
    if (e == ERR_OK)
        e = note_split(bytes, &note);
    if (e != ERR_OK)
        return e;
    opened.text = note.text;
    struct slice rest = note.signatures, line;
    while (line_next(&rest, &line)) {
        e = signature_parse(line, &signature);
        if (e != ERR_OK)
            return e;
        size_t key = key_of(&signature, keys, count);
        if (key == count || note_signed_by(&opened, key))
            continue;
        e = verify(&keys[key], note.text, &signature, &opened.times_s[key]);
        if (e != ERR_OK)
            return e;
        opened.signed_by |= 1u << key;
    }
    if (opened.signed_by == 0)
        return ERR_CRYPTO;
    *out = opened;
    return ERR_OK;
}
