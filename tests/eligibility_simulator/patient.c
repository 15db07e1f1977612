/* patient.c — Job: SIMULATOR: synthetic patients, made from a seed: who they are, whole files. */
#include "tests/eligibility_simulator/patient.h"

#include "gateway/errand/eligibility/charset.h"

#include <stdio.h>

/* Invented people: every family name says "test", except where rare letters are the point. */
static const char *const given[][2] = {
    {"花子", "ハナコ"},   {"太郎", "タロウ"},       {"一郎", "イチロウ"}, {"京子", "キョウコ"},
    {"次郎", "ジロウ"},   {"美咲", "ミサキ"},       {"健", "ケン"},       {"りつ", "リツ"},
    {"三郎", "サブロウ"}, {"ピーター", "ピーター"},
};
enum { GIVEN = sizeof given / sizeof given[0] };

uint32_t patient_draw(struct patient *p, uint32_t bound)
{
    /* splitmix64: the same seed gives the same patients on every machine. */
    uint64_t z = p->seed += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return (uint32_t)((z ^ z >> 31) % bound);
}

struct patient patient_of(const struct world_of_patients *w, uint64_t index)
{
    struct patient p = {.index = (int)(index % PATIENTS)};
    p.seed = w->seed * 1000003u + (uint64_t)p.index;
    p.trait = p.index < TRAIT_COUNT ? (enum trait)p.index : TRAIT_PLAIN;
    p.cp932 = p.index % 2 == 1;
    p.face_layout = p.index % 3 == 2;
    bool rare = p.trait == TRAIT_RARE_LETTERS;
    const char *const *who = given[patient_draw(&p, GIVEN)];
    snprintf(p.name, sizeof p.name, "%s　%s", rare ? "髙﨑" : "試験", who[0]);
    snprintf(p.kana, sizeof p.kana, "%s　%s", rare ? "タカサキ" : "シケン", who[1]);
    snprintf(p.birth, sizeof p.birth, "%04u%02u%02u", 1930 + patient_draw(&p, 80),
             1 + patient_draw(&p, 12), 1 + patient_draw(&p, 28));
    p.sex = 1 + (int)patient_draw(&p, 2);
    snprintf(p.number, sizeof p.number, "%07d", 9000000 + p.index);
    return p;
}

void patient_element(struct buf *b, const char *name, const char *text)
{
    buf_byte(b, '<');
    buf_text(b, name);
    buf_byte(b, '>');
    for (; *text != '\0'; text++) {
        if (*text == '&')
            buf_text(b, "&amp;");
        else if (*text == '<')
            buf_text(b, "&lt;");
        else
            buf_byte(b, *text);
    }
    buf_text(b, "</");
    buf_text(b, name);
    buf_byte(b, '>');
}

/* Half-width kana of the given names and "シケン"; a table would hide that it is only these. */
static const char *half_kana(const struct patient *p)
{
    static const char *const half[][2] = {
        {"ハナコ", "ｼｹﾝ ﾊﾅｺ"},     {"タロウ", "ｼｹﾝ ﾀﾛｳ"},  {"イチロウ", "ｼｹﾝ ｲﾁﾛｳ"},
        {"キョウコ", "ｼｹﾝ ｷｮｳｺ"},  {"ジロウ", "ｼｹﾝ ｼﾞﾛｳ"}, {"ミサキ", "ｼｹﾝ ﾐｻｷ"},
        {"ケン", "ｼｹﾝ ｹﾝ"},        {"リツ", "ｼｹﾝ ﾘﾂ"},     {"サブロウ", "ｼｹﾝ ｻﾌﾞﾛｳ"},
        {"ピーター", "ｼｹﾝ ﾋﾟｰﾀｰ"},
    };
    const char *gap = strstr(p->kana, "　");
    for (size_t i = 0; i < GIVEN && gap != NULL && p->trait != TRAIT_RARE_LETTERS; i++)
        if (strcmp(gap + strlen("　"), half[i][0]) == 0)
            return half[i][1];
    return p->kana;
}

static void consents(const struct patient *p, struct buf *b)
{
    bool refuses = p->trait == TRAIT_NO_MEDICINES_CONSENT;
    patient_element(b, "SpecificHealthCheckupsInfoConsFlg", "1");
    patient_element(b, "DiagnosisInfoConsFlg", "1");
    if (p->face_layout) {
        patient_element(b, "PharmacistsInfoConsFlg", refuses ? "0" : "1");
        return;
    }
    patient_element(b, "PharmaceuticalInfoConsFlg", refuses ? "0" : "1");
    patient_element(b, "OperationInfoConsFlg", "1");
}

