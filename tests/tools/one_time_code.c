/* one_time_code.c — Job: the current code of a demo person, for the demo and for tests.
 *
 * one-time-code SECRETS-FILE [STEPS]: reads the code_key line that `person add --secrets` wrote and
 * prints the code of now, or of STEPS steps of 30 s later. */
#include "common/clock.h"
#include "common/file.h"
#include "common/totp.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_base32(const char *text, uint8_t secret[TOTP_SECRET_SIZE])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = 0;
    unsigned held = 0;
    size_t size = 0;
    for (; size < TOTP_SECRET_SIZE; text++) {
        const char *at = *text == '\0' ? NULL : strchr(alphabet, *text);
        if (at == NULL)
            return false;
        bits = bits << 5 | (uint64_t)(at - alphabet);
        held += 5;
        if (held >= 8) {
            held -= 8;
            secret[size++] = (uint8_t)(bits >> held);
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct buf file = {0};
    uint8_t secret[TOTP_SECRET_SIZE];
    char code[TOTP_DIGITS + 1];
    if (argc < 2 || sodium_init() < 0 || file_read(argv[1], 4096, FILE_ANY, &file) != ERR_OK)
        return 2;
    buf_byte(&file, '\0');
    const char *key = strstr(file.bytes, "code_key ");
    int64_t later = argc > 2 ? atoi(argv[2]) * (int64_t)TOTP_STEP_MS : 0;
    bool good = key != NULL && read_base32(key + strlen("code_key "), secret) &&
                totp_code(secret, clock_wall_ms() + later, code) == ERR_OK;
    if (good)
        printf("%s\n", code);
    buf_free(&file);
    return good ? 0 : 1;
}
