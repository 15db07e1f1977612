/* tlog_proof.h — Job: the receipt that proves an entry offline (C2SP tlog-proof). */
#ifndef PROTO_TLOG_PROOF_H
#define PROTO_TLOG_PROOF_H

#include "proto/checkpoint.h"

/* A proof taken apart. The slices lend from its text. */
struct tlog_proof {
    struct slice extra_base64; /* absent or empty: none. Not authenticated: never to be trusted */
    uint64_t index;            /* of the entry, from 0 */
    struct merkle_proof path;
    struct slice checkpoint; /* the signed note, as it is */
};

/* Appends the text of a proof. EXTRA are raw bytes, at most PROOF_EXTRA_MAX, and may be absent.
 * What is written is not verified, except that the checkpoint is a note and the index can be
 * one (ERR_BAD_FIELD, ERR_TOO_LARGE, or what note_split says). */
MUST_CHECK enum err tlog_proof_write(uint64_t index, const struct merkle_proof *path,
                                     struct slice extra, struct slice checkpoint, struct buf *out);
/* ERR_TOO_LARGE above PROOF_BYTES_MAX, PROOF_EXTRA_MAX or MERKLE_PROOF_MAX hashes; ERR_BAD_FIELD
 * unless every line is exactly as the format says; or what note_split says of the checkpoint. */
MUST_CHECK enum err tlog_proof_parse(struct slice text, struct tlog_proof *out);
/* The whole of it: signature, log, and that ENTRY (the leaf's bytes, not their hash) is at the
 * proof's index in the tree of the signed checkpoint. PROOF and CHECKPOINT (each may be NULL) say
 * what was proved. ERR_LOG_PROOF when the entry is not proved; else as tlog_proof_parse and
 * checkpoint_open. */
MUST_CHECK enum err tlog_proof_verify(struct slice entry, struct slice text,
                                      const struct checkpoint_trust *trust,
                                      struct tlog_proof *proof, struct checkpoint *checkpoint);
#endif
