/* merkle.c — Job: the log's Merkle tree: hashes, the right edge, proofs made and verified. */
#include "proto/merkle.h"

#include <assert.h>

static struct slice hash_slice(const struct hash *hash)
{
    return (struct slice){(const char *)hash->bytes, sizeof hash->bytes};
}

struct hash merkle_leaf(struct slice entry)
{
    return sha256_of3((struct slice){"\0", 1}, entry, (struct slice){NULL, 0});
}

struct hash merkle_node(const struct hash *left, const struct hash *right)
{
    return sha256_of3((struct slice){"\1", 1}, hash_slice(left), hash_slice(right));
}

struct hash merkle_empty_root(void)
{
    return sha256(NULL, 0);
}

unsigned merkle_completed(uint64_t leaf)
{
    return leaf == UINT64_MAX ? MERKLE_LEVELS_MAX : 1 + (unsigned)__builtin_ctzll(leaf + 1);
}

unsigned merkle_append(struct merkle_edge *edge, const struct hash *leaf, struct hash *made)
{
    assert(edge->size < LOG_SIZE_MAX * 2);
    unsigned count = merkle_completed(edge->size);
    struct hash node = *leaf;
    for (unsigned level = 0;; level++) {
        if (made != NULL)
            made[level] = node;
        if (level + 1 == count) {
            edge->nodes[level] = node;
            break;
        }
        node = merkle_node(&edge->nodes[level], &node);
    }
    edge->size++;
    return count;
}

struct hash merkle_root(const struct merkle_edge *edge)
{
    struct hash root = merkle_empty_root();
    bool first = true;
    for (unsigned level = 0; level < MERKLE_LEVELS_MAX; level++) {
        if ((edge->size >> level & 1) == 0)
            continue;
        root = first ? edge->nodes[level] : merkle_node(&edge->nodes[level], &root);
        first = false;
    }
    return root;
}

void merkle_edge_encode(const struct merkle_edge *edge, struct buf *out)
{
    for (unsigned shift = 64; shift > 0; shift -= 8)
        buf_byte(out, (char)(edge->size >> (shift - 8) & 0xff));
    for (unsigned level = MERKLE_LEVELS_MAX; level-- > 0;)
        if (edge->size >> level & 1)
            buf_add(out, edge->nodes[level].bytes, sizeof edge->nodes[level].bytes);
}

enum err merkle_edge_decode(struct slice bytes, struct merkle_edge *out)
{
    struct merkle_edge edge = {0};
    size_t at = sizeof edge.size;
    if (bytes.size < at)
        return ERR_CORRUPT;
    for (size_t i = 0; i < at; i++)
        edge.size = edge.size << 8 | (unsigned char)bytes.bytes[i];
    size_t nodes = (size_t)__builtin_popcountll(edge.size);
    if (edge.size > LOG_SIZE_MAX || bytes.size != at + nodes * sizeof(struct hash))
        return ERR_CORRUPT;
    for (unsigned level = MERKLE_LEVELS_MAX; level-- > 0;) {
        if ((edge.size >> level & 1) == 0)
            continue;
        memcpy(edge.nodes[level].bytes, bytes.bytes + at, sizeof(struct hash));
        at += sizeof(struct hash);
    }
    *out = edge;
    return ERR_OK;
}

enum err merkle_edge_load(const struct merkle_nodes *nodes, uint64_t size, struct merkle_edge *out)
{
    struct merkle_edge edge = {.size = size};
    uint64_t end = size;
    if (size > LOG_SIZE_MAX)
        return ERR_BAD_FIELD;
    for (unsigned level = 0; level < MERKLE_LEVELS_MAX; level++) {
        if ((size >> level & 1) == 0)
            continue;
        end -= 1ull << level;
        enum err e = nodes->node(nodes->self, level, end >> level, &edge.nodes[level]);
        if (e != ERR_OK)
            return e;
    }
    *out = edge;
    return ERR_OK;
}

/* Proofs are made from the root down, so what is listed from the leaf up is collected backwards. */

/* RFC 6962's k: the largest power of two below SIZE, which is at least 2. */
static uint64_t split_of(uint64_t size)
{
    return 1ull << (63 - __builtin_clzll(size - 1));
}

/* The root over the leaves BEGIN .. END-1, where BEGIN is a multiple of a power of two that is at
 * least END - BEGIN, as every right half of a split is. */
static enum err add_range(const struct merkle_nodes *nodes, uint64_t begin, uint64_t end,
                          struct merkle_proof *proof)
{
    struct hash root = {{0}}, left;
    uint64_t size = end - begin;
    bool first = true;
    for (unsigned level = 0; level < MERKLE_LEVELS_MAX; level++) {
        if ((size >> level & 1) == 0)
            continue;
        end -= 1ull << level;
        enum err e = nodes->node(nodes->self, level, end >> level, &left);
        if (e != ERR_OK)
            return e;
        root = first ? left : merkle_node(&left, &root);
        first = false;
    }
    assert(proof->count < MERKLE_PROOF_MAX);
    proof->hashes[proof->count++] = root;
    return ERR_OK;
}

static void reverse(struct merkle_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct hash swap = proof->hashes[i];
        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = swap;
    }
}

