/* judge_access.c — Job: who may ask the access log, and that each question is on it. */
#include "gateway/core/access.h"
#include "gateway/core/judge_list.h"

/* What was asked stands in the sealed payload; about what, and whether it leaves as a file, in the
 * entry itself. */
struct event *question_asked(const struct act *act, enum question question, int export)
{
    enum event_type type = export == FLAG_YES ? EVENT_LOG_EXPORTED : EVENT_LOG_VIEWED;
    struct event *event = judged_add(act->out, type, act->who, act->msg, act->turn, 0);
    event->code = question;
    judged_payload(act->out, event, act->msg->type->body, act->msg->body);
    return event;
}

struct event *question_to_log(const struct act *act, enum question question, int export)
{
    struct event *event = question_asked(act, question, export);
    struct judgement *out = act->out;
    out->errands[out->errands_count++] =
        (struct errand_ask){.kind = ERRAND_LOG, .id = event->id, .person = act->who->person->id};
    return event;
}

static enum err complain(struct judgement *out, enum err err, const char *path)
{
    size_t size = strlen(path);
    memcpy(out->why.path, path, size + 1);
    return err;
}

enum err question_may_be_asked(const struct actor *who)
{
    if (who->device->kind != DEVICE_ADMIN || who->person == NULL)
        return ERR_NOT_ALLOWED;
    return access_may_ask(who->person->roles) ? ERR_OK : ERR_NOT_ALLOWED;
}

enum err judge_access_query(const struct actor *who, const struct message *msg,
                            const struct world *world, const struct turn *turn,
                            struct judgement *out)
{
    const struct body_access_query *body = msg->body;
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    if (body->kind.bytes != NULL && event_by_name(body->kind) == EVENT_NONE)
        return complain(out, ERR_BAD_FIELD, "body.kind");
    if (body->kind.bytes != NULL && body->group != 0)
        return complain(out, ERR_BAD_FIELD, "body.kind");
    if (body->from != 0 && body->until != 0 && body->from > body->until)
        return complain(out, ERR_BAD_FIELD, "body.until");
    /* One's own people only: a stranger's id must not work as a filter where it is not shown. */
    if (!id_absent(&body->person)) {
        const struct person_state *person = world->person(world->self, &body->person);
        if (person == NULL || !id_equal(&person->org, &who->org->id))
            return complain(out, ERR_NOT_FOUND, "body.person");
    }
    struct act act = act_of(who, msg, world, turn, out);
    struct event *event = question_to_log(&act, QUESTION_ACCESS, body->export);
    event->subject = id_absent(&body->person) ? body->case_id : body->person;
    event->from = body->from;
    event->until = body->until;
    return ERR_OK;
}

/* A case that is not the viewer's gives an empty story, like one that does not exist. */
enum err judge_case_story(const struct actor *who, const struct message *msg,
                          const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_case_story *body = msg->body;
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    struct act act = act_of(who, msg, world, turn, out);
    struct event *event = question_to_log(&act, QUESTION_CASE, body->export);
    event->subject = body->case_id;
    return ERR_OK;
}

/* Whether the entry is such a one is seen when it is read; what is not gives no text. To an auditor
 * none does. */
enum err judge_written_query(const struct actor *who, const struct message *msg,
                             const struct world *world, const struct turn *turn,
                             struct judgement *out)
{
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    if (!access_unmasked(who->person->roles))
        return ERR_NOT_ALLOWED;
    struct act act = act_of(who, msg, world, turn, out);
    (void)question_to_log(&act, QUESTION_WRITTEN, FLAG_ABSENT);
    return ERR_OK;
}
