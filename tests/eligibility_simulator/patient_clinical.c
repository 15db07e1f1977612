/* patient_clinical.c — Job: SIMULATOR: what the synthetic patients took, had done, and measured. */
#include "tests/eligibility_simulator/patient.h"

#include <stdio.h>
#include <time.h>

enum { LONG_LIST = 450, MONTHS_BACK = 3 };

struct drug {
    const char *code, *name, *ingredient, *unit, *usage, *class;
};
static const struct drug drugs[] = {
    {"610443047", "アムロジピン錠５ｍｇ「試験」", "アムロジピンベシル酸塩", "錠", "１日１回朝食後",
     "21"},
    {"610406079", "ワーファリン錠１ｍｇ（試験）", "ワルファリンカリウム", "錠", "１日１回夕食後",
     "21"},
    {"622270901", "アピキサバン錠５ｍｇ（試験）", "アピキサバン", "錠", "１日２回朝夕食後", "21"},
    {"620004625", "メトホルミン塩酸塩錠２５０ｍｇ「試験」", "メトホルミン塩酸塩", "錠",
     "１日２回朝夕食後", "21"},
    {"621950801", "インスリン注（試験）", "インスリン　グラルギン", "キット", "１日１回就寝前",
     "21"},
    {"620008556", "バルプロ酸ナトリウム徐放錠２００（試験）", "バルプロ酸ナトリウム", "錠",
     "１日２回", "21"},
    {"662640001", "ケトプロフェンテープ４０ｍｇ「試験」", "ケトプロフェン", "枚", "１日１回貼付",
     "23"},
    {"620000033", "酸化マグネシウム散（試験）", "酸化マグネシウム", "ｇ", "１日３回毎食後", "21"},
};
enum { DRUGS = sizeof drugs / sizeof drugs[0] };

static const char *const places[][2] = {{"1310000001", "試験総合病院"},
                                        {"1310000002", "仮想クリニック"},
                                        {"1340000003", "見本薬局"},
                                        {"1310000004", "㈱髙﨑①診療所"}};

enum { MONTH_ROOM = 16 };

/* The month BACK months ago as YYYYMM. */
static void month_text(const struct world_of_patients *w, int back, char out[MONTH_ROOM])
{
    time_t now = (time_t)(w->now_ms / 1000);
    struct tm t;
    gmtime_r(&now, &t);
    unsigned months = (unsigned)((1900 + t.tm_year) * 12 + t.tm_mon - back);
    snprintf(out, MONTH_ROOM, "%04u%02u", months / 12 % 10000, 1 + months % 12);
}

/* The names of one branch's elements are the receipt's with a prefix, but for a few. */
struct branch {
    const char *prefix, *container, *month_node, *month, *days, *day, *date;
};
static const struct branch branches[] = {
    {"", NULL, "MeTrMonthInf", "MeTrMonth", "DiDateInfs", "DiDateInf", "DiDate"},
    {"Cz", "CzDiInf", "CzDiMonthInf", "CzDiMonth", "CzDiDateInfs", "CzDiDateInf", "CzDiDate"},
    {"Sh", "ShPrInf", "ShPrMonthInf", "ShPrMonth", "ShPrDateInfs", "ShPrDateInf", "ShPrDate"},
};

static void open_tag(struct buf *b, const char *name)
{
    buf_byte(b, '<');
    buf_text(b, name);
    buf_byte(b, '>');
}

static void close_tag(struct buf *b, const char *name)
{
    buf_text(b, "</");
    buf_text(b, name);
    buf_byte(b, '>');
}

static void prefixed(struct buf *b, const struct branch *n, const char *name, const char *text)
{
    char whole[64];
    snprintf(whole, sizeof whole, "%s%s", n->prefix, name);
    patient_element(b, whole, text);
}

static void add_drug(struct patient *p, const struct branch *n, const char *name, struct buf *b)
{
    const struct drug *d = &drugs[patient_draw(p, DRUGS)];
    char node[16], quantity[16], times[16];
    snprintf(node, sizeof node, "%sDrugInf", n->prefix);
    snprintf(quantity, sizeof quantity, "%u%s", 1 + patient_draw(p, 4),
             patient_draw(p, 4) == 0 ? ".50" : "");
    snprintf(times, sizeof times, "%u", 7 * (1 + patient_draw(p, 8)));
    bool no_unit = p->trait == TRAIT_NO_UNITS && patient_draw(p, 2) == 0;
    open_tag(b, node);
    prefixed(b, n, "DrugC", d->code);
    prefixed(b, n, "DrugN", name != NULL ? name : d->name);
    prefixed(b, n, "IngreN", d->ingredient);
    prefixed(b, n, "Qua1", quantity);
    if (!no_unit)
        prefixed(b, n, "Unit", d->unit);
    prefixed(b, n, "UsageN", d->usage);
    prefixed(b, n, "SpInst", "");
    prefixed(b, n, "Times", times);
    prefixed(b, n, n->prefix[0] == '\0' ? "MeTrIdCl" : "UsageCl", d->class);
    if (p->trait == TRAIT_UNKNOWN_TAGS)
        patient_element(b, "DrugTagOfTheFuture", "x");
    close_tag(b, node);
}

static void add_act(struct buf *b, const char *code, const char *name, const char *class)
{
    open_tag(b, "MeTrInf");
    patient_element(b, "SinInfCd", code);
    patient_element(b, "SinInfN", name);
    patient_element(b, "MeTrIdCl", class);
    patient_element(b, "Times", "1");
    close_tag(b, "MeTrInf");
}

