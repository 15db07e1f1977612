/* pages_pin.c — Job: a shift's people at one program: locked by a touch, back by a short PIN.
 *
 * A PIN is four to eight digits: any hash of it is undone in seconds, so it is not hashed. What
 * guards it is that it is only in locked memory, ends with the session or the program, and that
 * PAGES_PIN_TRIES wrong ones end the session (DESIGN §7). */
#include "client/pages_inner.h"
#include "common/pages_rules.h"

#include "common/log.h"
#include "common/secret.h"

static struct pinned *pinned_of(struct pages *p, const struct id *session)
{
    for (size_t i = 0; i < PAGES_PEOPLE_MAX; i++)
        if (!id_absent(session) && id_equal(&p->pinned[i].session, session))
            return &p->pinned[i];
    return NULL;
}

static struct pinned *pinned_person(struct pages *p, const struct id *person)
{
    for (size_t i = 0; i < PAGES_PEOPLE_MAX; i++)
        if (!id_absent(&p->pinned[i].session) && id_equal(&p->pinned[i].person, person))
            return &p->pinned[i];
    return NULL;
}

void pages_pin_forget(struct pages *p, const struct id *session)
{
    struct pinned *row = pinned_of(p, session);
    if (row != NULL)
        secret_wipe(row, sizeof *row);
}

bool pages_pin_has(const struct pages *p, const struct id *session)
{
    for (size_t i = 0; i < PAGES_PEOPLE_MAX; i++)
        if (!id_absent(session) && id_equal(&p->pinned[i].session, session))
            return true;
    return false;
}

static bool is_pin(struct slice pin)
{
    if (pin.bytes == NULL || pin.size < PAGES_PIN_DIGITS_MIN || pin.size > PAGES_PIN_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < pin.size; i++)
        if (pin.bytes[i] < '0' || pin.bytes[i] > '9')
            return false;
    return true;
}

enum err pages_pin_set(struct pages *p, const struct browser *browser, struct slice pin)
{
    const struct signed_in *who = session_find(client_session(p->client), &browser->session);
    if (who == NULL)
        return ERR_NO_SESSION;
    if (!is_pin(pin))
        return ERR_BAD_FIELD;
    /* Signed on again: the former session's PIN must not open anything any more. */
    struct pinned *row = pinned_person(p, &who->person);
    for (size_t i = 0; i < PAGES_PEOPLE_MAX && row == NULL; i++)
        if (id_absent(&p->pinned[i].session))
            row = &p->pinned[i];
    if (row == NULL)
        return ERR_FULL;
    secret_wipe(row, sizeof *row);
    row->session = who->session;
    row->person = who->person;
    memcpy(row->pin, pin.bytes, pin.size);
    pages_say_people(p, NULL);
    return ERR_OK;
}

/* Nobody is here; what is open is covered, for the same person to come back to. */
static void leave(struct pages *p, struct browser *browser)
{
    struct id session = browser->session;
    browser->session = (struct id){{0}};
    client_veil(p->client, &session);
    pages_say_cover(p, browser, "signed_out", NULL);
}

enum err pages_lock(struct pages *p, struct browser *browser)
{
    if (id_absent(&browser->session))
        return ERR_NO_SESSION;
    if (!pages_pin_has(p, &browser->session))
        return ERR_NO_PIN;
    leave(p, browser);
    pages_say_person(p, browser, ERR_OK);
    pages_snapshot_browser(p, browser);
    pages_say_people(p, NULL);
    return ERR_OK;
}

/* One person is at one browser: at the other one nobody is from now on. */
static void arrive(struct pages *p, struct browser *browser, const struct id *session)
{
    struct browser *other = pages_browser_of(p, session);
    if (!id_absent(&browser->session))
        pages_displace(p, browser);
    if (other != NULL && other != browser) {
        leave(p, other);
        pages_say_person(p, other, ERR_OK);
        pages_snapshot_browser(p, other);
    }
    browser->session = *session;
    pages_say_person(p, browser, ERR_OK);
    pages_snapshot_browser(p, browser);
    pages_say_people(p, NULL);
}

/* What was typed too often: the session is over, here and at the gateway. */
static void end_session(struct pages *p, const struct id *session)
{
    struct id gone = *session;
    struct browser *browser = pages_browser_of(p, &gone);
    log_warn("pages", NULL, "a session was ended: %d wrong PINs", PAGES_PIN_TRIES);
    pages_pin_forget(p, &gone);
    if (browser != NULL) {
        pages_sign_out(p, browser);
        return;
    }
    enum err err = client_sign_out(p->client, &gone);
    if (err != ERR_OK)
        log_warn("pages", NULL, "a sign-out was not sent: %s", err_name(err));
    pages_say_people(p, NULL);
}

enum err pages_unlock(struct pages *p, struct browser *browser, const struct id *person,
                      struct slice pin, int *tries)
{
    struct pinned *row = pinned_person(p, person);
    *tries = -1;
    if (row == NULL)
        return ERR_NO_PIN;
    struct id session = row->session;
    if (session_find(client_session(p->client), &session) == NULL) {
        pages_pin_forget(p, &session);
        pages_say_people(p, NULL);
        return ERR_SESSION_ENDED;
    }
    if (is_pin(pin) && pages_same_secret(slice_of(row->pin), pin)) {
        row->wrong = 0;
        if (!id_equal(&browser->session, &session))
            arrive(p, browser, &session);
        return ERR_OK;
    }
    row->wrong++;
    *tries = PAGES_PIN_TRIES - row->wrong;
    if (*tries > 0)
        return ERR_PIN_WRONG;
    end_session(p, &session);
    return ERR_PIN_LOCKED;
}

void pages_displace(struct pages *p, struct browser *browser)
{
    struct id session = browser->session;
    leave(p, browser);
    if (pages_pin_has(p, &session))
        return;
    if (p->in_frame) { /* the gateway's frame is still being read: pages_after signs out */
        browser->former = session;
        return;
    }
    enum err err = client_sign_out(p->client, &session);
    if (err != ERR_OK)
        log_warn("pages", NULL, "a sign-out was not sent: %s", err_name(err));
}

void pages_pin_again(struct pages *p, const struct signed_in *who)
{
    struct pinned *row = pinned_person(p, &who->person);
    if (row == NULL || id_equal(&row->session, &who->session))
        return;
    secret_wipe(row->pin, sizeof row->pin);
    row->over = pages_browser_of(p, &row->session) == NULL;
    if (!row->over)
        secret_wipe(row, sizeof *row);
}
