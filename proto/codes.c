/* codes.c — Job: every closed list of values, once, with its wire name and both languages. */
#include "proto/codes.h"

#include "proto/err.h"

#include "proto/err.h"

static const struct code section_rows[] = {
    {SECTION_PERSON, "person", "本人・資格", "person and insurance"},
    {SECTION_VISITS, "visits", "受診歴", "visits"},
    {SECTION_MEDICATIONS, "medications", "薬剤", "medicines"},
    {SECTION_SURGERY, "surgery", "手術", "surgery"},
    {SECTION_TREATMENT, "treatment", "診療", "treatment"},
    {SECTION_DIALYSIS, "dialysis", "透析", "dialysis"},
    {SECTION_CHECKUPS, "checkups", "健診", "health check-ups"},
    {SECTION_ALLERGIES, "allergies", "アレルギー", "allergies"},
    {SECTION_INFECTIONS, "infections", "感染症", "infections"},
    {SECTION_CONDITIONS, "conditions", "傷病名", "conditions"},
    {SECTION_LABS, "labs", "検査", "laboratory"},
    {SECTION_DOCUMENT, "document", "文書（PDF）", "document (PDF)"},
};
const struct codes codes_section = {"section", section_rows,
                                    sizeof section_rows / sizeof section_rows[0]};

static const struct code section_state_rows[] = {
    {STATE_PRESENT, "present", "あり", "present"},
    {STATE_EMPTY, "empty", "照会済・記録なし", "asked, nothing recorded"},
    {STATE_NOT_ASKED, "not_asked", "照会していません", "not asked"},
    {STATE_NOT_CONSENTED, "not_consented", "本人が非表示", "not consented"},
    {STATE_FAILED, "failed", "取得できませんでした", "could not be fetched"},
    {STATE_NOT_PROVIDED, "not_provided", "この情報源にはありません", "not provided by this source"},
};
const struct codes codes_section_state = {"section_state", section_state_rows,
                                          sizeof section_state_rows / sizeof section_state_rows[0]};

static const struct code ground_right_rows[] = {
    {RIGHT_CREW_VIEW, "crew_view", "救急隊の閲覧", "crew view"},
    {RIGHT_DISCLOSE_TO, "disclose_to", "病院への提供", "disclosure to a hospital"},
};
const struct codes codes_ground_right = {"ground_right", ground_right_rows,
                                         sizeof ground_right_rows / sizeof ground_right_rows[0]};

static const struct code basis_rows[] = {
    {BASIS_PATIENT_ORAL, "patient_oral", "本人の口頭同意", "oral consent of the patient"},
    {BASIS_LIFE_BODY_NO_CONSENT, "life_body_no_consent", "生命・身体の保護（同意困難）",
     "protection of life and body, consent impossible"},
    {BASIS_REFUSED, "refused", "本人が断った", "refused by the patient"},
};
const struct codes codes_basis = {"basis", basis_rows, sizeof basis_rows / sizeof basis_rows[0]};

static const struct code need_rows[] = {
    {NEED_CARDIAC_ARREST, "cardiac_arrest", "心肺停止", "cardiac arrest"},
    {NEED_UNCONSCIOUS, "unconscious", "意識障害", "unconscious"},
    {NEED_SHOCK, "shock", "ショック", "shock"},
    {NEED_BREATHING, "breathing", "呼吸困難", "breathing difficulty"},
    {NEED_STROKE, "stroke", "脳卒中疑い", "suspected stroke"},
    {NEED_TRAUMA, "trauma", "重症外傷", "severe trauma"},
    {NEED_POISONING, "poisoning", "中毒疑い", "suspected poisoning"},
    {NEED_OTHER_LIFE, "other_life", "その他生命・身体の危険", "other danger to life or body"},
};
const struct codes codes_need = {"need", need_rows, sizeof need_rows / sizeof need_rows[0]};

static const struct code obstacle_rows[] = {
    {OBSTACLE_UNCONSCIOUS, "unconscious", "意識がない", "unconscious"},
    {OBSTACLE_CONFUSED, "confused", "意識がもうろう", "confused"},
    {OBSTACLE_CANNOT_SPEAK, "cannot_speak", "話せない", "cannot speak"},
    {OBSTACLE_LANGUAGE, "language", "言葉が通じない", "no common language"},
    {OBSTACLE_CHILD_ALONE, "child_alone", "保護者のいない子ども", "child without guardian"},
};
const struct codes codes_obstacle = {"obstacle", obstacle_rows,
                                     sizeof obstacle_rows / sizeof obstacle_rows[0]};

