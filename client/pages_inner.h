/* pages_inner.h — Job: the pages as their own files share them; nobody else includes it. */
#ifndef CLIENT_PAGES_INNER_H
#define CLIENT_PAGES_INNER_H

#include "client/pages.h"
#include "client/pages_door.h"
#include "client/pdf_child.h"
#include "proto/limits.h"

enum { PAGES_RE_MAX = 64 /* a local request's id */, PAGES_UNCOVERED_MAX = 16 };

/* A document that the person here has opened: its pages may be asked for. */
struct opened_document {
    struct id view, grant, session; /* session absent: free */
    struct id taken;                /* their last taken_out of it; absent: none */
    bool is_logged;                 /* has its receipt: pages may be asked for paper */
};

/* A page of a document, as it is asked for. */
struct pdf_wish {
    struct id view, grant;
    int part, page;
    enum pdf_size size;
};

struct browser {
    bool used;
    char cookie[PAGES_COOKIE_CHARS + 1]; /* secret */
    uint64_t used_at;                    /* monotonic ms */
    size_t links;
    struct id session; /* of the person who is here; absent: nobody */
    struct id former;  /* to be signed out as soon as nothing else is going on; absent: none */
    struct opened_document documents[PAGES_DOCUMENTS_MAX];
    size_t documents_next; /* the place of the oldest */
};

/* Pieces on their way to one page, and the keys behind them. */
struct feed {
    struct id view, grant;
    uint64_t sections;
    size_t section; /* index of the view */
    int64_t piece;
    struct frame *keys; /* NULL: pieces alone, ahead of an opening */
};

/* Sections of one view whose sealed pieces a page has. */
struct pieces_there {
    struct id view, grant;
    uint64_t sections;
};

struct page_link {
    struct page_link *next;
    struct pages *pages;
    struct pages_socket *socket;
    struct browser *browser;
    struct feed feeds[PAGES_FEEDS_MAX];
    size_t feeds_count;
    struct pieces_there there;
    int people; /* board: what this page says of who is before it; enum flag */
};

/* What the pages of one box say together. */
struct board_told {
    int people, accepting; /* enum flag */
    bool specialties_told;
    char specialties[TEXT_SHORT_MAX * 4 + 1];
};

/* Who may come back by a PIN. */
struct pinned {
    struct id session, person;          /* absent: free */
    char pin[PAGES_PIN_DIGITS_MAX + 1]; /* secret */
    int wrong;                          /* in a row */
    bool over; /* the person has signed on anew: to be signed out as a former one */
};

enum asked_kind { ASKED_FREE, ASKED_RELAYED, ASKED_SIGN_IN, ASKED_PASSWORD };
/* A message of a page whose answer is still to come. */
struct asked {
    enum asked_kind kind;
    struct id message;
    struct browser *browser;
    char re[PAGES_RE_MAX + 1]; /* of a local request */
};

/* Shown without the gateway, not yet said to it. */
struct uncovered {
    struct id case_id, view, grant, session;
    uint64_t sections; /* 0: free */
    int64_t at;
};

/* A page of a PDF for one link:
 *
 *   FREE --asked--> WAITS --a child is free--> DRAWN --done--> SENT (piece by piece) --> FREE
 *
 * WAITS and DRAWN wait for children, which PDF_WAIT_MS ends; SENT for the page, which is closed
 * when it is too slow. A cover frees at any place. */
enum pdf_job_state { PDF_JOB_FREE, PDF_JOB_WAITS, PDF_JOB_DRAWN, PDF_JOB_SENT };
struct pdf_job {
    enum pdf_job_state state;
    struct pages *pages;
    struct page_link *link;
    char re[PAGES_RE_MAX + 1];
    struct pdf_wish wish;
    uint64_t order; /* who came first */
    struct pdf_child *child;
    struct pdf_reading image;
    size_t sent; /* bytes of it */
};

/* The way to a link; tests have their own. */
struct pages_ways {
    void (*send)(struct pages_socket *socket, struct frame *frame);
    void (*close)(struct pages_socket *socket, enum close_code code, const char *why);
    bool (*idle)(const struct pages_socket *socket);
    enum err (*pdf_start)(struct uv_loop_s *loop, const struct pdf_order *order,
                          const struct pdf_child_calls *calls, struct pdf_child **out);
    void (*pdf_stop)(struct pdf_child *child);
};

