/* sealed_view.h — Job: sealed views as they arrive, piece by piece; their sections opened, and
 * wiped.
 *
 * A view arrives as a header and the pieces of each sealed section, in order (PROTOCOL.md). It is
 * complete when every section has all its bytes and the SHA-256 that the header names. Until a
 * section's key comes nothing of it can be read. Only memory: a view is never written anywhere.
 *
 *   (none) --header--> COMING --last piece, all hashes hold--> COMPLETE --key--> opened sections
 *     ^                  | a piece out of order, a wrong hash: BROKEN (a new header begins anew)
 *     +------------------+---- sealed_views_drop: right ended, voided, gone
 *
 * COMING and BROKEN wait for frames; the owner's tick asks for a snapshot when one has waited for
 * CLIENT_VIEW_WAIT_MS. */
#ifndef CLIENT_SEALED_VIEW_H
#define CLIENT_SEALED_VIEW_H

#include "proto/bodies.h"
#include "proto/buf.h"

enum sealed_state { SEALED_COMING = 1, SEALED_COMPLETE, SEALED_BROKEN };

struct sealed_section {
    int section;           /* enum section */
    int64_t bytes, pieces; /* as the header says */
    int64_t next;          /* the piece that is expected */
    struct hash hash;      /* of the sealed bytes: tells sameness at both ends, says nothing */
    struct buf sealed;
    bool done;    /* all bytes are here and the hash holds */
    bool has_key; /* a key that came before the last piece waits for it */
    uint8_t key[KEY_BYTES];
    struct buf plain; /* {"content":…,"state":…}; empty: not opened. Wiped when covered */
};

/* In locked memory. */
struct sealed_view {
    struct sealed_view *next;
    enum sealed_state state;
    struct id case_id, view, grant; /* grant absent: the crew's own right */
    int source;                     /* enum view_kind */
    int64_t fetched_at, until;      /* gateway's time; until 0: none told */
    int refetched, simulator;
    uint64_t openable, hidden;
    struct sealed_section sections[VIEW_SECTIONS];
    size_t sections_count;
    size_t bytes;        /* held */
    uint64_t opened;     /* sections whose plain text is here */
    uint64_t veiled;     /* here too, but covered for want of the gateway: one touch shows them */
    bool touched;        /* somebody has: they stay until the end of the right */
    uint64_t changed_at; /* monotonic ms of the last header or piece */
    struct id opened_by; /* session whose keys opened them */
};

struct sealed_views; /* heap */

/* LIMIT_BYTES: of all views together, sealed and opened. NULL: no memory. */
struct sealed_views *sealed_views_new(size_t limit_bytes);
void sealed_views_free(struct sealed_views *views); /* wipes; NULL is allowed */

/* What a frame has brought about. */
struct sealed_progress {
    struct sealed_view *view;
    bool complete;   /* this frame has made it complete */
    uint64_t opened; /* sections that this frame has opened */
};

/* A header begins a view, or says what it consists of now: sections that are here already with the
 * same hash stay (their pieces, which follow, are let pass), the others begin anew. *PROGRESS may
 * say complete. ERR_BAD_FIELD: a section twice, or counts that cannot be; ERR_FULL above the
 * limits. */
MUST_CHECK enum err sealed_views_header(struct sealed_views *views, const struct id *case_id,
                                        const struct body_view_header *header, uint64_t mono_ms,
                                        struct sealed_progress *progress);
/* One piece. ERR_NOT_FOUND: no header, or not of this view; ERR_PROTOCOL: out of order or too many
 * bytes; ERR_CRYPTO: the hash does not hold, or a waiting key does not fit. After the last two the
 * view is BROKEN; PROGRESS->view says which in any case. */
MUST_CHECK enum err sealed_views_piece(struct sealed_views *views,
                                       const struct body_view_piece *piece, uint64_t mono_ms,
                                       struct sealed_progress *progress);
/* The keys of opened sections, to SESSION. Control frames overtake pieces, so a key may come
 * first: it then waits, wiped once used. ERR_NOT_FOUND: no such view here; ERR_CRYPTO: a key does
 * not fit (what fitted stays open). */
MUST_CHECK enum err sealed_views_keys(struct sealed_views *views, const struct id *session,
                                      const struct body_section_keys *keys,
                                      struct sealed_progress *progress);

/* GRANT absent: the crew's own copy of VIEW. NULL: none. */
struct sealed_view *sealed_views_find(const struct sealed_views *views, const struct id *view,
                                      const struct id *grant);
struct sealed_view *sealed_views_first(const struct sealed_views *views);
/* The newest of a case, or NULL. */
struct sealed_view *sealed_views_of_case(const struct sealed_views *views,
                                         const struct id *case_id);
size_t sealed_views_bytes(const struct sealed_views *views);

/* The plain JSON of an opened section; bytes NULL: not opened, veiled, or not in this view. Lent
 * until it is covered. */
struct slice sealed_view_plain(const struct sealed_view *view, int section);
/* Opened sections become veiled: nobody sees them (sealed_view_plain), they are not wiped. Gives
 * which. */
uint64_t sealed_view_veil(struct sealed_view *view);
/* And back. */
uint64_t sealed_view_unveil(struct sealed_view *view);
/* Wipes every opened or veiled section; the sealed bytes stay. Gives those that were open. */
uint64_t sealed_view_cover(struct sealed_views *views, struct sealed_view *view);
/* Wipes and forgets VIEW. */
void sealed_views_drop(struct sealed_views *views, struct sealed_view *view);
/* The same for each view of GRANT, VIEW_ID or CASE_ID (absent ids match nothing). Gives how
 * many. */
size_t sealed_views_drop_of(struct sealed_views *views, const struct id *case_id,
                            const struct id *view_id, const struct id *grant);
#endif
