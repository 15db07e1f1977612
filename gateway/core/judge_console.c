/* judge_console.c — Job: questions besides the access log; dispatches told. */
#include "gateway/core/judge_list.h"

#include "gateway/core/month.h"
#include "proto/console.h"

static enum err complain(struct judgement *out, enum err err, const char *path)
{
    memcpy(out->why.path, path, strlen(path) + 1);
    return err;
}

static enum question question_of(enum message_kind kind)
{
    return kind == MSG_PEOPLE_QUERY    ? QUESTION_PEOPLE
           : kind == MSG_DEVICES_QUERY ? QUESTION_DEVICES
                                       : QUESTION_CONNECTIONS;
}

enum err judge_list_query(const struct actor *who, const struct message *msg,
                          const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_list_query *body = msg->body;
    struct act act = act_of(who, msg, world, turn, out);
    enum err err = question_may_be_asked(who);
    if (err == ERR_OK)
        (void)question_asked(&act, question_of(msg->type->kind), body->export);
    return err;
}

/* A crew sees the tablets of its own headquarters, and that it looked is on record. */
enum err judge_tablets_query(const struct actor *who, const struct message *msg,
                             const struct world *world, const struct turn *turn,
                             struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (who->org->kind != ORG_HEADQUARTERS ||
        (!actor_has(who, ROLE_PARAMEDIC) && !actor_has(who, ROLE_DISPATCHER)))
        return ERR_NOT_ALLOWED;
    (void)question_asked(&act, QUESTION_TABLETS, FLAG_ABSENT);
    return ERR_OK;
}

enum err judge_log_query(const struct actor *who, const struct message *msg,
                         const struct world *world, const struct turn *turn, struct judgement *out)
{
    const struct body_log_query *body = msg->body;
    struct act act = act_of(who, msg, world, turn, out);
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    if (body->new_size != INT_ABSENT && body->old_size == INT_ABSENT)
        return complain(out, ERR_MISSING_FIELD, "body.old_size");
    if (body->new_size != INT_ABSENT && body->new_size < body->old_size)
        return complain(out, ERR_BAD_FIELD, "body.new_size");
    (void)question_to_log(&act, QUESTION_LOG, body->export);
    return ERR_OK;
}

/* Only the headquarters knows how often its ambulances went out. An earlier number stays in the
 * log; an auditor reads and sets nothing. */
enum err judge_dispatches_set(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    const struct body_dispatches_set *body = msg->body;
    (void)world;
    int month;
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    if (!actor_has(who, ROLE_ORG_ADMIN) || who->org->kind != ORG_HEADQUARTERS)
        return ERR_NOT_ALLOWED;
    if (month_parse(body->month, &month) != ERR_OK || month_start(month) < 0 ||
        month > month_of(turn->now))
        return complain(out, ERR_BAD_FIELD, "body.month");
    struct event *event = judged_add(out, EVENT_DISPATCHES_SET, who, msg, turn, 0);
    event->code = body->source;
    event->count = body->count;
    event->from = month_start(month);
    event->until = month_start(month + 1) - 1;
    return ERR_OK;
}

enum err judge_coverage_query(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    const struct body_coverage_query *body = msg->body;
    struct act act = act_of(who, msg, world, turn, out);
    int from, to;
    enum err err = question_may_be_asked(who);
    if (err != ERR_OK)
        return err;
    if (month_parse(body->from, &from) != ERR_OK)
        return complain(out, ERR_BAD_FIELD, "body.from");
    if (month_parse(body->to, &to) != ERR_OK || to < from || to - from >= COVERAGE_MONTHS_MAX)
        return complain(out, ERR_BAD_FIELD, "body.to");
    if (body->devices == FLAG_YES && to != from)
        return complain(out, ERR_BAD_FIELD, "body.to");
    (void)question_to_log(&act, QUESTION_COVERAGE, body->export);
    return ERR_OK;
}
