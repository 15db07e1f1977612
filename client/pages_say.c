/* pages_say.c — Job: the program's own frames to pages: local.*. */
#include "client/pages_inner.h"

#include "proto/time_text.h"

/* ---- sending ---- */

void pages_send(struct page_link *link, struct slice text)
{
    struct frame *frame = frame_of(text);
    if (frame == NULL)
        link->pages->ways.close(link->socket, CLOSE_INTERNAL, "no memory");
    else
        link->pages->ways.send(link->socket, frame);
    frame_unref(frame);
}

void pages_send_browser(struct pages *p, const struct browser *browser, struct slice text)
{
    struct frame *frame = frame_of(text);
    for (struct page_link *l = p->links; frame != NULL && l != NULL; l = l->next)
        if (browser == NULL || l->browser == browser)
            p->ways.send(l->socket, frame);
    frame_unref(frame);
}

static bool is_addressed(const struct page_link *link, enum audience audience)
{
    bool signed_in = !id_absent(&link->browser->session);
    return audience == TO_ALL || (audience == TO_SIGNED_IN) == signed_in;
}

void pages_send_to(struct pages *p, enum audience audience, struct slice text)
{
    struct frame *frame = frame_of(text);
    for (struct page_link *l = p->links; frame != NULL && l != NULL; l = l->next)
        if (is_addressed(l, audience))
            p->ways.send(l->socket, frame);
    frame_unref(frame);
}

/* ---- writing ---- */

static void begin(struct buf *b, const char *type, const char *re)
{
    buf_init(b, FRAME_BYTES_MAX);
    buf_printf(b, "{\"type\":\"%s\",", type);
    if (re != NULL) {
        buf_text(b, "\"re\":");
        buf_json_text(b, slice_of(re));
        buf_byte(b, ',');
    }
    buf_text(b, "\"body\":{");
}

/* Members follow each other: the first one has no comma before it. */
static void name(struct buf *b, const char *key)
{
    buf_printf(b, "%s\"%s\":", b->size != 0 && b->bytes[b->size - 1] == '{' ? "" : ",", key);
}

static void add_text(struct buf *b, const char *key, struct slice text)
{
    if (text.bytes == NULL)
        return;
    name(b, key);
    buf_json_text(b, text);
}

static void add_id(struct buf *b, const char *key, const struct id *id)
{
    char text[ID_TEXT_SIZE];
    if (id_absent(id))
        return;
    id_text(id, text);
    add_text(b, key, (struct slice){text, sizeof text});
}

static void add_time(struct buf *b, const char *key, int64_t ms)
{
    char text[TIME_TEXT_SIZE];
    if (ms == 0)
        return;
    time_text(ms, text);
    add_text(b, key, slice_of(text));
}

static void add_int(struct buf *b, const char *key, int64_t value)
{
    name(b, key);
    buf_i64(b, value);
}

static void add_flag(struct buf *b, const char *key, bool value)
{
    name(b, key);
    buf_text(b, value ? "true" : "false");
}

static void add_codes(struct buf *b, const char *key, const struct codes *codes, uint64_t bits)
{
    name(b, key);
    buf_byte(b, '[');
    for (int i = 1; i < 64; i++)
        if (bits >> i & 1)
            buf_printf(b, "%s\"%s\"", b->bytes[b->size - 1] == '[' ? "" : ",",
                       codes_name(codes, i));
    buf_byte(b, ']');
}

static void add_error(struct buf *b, enum err err)
{
    add_text(b, "code", slice_of(err_name(err)));
    add_text(b, "ja", slice_of(err_text_ja(err)));
    add_text(b, "en", slice_of(err_text_en(err)));
}

static struct slice end(struct buf *b)
{
    buf_text(b, "}}");
    return buf_slice(b);
}

/* ---- the program ---- */

static void add_line(const struct pages *p, struct buf *b)
{
    add_flag(b, "up", p->up);
    add_time(b, "since", p->since);
}

size_t pages_waiting(const struct pages *p)
{
    return session_waiting(client_session(p->client)) + p->earlier;
}

static void add_waiting(const struct pages *p, const char *key, struct buf *b)
{
    add_int(b, key, (int64_t)pages_waiting(p));
    if (p->earlier == 0)
        return;
    add_int(b, "earlier", (int64_t)p->earlier);
    add_time(b, "earlier_at", p->earlier_at);
}

