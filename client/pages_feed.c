/* pages_feed.c — Job: sealed pieces to a page, and the keys behind them.
 *
 * A page asks for the pieces of what its person may soon open, so that an opening only waits for
 * its keys. What a link has got of one view is noted until a cover, a person or a header is told
 * it: then a page may have forgotten, and pieces go again. */
#include "client/pages_inner.h"

#include "proto/base64.h"

static int64_t pieces_of(const struct sealed_section *section)
{
    return (int64_t)((section->sealed.size + VIEW_PIECE_BYTES_MAX - 1) / VIEW_PIECE_BYTES_MAX);
}

static void pop_feed(struct page_link *link)
{
    frame_unref(link->feeds[0].keys);
    link->feeds_count--;
    memmove(link->feeds, link->feeds + 1, link->feeds_count * sizeof link->feeds[0]);
    link->feeds[link->feeds_count] = (struct feed){.keys = NULL};
}

void pages_feeds_drop(struct page_link *link)
{
    while (link->feeds_count > 0)
        pop_feed(link);
}

static void send_piece(struct page_link *link, const struct feed *f,
                       const struct sealed_section *section)
{
    size_t from = (size_t)f->piece * VIEW_PIECE_BYTES_MAX;
    size_t left = section->sealed.size - from;
    struct message head = {.type = NULL};
    struct buf bytes = {0}, text;
    buf_init(&text, FRAME_BYTES_MAX);
    base64_add(&bytes, section->sealed.bytes + from,
               left < VIEW_PIECE_BYTES_MAX ? left : VIEW_PIECE_BYTES_MAX);
    struct body_view_piece body = {.view = f->view,
                                   .grant = f->grant,
                                   .section = section->section,
                                   .piece = f->piece,
                                   .pieces = pieces_of(section),
                                   .bytes = buf_slice(&bytes)};
    if (buf_error(&bytes) == ERR_OK &&
        message_encode(MSG_VIEW_PIECE, &head, &body, &text) == ERR_OK)
        pages_send(link, buf_slice(&text));
    else
        link->pages->ways.close(link->socket, CLOSE_INTERNAL, "no memory");
    buf_free(&bytes);
    buf_free(&text);
}

/* Of one view: a page shows one patient. */
static void note_there(struct page_link *link, const struct feed *f, int section)
{
    struct pieces_there *there = &link->there;
    if (!id_equal(&there->view, &f->view) || !id_equal(&there->grant, &f->grant))
        *there = (struct pieces_there){.view = f->view, .grant = f->grant};
    there->sections |= SECTION_BIT(section);
}

static bool is_there(const struct page_link *link, const struct feed *f, int section)
{
    const struct pieces_there *there = &link->there;
    return (there->sections & SECTION_BIT(section)) != 0 && id_equal(&there->view, &f->view) &&
           id_equal(&there->grant, &f->grant);
}

/* The next piece of the first feed; false: it has none left. */
static bool feed_piece(struct page_link *link, const struct sealed_view *view)
{
    struct feed *f = &link->feeds[0];
    while (f->section < view->sections_count) {
        const struct sealed_section *section = &view->sections[f->section];
        bool wanted = (f->sections & SECTION_BIT(section->section)) != 0 && section->done &&
                      section->section != SECTION_DOCUMENT && !is_there(link, f, section->section);
        if (wanted && f->piece < pieces_of(section)) {
            send_piece(link, f, section);
            f->piece++;
            if (f->piece == pieces_of(section))
                note_there(link, f, section->section);
            return true;
        }
        f->section++;
        f->piece = 0;
    }
    return false;
}

/* Keys overtake pieces on the line (control before bulk): a page gets them after the pieces. */
static bool is_whole(const struct sealed_view *view, uint64_t sections)
{
    uint64_t done = 0;
    for (size_t i = 0; i < view->sections_count; i++)
        if (view->sections[i].done)
            done |= SECTION_BIT(view->sections[i].section);
    return (sections & ~done) == 0;
}

static void send_keys(struct page_link *link, const struct feed *f, const struct sealed_view *view)
{
    if (f->keys == NULL)
        return; /* the pieces alone, ahead of an opening */
    if (f->sections & SECTION_BIT(SECTION_DOCUMENT))
        pages_pdf_opened(link, view);
    link->pages->ways.send(link->socket, f->keys);
}

