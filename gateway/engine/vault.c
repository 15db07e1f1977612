/* vault.c — Job: the views in memory: the only place of the gateway that holds clinical content. */
#include "gateway/engine/vault.h"

#include "common/seal.h"
#include "gateway/engine/index.h"
#include "gateway/engine/vault_inner.h"
#include "gateway/journal/journal.h"
#include "proto/base64.h"
#include "proto/view.h"

#include <stdlib.h>

struct vault *vault_new(struct journal *journal, size_t limit_bytes)
{
    struct vault *vault = calloc(1, sizeof *vault);
    if (vault == NULL)
        return NULL;
    vault->journal = journal;
    vault->limit = limit_bytes;
    vault->held = index_new();
    vault->coming = index_new();
    if (vault->held == NULL || vault->coming == NULL) {
        vault_free(vault);
        return NULL;
    }
    return vault;
}

static void held_free(void *self, void *value)
{
    (void)self;
    struct held_view *held = value;
    view_free(held->view);
    for (size_t i = 0; i <= VIEW_SECTIONS; i++)
        buf_free(&held->sealed[i]);
    buf_free(&held->person);
    free(held);
}

void vault_free(struct vault *vault)
{
    if (vault == NULL)
        return;
    if (vault->held != NULL)
        index_each(vault->held, NULL, held_free);
    if (vault->coming != NULL)
        index_each(vault->coming, vault, vault_coming_free);
    index_free(vault->held);
    index_free(vault->coming);
    free(vault);
}

static struct held_view *held_of(const struct vault *vault, const struct id *view_id)
{
    struct hash key = index_key(view_id);
    return index_get(vault->held, &key);
}

enum err vault_digest(struct vault *vault, const struct held_view *held, uint64_t sections,
                      struct hash *digest)
{
    uint8_t key[32];
    struct buf hashes = {0};
    for (int section = 1; section <= VIEW_SECTIONS; section++)
        if (sections & SECTION_BIT(section))
            buf_add(&hashes, held->hashes[section].bytes, sizeof held->hashes[section].bytes);
    enum err err = buf_error(&hashes);
    if (err == ERR_OK)
        err = journal_derive(vault->journal, &held->case_id, slice_of("view-digest"), key);
    if (err == ERR_OK)
        *digest = hmac_sha256((struct slice){(char *)key, sizeof key}, buf_slice(&hashes));
    explicit_bzero(key, sizeof key);
    buf_free(&hashes);
    return err;
}

static enum err seal_all(struct vault *vault, struct held_view *held, uint64_t sections)
{
    struct slice sealed;
    struct hash hash;
    for (int section = 1; section <= VIEW_SECTIONS; section++) {
        if (!(sections & SECTION_BIT(section)))
            continue;
        enum err err = vault_sealed(vault, &held->view_id, section, &sealed, &hash);
        if (err != ERR_OK)
            return err;
        held->bytes += sealed.size;
        vault->bytes += sealed.size;
    }
    return ERR_OK;
}

bool vault_room(const struct vault *vault, enum vault_use use, size_t bytes)
{
    return vault->bytes + bytes <= (use == VAULT_PRACTICE ? vault->limit / 2 : vault->limit);
}

enum err vault_put(struct vault *vault, const struct vault_entry *entry, struct view *view,
                   struct hash *digest)
{
    struct hash key = index_key(&entry->view_id);
    size_t bytes = view_bytes(view);
    enum err err = vault_room(vault, entry->use, 2 * bytes) ? ERR_OK : ERR_FULL;
    struct held_view *held = err == ERR_OK ? calloc(1, sizeof *held) : NULL;
    if (held == NULL || !index_put(vault->held, &key, held)) {
        free(held);
        view_free(view);
        return err == ERR_OK ? ERR_NO_MEMORY : err;
    }
    held->view = view;
    held->view_id = entry->view_id;
    held->case_id = entry->case_id;
    held->bytes = bytes;
    vault->bytes += bytes;
    err = seal_all(vault, held, entry->sections);
    if (err == ERR_OK)
        err = vault_digest(vault, held, entry->sections, digest);
    if (err != ERR_OK)
        vault_drop(vault, &entry->view_id);
    return err;
}

bool vault_has(const struct vault *vault, const struct id *view_id)
{
    return held_of(vault, view_id) != NULL;
}

void vault_drop(struct vault *vault, const struct id *view_id)
{
    struct held_view *held = held_of(vault, view_id);
    vault_coming_drop(vault, view_id);
    if (held == NULL)
        return;
    struct hash key = index_key(view_id);
    index_remove(vault->held, &key);
    vault->bytes -= held->bytes;
    held_free(NULL, held);
}

size_t vault_bytes(const struct vault *vault)
{
    return vault->bytes;
}

size_t vault_count(const struct vault *vault)
{
    return index_count(vault->held);
}

