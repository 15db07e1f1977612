/* console.c — Job: what an administrator is shown of one person, device or connection. */
#include "gateway/core/console.h"

int account_state_of(const struct person_state *person, int64_t now)
{
    if (person->disabled == FLAG_YES)
        return ACCOUNT_DISABLED;
    if (person->expires_at != 0 && now >= person->expires_at)
        return ACCOUNT_EXPIRED;
    if (person->locked == FLAG_YES)
        return ACCOUNT_LOCKED;
    return person->must_change == FLAG_YES ? ACCOUNT_FIRST_PASSWORD : ACCOUNT_ACTIVE;
}

/* A text that a row cannot carry is left out: an empty one would be refused by the reader. */
static struct slice shown(struct slice text)
{
    return text.size == 0 ? (struct slice){NULL, 0} : text;
}

void console_person(const struct access_viewer *viewer, const struct person_state *person,
                    int64_t now, struct person_row *out)
{
    *out = (struct person_row){.person = person->id,
                               .roles = person->roles,
                               .state = account_state_of(person, now),
                               .signed_in = FLAG_NO,
                               .password_at = person->password_at,
                               .expires_at = person->expires_at};
    for (size_t i = 0; i < person->sessions_count; i++) {
        const struct person_session *session = &person->sessions[i];
        if (session->opened_at > out->last_sign_in_at)
            out->last_sign_in_at = session->opened_at;
        if (session->ended_at == 0 && now < session->until && person->disabled != FLAG_YES)
            out->signed_in = FLAG_YES;
    }
    if (!access_unmasked(viewer->roles))
        return;
    out->login = shown(person->login);
    out->name = shown(person->name);
}

void console_device(const struct device_state *device, int64_t since, struct device_row *out)
{
    *out = (struct device_row){.device = device->id,
                               .name = shown(device->name),
                               .kind = device->kind,
                               .revoked = device->revoked == FLAG_YES ? FLAG_YES : FLAG_NO,
                               .online = since == 0 ? FLAG_NO : FLAG_YES,
                               .online_since = since,
                               .added_at = device->added_at,
                               .certificate_until = device->certificate_until};
}

void console_on_line(const struct access_viewer *viewer, const struct person_state *person,
                     struct connection_person *out)
{
    *out = (struct connection_person){.person = person->id, .roles = person->roles};
    if (access_unmasked(viewer->roles))
        out->name = shown(person->name);
}
