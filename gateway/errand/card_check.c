/* card_check.c — Job: whose cards count, and the check of one card on a worker thread. */
#include "gateway/errand/card_check.h"

#include "common/file.h"
#include "common/jpki_trust.h"
#include "common/log.h"

#include <stdlib.h>
#include <uv.h>

struct card_trust {
    uv_mutex_t lock; /* a trust is for one thread at a time */
    struct jpki_trust *trust, *practice;
    bool test_accepted;
    bool lists_needed; /* production: a card that no revocation list covers does not count */
};

static enum err add_file(struct jpki_trust *trust, const char *path,
                         enum err (*add)(struct jpki_trust *, struct slice))
{
    enum { CARD_FILE_MAX = 64 * 1024 * 1024 };
    struct buf der = {0};
    enum err err = file_read(path, CARD_FILE_MAX, FILE_ANY, &der);
    if (err == ERR_OK)
        err = add(trust, buf_slice(&der));
    buf_free(&der);
    if (err == ERR_OK)
        return ERR_OK;
    log_error("card", NULL, "%s cannot be used: %s", path, err_name(err));
    return ERR_CONFIG;
}

static enum err add_cas(struct jpki_trust *trust, const struct config_list *paths)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < paths->count; i++)
        err = add_file(trust, paths->items[i], jpki_trust_add_ca);
    return err;
}

enum err card_trust_open(const struct settings *settings, struct card_trust **out)
{
    struct card_trust *trust = calloc(1, sizeof *trust);
    if (trust == NULL)
        return ERR_NO_MEMORY;
    uv_mutex_init(&trust->lock);
    trust->test_accepted = settings->card_test_accepted;
    trust->lists_needed = settings->profile == PROFILE_PRODUCTION;
    enum err err = jpki_trust_new(&trust->trust);
    if (err == ERR_OK)
        err = jpki_trust_new(&trust->practice);
    if (err == ERR_OK)
        err = add_cas(trust->trust, &settings->card_cas);
    if (err == ERR_OK && add_cas(trust->practice, &settings->practice_card_cas) != ERR_OK)
        log_error("practice", NULL, "practice cards of that authority are refused");
    if (err == ERR_OK && settings->card_crl[0] != '\0')
        err = add_file(trust->trust, settings->card_crl, jpki_trust_add_crl);
    if (err != ERR_OK) {
        card_trust_close(trust);
        return err;
    }
    *out = trust;
    return ERR_OK;
}

void card_trust_close(struct card_trust *trust)
{
    if (trust == NULL)
        return;
    jpki_trust_free(trust->trust);
    jpki_trust_free(trust->practice);
    uv_mutex_destroy(&trust->lock);
    free(trust);
}

/* (issuer, serial) names the card (D55). The alias is what a key of this gateway makes of it: the
 * same card gives the same alias here, and nobody without the key can tell which card it was. A
 * practice card may bear a real one's issuer and serial, and is another alias all the same. */
static void make_alias(const struct runner_setup *setup, const struct jpki_cert *cert, bool drill,
                       struct id *alias)
{
    static const char practice[] = "/practice";
    char name[sizeof cert->issuer.bytes + X509_SERIAL_MAX + sizeof practice];
    size_t size = sizeof cert->issuer.bytes;
    memcpy(name, cert->issuer.bytes, size);
    memcpy(name + size, cert->serial.bytes, cert->serial.size);
    size += cert->serial.size;
    memcpy(name + size, practice, drill ? sizeof practice - 1 : 0);
    size += drill ? sizeof practice - 1 : 0;
    struct hash hash =
        hmac_sha256((struct slice){(const char *)setup->alias_key, sizeof setup->alias_key},
                    (struct slice){name, size});
    memcpy(alias->bytes, hash.bytes, sizeof alias->bytes);
}

static enum err check_live(const struct card_trust *trust, struct slice der, int64_t now,
                           struct jpki_verdict *verdict)
{
    enum err err = jpki_trust_check(trust->trust, der, now, verdict);
    if (err == ERR_OK && verdict->cert.is_test && !trust->test_accepted)
        err = ERR_CARD_ISSUER;
    if (err == ERR_OK && trust->lists_needed && verdict->revocation == JPKI_NOT_CHECKED)
        err = ERR_CARD_ISSUER;
    return err;
}

/* Only a test card of the practice authority; whatever the live authorities know is a real one, in
 * date or not, and its holder is no patient here. */
static enum err check_practice(const struct card_trust *trust, struct slice der, int64_t now,
                               struct jpki_verdict *verdict)
{
    enum err live = jpki_trust_check(trust->trust, der, now, verdict);
    if (live != ERR_CARD_ISSUER && live != ERR_CARD)
        return ERR_PRACTICE_CARD;
    enum err err = jpki_trust_check(trust->practice, der, now, verdict);
    if (err == ERR_CARD_ISSUER || (err == ERR_OK && !verdict->cert.is_test))
        err = ERR_PRACTICE_CARD;
    return err;
}

static enum err check(const struct runner_setup *setup, const struct job *job,
                      struct jpki_verdict *verdict)
{
    struct slice der = {(const char *)job->certificate, job->certificate_size};
    struct card_trust *trust = (struct card_trust *)setup->trust;
    uv_mutex_lock(&trust->lock);
    enum err err = job->drill ? check_practice(trust, der, job->now, verdict)
                              : check_live(trust, der, job->now, verdict);
    uv_mutex_unlock(&trust->lock);
    if (err == ERR_OK && verdict->revocation == JPKI_LIST_OLD)
        log_warn("card", NULL, "the card revocation list is past its time");
    if (err == ERR_OK && job->card_proof == PROOF_PIN_SIGNATURE)
        err = jpki_cert_check_signature(
            der, (struct slice){(const char *)job->challenge, job->challenge_size},
            (struct slice){(const char *)job->signature, job->signature_size});
    return err;
}

void errand_card(const struct runner_setup *setup, struct job *job)
{
    struct jpki_verdict verdict;
    job->outcome.result = check(setup, job, &verdict);
    if (job->outcome.result == ERR_OK)
        make_alias(setup, &verdict.cert, job->drill, &job->outcome.alias);
}
