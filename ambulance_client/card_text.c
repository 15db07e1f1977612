/* card_text.c — Job: each outcome at the card reader in its own plain words, 日本語 and English. */
#include "ambulance_client/card_text.h"

#include <stdio.h>

static const struct {
    const char *name, *ja, *en;
} rows[CARD_SAYS_COUNT] = {
    [CARD_SAYS_SERVICE_MISSING] = {"service_missing",
                                   "この端末のカード読取サービスが動いていません。"
                                   "カードなしで続けられます。",
                                   "The card service of this tablet is not running. "
                                   "You can go on without the card."},
    [CARD_SAYS_NO_READER] = {"no_reader",
                             "カードリーダーがつながっていません。ケーブルを確かめてください。",
                             "No card reader is connected. Check its cable."},
    [CARD_SAYS_EMPTY] = {"empty", "マイナンバーカードをカードリーダーに置いてください。",
                         "Put the My Number card on the reader."},
    [CARD_SAYS_READ] = {"read", "カードを読みました。", "The card has been read."},
    [CARD_SAYS_NOT_MY_NUMBER] = {"not_my_number",
                                 "マイナンバーカードではありません。カードを確かめてください。",
                                 "This is not a My Number card. Check the card."},
    [CARD_SAYS_OLD_CARD] = {"old_card", "住民基本台帳カードです。マイナンバーカードが必要です。",
                            "This is an old Basic Resident Registration card. "
                            "A My Number card is needed."},
    [CARD_SAYS_PHONE] = {"phone",
                         "スマートフォンのマイナンバーカードには対応していません。"
                         "カード本体が必要です。",
                         "My Number cards on phones are not supported. The card itself is needed."},
    [CARD_SAYS_REMOVED] = {"removed",
                           "読み取りの途中でカードが離れました。もう一度置いてください。",
                           "The card was taken away too early. Put it on the reader again."},
    [CARD_SAYS_BUSY] =
        {"busy", "ほかのアプリがカードを使っています。終わると自動で読み取ります。",
         "Another program is using the card. It will be read as soon as it is free."},
    [CARD_SAYS_READ_ERROR] = {"read_error",
                              "カードを読めません。カードの向きを確かめて置き直してください。",
                              "The card cannot be read. Check which way round it is "
                              "and put it on again."},
    [CARD_SAYS_SIGNED] = {"signed", "暗証番号を確認しました。", "The PIN was correct."},
    [CARD_SAYS_WRONG_PIN] = {"wrong_pin", "暗証番号が違います。", "The PIN is wrong."},
    [CARD_SAYS_LAST_TRY] = {"last_try",
                            "暗証番号の入力はあと1回だけです。間違えるとロックされるため、"
                            "送信していません。",
                            "Only one PIN try is left. A wrong PIN would block the card, "
                            "so it was not sent."},
    [CARD_SAYS_BLOCKED] = {"blocked",
                           "暗証番号がロックされています。解除は市区町村の窓口でできます。"
                           "暗証番号なしで続けてください。",
                           "The PIN is blocked; only a municipal office can unblock it. "
                           "Go on without a PIN."},
    [CARD_SAYS_PIN_FORM] = {"pin_form", "暗証番号は4桁の数字です。", "The PIN has four digits."},
    [CARD_SAYS_EXPIRED] =
        {"expired", "カードの電子証明書の期限が切れています。記録がないという意味ではありません。",
         "The card's certificate has expired. "
         "This does not mean that there are no records."},
    [CARD_SAYS_REVOKED] = {"revoked",
                           "カードの電子証明書が失効しています。このカードは使えません。",
                           "The card's certificate is revoked. This card cannot be used."},
    [CARD_SAYS_UNKNOWN_ISSUER] =
        {"unknown_issuer", "カードの発行者を確認できません。このカードは使えません。",
         "The card's issuer cannot be confirmed. This card cannot be used."},
};

enum card_outcome card_outcome_of_err(enum err err)
{
    switch (err) {
    case ERR_OK:
        return CARD_SAYS_READ;
    case ERR_NO_READER:
        return CARD_SAYS_NO_READER;
    case ERR_NO_CARD:
        return CARD_SAYS_EMPTY;
    case ERR_CARD_REMOVED:
        return CARD_SAYS_REMOVED;
    case ERR_CARD_KIND:
        return CARD_SAYS_NOT_MY_NUMBER;
    case ERR_BUSY:
        return CARD_SAYS_BUSY;
    case ERR_CARD_PIN:
        return CARD_SAYS_WRONG_PIN;
    case ERR_NOT_ALLOWED:
        return CARD_SAYS_LAST_TRY;
    case ERR_CARD_BLOCKED:
        return CARD_SAYS_BLOCKED;
    case ERR_BAD_FIELD:
        return CARD_SAYS_PIN_FORM;
    case ERR_CARD_EXPIRED:
        return CARD_SAYS_EXPIRED;
    case ERR_CARD_REVOKED:
        return CARD_SAYS_REVOKED;
    case ERR_CARD_ISSUER:
        return CARD_SAYS_UNKNOWN_ISSUER;
    default:
        return CARD_SAYS_READ_ERROR;
    }
}

static enum card_outcome outcome_of_kind(enum card_kind kind)
{
    switch (kind) {
    case CARD_JPKI:
        return CARD_SAYS_READ;
    case CARD_JUKI_OLD:
        return CARD_SAYS_OLD_CARD;
    case CARD_ANDROID:
    case CARD_IPHONE:
        return CARD_SAYS_PHONE;
    case CARD_OTHER:
        return CARD_SAYS_NOT_MY_NUMBER;
    }
    return CARD_SAYS_READ_ERROR;
}

enum card_outcome card_outcome_of(const struct card_event *event)
{
    switch (event->kind) {
    case CARD_EVENT_SERVICE_MISSING:
        return CARD_SAYS_SERVICE_MISSING;
    case CARD_EVENT_NO_READER:
        return CARD_SAYS_NO_READER;
    case CARD_EVENT_READER_EMPTY:
    case CARD_EVENT_OUT:
        return CARD_SAYS_EMPTY;
    case CARD_EVENT_IN:
        return outcome_of_kind(event->card);
    case CARD_EVENT_SIGNED:
        return CARD_SAYS_SIGNED;
    case CARD_EVENT_SIGN_FAILED:
        if (event->err == ERR_CARD_KIND)
            return outcome_of_kind(event->card);
        return card_outcome_of_err(event->err);
    case CARD_EVENT_READ_FAILED:
        return card_outcome_of_err(event->err);
    }
    return CARD_SAYS_READ_ERROR;
}

static bool known(enum card_outcome outcome)
{
    return (int)outcome > 0 && outcome < CARD_SAYS_COUNT;
}

const char *card_outcome_name(enum card_outcome outcome)
{
    return known(outcome) ? rows[outcome].name : "";
}

void card_text(enum card_outcome outcome, enum card_language language, int tries,
               char text[CARD_TEXT_MAX])
{
    if (!known(outcome))
        outcome = CARD_SAYS_READ_ERROR;
    const char *words = language == CARD_JAPANESE ? rows[outcome].ja : rows[outcome].en;
    bool count = outcome == CARD_SAYS_WRONG_PIN && tries > 0;
    if (!count)
        snprintf(text, CARD_TEXT_MAX, "%s", words);
    else if (language == CARD_JAPANESE)
        snprintf(text, CARD_TEXT_MAX, "%sあと%d回間違えるとロックされます。", words, tries);
    else
        snprintf(text, CARD_TEXT_MAX, "%s %d %s left before it is blocked.", words, tries,
                 tries == 1 ? "try is" : "tries are");
}
