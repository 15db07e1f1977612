/* town.h — Job: a gateway's world for load: organisations, devices, people, and their talk. */
#ifndef TESTS_BENCH_TOWN_H
#define TESTS_BENCH_TOWN_H

#include "common/totp.h"
#include "proto/id.h"
#include "tests/bench/swarm.h"
#include "tests/lib/pki.h"

enum { TOWN_ID = ID_TEXT_SIZE + 1 };

struct device {
    char id[TOWN_ID], org[TOWN_ID], session[TOWN_ID], case_id[TOWN_ID];
    char login[32];
    bool hospital;
    X509 *cert;
    EVP_PKEY *key;
    uint8_t totp[TOTP_SECRET_SIZE];
    struct line *line;
    bool welcomed;
    const char *want; /* what town_wait looks for */
    bool found;
    struct buf got; /* the text that had it */
};

struct town {
    const char *data_dir;
    int ambulance_port, hospital_port;
    long gateway_pid;
    int control;
    struct pki pki;
    struct swarm *swarm;
    char password_hash[128];
    unsigned people, certs;
    size_t welcomed;
    /* Sees every text of every device, before town_wait does; may be NULL. */
    void (*watch)(void *self, struct device *device, struct slice text);
    void *watch_self;
};

/* Everything aborts when it fails. Fills what is zero in TOWN; data_dir, ports and pid are set. */
void town_open(struct town *town);
void town_close(struct town *town);

void town_org(struct town *town, const char *kind, const char *name, char id[TOWN_ID]);
/* Key, certificate of the gateway's own authority, registration. DEVICE's org and kind are set. */
void town_device(struct town *town, struct device *device);
/* A person of the device's organisation who will sign in on it. ROLES: JSON list. */
void town_person(struct town *town, struct device *device, const char *roles);
void town_cost(struct town *town, unsigned memory_mib); /* of password hashes; before people */

/* Begins to connect; says hello as soon as it stands. town->welcomed counts the welcomes. */
void town_connect(struct town *town, struct device *device);
void town_hang_up(struct town *town, struct device *device);
/* Connects all, WIDE at a time, and waits until each is welcomed. */
void town_connect_all(struct town *town, struct device *devices, size_t count, size_t wide);
void town_sign_in(struct town *town, struct device *device);
void town_case(struct town *town, struct device *device); /* opens one, waits for the receipt */

/* Sends one journalled message in the device's session; CASE_ID may be NULL. */
void town_say(struct device *device, const char *type, const char *case_id, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Runs the swarm until the device gets a text that has WANT in it; a refusal aborts. Lent until the
 * next wait of this device. */
struct slice town_wait(struct town *town, struct device *device, const char *want);

bool text_is(struct slice text, const char *type); /* the type of a frame of the gateway */
bool text_has(struct slice text, const char *what);
/* The string behind the first "KEY":" — frames of the gateway are canonical JSON. */
void text_get(struct slice text, const char *key, char out[TOWN_ID]);
const char *now_text(void); /* this moment as RFC 3339; static, overwritten by the next call */

long process_cpu_us(long pid); /* user and system together */
long process_rss_kb(long pid);
#endif
