/* checkpoint.h — Job: the log's signed statement of its size and root (C2SP tlog-checkpoint). */
#ifndef PROTO_CHECKPOINT_H
#define PROTO_CHECKPOINT_H

#include "proto/merkle.h"
#include "proto/note.h"

struct checkpoint {
    char origin[NOTE_NAME_MAX + 1]; /* which log; ends with a NUL */
    uint64_t size;                  /* leaves */
    struct hash root;
};

/* Which log is meant and whose signatures are known. The log's own key is keys[0], and it must
 * have signed; the others are witnesses, and how many of them are enough is for the caller. */
struct checkpoint_trust {
    struct slice origin; /* bytes NULL: the name of the log's key */
    const struct note_key *keys;
    size_t count; /* 1 .. NOTE_KEYS_MAX */
};

/* Appends the three lines, which are the text to be signed. */
void checkpoint_text(const struct checkpoint *checkpoint, struct buf *out);
/* ERR_BAD_FIELD unless TEXT is a checkpoint: origin, size without leading zeros and at most
 * LOG_SIZE_MAX, root of 32 bytes, each on its line. Extension lines behind them are tolerated,
 * as the format asks, but not looked at; an empty one, or a last line without newline, is refused.
 * An empty log has the empty tree's root. Else what note_check_text says. */
MUST_CHECK enum err checkpoint_parse(struct slice text, struct checkpoint *out);

/* Appends a whole note: text, empty line, one signature line. Whoever calls this has made sure
 * that the checkpoint is consistent with every earlier one of its origin. Errors are those of
 * checkpoint_parse and note_sign; NOTE may then hold a piece and is to be thrown away. */
MUST_CHECK enum err checkpoint_sign(const struct checkpoint *checkpoint, const struct note_key *key,
                                    const uint8_t secret[NOTE_SECRET_BYTES], struct buf *note);
/* Verifies a note from anywhere and reads it. OPENED (may be NULL) says which keys have signed.
 * ERR_CRYPTO when the log's key has not signed or a known signature is wrong; ERR_LOG_PROOF when
 * it is another log's; ERR_CONFIG for no keys or too many; else what note_open or
 * checkpoint_parse says. */
MUST_CHECK enum err checkpoint_open(struct slice note, const struct checkpoint_trust *trust,
                                    struct checkpoint *out, struct note_opened *opened);
/* ERR_LOG_PROOF unless both are of one log and LATER's tree begins with EARLIER's: the duty of a
 * witness before it replaces the checkpoint it keeps. */
MUST_CHECK enum err checkpoint_consistent(const struct checkpoint *earlier,
                                          const struct checkpoint *later,
                                          const struct merkle_proof *proof);
#endif
