/* keyfile_text.c — Job: the one line of a key file: written, and read with every check (pure). */
#include "common/keyfile_text.h"

#include "proto/base64.h"
#include "proto/limits.h"
#include "proto/sha256.h"

static const char head[] = "sakiyomi-key 1 ";
enum { CHECK_BYTES = 4, BASE64_SIZE = 44 /* of 32 bytes */ };

void keyfile_text_add(struct buf *out, const char *name, const uint8_t key[SEAL_KEY_SIZE])
{
    struct hash check = sha256_of3(slice_of(head), slice_of(name),
                                   (struct slice){(const char *)key, SEAL_KEY_SIZE});
    buf_text(out, head);
    buf_text(out, name);
    buf_byte(out, ' ');
    base64_add(out, key, SEAL_KEY_SIZE);
    buf_byte(out, ' ');
    for (size_t i = 0; i < CHECK_BYTES; i++)
        buf_printf(out, "%02x", (unsigned)check.bytes[i]);
    buf_byte(out, '\n');
}

/* Takes the key from its place, writes the line anew and compares: only one spelling passes. */
enum err keyfile_text_read(struct slice line, const char *name, uint8_t key[SEAL_KEY_SIZE])
{
    size_t at = strlen(head) + strlen(name) + 1, size = 0;
    struct buf again;
    enum err err = ERR_CORRUPT;
    buf_init(&again, KEY_FILE_BYTES_MAX);
    if (line.size <= KEY_FILE_BYTES_MAX && line.size > at + BASE64_SIZE &&
        base64_decode((struct slice){line.bytes + at, BASE64_SIZE}, key, SEAL_KEY_SIZE, &size) ==
            ERR_OK &&
        size == SEAL_KEY_SIZE) {
        keyfile_text_add(&again, name, key);
        if (buf_error(&again) == ERR_OK && slice_equal(buf_slice(&again), line))
            err = ERR_OK;
    }
    buf_free(&again);
    if (err != ERR_OK)
        explicit_bzero(key, SEAL_KEY_SIZE);
    return err;
}
