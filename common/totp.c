/* totp.c — Job: one-time codes of an authenticator app (RFC 6238, 6 digits, 30 s; liboath). */
#include "common/totp.h"

#include "common/rng.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>

enum { WINDOW_STEPS = 1 };

void totp_new_secret(uint8_t secret[TOTP_SECRET_SIZE])
{
    rng_fill(secret, TOTP_SECRET_SIZE);
}

static enum err code_of_step(const uint8_t *secret, int64_t step, char code[TOTP_DIGITS + 1])
{
    if (step < 0)
        return ERR_BAD_FIELD;
    int rc = oath_hotp_generate((const char *)secret, TOTP_SECRET_SIZE, (uint64_t)step, TOTP_DIGITS,
                                false, OATH_HOTP_DYNAMIC_TRUNCATION, code);
    return rc == OATH_OK ? ERR_OK : ERR_CRYPTO;
}

/* liboath's own validate stops at the first match and gives the distance, not the step. Here all
 * steps of the window are computed and compared, so that time tells nothing. */
enum err totp_verify(const uint8_t secret[TOTP_SECRET_SIZE], struct slice code, int64_t now_ms,
                     int64_t *step)
{
    int64_t now_step = now_ms / TOTP_STEP_MS;
    char right[TOTP_DIGITS + 1];
    bool found = false;
    if (code.size != TOTP_DIGITS || now_ms < 0)
        return ERR_BAD_FACTORS;
    for (int64_t s = now_step - WINDOW_STEPS; s <= now_step + WINDOW_STEPS; s++) {
        enum err err = s < 0 ? ERR_OK : code_of_step(secret, s, right);
        if (err != ERR_OK)
            return err;
        if (s < 0 || sodium_memcmp(right, code.bytes, TOTP_DIGITS) != 0)
            continue;
        *step = s;
        found = true;
    }
    explicit_bzero(right, sizeof right);
    return found ? ERR_OK : ERR_BAD_FACTORS;
}

enum err totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t now_ms,
                   char code[TOTP_DIGITS + 1])
{
    return code_of_step(secret, now_ms / TOTP_STEP_MS, code);
}

enum err totp_base32(const uint8_t secret[TOTP_SECRET_SIZE], char text[TOTP_BASE32_SIZE])
{
    char *coded = NULL;
    size_t size = 0;
    if (oath_base32_encode((const char *)secret, TOTP_SECRET_SIZE, &coded, &size) != OATH_OK)
        return ERR_NO_MEMORY;
    bool fits = size == TOTP_BASE32_SIZE - 1; /* 160 bits are 32 digits: never padding */
    if (fits)
        memcpy(text, coded, TOTP_BASE32_SIZE);
    explicit_bzero(coded, size);
    free(coded);
    return fits ? ERR_OK : ERR_CRYPTO;
}

/* RFC 3986: everything but the unreserved characters. */
static void add_percent(struct buf *out, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    for (; *text != '\0'; text++) {
        if (strchr(unreserved, *text) != NULL)
            buf_byte(out, *text);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

enum err totp_uri(const uint8_t secret[TOTP_SECRET_SIZE], const char *issuer, const char *account,
                  struct buf *out)
{
    char base32[TOTP_BASE32_SIZE];
    enum err err = totp_base32(secret, base32);
    if (err != ERR_OK)
        return err;
    buf_text(out, "otpauth://totp/");
    add_percent(out, issuer);
    buf_byte(out, ':');
    add_percent(out, account);
    buf_text(out, "?secret=");
    buf_text(out, base32);
    buf_text(out, "&issuer=");
    add_percent(out, issuer);
    buf_text(out, "&algorithm=SHA1&digits=6&period=30");
    explicit_bzero(base32, sizeof base32);
    return buf_error(out);
}
