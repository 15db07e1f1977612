/* password.h — Job: which passwords are allowed (A-04 … A-08), and their Argon2id hashes.
 *
 * The rules are pure. Hashing takes 44 ms and 64 MiB with the default cost: never on the loop. */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H

#include "proto/codes.h"
#include "proto/err.h"

/* A setting with version and date, because the guideline says that it will change. */
enum password_rule {
    PASSWORD_RULE_LONG = 1, /* A-04 (a): 13 characters, letters, digits and symbols */
    PASSWORD_RULE_CHANGED,  /* A-04 (b): 8 characters mixed, changed within two months */
    PASSWORD_RULE_FACTORS,  /* A-04 (c): 8 characters mixed, beside a second factor */
    PASSWORD_RULE_WAIVED, /* beside a certificate protected by a PIN; log that it was used */
    PASSWORD_RULE_LENGTH  /* what NIST SP 800-63B-4 asks for: 15 characters, no mixture */
};
extern const struct codes codes_password_rule; /* for configuration and pages */

/* Also the order in which they are looked for. Texts: codes_ja, codes_en. */
enum password_fault {
    PASSWORD_FINE = 0,
    PASSWORD_BAD_TEXT = 1, /* not UTF-8, or with control characters */
    PASSWORD_TOO_LONG,     /* above PASSWORD_MAX bytes */
    PASSWORD_TOO_SHORT,    /* counted in characters */
    PASSWORD_NO_LETTER,
    PASSWORD_NO_DIGIT,
    PASSWORD_NO_SYMBOL,
    PASSWORD_REPEATS,  /* one character four times in a row, or one piece repeated throughout */
    PASSWORD_SEQUENCE, /* five that follow each other: 12345, edcba */
    PASSWORD_WORD      /* contains a blocked word */
};
extern const struct codes codes_password_fault;

/* Judges a new password. WORDS: what is guessable about this person: user id, own name,
 * hospital or headquarters; those of three characters and more are searched without regard to ASCII
 * case, together with a built-in list of the most used passwords. */
enum password_fault password_check(enum password_rule rule, struct slice password,
                                   const struct slice *words, size_t count);

/* Must it be changed by now? Only A-04 (b) ends passwords by age: after 59 days, which is never
 * more than two calendar months. */
bool password_expired(enum password_rule rule, int64_t changed_ms, int64_t now_ms);

/* How dear a guess is. Zero members: 2 passes, 64 MiB. */
struct password_cost {
    uint64_t passes;
    size_t memory_bytes;
};
enum { PASSWORD_HASH_SIZE = 128 /* with NUL */ };

/* ERR_NO_MEMORY when the memory cannot be had; ERR_TOO_LARGE above PASSWORD_MAX. */
MUST_CHECK enum err password_hash(const struct password_cost *cost, struct slice password,
                                  char hash[PASSWORD_HASH_SIZE]);
/* ERR_BAD_FACTORS when it is another password; ERR_CORRUPT when HASH is none of ours (or asks for
 * more than 1 GiB or 16 passes); ERR_NO_MEMORY. */
MUST_CHECK enum err password_verify(const char *hash, struct slice password);
/* For a login that does not exist: works as long as password_verify would, gives ERR_BAD_FACTORS.
 */
MUST_CHECK enum err password_verify_nobody(const struct password_cost *cost, struct slice password);
/* Was HASH made with another cost? Then hash anew at the next successful sign-in. */
bool password_outdated(const struct password_cost *cost, const char *hash);
#endif
