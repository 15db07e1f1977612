/* parse.h — Job: what the three kinds of official XML say, section by section, as canonical JSON.
 *
 * Pure functions over a tree of xml_reader.h. They mark what they understood as taken; what belongs
 * to an item and is unknown goes into the item's "other", the rest stays untaken for the caller.
 * Names of elements are from published readers (DOMAIN C20-C28), both spellings of C22 and C22b;
 * the layout of the emergency interfaces OQS-IF-047 and 048 is not public. */
#ifndef GATEWAY_ELIGIBILITY_PARSE_H
#define GATEWAY_ELIGIBILITY_PARSE_H

#include "gateway/errand/eligibility/person_key.h"
#include "gateway/errand/eligibility/xml_reader.h"

struct parsed {
    struct person_key who;              /* lent by the tree */
    uint64_t answered;                  /* sections that this kind of file answers */
    uint64_t refused;                   /* sections whose consent flag is off (eligibility only) */
    struct buf json[VIEW_SECTIONS + 1]; /* by section; empty: answered, nothing there */
};

void parsed_init(struct parsed *p);
void parsed_fini(struct parsed *p); /* wipes */

/* Each fills OUT (initialised by the caller, who also finishes it on an error).
 * ERR_UPSTREAM_ANSWER: not this kind of file, a failure reported in its header, or a person given
 * twice; ERR_TOO_LARGE above VIEW_ITEMS_MAX items, VIEW_SECTION_BYTES_MAX bytes or VIEW_OTHERS_MAX
 * unknown tags of one item; ERR_NO_MEMORY. */

/* Person and consents. ERR_NOT_REGISTERED when the result says failure and names nobody;
 * ERR_WRONG_PATIENT when its several results are about different people. */
MUST_CHECK enum err parse_eligibility(const struct xml_node *root, struct parsed *out);
/* Medicines of all three sources, visits, and the acts sorted into surgery, dialysis, treatment. */
MUST_CHECK enum err parse_medication(const struct xml_node *root, struct parsed *out);
MUST_CHECK enum err parse_checkup(const struct xml_node *root, struct parsed *out);

/* Shared by the three: the envelope XmlMsg { MessageHeader, MessageBody } (C11). */
struct message_parts {
    struct xml_node *header, *body;
};
/* ERR_UPSTREAM_ANSWER unless both are there and SegmentOfResult, if given, is 1 (normal). */
MUST_CHECK enum err parse_envelope(const struct xml_node *root, struct message_parts *out);
/* Takes the one child NAME of NODE; ERR_UPSTREAM_ANSWER when there are two. Bytes NULL: none. */
MUST_CHECK enum err parse_single(const struct xml_node *node, const char *name, struct slice *out);
/* Takes "code","name","own" and adds them under KEY; nothing when all are absent. */
void parse_add_place(struct buf *b, const char *key, struct slice code, struct slice name,
                     struct slice own);
#endif
