/* cmd_pki.c — Job: the command pki: sign requests, register and revoke devices, write lists. */
#include "gateway/commands.h"

#include "common/clock.h"
#include "common/file.h"
#include "common/rng.h"
#include "gateway/control.h"
#include "gateway/pki.h"
#include "proto/base64.h"
#include "proto/time_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CSR_MAX = 65536, DEVICE_DAYS = 825 };
#define DAY_MS INT64_C(86400000)

static int fail(enum err err)
{
    fprintf(stderr, "%s / %s\n", err_text_ja(err), err_text_en(err));
    return 1;
}

static int days_of(const struct args *args, int standard)
{
    const char *text = args_value(args, "days");
    long days = text == NULL ? standard : strtol(text, NULL, 10);
    return days < 1 || days > 3650 ? standard : (int)days;
}

static enum err read_csr(const struct args *args, struct buf *csr)
{
    const char *path = args_value(args, "csr");
    return path == NULL ? ERR_USAGE : file_read(path, CSR_MAX, FILE_ANY, csr);
}

/* The device's id: the operator's, else the request's own, else a new one. */
static enum err device_id(const struct args *args, struct slice csr, struct id *out)
{
    const char *text = args_value(args, "device");
    struct x509_csr request;
    enum err err = x509_csr_read(csr, &request);
    if (err != ERR_OK)
        return err;
    *out = id_absent(&request.device) ? rng_id() : request.device;
    return text == NULL ? ERR_OK : id_parse(slice_of(text), out);
}

static enum err register_device(const struct settings *settings, const struct args *args,
                                const struct x509_cert *cert, const struct id *device)
{
    char id[ID_TEXT_SIZE + 1] = "", until[TIME_TEXT_SIZE];
    struct buf request = {0}, answer = {0};
    id_text(device, id);
    time_text(cert->not_after_ms, until);
    buf_text(&request, "{\"act\":\"device_add\"");
    operator_text(&request, "org", args_value(args, "org"));
    operator_text(&request, "device_kind", args_value(args, "kind"));
    operator_text(&request, "name", args_value(args, "name"));
    operator_text(&request, "id", id);
    operator_text(&request, "certificate_until", until);
    buf_text(&request, ",\"fingerprint\":\"");
    base64_add(&request, cert->fingerprint.bytes, sizeof cert->fingerprint.bytes);
    buf_text(&request, "\"}");
    int status = operator_print(settings, buf_slice(&request), &answer);
    buf_free(&request);
    buf_free(&answer);
    return status == 0 ? ERR_OK : ERR_NOT_ALLOWED;
}

static enum err note_issued(const struct settings *settings, const struct args *args,
                            const struct x509_cert *cert, const struct id *device)
{
    char id[ID_TEXT_SIZE + 1] = "";
    struct buf line = {0};
    id_text(device, id);
    buf_printf(&line, "{\"serial\":\"%s\",\"device\":\"%s\",\"not_after\":%lld", cert->serial_hex,
               id, (long long)cert->not_after_ms);
    operator_text(&line, "kind", args_value(args, "kind"));
    operator_text(&line, "org", args_value(args, "org"));
    operator_text(&line, "name", args_value(args, "name"));
    buf_byte(&line, '}');
    enum err err = pki_append(settings, "issued.jsonl", buf_slice(&line));
    buf_free(&line);
    return err;
}

static enum err sign_device(const struct settings *settings, const struct args *args,
                            struct slice csr, const struct id *device, struct buf *pem)
{
    struct x509_ca *ca = NULL;
    char cn[ID_TEXT_SIZE + 1] = "";
    id_text(device, cn);
    const char *kind = args_value(args, "kind");
    int64_t now = clock_wall_ms();
    struct x509_client subject = {
        .cn = cn,
        .kind = (enum device_kind)codes_value(&codes_device_kind, slice_of(kind)),
        .device = *device,
        .not_before_ms = now - DAY_MS / 24,
        .not_after_ms = now + days_of(args, DEVICE_DAYS) * DAY_MS,
    };
    enum err err = pki_ca(settings, &ca);
    if (err == ERR_OK)
        err = x509_ca_client(ca, csr, &subject, pem);
    x509_ca_close(ca);
    return err;
}

