/* one_time_code.c — Job: the current code of a demo person, for the demo and for tests.
 *
 * one_time_code SECRETS-FILE [STEPS]: reads the code_key line that `person add --secrets` wrote and
 * prints the code of now, or of STEPS steps of 30 s later. */
#include "common/clock.h"
#include "tests/lib/code_key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    char code[TOTP_DIGITS + 1];
    if (argc < 2 || sodium_init() < 0)
        return 2;
    int64_t later = argc > 2 ? atoi(argv[2]) * (int64_t)TOTP_STEP_MS : 0;
    if (!code_key_read(argv[1], secret) ||
        totp_code(secret, clock_wall_ms() + later, code) != ERR_OK)
        return 1;
    printf("%s\n", code);
    return 0;
}
