/* folder.c — Job: SIMULATOR: the folder side: requests out of `req`, answers into `res`. */
#include "tests/eligibility_simulator/folder.h"

#include "common/file.h"
#include "proto/base64.h"
#include "proto/limits.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 5, REQUEST_MAX = 65536, TEXT_ROOM = 8192, INDEX_BASE = 9000000 };

/* The text between <NAME> and </NAME>; the element names are ASCII in every charset we serve. */
static void text_of(const struct buf *request, const char *name, char out[TEXT_ROOM])
{
    char open[64], close[64];
    out[0] = '\0';
    snprintf(open, sizeof open, "<%s>", name);
    snprintf(close, sizeof close, "</%s>", name);
    const char *from = memmem(request->bytes, request->size, open, strlen(open));
    if (from == NULL)
        return;
    from += strlen(open);
    size_t left = request->size - (size_t)(from - request->bytes);
    const char *to = memmem(from, left, close, strlen(close));
    if (to != NULL && to - from < TEXT_ROOM)
        snprintf(out, TEXT_ROOM, "%.*s", (int)(to - from), from);
}

/* By the card in the first request, by the insured number in the others. */
static bool whose(const struct folder_side *f, const struct buf *request, struct patient *out)
{
    char text[TEXT_ROOM], der[CERT_BYTES_MAX];
    size_t size;
    text_of(request, "CardCertificate", text);
    if (text[0] != '\0')
        return base64_decode(slice_of(text), der, sizeof der, &size) == ERR_OK &&
               answer_patient(f->s, (struct slice){der, size}, out);
    text_of(request, "InsuredPersonIdentificationNumber", text);
    long index = strtol(text, NULL, 10) - INDEX_BASE;
    if (index < 0 || index >= PATIENTS)
        return false;
    *out = patient_of(&f->s->world, (uint64_t)index);
    return true;
}

static void log_request(const struct folder_side *f, const struct buf *request,
                        const struct patient *p, const char *file)
{
    static const char *const names[][2] = {{"basis", "Basis"},
                                           {"card_proof", "CardProof"},
                                           {"crew", "Crew"},
                                           {"headquarters", "Headquarters"},
                                           {"identified_by", "IdentifiedBy"},
                                           {"terminal", "Terminal"},
                                           {"viewer", "Viewer"},
                                           {"view", "ArbitraryFileIdentifier"}};
    char text[TEXT_ROOM];
    struct buf fields = {0};
    buf_printf(&fields, "\"file\":\"%.10s\"", file);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        text_of(request, names[i][1], text);
        if (text[0] == '\0')
            continue;
        buf_printf(&fields, ",\"%s\":", names[i][0]);
        buf_json_text(&fields, slice_of(text));
    }
    text_of(request, "Sections", text);
    if (text[0] != '\0')
        buf_printf(&fields, ",\"sections\":%s", text);
    answer_log(f->s, "folder", "fetch", p, buf_slice(&fields));
    buf_free(&fields);
}

/* Whole at once under its name, but with the oddity "half": then in the open, and never finished.
 */
static void put(const struct folder_side *f, const char *name, const struct buf *bytes)
{
    char path[2 * FILE_PATH_MAX], growing[2 * FILE_PATH_MAX];
    bool half = atomic_load(&f->s->oddity) == ODDITY_HALF;
    snprintf(path, sizeof path, "%s/%s", f->res, name);
    snprintf(growing, sizeof growing, "%s/.%s", f->res, name);
    int fd = open(half ? path : growing, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t size = half ? bytes->size / 2 : bytes->size;
    bool written = fd >= 0 && write(fd, bytes->bytes, size) == (ssize_t)size;
    if (fd >= 0)
        close(fd);
    if (written && !half)
        (void)rename(growing, path);
}

static void answer_name(const char *request_name, const char *ending, char out[FILE_PATH_MAX])
{
    /* "XXXsiquc01req_ID.xml" becomes "XXXsiquc01res_ID.xml". */
    snprintf(out, FILE_PATH_MAX, "%.10sres%s", request_name,
             request_name + strlen("XXXsiquc01req"));
    memcpy(out + strlen(out) - 3, ending, 3);
}

static void answer_request(const struct folder_side *f, const char *name, const struct buf *request)
{
    char identifier[TEXT_ROOM], category[TEXT_ROOM], to[FILE_PATH_MAX];
    struct patient p;
    struct buf file = {0};
    if (!whose(f, request, &p))
        return;
    enum file_kind kind = name[0] == 'O'   ? FILE_ELIGIBILITY
                          : name[0] == 'Y' ? FILE_MEDICATION
                                           : FILE_CHECKUP;
    text_of(request, "ArbitraryFileIdentifier", identifier);
    text_of(request, "FileCategory", category);
    log_request(f, request, &p, name);
    atomic_fetch_add(&f->s->fetches, 1);
    answer_wait(f->s);
    int oddity = atomic_load(&f->s->oddity);
    bool pdf = kind != FILE_ELIGIBILITY &&
               (category[0] == '1' || p.trait == TRAIT_PDF_ONLY || oddity == ODDITY_BIG_PDF);
    enum err e = ERR_OK;
    if (oddity == ODDITY_NONSENSE)
        buf_text(&file, "SIMULATOR nonsense <<< }{ </XmlMsg>");
    else if (pdf)
        answer_pdf(f->s, &p, &file);
    else
        e = answer_file(f->s, &p, kind, identifier, &file);
    answer_name(name, pdf ? "pdf" : "xml", to);
    if (e == ERR_OK && buf_error(&file) == ERR_OK)
        put(f, to, &file);
    buf_free(&file);
}

static bool is_request(const char *name)
{
    const char *ending = strrchr(name, '.');
    return name[0] != '.' && strlen(name) < 128 && strlen(name) > strlen("XXXsiquc01req_.xml") &&
           strncmp(name + 3, "siquc01req_", 11) == 0 && ending != NULL &&
           strcmp(ending, ".xml") == 0;
}

static void serve_once(const struct folder_side *f)
{
    DIR *folder = opendir(f->req);
    if (folder == NULL)
        return;
    for (const struct dirent *d = readdir(folder); d != NULL; d = readdir(folder)) {
        char path[2 * FILE_PATH_MAX];
        struct buf request = {0};
        if (!is_request(d->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s", f->req, d->d_name);
        if (file_read(path, REQUEST_MAX, FILE_ANY, &request) == ERR_OK && unlink(path) == 0)
            answer_request(f, d->d_name, &request);
        buf_free(&request);
    }
    closedir(folder);
}

void *folder_serve(void *folder_side)
{
    const struct folder_side *f = folder_side;
    struct timespec pause = {0, LOOK_MS * 1000000L};
    while (!atomic_load(&f->s->stopping)) {
        serve_once(f);
        nanosleep(&pause, NULL);
    }
    return NULL;
}
