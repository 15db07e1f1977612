/* code_key.h — Job: the key of a person's one-time codes, from the file that `person add` wrote. */
#ifndef TESTS_CODE_KEY_H
#define TESTS_CODE_KEY_H

#include "common/totp.h"

#include <stdbool.h>

/* Reads the code_key line of PATH; false: there is none, or it is no key. */
bool code_key_read(const char *path, uint8_t secret[TOTP_SECRET_SIZE]);
#endif
