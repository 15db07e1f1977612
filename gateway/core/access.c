/* access.c — Job: what of the access log one viewer may be shown (DESIGN §7). */
#include "gateway/core/access.h"

bool access_may_ask(uint64_t roles)
{
    return (roles & (1ull << ROLE_ORG_ADMIN | 1ull << ROLE_AUDITOR)) != 0;
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

static bool is_refusal(enum event_type type)
{
    return type == EVENT_REFUSED || type == EVENT_SIGN_IN_FAILED || type == EVENT_CARD_REFUSED;
}

static void show_person(const struct access_viewer *viewer, const struct event *event,
                        const struct person_state *person, struct access_row *out)
{
    bool own = id_equal(person != NULL ? &person->org : &event->org, &viewer->org);
    bool admin = (viewer->roles & 1ull << ROLE_ORG_ADMIN) != 0;
    bool named = own || (event_names_counterpart(event->type) && !id_absent(&event->case_id));
    if (named)
        out->person = event->person;
    if (person == NULL)
        return;
    out->roles = person->roles;
    if (named && admin)
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

void access_show(const struct access_viewer *viewer, const struct event *event,
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
    out->basis = event->basis;
    out->need = event->need;
    out->obstacle = event->obstacle;
    out->said_by = event->said_by;
    out->decline = event->decline;
    show_ids(viewer, event, out);
    show_person(viewer, event, person, out);
    if (org != NULL)
        out->org_name = org->name;
}
