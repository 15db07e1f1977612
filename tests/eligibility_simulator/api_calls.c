/* api_calls.c — Job: SIMULATOR: what each call of the HTTPS interface answers. */
#include "tests/eligibility_simulator/api_calls.h"

#include "proto/base64.h"
#include "proto/id.h"
#include "proto/json.h"
#include "proto/limits.h"
#include "proto/sha256.h"

#include <pthread.h>

enum { OK = 200, BAD = 400, NOWHERE = 404, VIEWS_KEPT = 4096 };

/* Views that were withdrawn: nobody may be let in again. */
static struct {
    pthread_mutex_t lock;
    char ids[VIEWS_KEPT][ID_TEXT_SIZE + 1];
    size_t count;
} withdrawn = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void add_hex(struct buf *out, struct hash hash)
{
    for (size_t i = 0; i < sizeof hash.bytes; i++)
        buf_printf(out, "%02x", hash.bytes[i]);
}

static struct slice text_of(const struct json *object, const char *key)
{
    const struct json *node = json_get(object, key);
    return node != NULL && json_kind(node) == JSON_TEXT ? json_text(node) : slice_of("");
}

static void add_text(struct buf *out, const char *key, struct slice text)
{
    buf_printf(out, "\"%s\":", key);
    buf_json_text(out, text);
}

static void add_sections(struct buf *out, const struct json *ask)
{
    const struct json *list = json_get(ask, "sections");
    buf_text(out, "\"sections\":[");
    bool first = true;
    for (const struct json *i = list == NULL ? NULL : json_first(list); i != NULL;
         i = json_next(i)) {
        buf_text(out, first ? "" : ",");
        buf_json_text(out, json_kind(i) == JSON_TEXT ? json_text(i) : slice_of("?"));
        first = false;
    }
    buf_byte(out, ']');
}

static void log_fetch(struct simulator *s, const struct json *ask, const struct patient *p)
{
    static const char *const keys[] = {"basis", "card_proof",   "case",          "crew", "facility",
                                       "from",  "headquarters", "identified_by", "kind", "terminal",
                                       "to",    "view",         "viewer"};
    struct buf fields = {0};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        add_text(&fields, keys[i], text_of(ask, keys[i]));
        buf_byte(&fields, ',');
    }
    add_sections(&fields, ask);
    answer_log(s, "api", "fetch", p, buf_slice(&fields));
    buf_free(&fields);
}

static void add_part(struct buf *out, const char *content, const char *media, const char *sections,
                     const struct buf *bytes)
{
    buf_text(out, out->bytes[out->size - 1] == '[' ? "{" : ",{");
    buf_text(out, "\"bytes\":\"");
    base64_add(out, bytes->bytes, bytes->size);
    buf_printf(out, "\",\"content\":\"%s\",\"media\":\"%s\",\"sections\":[%s],\"sha256\":\"",
               content, media, sections);
    add_hex(out, sha256(bytes->bytes, bytes->size));
    buf_text(out, "\"}");
}

/* The clinical parts come before the person, so that nobody relies on an order. */
static void add_parts(struct simulator *s, const struct patient *p, struct buf *out)
{
    static const char *const names[] = {"eligibility", "medication", "checkup"};
    static const char all[] =
        "\"visits\",\"medications\",\"surgery\",\"treatment\",\"dialysis\",\"checkups\"";
    static const char *const sections[] = {
        "\"person\"", "\"visits\",\"medications\",\"surgery\",\"treatment\",\"dialysis\"",
        "\"checkups\""};
    struct buf file = {0};
    buf_text(out, "\"parts\":[");
    if (answer_has_pdf(s, p)) {
        answer_pdf(s, p, &file);
        add_part(out, "pdf", "application/pdf", all, &file);
    }
    for (int kind = FILE_CHECKUP; kind >= FILE_ELIGIBILITY; kind--) {
        buf_clear(&file);
        if (answer_file(s, p, (enum file_kind)kind, "", &file) == ERR_OK)
            add_part(out, names[kind], "application/xml", sections[kind], &file);
    }
    buf_byte(out, ']');
    buf_free(&file);
}

