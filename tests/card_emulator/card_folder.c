/* card_folder.c — Job: read one card's folder (as make-cards writes it) into the simulated card. */
#include "tests/card_emulator/card_folder.h"

#include <stdio.h>

enum { PATH_ROOM = 512, FILE_COUNT = 6 };

/* BYTES always ends in a NUL that SIZE does not count: mbedTLS wants it behind a PEM text. */
struct file {
    char bytes[JPKI_APPLET_FILE_MAX + 1];
    size_t size;
};

static enum err file_read(const char *dir, const char *name, struct file *out)
{
    char path[PATH_ROOM];
    int length = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return ERR_TOO_LARGE;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return ERR_IO;
    out->size = fread(out->bytes, 1, JPKI_APPLET_FILE_MAX, file);
    out->bytes[out->size] = '\0';
    bool whole = feof(file) || fgetc(file) == EOF;
    bool bad = ferror(file) != 0;
    fclose(file);
    if (bad)
        return ERR_IO;
    return whole ? ERR_OK : ERR_TOO_LARGE;
}

enum err card_folder_load(const char *dir, struct jpki_applet *applet)
{
    static const char *const names[FILE_COUNT] = {"auth.der",    "auth_ca.der", "sign.der",
                                                  "sign_ca.der", "auth.key",    "sign.key"};
    struct file files[FILE_COUNT];
    for (size_t i = 0; i < FILE_COUNT; i++) {
        enum err err = file_read(dir, names[i], &files[i]);
        if (err != ERR_OK)
            return err;
    }
    struct jpki_card_files card = {
        .auth_cert = {files[0].bytes, files[0].size},
        .auth_ca = {files[1].bytes, files[1].size},
        .sign_cert = {files[2].bytes, files[2].size},
        .sign_ca = {files[3].bytes, files[3].size},
        .auth_key = {files[4].bytes, files[4].size + 1},
        .sign_key = {files[5].bytes, files[5].size + 1},
    };
    struct jpki_applet loaded;
    enum err err = jpki_applet_init(&loaded, &card);
    if (err != ERR_OK)
        return err;
    jpki_applet_fini(applet);
    *applet = loaded;
    return ERR_OK;
}
