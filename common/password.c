/* password.c — Job: Argon2id hashes of passwords (libsodium, its text form). */
#include "common/password.h"

#include "proto/limits.h"
#include "proto/line.h"

#include <errno.h>
#include <sodium.h>

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "libsodium's text form");

enum { PASSES = 2, MEMORY_BYTES = 64 * 1024 * 1024 };
/* Above these a stored hash is not ours but an attack on the machine. */
enum { PASSES_MAX = 16, MEMORY_KIB_MAX = 1024 * 1024 };

static struct password_cost cost_or_default(const struct password_cost *cost)
{
    struct password_cost c = cost == NULL ? (struct password_cost){0} : *cost;
    if (c.passes == 0)
        c.passes = PASSES;
    if (c.memory_bytes == 0)
        c.memory_bytes = MEMORY_BYTES;
    return c;
}

enum err password_hash(const struct password_cost *cost, struct slice password,
                       char hash[PASSWORD_HASH_SIZE])
{
    struct password_cost c = cost_or_default(cost);
    if (password.size > PASSWORD_MAX)
        return ERR_TOO_LARGE;
    if (sodium_init() < 0)
        return ERR_CRYPTO;
    if (crypto_pwhash_str_alg(hash, password.size == 0 ? "" : password.bytes, password.size,
                              c.passes, c.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return errno == ENOMEM ? ERR_NO_MEMORY : ERR_CONFIG;
    return ERR_OK;
}

/* Takes `NAME=number` and the one character behind it off REST; the number is at most MAX. */
static bool take_number(struct slice *rest, const char *name, uint64_t max, char behind)
{
    uint64_t number = 0;
    if (!line_skip(rest, name))
        return false;
    const char *end = rest->size == 0 ? NULL : memchr(rest->bytes, behind, rest->size);
    if (end == NULL)
        return false;
    size_t size = (size_t)(end - rest->bytes);
    bool fits = line_number((struct slice){rest->bytes, size}, max, &number) == ERR_OK;
    *rest = (struct slice){end + 1, rest->size - size - 1};
    return fits;
}

/* libsodium computes whatever the text asks for; so the text is judged first. */
static bool is_affordable(const char *hash)
{
    struct slice rest = {hash, strnlen(hash, PASSWORD_HASH_SIZE)};
    return rest.size < PASSWORD_HASH_SIZE && line_skip(&rest, "$argon2id$v=19$") &&
           take_number(&rest, "m=", MEMORY_KIB_MAX, ',') &&
           take_number(&rest, "t=", PASSES_MAX, ',') && take_number(&rest, "p=", 1, '$');
}

enum err password_verify(const char *hash, struct slice password)
{
    if (!is_affordable(hash))
        return ERR_CORRUPT;
    if (password.size > PASSWORD_MAX)
        return ERR_BAD_FACTORS; /* was never hashed */
    if (sodium_init() < 0)
        return ERR_CRYPTO;
    errno = 0;
    if (crypto_pwhash_str_verify(hash, password.size == 0 ? "" : password.bytes, password.size) ==
        0)
        return ERR_OK;
    /* libsodium says EINVAL for another password, ENOMEM, and nothing for a text it cannot read. */
    return errno == EINVAL ? ERR_BAD_FACTORS : errno == ENOMEM ? ERR_NO_MEMORY : ERR_CORRUPT;
}

enum err password_verify_nobody(const struct password_cost *cost, struct slice password)
{
    char hash[PASSWORD_HASH_SIZE];
    if (password.size > PASSWORD_MAX)
        return ERR_BAD_FACTORS;
    enum err err = password_hash(cost, password, hash);
    explicit_bzero(hash, sizeof hash);
    return err == ERR_OK ? ERR_BAD_FACTORS : err;
}

bool password_outdated(const struct password_cost *cost, const char *hash)
{
    struct password_cost c = cost_or_default(cost);
    return crypto_pwhash_str_needs_rehash(hash, c.passes, c.memory_bytes) != 0;
}
