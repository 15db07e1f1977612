/* cases_inner.h — Job: the cases as their own files share them; nobody else includes it. */
#ifndef CLIENT_CASES_INNER_H
#define CLIENT_CASES_INNER_H

#include "client/cases.h"

struct cases {
    struct known_case *first;
    size_t count;
    int64_t coming; /* cases of a snapshot that have not come yet; 0: none */
    bool incomplete;
};

/* Finds or makes. NULL: no memory, or CLIENT_CASES_MAX are known. */
struct known_case *cases_make(struct cases *cases, const struct id *id);
/* The canonical text of NODE as a body of KIND replaces what is in OUT; empty when it is none. */
void case_text(enum message_kind kind, const struct json *node, struct buf *out);
/* Adds one text, newest last; the oldest leaves when there are too many. */
void case_add_text(struct known_case *c, enum message_kind kind, int64_t at,
                   const struct body_notice *notice, const struct json *node);
/* The row of HOSPITAL, or NULL; its index goes with asked_text and asked_name. */
struct shown_asked *case_asked_row(struct known_case *c, const struct id *hospital);
/* Copies NAME, cut at TO_SIZE - 1 bytes on a character's boundary. */
void case_copy_name(char *to, size_t to_size, struct slice name);

/* One notice on its way into the fold. */
struct heard {
    struct known_case *c;
    const struct body_notice *b;
    const struct json *content; /* NULL: none for us */
    const struct json *opened;  /* to a new destination: the case_open message; NULL: not told */
};
typedef void fold_fn(const struct heard *t);
/* cases_notice_crew.c: card, view and take-over, which only the crew's device hears of. */
fold_fn fold_fetch_asked, fold_view_fetched, fold_fetch_failed, fold_view_ended,
    fold_identity_checked, fold_card_asked, fold_card_read, fold_card_refused, fold_case_opened,
    fold_no_view, fold_taken_over, fold_ground, fold_withdrawn;
/* The card was another person's: of the grounds only a refusal that nothing overtook stays. */
void forget_card(struct shown_case *s);
#endif
