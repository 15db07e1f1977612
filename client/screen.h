/* screen.h — Job: a client program's terminal: plain lines for anybody, clinical text on a
 * terminal only.
 *
 * Two kinds of text go two ways. A plain line holds short ids, codes and times and may go into a
 * pipe. Private text (a request, a record, an opened section) is written to a terminal or not at
 * all; what was written is cleared with the terminal's own history. */
#ifndef CLIENT_SCREEN_H
#define CLIENT_SCREEN_H

#include "proto/buf.h"

struct screen {
    int fd;        /* -1: none */
    bool terminal; /* isatty */
    bool bell;     /* ring on requests */
    bool dirty;    /* private text is on it */
};

enum screen_bell { SCREEN_QUIET, SCREEN_RINGS };

void screen_init(struct screen *s, int fd, enum screen_bell bell);
/* One plain line; the newline is added. Nothing from a message may be in it but codes and times. */
void screen_line(struct screen *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void screen_text(struct screen *s, struct slice plain);
/* Private text. false: this is no terminal, nothing was written. */
bool screen_private(struct screen *s, struct slice text);
/* Clears the terminal and its history if private text is on it. */
void screen_clear(struct screen *s);
void screen_ring(struct screen *s);
#endif
