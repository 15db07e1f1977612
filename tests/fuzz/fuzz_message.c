/* fuzz_message.c — Job: any bytes as a frame of any side; what is understood comes back. */
#include <assert.h>

#include "proto/limits.h"
#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Secrets are never written and raw members not read, so such a frame may miss a required field. */
static bool comes_back(const struct record *record)
{
    for (size_t i = 0; i < record->fields_count; i++)
        if (record->fields[i].flags == FIELD_REQUIRED &&
            (record->fields[i].kind == FIELD_SECRET || record->fields[i].kind == FIELD_RAW))
            return false;
    return true;
}

static void there_and_back(const struct message *first, enum sender sender)
{
    struct message second;
    struct complaint why;
    struct buf once = {0}, twice = {0};
    enum err e = message_encode(first->type->kind, first, first->body, &once);
    /* Too large: white space aside, ours may be longer: empty bodies are written. */
    assert(e == ERR_OK || e == ERR_TOO_LARGE);
    if (e == ERR_OK && comes_back(first->type->body)) {
        e = message_decode(buf_slice(&once), sender, &second, &why);
        assert(e == ERR_OK);
        e = message_encode(second.type->kind, &second, second.body, &twice);
        assert(e == ERR_OK);
        assert(slice_equal(buf_slice(&once), buf_slice(&twice)));
        message_fini(&second);
    }
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = {(const char *)data, size};
    for (unsigned side = FROM_AMBULANCE; side <= FROM_GATEWAY; side <<= 1) {
        struct message m;
        struct complaint why;
        enum err e = message_decode(frame, (enum sender)side, &m, &why);
        assert(memchr(why.path, '\0', sizeof why.path) != NULL);
        if (e != ERR_OK) {
            assert(m.body == NULL && m.json == NULL);
            continue;
        }
        there_and_back(&m, (enum sender)side);
        message_fini(&m);
    }
    return 0;
}
