/* enrol.c — Job: `request`: a private key that never leaves the device, and the request for its
 * certificate. */
#include "client/enrol.h"

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

enum err enrol_request(const struct enrol *about)
{
    struct buf key = {0}, csr = {0};
    const char *at = about->key_path;
    enum err err = get_key(about->key_path, &key);
    if (err == ERR_OK) {
        at = about->name;
        err = x509_csr_new(buf_slice(&key), about->name,
                           id_absent(&about->device) ? NULL : &about->device, &csr);
    }
    if (err == ERR_OK) {
        at = about->out_path == NULL ? "stdout" : about->out_path;
        err = put(about->out_path, &csr);
    }
    if (err != ERR_OK)
        fprintf(stderr, "%s: %s: %s / %s\n", about->program, at, err_text_ja(err),
                err_text_en(err));
    buf_free(&key);
    buf_free(&csr);
    return err;
}