static void one_result(const struct patient *p, const char *insurer, struct buf *b)
{
    patient_element(b, "InsurerNumber", insurer);
    patient_element(b, "InsuredCardSymbol", "試");
    patient_element(b, "InsuredIdentificationNumber", p->number);
    patient_element(b, "InsuredBranchNumber", "01");
    patient_element(b, "PersonalFamilyClassification", "1");
    patient_element(b, "Name", p->name);
    bool half = p->face_layout || p->trait == TRAIT_HALF_KANA;
    patient_element(b, "NameKana", half ? half_kana(p) : p->kana);
    patient_element(b, "Sex1", p->sex == 1 ? "1" : "2");
    patient_element(b, "Birthdate", p->birth);
    patient_element(b, "Address", "東京都試験区仮想町一丁目");
    if (p->trait == TRAIT_UNKNOWN_TAGS)
        patient_element(b, "TagOfTheFuture", "1");
    consents(p, b);
}

void patient_add_person(const struct patient *p, struct buf *b)
{
    bool registered = p->trait != TRAIT_NOT_REGISTERED;
    patient_element(b, "ProcessingResultStatus", registered ? "1" : "2");
    if (!registered)
        return;
    patient_element(b, "QualificationValidity", "1");
    if (!p->face_layout && p->trait != TRAIT_TWO_INSURANCES) {
        one_result(p, "06139999", b);
        return;
    }
    buf_text(b, "<ResultList><ResultOfQualificationConfirmation>");
    one_result(p, p->face_layout ? "  139999" : "06139999", b);
    buf_text(b, "</ResultOfQualificationConfirmation>");
    if (p->trait == TRAIT_TWO_INSURANCES) {
        buf_text(b, "<ResultOfQualificationConfirmation>");
        one_result(p, "39131234", b);
        buf_text(b, "</ResultOfQualificationConfirmation>");
    }
    buf_text(b, "</ResultList>");
}

/* Who it is stands in each kind of file under other names (C23, C27). */
static void add_header(const struct patient *p, enum file_kind kind, const char *identifier,
                       struct buf *b)
{
    buf_text(b, "<XmlMsg><MessageHeader>");
    patient_element(b, "Simulator", "SIMULATOR");
    patient_element(b, "SegmentOfResult", "1");
    patient_element(b, "CharacterCodeIdentifier", p->cp932 ? "1" : "0");
    patient_element(b, "ArbitraryFileIdentifier", identifier);
    if (kind != FILE_ELIGIBILITY) {
        bool drugs = kind == FILE_MEDICATION;
        buf_text(b, drugs ? "<QuaInf>" : "<QualificationsInfo>");
        patient_element(b, "Name", p->name);
        patient_element(b, drugs ? "KanaName" : "KanasName", drugs ? p->kana : half_kana(p));
        patient_element(b, drugs ? "Birth" : "Birthday", p->birth);
        patient_element(b, drugs ? "AdmGendCode" : "AdministrativeGenderCode",
                        p->sex == 1 ? "1" : "2");
        buf_text(b, drugs ? "</QuaInf>" : "</QualificationsInfo>");
    }
    buf_text(b, "</MessageHeader><MessageBody>");
}

enum err patient_xml(const struct world_of_patients *w, struct patient p, enum file_kind kind,
                     const char *identifier, struct buf *out)
{
    struct buf b = {0};
    add_header(&p, kind, identifier, &b);
    p.seed += (uint64_t)kind * 7919;
    if (kind == FILE_ELIGIBILITY)
        patient_add_person(&p, &b);
    else if (kind == FILE_MEDICATION)
        patient_add_medication(w, &p, &b);
    else
        patient_add_checkup(w, &p, &b);
    buf_text(&b, "</MessageBody></XmlMsg>\n");
    buf_printf(out, "<?xml version=\"1.0\" encoding=\"%s\" standalone=\"no\"?>\n",
               p.cp932 ? "Shift_JIS" : "UTF-8");
    enum err e = buf_error(&b);
    if (e == ERR_OK)
        e = charset_from_utf8(buf_slice(&b), p.cp932 ? CHARSET_CP932 : CHARSET_UTF8, out);
    buf_free(&b);
    return e;
}
