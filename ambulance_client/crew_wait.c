/* crew_wait.c — Job: hold a script until something has happened, or until it takes too long.
 *
 *   [running] --wait, not yet true--> [waiting] --it happens--> [running]
 *                                        | time is up: the program ends with status 1
 *
 * Two kinds of things are waited for. States (online, session, card, view, sent) are true or not.
 * Events are things that happened to the case: each `wait` uses up one, whether it came before the
 * `wait` or comes after it; several of one name count as one until they are asked for. */
#include "ambulance_client/crew_inner.h"

#include "proto/line.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- events that nobody has asked for yet ---- */

static struct crew_arrival *arrival_of(struct crew *crew, const struct id *case_id,
                                       struct slice event)
{
    for (size_t i = 0; i < CREW_ARRIVALS_MAX; i++) {
        struct crew_arrival *row = &crew->arrivals[i];
        if (row->event[0] != '\0' && slice_is(event, row->event) &&
            id_equal(&row->case_id, case_id))
            return row;
    }
    return NULL;
}

void crew_arrived(struct crew *crew, const struct id *case_id, struct slice event)
{
    if (event.size == 0 || event.size >= CREW_WORD_MAX)
        return;
    if (arrival_of(crew, case_id, event) == NULL) {
        struct crew_arrival *row = &crew->arrivals[crew->arrivals_next];
        crew->arrivals_next = (crew->arrivals_next + 1) % CREW_ARRIVALS_MAX;
        *row = (struct crew_arrival){.case_id = *case_id};
        memcpy(row->event, event.bytes, event.size);
    }
    crew_wait_look(crew);
}

static bool take_arrival(struct crew *crew, const struct crew_wait *wait)
{
    struct crew_arrival *row = arrival_of(crew, &wait->case_id, slice_of(wait->event));
    if (row == NULL)
        return false;
    *row = (struct crew_arrival){.event = ""};
    return true;
}

/* ---- states ---- */

static bool card_fits(const struct crew *crew, const struct id *case_id)
{
    return crew->card.good &&
           (id_absent(&crew->card.used_for) || id_equal(&crew->card.used_for, case_id));
}

static bool view_shown(struct crew *crew, const struct id *case_id)
{
    const struct sealed_view *view = sealed_views_of_case(client_views(crew->client), case_id);
    const struct crew_case *c = crew_case_of(crew, case_id);
    return view != NULL && view->state == SEALED_COMPLETE && c != NULL &&
           id_equal(&c->shown_view, &view->view);
}

static bool is_true(struct crew *crew)
{
    const struct crew_wait *w = &crew->wait;
    const struct signed_in *person = session_find(client_session(crew->client), &crew->person);
    switch (w->kind) {
    case WAIT_EVENT:
        return take_arrival(crew, w);
    case WAIT_ONLINE:
        return crew->online;
    case WAIT_SESSION:
        return person != NULL && person->bound;
    case WAIT_CARD:
    case WAIT_CARD_READ:
        return card_fits(crew, &w->case_id);
    case WAIT_VIEW:
        return view_shown(crew, &w->case_id);
    case WAIT_SENT:
        return session_waiting(client_session(crew->client)) == 0 && crew_kept_flying(crew) == 0;
    case WAIT_SIGNATURE: /* ended by the reader */
    case WAIT_NOTHING:
        break;
    }
    return false;
}

/* ---- the wait ---- */

void crew_wait_end(struct crew *crew, enum err how)
{
    struct crew_wait was = crew->wait;
    crew->wait = (struct crew_wait){.kind = WAIT_NOTHING};
    if (was.kind == WAIT_NOTHING)
        return;
    report_begin(&crew->report, how == ERR_OK ? "wait_done" : "wait_failed");
    report_code(&crew->report, "for", slice_of(was.event));
    report_id(&crew->report, "case", &was.case_id);
    report_int(&crew->report, "took_ms", (int64_t)(crew_mono(crew) - was.began));
    report_end(&crew->report);
}

static void timed_out(struct crew *crew)
{
    char event[CREW_WORD_MAX];
    snprintf(event, sizeof event, "%s", crew->wait.event);
    crew->signing.active = false;
    crew_wait_end(crew, ERR_LATE);
    screen_line(&crew->screen, "待ちましたが起きませんでした: %s", event);
    if (crew->input == CREW_PERSON)
        return;
    crew->status = EXIT_FAILURE; /* what follows in a script stands on it */
    crew_end(crew, 0);
}

void crew_wait_look(struct crew *crew)
{
    if (crew->wait.kind == WAIT_NOTHING || crew->over)
        return;
    if (is_true(crew)) {
        if (crew->wait.kind == WAIT_CARD_READ)
            crew_card_use(crew);
        else
            crew_wait_end(crew, ERR_OK);
    } else if (crew_mono(crew) >= crew->wait.until) {
        timed_out(crew);
    }
}

void crew_wait_begin(struct crew *crew, enum crew_wait_kind kind, const char *event,
                     int64_t seconds)
{
    uint64_t now = crew_mono(crew);
    crew->wait = (struct crew_wait){.kind = kind,
                                    .case_id = crew->case_id,
                                    .began = now,
                                    .until = now + (uint64_t)seconds * 1000};
    snprintf(crew->wait.event, sizeof crew->wait.event, "%s", event);
    crew_wait_look(crew);
}

static bool is_event_name(const char *text)
{
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    return size != 0 && text[size] == '\0' && size < CREW_WORD_MAX;
}

enum err run_wait(struct crew *crew, const struct typed *typed)
{
    static const struct {
        const char *name;
        enum crew_wait_kind kind;
    } states[] = {
        {"online", WAIT_ONLINE}, {"session", WAIT_SESSION}, {"card", WAIT_CARD},
        {"view", WAIT_VIEW},     {"sent", WAIT_SENT},
    };
    const char *name = typed->words[1];
    enum crew_wait_kind kind = WAIT_EVENT;
    uint64_t seconds = CREW_WAIT_S;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].name, name) == 0)
            kind = states[i].kind;
    if (kind == WAIT_EVENT && !is_event_name(name))
        return ERR_USAGE;
    if (kind == WAIT_EVENT && id_absent(&crew->case_id))
        return ERR_NO_SUCH_CASE;
    if (typed->count > 2 && line_number(slice_of(typed->words[2]), 24 * 3600, &seconds) != ERR_OK)
        return ERR_USAGE;
    crew_wait_begin(crew, kind, name, (int64_t)seconds);
    return ERR_OK;
}
