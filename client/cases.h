/* cases.h — Job: what this device knows of each case: from snapshots, kept up by notices.
 *
 * It knows what the gateway lets it know (proto/shown.h) and nothing of a view's content. Texts in
 * it (a request, a talk, the crew's record) are clinical: wiped when replaced or dropped, in
 * memory only. */
#ifndef CLIENT_CASES_H
#define CLIENT_CASES_H

#include "proto/bodies.h"
#include "proto/message.h"
#include "proto/shown.h"

enum { SHORT_ID_CHARS = 6 };

/* One said or written thing: canonical JSON of the message of KIND. */
struct known_text {
    enum message_kind kind;
    int64_t at;
    struct id person;
    int own;                                  /* enum flag yes: of our own organisation */
    char person_name[TEXT_SHORT_MAX * 4 + 1]; /* "" : not told */
    struct buf json;
};

struct known_case {
    struct known_case *next;
    struct id id;
    char short_id[SHORT_ID_CHARS + 1]; /* the end of the id: how it is spoken of */
    struct shown_case shown;           /* slices in it are absent: texts stand below */
    struct buf opened, record;         /* crew: case_open and crew_record, JSON; empty: none */
    struct buf destined;               /* crew: the destination's message, JSON */
    struct buf eta;                    /* the newest eta message, JSON; empty: none */
    struct buf asked_text[CASE_HOSPITALS_MAX]; /* of shown.asked[i]: the inquiry, JSON */
    char asked_name[CASE_HOSPITALS_MAX][TEXT_SHORT_MAX * 4 + 1];
    struct known_text texts[CLIENT_TEXTS_MAX]; /* vitals, talk, answers …; newest last */
    size_t texts_count;
    bool stale; /* not yet confirmed by the snapshot that is coming */
};

struct cases; /* heap */

struct cases *cases_new(void);        /* NULL: no memory */
void cases_free(struct cases *cases); /* wipes; NULL is allowed */

/* A snapshot begins: COUNT cases follow; what is not among them is dropped when the last has
 * come. */
void cases_snapshot(struct cases *cases, int64_t count);
/* True while a snapshot is coming in. */
bool cases_incomplete(const struct cases *cases);
/* One snapshot_case frame (FRAME->body is struct shown_case). *OUT is the case. */
MUST_CHECK enum err cases_shown(struct cases *cases, const struct message *frame,
                                struct known_case **out);
/* One notice frame: folds it. *OUT: the case, NULL when the notice is about none. ERR_FULL. A case
 * that ended stays until cases_drop or the next snapshot. */
MUST_CHECK enum err cases_notice(struct cases *cases, const struct message *frame,
                                 struct known_case **out);

struct known_case *cases_first(const struct cases *cases);
struct known_case *cases_find(const struct cases *cases, const struct id *id);
/* By its whole id or by its last characters (at least 3), upper or lower case. ERR_NOT_FOUND;
 * ERR_CONFLICT: more than one. */
MUST_CHECK enum err cases_named(const struct cases *cases, struct slice name,
                                struct known_case **out);
size_t cases_count(const struct cases *cases);
/* The profile that what is shown of C has to say: of a practice case on a live gateway (PROFILE)
 * that of training. C may be NULL. */
int case_profile(const struct known_case *c, int profile);
void cases_drop(struct cases *cases, struct known_case *c);

/* The row of HOSPITAL; NULL HOSPITAL: the only one (a hospital sees only its own). NULL: none. */
const struct shown_asked *case_asked(const struct known_case *c, const struct id *hospital);
/* The live grant (not revoked, until later than NOW); newest first. NULL: none. */
const struct shown_grant *case_grant(const struct known_case *c, int64_t now);
const struct shown_grant *case_grant_by(const struct known_case *c, const struct id *grant);
const struct shown_view *case_view(const struct known_case *c, const struct id *view);
#endif
