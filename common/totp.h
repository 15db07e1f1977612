/* totp.h — Job: one-time codes of an authenticator app (RFC 6238, 6 digits, 30 s; liboath). */
#ifndef COMMON_TOTP_H
#define COMMON_TOTP_H

#include "proto/buf.h"

enum {
    TOTP_SECRET_SIZE = 20, /* RFC 4226: 160 bits */
    TOTP_BASE32_SIZE = 33, /* 32 characters and NUL */
    TOTP_DIGITS = 6,
    TOTP_STEP_MS = 30000
};

void totp_new_secret(uint8_t secret[TOTP_SECRET_SIZE]);

/* Is CODE the one of this step, the last or the next? ERR_OK gives the matching step in *STEP: the
 * caller refuses a step that is not above the person's last accepted one, or a code could be used
 * twice. ERR_BAD_FACTORS otherwise, also for what is not six digits. The same time for every
 * answer. */
MUST_CHECK enum err totp_verify(const uint8_t secret[TOTP_SECRET_SIZE], struct slice code,
                                int64_t now_ms, int64_t *step);
/* The code of NOW_MS, NUL-terminated. */
MUST_CHECK enum err totp_code(const uint8_t secret[TOTP_SECRET_SIZE], int64_t now_ms,
                              char code[TOTP_DIGITS + 1]);

/* The secret as people type it: upper-case base32 without padding. */
MUST_CHECK enum err totp_base32(const uint8_t secret[TOTP_SECRET_SIZE],
                                char text[TOTP_BASE32_SIZE]);
/* Appends otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…, percent-encoded, for a QR code. */
MUST_CHECK enum err totp_uri(const uint8_t secret[TOTP_SECRET_SIZE], const char *issuer,
                             const char *account, struct buf *out);
#endif
