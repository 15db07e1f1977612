// phrase.js — Job: error codes in plain words that say what to do; sentences by language.
import { pick } from "../../client/web/codes.js";

const errors = {
  ERR_CARD_EXPIRED: ["カードの電子証明書の期限が切れています。記録がないという意味ではありません",
                     "The card's certificate has expired. This does not mean no records"],
  ERR_CARD_REVOKED: ["カードの電子証明書が失効しています。このカードは使えません",
                     "The card's certificate is revoked"],
  ERR_CARD_ISSUER: ["カードの発行者を確認できません", "The card's issuer cannot be confirmed"],
  ERR_PRACTICE_CARD: ["訓練では訓練用のカードだけを使えます。このカードを抜いてください",
                      "Practice takes practice cards only. Take this card out"],
  ERR_PRACTICE_SOURCE: ["訓練用の情報源がありません。閲覧なしで訓練を続けてください",
                        "There is no source for practice. Go on without a view"],
  ERR_WRONG_PATIENT: ["前に読んだカードと別の方のカードです。前のカードが別人なら「取り違え」を知らせてください",
                      "Another person's card. Report a mix-up if the former one was wrong"],
  ERR_CARD_PIN: ["暗証番号が違います", "The PIN is wrong"],
  ERR_NOT_REGISTERED: ["このカードは保険証として登録されていません",
                       "The card is not registered as an insurance card"],
  ERR_UPSTREAM: ["資格確認につながりません。もう一度照会できます",
                 "The eligibility system cannot be reached. Ask again"],
  ERR_UPSTREAM_ANSWER: ["資格確認の回答を読めませんでした", "The answer could not be read"],
  ERR_REFUSED_BY_PATIENT: ["本人が断っています", "The patient has refused"],
  ERR_VIEW_LOST: ["情報が失われました。もう一度照会してください", "The view was lost. Ask again"],
};

// A code that we do not know is shown as it is.
export const errorText = (code) => (errors[code] ? pick(errors[code])
  : pick([`照会できませんでした（${code}）`, `It did not work (${code})`]));

// Version of the sentences in index.html: recorded with each ground.
export const SENTENCE = "2026-04";
export const LANGUAGES = [["ja", "日本語"], ["en", "English"]];

// A ground as it was spoken. WHO: patient, family; LANG: of the sentence; HOSPITAL: absent for us.
export function groundBody({ answer, need, obstacle, lang, hospital, hidden }, at) {
  const body = { at, right: hospital ? "disclose_to" : "crew_view" };
  if (hospital) body.hospital = hospital;
  if (hidden?.length) body.hidden = hidden;
  if (answer === "patient" || answer === "family")
    return { ...body, basis: "patient_oral", said_by: answer, sentence: SENTENCE, language: lang };
  if (answer === "life")
    return { ...body, basis: "life_body_no_consent", said_by: "nobody", need, obstacle };
  return { ...body, basis: "refused", said_by: "patient" };
}

// May a ground be recorded as it stands? The second word says what is still missing.
export function groundReady(draft) {
  if (!draft.answer) return [false, "choose_ground"];
  if (draft.answer === "life" && !draft.need) return [false, "choose_need"];
  if (draft.answer === "life" && !draft.obstacle) return [false, "choose_obstacle"];
  return [true, null];
}
