/* request.c — Job: `request`: a private key that never leaves the box, and the request for its
 * certificate. */
#include "hospital_client/request.h"

#include "common/file.h"
#include "common/x509_csr.h"
#include "common/x509_key.h"

#include <stdio.h>

/* The key that is there, or a new one. */
static enum err get_key(const char *path, struct buf *pem)
{
    enum err err = file_read(path, PEM_BYTES_MAX, FILE_PRIVATE, pem);
    if (err != ERR_NOT_FOUND)
        return err;
    err = x509_key_new(pem);
    return err == ERR_OK ? file_create(path, buf_slice(pem), 0600) : err;
}

static enum err put(const char *path, const struct buf *csr)
{
    if (path != NULL)
        return file_write(path, buf_slice(csr), 0644);
    return fwrite(csr->bytes, 1, csr->size, stdout) == csr->size && fflush(stdout) == 0 ? ERR_OK
                                                                                        : ERR_IO;
}

enum err hospital_request(const struct hospital_settings *settings, const struct id *device,
                          const char *out_path)
{
    struct buf key = {0}, csr = {0};
    const char *at = settings->key;
    enum err err = get_key(settings->key, &key);
    if (err == ERR_OK) {
        at = settings->box_name;
        err = x509_csr_new(buf_slice(&key), settings->box_name, id_absent(device) ? NULL : device,
                           &csr);
    }
    if (err == ERR_OK) {
        at = out_path == NULL ? "stdout" : out_path;
        err = put(out_path, &csr);
    }
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s: %s / %s\n", HOSPITAL_PROGRAM, at, err_text_ja(err),
                err_text_en(err));
    buf_free(&key);
    buf_free(&csr);
    return err;
}
