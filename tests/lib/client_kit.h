/* client_kit.h — Job: a client against a gateway that is a page of text: frames written by hand.
 *
 * Nothing here uses proto/message.h to write: two ends of one encoder could agree on a mistake. */
#ifndef TESTS_LIB_CLIENT_KIT_H
#define TESTS_LIB_CLIENT_KIT_H

#include "client/client.h"
#include "tests/lib/log_sample.h"

enum { CKIT_SENT_MAX = 64, CKIT_HAPPENED_MAX = 128, CKIT_LOG_SIZE = 40 };

/* Ids by their last letter: CKIT_ID('A') is 0000000000000000000000000A. */
struct id ckit_id(char letter);

/* What a happening was, after the call in which it was told. */
struct ckit_happened {
    enum happening kind;
    struct id case_id, view_id, grant_id, session, message;
    uint64_t sections, entry;
    enum cover_why why;
    int revoke;
    enum witness_verdict verdict;
    enum err err;
    enum message_kind settled_kind;
    bool again;
};

struct client_kit {
    int64_t wall;
    uint64_t mono;
    bool line; /* sending works */
    int ids;
    struct buf sent[CKIT_SENT_MAX];
    size_t sent_count;
    struct ckit_happened happened[CKIT_HAPPENED_MAX];
    size_t happened_count;
    struct client *client; /* ckit_client makes one */
    struct log_sample log;
    struct note_key log_key;
    uint8_t log_secret[NOTE_SECRET_BYTES];
};

/* Zeroes KIT, makes its log key and a log of CKIT_LOG_SIZE entries; the line works. */
void ckit_init(struct client_kit *kit);
void ckit_fini(struct client_kit *kit);
/* Calls for a client or a desk; SELF is the kit. */
struct client_calls ckit_calls(struct client_kit *kit);
void ckit_client(struct client_kit *kit, enum sender side);

/* What the client sent: the newest frame with this type, parsed; NULL: none. Lent until
 * ckit_forget. */
struct slice ckit_sent(const struct client_kit *kit, const char *type);
size_t ckit_sent_times(const struct client_kit *kit, const char *type);
/* The text member PATH ("body.name") of a sent frame, in one of 8 static buffers; "": none. */
const char *ckit_member(struct slice frame, const char *path);
void ckit_forget(struct client_kit *kit); /* sent and happened */
size_t ckit_times(const struct client_kit *kit, enum happening kind);
const struct ckit_happened *ckit_last(const struct client_kit *kit,
                                      enum happening kind); /* or NULL */

/* ---- frames, appended to OUT ---- */
/* ENVELOPE: `"case":"…","n":1,` or "" ; BODY: the object. */
void ckit_frame(struct buf *out, const char *type, const char *envelope, const char *body);
/* The same, formatted (at most 60 KB). */
void ckit_format(struct buf *out, const char *type, const char *envelope, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Straight into the client. */
void ckit_say(struct client_kit *kit, const char *type, const char *envelope, const char *format,
              ...) __attribute__((format(printf, 4, 5)));
/* 26 characters of CKIT_ID(letter), in one of 8 static buffers. */
const char *ckit_text(char letter);

/* MS as RFC 3339, in one of 8 static buffers. */
const char *ckit_at(int64_t ms);

/* welcome with lease 120 s, the kit's wall clock and log key, n N. */
void ckit_welcome(struct client_kit *kit, int64_t n);
/* Online, welcome, an empty snapshot with n N. */
void ckit_ready(struct client_kit *kit, int64_t n);
/* A person signs in: session LETTER, person 'P', roles er_board and er_viewer. */
void ckit_sign_in(struct client_kit *kit, char letter);
/* The checkpoint at SIZE, its proof from OLD_SIZE. ROOT NULL: the true one. */
void ckit_checkpoint(struct client_kit *kit, uint64_t old_size, uint64_t size,
                     const struct hash *root, struct buf *body);
/* A hospital's case 'C': asked by inquiry 'Q', destination, grant 'G' of view 'V' until UNTIL. */
void ckit_case(struct client_kit *kit, int64_t until);

/* One section of a sealed view: PLAIN under a key that depends on the section's number. */
struct ckit_section {
    int section;
    const char *plain;
};
/* Header and pieces of view 'V' under grant GRANT ('\0': the crew's own), case 'C', in pieces of
 * PIECE bytes. */
void ckit_view(struct client_kit *kit, char grant, const struct ckit_section *sections,
               size_t count, size_t piece, int64_t until);
/* Only the first of both. */
void ckit_header(struct client_kit *kit, char grant, const struct ckit_section *sections,
                 size_t count, size_t piece, int64_t until);
void ckit_pieces(struct client_kit *kit, char grant, const struct ckit_section *sections,
                 size_t count, size_t piece);
/* The keys of these sections to session SESSION, with the log's entry 77. RE: the message it
 * answers, or NULL. */
void ckit_keys(struct client_kit *kit, char grant, char session,
               const struct ckit_section *sections, size_t count, const struct id *re);
#endif
