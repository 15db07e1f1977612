/* card_check.c — Job: whose cards count, and the check of one card on a worker thread. */
#include "gateway/errand/card_check.h"

#include "common/file.h"
#include "common/jpki_trust.h"
#include "common/log.h"

#include <stdlib.h>
#include <uv.h>

struct card_trust {
    uv_mutex_t lock; /* the trust is for one thread at a time */
    struct jpki_trust *trust;
    bool test_accepted;
    bool lists_needed; /* production: a card that no revocation list covers does not count */
};

static enum err add_file(struct card_trust *trust, const char *path,
                         enum err (*add)(struct jpki_trust *, struct slice))
{
    enum { CARD_FILE_MAX = 64 * 1024 * 1024 };
    struct buf der = {0};
    enum err err = file_read(path, CARD_FILE_MAX, FILE_ANY, &der);
    if (err == ERR_OK)
        err = add(trust->trust, buf_slice(&der));
    buf_free(&der);
    if (err == ERR_OK)
        return ERR_OK;
    log_error("card", NULL, "%s cannot be used: %s", path, err_name(err));
    return ERR_CONFIG;
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
    for (size_t i = 0; err == ERR_OK && i < settings->card_cas.count; i++)
        err = add_file(trust, settings->card_cas.items[i], jpki_trust_add_ca);
    if (err == ERR_OK && settings->card_crl[0] != '\0')
        err = add_file(trust, settings->card_crl, jpki_trust_add_crl);
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
    uv_mutex_destroy(&trust->lock);
    free(trust);
}

/* (issuer, serial) names the card (D55). The alias is what a key of this gateway makes of it: the
 * same card gives the same alias here, and nobody without the key can tell which card it was. */
static void make_alias(const struct runner_setup *setup, const struct jpki_cert *cert,
                       struct id *alias)
{
    char name[sizeof cert->issuer.bytes + X509_SERIAL_MAX];
    memcpy(name, cert->issuer.bytes, sizeof cert->issuer.bytes);
    memcpy(name + sizeof cert->issuer.bytes, cert->serial.bytes, cert->serial.size);
    struct hash hash =
        hmac_sha256((struct slice){(const char *)setup->alias_key, sizeof setup->alias_key},
                    (struct slice){name, sizeof cert->issuer.bytes + cert->serial.size});
    memcpy(alias->bytes, hash.bytes, sizeof alias->bytes);
}

static enum err check(const struct runner_setup *setup, const struct job *job,
                      struct jpki_verdict *verdict)
{
    struct slice der = {(const char *)job->certificate, job->certificate_size};
    struct card_trust *trust = (struct card_trust *)setup->trust;
    uv_mutex_lock(&trust->lock);
    enum err err = jpki_trust_check(trust->trust, der, job->now, verdict);
    uv_mutex_unlock(&trust->lock);
    if (err == ERR_OK && verdict->cert.is_test && !trust->test_accepted)
        err = ERR_CARD_ISSUER;
    if (err == ERR_OK && trust->lists_needed && verdict->revocation == JPKI_NOT_CHECKED)
        err = ERR_CARD_ISSUER;
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
        make_alias(setup, &verdict.cert, &job->outcome.alias);
}
