/* fuzz_checkpoint.c — Job: any bytes as a checkpoint's text; what is read is written the same. */
#include "proto/checkpoint.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct checkpoint checkpoint;
    struct buf again = {0};
    if (checkpoint_parse(text, &checkpoint) != ERR_OK)
        return 0;
    checkpoint_text(&checkpoint, &again);
    /* Extension lines may follow; the three lines have one spelling. */
    assert(again.size <= size && memcmp(again.bytes, text.bytes, again.size) == 0);
    buf_free(&again);
    return 0;
}
