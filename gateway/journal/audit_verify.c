/* audit_verify.c — Job: recompute the log from its entries and name the first that was touched. */
#include "common/secret.h"
#include "gateway/journal/audit.h"
#include "gateway/journal/counts.h"
#include "gateway/journal/sequencer.h"

enum { STEP = 1024 /* entries per read */, NOTES = 2 };

struct audit {
    const struct audit_setup *setup;
    struct audit_report *report;
    struct merkle_edge edge; /* of the entries seen so far */
    struct counts counts;
    struct checkpoint notes[NOTES]; /* the stored and the outside one; size 0: none */
    uint64_t given_out;             /* size of a note that is beyond the store; 0: none */
};

static const char *const texts[] = {
    [AUDIT_CLEAN] = "every entry, hash, count and signature is as it was written",
    [AUDIT_HEAD] = "the store's head does not fit the tree",
    [AUDIT_MISSING] = "an entry is missing",
    [AUDIT_LEAF] = "an entry was changed",
    [AUDIT_PLACE] = "an entry stands in another place",
    [AUDIT_TREE] = "tree hashes do not follow from the entries",
    [AUDIT_COUNT] = "a running count has a gap: an entry was left out or put in",
    [AUDIT_PAYLOAD] = "a sealed payload is not what was committed to",
    [AUDIT_CHECKPOINT] = "a signed checkpoint is of another tree",
    [AUDIT_BEHIND] = "the store is behind the checkpoint that was given out",
};

const char *audit_finding_text(enum audit_finding finding)
{
    return texts[finding];
}

/* Ends the walk: the callbacks' way to say "found" is an error that no store gives. */
static enum err found(struct audit *audit, enum audit_finding finding, uint64_t first,
                      uint64_t last)
{
    audit->report->finding = finding;
    audit->report->first = first;
    audit->report->last = last;
    return ERR_LOG_PROOF;
}

/* Every organisation and alias starts at 0 here: the entries alone have to say the numbers. */
static enum err from_zero(void *self, enum counter_kind kind, const struct id *id, uint64_t *value)
{
    (void)self;
    (void)kind;
    (void)id;
    *value = 0;
    return ERR_OK;
}

static enum err check_count(struct audit *audit, enum counter_kind kind, const struct id *id,
                            uint64_t said, uint64_t seq)
{
    struct store zero = {.counter = from_zero};
    uint64_t expected;
    if (id_absent(id))
        return ERR_OK;
    enum err e = counts_next(&audit->counts, &zero, kind, id, &expected);
    if (e == ERR_OK && said != expected)
        e = found(audit, AUDIT_COUNT, seq, seq);
    return e;
}

static enum err check_counts(struct audit *audit, const struct event *event)
{
    enum err e = check_count(audit, COUNTER_ORG, &event->org, event->org_n, event->seq);
    if (e == ERR_OK && id_equal(&event->hospital, &event->org)) {
        if (event->hospital_n != event->org_n)
            e = found(audit, AUDIT_COUNT, event->seq, event->seq);
    } else if (e == ERR_OK) {
        e = check_count(audit, COUNTER_ORG, &event->hospital, event->hospital_n, event->seq);
    }
    if (e == ERR_OK)
        e = check_count(audit, COUNTER_ALIAS, &event->alias, event->alias_n, event->seq);
    return e;
}

