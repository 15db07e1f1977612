/* pages_kit.h — Job: pages without a door: links that are lists of frames, around a client_kit. */
#ifndef TESTS_LIB_PAGES_KIT_H
#define TESTS_LIB_PAGES_KIT_H

#include "client/pages_inner.h"
#include "tests/lib/client_kit.h"

enum { PKIT_LINKS = 4, PKIT_FRAMES = 512, PKIT_CHILDREN = 64, PKIT_PDF_CHARS = 64 };

struct pkit_link {
    struct page_link *link;
    struct buf frames[PKIT_FRAMES];
    size_t count;
    bool full; /* takes pieces no longer: not idle */
    enum close_code closed;
    char cookie[PAGES_COOKIE_CHARS + 1];
};

/* What would have drawn a page of a PDF. */
struct pkit_child {
    struct pdf_child_calls calls;
    bool runs;
    int page;
    enum pdf_size size;
    char pdf[PKIT_PDF_CHARS]; /* its first characters, in base64 */
};

struct pages_kit {
    struct client_kit wire;
    struct pages *pages;
    struct pkit_link links[PKIT_LINKS];
    struct body_board board; /* the last that a page told; texts are gone */
    size_t boards;
    struct pkit_child children[PKIT_CHILDREN];
    size_t children_count;
    enum err pdf_error; /* of the next starts */
};

/* Pages of a program of SIDE, online, with an empty snapshot. */
void pkit_init(struct pages_kit *kit, enum sender side);
void pkit_fini(struct pages_kit *kit);
/* Link INDEX is opened by a browser of its own. */
void pkit_open(struct pages_kit *kit, size_t index);
/* The page of link INDEX says TEXT. */
void pkit_text(struct pages_kit *kit, size_t index, const char *text);
/* A frame of the gateway, through the client as the programs do it. */
void pkit_say(struct pages_kit *kit, const char *type, const char *envelope, const char *format,
              ...) __attribute__((format(printf, 4, 5)));
/* A whole sign-in of session LETTER at link INDEX. */
void pkit_sign_in(struct pages_kit *kit, size_t index, char letter);
/* The keys of these SECTIONS of view V under grant G to session LETTER. */
void pkit_keys(struct pages_kit *kit, char letter, const struct ckit_section *sections,
               size_t count);
/* The newest frame of TYPE that link INDEX has got; bytes NULL: none. */
struct slice pkit_got(const struct pages_kit *kit, size_t index, const char *type);
size_t pkit_times(const struct pages_kit *kit, size_t index, const char *type);
/* Child INDEX has drawn an image of SIZE bytes, or ERR. */
void pkit_drawn(struct pages_kit *kit, size_t index, enum err err, size_t size);
void pkit_forget(struct pages_kit *kit);
#endif