static void add_view(struct simulator *s, const struct json *ask, const struct patient *p,
                     struct slice card, struct buf *out)
{
    const char *result = p->trait == TRAIT_NOT_REGISTERED ? "not_registered"
                         : p->trait == TRAIT_REFUSED      ? "refused"
                                                          : "ok";
    buf_text(out, "{\"card\":\"");
    add_hex(out, sha256(card.bytes, card.size));
    buf_printf(out, "\",\"interface\":\"SIMULATOR\",\"result\":\"%s\",\"simulator\":\"SIMULATOR\",",
               result);
    if (strcmp(result, "ok") == 0) {
        add_parts(s, p, out);
        buf_byte(out, ',');
    }
    add_text(out, "view", text_of(ask, "view"));
    buf_byte(out, '}');
}

static unsigned fetch(struct simulator *s, const struct json *ask, struct buf *out)
{
    char der[CERT_BYTES_MAX];
    size_t size;
    struct patient p;
    if (base64_decode(text_of(ask, "card_certificate"), der, sizeof der, &size) != ERR_OK ||
        !answer_patient(s, (struct slice){der, size}, &p)) {
        buf_text(out, "{\"result\":\"bad_ask\",\"simulator\":\"SIMULATOR\"}");
        return BAD;
    }
    log_fetch(s, ask, &p);
    atomic_fetch_add(&s->fetches, 1);
    add_view(s, ask, &p, (struct slice){der, size}, out);
    return OK;
}

static bool was_withdrawn(const char *id)
{
    bool found = false;
    pthread_mutex_lock(&withdrawn.lock);
    for (size_t i = 0; i < withdrawn.count; i++)
        found |= strcmp(withdrawn.ids[i], id) == 0;
    pthread_mutex_unlock(&withdrawn.lock);
    return found;
}

static void withdraw(const char *id)
{
    pthread_mutex_lock(&withdrawn.lock);
    if (withdrawn.count < VIEWS_KEPT)
        memcpy(withdrawn.ids[withdrawn.count++], id, ID_TEXT_SIZE + 1);
    pthread_mutex_unlock(&withdrawn.lock);
}

/* URL is "/v1/views/<id>/let-see" or "/v1/views/<id>/withdraw". */
static unsigned tell(struct simulator *s, const char *id_and_call, const struct json *ask,
                     struct buf *out)
{
    char id[ID_TEXT_SIZE + 1] = "";
    if (strlen(id_and_call) < ID_TEXT_SIZE + 2 || id_and_call[ID_TEXT_SIZE] != '/')
        return NOWHERE;
    memcpy(id, id_and_call, ID_TEXT_SIZE);
    const char *call = id_and_call + ID_TEXT_SIZE + 1;
    bool let = strcmp(call, "let-see") == 0;
    if (!let && strcmp(call, "withdraw") != 0)
        return NOWHERE;
    struct buf fields = {0};
    add_text(&fields, "hospital", text_of(ask, "hospital"));
    buf_byte(&fields, ',');
    add_text(&fields, "view", slice_of(id));
    answer_log(s, "api", call, NULL, buf_slice(&fields));
    buf_free(&fields);
    bool gone = let && was_withdrawn(id);
    if (!let)
        withdraw(id);
    buf_printf(out, "{\"result\":\"%s\",\"simulator\":\"SIMULATOR\"}", gone ? "no_view" : "ok");
    return OK;
}

unsigned api_call(struct simulator *s, const char *url, struct slice request, struct buf *out)
{
    static const char views[] = "/v1/views";
    struct json *ask;
    unsigned status = NOWHERE;
    if (json_parse(request, FRAME_BYTES_MAX, &ask) != ERR_OK)
        return BAD;
    if (json_kind(ask) != JSON_OBJECT)
        status = BAD;
    else if (strcmp(url, views) == 0)
        status = fetch(s, ask, out);
    else if (strncmp(url, views, sizeof views - 1) == 0 && url[sizeof views - 1] == '/')
        status = tell(s, url + sizeof views, ask, out);
    json_free(ask);
    return status;
}