/* Opens the payload and compares it with the leaf's commitment. */
static enum err open_payload(struct audit *audit, const struct event *event, struct slice sealed)
{
    struct seal_place place = seal_place_payload(&event->id);
    struct id realm = event_realm(event);
    struct realm_keys keys;
    struct buf plain = {0};
    struct hash commitment;
    enum err e = keyring_get(audit->setup->ring, KEYRING_READER, KEYRING_FIND, &realm, &keys);
    if (e == ERR_NOT_FOUND) {
        audit->report->shredded++;
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = seal_open(keys.seal, (struct slice){place.text, place.size}, sealed, &plain);
    if (e == ERR_OK)
        e = payload_commitment(keys.commit, &event->id, buf_slice(&plain), &commitment);
    if (e == ERR_OK && !hash_equal(&commitment, &event->commitment))
        e = ERR_CRYPTO;
    secret_wipe(&keys, sizeof keys);
    buf_free(&plain);
    if (e == ERR_OK)
        audit->report->payloads++;
    return e == ERR_CRYPTO ? found(audit, AUDIT_PAYLOAD, event->seq, event->seq) : e;
}

static enum err check_payload(struct audit *audit, const struct event *event, struct slice sealed)
{
    static const struct hash none;
    bool committed = !hash_equal(&event->commitment, &none);
    if (committed != (sealed.bytes != NULL))
        return found(audit, AUDIT_PAYLOAD, event->seq, event->seq);
    if (!committed || audit->setup->ring == NULL)
        return ERR_OK;
    return open_payload(audit, event, sealed);
}

/* The hashes that the store keeps for this entry's place, from the leaf up. */
static enum err check_nodes(struct audit *audit, uint64_t seq, const struct hash *made,
                            unsigned count)
{
    struct store *store = audit->setup->store;
    for (unsigned level = 0; level < count; level++) {
        struct hash stored;
        uint64_t index = (seq >> level) - 1;
        enum err e = store->node(store->self, level, index, &stored);
        if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
            return found(audit, AUDIT_TREE, seq, seq);
        if (e != ERR_OK)
            return e;
        if (!hash_equal(&stored, &made[level]))
            return found(audit, level == 0 ? AUDIT_LEAF : AUDIT_TREE, (index << level) + 1, seq);
    }
    return ERR_OK;
}

static enum err check_notes(struct audit *audit)
{
    for (size_t i = 0; i < NOTES; i++) {
        const struct checkpoint *note = &audit->notes[i];
        struct hash root;
        if (note->size == 0 || note->size != audit->edge.size)
            continue;
        root = merkle_root(&audit->edge);
        if (!hash_equal(&root, &note->root))
            return found(audit, AUDIT_CHECKPOINT, 1, note->size);
    }
    return ERR_OK;
}

static enum err each_entry(void *user, const struct stored_event *stored)
{
    struct audit *audit = user;
    struct hash made[MERKLE_LEVELS_MAX];
    struct event event;
    uint64_t seq = audit->edge.size + 1;
    if (stored->seq != seq)
        return found(audit, AUDIT_MISSING, seq, seq);
    enum err e = leaf_decode(stored->leaf, &event);
    if (e == ERR_CORRUPT)
        return found(audit, AUDIT_LEAF, seq, seq);
    if (e != ERR_OK)
        return e;
    struct hash leaf = merkle_leaf(stored->leaf);
    unsigned count = merkle_append(&audit->edge, &leaf, made);
    e = check_nodes(audit, seq, made, count);
    if (e == ERR_OK && (event.seq != seq || !id_equal(&event.id, &stored->id)))
        e = found(audit, AUDIT_PLACE, seq, seq);
    if (e == ERR_OK)
        e = check_counts(audit, &event);
    if (e == ERR_OK)
        e = check_payload(audit, &event, stored->sealed);
    if (e == ERR_OK)
        e = check_notes(audit);
    if (e == ERR_OK)
        audit->report->checked = seq;
    return e;
}

static enum err walk(struct audit *audit)
{
    struct store *store = audit->setup->store;
    enum err e = ERR_OK;
    while (e == ERR_OK && audit->edge.size < audit->report->size) {
        uint64_t before = audit->edge.size, left = audit->report->size - before;
        e = store->follow(store->self, before + 1, left < STEP ? (int)left : STEP, audit,
                          each_entry);
        if (e == ERR_CORRUPT) /* the database itself cannot read on */
            e = found(audit, AUDIT_LEAF, audit->edge.size + 1, audit->edge.size + 1);
        if (e == ERR_OK && audit->edge.size == before)
            e = found(audit, AUDIT_MISSING, before + 1, before + 1);
    }
    return e;
}

static enum err read_note(struct audit *audit, struct slice text, struct checkpoint *out)
{
    struct checkpoint_trust trust = {.keys = &audit->setup->key, .count = 1};
    if (text.size == 0)
        return ERR_OK;
    enum err e = checkpoint_open(text, &trust, out, NULL);
    if (e == ERR_NO_MEMORY)
        return e;
    if (e != ERR_OK)
        return found(audit, AUDIT_CHECKPOINT, 0, 0);
    if (out->size > audit->report->size)
        audit->given_out = out->size; /* said last: a touched entry says more than a missing end */
    if (out->size > audit->report->checkpoint_size)
        audit->report->checkpoint_size = out->size;
    return ERR_OK;
}

/* The head as it was when the audit began: a running gateway goes on meanwhile. */
static enum err read_head(struct audit *audit, struct merkle_edge *edge, struct hash *root)
{
    struct store *store = audit->setup->store;
    struct store_head head;
    enum err e = store->head(store->self, &head);
    if (e == ERR_CORRUPT)
        return found(audit, AUDIT_HEAD, 0, 0);
    if (e != ERR_OK)
        return e;
    audit->report->size = head.size;
    *edge = (struct merkle_edge){0};
    *root = head.root;
    if (head.size != 0 &&
        (merkle_edge_decode(head.edge, edge) != ERR_OK || edge->size != head.size))
        return found(audit, AUDIT_HEAD, 0, 0);
    e = read_note(audit, head.checkpoint, &audit->notes[0]);
    return e == ERR_OK ? read_note(audit, audit->setup->outside, &audit->notes[1]) : e;
}

static enum err check_head(struct audit *audit, const struct merkle_edge *edge,
                           const struct hash *root)
{
    struct hash mine = merkle_root(&audit->edge), stored = merkle_root(edge);
    if (audit->edge.size == 0)
        return ERR_OK;
    return hash_equal(&mine, root) && hash_equal(&mine, &stored) ? ERR_OK
                                                                 : found(audit, AUDIT_HEAD, 0, 0);
}

enum err audit_verify(const struct audit_setup *setup, struct audit_report *out)
{
    struct audit audit = {.setup = setup, .report = out};
    struct merkle_edge edge;
    struct hash root;
    *out = (struct audit_report){.finding = AUDIT_CLEAN};
    enum err e = read_head(&audit, &edge, &root);
    if (e == ERR_OK)
        e = walk(&audit);
    if (e == ERR_OK)
        e = check_head(&audit, &edge, &root);
    if (e == ERR_OK && audit.given_out != 0)
        e = found(&audit, AUDIT_BEHIND, out->size + 1, audit.given_out);
    counts_fini(&audit.counts);
    return e == ERR_LOG_PROOF ? ERR_OK : e;
}
