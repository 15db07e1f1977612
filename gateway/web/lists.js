// lists.js — Job: code lists that only the console shows: events, roles, alerts, refusals.
import { codes, isEnglish, word } from "../../client/web/codes.js";

const t = (text) => Object.fromEntries(text.trim().split("\n").map((line) => {
  const [code, ja, en] = line.trim().split("|");
  return [code, [ja, en]];
}));

export const lists = {
  event: t(`log_begun|記録の開始|log begun
    org_added|組織を登録|organisation added
    org_stopped|組織を停止・再開|organisation stopped or resumed
    key_destroy_asked|月の鍵の破棄|a month's key: to be destroyed
    clock_accepted|時計を戻したことを認めた|clock set back, accepted
    device_added|端末を登録|device added
    device_revoked|端末を失効|device revoked
    person_added|利用者を登録|person added
    person_disabled|利用者を停止|person disabled
    person_unlocked|ロックを解除|person unlocked
    password_set|パスワードを設定|password set
    sign_in_asked|サインインを試みた|sign-in tried
    sign_in_failed|サインイン失敗|sign-in failed
    session_opened|サインイン|signed in
    session_ended|サインアウト|signed out
    refused|断った|refused
    log_viewed|記録を見た|log viewed
    log_exported|記録を書き出した|log exported
    dispatches_set|出動件数を入力|dispatches entered
    alert|警報|alert
    alerts_viewed|警報を見た|alerts viewed
    alert_acked|警報を確認|alert acknowledged
    alert_escalated|警報を知らせ直した（未確認）|alert told again, not acknowledged
    access_reviewed|事後確認|reviewed afterwards
    case_opened|受け持ち|case opened
    record_changed|隊の記録|crew's record
    vitals_taken|バイタル測定|vital signs taken
    card_check_asked|カード確認中|card being checked
    card_read|カード読取|card read
    card_refused|カードを断った|card refused
    ground_recorded|根拠を記録|ground recorded
    consent_withdrawn|同意の取消|consent withdrawn
    fetch_asked|取得を求めた|view asked for
    view_fetched|取得した|view fetched
    fetch_failed|取得できなかった|fetch failed
    identity_checked|顔の照合|identity checked
    no_view|閲覧しないで進む|goes on without a view
    inquiry_asked|受入要請|request to a hospital
    inquiry_ended|受入要請の終了|request ended
    answered|受入の回答|answer
    phone_accepted|電話で受入|accepted by phone
    acceptance_checked|電話受入の確認|phone acceptance checked
    acceptance_withdrawn|受入の取消|acceptance taken back
    destination_set|搬送先を確定|destination fixed
    eta_told|到着予定|time of arrival told
    arrived|病院に到着|arrived at the hospital
    talked|連絡|message
    grant_issued|閲覧可にした|made viewable
    delivered|病院に届いた|delivered
    opened|開いた|opened
    view_closed|閲覧を終えた|viewing ended
    grant_revoked|終了・取消|ended or revoked
    grant_changed|閲覧期限の変更|end of viewing changed
    break_glass|緊急閲覧|emergency opening
    break_glass_objected|緊急閲覧に異議|objected to an emergency opening
    view_ended|情報の終了|view ended
    record_opened|隊の記録を開いた|crew's record opened
    mixup|取り違え|mix-up
    mixup_acked|取り違えを読んだ|mix-up read
    takeover_offered|引継ぎを申し出た|take-over offered
    taken_over|他隊へ引継ぎ|taken over
    handed_over|引継ぎ：隊が記録|handed over by the crew
    handover_confirmed|引継ぎ：病院が確認|hand-over confirmed by the hospital
    case_ended|事案の終了|case ended`),
  role: t(`paramedic|救急隊員|paramedic
    dispatcher|指令員|dispatcher
    er_board|救急外来|ER board
    er_viewer|救急時閲覧者|ER viewer
    org_admin|組織管理者|organisation administrator
    auditor|監査者|auditor
    operator|運用者|operator`),
  ground_right: t(`crew_view|隊の閲覧|crew view
    disclose_to|病院へ見せる|disclosure to a hospital`),
  device_kind: t(`ambulance|救急車の端末|ambulance
    hospital|病院の箱|hospital
    admin|管理の端末|administration`),
  view_kind: t(`emergency_summary|救急用サマリー|emergency summary
    normal_view|通常の閲覧|normal view
    eligibility_only|資格情報のみ|eligibility only`),
  alert: t(`mixup|取り違え|mix-up
    break_glass|緊急閲覧|emergency opening
    acceptance_contradicted|受入を病院が否定|acceptance contradicted by the hospital
    cloned_session|同じサインオンの二重使用|one session used on two connections
    same_card_twice|同じカードが同時に二か所で使用|the same card in two cases at once
    revoked_device|失効した端末からの接続|connection of a revoked device
    log_inconsistent|記録の証明が合いません|the log is inconsistent
    crl_stale|失効リストが古くなっています|the revocation list is stale
    view_lost|情報が失われました|a view was lost
    refusal_overridden|断った後の同意なし閲覧|viewed without consent after a refusal
    takeover_claimed|応答のない隊からの引継ぎ|taken over from a crew that does not answer`),
  review: t(`justified|正当|justified
    unjustified|不当|not justified
    referred|漏えい対応の手続きへ|referred to the breach procedure`),
  account_state: t(`active|有効|active
    first_password|初回パスワード未変更|first password not changed yet
    locked|ロック中|locked
    expired|期限切れ|expired
    disabled|停止|disabled`),
  outside_state: t(`same|一致|the same
    behind|古い|older
    ahead|先に進んでいる|newer
    missing|ない|missing
    bad|読めない・署名が合わない|unreadable, or not signed by the log`),
  coverage_count: t(`dispatches|出動|dispatches
    attempts|読取を試みた|attempts
    with_card|カードあり|with a card
    viewed|隊が閲覧|viewed by the crew
    granted|病院が閲覧可|made viewable
    delivered|病院に届いた|delivered
    opened|病院が開いた|opened
    opened_before|到着前に開いた|opened before arrival`),
  coverage_time: t(`gained|到着より前に開いた時間|opened ahead of arrival
    read_delivered|読取 → 病院に届く|read → delivered
    read_opened|読取 → 病院が開く|read → opened`),
  coverage_hidden: t(`few|10未満|under 10
    derived|隠した|hidden`),
  question: t(`access|アクセスの記録|access log
    case|一つの事案の記録|story of a case
    people|利用者|people
    devices|端末|devices
    connections|接続|connections
    log|ログの検証|state of the log
    coverage|実施状況|coverage
    tablets|自本部の救急隊の端末|own tablets
    alerts|警報|alerts
    written|書かれた理由|what somebody wrote`),
  dispatch_source: t(`entered|入力|entered
    imported|取込|imported`),
  password_set: t(`first|初回の設定|first password
    changed|本人が変更|changed by the person
    reset|管理者が再設定|reset by an administrator`),
  err: t(`ERR_NOT_DESTINATION|搬送先ではない|not the destination
    ERR_NOT_ALLOWED|この操作の権限がない|not allowed
    ERR_GRANT_ENDED|閲覧の期限が終わっている|the grant has ended
    ERR_OUT_OF_SCOPE|許されていない範囲|outside the granted scope
    ERR_NO_SUCH_CASE|その事案はない|no such case
    ERR_CASE_ENDED|事案は終わっている|the case has ended
    ERR_NO_SESSION|サインオンしていない|no sign-on
    ERR_SESSION_ENDED|サインオンは終わっている|the session has ended
    ERR_BAD_FACTORS|利用者・パスワード・確認コードのどれかが違う|user, password or code wrong
    ERR_LOCKED|ロックされている|locked
    ERR_NO_CARD|カードを読んでいない|no card read
    ERR_NO_GROUND|根拠がない|no ground
    ERR_REFUSED_BY_PATIENT|本人が断っている|refused by the patient
    ERR_NOT_MATCHED|本人確認が「一致」ではない|identity not matched
    ERR_NO_VIEW|閲覧できる情報がない|no view
    ERR_VIEW_LOST|情報が失われた|the view was lost
    ERR_VOID|取り違えとして無効|voided as a mix-up
    ERR_NOT_ASKED|要請していない病院|hospital not asked
    ERR_NOT_ACCEPTED|受入を答えていない病院|hospital has not accepted
    ERR_IDENTITY_IN_TEXT|要請文に個人が分かる語|the request names the patient
    ERR_CARD_KIND|マイナンバーカードではない|not a My Number card
    ERR_CARD_EXPIRED|カードの期限切れ|card expired
    ERR_CARD_REVOKED|カードの失効|card revoked
    ERR_CARD_ISSUER|カードの発行者を確認できない|card issuer not trusted
    ERR_UPSTREAM|資格確認等システムに接続できない|eligibility system not reached
    ERR_UPSTREAM_ANSWER|回答を読めない|answer not understood
    ERR_NOT_REGISTERED|保険証として登録されていない|not registered as insurance card
    ERR_WRONG_PATIENT|別の方の情報が返った|answer about another person
    ERR_UNKNOWN_FIELD|知らない項目のある電文|message with an unknown field
    ERR_UNKNOWN_TYPE|知らない種類の電文|unknown message type
    ERR_BAD_FIELD|値の正しくない電文|message with a wrong value
    ERR_MISSING_FIELD|項目の足りない電文|message with a missing field
    ERR_PROTOCOL|手順に合わない電文|not allowed in this state
    ERR_JSON|読めない電文|unreadable message
    ERR_LATE|後から送れない操作|cannot be sent late`),
};

const column = () => (isEnglish() ? 1 : 0);
// A code that we do not know is shown as it is: a gateway may grow.
export function named(list, code) {
  if (!code) return "";
  if (lists[list]) return lists[list][code]?.[column()] ?? code;
  return codes[list] ? word(list, code) : code;
}

// What the `reason` of an event's row is a code of.
const reasonOf = {
  refused: "err", card_refused: "err", fetch_failed: "err", alert: "alert",
  alert_acked: "alert", alert_escalated: "alert", access_reviewed: "review", org_added: "org_kind",
  device_added: "device_kind", password_set: "password_set", fetch_asked: "view_kind",
  view_fetched: "view_kind", identity_checked: "match", no_view: "no_view",
  inquiry_ended: "asked_status", answered: "asked_status", grant_revoked: "revoke_reason",
  view_ended: "revoke_reason", mixup: "mixup", case_ended: "case_end", log_viewed: "question",
  log_exported: "question", dispatches_set: "dispatch_source",
};
export const reasonText = (row) => named(reasonOf[row.type] ?? "", row.reason);
