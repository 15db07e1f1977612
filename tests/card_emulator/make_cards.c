/* make_cards.c — Job: write a folder with TEST authorities, cards, keys and a revocation list. */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "tests/lib/card_factory.h"

enum {
    CARDS_MAX = 10000,
    PATH_ROOM = 512,
    EXIT_USAGE = 2,
    SERIAL_STEP = 7919, /* neighbours in the list do not have neighbouring numbers */
};
static const int64_t year_s = 365 * 24 * 3600;

static const char usage[] =
    "make-cards DIR [--count N] [--seed N | --serials FILE] [--one-key]\n"
    "           [--expired I] [--revoked I] [--unknown-issuer I] [--old-issuer I]  (I from 1; "
    "repeat)\n"
    "Writes DIR/{auth_ca,auth_ca_old,sign_ca}.{der,pem}, crl.der, cards.txt and card-01 ... with\n"
    "auth.der auth_ca.der sign.der sign_ca.der auth.key sign.key. All of it says JPKI-TEST.\n"
    "FILE has one serial a line, in hex. With --one-key all cards share one key pair (fast).\n";

enum card_oddity {
    ODD_EXPIRED = 1,        /* ended a year ago */
    ODD_REVOKED = 2,        /* stands in crl.der */
    ODD_UNKNOWN_ISSUER = 4, /* issued under the same name by a key that nobody trusts */
    ODD_OLD_ISSUER = 8      /* issued by the older generation, auth_ca_old.der */
};

struct plan {
    const char *dir, *serials_file;
    unsigned long count, seed;
    bool one_key;
    uint64_t serials[CARDS_MAX + 1]; /* from 1 */
    unsigned char oddities[CARDS_MAX + 1];
};

struct authorities {
    struct card_ca *auth, *auth_old, *auth_foreign, *sign;
};

struct key_pair {
    struct card_key *auth, *sign;
};

/* ---- Files ---- */

static enum err write_file(const char *dir, const char *name, const struct buf *b)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return ERR_IO;
    bool ok = fwrite(b->bytes, 1, b->size, file) == b->size;
    return fclose(file) == 0 && ok ? ERR_OK : ERR_IO;
}

/* Writes and empties B when nothing failed before. */
static enum err keep(enum err err, const char *dir, const char *name, struct buf *b)
{
    if (err == ERR_OK)
        err = write_file(dir, name, b);
    buf_clear(b);
    return err;
}

static enum err write_ca(const char *dir, const char *name, const struct card_ca *ca)
{
    struct buf b = {0};
    char file[64];
    snprintf(file, sizeof file, "%s.der", name);
    enum err err = keep(card_ca_der(ca, &b), dir, file, &b);
    snprintf(file, sizeof file, "%s.pem", name);
    if (err == ERR_OK)
        err = keep(card_ca_pem(ca, &b), dir, file, &b);
    buf_free(&b);
    return err;
}

static enum err write_key(const char *dir, const char *name, const struct card_key *key)
{
    struct buf b = {0};
    enum err err = card_key_pem(key, &b);
    if (b.size > 0)
        b.size--; /* in a file the PEM has no NUL */
    err = keep(err, dir, name, &b);
    buf_free(&b);
    return err;
}

/* ---- Making ---- */

