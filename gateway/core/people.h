/* people.h — Job: the payloads of events about organisations, devices and people. */
#ifndef GATEWAY_CORE_PEOPLE_H
#define GATEWAY_CORE_PEOPLE_H

#include "proto/limits.h"
#include "proto/record.h"

struct org_payload {
    struct slice name, code, phone;
};
struct device_payload {
    struct slice name;
    int64_t certificate_until;
};
struct person_payload {
    struct slice login, name, password, totp; /* password: Argon2id string; totp: base32 */
    uint64_t roles;
    int64_t expires_at;
    int must_change;
};
struct password_payload {
    struct slice password;
    int must_change;
};
struct session_payload {
    struct hash token;
};
struct reason_payload {
    struct slice reason, by;
};

/* Stands for all organisations: the kill switch stops it, a month's key is destroyed for it, the
 * clock is accepted for it; nothing else happens to it. Its id is 1, which no client makes (48 bits
 * of time stand before the random ones). */
struct id org_of_all(void);

extern const struct record record_org_payload, record_device_payload, record_person_payload,
    record_password_payload, record_session_payload, record_reason_payload;
#endif
