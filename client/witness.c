/* witness.c — Job: keep the newest verified checkpoint of the log, and cry out when another does
 * not fit it. */
#include "client/witness.h"

#include "proto/base64.h"
#include "proto/line.h"
#include "proto/tlog_proof.h"

#include <stdlib.h>

void witness_fini(struct witness *w)
{
    if (w == NULL)
        return;
    buf_free(&w->note);
    buf_free(&w->other_note);
    buf_free(&w->other_proof);
    *w = (struct witness){.unproved = 0};
}

int64_t witness_size(const struct witness *w)
{
    return w->note.size == 0 ? 0 : (int64_t)w->newest.size;
}

const char *witness_alarm_ja(enum witness_alarm alarm)
{
    switch (alarm) {
    case ALARM_FORK:
        return "同じ長さで内容の違う記録が二つ署名されています";
    case ALARM_PROOF:
        return "新しい記録が、確認済みの記録の続きになっていません";
    case ALARM_NO_PROOF:
        return "記録のつながりの証明が続けて示されません";
    case ALARM_OTHER_KEY:
        return "記録の署名鍵が前と違います";
    case ALARM_NONE:
        break;
    }
    return "";
}

/* Never writes over evidence: the first alarm stands until it is closed. */
static enum witness_verdict raise_alarm(struct witness *w, enum witness_alarm alarm, int64_t at_ms,
                                        struct slice other, struct slice proof)
{
    if (w->alarm != ALARM_NONE)
        return WITNESS_ALARM;
    w->alarm = alarm;
    w->alarm_at = at_ms;
    buf_clear(&w->other_note);
    buf_clear(&w->other_proof);
    buf_add(&w->other_note, other.bytes, other.size);
    buf_add(&w->other_proof, proof.bytes, proof.size);
    return WITNESS_ALARM;
}

static void see(struct witness *w, const struct checkpoint *checkpoint)
{
    w->seen[w->seen_next] = (struct witness_seen){checkpoint->size, checkpoint->root};
    w->seen_next = (w->seen_next + 1) % WITNESS_SEEN_MAX;
    if (w->seen_count < WITNESS_SEEN_MAX)
        w->seen_count++;
}

static const struct witness_seen *seen_of(const struct witness *w, uint64_t size)
{
    for (size_t i = 0; i < w->seen_count; i++)
        if (w->seen[i].size == size)
            return &w->seen[i];
    return NULL;
}

enum err witness_key(struct witness *w, struct slice vkey, int64_t at_ms)
{
    struct note_key key;
    enum err err = note_key_parse(vkey, &key);
    if (err == ERR_OK && key.type != NOTE_KEY_ED25519)
        err = ERR_BAD_FIELD;
    if (err != ERR_OK)
        return err;
    if (w->key.name[0] == '\0')
        w->key = key;
    if (strcmp(w->key.name, key.name) == 0 &&
        memcmp(w->key.public, key.public, sizeof key.public) == 0)
        return ERR_OK;
    (void)raise_alarm(w, ALARM_OTHER_KEY, at_ms, vkey, (struct slice){NULL, 0});
    return ERR_LOG_PROOF;
}

/* Base64 hashes, one a line, the last with or without its newline. */
static enum err read_proof(struct slice text, struct merkle_proof *out)
{
    struct slice line;
    out->count = 0;
    while (text.size != 0) {
        if (!line_next(&text, &line)) {
            line = text;
            text.size = 0;
        }
        if (out->count == MERKLE_PROOF_MAX)
            return ERR_TOO_LARGE;
        enum err err = line_hash(line, &out->hashes[out->count]);
        if (err != ERR_OK)
            return err;
        out->count++;
    }
    return ERR_OK;
}

static enum err keep(struct witness *w, const struct checkpoint *checkpoint, struct slice note)
{
    struct buf copy = {0};
    buf_add(&copy, note.bytes, note.size);
    enum err err = buf_error(&copy);
    if (err != ERR_OK) {
        buf_free(&copy);
        return err;
    }
    buf_free(&w->note);
    w->note = copy;
    w->newest = *checkpoint;
    w->unproved = 0;
    see(w, checkpoint);
    return ERR_OK;
}

static enum witness_verdict unproved(struct witness *w, const struct body_checkpoint *body,
                                     int64_t at_ms)
{
    if (++w->unproved < WITNESS_UNPROVED_MAX)
        return WITNESS_UNPROVED;
    return raise_alarm(w, ALARM_NO_PROOF, at_ms, body->note, body->proof);
}

static enum witness_verdict not_newer(struct witness *w, const struct checkpoint *checkpoint,
                                      const struct body_checkpoint *body, int64_t at_ms)
{
    bool same = checkpoint->size == w->newest.size;
    const struct witness_seen *seen = seen_of(w, checkpoint->size);
    if (!same && seen == NULL)
        return unproved(w, body, at_ms);
    const struct hash *root = same ? &w->newest.root : &seen->root;
    if (!hash_equal(root, &checkpoint->root))
        return raise_alarm(w, ALARM_FORK, at_ms, body->note, body->proof);
    w->unproved = 0;
    return same ? WITNESS_SAME : WITNESS_OLDER;
}

