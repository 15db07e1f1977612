/* reader_link.h — Job: the card's side of the wire to a simulated reader, UNIX socket or TCP. */
#ifndef TESTS_CARD_EMULATOR_READER_LINK_H
#define TESTS_CARD_EMULATOR_READER_LINK_H

#include "proto/err.h"
#include "proto/slice.h"

/* The vpcd protocol (vsmartcard): each message is a two-byte big-endian length and that many
 * bytes. The card dials the reader: connected is inserted, closed is removed. A message of one
 * byte is for the reader's own purposes, any other one is a command APDU. */

enum { READER_MESSAGE_MAX = 65535 };

enum reader_control {
    READER_POWER_OFF = 0,
    READER_POWER_ON = 1,
    READER_RESET = 2,
    READER_GET_ATR = 4 /* the only one that is answered */
};

/* WHERE: "unix:/path" or "tcp:PORT" on loopback. The connected socket, or -1 (no reader there). */
int reader_dial(const char *where);
/* One message, waiting for its rest when the first byte is there. ERR_IO: the reader is gone. */
MUST_CHECK enum err reader_receive(int fd, uint8_t bytes[READER_MESSAGE_MAX], size_t *size);
MUST_CHECK enum err reader_send(int fd, const uint8_t *bytes, size_t size);
/* Closes; with ABORT a TCP connection is reset instead of closed. */
enum reader_close { READER_CLOSE, READER_ABORT };
void reader_hang_up(int fd, enum reader_close how);
#endif
