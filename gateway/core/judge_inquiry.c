/* judge_inquiry.c — Job: judgements about asking hospitals and their answers. */
#include "gateway/core/identity_text.h"
#include "gateway/core/judge_list.h"

enum { SPOKEN_ID_CHARS = 4 };

/* Free text that names the patient is refused, with the field marked (DESIGN §1 step 5). */
static enum err check_text(const struct act *act, const struct body_inquiry *body)
{
    struct slice words[IDENTITY_WORDS_MAX];
    size_t count = act->world->identity_words(act->world->self, act->c, words, IDENTITY_WORDS_MAX);
    const struct {
        const char *path;
        struct slice text;
    } texts[] = {{"body.complaint", body->complaint},
                 {"body.mechanism", body->mechanism},
                 {"body.note", body->note},
                 {"body.place", body->place}};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
        if (identity_in_text(texts[t].text, words, count)) {
            memcpy(act->out->why.path, texts[t].path, strlen(texts[t].path) + 1);
            return ERR_IDENTITY_IN_TEXT;
        }
    return ERR_OK;
}

/* The short name of the case for the phone: the crew's, then what the case's id ends with. Tablets
 * make it, nobody can mend it in a request: one of another form, or of a crew that is called like
 * the patient, is left out, and nothing is refused. */
static struct slice spoken_name(const struct act *act, struct slice name)
{
    static const struct slice none = {NULL, 0};
    struct slice words[IDENTITY_WORDS_MAX];
    char text[ID_TEXT_SIZE];
    id_text(&act->c->id, text);
    if (name.size <= SPOKEN_ID_CHARS ||
        memcmp(name.bytes + name.size - SPOKEN_ID_CHARS, text + ID_TEXT_SIZE - SPOKEN_ID_CHARS,
               SPOKEN_ID_CHARS) != 0)
        return none;
    struct slice crew = {name.bytes, name.size - SPOKEN_ID_CHARS};
    size_t count = act->world->identity_words(act->world->self, act->c, words, IDENTITY_WORDS_MAX);
    return identity_in_text(crew, words, count) ? none : name;
}

static enum err check_hospitals(const struct act *act, const struct body_inquiry *body)
{
    size_t added = 0;
    for (size_t i = 0; i < body->hospitals_count; i++) {
        const struct id *hospital = &body->hospitals[i];
        const struct org_state *org = act->world->org(act->world->self, hospital);
        if (org == NULL || org->kind != ORG_HOSPITAL || org->stopped == FLAG_YES)
            return ERR_NO_SUCH_HOSPITAL;
        const struct case_asked *asked = case_asked_of(act->c, hospital);
        added += asked == NULL;
        if (asked != NULL && (asked->status == ASKED_WAITING || asked->status == ASKED_ACCEPTED))
            return ERR_PROTOCOL;
        for (size_t j = 0; j < i; j++)
            if (id_equal(&body->hospitals[j], hospital))
                return ERR_BAD_FIELD;
    }
    return act->c->asked_count + added > CASE_HOSPITALS_MAX ? ERR_FULL : ERR_OK;
}

