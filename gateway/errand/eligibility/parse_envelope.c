/* parse_envelope.c — Job: what all official messages have in common: envelope, header, places. */
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/parse.h"

void parsed_init(struct parsed *p)
{
    *p = (struct parsed){.answered = 0};
    for (size_t i = 0; i <= VIEW_SECTIONS; i++)
        buf_init(&p->json[i], VIEW_SECTION_BYTES_MAX);
}

void parsed_fini(struct parsed *p)
{
    for (size_t i = 0; i <= VIEW_SECTIONS; i++)
        buf_free(&p->json[i]);
}

/* Which file this is and how it is coded: known, and of no use to a reader of the view. */
static void take_header(const struct xml_node *header)
{
    static const char *const names[] = {
        "ProcessExecutionTime",    "QualificationConfirmationDate", "MedicalInstitutionCode",
        "ArbitraryFileIdentifier", "ReferenceClassification",       "SegmentOfResult",
        "CharacterCodeIdentifier",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)xml_take(header, names[i]);
}

enum err parse_envelope(const struct xml_node *root, struct message_parts *out)
{
    out->header = xml_child(root, "MessageHeader");
    out->body = xml_child(root, "MessageBody");
    if (!slice_is(root->name, "XmlMsg") || out->header == NULL || out->body == NULL)
        return ERR_UPSTREAM_ANSWER;
    if (xml_same_next(out->header) != NULL || xml_same_next(out->body) != NULL)
        return ERR_UPSTREAM_ANSWER;
    struct slice segment = xml_peek(out->header, "SegmentOfResult");
    if (segment.bytes != NULL && !slice_is(segment, "1"))
        return ERR_UPSTREAM_ANSWER;
    take_header(out->header);
    return ERR_OK;
}

enum err parse_single(const struct xml_node *node, const char *name, struct slice *out)
{
    const struct xml_node *child = xml_child(node, name);
    if (child != NULL && xml_same_next(child) != NULL)
        return ERR_UPSTREAM_ANSWER;
    *out = xml_take(node, name);
    return ERR_OK;
}

void parse_add_place(struct buf *b, const char *key, struct slice code, struct slice name,
                     struct slice own)
{
    if (code.size + name.size + own.size == 0)
        return;
    canon_open(b, key, '{');
    canon_text(b, "code", code);
    canon_text(b, "name", name);
    canon_text(b, "own", own);
    canon_close(b, '}');
}
