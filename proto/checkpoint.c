/* checkpoint.c — Job: the log's signed statement of its size and root (C2SP tlog-checkpoint). */
#include "proto/checkpoint.h"

#include "proto/base64.h"
#include "proto/line.h"

void checkpoint_text(const struct checkpoint *checkpoint, struct buf *out)
{
    buf_text(out, checkpoint->origin);
    buf_byte(out, '\n');
    buf_u64(out, checkpoint->size);
    buf_byte(out, '\n');
    base64_add(out, checkpoint->root.bytes, sizeof checkpoint->root.bytes);
    buf_byte(out, '\n');
}

static enum err parse_lines(struct slice text, struct checkpoint *out)
{
    struct slice origin, size, root, extension;
    if (!line_next(&text, &origin) || !line_next(&text, &size) || !line_next(&text, &root))
        return ERR_BAD_FIELD;
    if (origin.size == 0 || origin.size > NOTE_NAME_MAX)
        return ERR_BAD_FIELD;
    memcpy(out->origin, origin.bytes, origin.size);
    enum err e = line_number(size, LOG_SIZE_MAX, &out->size);
    if (e == ERR_OK)
        e = line_hash(root, &out->root);
    if (e != ERR_OK)
        return e;
    while (line_next(&text, &extension))
        if (extension.size == 0)
            return ERR_BAD_FIELD;
    return ERR_OK;
}

enum err checkpoint_parse(struct slice text, struct checkpoint *out)
{
    struct checkpoint checkpoint = {0};
    enum err e = note_check_text(text);
    if (e == ERR_OK)
        e = parse_lines(text, &checkpoint);
    if (e != ERR_OK)
        return e;
    struct hash empty = merkle_empty_root();
    if (checkpoint.size == 0 && !hash_equal(&checkpoint.root, &empty))
        return ERR_BAD_FIELD;
    *out = checkpoint;
    return ERR_OK;
}

enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct note_key *key,
                         const uint8_t secret[NOTE_SECRET_BYTES], struct buf *note)
{
    struct checkpoint back;
    struct buf text = {0};
    checkpoint_text(checkpoint, &text);
    enum err e = buf_error(&text);
    /* What nobody could read must not be signed: an origin with a newline would, for one. */
    if (e == ERR_OK)
        e = checkpoint_parse(buf_slice(&text), &back);
    if (e == ERR_OK) {
        buf_add(note, text.bytes, text.size);
        buf_byte(note, '\n');
        e = note_sign(key, secret, buf_slice(&text), 0, note);
    }
    buf_free(&text);
    return e;
}

enum err checkpoint_open(struct slice note, const struct checkpoint_trust *trust,
                         struct checkpoint *out, struct note_opened *opened)
{
    struct note_opened who;
    struct checkpoint checkpoint;
    if (trust->count == 0)
        return ERR_CONFIG;
    enum err e = note_open(note, trust->keys, trust->count, &who);
    if (e != ERR_OK)
        return e;
    if (!note_signed_by(&who, 0))
        return ERR_CRYPTO;
    e = checkpoint_parse(who.text, &checkpoint);
    if (e != ERR_OK)
        return e;
    struct slice origin =
        trust->origin.bytes != NULL ? trust->origin : slice_of(trust->keys[0].name);
    if (!slice_is(origin, checkpoint.origin))
        return ERR_LOG_PROOF;
    *out = checkpoint;
    if (opened != NULL)
        *opened = who;
    return ERR_OK;
}

enum err checkpoint_consistent(const struct checkpoint *earlier, const struct checkpoint *later,
                               const struct merkle_proof *proof)
{
    if (strcmp(earlier->origin, later->origin) != 0)
        return ERR_LOG_PROOF;
    return merkle_verify_consistency(earlier->size, &earlier->root, later->size, &later->root,
                                     proof);
}
