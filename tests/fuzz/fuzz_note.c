/* fuzz_note.c — Job: any bytes as a signed note, and as a vkey. */
#include "proto/note.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char known[] =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    struct slice bytes = {(const char *)data, size};
    struct note_key keys[2] = {{.id = 0}};
    struct note_opened opened;
    struct note parts;
    if (note_key_parse(slice_of(known), &keys[0]) != ERR_OK)
        return 0;
    if (note_open(bytes, keys, 1, &opened) == ERR_OK)
        assert(note_split(bytes, &parts) == ERR_OK && slice_equal(parts.text, opened.text));
    if (note_key_parse(bytes, &keys[1]) == ERR_OK) {
        struct buf again = {0};
        note_key_format(&keys[1], &again);
        assert(slice_equal(buf_slice(&again), bytes));
        buf_free(&again);
    }
    return 0;
}
