/* pki.h — Job: throw-away authorities, certificates and revocation lists for tests, in a folder. */
#ifndef TESTS_LIB_PKI_H
#define TESTS_LIB_PKI_H

#include <stdbool.h>
#include <stddef.h>

/* Everything aborts when it fails: a test without its certificates has nothing to say. */
struct pki {
    char folder[64];
};

/* Files are NAME.pem and NAME.key in the folder. */
struct pki_want {
    const char *name;
    const char *ca;    /* name of the authority; NULL: signed by itself */
    const char *cn;    /* NULL: NAME */
    const char *ou;    /* NULL: none */
    const char *ou2;   /* a second one */
    const char *usage; /* "clientAuth", "serverAuth"; NULL: no extended key usage */
    const char *dns;   /* subject alternative name */
    long serial;       /* 0: one of its own */
    long from_s;       /* validity, relative to now; both 0: an hour back, a day ahead */
    long until_s;
    bool authority;
    bool rsa; /* instead of P-256 */
};

void pki_init(struct pki *p); /* makes the folder */
void pki_fini(struct pki *p); /* removes it with all it holds */
/* Folder and file, in one of 16 static buffers that are used in turn. */
const char *pki_path(const struct pki *p, const char *file);
void pki_make(const struct pki *p, const struct pki_want *want);
void pki_make_ca(const struct pki *p, const char *name);
/* FILE: a list signed by CA, valid from FROM_S to UNTIL_S relative to now, of COUNT serials. */
void pki_make_list(const struct pki *p, const char *file, const char *ca, const long *serials,
                   size_t count, long from_s, long until_s);
void pki_copy(const struct pki *p, const char *from, const char *to);
void pki_write(const struct pki *p, const char *file, const char *text);
#endif
