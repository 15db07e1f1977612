/* x509_bench.c — Job: a CA, a device key and a request for tests, and OpenSSL's opinion of the
 * result. */
#include "tests/lib/x509_bench.h"

#include "common/file.h"
#include "common/x509_csr.h"
#include "common/x509_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static void need(enum err err)
{
    if (err == ERR_OK)
        return;
    fprintf(stderr, "x509 bench: %s\n", err_name(err));
    abort();
}

void x509_bench_init(struct x509_bench *b)
{
    static const uint8_t random[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    *b = (struct x509_bench){.device = id_new(BENCH_NOW_MS, random)};
    temp_folder_make(b->folder);
    need(x509_ca_new("Test CA 救急", BENCH_NOW_MS - 10 * BENCH_DAY_MS,
                     BENCH_NOW_MS + 390 * BENCH_DAY_MS, &b->ca_pem, &b->ca_key));
    need(x509_ca_open(buf_slice(&b->ca_pem), buf_slice(&b->ca_key), &b->ca));
    need(x509_key_new(&b->device_key));
    need(x509_csr_new(buf_slice(&b->device_key), "tablet-07", &b->device, &b->csr));
    x509_bench_file(b, "ca.pem", buf_slice(&b->ca_pem));
}

void x509_bench_fini(struct x509_bench *b)
{
    temp_folder_remove(b->folder);
    x509_ca_close(b->ca);
    buf_free(&b->ca_pem);
    buf_free(&b->ca_key);
    buf_free(&b->device_key);
    buf_free(&b->csr);
}

void x509_bench_client(struct x509_bench *b, struct buf *pem)
{
    struct x509_client subject = {.cn = "tablet-07",
                                  .kind = DEVICE_AMBULANCE,
                                  .device = b->device,
                                  .not_before_ms = BENCH_NOW_MS,
                                  .not_after_ms = BENCH_NOW_MS + 90 * BENCH_DAY_MS};
    need(x509_ca_client(b->ca, buf_slice(&b->csr), &subject, pem));
}

void x509_bench_file(const struct x509_bench *b, const char *file, struct slice text)
{
    char path[TEMP_PATH_MAX];
    temp_path(b->folder, file, path);
    need(file_write(path, text, 0600));
}

int x509_bench_openssl(const struct x509_bench *b, const char *command, struct buf *out)
{
    char line[1024], chunk[512];
    snprintf(line, sizeof line, "cd '%s' && exec openssl %s 2>&1", b->folder, command);
    FILE *from = popen(line, "re");
    if (from == NULL)
        abort();
    for (size_t got = fread(chunk, 1, sizeof chunk, from); got != 0;
         got = fread(chunk, 1, sizeof chunk, from))
        if (out != NULL)
            buf_add(out, chunk, got);
    if (out != NULL)
        buf_byte(out, '\0');
    int status = pclose(from);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
