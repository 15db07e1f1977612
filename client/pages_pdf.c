/* pages_pdf.c — Job: a document's pages as images: to the person who has opened it, while it is.
 *
 * A PDF in the clear never goes to a browser. The program has its own opened copy (sealed_view.h);
 * a child draws one page of it (pdf_child.h); the image goes to the page that asked, in pieces.
 * That it is still open is looked at before each of them. */
#include "client/pages_inner.h"

#include "client/pages_cut.h"
#include "client/section_json.h"
#include "proto/base64.h"

#include <stdio.h>

/* ---- who may ---- */

/* NULL: the person who is here has not opened it. */
static struct opened_document *opened_at(struct browser *browser, const struct id *view,
                                         const struct id *grant)
{
    const struct id *session = &browser->session;
    for (size_t i = 0; i < PAGES_DOCUMENTS_MAX && !id_absent(session); i++) {
        struct opened_document *d = &browser->documents[i];
        if (id_equal(&d->session, session) && id_equal(&d->view, view) &&
            id_equal(&d->grant, grant))
            return d;
    }
    return NULL;
}

/* The document's plain text; bytes NULL: it may not be shown at this page now. */
static struct slice open_document(const struct page_link *link, const struct id *view_id,
                                  const struct id *grant)
{
    const struct sealed_view *view =
        sealed_views_find(client_views(link->pages->client), view_id, grant);
    if (view == NULL || opened_at(link->browser, view_id, grant) == NULL)
        return (struct slice){NULL, 0};
    return sealed_view_plain(view, SECTION_DOCUMENT);
}

/* ---- what the document holds, without its files ---- */

static void add_document_piece(const struct sealed_view *view, struct slice text, size_t from,
                               struct buf *out)
{
    char id[ID_TEXT_SIZE];
    size_t left = text.size - from;
    size_t size = left < VIEW_PIECE_BYTES_MAX ? left : VIEW_PIECE_BYTES_MAX;
    id_text(&view->view, id);
    buf_init(out, FRAME_BYTES_MAX);
    buf_text(out, "{\"type\":\"local.document\",\"body\":{");
    buf_printf(out, "\"view\":\"%.*s\",", (int)sizeof id, id);
    if (!id_absent(&view->grant)) {
        id_text(&view->grant, id);
        buf_printf(out, "\"grant\":\"%.*s\",", (int)sizeof id, id);
    }
    buf_printf(out, "\"piece\":%zu,\"pieces\":%zu,\"bytes\":\"", from / VIEW_PIECE_BYTES_MAX,
               (text.size + VIEW_PIECE_BYTES_MAX - 1) / VIEW_PIECE_BYTES_MAX);
    base64_add(out, text.bytes + from, size);
    buf_text(out, "\"}}");
}

static void send_document(struct page_link *link, const struct sealed_view *view,
                          struct slice plain)
{
    static const char *const files[] = {"files"};
    struct buf whole = {0}, less = {0}, frame;
    buf_text(&whole, "{\"body\":");
    buf_add(&whole, plain.bytes, plain.size);
    buf_byte(&whole, '}');
    enum err err = buf_error(&whole);
    if (err == ERR_OK)
        err = pages_cut(buf_slice(&whole), files, 1, &less);
    for (size_t from = 0; err == ERR_OK && from < less.size; from += VIEW_PIECE_BYTES_MAX) {
        add_document_piece(view, buf_slice(&less), from, &frame);
        err = buf_error(&frame);
        if (err == ERR_OK)
            pages_send(link, buf_slice(&frame));
        buf_free(&frame);
    }
    if (err != ERR_OK)
        link->pages->ways.close(link->socket, CLOSE_INTERNAL, "no memory");
    buf_free(&whole);
    buf_free(&less);
}

static void allow(struct browser *browser, const struct sealed_view *view)
{
    if (opened_at(browser, &view->view, &view->grant) != NULL)
        return;
    browser->documents[browser->documents_next] = (struct opened_document){
        .view = view->view, .grant = view->grant, .session = browser->session};
    browser->documents_next = (browser->documents_next + 1) % PAGES_DOCUMENTS_MAX;
}

