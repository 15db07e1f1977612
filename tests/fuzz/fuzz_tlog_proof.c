/* fuzz_tlog_proof.c — Job: any bytes as an offline receipt. Nothing verifies under a key whose
 * secret nobody has. */
#include "proto/tlog_proof.h"

#include "proto/base64.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char known[] =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    struct slice text = {(const char *)data, size};
    struct note_key key;
    struct tlog_proof proof;
    uint8_t extra[PROOF_EXTRA_MAX];
    size_t extra_size = 0;
    if (note_key_parse(slice_of(known), &key) != ERR_OK)
        return 0;
    struct checkpoint_trust trust = {{NULL, 0}, &key, 1};
    assert(tlog_proof_verify(slice_of("entry"), text, &trust, NULL, NULL) != ERR_OK);
    if (tlog_proof_parse(text, &proof) != ERR_OK)
        return 0;
    struct buf again = {0};
    enum err e = base64_decode(proof.extra_base64, extra, sizeof extra, &extra_size);
    assert(e == ERR_OK);
    e = tlog_proof_write(proof.index, &proof.path, (struct slice){(char *)extra, extra_size},
                         proof.checkpoint, &again);
    assert(e == ERR_OK);
    /* An empty "extra " line is legal to read and is not written. */
    if (proof.extra_base64.bytes == NULL || extra_size != 0)
        assert(slice_equal(buf_slice(&again), text));
    buf_free(&again);
    return 0;
}