void pages_feed(struct page_link *link)
{
    while (link->feeds_count > 0 && link->pages->ways.idle(link->socket)) {
        struct feed *f = &link->feeds[0];
        const struct sealed_view *view =
            sealed_views_find(client_views(link->pages->client), &f->view, &f->grant);
        bool begins = f->section == 0 && f->piece == 0;
        if (view != NULL && f->keys != NULL && begins && !is_whole(view, f->sections))
            return; /* HAPPENED_VIEW_COMPLETE comes, or the view goes */
        if (view != NULL && feed_piece(link, view))
            continue;
        if (view != NULL) /* else it was taken away in the meantime: no key either */
            send_keys(link, f, view);
        pop_feed(link);
    }
    if (link->feeds_count == 0)
        pages_pdf_feed(link);
}

/* What goes ahead of an opening makes room for one, and for what is asked instead of it. */
static void drop_ahead(struct page_link *link)
{
    size_t kept = 0;
    for (size_t i = 0; i < link->feeds_count; i++)
        if (link->feeds[i].keys != NULL)
            link->feeds[kept++] = link->feeds[i];
    for (size_t i = kept; i < link->feeds_count; i++)
        link->feeds[i] = (struct feed){.keys = NULL};
    link->feeds_count = kept;
}

enum err pages_feed_ahead(struct page_link *link, const struct id *view_id, const struct id *grant)
{
    const struct sealed_view *view =
        sealed_views_find(client_views(link->pages->client), view_id, grant);
    if (id_absent(&link->browser->session))
        return ERR_NO_SESSION;
    if (view == NULL || view->state != SEALED_COMPLETE)
        return ERR_NO_VIEW;
    drop_ahead(link);
    if (link->feeds_count == PAGES_FEEDS_MAX)
        return ERR_BUSY;
    link->feeds[link->feeds_count++] =
        (struct feed){.view = *view_id, .grant = *grant, .sections = UINT64_MAX};
    pages_feed(link);
    return ERR_OK;
}

void pages_feed_anew(struct page_link *link)
{
    link->there = (struct pieces_there){.sections = 0};
    for (size_t i = 0; i < link->feeds_count; i++) {
        link->feeds[i].section = 0;
        link->feeds[i].piece = 0;
    }
}

void pages_feed_anew_at(struct pages *p, const struct browser *browser)
{
    for (struct page_link *l = p->links; l != NULL; l = l->next)
        if (browser == NULL || l->browser == browser)
            pages_feed_anew(l);
}

void pages_feed_keys(struct page_link *link, const struct body_section_keys *body,
                     struct frame *keys)
{
    drop_ahead(link);
    if (link->feeds_count == PAGES_FEEDS_MAX) {
        link->pages->ways.close(link->socket, CLOSE_SLOW, "too slow");
        return;
    }
    struct feed *f = &link->feeds[link->feeds_count++];
    *f = (struct feed){.view = body->view, .grant = body->grant, .keys = frame_ref(keys)};
    for (size_t i = 0; i < body->keys_count; i++)
        f->sections |= UINT64_C(1) << body->keys[i].section;
    pages_feed(link);
}

/* No file of a document goes to a browser, so no key to it either. */
struct frame *pages_keys(const struct message *frame, struct slice text)
{
    const struct body_section_keys *body = frame->body;
    struct body_section_keys less = {.view = body->view, .grant = body->grant};
    struct message head = {.session = frame->session, .re = frame->re};
    struct frame *keys = NULL;
    struct buf b;
    for (size_t i = 0; i < body->keys_count; i++)
        if (body->keys[i].section != SECTION_DOCUMENT)
            less.keys[less.keys_count++] = body->keys[i];
    if (less.keys_count == body->keys_count)
        return frame_of(text);
    buf_init(&b, FRAME_BYTES_MAX);
    if (message_encode(MSG_SECTION_KEYS, &head, &less, &b) == ERR_OK)
        keys = frame_of(buf_slice(&b));
    buf_free(&b);
    return keys;
}
