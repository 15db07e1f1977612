/* fuzz_leaf.c — Job: any bytes as a leaf: refused, or exactly what the encoder writes. */
#include <assert.h>
#include <stddef.h>

#include "gateway/core/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct event event;
    if (leaf_decode((struct slice){(const char *)bytes, size}, &event) == ERR_OK)
        assert(event_fits(&event) && event.payload.bytes == NULL);
    else
        assert(event.type == EVENT_NONE);
    return 0;
}
