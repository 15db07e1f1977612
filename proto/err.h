/* err.h — Job: the one list of errors: code, wire name, final or retryable, both languages. */
#ifndef PROTO_ERR_H
#define PROTO_ERR_H

/* final: the same message can never succeed. retryable: the same message may succeed later.
 * X(code, class, 日本語, English) — the wire name is the code's own name. */
#define ERR_TABLE(X)                                                                               \
    X(ERR_OK, ERR_FINAL, "", "")                                                                   \
    X(ERR_NO_MEMORY, ERR_RETRYABLE, "一時的に処理できません", "out of memory; try again")          \
    X(ERR_IO, ERR_RETRYABLE, "読み書きに失敗しました", "reading or writing failed")                \
    X(ERR_FULL, ERR_RETRYABLE, "いっぱいで受け付けられません", "no room left")                     \
    X(ERR_NOT_FOUND, ERR_FINAL, "見つかりません", "not found")                                     \
    X(ERR_CRYPTO, ERR_FINAL, "暗号の検証に失敗しました", "a cryptographic check failed")           \
    X(ERR_CONFIG, ERR_FINAL, "設定に誤りがあります", "the configuration is wrong")                 \
    X(ERR_USAGE, ERR_FINAL, "指定に誤りがあります", "the command is wrong")                        \
    X(ERR_CORRUPT, ERR_FINAL, "保存データが壊れています", "stored data is damaged")                \
    X(ERR_JSON, ERR_FINAL, "JSONとして読めません", "not valid JSON")                               \
    X(ERR_UTF8, ERR_FINAL, "文字コードが正しくありません", "not valid UTF-8")                      \
    X(ERR_TOO_LARGE, ERR_FINAL, "大きすぎます", "too large")                                       \
    X(ERR_TOO_DEEP, ERR_FINAL, "入れ子が深すぎます", "nested too deeply")                          \
    X(ERR_DUPLICATE_KEY, ERR_FINAL, "同じ項目が二度あります", "a key occurs twice")                \
    X(ERR_UNKNOWN_TYPE, ERR_FINAL, "知らない種類の電文です", "unknown message type")               \
    X(ERR_UNKNOWN_FIELD, ERR_FINAL, "知らない項目があります", "unknown field")                     \
    X(ERR_MISSING_FIELD, ERR_FINAL, "必要な項目がありません", "a required field is missing")       \
    X(ERR_BAD_FIELD, ERR_FINAL, "項目の値が正しくありません", "a field has a wrong value")         \
    X(ERR_ID_REUSED, ERR_FINAL, "同じ番号の別の電文が既にあります",                                \
      "this message id was used for other bytes")                                                  \
    X(ERR_STORE, ERR_RETRYABLE, "一時的に保存できません", "cannot be stored at the moment")        \
    X(ERR_BUSY, ERR_RETRYABLE, "混み合っています", "busy; try again")                              \
    X(ERR_CONFLICT, ERR_RETRYABLE, "同時に変更されました", "changed at the same time")             \
    X(ERR_RATE, ERR_RETRYABLE, "送信が多すぎます", "too many messages")                            \
    X(ERR_PROTOCOL, ERR_FINAL, "手順に合わない電文です", "not allowed in this state")              \
    X(ERR_NOT_ALLOWED, ERR_FINAL, "この操作の権限がありません", "not allowed")                     \
    X(ERR_NO_SESSION, ERR_FINAL, "サインオンが必要です", "sign-on needed")                         \
    X(ERR_SESSION_ENDED, ERR_FINAL, "サインオンは終わっています", "the session has ended")         \
    X(ERR_BAD_FACTORS, ERR_FINAL, "利用者・パスワード・確認コードのどれかが違います",              \
      "user, password or code is wrong")                                                           \
    X(ERR_LOCKED, ERR_FINAL, "間違いが続いたためロックされています", "locked after wrong entries") \
    X(ERR_NO_PIN, ERR_FINAL, "端末の暗証番号が決まっていません", "no PIN has been set")            \
    X(ERR_PIN_WRONG, ERR_FINAL, "端末の暗証番号が違います", "the PIN is wrong")                    \
    X(ERR_PIN_LOCKED, ERR_FINAL,                                                                   \
      "暗証番号の間違いが続いたためサインオンを終わりました。サインオンし直してください",          \
      "signed out after wrong PINs; sign on again")                                                \
    X(ERR_PASSWORD_POLICY, ERR_FINAL, "パスワードが決まりに合いません",                            \
      "the password does not meet the policy")                                                     \
    X(ERR_PASSWORD_CHANGE, ERR_FINAL, "最初にパスワードを変えてください",                          \
      "change the password first")                                                                 \
    X(ERR_DEVICE_REVOKED, ERR_FINAL, "この端末は失効しています", "this device is revoked")         \
    X(ERR_STOPPED, ERR_FINAL, "管理者が停止しています", "stopped by the administrator")            \
    X(ERR_NO_SUCH_CASE, ERR_FINAL, "この事案はありません", "no such case")                         \
    X(ERR_CASE_ENDED, ERR_FINAL, "この事案は終わっています", "the case has ended")                 \
    X(ERR_NO_SUCH_HOSPITAL, ERR_FINAL, "この病院はありません", "no such hospital")                 \
    X(ERR_NOT_ASKED, ERR_FINAL, "この病院には要請していません", "this hospital was not asked")     \
    X(ERR_NOT_ACCEPTED, ERR_FINAL, "この病院は受入を答えていません",                               \
      "this hospital has not accepted")                                                            \
    X(ERR_NO_CARD, ERR_FINAL, "カードを読んでいません", "no card has been read")                   \
    X(ERR_NO_GROUND, ERR_FINAL, "閲覧の根拠が記録されていません", "no ground is recorded")         \
    X(ERR_REFUSED_BY_PATIENT, ERR_FINAL, "本人が断っています", "the patient has refused")          \
    X(ERR_NOT_MATCHED, ERR_FINAL, "本人確認が「一致」ではありません",                              \
      "identity is not confirmed as matched")                                                      \
    X(ERR_NO_VIEW, ERR_FINAL, "閲覧できる情報がありません", "there is no view")                    \
    X(ERR_VIEW_LOST, ERR_FINAL, "情報が失われました。再取得が必要です",                            \
      "the view was lost; fetch it again")                                                         \
    X(ERR_VOID, ERR_FINAL, "取り違えとして無効にされています", "voided as a mix-up")               \
    X(ERR_OUT_OF_SCOPE, ERR_FINAL, "この範囲は許されていません", "outside the granted scope")      \
    X(ERR_GRANT_ENDED, ERR_FINAL, "閲覧の期限が終わっています", "the grant has ended")             \
    X(ERR_NOT_DESTINATION, ERR_FINAL, "搬送先ではありません", "not the destination")               \
    X(ERR_IDENTITY_IN_TEXT, ERR_FINAL, "要請文に個人が分かる語があります",                         \
      "the request names the patient")                                                             \
    X(ERR_LATE, ERR_FINAL, "後から送れない操作です", "this cannot be sent late")                   \
    X(ERR_NOT_PROVIDED, ERR_FINAL, "この方法は提供されていません", "not provided")                 \
    X(ERR_CARD, ERR_RETRYABLE, "カードを読めません", "the card cannot be read")                    \
    X(ERR_CARD_REMOVED, ERR_RETRYABLE, "カードが抜かれました", "the card was removed")             \
    X(ERR_CARD_KIND, ERR_FINAL, "マイナンバーカードではありません", "not a My Number card")        \
    X(ERR_CARD_EXPIRED, ERR_FINAL, "カードの電子証明書の期限が切れています",                       \
      "the card's certificate has expired")                                                        \
    X(ERR_CARD_REVOKED, ERR_FINAL, "カードの電子証明書が失効しています",                           \
      "the card's certificate is revoked")                                                         \
    X(ERR_CARD_ISSUER, ERR_FINAL, "カードの発行者を確認できません",                                \
      "the card's issuer is not trusted")                                                          \
    X(ERR_CARD_PIN, ERR_FINAL, "暗証番号が違います", "the card's PIN is wrong")                    \
    X(ERR_CARD_BLOCKED, ERR_FINAL, "暗証番号がロックされています", "the card's PIN is blocked")    \
    X(ERR_NO_READER, ERR_RETRYABLE, "カードリーダーが見つかりません", "no card reader")            \
    X(ERR_UPSTREAM, ERR_RETRYABLE, "資格確認等システムに接続できません",                           \
      "the eligibility system cannot be reached")                                                  \
    X(ERR_UPSTREAM_ANSWER, ERR_FINAL, "資格確認等システムの回答を読めません",                      \
      "the eligibility system's answer is not understood")                                         \
    X(ERR_NOT_REGISTERED, ERR_FINAL, "保険証として登録されていません",                             \
      "the card is not registered as an insurance card")                                           \
    X(ERR_WRONG_PATIENT, ERR_FINAL, "別の方の情報が返りました",                                    \
      "the answer is about another person")                                                        \
    X(ERR_PDF_BROKEN, ERR_FINAL, "この PDF は壊れていて表示できません",                            \
      "this PDF is damaged and cannot be shown")                                                   \
    X(ERR_PDF_LOCKED, ERR_FINAL, "この PDF はパスワードで保護されていて表示できません",            \
      "this PDF is protected by a password and cannot be shown")                                   \
    X(ERR_PDF_LIMITS, ERR_FINAL, "この PDF は安全に扱える大きさ・時間を超えるため表示できません",  \
      "this PDF takes more memory or time than is safe and cannot be shown")                       \
    X(ERR_CERT, ERR_FINAL, "端末の証明書を確認できません",                                         \
      "the device certificate is not accepted")                                                    \
    X(ERR_LOG_PROOF, ERR_FINAL, "記録の証明が合いません", "the log proof does not verify")         \
    X(ERR_PRACTICE_CARD, ERR_FINAL,                                                                \
      "訓練では訓練用のカードだけを使えます。本物のカードは使えません",                            \
      "practice takes practice cards only, never a real one")                                      \
    X(ERR_PRACTICE_SOURCE, ERR_FINAL,                                                              \
      "訓練用の情報源がありません。閲覧なしで訓練を続けてください",                                \
      "no practice source is set up; practise without a view")                                     \
    X(ERR_PRACTICE_MIXED, ERR_FINAL, "訓練と実際の事案はつなげられません",                         \
      "a practice case and a live one cannot be joined")

enum err_class { ERR_FINAL, ERR_RETRYABLE };

#define ERR_AS_ENUM(code, class, ja, en) code,
enum err { ERR_TABLE(ERR_AS_ENUM) ERR_COUNT };
#undef ERR_AS_ENUM

const char *err_name(enum err code);    /* "ERR_NO_GROUND"; never NULL */
const char *err_text_ja(enum err code); /* one plain sentence; never NULL */
const char *err_text_en(enum err code);
enum err_class err_class_of(enum err code);
/* The code with this name, or ERR_COUNT: a newer peer may know more codes than we do. */
enum err err_by_name(const char *name);
#endif