struct slice vault_section_json(const struct vault *vault, const struct id *view_id, int section)
{
    const struct held_view *held = held_of(vault, view_id);
    if (held == NULL || section < 1 || section > VIEW_SECTIONS)
        return (struct slice){NULL, 0};
    if (held->view == NULL)
        return section == SECTION_PERSON && held->person.size != 0 ? buf_slice(&held->person)
                                                                   : (struct slice){NULL, 0};
    return held->view->sections[section].json;
}

uint64_t vault_scope(const struct vault *vault, const struct id *view_id, uint64_t scope)
{
    const struct held_view *held = held_of(vault, view_id);
    if (held != NULL && held->view == NULL) /* handed up: which parts hold what is not known */
        return held->sections & ~scope ? scope & ~SECTION_BIT(SECTION_DOCUMENT) : scope;
    for (size_t i = 0; held != NULL && i < held->view->part_count; i++)
        if (strcmp(held->view->parts[i].media, "application/pdf") == 0 &&
            !view_part_goes(held->view, i, scope, 0))
            return scope & ~SECTION_BIT(SECTION_DOCUMENT);
    return scope;
}

/* ---- sealing ---- */

void vault_aad(const struct id *view_id, int section, struct buf *aad)
{
    char text[ID_TEXT_SIZE];
    id_text(view_id, text);
    buf_text(aad, "sakiyomi.v1/section/");
    buf_add(aad, text, sizeof text);
    buf_byte(aad, '/');
    buf_text(aad, codes_name(&codes_section, section));
}

static void add_files(const struct view *view, struct buf *plain)
{
    buf_text(plain, ",\"files\":[");
    bool first = true;
    for (size_t i = 0; i < view->part_count; i++) {
        const struct view_part *part = &view->parts[i];
        if (strcmp(part->media, "application/pdf") != 0)
            continue;
        if (!first)
            buf_byte(plain, ',');
        first = false;
        buf_text(plain, "{\"bytes\":\"");
        base64_add(plain, part->bytes.bytes, part->bytes.size);
        buf_text(plain, "\",\"media\":\"application/pdf\",\"part\":");
        buf_u64(plain, i);
        buf_byte(plain, '}');
    }
    buf_byte(plain, ']');
}

/* {"content":…,"files":[…],"state":"…"}: keys in byte order, as everywhere; then spaces
 * up to the next VIEW_PAD_BYTES. */
static void plain_section(const struct view *view, int section, struct buf *plain)
{
    const struct view_section *row = &view->sections[section];
    buf_byte(plain, '{');
    if (row->state == STATE_PRESENT) {
        buf_text(plain, "\"content\":");
        buf_add(plain, row->json.bytes, row->json.size);
        if (section == SECTION_DOCUMENT)
            add_files(view, plain);
        buf_byte(plain, ',');
    }
    buf_text(plain, "\"state\":\"");
    buf_text(plain, codes_name(&codes_section_state, (int)row->state));
    buf_text(plain, "\"}");
    /* Else a short seal would say, before anybody opened it, that there is nothing in it. */
    while (plain->size % VIEW_PAD_BYTES != 0 && buf_error(plain) == ERR_OK)
        buf_byte(plain, ' ');
}

enum err vault_section_key(struct vault *vault, const struct held_view *held, int section,
                           uint8_t key[32])
{
    struct buf label = {0};
    vault_aad(&held->view_id, section, &label);
    enum err err = buf_error(&label);
    if (err == ERR_OK)
        err = journal_derive(vault->journal, &held->case_id, buf_slice(&label), key);
    buf_free(&label);
    return err;
}

enum err vault_sealed(struct vault *vault, const struct id *view_id, int section,
                      struct slice *sealed, struct hash *hash)
{
    struct held_view *held = held_of(vault, view_id);
    if (held == NULL || section < 1 || section > VIEW_SECTIONS)
        return ERR_NO_VIEW;
    struct buf *out = &held->sealed[section];
    if (out->size == 0 && held->view == NULL)
        return ERR_NO_VIEW; /* handed up without it */
    if (out->size == 0) {
        uint8_t key[32];
        struct buf plain = {0}, aad = {0};
        plain_section(held->view, section, &plain);
        vault_aad(view_id, section, &aad);
        enum err err = buf_error(&plain) != ERR_OK ? ERR_NO_MEMORY : buf_error(&aad);
        if (err == ERR_OK)
            err = vault_section_key(vault, held, section, key);
        if (err == ERR_OK)
            err = seal_close(key, buf_slice(&aad), buf_slice(&plain), out);
        explicit_bzero(key, sizeof key);
        buf_free(&plain);
        buf_free(&aad);
        if (err != ERR_OK) {
            buf_free(out);
            return err;
        }
        held->hashes[section] = sha256(out->bytes, out->size);
    }
    *sealed = buf_slice(out);
    *hash = held->hashes[section];
    return ERR_OK;
}

enum err vault_key(struct vault *vault, const struct id *view_id, int section, uint8_t key[32])
{
    const struct held_view *held = held_of(vault, view_id);
    return held == NULL ? ERR_NO_VIEW : vault_section_key(vault, held, section, key);
}
