/* client.h — Job: one frame of the gateway: to the conversation, the cases, the sealed views and
 * the witness; and what came of it to the program.
 *
 *   program <- link -> client_frame -> session (is it ours, is it in order)
 *                                   -> lease, cases, sealed_view, witness
 *                                   -> calls.happened (what the program shows, rings, sends)
 *
 * Pure: everything from outside comes through the calls. A frame that cannot be understood is
 * counted and changes nothing. */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "client/cases.h"
#include "client/lease.h"
#include "client/sealed_view.h"
#include "client/session.h"
#include "client/witness.h"

enum happening {
    HAPPENED_READY = 1,     /* welcome: .frame's body; resume and resend are on their way. .err is
                               ERR_CONFLICT when the gateway knows less of us than we had from it */
    HAPPENED_SIGNED_IN,     /* .person; also after a resume (.again) */
    HAPPENED_SIGNED_OUT,    /* .session is over: refused, ended, or signed out here */
    HAPPENED_SETTLED,       /* .settled */
    HAPPENED_SNAPSHOT,      /* complete */
    HAPPENED_NOTICE,        /* .frame's body, .c when it is about a case */
    HAPPENED_VIEW_COMPLETE, /* .view: every sealed piece is here and its hash holds */
    HAPPENED_VIEW_BROKEN,   /* .view may be NULL; .err; a snapshot is asked for */
    HAPPENED_OPENED,        /* .view, .sections: keys came and fitted, or client_uncover (then
                               .frame is NULL). Show them now */
    HAPPENED_COVERED,       /* .view (still there), .sections, .why: wiped, or with COVER_LEASE
                               veiled. Clear the screen */
    HAPPENED_DROPPED,       /* .view_id, .grant_id, .why: the sealed view is gone as well */
    HAPPENED_RECORD,        /* .frame's root: the crew record, to a person who asked */
    HAPPENED_PROOF,         /* .frame's body: verify with witness_proof */
    HAPPENED_HOSPITALS,     /* .frame's body */
    HAPPENED_CHECKPOINT,    /* .verdict: on NEWER and ALARM write the state file; .err, no verdict:
                               not signed by our log */
    HAPPENED_RELINK         /* drop the line and come back: .err says why */
};

enum cover_why {
    COVER_REVOKED = 1, /* .revoke has the reason */
    COVER_LEASE,       /* nothing heard for a lease */
    COVER_UNTIL,       /* the right has come to its end */
    COVER_SIGNED_OUT,  /* the person's session is over */
    COVER_CLOSED,      /* the person closed it */
    COVER_MIXUP, /* another person's data: 「別人の情報でした。使わないでください」 */
    COVER_ENDED,   /* the case or the view ended */
    COVER_REPLACED /* a new header for the same view came with other content */
};

struct client;

/* Members that do not belong to the kind are zero. Everything is lent for the call. */
struct happened {
    enum happening kind;
    const struct message *frame;
    struct known_case *c;
    struct sealed_view *view;
    struct id view_id, grant_id, session;
    const struct signed_in *person;
    const struct settled *settled;
    uint64_t sections;
    enum cover_why why;
    int revoke; /* enum revoke_reason */
    enum witness_verdict verdict;
    enum err err;
    bool again;
};

struct client_calls {
    void *self;
    enum err (*send)(void *self, struct slice frame);
    int64_t (*wall_ms)(void *self);
    uint64_t (*mono_ms)(void *self);
    struct id (*new_id)(void *self);
    void (*kept)(void *self, const struct id *message, struct slice frame); /* may be NULL */
    void *happened_self; /* for `happened`; NULL: self */
    void (*happened)(void *self, const struct happened *what);
};

/* SIDE: FROM_AMBULANCE or FROM_HOSPITAL. NAME: program and version. VIEWS_BYTES: memory for all
 * views. WITNESS is taken over (its memory moves; a zeroed one knows no log yet). */
MUST_CHECK enum err client_new(const struct client_calls *calls, enum sender side, const char *name,
                               size_t views_bytes, struct witness *witness, struct client **out);
void client_free(struct client *c); /* wipes; NULL is allowed */

void client_online(struct client *c);
void client_offline(struct client *c);
void client_frame(struct client *c, struct slice text);
/* About four times a second: leases, ends, acknowledgements. */
void client_tick(struct client *c);

/* The parts, to ask and to speak through. Lent. */
struct session *client_session(struct client *c);
struct cases *client_cases(struct client *c);
struct sealed_views *client_views(struct client *c);
struct witness *client_witness(struct client *c);
const struct lease *client_lease(const struct client *c);
/* From `welcome`; absent before the first. */
struct id client_org(const struct client *c);
struct id client_device(const struct client *c);
int client_profile(const struct client *c);
/* Covers VIEW now (the person closed it). */
void client_cover(struct client *c, struct sealed_view *view, enum cover_why why);
/* The screen of SESSION's person is locked: what they opened is covered as for want of the gateway,
 * so that the same person may see it again where the gateway cannot be asked (client_uncover). */
void client_veil(struct client *c, const struct id *session);
/* One touch of the person whose SESSION opened VIEW shows again what was covered for want of the
 * gateway, until its right's last known end; the caller says it to the gateway once it is there
 * (`open`). The line's return ends this exception. ERR_NO_SESSION; ERR_NO_VIEW: nothing is covered;
 * ERR_PROTOCOL: the gateway is there, it can be opened; ERR_GRANT_ENDED. */
MUST_CHECK enum err client_uncover(struct client *c, struct sealed_view *view,
                                   const struct id *session);
/* Ends a person's session here and at the gateway; covers what its keys opened. */
MUST_CHECK enum err client_sign_out(struct client *c, const struct id *session);
/* Frames that could not be understood, and their last error. */
uint64_t client_misread(const struct client *c, enum err *last);
#endif
