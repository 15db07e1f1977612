/* fuzz_time_text.c — Job: any bytes as a time; what is accepted has exactly one spelling. */
#include "proto/time_text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t ms = -1;
    char text[TIME_TEXT_SIZE];
    struct slice bytes = {(const char *)data, size};
    if (time_parse(bytes, &ms) == ERR_OK) {
        assert(ms >= 0 && ms <= TIME_MS_MAX);
        time_text(ms, text);
        assert(slice_is(bytes, text));
    }
    if (size >= sizeof ms) {
        int64_t back = -1;
        memcpy(&ms, data, sizeof ms);
        time_text(ms, text);
        assert(time_parse(slice_of(text), &back) == ERR_OK);
        assert(back == (ms < 0 ? 0 : ms > TIME_MS_MAX ? TIME_MS_MAX : ms));
    }
    return 0;
}
