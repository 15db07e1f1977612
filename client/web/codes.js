// codes.js — Job: the code lists of PROTOCOL.md section 12, in both languages.
const t = (text) => Object.fromEntries(text.trim().split("\n").map((line) => {
  const [code, ja, en] = line.trim().split("|");
  return [code, [ja, en]];
}));

export const codes = {
  sex: t(`male|男|male
    female|女|female
    other|その他|other
    unknown|不明|unknown`),
  urgency: t(`red|緊急|emergency
    yellow|準緊急|urgent
    green|低緊急|less urgent
    white|非緊急|not urgent`),
  basis: t(`patient_oral|本人が口頭で同意|oral consent of the patient
    life_body_no_consent|生命・身体の保護（同意困難）|protection of life and body
    refused|本人が断った|refused by the patient`),
  section: t(`person|本人・資格|person and insurance
    visits|受診歴|visits
    medications|薬剤|medicines
    surgery|手術|surgery
    treatment|診療|treatment
    dialysis|透析|dialysis
    checkups|健診|health check-ups
    allergies|アレルギー|allergies
    infections|感染症|infections
    conditions|傷病名|conditions
    labs|検査|laboratory
    document|文書（PDF）|document (PDF)`),
  need: t(`cardiac_arrest|心肺停止|cardiac arrest
    unconscious|意識障害|unconscious
    shock|ショック|shock
    breathing|呼吸困難|breathing difficulty
    stroke|脳卒中疑い|suspected stroke
    trauma|重症外傷|severe trauma
    poisoning|中毒疑い|suspected poisoning
    other_life|その他生命・身体の危険|other danger to life or body`),
  obstacle: t(`unconscious|意識がない|unconscious
    confused|意識がもうろう|confused
    cannot_speak|話せない|cannot speak
    language|言葉が通じない|no common language
    child_alone|保護者のいない子ども|child without guardian`),
  card_proof: t(`official_terminal|公式端末で確認|official terminal
    pin_signature|暗証番号による署名|signature with the PIN
    certificate_only|証明書のみ（持ち主は未確認）|certificate only (holder not proved)`),
  identified_by: t(`card_visual|カード（目視）|card, by eye
    card_face|カード（顔認証）|card, face reader
    card_pin|カード（暗証番号）|card, PIN
    phone|スマートフォン（顔は未確認）|smartphone (face not checked)
    four_items|4情報検索|four basic items`),
  match: t(`matched|一致|matched
    not_matched|一致しない|not matched
    not_possible|照合できない|not possible`),
  no_view: t(`no_card|カードがない|no card
    urgent|急ぐ|urgent
    refused|断られた|refused
    id_mismatch|本人と合わない|identity mismatch
    not_registered|利用登録がない|not registered
    link_down|電波がない|link down
    system_error|システム障害|system error`),
  told: t(`not_asked|未聴取|not asked
    unknown|不明|unknown
    none|なし|none
    present|あり|present`),
  case_end: t(`handed_over|引継ぎ|handed over
    not_transported|不搬送|not transported
    death|死亡|death
    taken_over|他隊へ引継ぎ|taken over
    opened_by_mistake|誤作成|opened by mistake
    training|訓練|training`),
  mixup: t(`wrong_patient|患者違い|wrong patient
    wrong_hospital|病院違い|wrong hospital`),
  decline: t(`in_surgery|手術中|in surgery
    with_patient|患者対応中|with another patient
    no_bed|ベッド満床|no bed
    treatment|処置困難|treatment not possible
    specialty|専門外|outside our specialties
    no_doctor|医師不在|no doctor
    first_visit|初診|first visit
    no_reason|理由不明|no reason given
    other|その他|other`),
  asked_status: t(`waiting|返事待ち|waiting
    accepted|受入できます|accepted
    declined|受入できません|declined
    cancelled|要請を取り消した|cancelled
    elsewhere|他院に決定|decided elsewhere
    taken_back|受入の取り消し|acceptance taken back
    contradicted|病院が受入を否定|contradicted by the hospital
    ended|事案終了|case ended`),
  revoke_reason: t(`destination_changed|搬送先が変更されました|The destination was changed
    consent_withdrawn|本人が同意を取り消しました|The patient withdrew consent
    expired|期限が終わりました|The time is over
    mixup|別人の情報でした。使わないでください|Another person's data. Do not use it
    closed_by_viewer|閲覧を終えました|Viewing was ended
    kill_switch|管理者が停止しました|Stopped by the administrator
    acceptance_withdrawn|受入が取り消されました|The acceptance was taken back
    contradicted|病院が受入を否定しました|The hospital contradicted
    case_ended|事案が終わりました|The case has ended
    view_lost|情報が失われました|The view was lost`),
  cover: t(`lease|回線が切れたため、画面を覆いました|Covered: the line is cut
    until|閲覧の期限が終わりました|The time for viewing is over
    signed_out|サインアウトしました|Signed out
    mixup|別人の情報でした。使わないでください|Another person's data. Do not use it
    ended|事案が終わりました|The case has ended
    revoked|閲覧の権利が終わりました|The right to view has ended
    replaced|別の場所で使われています|In use somewhere else
    closed|閲覧を終えました|Viewing was ended
    line|回線が切れたため、画面を覆いました|Covered: the line is cut
    hand|画面を覆っています|The screen is covered`),
  section_state: t(`present|あり|present
    empty|照会済・記録なし|asked, nothing recorded
    not_asked|照会していません|not asked
    not_consented|本人が非表示|not consented
    failed|取得できませんでした|could not be fetched
    not_provided|この情報源にはない|not provided by this source`),
  said_by: t(`patient|本人|patient
    family|家族|family
    nobody|なし|nobody`),
  source: t(`dispensed|調剤（電子処方箋）|dispensed (electronic prescription)
    receipt|レセプト（医科・調剤）|claims
    prescribed|処方（未調剤をふくむ）|prescribed`),
};

let column = 0;
export function setLanguage(language) { column = language === "en" ? 1 : 0; }
export const isEnglish = () => column === 1;
// A code that we do not know is shown as it is: a gateway may grow.
export const word = (list, code) => (code ? codes[list]?.[code]?.[column] ?? code : "");
// One row of a page's own table.
export const pick = (row) => row?.[column] ?? "";
export const keysOf = (list) => Object.keys(codes[list]);
