/* case_ask.c — Job: the questions that several judgements ask of a case. */
#include "gateway/core/state.h"

const struct case_asked *case_asked_of(const struct case_state *c, const struct id *hospital)
{
    for (size_t i = 0; i < c->asked_count; i++)
        if (id_equal(&c->asked[i].hospital, hospital))
            return &c->asked[i];
    return NULL;
}

bool case_accepted_by(const struct case_state *c, const struct id *hospital)
{
    const struct case_asked *asked = case_asked_of(c, hospital);
    return asked != NULL && asked->status == ASKED_ACCEPTED;
}

const struct case_view *case_view_of(const struct case_state *c, const struct id *view)
{
    for (size_t i = 0; i < c->views_count; i++)
        if (id_equal(&c->views[i].id, view))
            return &c->views[i];
    return NULL;
}

const struct case_view *case_view_held(const struct case_state *c)
{
    for (size_t i = c->views_count; i > 0; i--)
        if (c->views[i - 1].status == VIEW_HELD)
            return &c->views[i - 1];
    return NULL;
}

const struct case_grant *case_grant_of(const struct case_state *c, const struct id *grant)
{
    for (size_t i = 0; i < c->grants_count; i++)
        if (id_equal(&c->grants[i].id, grant))
            return &c->grants[i];
    return NULL;
}

bool grant_live(const struct case_grant *grant, int64_t now)
{
    return grant->revoke == 0 && now < grant->until;
}

const struct case_grant *case_grant_live(const struct case_state *c, const struct id *hospital,
                                         int64_t now)
{
    for (size_t i = c->grants_count; i > 0; i--) {
        const struct case_grant *grant = &c->grants[i - 1];
        if (id_equal(&grant->hospital, hospital) && grant_live(grant, now))
            return grant;
    }
    return NULL;
}

const struct case_ground *case_ground_for(const struct case_state *c, int right,
                                          const struct id *hospital)
{
    for (size_t i = c->grounds_count; i > 0; i--) {
        const struct case_ground *ground = &c->grounds[i - 1];
        if (ground->right != right)
            continue;
        if (right == RIGHT_DISCLOSE_TO && !id_equal(&ground->hospital, hospital))
            continue;
        if (ground->withdrawn == FLAG_YES || ground->basis == BASIS_REFUSED)
            return NULL;
        return ground;
    }
    return NULL;
}

bool case_refused(const struct case_state *c)
{
    if (c->withdrawn == FLAG_YES)
        return true;
    for (size_t i = c->grounds_count; i > 0; i--)
        if (c->grounds[i - 1].right == RIGHT_CREW_VIEW)
            return c->grounds[i - 1].basis == BASIS_REFUSED;
    return false;
}

/* The newest ground of any kind that names this hospital. */
static const struct case_ground *newest_towards(const struct case_state *c,
                                                const struct id *hospital)
{
    for (size_t i = c->grounds_count; i > 0; i--) {
        const struct case_ground *ground = &c->grounds[i - 1];
        if (ground->right == RIGHT_DISCLOSE_TO && id_equal(&ground->hospital, hospital))
            return ground;
    }
    return NULL;
}

bool case_refused_to(const struct case_state *c, const struct id *hospital)
{
    const struct case_ground *ground = newest_towards(c, hospital);
    return ground != NULL && ground->basis == BASIS_REFUSED;
}

uint64_t case_hidden_from(const struct case_state *c, const struct id *hospital)
{
    const struct case_ground *ground = newest_towards(c, hospital);
    return ground == NULL ? 0 : ground->hidden;
}

bool case_is_destination(const struct case_state *c, const struct id *hospital)
{
    return !id_absent(hospital) && id_equal(&c->destination, hospital);
}

bool case_must_ack(const struct case_state *c, const struct id *org)
{
    for (size_t i = 0; i < c->openers_count; i++)
        if (c->openers[i].must_ack == FLAG_YES && c->openers[i].acked != FLAG_YES &&
            (org == NULL || id_equal(&c->openers[i].org, org)))
            return true;
    return false;
}
