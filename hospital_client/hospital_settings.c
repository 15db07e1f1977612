/* hospital_settings.c — Job: the settings of the hospital's box: one table. */
#include "hospital_client/hospital_settings.h"

#include "common/log.h"

static const struct code level_rows[] = {
    {LEVEL_ERROR + 1, "error", "エラー", "errors"},
    {LEVEL_WARN + 1, "warn", "警告", "warnings"},
    {LEVEL_INFO + 1, "info", "通常", "normal"},
    {LEVEL_DEBUG + 1, "debug", "詳細", "everything"},
};
static const struct codes codes_level = {"log_level", level_rows,
                                         sizeof level_rows / sizeof level_rows[0]};

#define AT(member) offsetof(struct hospital_settings, member)
static const struct config_key keys[] = {
    {"box_name", CONFIG_TEXT, AT(box_name), NULL, 1, X509_NAME_MAX, NULL, CONFIG_AT_START,
     "この端末の呼び名（開封の記録に残ります）",
     "name of this box; stands in the log with each opening"},
    {"gateway_address", CONFIG_TEXT, AT(gateway_address), NULL, 1, 255, NULL, CONFIG_AT_START,
     "ゲートウェイの名前かIPアドレス", "host name or IP address of the gateway"},
    {"gateway_port", CONFIG_INT, AT(gateway_port), "8444", 1, 65535, NULL, CONFIG_AT_START,
     "病院用の待受ポート", "the gateway's port for hospitals"},
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
    {"log_key", CONFIG_TEXT, AT(log_key), "", 0, VKEY_CHARS_MAX, NULL, CONFIG_AT_START,
     "記録の署名鍵（空なら最初に示されたものを使い続けます）",
     "the log's key; empty: the first one told is kept"},
    {"log_level", CONFIG_CODE, AT(log_level), "info", 0, 0, &codes_level, CONFIG_AT_START,
     "動作記録の細かさ", "how much is logged"},
    {"bell", CONFIG_FLAG, AT(bell), "yes", 0, 0, NULL, CONFIG_AT_START,
     "受入要請で端末のベルを鳴らす", "ring the terminal's bell on a request"},
    {"print", CONFIG_FLAG, AT(print), "no", 0, 0, NULL, CONFIG_AT_START,
     "開いた項目の印刷を許す（印刷したことは記録されます）",
     "printing of opened sections is allowed; that it was printed is logged"},
    {"pages", CONFIG_PATH, AT(pages), "", 0, 900, NULL, CONFIG_AT_START,
     "救急外来の画面のファイルがあるフォルダ（空なら画面を出しません。導入先は "
     "/usr/share/sakiyomi）",
     "folder of the board's files, /usr/share/sakiyomi where installed; empty: no board"},
    {"pages_name", CONFIG_TEXT, AT(pages_name), "localhost", 1, 253, NULL, CONFIG_AT_START,
     "院内ネットワークでのこの端末の名前（ブラウザで開くアドレス）",
     "DNS name of this box in the hospital's network: what browsers open"},
    {"pages_address", CONFIG_TEXT, AT(pages_address), "0.0.0.0", 2, 45, NULL, CONFIG_AT_START,
     "画面を出すIPアドレス", "IP address on which the board is served"},
    {"pages_port", CONFIG_INT, AT(pages_port), "443", 0, 65535, NULL, CONFIG_AT_START,
     "画面のポート（0 は空いているもの）", "port of the board; 0: any free one"},
    {"pages_certificate", CONFIG_PATH, AT(pages_certificate), "board.pem", 1, 900, NULL,
     CONFIG_AT_START, "画面の証明書（院内のPCが信頼するもの、PEM）",
     "certificate of the board, one that the hospital's PCs trust (PEM)"},
    {"pages_key", CONFIG_PATH, AT(pages_key), "board.key", 1, 900, NULL, CONFIG_AT_START,
     "画面の証明書の秘密鍵（PEM）", "its private key (PEM)"},
};
#undef AT

const struct config_table hospital_settings_table = {HOSPITAL_PROGRAM, keys,
                                                     sizeof keys / sizeof keys[0]};

enum err hospital_settings_load(const char *path, struct hospital_settings *out,
                                struct arena *memory)
{
    struct config_errors errors = {.count = 0};
    *out = (struct hospital_settings){.bell = false};
    enum err err = config_load(&hospital_settings_table, path, out, memory, &errors);
    if (err != ERR_OK)
        config_print_errors(&errors, stderr);
    else
        log_set_level((enum log_level)(out->log_level - 1));
    return err;
}
