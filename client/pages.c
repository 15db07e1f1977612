/* pages.c — Job: the pages' life, browsers and their cookies, links, what was asked. */
#include "client/pages_inner.h"

#include "common/log.h"
#include "common/rng.h"
#include "common/secret.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- browsers ---- */

static struct browser *browser_by(struct pages *p, struct slice cookie)
{
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++)
        if (p->browsers[i].used && pages_same_secret(slice_of(p->browsers[i].cookie), cookie))
            return &p->browsers[i];
    return NULL;
}

bool pages_browser_known(struct pages *p, struct slice cookie)
{
    return browser_by(p, cookie) != NULL;
}

/* A free place, or that of the longest unused browser where nobody is and nothing is open. */
static struct browser *place(struct pages *p)
{
    struct browser *best = NULL;
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++) {
        struct browser *b = &p->browsers[i];
        if (!b->used)
            return b;
        if (b->links == 0 && id_absent(&b->session) && (best == NULL || b->used_at < best->used_at))
            best = b;
    }
    return best;
}

static void forget_asked_of(struct pages *p, const struct browser *browser)
{
    for (size_t i = 0; i < PAGES_ASKED_MAX; i++)
        if (p->asked[i].browser == browser)
            p->asked[i] = (struct asked){.kind = ASKED_FREE};
}

enum err pages_browser_new(struct pages *p, char cookie[PAGES_COOKIE_CHARS + 1])
{
    uint8_t random[PAGES_COOKIE_CHARS / 2];
    struct browser *b = place(p);
    if (b == NULL)
        return ERR_FULL;
    forget_asked_of(p, b);
    secret_wipe(b, sizeof *b);
    rng_fill(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(b->cookie + 2 * i, 3, "%02x", random[i]);
    secret_wipe(random, sizeof random);
    b->used = true;
    b->used_at = p->calls.mono_ms(p->calls.self);
    memcpy(cookie, b->cookie, sizeof b->cookie);
    return ERR_OK;
}

struct browser *pages_browser_of(struct pages *p, const struct id *session)
{
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++)
        if (p->browsers[i].used && !id_absent(session) &&
            id_equal(&p->browsers[i].session, session))
            return &p->browsers[i];
    return NULL;
}

bool pages_owns(const struct pages *p, const struct id *session)
{
    for (size_t i = 0; p != NULL && i < PAGES_BROWSERS_MAX; i++)
        if (p->browsers[i].used && !id_absent(session) &&
            (id_equal(&p->browsers[i].session, session) ||
             id_equal(&p->browsers[i].former, session)))
            return true;
    return p != NULL && pages_pin_has(p, session);
}

bool pages_watched(const struct pages *p)
{
    return p != NULL && p->links != NULL;
}

/* ---- links ---- */

enum err pages_link_new(struct pages *p, struct pages_socket *socket, struct slice cookie,
                        struct page_link **out)
{
    struct browser *browser = browser_by(p, cookie);
    struct page_link *link = calloc(1, sizeof *link);
    *out = link;
    if (link == NULL)
        return ERR_NO_MEMORY;
    if (browser == NULL) {
        free(link);
        *out = NULL;
        return ERR_NOT_ALLOWED;
    }
    *link = (struct page_link){.next = p->links, .pages = p, .socket = socket, .browser = browser};
    p->links = link;
    browser->links++;
    browser->used_at = p->calls.mono_ms(p->calls.self);
    pages_say_hello(p, link);
    pages_say_person(p, browser, ERR_OK);
    pages_say_people(p, link);
    pages_snapshot(link);
    pages_board_links(p);
    return ERR_OK;
}

/* It is in the list no more. */
static void forget_link(struct page_link *link)
{
    struct pages *p = link->pages;
    link->browser->links--;
    link->browser->used_at = p->calls.mono_ms(p->calls.self);
    pages_feeds_drop(link);
    pages_pdf_leave(link);
    free(link);
}

void pages_link_free(struct page_link *link)
{
    struct page_link **at = &link->pages->links;
    while (*at != link)
        at = &(*at)->next;
    struct pages *p = link->pages;
    *at = link->next;
    forget_link(link);
    pages_pdf_next(p);
    pages_board_links(p);
}

/* ---- what was asked ---- */

struct asked *pages_asked(struct pages *p, const struct id *message)
{
    for (size_t i = 0; i < PAGES_ASKED_MAX; i++)
        if (p->asked[i].kind != ASKED_FREE && id_equal(&p->asked[i].message, message))
            return &p->asked[i];
    return NULL;
}

enum err pages_ask(struct pages *p, enum asked_kind kind, const struct id *message,
                   struct browser *browser, struct slice re)
{
    struct asked *row = pages_asked(p, message);
    for (size_t i = 0; row == NULL && i < PAGES_ASKED_MAX; i++)
        if (p->asked[i].kind == ASKED_FREE)
            row = &p->asked[i];
    if (row == NULL)
        return ERR_FULL;
    if (row->kind != ASKED_FREE && row->browser != browser)
        return ERR_ID_REUSED; /* somebody else's */
    *row = (struct asked){.kind = kind, .message = *message, .browser = browser};
    if (re.size <= PAGES_RE_MAX && re.bytes != NULL)
        memcpy(row->re, re.bytes, re.size);
    return ERR_OK;
}