static const struct code said_by_rows[] = {
    {SAID_PATIENT, "patient", "本人", "patient"},
    {SAID_FAMILY, "family", "家族", "family"},
    {SAID_NOBODY, "nobody", "なし", "nobody"},
};
const struct codes codes_said_by = {"said_by", said_by_rows,
                                    sizeof said_by_rows / sizeof said_by_rows[0]};

static const struct code match_rows[] = {
    {MATCH_MATCHED, "matched", "一致", "matched"},
    {MATCH_NOT_MATCHED, "not_matched", "一致しない", "not matched"},
    {MATCH_NOT_POSSIBLE, "not_possible", "照合できない", "not possible"},
};
const struct codes codes_match = {"match", match_rows, sizeof match_rows / sizeof match_rows[0]};

static const struct code card_proof_rows[] = {
    {PROOF_OFFICIAL_TERMINAL, "official_terminal", "公式端末", "official terminal"},
    {PROOF_PIN_SIGNATURE, "pin_signature", "暗証番号による署名", "signature with PIN"},
    {PROOF_CERTIFICATE_ONLY, "certificate_only", "証明書のみ", "certificate only"},
};
const struct codes codes_card_proof = {"card_proof", card_proof_rows,
                                       sizeof card_proof_rows / sizeof card_proof_rows[0]};

static const struct code card_kind_rows[] = {
    {CARD_JPKI, "jpki", "マイナンバーカード", "My Number card"},
    {CARD_JUKI_OLD, "juki_old", "住民基本台帳カード", "old resident card"},
    {CARD_ANDROID, "android", "Android", "Android phone"},
    {CARD_IPHONE, "iphone", "iPhone", "iPhone"},
    {CARD_OTHER, "other", "別のカード", "other card"},
};
const struct codes codes_card_kind = {"card_kind", card_kind_rows,
                                      sizeof card_kind_rows / sizeof card_kind_rows[0]};

static const struct code no_view_rows[] = {
    {NO_VIEW_NO_CARD, "no_card", "カードがない", "no card"},
    {NO_VIEW_NOT_REGISTERED, "not_registered", "保険証登録がない", "not registered"},
    {NO_VIEW_REFUSED, "refused", "本人が断った", "refused"},
    {NO_VIEW_ID_MISMATCH, "id_mismatch", "本人と一致しない", "identity mismatch"},
    {NO_VIEW_URGENT, "urgent", "緊急のため", "urgent"},
    {NO_VIEW_LINK_DOWN, "link_down", "通信できない", "link down"},
    {NO_VIEW_SYSTEM_ERROR, "system_error", "システム障害", "system error"},
};
const struct codes codes_no_view = {"no_view", no_view_rows,
                                    sizeof no_view_rows / sizeof no_view_rows[0]};

static const struct code answer_rows[] = {
    {ANSWER_ACCEPTED, "accepted", "受入できます", "accepted"},
    {ANSWER_DECLINED, "declined", "受入できません", "declined"},
};
const struct codes codes_answer = {"answer", answer_rows,
                                   sizeof answer_rows / sizeof answer_rows[0]};

static const struct code decline_rows[] = {
    {DECLINE_IN_SURGERY, "in_surgery", "手術中", "in surgery"},
    {DECLINE_WITH_PATIENT, "with_patient", "患者対応中", "with another patient"},
    {DECLINE_NO_BED, "no_bed", "ベッド満床", "no bed"},
    {DECLINE_TREATMENT, "treatment", "処置困難", "treatment not possible"},
    {DECLINE_SPECIALTY, "specialty", "専門外", "outside our specialties"},
    {DECLINE_NO_DOCTOR, "no_doctor", "医師不在", "no doctor"},
    {DECLINE_FIRST_VISIT, "first_visit", "初診（かかりつけ医なし）",
     "first visit, no family doctor"},
    {DECLINE_NO_REASON, "no_reason", "理由不明", "no reason given"},
    {DECLINE_OTHER, "other", "その他", "other"},
};
const struct codes codes_decline = {"decline", decline_rows,
                                    sizeof decline_rows / sizeof decline_rows[0]};

static const struct code urgency_rows[] = {
    {URGENCY_RED, "red", "緊急", "emergency"},
    {URGENCY_YELLOW, "yellow", "準緊急", "urgent"},
    {URGENCY_GREEN, "green", "低緊急", "less urgent"},
    {URGENCY_WHITE, "white", "非緊急", "not urgent"},
};
const struct codes codes_urgency = {"urgency", urgency_rows,
                                    sizeof urgency_rows / sizeof urgency_rows[0]};

