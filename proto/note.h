/* note.h — Job: signed notes: keys, signing, opening (C2SP signed-note, tlog-cosignature; Ed25519).
 *
 * A note is a text ending in a newline, an empty line, and signature lines. Two kinds of keys are
 * known here: 0x01 signs the text, 0x04 is a witness that signs the text with a time. Callers have
 * called sodium_init before. */
#ifndef PROTO_NOTE_H
#define PROTO_NOTE_H

#include "proto/buf.h"
#include "proto/limits.h"

enum note_key_type { NOTE_KEY_ED25519 = 0x01, NOTE_KEY_COSIGNATURE = 0x04 };
enum { NOTE_SEED_BYTES = 32, NOTE_SECRET_BYTES = 64, NOTE_PUBLIC_BYTES = 32 };

/* What is known of a signer in public. Name and id together tell keys apart; the id is no proof of
 * anything, being 4 bytes that anybody can make collide. */
struct note_key {
    char name[NOTE_NAME_MAX + 1]; /* ends with a NUL */
    uint32_t id;
    enum note_key_type type;
    uint8_t public[NOTE_PUBLIC_BYTES];
};

/* Not empty, at most NOTE_NAME_MAX bytes of UTF-8, no Unicode space, control character or '+'. */
bool note_name_valid(struct slice name);
/* Computes the id. ERR_BAD_FIELD unless NAME is valid and TYPE known. */
MUST_CHECK enum err note_key_init(struct slice name, enum note_key_type type,
                                  const uint8_t public[NOTE_PUBLIC_BYTES], struct note_key *out);
/* vkey: name+hex8(id)+base64(type, public key). ERR_BAD_FIELD unless it is exactly one, of a type
 * known here, with the id that belongs to the rest. */
MUST_CHECK enum err note_key_parse(struct slice vkey, struct note_key *out);
void note_key_format(const struct note_key *key, struct buf *out);

/* The secret (seed and public key, as libsodium wants it) and the public key of a seed. The caller
 * wipes SECRET. */
void note_secret_of_seed(const uint8_t seed[NOTE_SEED_BYTES], uint8_t secret[NOTE_SECRET_BYTES],
                         uint8_t public[NOTE_PUBLIC_BYTES]);

/* ERR_UTF8 or ERR_BAD_FIELD unless TEXT can be a note's text: valid UTF-8, no control character
 * but newline, a newline at the end; ERR_TOO_LARGE above NOTE_BYTES_MAX. */
MUST_CHECK enum err note_check_text(struct slice text);
/* Appends one signature line over TEXT. TIME_S (POSIX seconds) is what a cosignature states; the
 * other type takes no notice of it. ERR_CRYPTO when SECRET is not KEY's; else what
 * note_check_text or the buffer says. */
MUST_CHECK enum err note_sign(const struct note_key *key, const uint8_t secret[NOTE_SECRET_BYTES],
                              struct slice text, uint64_t time_s, struct buf *line);

/* A note taken apart at its last empty line. Both lend from the note. */
struct note {
    struct slice text;       /* with its final newline: what is signed */
    struct slice signatures; /* one or more whole lines */
};

/* Checks the form of all of it, every signature line included. ERR_TOO_LARGE above NOTE_BYTES_MAX
 * or NOTE_SIGNATURES_MAX lines; ERR_UTF8; ERR_BAD_FIELD. Says nothing about who signed. */
MUST_CHECK enum err note_split(struct slice bytes, struct note *out);

struct note_opened {
    struct slice text;               /* lends from the note */
    uint32_t signed_by;              /* bit i: keys[i] has signed, verified */
    uint64_t times_s[NOTE_KEYS_MAX]; /* of cosignatures; else 0 */
};

/* Opens a note for somebody who knows COUNT keys (at most NOTE_KEYS_MAX), as signed-note says:
 * lines of unknown (name, id) are ignored; a known key's line that fails to verify refuses the
 * whole note; so does a note that no known key has signed (ERR_CRYPTO both). Of several lines by
 * one key the first counts. ERR_CONFIG when two keys share name and id; else as note_split. */
MUST_CHECK enum err note_open(struct slice bytes, const struct note_key *keys, size_t count,
                              struct note_opened *out);
static inline bool note_signed_by(const struct note_opened *opened, size_t key)
{
    return key < NOTE_KEYS_MAX && (opened->signed_by >> key & 1) != 0;
}
#endif
