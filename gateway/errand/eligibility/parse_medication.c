/* parse_medication.c — Job: read medicines, visits and acts from the monthly branches (C23-C26).
 *
 * Three branches tell the same story from three sources and are kept apart: which one is right is
 * the reader's judgement, not ours (C26 is one tool's choice). Walk: branch, month, day, item. */
#include "gateway/errand/eligibility/acts.h"
#include "gateway/errand/eligibility/canon.h"
#include "gateway/errand/eligibility/parse.h"

/* One branch's names (C24). A NULL container: its months stand in the body itself. */
static const struct branch {
    const char *source, *container, *month;
    const char *own, *place_code, *place_name;
    const char *by_code, *by_name, *by_own;
    const char *month_of, *in_out;
    const char *days, *day, *date, *prescribed;
    const char *drugs, *drug;
    const char *code, *name, *ingredient, *quantity, *unit, *usage, *special, *times, *class;
} branches[] = {
    {"receipt", NULL,       "MeTrMonthInf", "DiOrg", "MeTrDiHCd",  "MeTrDiHNm", "PrlsHCd",
     "PrlsHNm", "PrIsOrg",  "MeTrMonth",    "InOut", "DiDateInfs", "DiDateInf", "DiDate",
     "PrDate",  "DrugInfs", "DrugInf",      "DrugC", "DrugN",      "IngreN",    "Qua1",
     "Unit",    "UsageN",   "SpInst",       "Times", "MeTrIdCl"},
    {"dispensed",   "CzDiInf",   "CzDiMonthInf", "CzDiOrg",    "CzMeTrDiHCd", "CzMeTrDiHNm",
     "CzPrlsHCd",   "CzPrlsHNm", "CzPrIsOrg",    "CzDiMonth",  "CzPrCl",      "CzDiDateInfs",
     "CzDiDateInf", "CzDiDate",  "CzPrDate",     "CzDrugInfs", "CzDrugInf",   "CzDrugC",
     "CzDrugN",     "CzIngreN",  "CzQua1",       "CzUnit",     "CzUsageN",    "CzSpInst",
     "CzTimes",     "CzUsageCl"},
    {"prescribed",  "ShPrInf",  "ShPrMonthInf", "ShPrOrg",    "ShMeTrDiHCd", "ShMeTrDiHNm",
     "ShPrHCd",     "ShPrHNm",  "ShPrIsOrg",    "ShPrMonth",  "ShPrCl",      "ShPrDateInfs",
     "ShPrDateInf", "ShPrDate", "ShPrDate",     "ShDrugInfs", "ShDrugInf",   "ShDrugC",
     "ShDrugN",     "ShIngreN", "ShQua1",       "ShUnit",     "ShUsageN",    "ShSpInst",
     "ShTimes",     "ShUsageCl"},
};
enum { BRANCH_COUNT = sizeof branches / sizeof branches[0] };

enum { DAYS_MAX = 4 * VIEW_ITEMS_MAX }; /* five years of days from three sources, and more */

struct walk {
    const struct branch *branch;
    struct parsed *out;
    struct slice newest; /* month with a medicine in this branch */
    size_t days;
    size_t drugs_total; /* of all branches */
    size_t drugs_here;  /* of this branch */
    struct acts acts;
};

static void take_over(struct slice *text, const struct xml_node *node, const char *name)
{
    struct slice here = xml_take(node, name);
    if (here.bytes != NULL)
        *text = here;
}

/* A place or class stands in the month or, in some files, in the day, which then counts. */
static void near_texts(const struct branch *n, const struct xml_node *node, struct near *out)
{
    out->source = n->source;
    take_over(&out->date, node, n->date);
    take_over(&out->month, node, n->month_of);
    take_over(&out->in_out, node, n->in_out);
    take_over(&out->place_code, node, n->place_code);
    take_over(&out->place_name, node, n->place_name);
    take_over(&out->place_own, node, n->own);
    take_over(&out->by_code, node, n->by_code);
    take_over(&out->by_name, node, n->by_name);
    take_over(&out->by_own, node, n->by_own);
    take_over(&out->prescribed, node, n->prescribed);
}

static enum err add_drug(const struct walk *w, const struct near *near, const struct xml_node *drug)
{
    const struct branch *n = w->branch;
    struct buf *b = &w->out->json[SECTION_MEDICATIONS];
    struct slice class = xml_take(drug, n->class), code = xml_take(drug, n->code);
    struct slice ingredient = xml_take(drug, n->ingredient), name = xml_take(drug, n->name);
    struct slice quantity = xml_take(drug, n->quantity), special = xml_take(drug, n->special);
    struct slice times = xml_take(drug, n->times), unit = xml_take(drug, n->unit);
    struct slice usage = xml_take(drug, n->usage);
    canon_open(b, NULL, '{');
    canon_text(b, "class", class);
    canon_text(b, "code", code);
    canon_date(b, "date", near->date);
    canon_text(b, "in_out", near->in_out);
    canon_text(b, "ingredient", ingredient);
    parse_add_place(b, "institution", near->place_code, near->place_name, near->place_own);
    canon_month(b, "month", near->month);
    canon_text(b, "name", name);
    enum err e = canon_others(b, "other", drug, VIEW_OTHERS_MAX);
    canon_date(b, "prescribed_at", near->prescribed);
    parse_add_place(b, "prescriber", near->by_code, near->by_name, near->by_own);
    canon_text(b, "quantity", quantity);
    canon_text(b, "special", special);
    canon_text(b, "times", times);
    canon_text(b, "unit", unit);
    canon_text(b, "usage", usage);
    canon_close(b, '}');
    return e;
}