enum err judge_inquiry(const struct actor *who, const struct message *msg,
                       const struct world *world, const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_inquiry *body = msg->body;
    if (act.c->handed_at != 0)
        return ERR_CASE_ENDED;
    enum err err = check_hospitals(&act, body);
    if (err == ERR_OK)
        err = check_text(&act, body);
    if (err != ERR_OK)
        return err;
    for (size_t i = 0; i < body->hospitals_count; i++) {
        struct body_inquiry one = *body; /* a hospital does not learn who else was asked */
        one.hospitals[0] = body->hospitals[i];
        one.hospitals_count = 1;
        one.spoken_name = spoken_name(&act, body->spoken_name);
        struct event *event = act_add(&act, EVENT_INQUIRY_ASKED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
        judged_hospital(out, event, &body->hospitals[i]);
        event->subject = body->inquiry;
        judged_payload(out, event, &record_inquiry, &one);
    }
    return ERR_OK;
}

enum err judge_inquiry_cancel(const struct actor *who, const struct message *msg,
                              const struct world *world, const struct turn *turn,
                              struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_hospital_ref *body = msg->body;
    const struct case_asked *asked = case_asked_of(act.c, &body->hospital);
    if (asked == NULL || (asked->status != ASKED_WAITING && asked->status != ASKED_ACCEPTED))
        return ERR_NOT_ASKED;
    if (case_is_destination(act.c, &body->hospital))
        return ERR_PROTOCOL; /* change the destination instead */
    struct event *event = act_add(&act, EVENT_INQUIRY_ENDED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &body->hospital);
    event->code = ASKED_CANCELLED;
    return ERR_OK;
}

enum err judge_phone_acceptance(const struct actor *who, const struct message *msg,
                                const struct world *world, const struct turn *turn,
                                struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_phone_acceptance *body = msg->body;
    const struct org_state *org = world->org(world->self, &body->hospital);
    if (org == NULL || org->kind != ORG_HOSPITAL)
        return ERR_NO_SUCH_HOSPITAL;
    const struct case_asked *asked = case_asked_of(act.c, &body->hospital);
    if (asked == NULL && act.c->asked_count == CASE_HOSPITALS_MAX)
        return ERR_FULL;
    if (asked != NULL && asked->status == ASKED_ACCEPTED)
        return ERR_PROTOCOL;
    struct event *event = act_add(&act, EVENT_PHONE_ACCEPTED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &body->hospital);
    judged_payload(out, event, &record_phone_acceptance, body);
    return ERR_OK;
}

enum err judge_answer(const struct actor *who, const struct message *msg, const struct world *world,
                      const struct turn *turn, struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_answer *body = msg->body;
    const struct case_asked *asked = case_asked_of(act.c, &who->org->id);
    if (asked == NULL || !id_equal(&asked->inquiry, &body->inquiry))
        return ERR_NOT_ASKED;
    if (asked->status != ASKED_WAITING && asked->status != ASKED_DECLINED)
        return asked->status == ASKED_ACCEPTED ? ERR_PROTOCOL : ERR_NOT_ASKED;
    if ((body->result == ANSWER_DECLINED) != (body->reason != 0))
        return body->reason != 0 ? ERR_BAD_FIELD : ERR_MISSING_FIELD;
    struct event *event = act_add(&act, EVENT_ANSWERED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->code = body->result;
    event->decline = body->reason;
    judged_payload(out, event, &record_answer, body);
    return ERR_OK;
}

enum err judge_acceptance_withdraw(const struct actor *who, const struct message *msg,
                                   const struct world *world, const struct turn *turn,
                                   struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    if (!case_accepted_by(act.c, &who->org->id))
        return ERR_NOT_ACCEPTED;
    if (act.c->handed_at != 0 || act.c->confirmed_at != 0)
        return ERR_CASE_ENDED;
    act_revoke(&act, &who->org->id, REVOKE_ACCEPTANCE_WITHDRAWN);
    struct event *event =
        act_add(&act, EVENT_ACCEPTANCE_WITHDRAWN, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    judged_payload(out, event, &record_reason_text, msg->body);
    return ERR_OK;
}

/* An acceptance by phone, confirmed or contradicted by the hospital with one touch. */
enum err judge_acceptance_check(const struct actor *who, const struct message *msg,
                                const struct world *world, const struct turn *turn,
                                struct judgement *out)
{
    struct act act = act_of(who, msg, world, turn, out);
    const struct body_acceptance_check *body = msg->body;
    const struct case_asked *asked = case_asked_of(act.c, &who->org->id);
    if (asked == NULL || asked->by_phone != FLAG_YES || asked->status != ASKED_ACCEPTED)
        return ERR_NOT_ACCEPTED;
    if (asked->phone_checked != FLAG_ABSENT)
        return ERR_PROTOCOL;
    if (body->confirmed == FLAG_NO) {
        act_revoke(&act, &who->org->id, REVOKE_CONTRADICTED);
        act_alert(&act, ALERT_ACCEPTANCE_CONTRADICTED, NULL);
    }
    struct event *event =
        act_add(&act, EVENT_ACCEPTANCE_CHECKED, AUDIENCE_CREW | AUDIENCE_HOSPITAL);
    judged_hospital(out, event, &who->org->id);
    event->count = body->confirmed;
    judged_payload(out, event, &record_acceptance_check, body);
    return ERR_OK;
}
