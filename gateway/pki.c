/* pki.c — Job: the files of the private certificate authority: CA, gateway's certificate, lists.
 *
 * data_dir/pki: ca.crt ca.key server.crt server.key crl.pem, issued.jsonl (one line per device
 * certificate), revoked (serial and time, one a line). A device's private key never comes here:
 * only its request does. */
#include "gateway/pki.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/x509_crl.h"
#include "common/x509_key.h"
#include "gateway/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CA_YEARS = 10, SERVER_DAYS = 397, CRL_DAYS = 7, PKI_FILE_MAX = 8 * 1024 * 1024 };
#define DAY_MS INT64_C(86400000)

void pki_path(const struct settings *settings, const char *name, char *out, size_t room)
{
    snprintf(out, room, "%s/pki/%s", settings->data_dir, name);
}

static enum err put(const struct settings *settings, const char *name, const struct buf *bytes,
                    unsigned mode)
{
    char path[FILE_PATH_MAX + 32];
    pki_path(settings, name, path, sizeof path);
    return file_write(path, buf_slice(bytes), (mode_t)mode);
}

static enum err get(const struct settings *settings, const char *name, enum file_trust trust,
                    struct buf *out)
{
    char path[FILE_PATH_MAX + 32];
    pki_path(settings, name, path, sizeof path);
    return file_read(path, PKI_FILE_MAX, trust, out);
}

enum err pki_ca(const struct settings *settings, struct x509_ca **out)
{
    struct buf cert = {0}, key = {0};
    enum err err = get(settings, "ca.crt", FILE_ANY, &cert);
    if (err == ERR_OK)
        err = get(settings, "ca.key", FILE_PRIVATE, &key);
    if (err == ERR_OK)
        err = x509_ca_open(buf_slice(&cert), buf_slice(&key), out);
    buf_free(&cert);
    buf_free(&key);
    return err;
}

static size_t split_names(char *names, const char **out, size_t cap)
{
    char *rest = NULL;
    size_t count = 0;
    for (char *at = strtok_r(names, ",", &rest); at != NULL && count < cap;
         at = strtok_r(NULL, ",", &rest))
        out[count++] = at;
    return count;
}

enum err pki_server(struct x509_ca *ca, struct slice csr, const char *names, int days,
                    struct buf *pem)
{
    char copy[1024];
    const char *list[16];
    if (strlen(names) >= sizeof copy)
        return ERR_TOO_LARGE;
    memcpy(copy, names, strlen(names) + 1);
    int64_t now = clock_wall_ms();
    struct x509_server subject = {.names = list, .not_before_ms = now - DAY_MS / 24};
    subject.count = split_names(copy, list, sizeof list / sizeof list[0]);
    subject.cn = subject.count == 0 ? "" : list[0];
    subject.not_after_ms = now + days * DAY_MS;
    return x509_ca_server(ca, csr, &subject, pem);
}

static enum err make_server(const struct settings *settings, struct x509_ca *ca, const char *names)
{
    struct buf key = {0}, csr = {0}, cert = {0};
    static const struct id none;
    enum err err = x509_key_new(&key);
    if (err == ERR_OK)
        err = x509_csr_new(buf_slice(&key), "sakiyomi-gateway", &none, &csr);
    if (err == ERR_OK)
        err = pki_server(ca, buf_slice(&csr), names, SERVER_DAYS, &cert);
    if (err == ERR_OK)
        err = put(settings, "server.key", &key, 0600);
    if (err == ERR_OK)
        err = put(settings, "server.crt", &cert, 0644);
    buf_free(&key);
    buf_free(&csr);
    buf_free(&cert);
    return err;
}

enum err pki_init(const struct settings *settings, const char *names)
{
    char dir[FILE_PATH_MAX + 32];
    struct buf cert = {0}, key = {0};
    struct x509_ca *ca = NULL;
    int64_t now = clock_wall_ms();
    pki_path(settings, "", dir, sizeof dir);
    enum err err = file_mkdir_p(dir, 0700);
    if (err == ERR_OK)
        err = x509_ca_new("Sakiyomi device CA", now - DAY_MS / 24, now + CA_YEARS * 365 * DAY_MS,
                          &cert, &key);
    if (err == ERR_OK)
        err = put(settings, "ca.crt", &cert, 0644);
    if (err == ERR_OK)
        err = put(settings, "ca.key", &key, 0600);
    if (err == ERR_OK)
        err = x509_ca_open(buf_slice(&cert), buf_slice(&key), &ca);
    if (err == ERR_OK)
        err = make_server(settings, ca, names);
    x509_ca_close(ca);
    buf_free(&cert);
    buf_free(&key);
    return err == ERR_OK ? pki_write_crl(settings) : err;
}

/* ---- revocation ---- */

static bool read_serial(const char *hex, size_t size, struct x509_serial *out)
{
    *out = (struct x509_serial){.size = size / 2};
    if (size == 0 || size % 2 != 0 || size / 2 > X509_SERIAL_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *at = memchr(digits, hex[i], sizeof digits - 1);
        if (at == NULL)
            return false;
        out->bytes[i / 2] = (uint8_t)(out->bytes[i / 2] << 4 | (at - digits));
    }
    return true;
}

static size_t read_revoked(struct buf *text, struct x509_revoked *rows, size_t cap)
{
    char *rest = NULL;
    size_t count = 0;
    buf_byte(text, '\0');
    for (char *line = strtok_r(text->bytes, "\n", &rest); line != NULL && count < cap;
         line = strtok_r(NULL, "\n", &rest)) {
        char *space = strchr(line, ' ');
        if (space != NULL && read_serial(line, (size_t)(space - line), &rows[count].serial))
            rows[count++].revoked_ms = strtoll(space + 1, NULL, 10);
    }
    return count;
}

enum err pki_write_crl(const struct settings *settings)
{
    struct buf text = {0}, pem = {0};
    struct x509_ca *ca = NULL;
    struct x509_revoked *rows = calloc(X509_REVOKED_MAX, sizeof *rows);
    int64_t now = clock_wall_ms();
    enum err err = rows == NULL ? ERR_NO_MEMORY : get(settings, "revoked", FILE_ANY, &text);
    if (err == ERR_NOT_FOUND)
        err = ERR_OK; /* nothing was ever revoked */
    if (err == ERR_OK)
        err = pki_ca(settings, &ca);
    struct x509_crl_plan plan = {.revoked = rows,
                                 .number = (uint64_t)now,
                                 .this_update_ms = now - DAY_MS / 24,
                                 .next_update_ms = now + CRL_DAYS * DAY_MS};
    if (err == ERR_OK) {
        plan.count = read_revoked(&text, rows, X509_REVOKED_MAX);
        err = x509_crl_new(ca, &plan, &pem);
    }
    if (err == ERR_OK)
        err = put(settings, "crl.pem", &pem, 0644);
    x509_ca_close(ca);
    free(rows);
    buf_free(&text);
    buf_free(&pem);
    return err;
}

enum err pki_append(const struct settings *settings, const char *name, struct slice line)
{
    char path[FILE_PATH_MAX + 32];
    int fd = -1;
    pki_path(settings, name, path, sizeof path);
    enum err err = file_append_open(path, 0600, &fd);
    if (err == ERR_OK)
        err = file_append_line(fd, line);
    file_lock_close(fd);
    return err;
}
