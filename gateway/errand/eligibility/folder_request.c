/* folder_request.c — Job: write the request files of the folder interface (DOMAIN C11, C14). */
#include "gateway/errand/eligibility/folder_request.h"

#include "gateway/errand/eligibility/charset.h"
#include "proto/base64.h"

static void add_escaped(struct buf *b, struct slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '&')
            buf_text(b, "&amp;");
        else if (c == '<')
            buf_text(b, "&lt;");
        else if (c == '>')
            buf_text(b, "&gt;");
        else
            buf_byte(b, c);
    }
}

/* An absent text is an empty element: the officially required ones must be there. */
static void element(struct buf *b, const char *name, struct slice text)
{
    buf_printf(b, "<%s>", name);
    add_escaped(b, text);
    buf_printf(b, "</%s>", name);
}

static void month(struct buf *b, const char *name, struct slice text)
{
    char digits[6]; /* YYYY-MM as YYYYMM */
    if (text.size != MONTH_CHARS)
        return;
    memcpy(digits, text.bytes, 4);
    memcpy(digits + 4, text.bytes + 5, 2);
    element(b, name, (struct slice){digits, sizeof digits});
}

static void header(struct buf *b, const struct folder_request *r, const struct insured *who)
{
    buf_text(b, "<XmlMsg><MessageHeader>");
    element(b, "MedicalInstitutionCode", r->facility_code10);
    if (who != NULL) {
        element(b, "InsurerNumber", who->insurer_number);
        element(b, "InsuranceCardSymbol", who->symbol);
        element(b, "InsuredPersonIdentificationNumber", who->number);
        element(b, "BranchNumber", who->branch);
    }
    element(b, "ArbitraryFileIdentifier", r->identifier);
    buf_text(b, "</MessageHeader><MessageBody>");
}

static void code(struct buf *b, const char *name, const struct codes *codes, int value)
{
    element(b, name, slice_of(codes_name(codes, value)));
}

/* Who asks, on which ground, with which card: our own element. */
static void our_ask(struct buf *b, const struct fetch_ask *ask)
{
    struct buf sections = {0};
    view_sections_json(ask->sections, &sections);
    buf_text(b, "<SakiyomiAsk>");
    code(b, "Basis", &codes_basis, ask->basis);
    code(b, "CardProof", &codes_card_proof, ask->card_proof);
    code(b, "IdentifiedBy", &codes_identified_by, ask->identified_by);
    element(b, "Headquarters", ask->hq_code);
    element(b, "Crew", ask->crew_code);
    element(b, "Viewer", ask->viewer_id);
    element(b, "Terminal", ask->terminal_id);
    element(b, "Sections", buf_slice(&sections));
    buf_text(b, "<CardCertificate>");
    base64_add(b, ask->card_certificate.bytes, ask->card_certificate.size);
    buf_text(b, "</CardCertificate></SakiyomiAsk>");
    b->failed = b->failed || sections.failed;
    buf_free(&sections);
}

/* Declares and converts the text in BODY, which is wiped. */
static enum err finish(struct buf *body, struct buf *out)
{
    struct buf converted = {0};
    enum err e = buf_error(body);
    buf_text(body, "</MessageBody></XmlMsg>\n");
    if (e == ERR_OK)
        e = charset_from_utf8(buf_slice(body), CHARSET_CP932, &converted);
    if (e == ERR_OK) {
        buf_text(out, "<?xml version=\"1.0\" encoding=\"Shift_JIS\" standalone=\"no\"?>\n");
        buf_add(out, converted.bytes, converted.size);
    } else if (e == ERR_UTF8) {
        buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n");
        e = charset_from_utf8(buf_slice(body), CHARSET_UTF8, out);
    }
    buf_free(&converted);
    buf_free(body);
    return e == ERR_OK ? buf_error(out) : e;
}

enum err folder_request_eligibility(const struct folder_request *r, struct buf *out)
{
    struct buf body = {0};
    header(&body, r, NULL);
    our_ask(&body, r->ask);
    return finish(&body, out);
}

enum err folder_request_medication(const struct folder_request *r, const struct insured *who,
                                   struct buf *out)
{
    struct buf body = {0};
    header(&body, r, who);
    month(&body, "StartDate", r->ask->from_month);
    month(&body, "EndDate", r->ask->to_month);
    element(&body, "FileCategory", slice_of(r->pdf ? "1" : "2"));
    element(&body, "PrDiInfClassification", slice_of("1"));
    element(&body, "MedicalTreatmentFlag", slice_of("1"));
    return finish(&body, out);
}

enum err folder_request_checkup(const struct folder_request *r, const struct insured *who,
                                struct buf *out)
{
    struct buf body = {0};
    header(&body, r, who);
    element(&body, "FileCategory", slice_of(r->pdf ? "1" : "2"));
    element(&body, "MedicalTreatmentFlag", slice_of("1"));
    return finish(&body, out);
}