void pages_pdf_opened(struct page_link *link, const struct sealed_view *view)
{
    struct slice plain = sealed_view_plain(view, SECTION_DOCUMENT);
    if (plain.bytes == NULL)
        return; /* covered in the meantime */
    allow(link->browser, view);
    send_document(link, view, plain);
}

void pages_pdf_uncovered(struct pages *p, const struct sealed_view *view)
{
    struct browser *browser = pages_browser_of(p, &view->opened_by);
    if (browser != NULL && sealed_view_plain(view, SECTION_DOCUMENT).bytes != NULL)
        allow(browser, view);
}

/* ---- paper: only what the log has ---- */

void pages_pdf_taken(struct browser *browser, const struct relayed *what)
{
    struct opened_document *d = opened_at(browser, &what->view, &what->grant);
    if (d != NULL && what->sections & SECTION_BIT(SECTION_DOCUMENT))
        d->taken = what->message;
}

void pages_pdf_logged(struct browser *browser, const struct id *message)
{
    for (size_t i = 0; i < PAGES_DOCUMENTS_MAX; i++)
        if (id_equal(&browser->documents[i].taken, message))
            browser->documents[i].is_logged = true;
}

/* ---- jobs ---- */

static void free_job(struct pdf_job *job)
{
    if (job->child != NULL)
        job->pages->ways.pdf_stop(job->child);
    pdf_reading_fini(&job->image);
    *job = (struct pdf_job){.state = PDF_JOB_FREE};
}

static void end_job(struct pdf_job *job, enum err err)
{
    struct pages *p = job->pages;
    const struct browser *browser = job->link->browser;
    char re[PAGES_RE_MAX + 1];
    memcpy(re, job->re, sizeof re);
    free_job(job);
    pages_say_failure(p, browser, re, err);
}

static void on_drawn(void *self, enum err err, struct pdf_reading *reading)
{
    struct pdf_job *job = self;
    struct pages *p = job->pages;
    job->child = NULL;
    if (err == ERR_OK) {
        job->image = *reading; /* its memory moves */
        *reading = (struct pdf_reading){.pages = 0};
        job->state = PDF_JOB_SENT;
        pages_feed(job->link);
    } else {
        end_job(job, err);
    }
    pages_pdf_next(p);
}

/* The PDF with this number, in base64. */
static enum err take_pdf(struct slice plain, int part, struct buf *out)
{
    struct section_json *doc = NULL;
    char number[16];
    enum err err = section_json_parse(plain, &doc);
    if (err != ERR_OK)
        return err;
    snprintf(number, sizeof number, "%d", part);
    uint32_t file = section_first(doc, section_get(doc, 0, "files"));
    while (file != SECTION_NONE &&
           !(slice_is(section_text(doc, section_get(doc, file, "part")), number) &&
             slice_is(section_member(doc, file, "media"), "application/pdf")))
        file = section_next(doc, file);
    struct slice bytes = section_member(doc, file, "bytes");
    if (bytes.bytes != NULL)
        buf_add(out, bytes.bytes, bytes.size);
    section_json_free(doc);
    return bytes.bytes == NULL ? ERR_NOT_FOUND : buf_error(out);
}

static enum err start(struct pdf_job *job)
{
    struct pages *p = job->pages;
    struct buf pdf = {0};
    struct slice plain = open_document(job->link, &job->wish.view, &job->wish.grant);
    enum err err = plain.bytes == NULL ? ERR_NO_VIEW : take_pdf(plain, job->wish.part, &pdf);
    if (err == ERR_OK) {
        struct pdf_order order = {.program = p->pdf_program,
                                  .pdf = &pdf,
                                  .page = job->wish.page,
                                  .size = job->wish.size,
                                  .wait_ms = PDF_WAIT_MS};
        struct pdf_child_calls calls = {.self = job, .done = on_drawn};
        err = p->ways.pdf_start(p->loop, &order, &calls, &job->child);
    }
    buf_free(&pdf);
    job->state = PDF_JOB_DRAWN;
    return err;
}

