/* pages_in.c — Job: what a page says: a local request, or a message for the gateway. */
#include "client/pages_inner.h"

#include "common/log.h"

#include <limits.h>

/* A local request, taken apart; the texts are lent by its JSON. */
struct request {
    struct page_link *link;
    char re[PAGES_RE_MAX + 1];
    const struct json *body; /* NULL: none */
};

static struct slice text(const struct request *r, const char *key)
{
    const struct json *node = r->body == NULL ? NULL : json_get(r->body, key);
    if (node == NULL || json_kind(node) != JSON_TEXT)
        return (struct slice){NULL, 0};
    return json_text(node);
}

static int flag(const struct request *r, const char *key)
{
    const struct json *node = r->body == NULL ? NULL : json_get(r->body, key);
    if (node == NULL || json_kind(node) != JSON_FLAG)
        return FLAG_ABSENT;
    return json_flag(node) ? FLAG_YES : FLAG_NO;
}

/* ---- people ---- */

/* What is asked is answered later: ERR_BUSY here means "not now", anything else as it is. */
static enum err sign_in(struct request *r)
{
    struct pages *p = r->link->pages;
    struct id message;
    struct slice login = text(r, "login"), password = text(r, "password"), code = text(r, "code");
    if (login.bytes == NULL || password.bytes == NULL || code.bytes == NULL)
        return ERR_MISSING_FIELD;
    enum err err = session_sign_in(client_session(p->client), login, password, code, &message);
    if (err == ERR_OK)
        err = pages_ask(p, ASKED_SIGN_IN, &message, r->link->browser, slice_of(r->re));
    if (err == ERR_OK)
        r->re[0] = '\0'; /* answered when it is decided */
    return err;
}

static enum err new_password(struct request *r)
{
    struct pages *p = r->link->pages;
    struct id message, session = r->link->browser->session;
    struct slice old = text(r, "password"), new = text(r, "new_password");
    if (old.bytes == NULL || new.bytes == NULL)
        return ERR_MISSING_FIELD;
    enum err err = session_password_change(client_session(p->client), &session, old, new, &message);
    if (err == ERR_OK)
        err = pages_ask(p, ASKED_PASSWORD, &message, r->link->browser, slice_of(r->re));
    if (err == ERR_OK)
        r->re[0] = '\0';
    return err;
}

static enum err sign_out(struct request *r)
{
    if (id_absent(&r->link->browser->session))
        return ERR_NO_SESSION;
    pages_sign_out(r->link->pages, r->link->browser);
    return ERR_OK;
}

static enum err set_pin(struct request *r)
{
    return pages_pin_set(r->link->pages, r->link->browser, text(r, "pin"));
}

static enum err lock(struct request *r)
{
    return pages_lock(r->link->pages, r->link->browser);
}

static enum err unlock(struct request *r)
{
    struct id person;
    int tries = -1;
    if (id_parse(text(r, "person"), &person) != ERR_OK)
        return ERR_BAD_FIELD;
    enum err err = pages_unlock(r->link->pages, r->link->browser, &person, text(r, "pin"), &tries);
    pages_say_tries(r->link->pages, r->link->browser, r->re, err, tries);
    r->re[0] = '\0'; /* answered */
    return err;
}

/* ---- the program ---- */

static enum err snapshot(struct request *r)
{
    pages_snapshot(r->link);
    return ERR_OK;
}

static enum err card(struct request *r)
{
    struct pages *p = r->link->pages;
    struct slice act = text(r, "act"), pin = text(r, "pin"), named = text(r, "case");
    struct id case_id = {{0}};
    enum pages_card_act what = PAGES_CARD_CANCEL;
    if (p->calls.card == NULL)
        return ERR_NO_READER;
    if (id_absent(&r->link->browser->session))
        return ERR_NO_SESSION;
    if (named.bytes != NULL && id_parse(named, &case_id) != ERR_OK)
        return ERR_BAD_FIELD;
    if (slice_is(act, "read"))
        what = PAGES_CARD_READ;
    else if (slice_is(act, "sign"))
        what = flag(r, "last") == FLAG_YES ? PAGES_CARD_SIGN_LAST : PAGES_CARD_SIGN;
    else if (!slice_is(act, "cancel"))
        return ERR_BAD_FIELD;
    return p->calls.card(p->calls.self, what, &r->link->browser->session, &case_id, pin);
}

static enum err board(struct request *r)
{
    struct body_board body = {.people = flag(r, "people"),
                              .accepting = flag(r, "accepting"),
                              .specialties = text(r, "specialties")};
    return pages_board_say(r->link, &body);
}

/* GRANT absent: the crew's own right. */
static enum err named_view(const struct request *r, struct id *view, struct id *grant)
{
    struct slice view_text = text(r, "view"), grant_text = text(r, "grant");
    *view = *grant = (struct id){{0}};
    if (view_text.bytes == NULL)
        return ERR_MISSING_FIELD;
    if (id_parse(view_text, view) != ERR_OK ||
        (grant_text.bytes != NULL && id_parse(grant_text, grant) != ERR_OK))
        return ERR_BAD_FIELD;
    return ERR_OK;
}