/* The group opens with its first medicine, so that an empty branch leaves nothing behind. */
static void open_group(struct walk *w)
{
    struct buf *b = &w->out->json[SECTION_MEDICATIONS];
    if (w->drugs_total == 0)
        buf_text(b, "{\"groups\":[");
    if (w->drugs_here == 0) {
        canon_open(b, NULL, '{');
        canon_open(b, "items", '[');
    }
    w->drugs_total++;
    w->drugs_here++;
}

static void close_group(struct walk *w)
{
    struct buf *b = &w->out->json[SECTION_MEDICATIONS];
    if (w->drugs_here == 0)
        return;
    canon_close(b, ']');
    canon_month(b, "newest_month", w->newest);
    canon_text(b, "source", slice_of(w->branch->source));
    canon_close(b, '}');
}

static enum err add_drugs(struct walk *w, const struct near *near, const struct xml_node *day)
{
    const struct xml_node *list = xml_child(day, w->branch->drugs);
    for (; list != NULL; list = xml_same_next(list)) {
        const struct xml_node *drug = xml_child(list, w->branch->drug);
        for (; drug != NULL; drug = xml_same_next(drug)) {
            open_group(w);
            w->newest = acts_newer_month(w->newest, near->month);
            enum err e = w->drugs_total > VIEW_ITEMS_MAX ? ERR_TOO_LARGE : add_drug(w, near, drug);
            if (e != ERR_OK)
                return e;
        }
    }
    return buf_error(&w->out->json[SECTION_MEDICATIONS]);
}

/* NODE is a day, or a month that has none: it is a visit all the same. */
static enum err read_day(struct walk *w, const struct near *near, const struct xml_node *node)
{
    enum err e = ++w->days > DAYS_MAX ? ERR_TOO_LARGE : acts_add_visit(&w->acts, near);
    if (e == ERR_OK)
        e = add_drugs(w, near, node);
    if (e == ERR_OK)
        e = acts_add_all(&w->acts, near, node);
    return e;
}

static enum err read_month(struct walk *w, const struct xml_node *month)
{
    struct near near = {0};
    near_texts(w->branch, month, &near);
    const struct xml_node *days = xml_child(month, w->branch->days);
    if (xml_child(days, w->branch->day) == NULL)
        return read_day(w, &near, month);
    for (; days != NULL; days = xml_same_next(days)) {
        const struct xml_node *day = xml_child(days, w->branch->day);
        for (; day != NULL; day = xml_same_next(day)) {
            struct near here = near;
            near_texts(w->branch, day, &here);
            enum err e = read_day(w, &here, day);
            if (e != ERR_OK)
                return e;
        }
    }
    return ERR_OK;
}

static enum err read_branch(struct walk *w, const struct xml_node *body)
{
    const struct xml_node *top =
        w->branch->container == NULL ? body : xml_child(body, w->branch->container);
    w->drugs_here = 0;
    w->newest = (struct slice){0};
    for (; top != NULL; top = top == body ? NULL : xml_same_next(top)) {
        const struct xml_node *month = xml_child(top, w->branch->month);
        for (; month != NULL; month = xml_same_next(month)) {
            enum err e = read_month(w, month);
            if (e != ERR_OK)
                return e;
        }
    }
    close_group(w);
    return ERR_OK;
}

static enum err take_person(const struct message_parts *m, struct person_key *who)
{
    const struct xml_node *info = xml_child(m->header, "QuaInf");
    if (info == NULL)
        info = xml_child(m->body, "QuaInf");
    enum err e = parse_single(info, "Name", &who->name);
    if (e == ERR_OK)
        e = parse_single(info, "KanaName", &who->kana);
    if (e == ERR_OK)
        e = parse_single(info, "Birth", &who->birth);
    (void)xml_take(info, "AdmGendCode"); /* the person section has it */
    return e;
}

enum err parse_medication(const struct xml_node *root, struct parsed *out)
{
    struct message_parts m;
    struct walk w = {.out = out};
    enum err e = parse_envelope(root, &m);
    if (e == ERR_OK)
        e = take_person(&m, &out->who);
    if (e != ERR_OK)
        return e;
    out->answered = SECTION_BIT(SECTION_MEDICATIONS) | ACTS_SECTIONS;
    acts_init(&w.acts, out);
    for (size_t i = 0; i < BRANCH_COUNT && e == ERR_OK; i++) {
        w.branch = &branches[i];
        e = read_branch(&w, m.body);
    }
    if (w.drugs_total > 0)
        buf_text(&out->json[SECTION_MEDICATIONS], "]}");
    if (e == ERR_OK)
        e = acts_finish(&w.acts);
    acts_fini(&w.acts);
    return e == ERR_OK ? buf_error(&out->json[SECTION_MEDICATIONS]) : e;
}
