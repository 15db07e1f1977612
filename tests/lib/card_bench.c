/* card_bench.c — Job: TEST authorities and one card in memory, made once per test program. */
#include "tests/lib/card_bench.h"

struct card_period bench_years(int from, int until)
{
    const int64_t now_s = BENCH_NOW_MS / 1000, year_s = BENCH_YEAR_MS / 1000;
    return (struct card_period){now_s + from * year_s, now_s + until * year_s};
}

static bool make(struct card_bench *b)
{
    const struct card_period ca = bench_years(-3, 7), card = bench_years(-1, 4);
    return card_key_new(&b->key) == ERR_OK &&
           card_ca_new(CARD_USE_AUTH, 1, ca, CARD_CA_PROPER, &b->ca) == ERR_OK &&
           card_ca_new(CARD_USE_SIGN, 2, ca, CARD_CA_PROPER, &b->sign_ca) == ERR_OK &&
           card_ca_der(b->ca, &b->ca_der) == ERR_OK &&
           card_ca_der(b->sign_ca, &b->sign_ca_der) == ERR_OK &&
           card_key_pem(b->key, &b->key_pem) == ERR_OK &&
           card_cert_make(b->ca, b->key, CARD_USE_AUTH, BENCH_SERIAL, card, &b->cert) == ERR_OK &&
           card_cert_make(b->sign_ca, b->key, CARD_USE_SIGN, BENCH_SERIAL, card, &b->sign_cert) ==
               ERR_OK;
}

bool bench_init(struct card_bench *b)
{
    *b = (struct card_bench){.key = NULL};
    if (!make(b))
        return false;
    b->files = (struct jpki_card_files){
        .auth_cert = buf_slice(&b->cert),
        .auth_ca = buf_slice(&b->ca_der),
        .sign_cert = buf_slice(&b->sign_cert),
        .sign_ca = buf_slice(&b->sign_ca_der),
        .auth_key = buf_slice(&b->key_pem),
        .sign_key = buf_slice(&b->key_pem),
    };
    return true;
}

void bench_fini(struct card_bench *b)
{
    buf_free(&b->ca_der);
    buf_free(&b->sign_ca_der);
    buf_free(&b->cert);
    buf_free(&b->sign_cert);
    buf_free(&b->key_pem);
    card_ca_free(b->ca);
    card_ca_free(b->sign_ca);
    card_key_free(b->key);
}
