/* provider.h — Job: the one interface to the eligibility system, whatever stands behind it.
 *
 * Two implementations: provider_api (HTTPS, our proposal for the linkage system) and
 * provider_folder (today's XML files). Both only fetch; judging who may ask is the core's, and the
 * ask is in the journal before it comes here. Nothing here writes clinical content to disk or log.
 */
#ifndef GATEWAY_ELIGIBILITY_PROVIDER_H
#define GATEWAY_ELIGIBILITY_PROVIDER_H

#include "proto/view.h"

#include <stdatomic.h>

/* Lent until the call returns. The accessor's four codes go into the other side's access log
 * (DOMAIN B12), so they must be given; the months and CANCEL may be absent. */
struct fetch_ask {
    struct id view, case_id;
    struct slice hq_code, crew_code, viewer_id, terminal_id;
    enum view_kind kind;
    int basis;         /* enum basis; BASIS_REFUSED is never sent */
    uint64_t sections; /* SECTION_BIT set; the person is always fetched, it is what the
                                      identity check reads */
    struct slice from_month, to_month; /* "YYYY-MM"; bytes NULL: the source's own look-back */
    struct slice card_certificate;     /* DER, the card's user authentication certificate */
    int card_proof;                    /* enum card_proof */
    int identified_by;         /* enum identified_by; phone and four_items are not provided */
    int64_t timeout_ms;        /* for the whole fetch */
    const atomic_bool *cancel; /* when it turns true the fetch ends soon; may be NULL */
};

struct provider_ops {
    enum err (*fetch)(void *self, const struct fetch_ask *ask, struct view **out);
    enum err (*let_see)(void *self, const struct id *view, struct slice hospital_code10,
                        int64_t until_ms);
    enum err (*withdraw)(void *self, const struct id *view);
    void (*close)(void *self);
};

/* Codes go into file names, XML and JSON of another system: ASCII letters, digits and "-_.". */
bool provider_is_code(struct slice text);

/* Zeroed is a closed provider. */
struct provider {
    const char *name; /* "api", "folder" */
    const struct provider_ops *ops;
    void *self;
    bool can_refetch;       /* the same view may be fetched again, as a new view id */
    bool proves_presence;   /* the source itself has proof that the card was there (DESIGN §6) */
    bool accepts_simulator; /* a simulator's answers are taken: production refuses to start */
    bool file_source;       /* files between here and there: production refuses to start */
    bool tells_upstream;    /* let_see and withdraw reach the source; else they do nothing */
};

/* BLOCKING, for a worker thread; several threads may fetch at once. The caller frees *OUT with
 * view_free; it is NULL on an error.
 *   ERR_UPSTREAM           not reached, in time or at all; also after CANCEL; may be tried again
 *   ERR_UPSTREAM_ANSWER    answered, and not understood
 *   ERR_BUSY               it asks us to come later
 *   ERR_NOT_REGISTERED     the card is not an insurance card
 *   ERR_REFUSED_BY_PATIENT the ask's basis, or the source, says that the patient refused
 *   ERR_NO_VIEW            it has nothing that may be shown
 *   ERR_WRONG_PATIENT      the parts are about different people, or about another card
 *   ERR_NOT_ALLOWED        a simulator answered and the settings do not allow one, or none did
 *                          and they allow nothing else
 *   ERR_BAD_FIELD          the ask is incomplete, or names a way of search that is off
 *   ERR_NO_MEMORY, ERR_IO (the folder cannot be used)
 * A part that is missing or broken is no error: its sections are STATE_FAILED in the view. */
MUST_CHECK enum err provider_fetch(const struct provider *p, const struct fetch_ask *ask,
                                   struct view **out);

/* Tells the source that the hospital with this 10-digit code may see VIEW until UNTIL_MS (wall
 * clock). BLOCKING. Errors as above. ERR_OK without effect when the source has no such message. */
MUST_CHECK enum err provider_let_see(const struct provider *p, const struct id *view,
                                     struct slice hospital_code10, int64_t until_ms);
/* Tells the source that nobody may see VIEW any more. BLOCKING. */
MUST_CHECK enum err provider_withdraw(const struct provider *p, const struct id *view);
void provider_close(struct provider *p); /* NULL or closed is allowed */

/* Settings are lent until the open call returns; file names are NUL-terminated. */
struct provider_api_settings {
    const char *url;                         /* "https://host:port/base", no slash at the end */
    const char *ca_file;                     /* PEM; the only authorities that are trusted */
    const char *certificate_file, *key_file; /* ours, PEM */
    const char *facility_code10;
    int64_t connect_ms;   /* for TCP and TLS */
    bool proves_presence; /* what the contract with the source says */
    bool can_refetch;
    bool accepts_simulator;
    bool simulator_only; /* for practice: what does not say that it is a simulator is refused */
};
/* Reads the files once to find faults early. ERR_CONFIG; ERR_NO_MEMORY. */
MUST_CHECK enum err provider_api_open(const struct provider_api_settings *s, struct provider *out);

struct provider_folder_settings {
    const char *req_folder, *res_folder;
    const char *facility_code10;
    bool res_on_disk_accepted; /* else `res` must be on tmpfs or ramfs */
    bool ask_for_pdf;          /* FileCategory 1 instead of 2 (C14) */
    bool accepts_simulator;
};
/* ERR_CONFIG when a folder is missing, is a link, is open to others or, for `res`, is on a disk
 * and that was not accepted; ERR_NO_MEMORY. Answers to our asks
 * that were left over from before are removed, and a thread of its own removes late ones. */
MUST_CHECK enum err provider_folder_open(const struct provider_folder_settings *s,
                                         struct provider *out);
#endif