/* Signs, notes, registers, and only then hands the certificate out. */
static int issue(const struct settings *settings, const struct args *args)
{
    struct buf csr = {0}, pem = {0};
    struct id device;
    struct x509_cert cert;
    const char *kind = args_value(args, "kind"), *out = args_value(args, "out");
    if (kind == NULL || out == NULL || args_value(args, "org") == NULL ||
        codes_value(&codes_device_kind, slice_of(kind)) == 0)
        return usage_error("--csr --kind --org --out が必要です",
                           "--csr --kind --org --out are needed");
    enum err err = read_csr(args, &csr);
    if (err == ERR_OK)
        err = device_id(args, buf_slice(&csr), &device);
    if (err == ERR_OK)
        err = sign_device(settings, args, buf_slice(&csr), &device, &pem);
    if (err == ERR_OK)
        err = x509_cert_read(buf_slice(&pem), &cert);
    if (err == ERR_OK)
        err = register_device(settings, args, &cert, &device);
    if (err == ERR_OK)
        err = note_issued(settings, args, &cert, &device);
    if (err == ERR_OK)
        err = file_write(out, buf_slice(&pem), 0644);
    buf_free(&csr);
    buf_free(&pem);
    return err == ERR_OK ? 0 : fail(err);
}

static int server(const struct settings *settings, const struct args *args)
{
    struct buf csr = {0}, pem = {0};
    struct x509_ca *ca = NULL;
    const char *names = args_value(args, "names"), *out = args_value(args, "out");
    if (names == NULL || out == NULL)
        return usage_error("--csr --names --out が必要です", "--csr --names --out are needed");
    enum err err = read_csr(args, &csr);
    if (err == ERR_OK)
        err = pki_ca(settings, &ca);
    if (err == ERR_OK)
        err = pki_server(ca, buf_slice(&csr), names, days_of(args, 397), &pem);
    if (err == ERR_OK)
        err = file_write(out, buf_slice(&pem), 0644);
    x509_ca_close(ca);
    buf_free(&csr);
    buf_free(&pem);
    return err == ERR_OK ? 0 : fail(err);
}

static int show_issued(const struct settings *settings)
{
    char path[FILE_PATH_MAX + 32];
    struct buf text = {0};
    pki_path(settings, "issued.jsonl", path, sizeof path);
    enum err err = file_read(path, 8 * 1024 * 1024, FILE_ANY, &text);
    fwrite(text.bytes, 1, text.size, stdout);
    buf_free(&text);
    return err == ERR_OK || err == ERR_NOT_FOUND ? 0 : fail(err);
}

/* Serials issued to a device: from issued.jsonl, one JSON object a line, written by note_issued. */
static enum err revoke_serials(const struct settings *settings, const char *device)
{
    char path[FILE_PATH_MAX + 32];
    struct buf text = {0};
    char *rest = NULL;
    enum err found = ERR_NOT_FOUND;
    pki_path(settings, "issued.jsonl", path, sizeof path);
    enum err err = file_read(path, 8 * 1024 * 1024, FILE_ANY, &text);
    buf_byte(&text, '\0');
    for (char *line = err == ERR_OK ? strtok_r(text.bytes, "\n", &rest) : NULL; line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct json *root = NULL;
        if (json_parse(slice_of(line), 4096, &root) != ERR_OK)
            continue;
        const struct json *id = json_get(root, "device"), *serial = json_get(root, "serial");
        if (id != NULL && serial != NULL && slice_is(json_text(id), device)) {
            struct buf row = {0};
            buf_add(&row, json_text(serial).bytes, json_text(serial).size);
            buf_printf(&row, " %lld", (long long)clock_wall_ms());
            found = pki_append(settings, "revoked", buf_slice(&row));
            buf_free(&row);
        }
        json_free(root);
    }
    buf_free(&text);
    return err == ERR_OK ? found : err;
}

/* The device table first: it is judged at once, by every message; the list is the second wall. */
static int revoke(const struct settings *settings, const struct args *args)
{
    const char *device = args_value(args, "device");
    if (device == NULL)
        return usage_error("--device が必要です", "--device is needed");
    struct buf request = {0};
    buf_text(&request, "{\"act\":\"device_revoke\"");
    operator_text(&request, "id", device);
    buf_byte(&request, '}');
    int status = operator_print(settings, buf_slice(&request), NULL);
    buf_free(&request);
    if (status != 0)
        return status;
    enum err err = revoke_serials(settings, device);
    if (err == ERR_OK)
        err = pki_write_crl(settings);
    return err == ERR_OK ? 0 : fail(err);
}

int cmd_pki(const struct settings *settings, const struct args *args)
{
    const char *word = args->words[0];
    if (strcmp(word, "issue") == 0)
        return issue(settings, args);
    if (strcmp(word, "server") == 0)
        return server(settings, args);
    if (strcmp(word, "list") == 0)
        return show_issued(settings);
    if (strcmp(word, "revoke") == 0)
        return revoke(settings, args);
    if (strcmp(word, "crl") == 0) {
        enum err err = pki_write_crl(settings);
        return err == ERR_OK ? 0 : fail(err);
    }
    return usage_error("issue・server・list・revoke・crl のどれかです",
                       "issue, server, list, revoke or crl");
}