/* The one that has waited longest; NULL: none waits, or enough are being drawn. */
static struct pdf_job *next_job(struct pages *p)
{
    struct pdf_job *next = NULL;
    int drawn = 0;
    for (size_t i = 0; i < PDF_JOBS_MAX; i++) {
        struct pdf_job *job = &p->pdf_jobs[i];
        drawn += job->state == PDF_JOB_DRAWN;
        if (job->state == PDF_JOB_WAITS && (next == NULL || job->order < next->order))
            next = job;
    }
    return drawn < PDF_CHILDREN_MAX ? next : NULL;
}

void pages_pdf_next(struct pages *p)
{
    for (struct pdf_job *job = next_job(p); job != NULL; job = next_job(p)) {
        enum err err = start(job);
        if (err != ERR_OK)
            end_job(job, err);
    }
}

static enum err may_ask(const struct page_link *link, const struct pdf_wish *wish)
{
    struct pages *p = link->pages;
    if (p->pdf_program[0] == '\0')
        return ERR_NOT_PROVIDED;
    if (id_absent(&link->browser->session))
        return ERR_NO_SESSION;
    const struct sealed_view *view =
        sealed_views_find(client_views(p->client), &wish->view, &wish->grant);
    if (view != NULL && view->hidden & SECTION_BIT(SECTION_DOCUMENT))
        return ERR_OUT_OF_SCOPE;
    if (open_document(link, &wish->view, &wish->grant).bytes == NULL)
        return ERR_NO_VIEW;
    if (wish->size == PDF_PAPER && !opened_at(link->browser, &wish->view, &wish->grant)->is_logged)
        return ERR_NOT_ALLOWED;
    return ERR_OK;
}

/* NULL: LINK has enough of this size on their way, or all have. */
static struct pdf_job *free_job_for(const struct page_link *link, enum pdf_size size)
{
    struct pdf_job *place = NULL;
    int own = 0, all = 0;
    for (size_t i = 0; i < PDF_JOBS_MAX; i++) {
        struct pdf_job *job = &link->pages->pdf_jobs[i];
        bool alike = job->state != PDF_JOB_FREE && job->wish.size == size;
        all += alike;
        own += alike && job->link == link;
        if (job->state == PDF_JOB_FREE)
            place = job;
    }
    bool busy = size == PDF_PAPER ? own > 0 || all >= PDF_PAPER_JOBS_MAX : own >= PDF_JOBS_PER_PAGE;
    return busy ? NULL : place;
}

enum err pages_pdf_ask(struct page_link *link, const char *re, const struct pdf_wish *wish)
{
    struct pages *p = link->pages;
    enum err err = may_ask(link, wish);
    if (err != ERR_OK)
        return err;
    struct pdf_job *place = free_job_for(link, wish->size);
    if (place == NULL)
        return ERR_BUSY;
    *place = (struct pdf_job){
        .state = PDF_JOB_WAITS, .pages = p, .link = link, .wish = *wish, .order = p->pdf_order++};
    memcpy(place->re, re, sizeof place->re);
    pages_pdf_next(p);
    return ERR_OK;
}

/* ---- images ---- */

