/* merkle.h — Job: the log's Merkle tree: hashes, the growing right edge, proofs made and verified.
 *
 * Hashing is RFC 6962 section 2.1 with SHA-256. A node (level, index) is the root of the complete
 * subtree over the leaves index * 2^level up to (index + 1) * 2^level; leaves are level 0. All of
 * it is iterative and bounded; nothing here allocates except the buffer of merkle_edge_encode. */
#ifndef PROTO_MERKLE_H
#define PROTO_MERKLE_H

#include "proto/buf.h"
#include "proto/limits.h"
#include "proto/sha256.h"

struct hash merkle_leaf(struct slice entry);                                /* H(0, entry) */
struct hash merkle_node(const struct hash *left, const struct hash *right); /* H(1, left, right) */
struct hash merkle_empty_root(void);                                        /* H("") */

/* The right edge (compact range) of a tree: all that is needed to append and to give the root.
 * nodes[level] is meaningful only where bit LEVEL of size is set. Zeroed is the empty tree. */
struct merkle_edge {
    uint64_t size;
    struct hash nodes[MERKLE_LEVELS_MAX];
};

/* How many nodes become complete when the leaf with this index (from 0) is appended: those of
 * level 0 .. count-1, each with the index `leaf >> level`. A store saves them all, or only every
 * eighth level: those are the hashes of the tiles. */
unsigned merkle_completed(uint64_t leaf);
/* Appends a leaf hash. MADE (NULL, or room for MERKLE_LEVELS_MAX) gets the completed nodes by
 * level. Gives merkle_completed of the new leaf. The size must be below LOG_SIZE_MAX * 2, which
 * merkle_edge_decode and merkle_edge_load see to. */
unsigned merkle_append(struct merkle_edge *edge, const struct hash *leaf, struct hash *made);
struct hash merkle_root(const struct merkle_edge *edge);
/* For storage: size as 8 bytes big-endian, then the nodes from the highest level down. */
void merkle_edge_encode(const struct merkle_edge *edge, struct buf *out);
/* ERR_CORRUPT unless BYTES has the exact length of its size. What the hashes are cannot be told
 * from them alone: compare merkle_root with the last signed checkpoint. */
MUST_CHECK enum err merkle_edge_decode(struct slice bytes, struct merkle_edge *out);

/* Where stored nodes come from. Only complete nodes are ever asked for. */
struct merkle_nodes {
    enum err (*node)(void *self, unsigned level, uint64_t index, struct hash *out);
    void *self;
};

/* The right edge of the tree at SIZE, now or at an earlier time. ERR_BAD_FIELD above
 * LOG_SIZE_MAX, or what NODES said. */
MUST_CHECK enum err merkle_edge_load(const struct merkle_nodes *nodes, uint64_t size,
                                     struct merkle_edge *out);

/* From the leaf's side to the root's, as RFC 6962 sections 2.1.1 and 2.1.2 list them. */
struct merkle_proof {
    size_t count;
    struct hash hashes[MERKLE_PROOF_MAX];
};

/* Proof that leaf INDEX is in the tree of SIZE leaves. ERR_BAD_FIELD unless index < size <=
 * LOG_SIZE_MAX, or what NODES said. At most 126 nodes are fetched. */
MUST_CHECK enum err merkle_prove_inclusion(const struct merkle_nodes *nodes, uint64_t index,
                                           uint64_t size, struct merkle_proof *out);
/* Proof that the tree of SIZE2 begins with the tree of SIZE1; empty when they are equal or SIZE1
 * is 0. ERR_BAD_FIELD unless size1 <= size2 <= LOG_SIZE_MAX, or what NODES said. */
MUST_CHECK enum err merkle_prove_consistency(const struct merkle_nodes *nodes, uint64_t size1,
                                             uint64_t size2, struct merkle_proof *out);

/* RFC 9162 section 2.1.3.2. ERR_LOG_PROOF unless LEAF is at INDEX in the tree (SIZE, ROOT). */
MUST_CHECK enum err merkle_verify_inclusion(uint64_t index, uint64_t size, const struct hash *leaf,
                                            const struct merkle_proof *proof,
                                            const struct hash *root);
/* RFC 9162 section 2.1.4.2. ERR_LOG_PROOF unless tree 2 begins with tree 1. From size 0 the proof
 * is empty and ROOT1 the empty tree's root (tlog-witness: a witness starts there); RFC 9162 itself
 * starts at 1. A tree that shrank (size1 > size2) never verifies. */
MUST_CHECK enum err merkle_verify_consistency(uint64_t size1, const struct hash *root1,
                                              uint64_t size2, const struct hash *root2,
                                              const struct merkle_proof *proof);
#endif
