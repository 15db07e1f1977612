/* assembly.c — Job: make one view out of the parts that an eligibility system has sent. */
#include "gateway/errand/eligibility/assembly.h"

#include "gateway/errand/eligibility/acts.h"
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/document.h"

#include <stdio.h>

#define PERSON SECTION_BIT(SECTION_PERSON)

static const struct content {
    enum err (*parse)(const struct xml_node *root, struct parsed *out);
    uint64_t sections; /* that such a file can hold besides the person */
} contents[] = {
    [CONTENT_ELIGIBILITY] = {parse_eligibility, PERSON},
    [CONTENT_MEDICATION] = {parse_medication, SECTION_BIT(SECTION_MEDICATIONS) | ACTS_SECTIONS},
    [CONTENT_CHECKUP] = {parse_checkup, SECTION_BIT(SECTION_CHECKUPS)},
};

/* The month is "YYYY-MM" or absent: provider_fetch has checked it. */
static void put_month(char to[MONTH_CHARS + 1], struct slice month)
{
    if (month.size == MONTH_CHARS)
        memcpy(to, month.bytes, MONTH_CHARS);
}

enum err assembly_init(struct assembly *a, const struct fetch_ask *ask)
{
    *a = (struct assembly){.ask = ask};
    buf_init(&a->unknown, VIEW_SECTION_BYTES_MAX);
    enum err e = view_new(&a->view);
    if (e != ERR_OK)
        return e;
    a->view->id = ask->view;
    a->view->case_id = ask->case_id;
    a->view->kind = ask->kind;
    put_month(a->view->from, ask->from_month);
    put_month(a->view->to, ask->to_month);
    return ERR_OK;
}

void assembly_fini(struct assembly *a)
{
    view_free(a->view);
    a->view = NULL;
    buf_free(&a->unknown);
    arena_free(&a->memory);
}

/* What may be in the view at all. */
static uint64_t allowed(const struct assembly *a)
{
    return (a->ask->sections | PERSON) & ~a->refused;
}

static bool somebody(const struct person_key *who)
{
    return who->birth.bytes != NULL && (who->kana.bytes != NULL || who->name.bytes != NULL);
}

static enum err keep_person(struct assembly *a, const struct parsed *p)
{
    a->who = (struct person_key){arena_copy(&a->memory, p->who.name),
                                 arena_copy(&a->memory, p->who.kana),
                                 arena_copy(&a->memory, p->who.birth)};
    a->refused = p->refused;
    return a->who.birth.bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* The person's part comes first and once; every other must agree with it. */
static enum err check_person(struct assembly *a, enum part_content content, const struct parsed *p)
{
    if (content == CONTENT_ELIGIBILITY)
        return somebody(&a->who) ? ERR_UPSTREAM_ANSWER : keep_person(a, p);
    if (!somebody(&p->who))
        return ERR_CORRUPT; /* nobody's part belongs to nobody: failed, not mixed up */
    return person_same(&a->who, &p->who) ? ERR_OK : ERR_WRONG_PATIENT;
}

static enum err keep_sections(struct assembly *a, const struct parsed *p)
{
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        uint64_t bit = SECTION_BIT(i);
        if ((p->answered & allowed(a) & bit) == 0)
            continue;
        if (((a->answered | a->twice) & bit) != 0) { /* which one is right? nobody can say */
            a->twice |= bit;
            a->answered &= ~bit;
            continue;
        }
        bool there = p->json[i].size > 0;
        struct slice json = there ? buf_slice(&p->json[i]) : (struct slice){0};
        enum err e = view_set(a->view, (enum section)i, there ? STATE_PRESENT : STATE_EMPTY, json);
        if (e != ERR_OK)
            return e;
        a->answered |= bit;
    }
    return ERR_OK;
}

/* The bytes themselves stay only when everything that can stand in them may be shown. */
static enum err keep_bytes(struct assembly *a, struct slice bytes, enum view_charset charset,
                           uint64_t sections, const struct xml_node *root)
{
    size_t part;
    sections |= PERSON;
    if ((sections & ~allowed(a)) != 0)
        return ERR_OK;
    enum err e = view_add_part(a->view, "application/xml", charset, bytes, sections, &part);
    if (e == ERR_OK && canon_unknown(&a->unknown, part, root, VIEW_UNKNOWN_MAX) != ERR_OK)
        a->unknown_lost = true;
    return e;
}

/* An answer to another ask belongs to nobody here. The simulator's mark is no tag of the official
 * layout (README.md). */