static void add_image_piece(const struct pdf_job *job, struct buf *out)
{
    char id[ID_TEXT_SIZE];
    const struct pdf_reading *image = &job->image;
    size_t size = image->content.size, left = size - job->sent;
    buf_init(out, FRAME_BYTES_MAX);
    buf_text(out, "{\"type\":\"local.pdf_page\",\"re\":");
    buf_json_text(out, slice_of(job->re));
    id_text(&job->wish.view, id);
    buf_printf(out, ",\"body\":{\"view\":\"%.*s\",", (int)sizeof id, id);
    if (!id_absent(&job->wish.grant)) {
        id_text(&job->wish.grant, id);
        buf_printf(out, "\"grant\":\"%.*s\",", (int)sizeof id, id);
    }
    buf_printf(out, "\"part\":%d,\"page\":%d,\"pages\":%d,\"fonts\":\"%s\",", job->wish.part,
               job->wish.page, image->pages, pdf_fonts_name(image->fonts));
    buf_text(out, job->wish.size == PDF_PAPER ? "\"paper\":true," : "");
    buf_text(out, image->flawed ? "\"flawed\":true," : "");
    buf_printf(out, "\"width\":%d,\"height\":%d,\"piece\":%zu,\"pieces\":%zu,\"bytes\":\"",
               image->width, image->height, job->sent / VIEW_PIECE_BYTES_MAX,
               (size + VIEW_PIECE_BYTES_MAX - 1) / VIEW_PIECE_BYTES_MAX);
    base64_add(out, image->content.bytes + job->sent,
               left < VIEW_PIECE_BYTES_MAX ? left : VIEW_PIECE_BYTES_MAX);
    buf_text(out, "\"}}");
}

static void send_image_piece(struct pdf_job *job)
{
    struct buf frame;
    add_image_piece(job, &frame);
    if (buf_error(&frame) == ERR_OK)
        pages_send(job->link, buf_slice(&frame));
    else
        job->pages->ways.close(job->link->socket, CLOSE_INTERNAL, "no memory");
    buf_free(&frame);
    job->sent += VIEW_PIECE_BYTES_MAX;
    if (job->sent >= job->image.content.size)
        end_job(job, ERR_OK);
}

static struct pdf_job *image_for(const struct page_link *link)
{
    struct pages *p = link->pages;
    struct pdf_job *first = NULL;
    for (size_t i = 0; i < PDF_JOBS_MAX; i++) {
        struct pdf_job *job = &p->pdf_jobs[i];
        if (job->state == PDF_JOB_SENT && job->link == link &&
            (first == NULL || job->order < first->order))
            first = job;
    }
    return first;
}

void pages_pdf_feed(struct page_link *link)
{
    struct pdf_job *job = NULL;
    while (link->pages->ways.idle(link->socket) && (job = image_for(link)) != NULL) {
        if (open_document(link, &job->wish.view, &job->wish.grant).bytes == NULL)
            end_job(job, ERR_NO_VIEW);
        else
            send_image_piece(job);
    }
}

/* ---- taking away ---- */

static void forbid(struct browser *browser, const struct id *view, const struct id *grant)
{
    for (size_t i = 0; i < PAGES_DOCUMENTS_MAX; i++) {
        struct opened_document *d = &browser->documents[i];
        if (id_equal(&d->view, view) && id_equal(&d->grant, grant))
            *d = (struct opened_document){.is_logged = false};
    }
}

void pages_pdf_closed(struct browser *browser)
{
    for (size_t i = 0; i < PAGES_DOCUMENTS_MAX; i++)
        browser->documents[i] = (struct opened_document){.is_logged = false};
}

void pages_pdf_covered(struct pages *p, const struct id *view, const struct id *grant)
{
    for (size_t i = 0; i < PAGES_BROWSERS_MAX; i++)
        forbid(&p->browsers[i], view, grant);
    for (size_t i = 0; i < PDF_JOBS_MAX; i++) {
        struct pdf_job *job = &p->pdf_jobs[i];
        if (job->state != PDF_JOB_FREE && id_equal(&job->wish.view, view) &&
            id_equal(&job->wish.grant, grant))
            end_job(job, ERR_NO_VIEW);
    }
    pages_pdf_next(p);
}

void pages_pdf_leave(struct page_link *link)
{
    for (size_t i = 0; i < PDF_JOBS_MAX; i++)
        if (link->pages->pdf_jobs[i].link == link)
            free_job(&link->pages->pdf_jobs[i]);
}
