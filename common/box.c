/* box.c — Job: seal to a public key, so that the sealer cannot read it back (libsodium sealed box).
 */
#include "common/box.h"

#include "proto/limits.h"

#include <sodium.h>

_Static_assert(BOX_KEY_SIZE == crypto_box_PUBLICKEYBYTES, "libsodium's public key");
_Static_assert(BOX_KEY_SIZE == crypto_box_SECRETKEYBYTES, "libsodium's secret key");
_Static_assert(BOX_OVERHEAD == crypto_box_SEALBYTES, "libsodium's sealed box");

static const unsigned char *bytes_of(struct slice s)
{
    return (const unsigned char *)(s.size == 0 ? "" : s.bytes);
}

enum err box_public(const uint8_t secret[BOX_KEY_SIZE], uint8_t out[BOX_KEY_SIZE])
{
    if (sodium_init() < 0 || crypto_scalarmult_base(out, secret) != 0)
        return ERR_CRYPTO;
    return ERR_OK;
}

enum err box_seal(const uint8_t public_key[BOX_KEY_SIZE], struct slice plain, struct buf *out)
{
    if (plain.size > SEAL_BYTES_MAX)
        return ERR_TOO_LARGE;
    const uint8_t room[BOX_OVERHEAD] = {0};
    size_t from = out->size;
    buf_add(out, plain.bytes, plain.size); /* makes the room; encrypted over at once */
    buf_add(out, room, sizeof room);
    enum err err = buf_error(out);
    if (err == ERR_OK &&
        (sodium_init() < 0 || crypto_box_seal((unsigned char *)out->bytes + from, bytes_of(plain),
                                              plain.size, public_key) != 0))
        err = ERR_CRYPTO;
    if (err != ERR_OK && out->size > from) {
        explicit_bzero(out->bytes + from, out->size - from);
        out->size = from;
    }
    return err;
}

enum err box_open(const uint8_t secret[BOX_KEY_SIZE], struct slice sealed, struct buf *out)
{
    if (sealed.size < BOX_OVERHEAD)
        return ERR_CRYPTO;
    if (sealed.size > SEAL_BYTES_MAX + BOX_OVERHEAD)
        return ERR_TOO_LARGE;
    uint8_t public_key[BOX_KEY_SIZE];
    unsigned char none[1];
    size_t from = out->size, size = sealed.size - BOX_OVERHEAD;
    enum err err = box_public(secret, public_key);
    if (err == ERR_OK) {
        buf_add(out, sealed.bytes, size); /* makes the room */
        err = buf_error(out);
    }
    if (err == ERR_OK &&
        crypto_box_seal_open(size == 0 ? none : (unsigned char *)out->bytes + from,
                             bytes_of(sealed), sealed.size, public_key, secret) != 0)
        err = ERR_CRYPTO;
    if (err != ERR_OK && out->size > from) {
        explicit_bzero(out->bytes + from, out->size - from);
        out->size = from;
    }
    return err;
}
