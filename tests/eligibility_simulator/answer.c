/* answer.c — Job: SIMULATOR: the parts of a patient's answer, and what an oddity does to them. */
#include "tests/eligibility_simulator/answer.h"

#include "common/clock.h"

#include <gnutls/x509.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { BIG_PDF_BYTES = 20 * 1024 * 1024, WAIT_STEP_MS = 20, SERIAL_ROOM = 64 };

const char *const oddity_names[ODDITY_COUNT] = {"none",        "slow",          "half",
                                                "nonsense",    "wrong-patient", "broken-xml",
                                                "entity-bomb", "big-pdf",       "long-pdf"};

enum oddity oddity_by_name(const char *name)
{
    int i = 0;
    while (i < ODDITY_COUNT && strcmp(oddity_names[i], name) != 0)
        i++;
    return (enum oddity)i;
}

static void add_bomb(struct buf *out)
{
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE XmlMsg [\n"
                  "<!ENTITY a \"ha ha ha ha ha ha ha ha ha ha\">\n");
    for (int c = 'b'; c < 'k'; c++)
        buf_printf(out, "<!ENTITY %c \"&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;\">\n", c, c - 1,
                   c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    buf_text(out, "]>\n<XmlMsg><MessageHeader/><MessageBody>&j;</MessageBody></XmlMsg>\n");
}

enum err answer_file(struct simulator *s, const struct patient *p, enum file_kind kind,
                     const char *identifier, struct buf *out)
{
    int oddity = atomic_load(&s->oddity);
    bool clinical = kind != FILE_ELIGIBILITY;
    if (clinical && p->trait == TRAIT_PDF_ONLY)
        return ERR_NOT_FOUND;
    if (kind == FILE_CHECKUP && p->trait == TRAIT_CHECKUP_MISSING)
        return ERR_NOT_FOUND;
    if (oddity == ODDITY_ENTITY_BOMB && kind == FILE_MEDICATION) {
        add_bomb(out);
        return buf_error(out);
    }
    struct patient whose = *p;
    if (oddity == ODDITY_WRONG_PATIENT && kind == FILE_MEDICATION) {
        whose = patient_of(&s->world, (uint64_t)p->index + 1);
        memcpy(whose.birth, strcmp(p->birth, "19480704") == 0 ? "19480705" : "19480704", 9);
    }
    enum err e = patient_xml(&s->world, whose, kind, identifier, out);
    if (oddity == ODDITY_BROKEN_XML && kind == FILE_MEDICATION && e == ERR_OK)
        out->size = out->size * 2 / 3;
    return e;
}

bool answer_has_pdf(struct simulator *s, const struct patient *p)
{
    return p->trait == TRAIT_PDF_ONLY || p->trait == TRAIT_PDF_AND_XML ||
           atomic_load(&s->oddity) == ODDITY_BIG_PDF;
}

void answer_pdf(struct simulator *s, const struct patient *p, struct buf *out)
{
    int oddity = atomic_load(&s->oddity);
    struct pdf_shape shape = {.bytes = oddity == ODDITY_BIG_PDF ? BIG_PDF_BYTES : 0,
                              .pages = oddity == ODDITY_LONG_PDF ? PDF_PAGES_LONG : 2};
    patient_pdf(p, shape, out);
}

void answer_wait(struct simulator *s)
{
    struct timespec step = {0, WAIT_STEP_MS * 1000000L};
    for (int waited = 0;
         waited < SLOW_MS && atomic_load(&s->oddity) == ODDITY_SLOW && !atomic_load(&s->stopping);
         waited += WAIT_STEP_MS)
        nanosleep(&step, NULL);
}

/* A card's subject has two organisational units, which our own reader of device certificates
 * refuses: the serial number is read with GnuTLS. */
static bool read_serial(struct slice der, unsigned char *serial, size_t *size)
{
    gnutls_x509_crt_t crt;
    gnutls_datum_t bytes = {(unsigned char *)der.bytes, (unsigned)der.size};
    if (gnutls_x509_crt_init(&crt) != GNUTLS_E_SUCCESS)
        return false;
    bool read = gnutls_x509_crt_import(crt, &bytes, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
                gnutls_x509_crt_get_serial(crt, serial, size) == GNUTLS_E_SUCCESS;
    gnutls_x509_crt_deinit(crt);
    return read;
}

bool answer_patient(const struct simulator *s, struct slice der, struct patient *out)
{
    unsigned char serial[SERIAL_ROOM];
    size_t size = sizeof serial;
    if (!read_serial(der, serial, &size))
        return false;
    uint64_t index = 0;
    for (size_t i = 0; i < size; i++)
        index = (index * 256 + serial[i]) % PATIENTS;
    *out = patient_of(&s->world, index);
    return true;
}

void answer_log(struct simulator *s, const char *via, const char *call, const struct patient *p,
                struct slice fields)
{
    struct buf line = {0};
    buf_printf(&line, "{\"at\":%lld,\"call\":\"%s\",\"oddity\":\"%s\",\"via\":\"%s\"",
               (long long)clock_wall_ms(), call, oddity_names[atomic_load(&s->oddity)], via);
    if (p != NULL)
        buf_printf(&line, ",\"patient\":%d", p->index);
    if (fields.size > 0)
        buf_byte(&line, ',');
    buf_add(&line, fields.bytes, fields.size);
    buf_text(&line, "}\n");
    if (s->access_log >= 0 && buf_error(&line) == ERR_OK &&
        write(s->access_log, line.bytes, line.size) != (ssize_t)line.size)
        abort(); /* a simulator whose log has holes would make tests pass that must fail */
    buf_free(&line);
}
