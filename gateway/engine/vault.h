/* vault.h — Job: the views in memory: the only place of the gateway that holds clinical content.
 *
 * Memory only, wiped when a view goes. What leaves it is sealed per section (AES-256-GCM) with a
 * key derived from the case's data key: it can be delivered before anybody may read it. */
#ifndef GATEWAY_ENGINE_VAULT_H
#define GATEWAY_ENGINE_VAULT_H

#include "proto/bodies.h"
#include "proto/sha256.h"

struct vault;
struct view;
struct journal;

/* JOURNAL derives the section keys; lent. LIMIT_BYTES: of all views together. */
struct vault *vault_new(struct journal *journal, size_t limit_bytes);
void vault_free(struct vault *vault);

/* Practice beside live work fills the first half of the budget only: what is left is for live
 * views. */
enum vault_use { VAULT_LIVE, VAULT_PRACTICE };
struct vault_entry {
    struct id view_id, case_id;
    uint64_t sections;
    enum vault_use use;
};

/* Takes VIEW; seals every section of ENTRY. ERR_FULL above the budget (the view is freed).
 * *DIGEST: HMAC over the hashes of the sealed sections under the case's key: a commitment that says
 * nothing about a content that could be guessed. */
MUST_CHECK enum err vault_put(struct vault *vault, const struct vault_entry *entry,
                              struct view *view, struct hash *digest);
bool vault_has(const struct vault *vault, const struct id *view_id);
void vault_drop(struct vault *vault, const struct id *view_id); /* wipes */
size_t vault_bytes(const struct vault *vault);
size_t vault_count(const struct vault *vault);

/* Canonical JSON of a section; lent while the view is held; bytes NULL: none. */
struct slice vault_section_json(const struct vault *vault, const struct id *view_id, int section);

/* SCOPE without the document, unless everything in it is in scope (DESIGN §6). */
uint64_t vault_scope(const struct vault *vault, const struct id *view_id, uint64_t scope);

/* nonce || ciphertext || tag of one section, made at the first call and kept; lent. The plain text
 * is {"content":…,"state":"present"}; the additional data "sakiyomi.v1/section/<view>/<name>". */
MUST_CHECK enum err vault_sealed(struct vault *vault, const struct id *view_id, int section,
                                 struct slice *sealed, struct hash *hash);
/* The key that opens it; the caller wipes KEY. Only after the opening is committed. */
MUST_CHECK enum err vault_key(struct vault *vault, const struct id *view_id, int section,
                              uint8_t key[32]);

/* After a restart: pieces of the sealed sections, handed up by the tablet that still holds them.
 * When every section of ENTRY is there they are opened, checked against DIGEST (the commitment in
 * the log) and held again. ERR_CRYPTO: not what was sealed; ERR_FULL: above the budget; what came
 * so far is dropped. */
MUST_CHECK enum err vault_hand_up(struct vault *vault, const struct vault_entry *entry, int section,
                                  int64_t piece, int64_t pieces, const struct hash *digest,
                                  struct slice bytes);
#endif