static void add_acts(const struct patient *p, struct buf *b)
{
    open_tag(b, "MeTrInfs");
    add_act(b, "160000410", "血液検査（試験）", "60");
    if (p->trait == TRAIT_DIALYSIS)
        add_act(b, "140007710", "人工腎臓（慢性維持透析１）（試験）", "40");
    if (p->trait == TRAIT_SURGERY || p->trait == TRAIT_PLAIN)
        add_act(b, "150000210", "創傷処理（試験）", "50");
    close_tag(b, "MeTrInfs");
}

static void place(const struct world_of_patients *w, const struct patient *p,
                  const struct branch *n, bool marked, size_t which, struct buf *b)
{
    bool rare = p->trait == TRAIT_RARE_LETTERS;
    const char *const *where = places[rare ? 3 : which % 3];
    prefixed(b, n, "MeTrDiHCd", where[0]);
    prefixed(b, n, "MeTrDiHNm", marked && w->marker != NULL ? w->marker : where[1]);
}

/* In this month nothing was dispensed later than today. */
static uint32_t last_day(const struct world_of_patients *w, int back)
{
    time_t now = (time_t)(w->now_ms / 1000);
    struct tm t;
    gmtime_r(&now, &t);
    return back > 0 || t.tm_mday > 28 ? 28 : (uint32_t)t.tm_mday;
}

/* COUNT medicines of one month of one branch, all on one day. */
static void add_month(const struct world_of_patients *w, struct patient *p, const struct branch *n,
                      int back, uint32_t count, struct buf *b)
{
    char month[MONTH_ROOM], date[MONTH_ROOM + 8], list[16];
    bool marked = back == 0;
    month_text(w, back, month);
    snprintf(date, sizeof date, "%s%02u", month, 1 + patient_draw(p, last_day(w, back)));
    snprintf(list, sizeof list, "%sDrugInfs", n->prefix);
    open_tag(b, n->month_node);
    patient_element(b,
                    n->prefix[0] == 'S'   ? "ShPrOrg"
                    : n->prefix[0] == 'C' ? "CzDiOrg"
                                          : "DiOrg",
                    "2");
    place(w, p, n, marked, (size_t)back, b);
    patient_element(b, n->month, month);
    open_tag(b, n->days);
    open_tag(b, n->day);
    patient_element(b, n->date, date);
    open_tag(b, list);
    for (uint32_t i = 0; i < count; i++)
        add_drug(p, n, marked && i == 0 ? w->marker : NULL, b);
    close_tag(b, list);
    if (n->prefix[0] == '\0')
        add_acts(p, b);
    close_tag(b, n->day);
    close_tag(b, n->days);
    close_tag(b, n->month_node);
}

void patient_add_medication(const struct world_of_patients *w, struct patient *p, struct buf *b)
{
    if (p->trait == TRAIT_NOTHING)
        return;
    uint32_t count = p->trait == TRAIT_LONG_LIST ? LONG_LIST / MONTHS_BACK : 4;
    bool receipts = p->trait != TRAIT_PRESCRIPTION_ONLY;
    for (int back = 0; back < MONTHS_BACK && receipts; back++)
        add_month(w, p, &branches[0], back, count, b);
    for (size_t i = 1; i < sizeof branches / sizeof branches[0]; i++) {
        open_tag(b, branches[i].container);
        add_month(w, p, &branches[i], 0, 2, b);
        close_tag(b, branches[i].container);
    }
}

static void add_result(struct buf *b, const char *code, const char *name, const char *value,
                       const char *unit)
{
    open_tag(b, "HealthCheckupResultAndQuestionInfo");
    patient_element(b, "ItemCode", code);
    patient_element(b, "ItemName", name);
    patient_element(b, "DataType", "PQ");
    patient_element(b, "DataValue", value);
    if (unit != NULL)
        patient_element(b, "Unit", unit);
    close_tag(b, "HealthCheckupResultAndQuestionInfo");
}

void patient_add_checkup(const struct world_of_patients *w, struct patient *p, struct buf *b)
{
    char month[MONTH_ROOM], date[MONTH_ROOM + 8], value[16];
    if (p->trait == TRAIT_NOTHING)
        return;
    open_tag(b, "SpecificHealthCheckupInfos");
    for (int year = 0; year < 1 + p->index % 5; year++) {
        month_text(w, 5 + 12 * year, month);
        snprintf(date, sizeof date, "%s15", month);
        open_tag(b, "SpecificHealthCheckupInfo");
        patient_element(b, "EffectiveTime", date);
        open_tag(b, "HealthCheckupResultAndQuestionInfos");
        snprintf(value, sizeof value, "%u", 100 + patient_draw(p, 80));
        add_result(b, "9A755000000000001", "収縮期血圧", value, "mmHg");
        snprintf(value, sizeof value, "%u.%u", 5 + patient_draw(p, 4), patient_draw(p, 10));
        add_result(b, "3D046000001920402", "ＨｂＡ１ｃ（ＮＧＳＰ）", value,
                   p->trait == TRAIT_NO_UNITS ? NULL : "%");
        snprintf(value, sizeof value, "%u.%u", 20 + patient_draw(p, 80), patient_draw(p, 10));
        add_result(b, "8A065000002391901", "ｅＧＦＲ", value, "mL/min/1.73m2");
        close_tag(b, "HealthCheckupResultAndQuestionInfos");
        close_tag(b, "SpecificHealthCheckupInfo");
    }
    close_tag(b, "SpecificHealthCheckupInfos");
}