static const struct code case_end_rows[] = {
    {END_HANDED_OVER, "handed_over", "引継ぎ", "handed over"},
    {END_NOT_TRANSPORTED, "not_transported", "不搬送", "not transported"},
    {END_DEATH, "death", "死亡", "death"},
    {END_TAKEN_OVER, "taken_over", "他隊へ引継ぎ", "taken over"},
    {END_OPENED_BY_MISTAKE, "opened_by_mistake", "誤作成", "opened by mistake"},
    {END_TRAINING, "training", "訓練", "training"},
};
const struct codes codes_case_end = {"case_end", case_end_rows,
                                     sizeof case_end_rows / sizeof case_end_rows[0]};

static const struct code mixup_rows[] = {
    {MIXUP_WRONG_PATIENT, "wrong_patient", "患者違い", "wrong patient"},
    {MIXUP_WRONG_HOSPITAL, "wrong_hospital", "病院違い", "wrong hospital"},
};
const struct codes codes_mixup = {"mixup", mixup_rows, sizeof mixup_rows / sizeof mixup_rows[0]};

static const struct code spoken_rows[] = {
    {SPOKEN_TALK, "talk", "連絡", "message"},
    {SPOKEN_ANSWER, "answer", "受入可否", "answer"},
    {SPOKEN_PHONE_ACCEPTANCE, "phone_acceptance", "電話で受入", "acceptance by phone"},
    {SPOKEN_ACCEPTANCE_CHECK, "acceptance_check", "電話での受入の確認",
     "acceptance by phone checked"},
    {SPOKEN_ACCEPTANCE_WITHDRAW, "acceptance_withdraw", "受入の取り消し", "acceptance taken back"},
    {SPOKEN_BREAK_GLASS, "break_glass", "緊急閲覧の理由", "reason of an emergency opening"},
    {SPOKEN_MIXUP, "mixup", "取り違えの知らせ", "report of a mix-up"},
    {SPOKEN_HANDOVER, "handover", "引継ぎ", "hand-over"},
    {SPOKEN_HANDOVER_CONFIRM, "handover_confirm", "引継ぎの確認", "hand-over confirmed"},
};
const struct codes codes_spoken = {"spoken", spoken_rows,
                                   sizeof spoken_rows / sizeof spoken_rows[0]};

static const struct code taken_how_rows[] = {
    {TAKEN_COPY, "copy", "カルテへの写し", "copied to the chart"},
    {TAKEN_EXPORT, "export", "ファイル", "saved as a file"},
    {TAKEN_PRINT, "print", "印刷", "printed"},
};
const struct codes codes_taken_how = {"taken_how", taken_how_rows,
                                      sizeof taken_how_rows / sizeof taken_how_rows[0]};

static const struct code revoke_reason_rows[] = {
    {REVOKE_DESTINATION_CHANGED, "destination_changed", "搬送先が変わりました",
     "destination changed"},
    {REVOKE_CONSENT_WITHDRAWN, "consent_withdrawn", "本人が同意を取り消しました",
     "consent withdrawn"},
    {REVOKE_EXPIRED, "expired", "期限が終わりました", "expired"},
    {REVOKE_MIXUP, "mixup", "取り違え", "mix-up"},
    {REVOKE_CLOSED_BY_VIEWER, "closed_by_viewer", "閲覧を終えました", "closed by the viewer"},
    {REVOKE_KILL_SWITCH, "kill_switch", "管理者が停止しました", "stopped by the administrator"},
    {REVOKE_ACCEPTANCE_WITHDRAWN, "acceptance_withdrawn", "受入が取り消されました",
     "acceptance withdrawn"},
    {REVOKE_CONTRADICTED, "contradicted", "病院が受入を否定しました",
     "contradicted by the hospital"},
    {REVOKE_CASE_ENDED, "case_ended", "事案が終わりました", "case ended"},
    {REVOKE_VIEW_LOST, "view_lost", "情報が失われました", "view lost"},
};
const struct codes codes_revoke_reason = {"revoke_reason", revoke_reason_rows,
                                          sizeof revoke_reason_rows / sizeof revoke_reason_rows[0]};

