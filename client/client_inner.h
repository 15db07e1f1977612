/* client_inner.h — Job: the client as its own files share it; nobody else includes it. */
#ifndef CLIENT_CLIENT_INNER_H
#define CLIENT_CLIENT_INNER_H

#include "client/client.h"

struct client {
    struct client_calls calls;
    enum sender side;
    struct session *session;
    struct cases *cases;
    struct sealed_views *views;
    struct witness witness;
    struct lease lease;
    struct id org, device;
    int profile;
    uint64_t misread;
    enum err misread_err;
};

void client_tell(struct client *c, const struct happened *what);
int64_t client_wall(const struct client *c);
uint64_t client_mono(const struct client *c);
/* The gateway's time now, or our own before the first welcome. */
int64_t client_now(const struct client *c);

/* client_views.c */
void views_header(struct client *c, const struct message *frame);
void views_piece(struct client *c, const struct message *frame);
void views_keys(struct client *c, const struct message *frame);
/* What a notice takes away is taken before anybody is told of it. */
void views_notice(struct client *c, const struct message *frame, const struct known_case *about);
/* Behind a snapshot: what is no longer ours goes. */
void views_reconcile(struct client *c);
void views_tick(struct client *c);
void views_of_session(struct client *c, const struct id *session);
#endif
