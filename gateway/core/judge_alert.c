/* judge_alert.c — Job: who may see, acknowledge and review what has to be looked at. */
#include "gateway/core/access.h"
#include "gateway/core/judge_list.h"
#include "gateway/core/under.h"

static enum err complain(struct judgement *out, enum err err, const char *path)
{
    memcpy(out->why.path, path, strlen(path) + 1);
    return err;
}

static bool at_workstation(const struct actor *who)
{
    return who->device->kind == DEVICE_ADMIN && who->person != NULL;
}

/* The list names who did it, so the question is on the log before it is answered (alerts.c). */
enum err judge_alerts(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    const struct body_alerts *body = msg->body;
    (void)world;
    if (!at_workstation(who) || !access_may_ask(who->person->roles))
        return ERR_NOT_ALLOWED;
    if (!id_absent(&body->after) && org_alert_of(who->org, &body->after) == NULL)
        return complain(out, ERR_NOT_FOUND, "body.after");
    (void)judged_add(out, EVENT_ALERTS_VIEWED, who, msg, turn, 0);
    return ERR_OK;
}

/* An alert of one's own organisation; another's does not exist. NULL: ERR says why. */
static const struct org_alert *own_alert(const struct actor *who, const struct id *id,
                                         struct judgement *out, enum err *err)
{
    *err = ERR_OK;
    if (!at_workstation(who) || !actor_has(who, ROLE_ORG_ADMIN)) {
        *err = ERR_NOT_ALLOWED;
        return NULL;
    }
    const struct org_alert *alert = org_alert_of(who->org, id);
    if (alert == NULL)
        *err = complain(out, ERR_NOT_FOUND, "body.alert");
    return alert;
}

static struct event *about(const struct org_alert *alert, enum event_type type,
                           const struct actor *who, const struct message *msg,
                           const struct turn *turn, struct judgement *out)
{
    struct event *event = judged_add(out, type, who, msg, turn, AUDIENCE_ADMINS);
    event->subject = alert->id;
    event->case_id = alert->case_id;
    event->grant = alert->grant;
    event->training = alert->training;
    return event;
}

enum err judge_alert_ack(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_alert_ack *body = msg->body;
    enum err err;
    const struct org_alert *alert = own_alert(who, &body->alert, out, &err);
    (void)world;
    if (alert == NULL)
        return err;
    if (alert->acked_at != 0)
        return ERR_PROTOCOL; /* who saw it first stands in the log */
    about(alert, EVENT_ALERT_ACKED, who, msg, turn, out)->code = alert->code;
    return ERR_OK;
}

/* Words are needed where something was not right. */
static enum err explained(struct judgement *out, int verdict, struct slice text)
{
    return verdict == REVIEW_JUSTIFIED || text.bytes != NULL
               ? ERR_OK
               : complain(out, ERR_MISSING_FIELD, "body.text");
}

/* DESIGN §7: break-glass is reviewed by somebody else. */
enum err judge_review(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    const struct body_review *body = msg->body;
    enum err err;
    const struct org_alert *alert = own_alert(who, &body->alert, out, &err);
    (void)world;
    if (alert == NULL)
        return err;
    if (!alert_needs_review(alert))
        return complain(out, ERR_PROTOCOL, "body.alert");
    if (id_equal(&alert->person, &who->person->id))
        return ERR_NOT_ALLOWED;
    err = explained(out, body->verdict, body->text);
    if (err != ERR_OK)
        return err;
    struct event *event = about(alert, EVENT_ACCESS_REVIEWED, who, msg, turn, out);
    event->code = body->verdict;
    judged_payload(out, event, &record_review, body);
    return ERR_OK;
}

/* I-03: who looked without consent is looked at, each in each case; somebody else closes it. */
enum err judge_ground_review(const struct actor *who, const struct message *msg,
                             const struct world *world, const struct turn *turn,
                             struct judgement *out)
{
    const struct body_ground_review *body = msg->body;
    struct event entry;
    if (!at_workstation(who) || !actor_has(who, ROLE_ORG_ADMIN))
        return ERR_NOT_ALLOWED;
    if (!world->entry(world->self, (uint64_t)body->entry, &entry) || !under_waits(&entry) ||
        !id_equal(&entry.org, &who->org->id))
        return complain(out, ERR_NOT_FOUND, "body.entry");
    if (id_equal(&entry.person, &who->person->id))
        return ERR_NOT_ALLOWED;
    enum err err = explained(out, body->verdict, body->text);
    if (err != ERR_OK)
        return err;
    struct event *event = judged_add(out, EVENT_ACCESS_REVIEWED, who, msg, turn, AUDIENCE_ADMINS);
    event->code = body->verdict;
    event->subject = entry.id;
    event->case_id = entry.case_id;
    event->training = entry.training;
    judged_payload(out, event, &record_ground_review, body);
    return ERR_OK;
}