void pages_say_hello(struct pages *p, struct page_link *link)
{
    struct buf b;
    struct id device = client_device(p->client), org = client_org(p->client);
    const struct lease *lease = client_lease(p->client);
    int64_t now = lease_gateway_now(lease, p->calls.mono_ms(p->calls.self));
    int profile = client_profile(p->client);
    begin(&b, "local.hello", NULL);
    add_text(&b, "program", slice_of(p->side == FROM_HOSPITAL ? "hospital" : "ambulance"));
    if (profile != 0)
        add_text(&b, "profile", slice_of(codes_name(&codes_profile, profile)));
    add_id(&b, "device", &device);
    add_id(&b, "org", &org);
    add_text(&b, "org_name", slice_of(p->org_name));
    add_text(&b, "gateway", slice_of(p->gateway));
    add_text(&b, "name", slice_of(p->device_name));
    add_text(&b, "language", slice_of(p->language));
    if (p->crew[0] != '\0')
        add_text(&b, "crew", slice_of(p->crew));
    name(&b, "line");
    buf_byte(&b, '{');
    add_line(p, &b);
    buf_byte(&b, '}');
    add_waiting(p, "waiting", &b);
    if (p->side == FROM_HOSPITAL)
        add_flag(&b, "print", p->print);
    if (lease->lease_ms != 0)
        add_int(&b, "lease_ms", lease->lease_ms);
    add_time(&b, "now", now != 0 ? now : p->calls.wall_ms(p->calls.self));
    if (link != NULL)
        pages_send(link, end(&b));
    else
        pages_send_to(p, TO_ALL, end(&b));
    buf_free(&b);
}

void pages_say_board(struct pages *p, struct page_link *link)
{
    struct buf b;
    const struct board_told *told = &p->board;
    int64_t screens = 0;
    for (const struct page_link *l = p->links; l != NULL; l = l->next)
        screens++;
    begin(&b, "local.board", NULL);
    add_int(&b, "screens", screens);
    add_flag(&b, "people", told->people == FLAG_YES);
    if (told->accepting != FLAG_ABSENT)
        add_flag(&b, "accepting", told->accepting == FLAG_YES);
    if (told->specialties_told)
        add_text(&b, "specialties", slice_of(told->specialties));
    if (link != NULL)
        pages_send(link, end(&b));
    else
        pages_send_to(p, TO_ALL, end(&b));
    buf_free(&b);
}

void pages_say_line(struct pages *p, enum err code)
{
    struct buf b;
    begin(&b, "local.line", NULL);
    add_line(p, &b);
    if (code != ERR_OK)
        add_error(&b, code);
    pages_send_to(p, TO_ALL, end(&b));
    buf_free(&b);
}

void pages_say_waiting(struct pages *p)
{
    struct buf b;
    begin(&b, "local.waiting", NULL);
    add_waiting(p, "count", &b);
    pages_send_to(p, TO_ALL, end(&b));
    buf_free(&b);
}

void pages_earlier(struct pages *p, size_t count, int64_t oldest_at)
{
    if (p == NULL)
        return;
    p->earlier = count;
    p->earlier_at = oldest_at; /* told with the next tick */
}

void pages_reader(struct pages *p, const struct pages_reader *reader)
{
    struct buf b;
    if (p == NULL)
        return;
    begin(&b, "local.card", NULL);
    add_text(&b, "state", slice_of(reader->state));
    add_text(&b, "ja", slice_of(reader->ja));
    add_text(&b, "en", slice_of(reader->en));
    if (reader->tries >= 0)
        add_int(&b, "tries", reader->tries);
    add_flag(&b, "good", reader->good);
    struct slice text = end(&b);
    frame_unref(p->reader);
    p->reader = frame_of(text);
    pages_send_to(p, TO_ALL, text);
    buf_free(&b);
}

/* ---- people ---- */

void pages_say_person(struct pages *p, const struct browser *browser, enum err code)
{
    struct buf b;
    const struct signed_in *person = session_find(client_session(p->client), &browser->session);
    begin(&b, "local.person", NULL);
    if (person != NULL) {
        add_id(&b, "person", &person->person);
        add_id(&b, "session", &person->session);
        add_text(&b, "name", slice_of(person->name));
        add_codes(&b, "roles", &codes_role, person->roles);
        add_time(&b, "until", person->until);
        add_flag(&b, "must_change_password", person->must_change == FLAG_YES);
    } else if (code != ERR_OK) {
        add_error(&b, code);
    }
    pages_send_browser(p, browser, end(&b));
    pages_feed_anew_at(p, browser);
    buf_free(&b);
}

