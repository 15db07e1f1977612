/* acts.c — Job: sort what was done into visits, surgery, dialysis and treatment (C25). */
#include "gateway/errand/eligibility/acts.h"

#include "gateway/errand/eligibility/canon.h"

#include <stdlib.h>

enum { MONTH_DIGITS = 6, CODE_GROUP = 3, VISIT_ROOM_FIRST = 64 };

void acts_init(struct acts *a, struct parsed *out)
{
    *a = (struct acts){.out = out};
}

void acts_fini(struct acts *a)
{
    free(a->visits); /* pointers into the tree only */
    a->visits = NULL;
}

static bool is_month(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return text.size == MONTH_DIGITS;
}

struct slice acts_newer_month(struct slice a, struct slice b)
{
    if (!is_month(a) || !is_month(b))
        return is_month(b) || a.bytes == NULL ? b : a;
    return memcmp(a.bytes, b.bytes, MONTH_DIGITS) >= 0 ? a : b;
}

static bool same_visit(const struct near *a, const struct near *b)
{
    return strcmp(a->source, b->source) == 0 && slice_equal(a->place_code, b->place_code) &&
           slice_equal(a->place_name, b->place_name) && slice_equal(a->date, b->date) &&
           slice_equal(a->month, b->month);
}

static bool visit_known(const struct acts *a, const struct near *near)
{
    for (size_t i = a->visit_count; i > 0; i--) /* the same one is nearly always the last one */
        if (same_visit(&a->visits[i - 1], near))
            return true;
    return false;
}

static enum err remember_visit(struct acts *a, const struct near *near)
{
    if (a->visit_count == VIEW_ITEMS_MAX)
        return ERR_TOO_LARGE;
    if (a->visit_count == a->visit_room) {
        size_t room = a->visit_room == 0 ? VISIT_ROOM_FIRST : 2 * a->visit_room;
        struct near *grown = realloc(a->visits, room * sizeof *grown);
        if (grown == NULL)
            return ERR_NO_MEMORY;
        a->visits = grown;
        a->visit_room = room;
    }
    a->visits[a->visit_count++] = *near;
    return ERR_OK;
}

enum err acts_add_visit(struct acts *a, const struct near *near)
{
    struct buf *b = &a->out->json[SECTION_VISITS];
    if (near->place_code.size + near->place_name.size == 0 || visit_known(a, near))
        return ERR_OK;
    enum err e = remember_visit(a, near);
    if (e != ERR_OK)
        return e;
    if (a->counts[SECTION_VISITS]++ == 0)
        buf_text(b, "{\"items\":[");
    canon_open(b, NULL, '{');
    canon_date(b, "date", near->date);
    canon_text(b, "in_out", near->in_out);
    parse_add_place(b, "institution", near->place_code, near->place_name, near->place_own);
    canon_month(b, "month", near->month);
    canon_text(b, "source", slice_of(near->source));
    canon_close(b, '}');
    return buf_error(b);
}

static bool names_dialysis(struct slice name)
{
    static const char *const words[] = {"人工腎臓", "血液透析", "血液濾過", "腹膜灌流", "腹膜透析"};
    if (name.bytes == NULL)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (memmem(name.bytes, name.size, words[i], strlen(words[i])) != NULL)
            return true;
    return false;
}

static enum section section_of(struct slice class, struct slice code, struct slice name)
{
    if (names_dialysis(name))
        return SECTION_DIALYSIS;
    bool surgery = slice_is(class, "50") ||
                   (code.size > CODE_GROUP && memcmp(code.bytes, "150", CODE_GROUP) == 0);
    return surgery ? SECTION_SURGERY : SECTION_TREATMENT;
}

static enum err add_act(struct acts *a, const struct near *near, const struct xml_node *act)
{
    struct slice class = xml_take(act, "MeTrIdCl"), code = xml_take(act, "SinInfCd");
    struct slice name = xml_take(act, "SinInfN"), quantity = xml_take(act, "Qua1");
    struct slice times = xml_take(act, "Times"), unit = xml_take(act, "Unit");
    enum section section = section_of(class, code, name);
    struct buf *b = &a->out->json[section];
    if (a->counts[section]++ == 0)
        buf_text(b, "{\"items\":[");
    if (a->counts[section] > VIEW_ITEMS_MAX)
        return ERR_TOO_LARGE;
    a->newest[section] = acts_newer_month(a->newest[section], near->month);
    canon_open(b, NULL, '{');
    canon_text(b, "class", class);
    canon_text(b, "code", code);
    canon_date(b, "date", near->date);
    parse_add_place(b, "institution", near->place_code, near->place_name, near->place_own);
    canon_month(b, "month", near->month);
    canon_text(b, "name", name);
    enum err e = canon_others(b, "other", act, VIEW_OTHERS_MAX);
    canon_text(b, "quantity", quantity);
    canon_text(b, "times", times);
    canon_text(b, "unit", unit);
    canon_close(b, '}');
    return e == ERR_OK ? buf_error(b) : e;
}

enum err acts_add_all(struct acts *a, const struct near *near, const struct xml_node *day)
{
    const struct xml_node *list = xml_child(day, "MeTrInfs");
    for (; list != NULL; list = xml_same_next(list)) {
        const struct xml_node *act = xml_child(list, "MeTrInf");
        for (; act != NULL; act = xml_same_next(act)) {
            enum err e = add_act(a, near, act);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

enum err acts_finish(struct acts *a)
{
    for (size_t i = 1; i <= VIEW_SECTIONS; i++) {
        struct buf *b = &a->out->json[i];
        if (a->counts[i] == 0)
            continue;
        canon_close(b, ']');
        if (i != SECTION_VISITS)
            canon_month(b, "newest_month", a->newest[i]);
        canon_close(b, '}');
        enum err e = buf_error(b);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}
