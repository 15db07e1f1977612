/* ambulance_settings.c — Job: the settings of the tablet: one table. */
#include "ambulance_client/ambulance_settings.h"

#include "ambulance_client/card_text.h"
#include "common/log.h"

static const struct code level_rows[] = {
    {LEVEL_ERROR + 1, "error", "エラー", "errors"},
    {LEVEL_WARN + 1, "warn", "警告", "warnings"},
    {LEVEL_INFO + 1, "info", "通常", "normal"},
    {LEVEL_DEBUG + 1, "debug", "詳細", "everything"},
};
static const struct codes codes_level = {"log_level", level_rows,
                                         sizeof level_rows / sizeof level_rows[0]};

static const struct code words_rows[] = {
    {CARD_JAPANESE + 1, "ja", "日本語", "Japanese"},
    {CARD_ENGLISH + 1, "en", "英語", "English"},
};
static const struct codes codes_words = {"card_words", words_rows,
                                         sizeof words_rows / sizeof words_rows[0]};

#define AT(member) offsetof(struct ambulance_settings, member)
static const struct config_key keys[] = {
    {"tablet_name", CONFIG_TEXT, AT(tablet_name), "ambulance", 1, X509_NAME_MAX, NULL,
     CONFIG_AT_START, "この端末の呼び名（閲覧の記録に残ります）",
     "name of this tablet; stands in the log with each viewing"},
    {"gateway_address", CONFIG_TEXT, AT(gateway_address), NULL, 1, 255, NULL, CONFIG_AT_START,
     "ゲートウェイの名前かIPアドレス", "host name or IP address of the gateway"},
    {"gateway_port", CONFIG_INT, AT(gateway_port), "8443", 1, 65535, NULL, CONFIG_AT_START,
     "救急隊用の待受ポート", "the gateway's port for ambulances"},
    {"server_name", CONFIG_TEXT, AT(server_name), NULL, 1, 255, NULL, CONFIG_AT_START,
     "ゲートウェイの証明書にある名前", "the name in the gateway's certificate"},
    {"certificate", CONFIG_PATH, AT(certificate), "device.pem", 1, 900, NULL, CONFIG_AT_START,
     "この端末の証明書（PEM）", "certificate of this device (PEM)"},
    {"key", CONFIG_PATH, AT(key), "device.key", 1, 900, NULL, CONFIG_AT_START,
     "この端末の秘密鍵（request が作ります）", "private key of this device (made by request)"},
    {"ca", CONFIG_PATH, AT(ca), "ca.pem", 1, 900, NULL, CONFIG_AT_START, "信頼する認証局（PEM）",
     "the authority that is trusted (PEM)"},
    {"state_dir", CONFIG_PATH, AT(state_dir), "state", 1, 900, NULL, CONFIG_AT_START,
     "記録の検証の状態を置くフォルダ（患者の情報は置きません）",
     "folder for the log witness; holds nothing about patients"},
    {"spool", CONFIG_PATH, AT(spool), "state/spool.db", 1, 900, NULL, CONFIG_AT_START,
     "未送信の記録を封をして置くファイル（この端末では読めません）",
     "what could not be sent yet, sealed: this device cannot read it back"},
    {"log_key", CONFIG_TEXT, AT(log_key), "", 0, VKEY_CHARS_MAX, NULL, CONFIG_AT_START,
     "記録の署名鍵（空なら最初に示されたものを使い続けます）",
     "the log's key; empty: the first one told is kept"},
    {"crew_code", CONFIG_TEXT, AT(crew_code), "", 0, TEXT_SHORT_MAX / 2, NULL, CONFIG_AT_START,
     "隊の呼び名（電話で伝える短い名前の前半）",
     "what the crew is called: first half of the short name for the phone"},
    {"consent_sentence", CONFIG_TEXT, AT(sentence), "2026-04", 1, TEXT_SHORT_MAX, NULL,
     CONFIG_AT_START, "読み上げる同意文の版", "version of the sentence read aloud for consent"},
    {"language", CONFIG_TEXT, AT(language), "ja", 2, LANGUAGE_CHARS_MAX, NULL, CONFIG_AT_START,
     "同意文を読み上げる言語（BCP 47）", "language in which it is read aloud (BCP 47)"},
    {"card_words", CONFIG_CODE, AT(card_words), "ja", 0, 0, &codes_words, CONFIG_AT_START,
     "カードリーダーの案内の言語", "language of what the card reader says"},
    {"card_reader", CONFIG_FLAG, AT(card), "yes", 0, 0, NULL, CONFIG_AT_START,
     "カードリーダーを使う", "use the card reader"},
    {"log_level", CONFIG_CODE, AT(log_level), "info", 0, 0, &codes_level, CONFIG_AT_START,
     "動作記録の細かさ", "how much is logged"},
    {"bell", CONFIG_FLAG, AT(bell), "yes", 0, 0, NULL, CONFIG_AT_START,
     "病院の返事などで端末のベルを鳴らす", "ring the terminal's bell on answers"},
    {"pages", CONFIG_PATH, AT(pages), "", 0, 900, NULL, CONFIG_AT_START,
     "画面のファイルがあるフォルダ（空なら画面を出しません。導入先は /usr/share/sakiyomi）",
     "folder of the page's files, /usr/share/sakiyomi where installed; empty: no page"},
    {"pages_port", CONFIG_INT, AT(pages_port), "8480", 0, 65535, NULL, CONFIG_AT_START,
     "画面のポート（http://localhost。0 は空いているもの）",
     "port of the page on http://localhost; 0: any free one"},
};
#undef AT

const struct config_table ambulance_settings_table = {AMBULANCE_PROGRAM, keys,
                                                      sizeof keys / sizeof keys[0]};

enum err ambulance_settings_load(const char *path, struct ambulance_settings *out,
                                 struct arena *memory)
{
    struct config_errors errors = {.count = 0};
    *out = (struct ambulance_settings){.bell = false};
    enum err err = config_load(&ambulance_settings_table, path, out, memory, &errors);
    if (err != ERR_OK)
        config_print_errors(&errors, stderr);
    else
        log_set_level((enum log_level)(out->log_level - 1));
    return err;
}
