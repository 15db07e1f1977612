/* parse_eligibility.c — Job: read who the patient is and what they consented to (C20-C22b). */
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/parse.h"

#include <assert.h>

/* In byte order of the keys, which is the order in which they are written. */
static const struct plain {
    const char *key, *tag;
} plain_fields[] = {
    {"address", "Address"},
    {"birth_date", "Birthdate"},
    {"branch_number", "InsuredBranchNumber"},
    {"card_class", "InsuredCardClassification"},
    {"consents", NULL}, /* places of what is not one plain text */
    {"insured_number", "InsuredIdentificationNumber"},
    {"insurer_name", "InsurerName"},
    {"insurer_number", "InsurerNumber"},
    {"kana", "NameKana"},
    {"name", "Name"},
    {"other", NULL},
    {"other_kana", "NameOfOtherKana"},
    {"other_name", "NameOfOther"},
    {"personal_family", "PersonalFamilyClassification"},
    {"postcode", "PostNumber"},
    {"qualified_from", "QualificationDate"},
    {"qualified_to", "DisqualificationDate"},
    {"reference_number", "ReferenceNumber"},
    {"sex", NULL},
    {"sex_code", "Sex1"},
    {"symbol", "InsuredCardSymbol"},
    {"validity", "QualificationValidity"},
};
enum { PLAIN_COUNT = sizeof plain_fields / sizeof plain_fields[0] };

/* The surgery has a flag of its own in one spelling (C22); where it is absent, the one for
 * treatment covers it. */
static const struct consent {
    const char *flag, *time, *kind;
    uint64_t sections;
} consents[] = {
    {"SpecificHealthCheckupsInfoConsFlg", "SpecificHealthCheckupsInfoConsTime", "health_checkups",
     SECTION_BIT(SECTION_CHECKUPS)},
    {"PharmaceuticalInfoConsFlg", "PharmaceuticalInfoConsTime", "medications",
     SECTION_BIT(SECTION_MEDICATIONS)},
    {"PharmacistsInfoConsFlg", "PharmacistsInfoConsTime", "medications",
     SECTION_BIT(SECTION_MEDICATIONS)},
    {"DiagnosisInfoConsFlg", "DiagnosisInfoConsTime", "treatment",
     SECTION_BIT(SECTION_VISITS) | SECTION_BIT(SECTION_TREATMENT) | SECTION_BIT(SECTION_DIALYSIS)},
    {"OperationInfoConsFlg", "OperationInfoConsTime", "surgery", SECTION_BIT(SECTION_SURGERY)},
};
enum { CONSENT_COUNT = sizeof consents / sizeof consents[0] };

struct texts {
    struct slice plain[PLAIN_COUNT];
    struct slice flags[CONSENT_COUNT], times[CONSENT_COUNT];
};

static struct slice without_padding(struct slice text)
{
    assert(text.size == 0 || text.bytes != NULL);
    while (text.size > 0 && text.bytes[0] == ' ')
        text = (struct slice){text.bytes + 1, text.size - 1};
    while (text.size > 0 && text.bytes[text.size - 1] == ' ')
        text.size--;
    return text;
}

/* Validity and reference number stand in the body when the rest stands in a result of its own. */
static enum err take_texts(const struct xml_node *result, const struct xml_node *body,
                           struct texts *out)
{
    for (size_t i = 0; i < PLAIN_COUNT; i++) {
        if (plain_fields[i].tag == NULL)
            continue;
        enum err e = parse_single(result, plain_fields[i].tag, &out->plain[i]);
        if (e == ERR_OK && out->plain[i].bytes == NULL && body != result)
            e = parse_single(body, plain_fields[i].tag, &out->plain[i]);
        if (e != ERR_OK)
            return e;
        if (strcmp(plain_fields[i].key, "insurer_number") == 0)
            out->plain[i] = without_padding(out->plain[i]);
    }
    for (size_t i = 0; i < CONSENT_COUNT; i++) {
        enum err e = parse_single(result, consents[i].flag, &out->flags[i]);
        if (e != ERR_OK)
            return e;
        out->times[i] = xml_take(result, consents[i].time);
    }
    return ERR_OK;
}

