/* store_sqlite_terms.c — Job: an event as words of a text index, and a question in such words.
 *
 * The second pass keeps a full-text index (FTS5) whose documents are the events, number by number.
 * Each word begins with the organisation that may look for it, so that a question reads the places
 * of what concerns that organisation and no other; words that are asked for together are joined by
 * their places, which are in order. What is looked for thereby costs what is found, not how long
 * the log is, and filling costs an addition at an end instead of a change at eight places.
 *
 *   o ORG                    concerns it           o ORG g BASIS   done under this ground
 *   o ORG k TYPE             what happened         o ORG n         done without consent
 *   o ORG p ORGANISATION     concerns this, too    o ORG t         practice
 *   o ORG h | c | a ID       person, case, alias */
#include "gateway/journal/store_sqlite.h"

#include "gateway/core/under.h"

void index_facts_concern(struct index_facts *facts, const struct id *org)
{
    size_t i = 0;
    while (i < facts->orgs_count && !id_equal(&facts->orgs[i], org))
        i++;
    if (!id_absent(org) && i == facts->orgs_count)
        facts->orgs[facts->orgs_count++] = *org;
}

static void add_id(struct buf *text, const struct id *id)
{
    char written[ID_TEXT_SIZE];
    id_text(id, written);
    buf_add(text, written, sizeof written);
}

/* " o" ORG KIND */
static void begin_term(struct buf *text, const struct id *org, char kind)
{
    buf_text(text, " o");
    add_id(text, org);
    if (kind != 'o')
        buf_byte(text, kind);
}

static void id_term(struct buf *text, const struct id *org, char kind, const struct id *id)
{
    if (id_absent(id))
        return;
    begin_term(text, org, kind);
    add_id(text, id);
}

static void type_term(struct buf *text, const struct id *org, enum event_type type)
{
    begin_term(text, org, 'k');
    buf_text(text, event_name(type));
}

static void basis_term(struct buf *text, const struct id *org, int basis)
{
    begin_term(text, org, 'g');
    buf_text(text, codes_name(&codes_basis, basis));
}

static void terms_of(const struct event *event, const struct index_facts *facts,
                     const struct id *org, struct buf *text)
{
    int basis = under_basis(facts->under);
    begin_term(text, org, 'o');
    type_term(text, org, event->type);
    for (size_t i = 0; i < facts->orgs_count; i++)
        if (!id_equal(&facts->orgs[i], org))
            id_term(text, org, 'p', &facts->orgs[i]);
    id_term(text, org, 'h', &event->person);
    id_term(text, org, 'c', &event->case_id);
    id_term(text, org, 'a', &event->alias);
    if (basis != 0)
        basis_term(text, org, basis);
    if (under_without_consent(facts->under))
        begin_term(text, org, 'n');
    if (event->training == FLAG_YES)
        begin_term(text, org, 't');
}

void terms_write(const struct event *event, const struct index_facts *facts, struct buf *text)
{
    for (size_t i = 0; i < facts->orgs_count; i++)
        terms_of(event, facts, &facts->orgs[i], text);
}

/* ---- the question: the same words, joined ---- */

static void and_then(struct buf *text)
{
    if (text->size > 1)
        buf_text(text, " AND");
}

static void and_id(struct buf *text, const struct id *org, char kind, const struct id *id)
{
    if (id_absent(id))
        return;
    and_then(text);
    id_term(text, org, kind, id);
}

static void and_types(const struct store_query *q, struct buf *text)
{
    if (q->types_count == 0)
        return;
    and_then(text);
    buf_text(text, " (");
    for (size_t i = 0; i < q->types_count; i++) {
        buf_text(text, i == 0 ? "" : " OR");
        type_term(text, &q->org, q->types[i]);
    }
    buf_byte(text, ')');
}

static void and_ground(const struct store_query *q, struct buf *text)
{
    if (q->basis != 0) {
        and_then(text);
        basis_term(text, &q->org, q->basis);
    }
    if (q->without_consent == FLAG_YES) {
        and_then(text);
        begin_term(text, &q->org, 'n');
    }
    if (q->training == FLAG_YES) {
        and_then(text);
        begin_term(text, &q->org, 't');
    }
}

/* "(A AND B) NOT C". What says nothing but "concerns it" stands only where nothing narrower does:
 * every word holds it already. */
void terms_match(const struct store_query *q, struct buf *text)
{
    buf_byte(text, '(');
    and_id(text, &q->org, 'c', &q->case_id);
    and_id(text, &q->org, 'a', &q->alias);
    and_id(text, &q->org, 'h', &q->person);
    and_id(text, &q->org, 'p', &q->other);
    and_ground(q, text);
    and_types(q, text);
    if (text->size == 1)
        begin_term(text, &q->org, 'o');
    buf_byte(text, ')');
    if (q->training == FLAG_NO) {
        buf_text(text, " NOT");
        begin_term(text, &q->org, 't');
    }
}
