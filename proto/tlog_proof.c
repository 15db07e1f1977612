/* tlog_proof.c — Job: the receipt that proves an entry offline (C2SP tlog-proof). */
#include "proto/tlog_proof.h"

#include "proto/base64.h"
#include "proto/line.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"

enum err tlog_proof_write(uint64_t index, const struct merkle_proof *path, struct slice extra,
                          struct slice checkpoint, struct buf *out)
{
    struct note note;
    if (extra.size > PROOF_EXTRA_MAX || path->count > MERKLE_PROOF_MAX)
        return ERR_TOO_LARGE;
    if (index >= LOG_SIZE_MAX)
        return ERR_BAD_FIELD;
    enum err e = note_split(checkpoint, &note);
    if (e != ERR_OK)
        return e;
    buf_text(out, FIRST_LINE "\n");
    if (extra.size != 0) {
        buf_text(out, "extra ");
        base64_add(out, extra.bytes, extra.size);
        buf_byte(out, '\n');
    }
    buf_text(out, "index ");
    buf_u64(out, index);
    buf_byte(out, '\n');
    for (size_t i = 0; i < path->count; i++) {
        base64_add(out, path->hashes[i].bytes, sizeof path->hashes[i].bytes);
        buf_byte(out, '\n');
    }
    buf_byte(out, '\n');
    buf_add(out, checkpoint.bytes, checkpoint.size);
    return buf_error(out);
}

/* The lines "extra", which may be missing, and "index". */
static enum err parse_head(struct slice *text, struct tlog_proof *out)
{
    uint8_t extra[PROOF_EXTRA_MAX];
    struct slice line;
    size_t size = 0;
    if (!line_next(text, &line) || !slice_is(line, FIRST_LINE) || !line_next(text, &line))
        return ERR_BAD_FIELD;
    if (line_skip(&line, "extra ")) {
        enum err e = base64_decode(line, extra, sizeof extra, &size);
        if (e != ERR_OK)
            return e;
        out->extra_base64 = line;
        if (!line_next(text, &line))
            return ERR_BAD_FIELD;
    }
    if (!line_skip(&line, "index "))
        return ERR_BAD_FIELD;
    return line_number(line, LOG_SIZE_MAX - 1, &out->index);
}

/* The hashes up to the empty line. */
static enum err parse_path(struct slice *text, struct merkle_proof *path)
{
    struct slice line;
    while (line_next(text, &line)) {
        if (line.size == 0)
            return ERR_OK;
        if (path->count == MERKLE_PROOF_MAX)
            return ERR_TOO_LARGE;
        enum err e = line_hash(line, &path->hashes[path->count]);
        if (e != ERR_OK)
            return e;
        path->count++;
    }
    return ERR_BAD_FIELD;
}

enum err tlog_proof_parse(struct slice text, struct tlog_proof *out)
{
    struct tlog_proof proof = {.index = 0};
    struct note note;
    if (text.size > PROOF_BYTES_MAX)
        return ERR_TOO_LARGE;
    enum err e = parse_head(&text, &proof);
    if (e == ERR_OK)
        e = parse_path(&text, &proof.path);
    if (e == ERR_OK)
        e = note_split(text, &note);
    if (e != ERR_OK)
        return e;
    proof.checkpoint = text;
    *out = proof;
    return ERR_OK;
}

enum err tlog_proof_verify(struct slice entry, struct slice text,
                           const struct checkpoint_trust *trust, struct tlog_proof *proof,
                           struct checkpoint *checkpoint)
{
    struct tlog_proof said;
    struct checkpoint tree;
    enum err e = tlog_proof_parse(text, &said);
    if (e == ERR_OK)
        e = checkpoint_open(said.checkpoint, trust, &tree, NULL);
    if (e != ERR_OK)
        return e;
    struct hash leaf = merkle_leaf(entry);
    e = merkle_verify_inclusion(said.index, tree.size, &leaf, &said.path, &tree.root);
    if (e != ERR_OK)
        return e;
    if (proof != NULL)
        *proof = said;
    if (checkpoint != NULL)
        *checkpoint = tree;
    return ERR_OK;
}