/* Inclusion: PATH(m, D[n]) of RFC 6962 section 2.1.1 as a walk from the root to the leaf. */
enum err merkle_prove_inclusion(const struct merkle_nodes *nodes, uint64_t index, uint64_t size,
                                struct merkle_proof *out)
{
    uint64_t begin = 0, end = size;
    out->count = 0;
    if (index >= size || size > LOG_SIZE_MAX)
        return ERR_BAD_FIELD;
    while (end - begin > 1) {
        uint64_t middle = begin + split_of(end - begin);
        bool go_left = index < middle;
        enum err e =
            go_left ? add_range(nodes, middle, end, out) : add_range(nodes, begin, middle, out);
        if (e != ERR_OK)
            return e;
        begin = go_left ? begin : middle;
        end = go_left ? middle : end;
    }
    reverse(out);
    return ERR_OK;
}

/* Consistency: SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2; b is true while BEGIN is 0, and
 * says that the verifier knows the old root itself. */
enum err merkle_prove_consistency(const struct merkle_nodes *nodes, uint64_t size1, uint64_t size2,
                                  struct merkle_proof *out)
{
    uint64_t begin = 0, end = size2;
    out->count = 0;
    if (size1 > size2 || size2 > LOG_SIZE_MAX)
        return ERR_BAD_FIELD;
    if (size1 == 0)
        return ERR_OK;
    while (end != size1) {
        uint64_t middle = begin + split_of(end - begin);
        bool go_left = size1 <= middle;
        enum err e =
            go_left ? add_range(nodes, middle, end, out) : add_range(nodes, begin, middle, out);
        if (e != ERR_OK)
            return e;
        begin = go_left ? begin : middle;
        end = go_left ? middle : end;
    }
    enum err e = begin == 0 ? ERR_OK : add_range(nodes, begin, end, out);
    if (e == ERR_OK)
        reverse(out);
    return e;
}

/* Where a verification stands: the path from a node of the first tree (or the leaf) up to the
 * root of the tree whose last leaf has the other index. Names fn and sn are RFC 9162's. */
struct walk {
    uint64_t fn, sn;
};

static void walk_up(struct walk *w)
{
    w->fn >>= 1;
    w->sn >>= 1;
}

/* True when the next proof hash is the left sibling; then the levels on which this node has no
 * sibling, being the last of the tree, are skipped. */
static bool walk_joins_left(struct walk *w)
{
    if ((w->fn & 1) == 0 && w->fn != w->sn)
        return false;
    while ((w->fn & 1) == 0 && w->fn != 0)
        walk_up(w);
    return true;
}

enum err merkle_verify_inclusion(uint64_t index, uint64_t size, const struct hash *leaf,
                                 const struct merkle_proof *proof, const struct hash *root)
{
    if (index >= size || proof->count > MERKLE_PROOF_MAX)
        return ERR_LOG_PROOF;
    struct walk w = {index, size - 1};
    struct hash r = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        const struct hash *p = &proof->hashes[i];
        if (w.sn == 0)
            return ERR_LOG_PROOF;
        r = walk_joins_left(&w) ? merkle_node(p, &r) : merkle_node(&r, p);
        walk_up(&w);
    }
    return w.sn == 0 && hash_equal(&r, root) ? ERR_OK : ERR_LOG_PROOF;
}

/* The cases that have no proof hashes: nothing to compare with, or nothing added. */
static enum err verify_without_path(uint64_t size1, const struct hash *root1, uint64_t size2,
                                    const struct hash *root2, const struct merkle_proof *proof)
{
    struct hash empty = merkle_empty_root();
    if (proof->count != 0 || (size1 == 0 && !hash_equal(root1, &empty)))
        return ERR_LOG_PROOF;
    return size1 != size2 || hash_equal(root1, root2) ? ERR_OK : ERR_LOG_PROOF;
}

enum err merkle_verify_consistency(uint64_t size1, const struct hash *root1, uint64_t size2,
                                   const struct hash *root2, const struct merkle_proof *proof)
{
    if (size1 > size2 || proof->count > MERKLE_PROOF_MAX)
        return ERR_LOG_PROOF;
    if (size1 == 0 || size1 == size2)
        return verify_without_path(size1, root1, size2, root2, proof);
    if (proof->count == 0)
        return ERR_LOG_PROOF;
    struct walk w = {size1 - 1, size2 - 1};
    while (w.fn & 1)
        walk_up(&w);
    /* A first tree of 2^n leaves is itself a node of the second: its root opens the path. */
    size_t at = (size1 & (size1 - 1)) == 0 ? 0 : 1;
    struct hash fr = at == 0 ? *root1 : proof->hashes[0], sr = fr;
    for (; at < proof->count; at++) {
        const struct hash *c = &proof->hashes[at];
        if (w.sn == 0)
            return ERR_LOG_PROOF;
        if (walk_joins_left(&w)) {
            fr = merkle_node(c, &fr);
            sr = merkle_node(c, &sr);
        } else {
            sr = merkle_node(&sr, c);
        }
        walk_up(&w);
    }
    bool both = hash_equal(&fr, root1) && hash_equal(&sr, root2);
    return both && w.sn == 0 ? ERR_OK : ERR_LOG_PROOF;
}