static const struct code sex_rows[] = {
    {SEX_MALE, "male", "男", "male"},
    {SEX_FEMALE, "female", "女", "female"},
    {SEX_OTHER, "other", "その他", "other"},
    {SEX_UNKNOWN, "unknown", "不明", "unknown"},
};
const struct codes codes_sex = {"sex", sex_rows, sizeof sex_rows / sizeof sex_rows[0]};

static const struct code told_rows[] = {
    {TOLD_NOT_ASKED, "not_asked", "未聴取", "not asked"},
    {TOLD_UNKNOWN, "unknown", "不明", "unknown"},
    {TOLD_NONE, "none", "なし", "none"},
    {TOLD_PRESENT, "present", "あり", "present"},
};
const struct codes codes_told = {"told", told_rows, sizeof told_rows / sizeof told_rows[0]};

static const struct code field_source_rows[] = {
    {SOURCE_VIEW, "view", "資格確認等システム", "eligibility system"},
    {SOURCE_TOLD, "told", "聴取", "told"},
    {SOURCE_DOCUMENT, "document", "書類", "document"},
    {SOURCE_SEEN, "seen", "観察", "observed"},
};
const struct codes codes_field_source = {"field_source", field_source_rows,
                                         sizeof field_source_rows / sizeof field_source_rows[0]};

static const struct code org_kind_rows[] = {
    {ORG_HEADQUARTERS, "headquarters", "消防本部", "fire headquarters"},
    {ORG_HOSPITAL, "hospital", "病院", "hospital"},
    {ORG_OPERATOR, "operator", "運用者", "operator"},
};
const struct codes codes_org_kind = {"org_kind", org_kind_rows,
                                     sizeof org_kind_rows / sizeof org_kind_rows[0]};

static const struct code device_kind_rows[] = {
    {DEVICE_AMBULANCE, "ambulance", "救急車の端末", "ambulance tablet"},
    {DEVICE_HOSPITAL, "hospital", "病院の端末", "hospital box"},
    {DEVICE_ADMIN, "admin", "管理端末", "administration"},
};
const struct codes codes_device_kind = {"device_kind", device_kind_rows,
                                        sizeof device_kind_rows / sizeof device_kind_rows[0]};

static const struct code role_rows[] = {
    {ROLE_PARAMEDIC, "paramedic", "救急隊員", "paramedic"},
    {ROLE_DISPATCHER, "dispatcher", "指令員", "dispatcher"},
    {ROLE_ER_BOARD, "er_board", "救急外来", "ER board"},
    {ROLE_ER_VIEWER, "er_viewer", "救急時閲覧者", "ER viewer"},
    {ROLE_ORG_ADMIN, "org_admin", "組織管理者", "organisation administrator"},
    {ROLE_AUDITOR, "auditor", "監査者", "auditor"},
    {ROLE_OPERATOR, "operator", "運用者", "operator"},
};
const struct codes codes_role = {"role", role_rows, sizeof role_rows / sizeof role_rows[0]};

static const struct code view_kind_rows[] = {
    {VIEW_EMERGENCY_SUMMARY, "emergency_summary", "救急用サマリー", "emergency summary"},
    {VIEW_NORMAL, "normal_view", "通常の閲覧", "normal view"},
    {VIEW_ELIGIBILITY_ONLY, "eligibility_only", "資格情報のみ", "eligibility only"},
};
const struct codes codes_view_kind = {"view_kind", view_kind_rows,
                                      sizeof view_kind_rows / sizeof view_kind_rows[0]};

static const struct code identified_by_rows[] = {
    {IDENTIFIED_CARD_VISUAL, "card_visual", "カード（目視）", "card, by eye"},
    {IDENTIFIED_CARD_FACE, "card_face", "カード（顔認証）", "card, face reader"},
    {IDENTIFIED_CARD_PIN, "card_pin", "カード（暗証番号）", "card, PIN"},
    {IDENTIFIED_PHONE, "phone", "スマートフォン", "smartphone"},
    {IDENTIFIED_FOUR_ITEMS, "four_items", "4情報検索", "four basic items"},
};
const struct codes codes_identified_by = {"identified_by", identified_by_rows,
                                          sizeof identified_by_rows / sizeof identified_by_rows[0]};

static const struct code profile_rows[] = {
    {PROFILE_TRAINING, "training", "訓練", "training"},
    {PROFILE_TRIAL, "trial", "試行", "trial"},
    {PROFILE_PRODUCTION, "production", "本番", "production"},
};
const struct codes codes_profile = {"profile", profile_rows,
                                    sizeof profile_rows / sizeof profile_rows[0]};