static enum err authorities_make(struct authorities *a, int64_t now_s)
{
    const struct card_period old = {now_s - 11 * year_s, now_s + year_s};
    const struct card_period current = {now_s - 3 * year_s, now_s + 7 * year_s};
    const struct {
        struct card_ca **ca;
        enum card_use use;
        struct card_period valid;
    } rows[] = {
        {&a->auth, CARD_USE_AUTH, current},
        {&a->auth_old, CARD_USE_AUTH, old},
        {&a->auth_foreign, CARD_USE_AUTH, current},
        {&a->sign, CARD_USE_SIGN, current},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err err = card_ca_new(rows[i].use, i + 1, rows[i].valid, CARD_CA_PROPER, rows[i].ca);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

static void authorities_free(struct authorities *a)
{
    card_ca_free(a->auth);
    card_ca_free(a->auth_old);
    card_ca_free(a->auth_foreign);
    card_ca_free(a->sign);
}

static enum err pair_make(struct key_pair *pair)
{
    enum err err = card_key_new(&pair->auth);
    return err == ERR_OK ? card_key_new(&pair->sign) : err;
}

static void pair_free(struct key_pair *pair)
{
    card_key_free(pair->auth);
    card_key_free(pair->sign);
    *pair = (struct key_pair){NULL, NULL};
}

static enum err write_cert(const char *dir, const char *name, const struct card_ca *ca,
                           const struct card_key *key, enum card_use use, uint64_t serial,
                           struct card_period valid)
{
    struct buf b = {0};
    enum err err = keep(card_cert_make(ca, key, use, serial, valid, &b), dir, name, &b);
    buf_free(&b);
    return err;
}

static enum err write_ca_der(const char *dir, const char *name, const struct card_ca *ca)
{
    struct buf b = {0};
    enum err err = keep(card_ca_der(ca, &b), dir, name, &b);
    buf_free(&b);
    return err;
}

static const struct card_ca *issuer_of(const struct authorities *a, unsigned odd)
{
    if (odd & ODD_UNKNOWN_ISSUER)
        return a->auth_foreign;
    return odd & ODD_OLD_ISSUER ? a->auth_old : a->auth;
}

static enum err card_write(const struct plan *p, const struct authorities *a,
                           const struct key_pair *keys, unsigned long i, int64_t now_s)
{
    char dir[PATH_ROOM - 64];
    unsigned odd = p->oddities[i];
    int64_t from = odd & ODD_EXPIRED ? now_s - 6 * year_s : now_s - year_s;
    const struct card_period valid = {from, from + 5 * year_s};
    const struct card_ca *issuer = issuer_of(a, odd);
    snprintf(dir, sizeof dir, "%s/card-%02lu", p->dir, i);
    if (mkdir(dir, 0700) != 0 && access(dir, W_OK) != 0)
        return ERR_IO;
    enum err err =
        write_cert(dir, "auth.der", issuer, keys->auth, CARD_USE_AUTH, p->serials[i], valid);
    if (err == ERR_OK)
        err = write_ca_der(dir, "auth_ca.der", issuer);
    if (err == ERR_OK)
        err = write_cert(dir, "sign.der", a->sign, keys->sign, CARD_USE_SIGN, p->serials[i], valid);
    if (err == ERR_OK)
        err = write_ca_der(dir, "sign_ca.der", a->sign);
    if (err == ERR_OK)
        err = write_key(dir, "auth.key", keys->auth);
    if (err == ERR_OK)
        err = write_key(dir, "sign.key", keys->sign);
    return err;
}

static enum err cards_write(const struct plan *p, const struct authorities *a, int64_t now_s)
{
    struct key_pair keys = {NULL, NULL};
    enum err err = ERR_OK;
    for (unsigned long i = 1; i <= p->count && err == ERR_OK; i++) {
        if (i == 1 || !p->one_key) {
            pair_free(&keys);
            err = pair_make(&keys);
        }
        if (err == ERR_OK)
            err = card_write(p, a, &keys, i, now_s);
    }
    pair_free(&keys);
    return err;
}

static enum err crl_write(const struct plan *p, const struct authorities *a, int64_t now_s)
{
    static uint64_t revoked[CARDS_MAX];
    size_t count = 0;
    for (unsigned long i = 1; i <= p->count; i++)
        if (p->oddities[i] & ODD_REVOKED)
            revoked[count++] = p->serials[i];
    struct buf b = {0};
    const struct card_period valid = {now_s - 3600, now_s + year_s};
    enum err err = keep(card_crl_make(a->auth, revoked, count, valid, &b), p->dir, "crl.der", &b);
    buf_free(&b);
    return err;
}

/* One line a card: folder, serial in hex, what is odd about it. */
static enum err list_write(const struct plan *p)
{
    struct buf b = {0};
    for (unsigned long i = 1; i <= p->count; i++) {
        unsigned odd = p->oddities[i];
        buf_printf(&b, "card-%02lu %016llX%s%s%s%s\n", i, (unsigned long long)p->serials[i],
                   odd & ODD_EXPIRED ? " expired" : "", odd & ODD_REVOKED ? " revoked" : "",
                   odd & ODD_UNKNOWN_ISSUER ? " unknown-issuer" : "",
                   odd & ODD_OLD_ISSUER ? " old-issuer" : "");
    }
    enum err err = keep(buf_error(&b), p->dir, "cards.txt", &b);
    buf_free(&b);
    return err;
}

static enum err all_write(const struct plan *p)
{
    struct authorities a = {NULL, NULL, NULL, NULL};
    int64_t now_s = (int64_t)time(NULL);
    assert(p->dir != NULL);
    if (mkdir(p->dir, 0700) != 0 && access(p->dir, W_OK) != 0)
        return ERR_IO;
    enum err err = authorities_make(&a, now_s);
    if (err == ERR_OK)
        err = write_ca(p->dir, "auth_ca", a.auth);
    if (err == ERR_OK)
        err = write_ca(p->dir, "auth_ca_old", a.auth_old);
    if (err == ERR_OK)
        err = write_ca(p->dir, "sign_ca", a.sign);
    if (err == ERR_OK)
        err = cards_write(p, &a, now_s);
    if (err == ERR_OK)
        err = crl_write(p, &a, now_s);
    if (err == ERR_OK)
        err = list_write(p);
    authorities_free(&a);
    return err;
}

/* ---- The plan ---- */

static bool serials_read(struct plan *p)
{
    FILE *file = fopen(p->serials_file, "r");
    unsigned long long serial;
    p->count = 0;
    if (file == NULL)
        return false;
    while (p->count < CARDS_MAX && fscanf(file, "%llx", &serial) == 1)
        p->serials[++p->count] = serial;
    bool whole = feof(file) != 0;
    fclose(file);
    return whole && p->count > 0;
}

static void serials_make(struct plan *p)
{
    for (unsigned long i = 1; i <= p->count; i++)
        p->serials[i] = 0x10000000u + p->seed * 0x100000u + i * SERIAL_STEP;
}

static bool mark(struct plan *p, const char *text, enum card_oddity odd)
{
    unsigned long i = strtoul(text, NULL, 10);
    if (i == 0 || i > CARDS_MAX)
        return false;
    p->oddities[i] |= (unsigned char)odd;
    return true;
}

static bool plan_option(struct plan *p, int option)
{
    switch (option) {
    case 'c':
        p->count = strtoul(optarg, NULL, 10);
        return p->count > 0 && p->count <= CARDS_MAX;
    case 's':
        p->seed = strtoul(optarg, NULL, 10);
        return true;
    case 'f':
        p->serials_file = optarg;
        return true;
    case '1':
        p->one_key = true;
        return true;
    case 'e':
        return mark(p, optarg, ODD_EXPIRED);
    case 'r':
        return mark(p, optarg, ODD_REVOKED);
    case 'u':
        return mark(p, optarg, ODD_UNKNOWN_ISSUER);
    case 'o':
        return mark(p, optarg, ODD_OLD_ISSUER);
    default:
        return false;
    }
}

static bool plan_parse(struct plan *p, int argc, char **argv)
{
    static const struct option names[] = {
        {"count", required_argument, NULL, 'c'},
        {"seed", required_argument, NULL, 's'},
        {"serials", required_argument, NULL, 'f'},
        {"one-key", no_argument, NULL, '1'},
        {"expired", required_argument, NULL, 'e'},
        {"revoked", required_argument, NULL, 'r'},
        {"unknown-issuer", required_argument, NULL, 'u'},
        {"old-issuer", required_argument, NULL, 'o'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!plan_option(p, option))
            return false;
    if (optind != argc - 1 || strlen(argv[optind]) > PATH_ROOM / 2)
        return false;
    p->dir = argv[optind];
    if (p->serials_file != NULL)
        return serials_read(p);
    serials_make(p);
    return true;
}

int main(int argc, char **argv)
{
    static struct plan plan = {.count = 1, .seed = 1};
    if (!plan_parse(&plan, argc, argv)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    enum err err = all_write(&plan);
    if (err != ERR_OK) {
        fprintf(stderr, "make-cards: %s: %s\n", err_name(err), err_text_en(err));
        return EXIT_FAILURE;
    }
    printf("%lu TEST card(s) in %s\n", plan.count, plan.dir);
    return EXIT_SUCCESS;
}