/* 1 is "consented". Anything else that is written there is not: a doubt hides, it does not show. */
static uint64_t refused_sections(const struct texts *t)
{
    uint64_t refused = 0;
    bool surgery_stated = false;
    for (size_t i = 0; i < CONSENT_COUNT; i++) {
        if (t->flags[i].bytes == NULL)
            continue;
        if (!slice_is(t->flags[i], "1"))
            refused |= consents[i].sections;
        surgery_stated |= (consents[i].sections & SECTION_BIT(SECTION_SURGERY)) != 0;
    }
    if (!surgery_stated && (refused & SECTION_BIT(SECTION_TREATMENT)) != 0)
        refused |= SECTION_BIT(SECTION_SURGERY);
    return refused;
}

static void add_consents(const struct texts *t, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < CONSENT_COUNT; i++)
        any |= t->flags[i].bytes != NULL;
    if (!any)
        return;
    canon_open(b, "consents", '[');
    for (size_t i = 0; i < CONSENT_COUNT; i++) {
        if (t->flags[i].bytes == NULL)
            continue;
        canon_open(b, NULL, '{');
        canon_text(b, "at", t->times[i]);
        canon_text(b, "flag", t->flags[i]);
        canon_text(b, "kind", slice_of(consents[i].kind));
        canon_close(b, '}');
    }
    canon_close(b, ']');
}

static struct slice text_of(const struct texts *t, const char *key)
{
    for (size_t i = 0; i < PLAIN_COUNT; i++)
        if (strcmp(plain_fields[i].key, key) == 0)
            return t->plain[i];
    return (struct slice){0};
}

/* Sex1 as the insurance card has it: 1 male, 2 female. Any other code is shown as the code. */
static void add_sex(const struct texts *t, struct buf *b)
{
    struct slice code = text_of(t, "sex_code");
    if (slice_is(code, "1"))
        canon_text(b, "sex", slice_of("male"));
    else if (slice_is(code, "2"))
        canon_text(b, "sex", slice_of("female"));
}

static bool is_date(const char *key)
{
    return strcmp(key, "birth_date") == 0 || strcmp(key, "qualified_from") == 0 ||
           strcmp(key, "qualified_to") == 0;
}

static enum err write_person(const struct xml_node *root, const struct texts *t, struct buf *b)
{
    canon_open(b, NULL, '{');
    for (size_t i = 0; i < PLAIN_COUNT; i++) {
        const char *key = plain_fields[i].key;
        enum err e = ERR_OK;
        if (strcmp(key, "consents") == 0)
            add_consents(t, b);
        else if (strcmp(key, "other") == 0)
            e = canon_others(b, key, root, VIEW_UNKNOWN_MAX);
        else if (strcmp(key, "sex") == 0)
            add_sex(t, b);
        else if (is_date(key))
            canon_date(b, key, t->plain[i]);
        else
            canon_text(b, key, t->plain[i]);
        if (e != ERR_OK)
            return e;
    }
    canon_close(b, '}');
    return buf_error(b);
}

/* A person with two insurances has two results; two people in one answer is a mix-up. */
static enum err check_same_person(const struct xml_node *first, const struct person_key *who)
{
    for (const struct xml_node *r = xml_same_next(first); r != NULL; r = xml_same_next(r)) {
        struct person_key also = {xml_peek(r, "Name"), xml_peek(r, "NameKana"),
                                  xml_peek(r, "Birthdate")};
        if (!person_same(who, &also))
            return ERR_WRONG_PATIENT;
    }
    return ERR_OK;
}

enum err parse_eligibility(const struct xml_node *root, struct parsed *out)
{
    struct message_parts m;
    struct texts t = {0};
    enum err e = parse_envelope(root, &m);
    if (e != ERR_OK)
        return e;
    const struct xml_node *list = xml_child(m.body, "ResultList");
    const struct xml_node *result =
        xml_child(list == NULL ? m.body : list, "ResultOfQualificationConfirmation");
    struct slice status = xml_take(m.body, "ProcessingResultStatus");
    e = take_texts(result == NULL ? m.body : result, m.body, &t);
    if (e != ERR_OK)
        return e;
    out->who =
        (struct person_key){text_of(&t, "name"), text_of(&t, "kana"), text_of(&t, "birth_date")};
    if (out->who.name.bytes == NULL && out->who.kana.bytes == NULL)
        return slice_is(status, "2") ? ERR_NOT_REGISTERED : ERR_UPSTREAM_ANSWER;
    if (out->who.birth.bytes == NULL)
        return ERR_UPSTREAM_ANSWER;
    if (result != NULL && (e = check_same_person(result, &out->who)) != ERR_OK)
        return e;
    out->answered = SECTION_BIT(SECTION_PERSON);
    out->refused = refused_sections(&t);
    return write_person(root, &t, &out->json[SECTION_PERSON]);
}
