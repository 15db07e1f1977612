/* x509_bench.h — Job: a CA, a device key and a request for tests, and OpenSSL's opinion of the
 * result. */
#ifndef TESTS_LIB_X509_BENCH_H
#define TESTS_LIB_X509_BENCH_H

#include "common/x509_ca.h"
#include "tests/lib/temp_folder.h"

/* 2026-11-24T05:00:00Z: no test depends on the machine's clock. */
#define BENCH_NOW_MS INT64_C(1795496400000)
#define BENCH_DAY_MS (INT64_C(24) * 60 * 60 * 1000)

struct x509_bench {
    char folder[TEMP_PATH_MAX];
    struct buf ca_pem, ca_key, device_key, csr;
    struct x509_ca *ca;
    struct id device;
};

/* The CA lives from ten days ago for 400 days; the request names the device. Stops the program when
 * a part cannot be made. */
void x509_bench_init(struct x509_bench *b);
void x509_bench_fini(struct x509_bench *b);
/* A client certificate of today and 90 days, appended to PEM. */
void x509_bench_client(struct x509_bench *b, struct buf *pem);
/* Writes TEXT as FILE into the bench's folder. */
void x509_bench_file(const struct x509_bench *b, const char *file, struct slice text);
/* Runs `openssl COMMAND` there; gives its exit code. What it printed is appended to OUT (may be
 * NULL). */
int x509_bench_openssl(const struct x509_bench *b, const char *command, struct buf *out);
#endif
