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