void pages_sign_out(struct pages *p, struct browser *browser)
{
    struct id session = browser->session;
    browser->session = (struct id){{0}};
    pages_pin_forget(p, &session);
    pages_say_cover(p, browser, "signed_out", NULL);
    pages_say_person(p, browser, ERR_OK);
    pages_snapshot_browser(p, browser);
    enum err err = client_sign_out(p->client, &session);
    if (err != ERR_OK)
        log_warn("pages", NULL, "a sign-out was not sent: %s", err_name(err));
    pages_say_people(p, NULL);
}

/* ---- life ---- */

static bool call_knows(void *self, struct slice cookie)
{
    return pages_browser_known(self, cookie);
}

static enum err call_admit(void *self, char cookie[PAGES_COOKIE_CHARS + 1])
{
    return pages_browser_new(self, cookie);
}

static enum err call_opened(void *self, struct pages_socket *socket, struct slice cookie,
                            void **user)
{
    struct page_link *link = NULL;
    enum err err = pages_link_new(self, socket, cookie, &link);
    *user = link;
    return err;
}

static void call_text(void *self, void *user, struct slice text)
{
    (void)self;
    pages_text(user, text);
}

static void call_drained(void *self, void *user)
{
    (void)self;
    if (user != NULL) /* it is being opened just now */
        pages_feed(user);
}

static void call_closed(void *self, void *user)
{
    (void)self;
    pages_link_free(user);
}

enum err pages_new(const struct pages_setup *setup, const struct pages_ways *ways,
                   struct pages **out)
{
    struct pages *p = secret_new(sizeof *p);
    *out = p;
    if (p == NULL)
        return ERR_NO_MEMORY;
    p->calls = setup->calls;
    p->ways = *ways;
    p->client = setup->client;
    p->side = setup->side;
    p->device_name = setup->device_name;
    p->language = setup->language;
    p->crew = setup->crew == NULL ? "" : setup->crew;
    p->print = setup->print;
    p->since = p->calls.wall_ms(p->calls.self);
    return ERR_OK;
}

void pages_free(struct pages *p)
{
    if (p == NULL)
        return;
    while (p->links != NULL) {
        struct page_link *link = p->links;
        p->links = link->next;
        forget_link(link);
    }
    for (size_t i = 0; i < HOSPITALS_PAGES_MAX; i++)
        frame_unref(p->hospitals[i]);
    frame_unref(p->reader);
    pages_files_close(p->files);
    secret_free(p);
}

static void find_pdf_program(struct pages *p)
{
    if (pdf_child_program(p->pdf_program) != ERR_OK)
        log_warn("pages", NULL, "sakiyomi-pdf-pages is not beside this program: no PDF is shown");
}

enum err pages_open(struct uv_loop_s *loop, const struct pages_setup *setup, struct pages **out)
{
    static const struct pages_ways ways = {pages_socket_send, pages_socket_close, pages_socket_idle,
                                           pdf_child_start, pdf_child_stop};
    const char *own = setup->side == FROM_HOSPITAL ? "hospital_client" : "ambulance_client";
    struct pages *p = NULL;
    *out = NULL;
    enum err err = pages_new(setup, &ways, &p);
    if (err == ERR_OK)
        err = pages_files_open(setup->folder, own, &p->files);
    if (err == ERR_OK) {
        p->loop = loop;
        find_pdf_program(p);
        struct pages_door_config config = {.name = setup->host,
                                           .address = setup->address,
                                           .port = setup->port,
                                           .cert_path = setup->cert_path,
                                           .key_path = setup->key_path,
                                           .files = p->files};
        struct pages_door_calls calls = {.self = p,
                                         .knows = call_knows,
                                         .admit = call_admit,
                                         .opened = call_opened,
                                         .text = call_text,
                                         .drained = call_drained,
                                         .closed = call_closed};
        err = pages_door_open(loop, &config, &calls, &p->door);
    }
    if (err != ERR_OK) {
        pages_free(p);
        return err;
    }
    *out = p;
    return ERR_OK;
}

static void on_door_closed(void *self)
{
    struct pages *p = self;
    void (*done)(void *) = p->done;
    void *done_self = p->done_self;
    pages_free(p);
    if (done != NULL)
        done(done_self);
}

void pages_close(struct pages *p, void (*done)(void *self), void *self)
{
    if (p == NULL)
        return;
    p->done = done;
    p->done_self = self;
    pages_door_close(p->door, on_door_closed, p);
}

int pages_port(const struct pages *p)
{
    return p == NULL ? 0 : pages_door_port(p->door);
}