/* In locked memory: cookies. */
struct pages {
    struct pages_calls calls;
    struct pages_ways ways;
    struct client *client;
    enum sender side;
    const char *device_name, *language, *crew;
    struct pages_files *files;
    struct pages_door *door;
    struct browser browsers[PAGES_BROWSERS_MAX];
    struct page_link *links;
    struct asked asked[PAGES_ASKED_MAX];
    struct uncovered uncovered[PAGES_UNCOVERED_MAX];
    struct pinned pinned[PAGES_PEOPLE_MAX];
    struct frame *hospitals[HOSPITALS_PAGES_MAX]; /* the last list that was heard */
    struct frame *reader;                         /* the last local.card */
    bool in_frame, up, shown;                     /* shown: the lease held when we last looked */
    int64_t since;                                /* wall ms: up or down */
    int64_t n_before;
    size_t waiting_told, earlier; /* earlier: of the program's life before this one */
    int64_t earlier_at;
    struct board_told board;
    bool print;
    struct uv_loop_s *loop;
    char pdf_program[FILE_PATH_MAX]; /* empty: no page of a PDF can be shown */
    struct pdf_job pdf_jobs[PDF_JOBS_MAX];
    uint64_t pdf_order;
    char org_name[TEXT_SHORT_MAX * 4 + 1], gateway[TEXT_SHORT_MAX * 4 + 1];
    void (*done)(void *self);
    void *done_self;
};

/* pages.c */
MUST_CHECK enum err pages_new(const struct pages_setup *setup, const struct pages_ways *ways,
                              struct pages **out);
void pages_free(struct pages *p);
bool pages_browser_known(struct pages *p, struct slice cookie);
MUST_CHECK enum err pages_browser_new(struct pages *p, char cookie[PAGES_COOKIE_CHARS + 1]);
MUST_CHECK enum err pages_link_new(struct pages *p, struct pages_socket *socket,
                                   struct slice cookie, struct page_link **out);
void pages_link_free(struct page_link *link);
struct browser *pages_browser_of(struct pages *p, const struct id *session);
/* ERR_FULL */
MUST_CHECK enum err pages_ask(struct pages *p, enum asked_kind kind, const struct id *message,
                              struct browser *browser, struct slice re);
struct asked *pages_asked(struct pages *p, const struct id *message);
void pages_sign_out(struct pages *p, struct browser *browser);

/* pages_feed.c */
void pages_feed(struct page_link *link);
void pages_feeds_drop(struct page_link *link);
/* The sealed pieces of a whole view, without a key. ERR_NO_SESSION, ERR_NO_VIEW, ERR_BUSY. */
MUST_CHECK enum err pages_feed_ahead(struct page_link *link, const struct id *view,
                                     const struct id *grant);
/* KEYS go behind the pieces that are not there. Keeps a reference to KEYS. */
void pages_feed_keys(struct page_link *link, const struct body_section_keys *body,
                     struct frame *keys);
/* The page may have forgotten its pieces: all go again when they are wanted. */
void pages_feed_anew(struct page_link *link);
void pages_feed_anew_at(struct pages *p, const struct browser *browser); /* NULL: all */
/* The frame of keys as a page gets it. NULL: no memory. */
struct frame *pages_keys(const struct message *frame, struct slice text);

/* pages_out.c */
/* The case's view header as this page may see it, from what is here. */
void pages_header_to(struct page_link *link, const struct sealed_view *view);

/* pages_say.c: local.* frames. LINK NULL: to all. */
enum audience { TO_ALL, TO_SIGNED_IN, TO_OTHERS /* with nobody signed in */ };
void pages_send(struct page_link *link, struct slice text);
void pages_send_browser(struct pages *p, const struct browser *browser, struct slice text);
void pages_send_to(struct pages *p, enum audience audience, struct slice text);
void pages_say_hello(struct pages *p, struct page_link *link);
/* CODE: the gateway's own word about it; ERR_OK: none. */
void pages_say_line(struct pages *p, enum err code);
void pages_say_waiting(struct pages *p);
size_t pages_waiting(const struct pages *p); /* messages without a receipt, of all lives */
/* CODE: why nobody is signed in; ERR_OK: no reason. */
void pages_say_person(struct pages *p, const struct browser *browser, enum err code);
/* Who is signed on at pages of this program. LINK NULL: to all. */
void pages_say_people(struct pages *p, struct page_link *link);
/* What the crews are told of this board, and how many pages are open. LINK NULL: to all. */
void pages_say_board(struct pages *p, struct page_link *link);
/* TRIES: left; negative: not told. */
void pages_say_tries(struct pages *p, const struct browser *browser, const char *re, enum err err,
                     int tries);