static const struct code asked_status_rows[] = {
    {ASKED_WAITING, "waiting", "返事待ち", "waiting"},
    {ASKED_ACCEPTED, "accepted", "受入できます", "accepted"},
    {ASKED_DECLINED, "declined", "受入できません", "declined"},
    {ASKED_CANCELLED, "cancelled", "要請を取り消した", "cancelled"},
    {ASKED_ELSEWHERE, "elsewhere", "他院に決定", "decided elsewhere"},
    {ASKED_TAKEN_BACK, "taken_back", "受入の取り消し", "acceptance taken back"},
    {ASKED_CONTRADICTED, "contradicted", "病院が受入を否定", "contradicted by the hospital"},
    {ASKED_ENDED, "ended", "事案終了", "case ended"},
};
const struct codes codes_asked_status = {"asked_status", asked_status_rows,
                                         sizeof asked_status_rows / sizeof asked_status_rows[0]};

/* The first row (ERR_OK) is left out: 0 means "absent" in every list. */
#define ERR_AS_CODE(code, class, ja, en) {code, #code, ja, en},
static const struct code err_rows[] = {ERR_TABLE(ERR_AS_CODE)};
const struct codes codes_err = {"err", err_rows + 1, sizeof err_rows / sizeof err_rows[0] - 1};

static const struct code alert_rows[] = {
    {ALERT_MIXUP, "mixup", "取り違え", "mix-up"},
    {ALERT_BREAK_GLASS, "break_glass", "緊急閲覧", "emergency opening"},
    {ALERT_ACCEPTANCE_CONTRADICTED, "acceptance_contradicted", "受入を病院が否定",
     "acceptance contradicted by the hospital"},
    {ALERT_CLONED_SESSION, "cloned_session", "同じサインオンの二重使用",
     "one session used on two connections"},
    {ALERT_SAME_CARD_TWICE, "same_card_twice", "同じカードが同時に二か所で使用",
     "the same card in two cases at once"},
    {ALERT_REVOKED_DEVICE, "revoked_device", "失効した端末からの接続",
     "connection of a revoked device"},
    {ALERT_LOG_INCONSISTENT, "log_inconsistent", "記録の証明が合いません",
     "the log is inconsistent"},
    {ALERT_CRL_STALE, "crl_stale", "失効リストが古くなっています", "the revocation list is stale"},
    {ALERT_VIEW_LOST, "view_lost", "情報が失われました", "a view was lost"},
    {ALERT_REFUSAL_OVERRIDDEN, "refusal_overridden", "断った後の同意なし閲覧",
     "viewed without consent after a refusal"},
    {ALERT_TAKEOVER_CLAIMED, "takeover_claimed", "応答のない隊からの引継ぎ",
     "case taken from a silent crew"},
};
const struct codes codes_alert = {"alert", alert_rows, sizeof alert_rows / sizeof alert_rows[0]};

static const struct code review_rows[] = {
    {REVIEW_JUSTIFIED, "justified", "正当", "justified"},
    {REVIEW_UNJUSTIFIED, "unjustified", "不当", "not justified"},
    {REVIEW_REFERRED, "referred", "漏えい対応の手続きへ", "referred to the breach procedure"},
};
const struct codes codes_review = {"review", review_rows,
                                   sizeof review_rows / sizeof review_rows[0]};

static const struct code password_set_rows[] = {
    {PASSWORD_SET_FIRST, "first", "初回の設定", "first password"},
    {PASSWORD_SET_CHANGED, "changed", "本人が変更", "changed by the person"},
    {PASSWORD_SET_RESET, "reset", "管理者が再設定", "reset by an administrator"},
};
const struct codes codes_password_set = {"password_set", password_set_rows,
                                         sizeof password_set_rows / sizeof password_set_rows[0]};

static const struct code *row_of(const struct codes *list, int value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].value == value)
            return &list->rows[i];
    return NULL;
}

int codes_value(const struct codes *list, struct slice name)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_is(name, list->rows[i].name))
            return list->rows[i].value;
    return 0;
}

const char *codes_name(const struct codes *list, int value)
{
    const struct code *row = row_of(list, value);
    return row == NULL ? "" : row->name;
}

const char *codes_ja(const struct codes *list, int value)
{
    const struct code *row = row_of(list, value);
    return row == NULL ? "" : row->ja;
}

const char *codes_en(const struct codes *list, int value)
{
    const struct code *row = row_of(list, value);
    return row == NULL ? "" : row->en;
}
