/* judge_staff.c — Job: what an administrator does to people, devices, or all of the organisation.
 *
 * Only taking away, and lifting a lock: who adds somebody hands out secrets, and does that where
 * the gateway runs. Each act has a reason, which is sealed with its entry. */
#include "gateway/core/judge_list.h"
#include "proto/console.h"

static enum err complain(struct judgement *out, enum err err, const char *path)
{
    memcpy(out->why.path, path, strlen(path) + 1);
    return err;
}

static bool may_act(const struct actor *who)
{
    return who->device->kind == DEVICE_ADMIN && who->person != NULL &&
           actor_has(who, ROLE_ORG_ADMIN);
}

static void told(struct judgement *out, enum event_type type, const struct actor *who,
                 const struct message *msg, const struct turn *turn, const struct id *subject)
{
    struct event *event = judged_add(out, type, who, msg, turn, AUDIENCE_SUBJECT);
    event->subject = *subject;
    if (type == EVENT_ORG_STOPPED)
        event->count = FLAG_YES;
    judged_payload(out, event, msg->type->body, msg->body);
}

enum err judge_person_act(const struct actor *who, const struct message *msg,
                          const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_staff_act *body = msg->body;
    bool disable = msg->type->kind == MSG_PERSON_DISABLE;
    if (!may_act(who))
        return ERR_NOT_ALLOWED;
    /* Another organisation's person does not exist here. */
    const struct person_state *person = world->person(world->self, &body->subject);
    if (person == NULL || !id_equal(&person->org, &who->org->id))
        return complain(out, ERR_NOT_FOUND, "body.subject");
    if (disable && id_equal(&person->id, &who->person->id))
        return ERR_NOT_ALLOWED; /* who ends oneself leaves nobody to undo a mistake */
    if (disable ? person->disabled == FLAG_YES : person->locked != FLAG_YES)
        return ERR_PROTOCOL;
    told(out, disable ? EVENT_PERSON_DISABLED : EVENT_PERSON_UNLOCKED, who, msg, turn, &person->id);
    return ERR_OK;
}

enum err judge_device_revoke(const struct actor *who, const struct message *msg,
                             const struct world *world, const struct turn *turn,
                             struct judgement *out)
{
    const struct body_staff_act *body = msg->body;
    if (!may_act(who))
        return ERR_NOT_ALLOWED;
    const struct device_state *device = world->device(world->self, &body->subject);
    if (device == NULL || !id_equal(&device->org, &who->org->id))
        return complain(out, ERR_NOT_FOUND, "body.subject");
    if (id_equal(&device->id, &who->device->id))
        return ERR_NOT_ALLOWED;
    if (device->revoked == FLAG_YES)
        return ERR_PROTOCOL;
    told(out, EVENT_DEVICE_REVOKED, who, msg, turn, &device->id);
    return ERR_OK;
}

enum err judge_org_stop(const struct actor *who, const struct message *msg,
                        const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_org_stop *body = msg->body;
    (void)world;
    if (!may_act(who))
        return ERR_NOT_ALLOWED;
    if (!id_equal(&body->org, &who->org->id))
        return complain(out, ERR_BAD_FIELD, "body.org");
    told(out, EVENT_ORG_STOPPED, who, msg, turn, &who->org->id);
    return ERR_OK;
}
