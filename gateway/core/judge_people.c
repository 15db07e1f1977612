/* judge_people.c — Job: judgements about people on devices: sign in, sign out, passwords. */
#include "gateway/core/judge_list.h"

#include "gateway/core/people.h"

static bool kind_fits(const struct device_state *device, uint64_t roles)
{
    uint64_t fit = 0;
    switch (device->kind) {
    case DEVICE_AMBULANCE:
        fit = 1ull << ROLE_PARAMEDIC | 1ull << ROLE_DISPATCHER;
        break;
    case DEVICE_HOSPITAL:
        fit = 1ull << ROLE_ER_BOARD | 1ull << ROLE_ER_VIEWER;
        break;
    default:
        fit = 1ull << ROLE_ORG_ADMIN | 1ull << ROLE_AUDITOR | 1ull << ROLE_OPERATOR;
        break;
    }
    return (roles & fit) != 0;
}

static bool may_sign_in(const struct person_state *person, const struct actor *who, int64_t now)
{
    return person->disabled != FLAG_YES && id_equal(&person->org, &who->org->id) &&
           kind_fits(who->device, person->roles) &&
           (person->expires_at == 0 || now < person->expires_at);
}

/* Whoever has no account here, or none that may work on this device, is treated as a wrong
 * password: the same time, the same words. */
enum err judge_sign_in(const struct actor *who, const struct message *msg,
                       const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_sign_in *body = msg->body;
    const struct person_state *person = world->person_by_login(world->self, body->login);
    struct id nobody = {{0}};
    if (person != NULL && !may_sign_in(person, who, turn->now))
        person = NULL;
    if (person != NULL && person->locked == FLAG_YES)
        return ERR_LOCKED;
    /* An unknown login is asked about as durably as a known one. */
    struct event *event = judged_add(out, EVENT_SIGN_IN_ASKED, who, msg, turn, 0);
    event->subject = person == NULL ? nobody : person->id;
    event->person = nobody; /* nobody has proved to be anybody yet */
    out->errands[out->errands_count++] =
        (struct errand_ask){.kind = ERRAND_FACTORS, .id = event->id, .person = event->subject};
    return ERR_OK;
}

static enum err failed_factors(const struct outcome *o, const struct person_state *person,
                               const struct actor *who, const struct world *world,
                               const struct turn *turn, struct judgement *out)
{
    struct event *event = judged_add(out, EVENT_SIGN_IN_FAILED, who, NULL, turn, 0);
    event->device = o->ask.device;
    event->count = 1;
    if (person == NULL)
        return ERR_OK;
    event->org = person->org;
    event->subject = person->id;
    event->count = person->failures + 1;
    if (event->count >= world->policy->failures_max)
        event->until = turn->now; /* locked from now on, until somebody unlocks */
    return ERR_OK;
}

enum err outcome_factors(const struct outcome *o, const struct world *world,
                         const struct turn *turn, struct judgement *out)
{
    const struct person_state *person =
        id_absent(&o->ask.person) ? NULL : world->person(world->self, &o->ask.person);
    const struct device_state *device = world->device(world->self, &o->ask.device);
    if (device == NULL)
        return ERR_NOT_FOUND;
    struct actor who = {
        .kind = ACTOR_GATEWAY, .device = device, .org = world->org(world->self, &device->org)};
    bool good = o->result == ERR_OK && person != NULL && id_equal(&person->asked, &o->ask.id) &&
                person->locked != FLAG_YES && person->disabled != FLAG_YES &&
                o->totp_step > person->totp_step && device->revoked != FLAG_YES;
    if (!good)
        return failed_factors(o, person, &who, world, turn, out);
    struct event *event = judged_add(out, EVENT_SESSION_OPENED, &who, NULL, turn, 0);
    event->person = person->id;
    event->session = turn_id(turn);
    event->count = o->totp_step;
    event->from = turn->now;
    event->until = turn->now + world->policy->session_ms;
    struct session_payload payload = {.token = o->token};
    judged_payload(out, event, &record_session_payload, &payload);
    return ERR_OK;
}

enum err judge_sign_out(const struct actor *who, const struct message *msg,
                        const struct world *world, const struct turn *turn, struct judgement *out)
{
    (void)world;
    (void)judged_add(out, EVENT_SESSION_ENDED, who, msg, turn, 0);
    return ERR_OK;
}

enum err judge_password_change(const struct actor *who, const struct message *msg,
                               const struct world *world, const struct turn *turn,
                               struct judgement *out)
{
    (void)world;
    struct event *event = judged_add(out, EVENT_SIGN_IN_ASKED, who, msg, turn, 0);
    event->subject = who->person->id;
    out->errands[out->errands_count++] = (struct errand_ask){
        .kind = ERRAND_NEW_PASSWORD, .id = event->id, .person = who->person->id};
    return ERR_OK;
}

enum err outcome_password(const struct outcome *o, const struct world *world,
                          const struct turn *turn, struct judgement *out)
{
    const struct person_state *person = world->person(world->self, &o->ask.person);
    const struct device_state *device = world->device(world->self, &o->ask.device);
    if (person == NULL || device == NULL || !id_equal(&person->asked, &o->ask.id))
        return ERR_NOT_FOUND;
    struct actor who = {
        .kind = ACTOR_GATEWAY, .device = device, .org = world->org(world->self, &device->org)};
    if (o->result == ERR_BAD_FACTORS)
        return failed_factors(o, person, &who, world, turn, out);
    if (o->result != ERR_OK)
        return ERR_OK; /* the policy refused it: nothing happened */
    struct event *event = judged_add(out, EVENT_PASSWORD_SET, &who, NULL, turn, 0);
    event->subject = person->id;
    struct password_payload payload = {.password = o->password, .must_change = FLAG_NO};
    judged_payload(out, event, &record_password_payload, &payload);
    return ERR_OK;
}

enum err judge_outcome(const struct outcome *o, const struct world *world, const struct turn *turn,
                       struct judgement *out)
{
    switch (o->kind) {
    case ERRAND_FACTORS:
        return outcome_factors(o, world, turn, out);
    case ERRAND_NEW_PASSWORD:
        return outcome_password(o, world, turn, out);
    case ERRAND_CARD:
        return outcome_card(o, world, turn, out);
    case ERRAND_FETCH:
        return outcome_fetch(o, world, turn, out);
    case ERRAND_LOG:
    case ERRAND_NONE:
        break;
    }
    return ERR_NOT_FOUND;
}
