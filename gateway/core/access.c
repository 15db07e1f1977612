/* access.c — Job: what of the access log one viewer may be shown (DESIGN §7). */
#include "gateway/core/access.h"

#include "gateway/core/under.h"

bool access_may_ask(uint64_t roles)
{
    return (roles & (1ull << ROLE_ORG_ADMIN | 1ull << ROLE_AUDITOR)) != 0;
}

bool access_unmasked(uint64_t roles)
{
    return (roles & 1ull << ROLE_ORG_ADMIN) != 0;
}

bool event_names_counterpart(enum event_type type)
{
    switch (type) {
    case EVENT_ANSWERED:
    case EVENT_OPENED:
    case EVENT_RECORD_OPENED:
    case EVENT_HANDED_OVER:
    case EVENT_HANDOVER_CONFIRMED:
    case EVENT_TALKED:
    case EVENT_BREAK_GLASS:
    case EVENT_ACCEPTANCE_CHECKED:
    case EVENT_TAKEN_OUT:
    case EVENT_MIXUP:
    case EVENT_TAKEN_OVER:
        return true;
    default:
        return false;
    }
}

enum { GROUP_TYPES = 12 };
/* Three facts about a view, what ended it, what was refused: that is "who accessed what". */
static const enum event_type groups[][GROUP_TYPES] = {
    [GROUP_ACCESS] = {EVENT_GRANT_ISSUED, EVENT_DELIVERED, EVENT_OPENED, EVENT_RECORD_OPENED,
                      EVENT_GRANT_REVOKED, EVENT_VIEW_CLOSED, EVENT_VIEW_ENDED, EVENT_BREAK_GLASS,
                      EVENT_BREAK_GLASS_OBJECTED, EVENT_MIXUP, EVENT_REFUSED, EVENT_CARD_REFUSED},
    [GROUP_ENDED] = {EVENT_GRANT_REVOKED, EVENT_VIEW_CLOSED, EVENT_VIEW_ENDED},
    [GROUP_REFUSED] = {EVENT_REFUSED, EVENT_CARD_REFUSED, EVENT_SIGN_IN_FAILED},
    [GROUP_GLASS] = {EVENT_BREAK_GLASS, EVENT_BREAK_GLASS_OBJECTED, EVENT_ACCESS_REVIEWED},
    [GROUP_ALERTS] = {EVENT_ALERT, EVENT_ALERT_ACKED, EVENT_ALERT_ESCALATED, EVENT_ACCESS_REVIEWED},
    [GROUP_MIXUP] = {EVENT_MIXUP, EVENT_MIXUP_ACKED},
    [GROUP_PEOPLE] = {EVENT_SESSION_OPENED, EVENT_SESSION_ENDED, EVENT_SIGN_IN_FAILED,
                      EVENT_PERSON_ADDED, EVENT_PERSON_DISABLED, EVENT_PERSON_UNLOCKED,
                      EVENT_PASSWORD_SET, EVENT_DEVICE_ADDED, EVENT_DEVICE_REVOKED,
                      EVENT_ORG_STOPPED},
    [GROUP_LOOKED] = {EVENT_LOG_VIEWED, EVENT_LOG_EXPORTED, EVENT_ALERTS_VIEWED},
};

size_t access_group_types(int group, enum event_type *types, size_t max)
{
    size_t count = 0;
    if (group <= 0 || group > GROUP_LOOKED)
        return 0;
    while (count < GROUP_TYPES && count < max && groups[group][count] != EVENT_NONE) {
        types[count] = groups[group][count];
        count++;
    }
    return count;
}

bool access_may_read(const struct access_viewer *viewer, const struct event *event)
{
    return access_unmasked(viewer->roles) && id_equal(&event->org, &viewer->org) &&
           (event->type == EVENT_ACCESS_REVIEWED || event->type == EVENT_BREAK_GLASS ||
            event->type == EVENT_PERSON_DISABLED || event->type == EVENT_PERSON_UNLOCKED ||
            event->type == EVENT_DEVICE_REVOKED || event->type == EVENT_ORG_STOPPED);
}

static bool is_refusal(enum event_type type)
{
    return type == EVENT_REFUSED || type == EVENT_SIGN_IN_FAILED || type == EVENT_CARD_REFUSED;
}

static void show_person(const struct access_viewer *viewer, const struct event *event,
                        const struct person_state *person, struct access_row *out)
{
    bool own = id_equal(person != NULL ? &person->org : &event->org, &viewer->org);
    bool named = own || (event_names_counterpart(event->type) && !id_absent(&event->case_id));
    if (named)
        out->person = event->person;
    if (person == NULL)
        return;
    out->roles = person->roles;
    if (named && access_unmasked(viewer->roles))
        out->person_name = person->name;
}

static void show_ids(const struct access_viewer *viewer, const struct event *event,
                     struct access_row *out)
{
    out->org = event->org;
    out->hospital = event->hospital;
    out->incident = event->incident;
    out->case_id = event->case_id;
    out->view = event->view;
    out->grant = event->grant;
    out->alias = event->alias;
    if (!id_equal(&event->org, &viewer->org))
        return;
    out->device = event->device;
    out->subject = event->subject;
}

void access_show(const struct access_viewer *viewer, const struct event *event, int under,
                 const struct person_state *person, const struct org_state *org,
                 struct access_row *out)
{
    record_clear(&record_access_row, out);
    out->seq = (int64_t)event->seq;
    out->recorded_at = event->recorded_at;
    out->made_at = event->made_at;
    out->from = event->from;
    out->until = event->until;
    if (event_may(event->type) & HAS_COUNT)
        out->count = event->count;
    out->type = slice_of(event_name(event->type));
    if (event->code != 0)
        out->reason = slice_of(codes_name(event_code_list(event->type), event->code));
    out->refused = is_refusal(event->type) ? FLAG_YES : FLAG_NO;
    out->late = event->late;
    out->training = event->training;
    out->sections = event->sections;
    out->right = event->right;
    out->basis = under_basis(under);
    out->without_consent = under_without_consent(under) ? FLAG_YES : FLAG_ABSENT;
    out->need = event->need;
    out->obstacle = event->obstacle;
    out->said_by = event->said_by;
    out->decline = event->decline;
    show_ids(viewer, event, out);
    show_person(viewer, event, person, out);
    if (org != NULL)
        out->org_name = org->name;
}
