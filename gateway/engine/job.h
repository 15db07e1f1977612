/* job.h — Job: one errand under way: what is asked, the secrets it needs, what came of it. */
#ifndef GATEWAY_ENGINE_JOB_H
#define GATEWAY_ENGINE_JOB_H

#include "gateway/core/coverage.h"
#include "gateway/core/judge.h"
#include "gateway/journal/store.h"

struct view;

enum { JOB_SECRET_MAX = 192, JOB_DER_MAX = CERT_BYTES_MAX };

/* In locked memory: holds a password while it is being checked. Moves by pointer: engine ->
 * runner -> worker thread -> runner -> engine. */
struct job {
    struct job *next;
    struct errand_ask ask;
    struct id device, session; /* who asked */
    uint64_t peer;             /* its connection's number: the answer goes there */
    struct id message;         /* the message it answers */
    int64_t now;
    /* ERRAND_FACTORS, ERRAND_NEW_PASSWORD; texts end in NUL */
    char login[JOB_SECRET_MAX], password[JOB_SECRET_MAX], new_password[JOB_SECRET_MAX];
    char code[16];
    char hash[256], totp[128], name[512], org_name[512];
    uint8_t token[32]; /* made by the engine for a session that may be opened */
    /* ERRAND_CARD */
    uint8_t certificate[JOB_DER_MAX], challenge[64], signature[512];
    size_t certificate_size, challenge_size, signature_size;
    int card_proof, identified_by;
    bool drill; /* of a practice case beside live work: cards and source of its own; FETCH, too */
    /* ERRAND_FETCH (and the certificate) */
    struct id person;
    char hq_code[32], crew_code[64], from[8], to[8];
    int basis, view_kind;
    uint64_t sections;
    /* ERRAND_LOG */
    int question;             /* enum question */
    struct store_query query; /* ACCESS, CASE: asks for one row more than the page takes */
    int from_month, to_month; /* COVERAGE */
    struct id *devices;       /* COVERAGE by ambulance; the job owns them */
    size_t devices_count;
    struct id after;                          /* the page before ended with this ambulance */
    uint64_t proof_entry, old_size, new_size; /* LOG: 0: not asked for; WRITTEN: the entry */
    uint64_t entry;                           /* where the question stands in the log */
    /* What came of it */
    struct outcome outcome;
    char new_hash[256];
    struct view *view;   /* ERRAND_FETCH with ERR_OK; the job owns it */
    struct event *found; /* ERRAND_LOG: leaves decoded, no payloads; the job owns them */
    int found_under[ACCESS_ROWS_MAX + 1]; /* of each, the ground it was done under */
    size_t found_count;
    uint64_t indexed;              /* how far the index was before it was asked */
    size_t waiting;                /* ACCESS: how many cases wait for a review, up to a page */
    struct coverage_month *months; /* COVERAGE; the job owns them */
    size_t months_count;
    uint64_t log_size, outside_size; /* LOG */
    int outside;                     /* enum outside_state */
    struct store_verified verified;
};

struct job *job_new(void);      /* locked memory; NULL: none left */
void job_free(struct job *job); /* wipes */
#endif