static enum err uncover(struct request *r)
{
    struct id view, grant;
    enum err err = named_view(r, &view, &grant);
    return err == ERR_OK ? pages_uncover(r->link, &view, &grant) : err;
}

static enum err pieces(struct request *r)
{
    struct id view, grant;
    enum err err = named_view(r, &view, &grant);
    return err == ERR_OK ? pages_feed_ahead(r->link, &view, &grant) : err;
}

/* A whole number of at least 0; -1: none. */
static int number(const struct request *r, const char *key)
{
    const struct json *node = r->body == NULL ? NULL : json_get(r->body, key);
    int64_t value = node == NULL || json_kind(node) != JSON_INT ? -1 : json_int(node);
    return value < 0 || value > INT_MAX ? -1 : (int)value;
}

static enum err pdf_page(struct request *r)
{
    struct slice grant = text(r, "grant");
    struct pdf_wish wish = {.part = number(r, "part"),
                            .page = number(r, "page"),
                            .size = flag(r, "paper") == FLAG_YES ? PDF_PAPER : PDF_SCREEN};
    if (id_parse(text(r, "view"), &wish.view) != ERR_OK ||
        (grant.bytes != NULL && id_parse(grant, &wish.grant) != ERR_OK) || wish.part < 0 ||
        wish.page < 0)
        return ERR_BAD_FIELD;
    enum err err = pages_pdf_ask(r->link, r->re, &wish);
    if (err == ERR_OK)
        r->re[0] = '\0'; /* answered behind the image */
    return err;
}

static enum err sound_ok(struct request *r)
{
    (void)r;
    return ERR_OK;
}

static const struct {
    const char *type;
    enum err (*run)(struct request *r);
} requests[] = {
    {"local.sign_in", sign_in},   {"local.new_password", new_password},
    {"local.sign_out", sign_out}, {"local.snapshot", snapshot},
    {"local.card", card},         {"local.board", board},
    {"local.lock", lock},         {"local.unlock", unlock},
    {"local.pin", set_pin},       {"local.uncover", uncover},
    {"local.sound_ok", sound_ok}, {"local.pdf_page", pdf_page},
    {"local.pieces", pieces},
};

static void local(struct request *r, struct slice type)
{
    struct pages *p = r->link->pages;
    struct browser *browser = r->link->browser;
    enum err err = ERR_UNKNOWN_TYPE;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        if (slice_is(type, requests[i].type))
            err = requests[i].run(r);
    pages_say_failure(p, browser, r->re, err);
}

/* ---- messages ---- */

/* The client's own copy goes with the page's. */
static void closed_view(struct pages *p, struct browser *browser, const struct id *session)
{
    struct sealed_views *views = client_views(p->client);
    pages_pdf_closed(browser);
    for (struct sealed_view *v = sealed_views_first(views); v != NULL; v = v->next)
        if (id_equal(&v->opened_by, session))
            client_cover(p->client, v, COVER_CLOSED);
}

static void relay(struct page_link *link, struct slice envelope)
{
    struct pages *p = link->pages;
    struct browser *browser = link->browser;
    struct relayed how;
    struct id session = browser->session;
    enum err err = session_relay(client_session(p->client), envelope, &session, &how);
    if (err == ERR_OK)
        err = pages_ask(p, ASKED_RELAYED, &how.message, browser, (struct slice){NULL, 0});
    if (err == ERR_OK && how.kind == MSG_CLOSE_VIEW)
        closed_view(p, browser, &session);
    if (err == ERR_OK && how.kind == MSG_TAKEN_OUT)
        pages_pdf_taken(browser, &how);
    if (err == ERR_OK)
        return;
    log_info("pages", NULL, "a page's message was refused: %s", err_name(err));
    struct settled why = {.err = err,
                          .code = slice_of(err_name(err)),
                          .ja = slice_of(err_text_ja(err)),
                          .en = slice_of(err_text_en(err)),
                          .path = slice_of(how.why.path)};
    pages_say_refusal(p, browser, &how.message, &why);
}

void pages_text(struct page_link *link, struct slice whole)
{
    struct pages *p = link->pages;
    struct json *root = NULL;
    struct request r = {.link = link};
    if (json_parse(whole, PAGES_FRAME_BYTES, &root) != ERR_OK || json_kind(root) != JSON_OBJECT) {
        json_free(root);
        p->ways.close(link->socket, CLOSE_PROTOCOL, "not a JSON object");
        return;
    }
    const struct json *type = json_get(root, "type"), *id = json_get(root, "id");
    struct slice named = {NULL, 0};
    if (type != NULL && json_kind(type) == JSON_TEXT)
        named = json_text(type);
    if (named.size > 6 && memcmp(named.bytes, "local.", 6) == 0) {
        r.body = json_get(root, "body");
        if (r.body != NULL && json_kind(r.body) != JSON_OBJECT)
            r.body = NULL;
        if (id != NULL && json_kind(id) == JSON_TEXT && json_text(id).size <= PAGES_RE_MAX)
            memcpy(r.re, json_text(id).bytes, json_text(id).size);
        local(&r, named);
    } else {
        relay(link, whole);
    }
    json_free(root);
}
