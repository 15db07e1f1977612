/* card_bench.h — Job: TEST authorities and one card in memory, made once per test program. */
#ifndef TESTS_LIB_CARD_BENCH_H
#define TESTS_LIB_CARD_BENCH_H

#include "tests/lib/card_factory.h"
#include "tests/lib/jpki_applet.h"

/* The bench's "now", 2026-11-24T00:00:00Z; the card is good a year before and four years after. */
#define BENCH_NOW_MS  INT64_C(1795478400000)
#define BENCH_YEAR_MS (INT64_C(365) * 24 * 3600 * 1000)
#define BENCH_SERIAL  UINT64_C(0x0123ABCD)

struct card_bench {
    struct card_key *key; /* both keys of the card: a second one would only take time */
    struct card_ca *ca, *sign_ca;
    struct buf ca_der, sign_ca_der, cert, sign_cert, key_pem;
    struct jpki_card_files files; /* slices of the above */
};

/* From so many years from "now" until so many years from it. */
struct card_period bench_years(int from, int until);
/* True when all of it could be made. */
bool bench_init(struct card_bench *b);
void bench_fini(struct card_bench *b);
#endif
