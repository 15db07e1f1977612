/* parse_checkup.c — Job: read the health check-ups, each value exactly as delivered (C27). */
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/parse.h"

/* JLAC10 code, name, type, value, unit, and what a coded value means. */
static enum err add_result(const struct xml_node *node, struct buf *b)
{
    struct slice code = xml_take(node, "ItemCode"), name = xml_take(node, "ItemName");
    struct slice oid = xml_take(node, "Oid"), type = xml_take(node, "DataType");
    struct slice unit = xml_take(node, "Unit"), value = xml_take(node, "DataValue");
    struct slice value_name = xml_take(node, "DataValueName");
    canon_open(b, NULL, '{');
    canon_text(b, "code", code);
    canon_text(b, "name", name);
    canon_text(b, "oid", oid);
    enum err e = canon_others(b, "other", node, VIEW_OTHERS_MAX);
    canon_text(b, "type", type);
    canon_text(b, "unit", unit);
    canon_text(b, "value", value);
    canon_text(b, "value_name", value_name);
    canon_close(b, '}');
    return e;
}

/* Written before the check-up's own other tags are, because it takes what is its own. */
static enum err results_of(const struct xml_node *checkup, size_t *items, struct buf *b)
{
    static const char list[] = "HealthCheckupResultAndQuestionInfos";
    canon_open(b, NULL, '[');
    for (const struct xml_node *l = xml_child(checkup, list); l != NULL; l = xml_same_next(l)) {
        const struct xml_node *r = xml_child(l, "HealthCheckupResultAndQuestionInfo");
        for (; r != NULL; r = xml_same_next(r)) {
            enum err e = ++*items > VIEW_ITEMS_MAX ? ERR_TOO_LARGE : add_result(r, b);
            if (e != ERR_OK)
                return e;
        }
    }
    canon_close(b, ']');
    return buf_error(b);
}

static enum err add_checkup(const struct xml_node *checkup, size_t *items, struct buf *b)
{
    struct buf results;
    buf_init(&results, VIEW_SECTION_BYTES_MAX);
    struct slice date = xml_take(checkup, "EffectiveTime");
    enum err e = results_of(checkup, items, &results);
    if (e == ERR_OK) {
        canon_open(b, NULL, '{');
        canon_date(b, "date", date);
        e = canon_others(b, "other", checkup, VIEW_OTHERS_MAX);
        canon_raw(b, "results", buf_slice(&results));
        canon_close(b, '}');
    }
    buf_free(&results);
    return e;
}

static enum err take_person(const struct xml_node *root, struct person_key *who)
{
    const struct xml_node *info = xml_walk(root, root);
    while (info != NULL && !slice_is(info->name, "QualificationsInfo"))
        info = xml_walk(root, info);
    enum err e = parse_single(info, "Name", &who->name);
    if (e == ERR_OK)
        e = parse_single(info, "KanasName", &who->kana);
    if (e == ERR_OK)
        e = parse_single(info, "Birthday", &who->birth);
    (void)xml_take(info, "AdministrativeGenderCode"); /* the person section has it */
    return e;
}

enum err parse_checkup(const struct xml_node *root, struct parsed *out)
{
    struct message_parts m;
    struct buf *b = &out->json[SECTION_CHECKUPS];
    size_t items = 0;
    enum err e = parse_envelope(root, &m);
    if (e == ERR_OK)
        e = take_person(root, &out->who);
    if (e != ERR_OK)
        return e;
    out->answered = SECTION_BIT(SECTION_CHECKUPS);
    const struct xml_node *at = xml_walk(m.body, m.body);
    while (at != NULL) {
        if (!slice_is(at->name, "SpecificHealthCheckupInfo")) {
            at = xml_walk(m.body, at);
            continue;
        }
        if (items++ == 0)
            buf_text(b, "{\"items\":[");
        e = items > VIEW_ITEMS_MAX ? ERR_TOO_LARGE : add_checkup(at, &items, b);
        if (e != ERR_OK)
            return e;
        at = xml_walk_over(m.body, at);
    }
    if (items > 0)
        buf_text(b, "]}");
    return buf_error(b);
}