void pages_say_result(struct pages *p, const struct browser *browser, const char *re,
                      const struct settled *how);
void pages_say_failure(struct pages *p, const struct browser *browser, const char *re,
                       enum err err);
/* BROWSER NULL: to all. WHAT NULL: everything. */
void pages_say_cover(struct pages *p, const struct browser *browser, const char *reason,
                     const struct happened *what);
/* As the gateway would refuse it. */
void pages_say_refusal(struct pages *p, const struct browser *browser, const struct id *message,
                       const struct settled *how);

/* pages_snapshot.c */
void pages_snapshot(struct page_link *link);
void pages_snapshot_browser(struct pages *p, const struct browser *browser);
void pages_snapshot_all(struct pages *p);
void pages_case(struct page_link *link, const struct known_case *c);

/* pages_uncover.c */
/* The page's person wants to see again what was covered for want of the gateway. As
 * client_uncover; ERR_NO_VIEW, ERR_FULL. */
MUST_CHECK enum err pages_uncover(struct page_link *link, const struct id *view,
                                  const struct id *grant);
void pages_uncovered_say(struct pages *p); /* the gateway is there again */

/* pages_pin.c */
/* ERR_NO_SESSION, ERR_BAD_FIELD: not four to eight digits, ERR_FULL. */
MUST_CHECK enum err pages_pin_set(struct pages *p, const struct browser *browser, struct slice pin);
/* Nobody is here any more; the session stays. ERR_NO_SESSION, ERR_NO_PIN. */
MUST_CHECK enum err pages_lock(struct pages *p, struct browser *browser);
/* ERR_NO_PIN: nobody such, ERR_SESSION_ENDED, ERR_PIN_WRONG, ERR_PIN_LOCKED: now signed out. TRIES:
 * left; negative: not counted. */
MUST_CHECK enum err pages_unlock(struct pages *p, struct browser *browser, const struct id *person,
                                 struct slice pin, int *tries);
bool pages_pin_has(const struct pages *p, const struct id *session);
void pages_pin_forget(struct pages *p, const struct id *session);
/* WHO has signed on anew: an older session's PIN opens nothing any more. */
void pages_pin_again(struct pages *p, const struct signed_in *who);
/* Somebody else comes to BROWSER: who was there is locked, or signed out for want of a PIN. */
void pages_displace(struct pages *p, struct browser *browser);

/* pages_board.c */
/* One page of the box speaks; somebody is there when one page says so. What BODY leaves out stays.
 * ERR_NOT_PROVIDED: no board; ERR_TOO_LARGE. */
MUST_CHECK enum err pages_board_say(struct page_link *link, const struct body_board *body);
/* A page has come or gone. */
void pages_board_links(struct pages *p);

/* pages_pdf.c */
/* The keys that opened the document of a view are about to go to LINK: what it holds but for the
 * files goes as local.document, and pages may be asked for. */
void pages_pdf_opened(struct page_link *link, const struct sealed_view *view);
/* ERR_NO_SESSION, ERR_NO_VIEW: not opened by this person at this browser, or covered;
 * ERR_OUT_OF_SCOPE: the patient does not want it shown; ERR_NOT_ALLOWED: for paper, and no
 * taken_out of it has its receipt; ERR_NOT_FOUND: no such part; ERR_BUSY; ERR_NOT_PROVIDED. ERR_OK:
 * local.pdf_page and local.result follow. */
MUST_CHECK enum err pages_pdf_ask(struct page_link *link, const char *re,
                                  const struct pdf_wish *wish);
/* The person at BROWSER has said that sections are taken out; and MESSAGE has its receipt. */
void pages_pdf_taken(struct browser *browser, const struct relayed *what);
void pages_pdf_logged(struct browser *browser, const struct id *message);
/* The next piece, as long as the page takes them. */
void pages_pdf_feed(struct page_link *link);
/* VIEW under GRANT was covered or is gone: nobody may ask any more. */
void pages_pdf_covered(struct pages *p, const struct id *view, const struct id *grant);
/* The person of BROWSER has closed what was open there; another may have the same view open. */
void pages_pdf_closed(struct browser *browser);
/* The one who had opened VIEW sees it again without the gateway, and may ask again. */
void pages_pdf_uncovered(struct pages *p, const struct sealed_view *view);
/* LINK is being closed. */
void pages_pdf_leave(struct page_link *link);
/* Children may be free again. */
void pages_pdf_next(struct pages *p);

void pages_text(struct page_link *link, struct slice text);
#endif
