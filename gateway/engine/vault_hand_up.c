/* vault_hand_up.c — Job: a view comes back from the tablet after a restart of the gateway.
 *
 * The tablet holds sealed sections of which it may not even have every key; the gateway derives the
 * keys again from the case's data key. What comes back is held only when all of it opens and
 * matches the commitment that the log has had since the view was fetched. The received parts
 * themselves are not handed up. */
#include "gateway/engine/vault_inner.h"

#include "common/seal.h"
#include "gateway/journal/journal.h"

#include <stdlib.h>

struct coming_view {
    struct held_view *held;
    int64_t next[VIEW_SECTIONS + 1]; /* the piece that is expected */
    uint64_t complete;
};

static void held_drop(struct vault *vault, struct held_view *held)
{
    if (held == NULL)
        return;
    vault->bytes -= held->bytes;
    for (size_t i = 0; i <= VIEW_SECTIONS; i++)
        buf_free(&held->sealed[i]);
    buf_free(&held->person);
    free(held);
}

void vault_coming_free(void *self, void *value)
{
    struct vault *vault = self;
    struct coming_view *coming = value;
    held_drop(vault, coming->held);
    free(coming);
}

void vault_coming_drop(struct vault *vault, const struct id *view_id)
{
    struct hash key = index_key(view_id);
    struct coming_view *coming = index_get(vault->coming, &key);
    if (coming == NULL)
        return;
    index_remove(vault->coming, &key);
    vault_coming_free(vault, coming);
}

static struct coming_view *coming_of(struct vault *vault, const struct vault_entry *entry)
{
    struct hash key = index_key(&entry->view_id);
    struct coming_view *coming = index_get(vault->coming, &key);
    if (coming != NULL)
        return coming;
    coming = calloc(1, sizeof *coming);
    struct held_view *held = calloc(1, sizeof *held);
    if (coming == NULL || held == NULL || !index_put(vault->coming, &key, coming)) {
        free(coming);
        free(held);
        return NULL;
    }
    held->view_id = entry->view_id;
    held->case_id = entry->case_id;
    held->sections = entry->sections;
    coming->held = held;
    return coming;
}

/* Opens one complete section: what does not open was not sealed by this gateway for this case. */
static enum err check_section(struct vault *vault, struct held_view *held, int section)
{
    static const char head[] = "{\"content\":", tail[] = ",\"state\":\"present\"}";
    uint8_t key[32];
    struct buf plain = {0}, aad = {0};
    vault_aad(&held->view_id, section, &aad);
    enum err err = vault_section_key(vault, held, section, key);
    if (err == ERR_OK)
        err = seal_open(key, buf_slice(&aad), buf_slice(&held->sealed[section]), &plain);
    explicit_bzero(key, sizeof key);
    while (plain.size > 0 && plain.bytes[plain.size - 1] == ' ')
        plain.size--; /* the padding */
    if (err == ERR_OK && section == SECTION_PERSON && plain.size > sizeof head + sizeof tail &&
        memcmp(plain.bytes, head, sizeof head - 1) == 0)
        buf_add(&held->person, plain.bytes + sizeof head - 1,
                plain.size - (sizeof head - 1) - (sizeof tail - 1));
    buf_free(&plain);
    buf_free(&aad);
    held->hashes[section] = sha256(held->sealed[section].bytes, held->sealed[section].size);
    return err;
}

static enum err finish(struct vault *vault, struct coming_view *coming, const struct hash *digest)
{
    struct held_view *held = coming->held;
    struct hash now;
    struct hash key = index_key(&held->view_id);
    enum err err = vault_digest(vault, held, held->sections, &now);
    if (err == ERR_OK && !seal_equal(now.bytes, digest->bytes, sizeof now.bytes))
        err = ERR_CRYPTO;
    if (err == ERR_OK && !index_put(vault->held, &key, held))
        err = ERR_NO_MEMORY;
    struct id view_id = held->view_id;
    if (err == ERR_OK)
        coming->held = NULL; /* held from now on */
    vault_coming_drop(vault, &view_id);
    return err;
}

static void begin_anew(struct vault *vault, struct coming_view *coming, int section)
{
    struct buf *sealed = &coming->held->sealed[section];
    coming->held->bytes -= sealed->size;
    vault->bytes -= sealed->size;
    buf_clear(sealed);
    coming->next[section] = 0;
}

static enum err add_piece(struct vault *vault, const struct vault_entry *entry,
                          struct coming_view *coming, int section, struct slice bytes)
{
    if (!vault_room(vault, entry->use, bytes.size))
        return ERR_FULL;
    buf_add(&coming->held->sealed[section], bytes.bytes, bytes.size);
    coming->held->bytes += bytes.size;
    vault->bytes += bytes.size;
    coming->next[section]++;
    return buf_error(&coming->held->sealed[section]);
}

enum err vault_hand_up(struct vault *vault, const struct vault_entry *entry, int section,
                       int64_t piece, int64_t pieces, const struct hash *digest, struct slice bytes)
{
    if (section < 1 || section > VIEW_SECTIONS || !(entry->sections & SECTION_BIT(section)) ||
        piece < 0 || piece >= pieces || pieces > VIEW_PIECES_MAX)
        return ERR_BAD_FIELD;
    struct coming_view *coming = coming_of(vault, entry);
    if (coming == NULL)
        return ERR_NO_MEMORY;
    if (piece == 0 && !(coming->complete & SECTION_BIT(section)))
        begin_anew(vault, coming, section);
    enum err err = piece != coming->next[section] ? ERR_PROTOCOL : ERR_OK;
    if (err == ERR_OK)
        err = add_piece(vault, entry, coming, section, bytes);
    if (err == ERR_OK && coming->next[section] == pieces) {
        err = check_section(vault, coming->held, section);
        coming->complete |= SECTION_BIT(section);
    }
    if (err != ERR_OK) {
        vault_coming_drop(vault, &entry->view_id);
        return err;
    }
    return coming->complete == entry->sections ? finish(vault, coming, digest) : ERR_OK;
}