static enum err newer(struct witness *w, const struct checkpoint *checkpoint,
                      const struct body_checkpoint *body, int64_t at_ms,
                      enum witness_verdict *verdict)
{
    struct merkle_proof proof;
    bool first = w->note.size == 0;
    if (w->alarm != ALARM_NONE) { /* nothing is taken over while two truths stand side by side */
        *verdict = WITNESS_ALARM;
        return ERR_OK;
    }
    if (!first &&
        ((uint64_t)body->old_size != w->newest.size || read_proof(body->proof, &proof) != ERR_OK)) {
        *verdict = unproved(w, body, at_ms);
        return ERR_OK;
    }
    if (!first && checkpoint_consistent(&w->newest, checkpoint, &proof) != ERR_OK) {
        *verdict = raise_alarm(w, ALARM_PROOF, at_ms, body->note, body->proof);
        return ERR_OK;
    }
    *verdict = WITNESS_NEWER;
    return keep(w, checkpoint, body->note);
}

enum err witness_checkpoint(struct witness *w, const struct body_checkpoint *body, int64_t at_ms,
                            enum witness_verdict *verdict)
{
    struct checkpoint checkpoint;
    struct checkpoint_trust trust = {.keys = &w->key, .count = 1};
    if (w->key.name[0] == '\0')
        return ERR_CONFIG;
    enum err err = checkpoint_open(body->note, &trust, &checkpoint, NULL);
    if (err != ERR_OK)
        return err;
    if (w->note.size == 0 || checkpoint.size > w->newest.size)
        return newer(w, &checkpoint, body, at_ms, verdict);
    *verdict = not_newer(w, &checkpoint, body, at_ms);
    return ERR_OK;
}

static enum err take_other(struct witness *w)
{
    struct checkpoint checkpoint;
    struct checkpoint_trust trust = {.keys = &w->key, .count = 1};
    if (w->alarm == ALARM_OTHER_KEY) {
        struct note_key key;
        enum err err = note_key_parse(buf_slice(&w->other_note), &key);
        if (err != ERR_OK)
            return err;
        w->key = key;
        w->newest = (struct checkpoint){.size = 0};
        w->seen_count = w->seen_next = 0;
        buf_free(&w->note);
        return ERR_OK;
    }
    enum err err = checkpoint_open(buf_slice(&w->other_note), &trust, &checkpoint, NULL);
    if (err != ERR_OK)
        return err;
    w->seen_count = w->seen_next = 0;
    return keep(w, &checkpoint, buf_slice(&w->other_note));
}

enum err witness_close(struct witness *w, const struct id *person, int64_t at_ms,
                       enum witness_choice choice)
{
    if (w->alarm == ALARM_NONE)
        return ERR_PROTOCOL;
    if (id_absent(person))
        return ERR_MISSING_FIELD;
    enum err err = choice == WITNESS_TAKE_OTHER ? take_other(w) : ERR_OK;
    if (err != ERR_OK)
        return err;
    w->alarm = ALARM_NONE;
    w->alarm_at = 0;
    w->unproved = 0;
    w->closed_at = at_ms;
    w->closed_by = *person;
    buf_free(&w->other_note);
    buf_free(&w->other_proof);
    return ERR_OK;
}

enum err witness_proof(const struct witness *w, const struct body_proof *body, struct buf *leaf)
{
    struct checkpoint_trust trust = {.keys = &w->key, .count = 1};
    struct tlog_proof proof;
    struct checkpoint checkpoint = {.size = 0};
    char *bytes = malloc(LEAF_BYTES_MAX);
    size_t size = 0;
    enum err err = bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (err == ERR_OK && w->key.name[0] == '\0')
        err = ERR_CONFIG;
    if (err == ERR_OK)
        err = base64_decode(body->leaf, bytes, LEAF_BYTES_MAX, &size);
    if (err == ERR_OK)
        err =
            tlog_proof_verify((struct slice){bytes, size}, body->text, &trust, &proof, &checkpoint);
    if (err == ERR_OK && (body->entry < 1 || proof.index != (uint64_t)body->entry - 1))
        err = ERR_LOG_PROOF;
    const struct witness_seen *seen = err == ERR_OK ? seen_of(w, checkpoint.size) : NULL;
    if (seen != NULL && !hash_equal(&seen->root, &checkpoint.root))
        err = ERR_LOG_PROOF;
    if (err == ERR_OK)
        buf_add(leaf, bytes, size);
    free(bytes);
    return err == ERR_OK ? buf_error(leaf) : err;
}
