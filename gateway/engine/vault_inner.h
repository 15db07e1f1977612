/* vault_inner.h — Job: what the vault's two files share; nobody else includes it. */
#ifndef GATEWAY_ENGINE_VAULT_INNER_H
#define GATEWAY_ENGINE_VAULT_INNER_H

#include "gateway/engine/index.h"
#include "gateway/engine/vault.h"
#include "proto/buf.h"

struct held_view {
    struct id view_id, case_id;
    struct view *view; /* NULL: handed up; only the sealed sections are held */
    struct buf person; /* handed up: the person section's content */
    uint64_t sections; /* handed up: which */
    size_t bytes;
    struct buf sealed[VIEW_SECTIONS + 1]; /* by section; made when first asked for */
    struct hash hashes[VIEW_SECTIONS + 1];
};

struct vault {
    struct journal *journal;
    size_t limit, bytes;
    struct world_index *held;   /* view -> held_view */
    struct world_index *coming; /* view -> coming_view: being handed up */
};

/* Whether BYTES more are within what is there for USE. */
bool vault_room(const struct vault *vault, enum vault_use use, size_t bytes);
MUST_CHECK enum err vault_digest(struct vault *vault, const struct held_view *held,
                                 uint64_t sections, struct hash *digest);
MUST_CHECK enum err vault_section_key(struct vault *vault, const struct held_view *held,
                                      int section, uint8_t key[32]);
void vault_aad(const struct id *view_id, int section, struct buf *aad);
void vault_coming_free(void *self, void *value);
void vault_coming_drop(struct vault *vault, const struct id *view_id);
#endif
