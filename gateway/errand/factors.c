/* factors.c — Job: check password and one-time code together; hash a new password. */
#include "gateway/errand/runner.h"

#include "common/clock.h"
#include "common/totp.h"

#include <stdio.h>

/* RFC 4648 base32 without padding: the stored secret is what the person's app was given. */
static bool read_base32(const char *text, uint8_t secret[TOTP_SECRET_SIZE])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = 0;
    unsigned held = 0;
    size_t size = 0;
    for (; *text != '\0' && size < TOTP_SECRET_SIZE; text++) {
        const char *at = strchr(alphabet, *text);
        if (at == NULL)
            return false;
        bits = bits << 5 | (uint64_t)(at - alphabet);
        held += 5;
        if (held >= 8) {
            held -= 8;
            secret[size++] = (uint8_t)(bits >> held);
        }
    }
    return size == TOTP_SECRET_SIZE;
}

/* Both factors are always checked, so that time and words do not tell which one was wrong. */
static enum err check(const struct runner_setup *setup, struct job *job)
{
    if (job->hash[0] == '\0')
        return password_verify_nobody(&setup->cost, slice_of(job->password));
    uint8_t secret[TOTP_SECRET_SIZE];
    int64_t step = 0;
    enum err code = read_base32(job->totp, secret)
                        ? totp_verify(secret, slice_of(job->code), clock_wall_ms(), &step)
                        : ERR_BAD_FACTORS;
    explicit_bzero(secret, sizeof secret);
    enum err password = password_verify(job->hash, slice_of(job->password));
    job->outcome.totp_step = step;
    return password != ERR_OK ? password : code;
}

static void forget(struct job *job)
{
    explicit_bzero(job->password, sizeof job->password);
    explicit_bzero(job->new_password, sizeof job->new_password);
    explicit_bzero(job->code, sizeof job->code);
    explicit_bzero(job->totp, sizeof job->totp);
    explicit_bzero(job->hash, sizeof job->hash);
}

void errand_factors(const struct runner_setup *setup, struct job *job)
{
    job->outcome.result = check(setup, job);
    forget(job);
}

void errand_new_password(const struct runner_setup *setup, struct job *job)
{
    const struct slice words[] = {slice_of(job->login), slice_of(job->name),
                                  slice_of(job->org_name)};
    char hash[PASSWORD_HASH_SIZE];
    enum err err = password_verify(job->hash, slice_of(job->password));
    if (err == ERR_OK && slice_equal(slice_of(job->password), slice_of(job->new_password)))
        err = ERR_PASSWORD_POLICY;
    if (err == ERR_OK &&
        password_check(setup->rule, slice_of(job->new_password), words, 3) != PASSWORD_FINE)
        err = ERR_PASSWORD_POLICY;
    if (err == ERR_OK)
        err = password_hash(&setup->cost, slice_of(job->new_password), hash);
    if (err == ERR_OK)
        snprintf(job->new_hash, sizeof job->new_hash, "%s", hash);
    explicit_bzero(hash, sizeof hash);
    job->outcome.result = err;
    forget(job);
}
