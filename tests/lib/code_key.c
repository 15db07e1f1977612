/* code_key.c — Job: the key of a person's one-time codes, from the file that `person add` wrote. */
#include "tests/lib/code_key.h"

#include <string.h>

#include "common/file.h"

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

bool code_key_read(const char *path, uint8_t secret[TOTP_SECRET_SIZE])
{
    struct buf file = {0};
    if (file_read(path, 4096, FILE_ANY, &file) != ERR_OK)
        return false;
    buf_byte(&file, '\0');
    const char *key = strstr(file.bytes, "code_key ");
    bool good = key != NULL && read_base32(key + strlen("code_key "), secret);
    buf_free(&file);
    return good;
}
