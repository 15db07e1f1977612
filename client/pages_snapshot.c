/* pages_snapshot.c — Job: all that a page may know now, from what the client knows. */
#include "client/pages_inner.h"

#include "proto/time_text.h"

#include <stdlib.h>

static struct slice text_of(const struct buf *buf)
{
    return buf->size == 0 ? (struct slice){NULL, 0} : buf_slice(buf);
}

/* The texts that belong into a case's own frame; the others follow it as local.said. */
static void fill_vitals(const struct known_case *c, struct shown_case *shown)
{
    shown->vitals_count = 0;
    for (size_t i = 0; i < c->texts_count; i++)
        if (c->texts[i].kind == MSG_VITALS && shown->vitals_count < SHOWN_VITALS_MAX)
            shown->vitals[shown->vitals_count++].content = text_of(&c->texts[i].json);
}

void pages_case(struct page_link *link, const struct known_case *c)
{
    bool signed_in = !id_absent(&link->browser->session);
    struct message head = {.case_id = c->id, .training = c->shown.training};
    struct shown_case *shown = malloc(sizeof *shown);
    struct buf text;
    if (shown == NULL)
        return;
    *shown = c->shown;
    shown->opened = text_of(&c->opened);
    shown->destined = text_of(&c->destined);
    shown->eta = text_of(&c->eta);
    if (signed_in) /* whoever is named in it */
        shown->record = text_of(&c->record);
    for (size_t i = 0; i < shown->asked_count; i++) {
        shown->asked[i].content = text_of(&c->asked_text[i]);
        if (c->asked_name[i][0] != '\0')
            shown->asked[i].hospital_name = slice_of(c->asked_name[i]);
    }
    fill_vitals(c, shown);
    buf_init(&text, FRAME_BYTES_MAX);
    if (message_encode(MSG_SNAPSHOT_CASE, &head, shown, &text) != ERR_OK) {
        buf_free(&text); /* the state matters more than the texts */
        buf_init(&text, FRAME_BYTES_MAX);
        shown->record = (struct slice){NULL, 0};
        shown->vitals_count = 0;
        if (message_encode(MSG_SNAPSHOT_CASE, &head, shown, &text) != ERR_OK)
            buf_clear(&text);
    }
    if (text.size != 0)
        pages_send(link, buf_slice(&text));
    buf_free(&text);
    free(shown);
}

static void add_id(struct buf *b, const char *before, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(id))
        return;
    id_text(id, text);
    buf_text(b, before);
    buf_add(b, text, sizeof text);
    buf_byte(b, '"');
}

static void said(struct page_link *link, const struct known_case *c, const struct known_text *t)
{
    char at[TIME_TEXT_SIZE];
    struct buf b;
    time_text(t->at, at);
    buf_init(&b, FRAME_BYTES_MAX);
    buf_printf(&b, "{\"type\":\"local.said\",\"body\":{\"kind\":\"%s\",\"at\":\"%s\"",
               message_type_of(t->kind)->name, at);
    add_id(&b, ",\"case\":\"", &c->id);
    add_id(&b, ",\"person\":\"", &t->person);
    if (t->person_name[0] != '\0') {
        buf_text(&b, ",\"person_name\":");
        buf_json_text(&b, slice_of(t->person_name));
    }
    if (t->own == FLAG_YES)
        buf_text(&b, ",\"own\":true");
    if (t->json.size != 0) {
        buf_text(&b, ",\"content\":");
        buf_add(&b, t->json.bytes, t->json.size);
    }
    buf_text(&b, "}}");
    if (buf_error(&b) == ERR_OK)
        pages_send(link, buf_slice(&b));
    buf_free(&b);
}

static void all_said(struct page_link *link, const struct known_case *c)
{
    for (size_t i = 0; i < c->texts_count; i++)
        if (c->texts[i].kind != MSG_VITALS)
            said(link, c, &c->texts[i]);
}

/* A message without its session is the device's: everybody at it may know of it. */
static void sent(void *self, const struct id *session, struct slice frame)
{
    struct page_link *link = self;
    struct buf b;
    if (!id_absent(session) && !id_equal(session, &link->browser->session))
        return;
    buf_init(&b, FRAME_BYTES_MAX);
    buf_text(&b, "{\"type\":\"local.sent\",\"body\":{\"message\":");
    buf_add(&b, frame.bytes, frame.size);
    buf_text(&b, "}}");
    if (buf_error(&b) == ERR_OK)
        pages_send(link, buf_slice(&b));
    buf_free(&b);
}

static void send_kind(struct page_link *link, enum message_kind kind, const void *body)
{
    struct message head = {.type = NULL};
    struct buf text;
    buf_init(&text, FRAME_BYTES_MAX);
    if (message_encode(kind, &head, body, &text) == ERR_OK)
        pages_send(link, buf_slice(&text));
    buf_free(&text);
}

static void personal(struct page_link *link)
{
    struct pages *p = link->pages;
    for (const struct known_case *c = cases_first(client_cases(p->client)); c != NULL; c = c->next)
        all_said(link, c);
    for (const struct sealed_view *v = sealed_views_first(client_views(p->client)); v != NULL;
         v = v->next)
        pages_header_to(link, v);
    for (size_t i = 0; i < HOSPITALS_PAGES_MAX && p->hospitals[i] != NULL; i++)
        p->ways.send(link->socket, p->hospitals[i]);
}

void pages_snapshot(struct page_link *link)
{
    struct pages *p = link->pages;
    struct cases *cases = client_cases(p->client);
    struct body_snapshot body = {.n = session_n(client_session(p->client)),
                                 .count = (int64_t)cases_count(cases)};
    send_kind(link, MSG_SNAPSHOT, &body);
    for (const struct known_case *c = cases_first(cases); c != NULL; c = c->next)
        pages_case(link, c);
    if (!id_absent(&link->browser->session))
        personal(link);
    if (p->reader != NULL)
        p->ways.send(link->socket, p->reader);
    session_each_waiting(client_session(p->client), sent, link);
    pages_send(link, slice_of("{\"type\":\"local.end\",\"body\":{}}"));
}

void pages_snapshot_browser(struct pages *p, const struct browser *browser)
{
    for (struct page_link *l = p->links; l != NULL; l = l->next)
        if (l->browser == browser)
            pages_snapshot(l);
}

void pages_snapshot_all(struct pages *p)
{
    for (struct page_link *l = p->links; l != NULL; l = l->next)
        pages_snapshot(l);
}
