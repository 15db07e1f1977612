/* eligibility_expect.c — Job: what a view of each of the simulator's patients must look like. */
#include "tests/lib/eligibility_expect.h"

#include "tests/eligibility_simulator/patient.h"
#include "tests/lib/canon_check.h"

#include <stdio.h>
#include <stdlib.h>

static enum trait trait_of(unsigned patient)
{
    return patient < TRAIT_COUNT ? (enum trait)patient : TRAIT_PLAIN;
}

enum err eligibility_expect_error(enum expected_way way, unsigned patient)
{
    if (trait_of(patient) == TRAIT_NOT_REGISTERED)
        return ERR_NOT_REGISTERED;
    bool refused = trait_of(patient) == TRAIT_REFUSED && way == WAY_API;
    return refused ? ERR_REFUSED_BY_PATIENT : ERR_OK;
}

static enum section_state expected_state(enum trait trait, enum section section)
{
    bool clinical = section > SECTION_PERSON && section <= SECTION_CHECKUPS;
    if (section >= SECTION_ALLERGIES && section <= SECTION_LABS)
        return STATE_NOT_PROVIDED;
    if (trait == TRAIT_PDF_ONLY)
        return STATE_PRESENT; /* each says in which part it is */
    if (section == SECTION_DOCUMENT)
        return trait == TRAIT_PDF_AND_XML ? STATE_PRESENT : STATE_EMPTY;
    if (trait == TRAIT_NOTHING && clinical)
        return STATE_EMPTY;
    if (trait == TRAIT_NO_MEDICINES_CONSENT && section == SECTION_MEDICATIONS)
        return STATE_NOT_CONSENTED;
    if (trait == TRAIT_CHECKUP_MISSING && section == SECTION_CHECKUPS)
        return STATE_FAILED;
    if (trait == TRAIT_PRESCRIPTION_ONLY && section == SECTION_TREATMENT)
        return STATE_EMPTY;
    if (section == SECTION_DIALYSIS)
        return trait == TRAIT_DIALYSIS ? STATE_PRESENT : STATE_EMPTY;
    if (section == SECTION_SURGERY)
        return trait == TRAIT_SURGERY || trait == TRAIT_PLAIN ? STATE_PRESENT : STATE_EMPTY;
    return STATE_PRESENT;
}

static void fail(unsigned patient, const char *what, int detail)
{
    fprintf(stderr, "patient %u: %s (%d)\n", patient, what, detail);
    abort();
}

static bool holds(struct slice json, const char *text)
{
    return memmem(json.bytes, json.size, text, strlen(text)) != NULL;
}

static size_t count(struct slice json, const char *text)
{
    size_t found = 0;
    for (size_t i = 0; i + strlen(text) <= json.size; i++)
        found += memcmp(json.bytes + i, text, strlen(text)) == 0;
    return found;
}

static void check_content(unsigned patient, const struct view *v)
{
    struct slice drugs = v->sections[SECTION_MEDICATIONS].json;
    struct slice person = v->sections[SECTION_PERSON].json;
    enum trait trait = trait_of(patient);
    if (trait == TRAIT_LONG_LIST && count(drugs, "\"code\":\"6") != 454)
        fail(patient, "medicines", (int)count(drugs, "\"code\":\"6"));
    if (trait == TRAIT_RARE_LETTERS && (!holds(person, "髙﨑") || !holds(drugs, "㈱髙﨑①診療所")))
        fail(patient, "rare letters", 0);
    if (trait == TRAIT_HALF_KANA && !holds(person, "\"kana\":\"ｼｹﾝ "))
        fail(patient, "half-width kana", 0);
    if (trait == TRAIT_NO_UNITS && count(drugs, "\"unit\":") >= count(drugs, "\"usage\":"))
        fail(patient, "missing units", 0);
    if (trait == TRAIT_UNKNOWN_TAGS &&
        (!holds(person, "TagOfTheFuture") || !holds(drugs, "DrugTagOfTheFuture")))
        fail(patient, "unknown tags", 0);
    if (trait == TRAIT_PRESCRIPTION_ONLY && holds(drugs, "\"source\":\"receipt\""))
        fail(patient, "sources", 0);
}

void eligibility_expect_view(enum expected_way way, unsigned patient, const struct view *v)
{
    enum trait trait = trait_of(patient);
    if (!v->simulator)
        fail(patient, "not marked as a simulator's", 0);
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        const struct view_section *s = &v->sections[i];
        enum section_state want = expected_state(trait, (enum section)i);
        if (way == WAY_FOLDER && trait == TRAIT_PDF_AND_XML && i == SECTION_DOCUMENT)
            want = STATE_EMPTY; /* one kind of file at a time there */
        if (s->state != want)
            fail(patient, codes_name(&codes_section, i), (int)s->state);
        if (s->state == STATE_PRESENT)
            canon_check(s->json);
        struct hash hash = sha256(s->json.bytes, s->json.size);
        if (s->state == STATE_PRESENT && !hash_equal(&hash, &s->hash))
            fail(patient, "hash of a section", i);
    }
    for (size_t i = 0; i < v->part_count; i++) {
        struct hash hash = sha256(v->parts[i].bytes.bytes, v->parts[i].bytes.size);
        if (!hash_equal(&hash, &v->parts[i].hash) || !view_part_goes(v, i, SECTIONS_SUMMARY, 0))
            fail(patient, "part", (int)i);
        bool cp932 = v->parts[i].charset == CHARSET_CP932;
        bool xml = strcmp(v->parts[i].media, "application/xml") == 0;
        if (xml && cp932 != (patient % 2 == 1))
            fail(patient, "charset of part", (int)i);
    }
    check_content(patient, v);
}