static bool is_ours(struct assembly *a, const struct xml_node *root)
{
    const struct xml_node *header = xml_child(root, "MessageHeader");
    if (xml_take(header, "Simulator").bytes != NULL)
        a->simulator = true;
    return a->identifier.bytes == NULL ||
           slice_equal(xml_peek(header, "ArbitraryFileIdentifier"), a->identifier);
}

static enum err add_tree(struct assembly *a, enum part_content content, struct slice bytes,
                         enum view_charset charset, const struct xml_node *root)
{
    struct parsed p;
    parsed_init(&p);
    enum err e = contents[content].parse(root, &p);
    if (e == ERR_OK)
        e = check_person(a, content, &p);
    if (e == ERR_OK)
        e = keep_sections(a, &p);
    if (e == ERR_OK)
        e = keep_bytes(a, bytes, charset, contents[content].sections, root);
    parsed_fini(&p);
    return e;
}

enum err assembly_add_xml(struct assembly *a, enum part_content content, struct slice bytes)
{
    struct arena memory = {0};
    enum view_charset charset;
    struct xml_node *root;
    if (content != CONTENT_ELIGIBILITY && !somebody(&a->who))
        return ERR_UPSTREAM_ANSWER;
    enum err e = xml_read(bytes, &memory, &charset, &root);
    if (e == ERR_OK && !is_ours(a, root))
        e = ERR_CORRUPT;
    if (e == ERR_OK)
        e = add_tree(a, content, bytes, charset, root);
    arena_free(&memory);
    if (e == ERR_OK || e == ERR_NO_MEMORY || e == ERR_WRONG_PATIENT)
        return e;
    if (content == CONTENT_ELIGIBILITY)
        return e == ERR_NOT_REGISTERED ? e : ERR_UPSTREAM_ANSWER;
    return ERR_OK; /* not answered: assembly_finish says "failed" */
}

enum err assembly_add_pdf(struct assembly *a, struct slice bytes, uint64_t sections)
{
    static const char magic[] = "%PDF-";
    sections |= PERSON;
    if (!somebody(&a->who))
        return ERR_UPSTREAM_ANSWER;
    bool pdf = bytes.size > sizeof magic && memcmp(bytes.bytes, magic, sizeof magic - 1) == 0;
    if (!pdf || sections == PERSON || (sections & ~allowed(a)) != 0)
        return ERR_OK;
    enum err e = view_add_part(a->view, "application/pdf", CHARSET_NONE, bytes, sections, NULL);
    if (e == ERR_OK)
        a->in_document |= sections & ~PERSON;
    return e == ERR_NO_MEMORY ? e : ERR_OK;
}

static enum section_state state_without_content(const struct assembly *a, int section)
{
    uint64_t bit = SECTION_BIT(section);
    if (section >= SECTION_ALLERGIES && section <= SECTION_LABS)
        return STATE_NOT_PROVIDED;
    if ((a->ask->sections & bit) == 0 && section != SECTION_PERSON)
        return STATE_NOT_ASKED;
    return (a->refused & bit) != 0 ? STATE_NOT_CONSENTED : STATE_FAILED;
}

static enum err finish_sections(struct assembly *a)
{
    for (int i = 1; i < SECTION_DOCUMENT; i++) {
        uint64_t bit = SECTION_BIT(i);
        enum err e;
        if ((a->answered & bit) != 0)
            continue;
        if ((a->in_document & bit) != 0)
            e = document_refer(a->view, (enum section)i);
        else
            e = view_set(a->view, (enum section)i, state_without_content(a, i), (struct slice){0});
        if (e != ERR_OK)
            return e;
    }
    return document_set(a->view, buf_slice(&a->unknown), a->unknown_lost || a->unknown.failed,
                        (a->ask->sections & SECTION_BIT(SECTION_DOCUMENT)) != 0);
}

enum err assembly_finish(struct assembly *a, int64_t fetched_at_ms, const char *interface_id,
                         struct view **out)
{
    *out = NULL;
    if (!somebody(&a->who))
        return ERR_UPSTREAM_ANSWER;
    enum err e = finish_sections(a);
    if (e != ERR_OK)
        return e;
    a->view->fetched_at_ms = fetched_at_ms;
    (void)snprintf(a->view->interface_id, VIEW_INTERFACE_MAX, "%s", interface_id);
    a->view->simulator = a->simulator;
    *out = a->view;
    a->view = NULL;
    return ERR_OK;
}
