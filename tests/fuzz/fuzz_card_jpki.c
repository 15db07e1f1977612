/* fuzz_card_jpki.c — Job: a card that answers whatever the fuzzer likes, read and asked to sign. */
#include "ambulance_client/card_jpki.h"

#include <stdlib.h>

struct script {
    const uint8_t *at;
    size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each answer is one byte of length and that many bytes; at the end the card is mute. */
static enum err transmit(void *self, struct slice command, uint8_t *out, size_t room, size_t *size)
{
    struct script *s = self;
    (void)command;
    *size = 0;
    if (s->left == 0)
        return ERR_CARD_REMOVED;
    size_t wanted = s->at[0];
    s->at++;
    s->left--;
    *size = wanted < s->left ? wanted : s->left;
    *size = *size < room ? *size : room;
    memcpy(out, s->at, *size);
    s->at += *size;
    s->left -= *size;
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct card_reading reading;
    static struct card_signature signature;
    const struct hash hash = {{0}};
    for (int t1 = 0; t1 < 2; t1++) {
        struct script script = {data, size};
        struct card_line line = {.transmit = transmit, .self = &script, .le_with_data = t1 != 0};
        enum err err = card_jpki_read(&line, &reading);
        if (reading.certificate_size > CERT_BYTES_MAX || reading.tries > 15 || err == ERR_IO)
            abort();
        script = (struct script){data, size};
        err = card_jpki_sign(&line, slice_of("1234"), &hash, CARD_KEEP_LAST_TRY, &signature);
        if (signature.size > SIGNATURE_BYTES_MAX || (err == ERR_OK && signature.size == 0))
            abort();
    }
    return 0;
}