void pages_say_result(struct pages *p, const struct browser *browser, const char *re,
                      const struct settled *how)
{
    struct buf b;
    if (re[0] == '\0')
        return; /* nobody asked for an answer */
    begin(&b, "local.result", re);
    add_flag(&b, "ok", how->err == ERR_OK);
    if (how->err != ERR_OK) {
        add_text(&b, "code", how->code);
        add_text(&b, "ja", how->ja);
        add_text(&b, "en", how->en);
    }
    pages_send_browser(p, browser, end(&b));
    buf_free(&b);
}

void pages_say_tries(struct pages *p, const struct browser *browser, const char *re, enum err err,
                     int tries)
{
    struct buf b;
    if (re[0] == '\0')
        return; /* nobody asked for an answer */
    begin(&b, "local.result", re);
    add_flag(&b, "ok", err == ERR_OK);
    if (err != ERR_OK)
        add_error(&b, err);
    if (tries >= 0)
        add_int(&b, "tries", tries);
    pages_send_browser(p, browser, end(&b));
    buf_free(&b);
}

void pages_say_people(struct pages *p, struct page_link *link)
{
    struct buf b;
    const struct session *session = client_session(p->client);
    bool first = true;
    begin(&b, "local.people", NULL);
    name(&b, "people");
    buf_byte(&b, '[');
    for (size_t i = 0; i < session_people(session); i++) {
        const struct signed_in *who = session_person(session, i);
        bool here = pages_browser_of(p, &who->session) != NULL;
        if (!here && !pages_pin_has(p, &who->session))
            continue; /* at the terminal, or just leaving */
        buf_text(&b, first ? "{" : ",{");
        first = false;
        add_id(&b, "person", &who->person);
        add_text(&b, "name", slice_of(who->name));
        add_codes(&b, "roles", &codes_role, who->roles);
        add_flag(&b, "locked", !here);
        add_flag(&b, "pin", pages_pin_has(p, &who->session));
        buf_byte(&b, '}');
    }
    buf_byte(&b, ']');
    if (link != NULL)
        pages_send(link, end(&b));
    else
        pages_send_to(p, TO_ALL, end(&b));
    buf_free(&b);
}

static struct settled failure(enum err err)
{
    return (struct settled){.err = err,
                            .code = slice_of(err_name(err)),
                            .ja = slice_of(err_text_ja(err)),
                            .en = slice_of(err_text_en(err))};
}

void pages_say_failure(struct pages *p, const struct browser *browser, const char *re, enum err err)
{
    struct settled how = failure(err);
    pages_say_result(p, browser, re, &how);
}

void pages_say_refusal(struct pages *p, const struct browser *browser, const struct id *message,
                       const struct settled *how)
{
    struct message head = {.re = *message};
    struct body_refusal body = {
        .code = how->code, .ja = how->ja, .en = how->en, .path = how->path, .final = FLAG_YES};
    struct buf b;
    buf_init(&b, FRAME_BYTES_MAX);
    if (body.path.size == 0)
        body.path = (struct slice){NULL, 0};
    if (message_encode(MSG_REFUSAL, &head, &body, &b) == ERR_OK)
        pages_send_browser(p, browser, buf_slice(&b));
    buf_free(&b);
}

/* ---- covering ---- */

void pages_say_cover(struct pages *p, const struct browser *browser, const char *reason,
                     const struct happened *what)
{
    struct buf b;
    begin(&b, "local.cover", NULL);
    add_text(&b, "reason", slice_of(reason));
    if (what != NULL) {
        if (what->c != NULL)
            add_id(&b, "case", &what->c->id);
        add_id(&b, "view", &what->view_id);
        add_id(&b, "grant", &what->grant_id);
        if (what->revoke != 0)
            add_text(&b, "revoke", slice_of(codes_name(&codes_revoke_reason, what->revoke)));
        if (what->kind == HAPPENED_DROPPED)
            add_flag(&b, "gone", true);
    }
    pages_send_browser(p, browser, end(&b));
    pages_feed_anew_at(p, browser);
    buf_free(&b);
}
