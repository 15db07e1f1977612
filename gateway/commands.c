/* commands.c — Job: the gateway's command line: the table, and the way to each command. */
#include "gateway/commands.h"

#include "common/log.h"
#include "gateway/serve.h"

#include <stdio.h>
#include <string.h>

#ifndef SAKIYOMI_VERSION
#define SAKIYOMI_VERSION "0.1"
#endif

#define CONFIG                                                                                     \
    {                                                                                              \
        "config", "FILE", "設定ファイル", "settings file"                                          \
    }
static const struct args_option only_config[] = {CONFIG};
static const struct args_option init_options[] = {CONFIG,
                                                  {"names", "NAMES",
                                                   "サーバ証明書の名前（カンマ区切り）",
                                                   "DNS names and addresses, comma-separated"}};
static const struct args_option pki_options[] = {
    CONFIG,
    {"csr", "FILE", "証明書署名要求", "certificate signing request"},
    {"kind", "KIND", "ambulance・hospital・admin", "ambulance, hospital or admin"},
    {"org", "ID", "組織の番号", "organisation"},
    {"name", "TEXT", "端末の名前", "name of the device"},
    {"names", "NAMES", "サーバ証明書の名前（カンマ区切り）", "names of a server certificate"},
    {"device", "ID", "端末の番号", "device"},
    {"days", "N", "有効日数", "days of validity"},
    {"out", "FILE", "書き出すファイル", "file to write"}};
static const struct args_option org_options[] = {
    CONFIG,
    {"kind", "KIND", "headquarters・hospital・operator", "headquarters, hospital or operator"},
    {"name", "TEXT", "名前", "name"},
    {"code", "CODE", "機関コード", "facility code"},
    {"phone", "NUMBER", "救急の電話番号（救急隊の端末に出る）", "emergency phone, shown to crews"},
    {"id", "ID", "組織の番号", "organisation"}};
static const struct args_option device_options[] = {CONFIG, {"id", "ID", "端末の番号", "device"}};
static const struct args_option person_options[] = {
    CONFIG,
    {"org", "ID", "組織の番号", "organisation"},
    {"login", "LOGIN", "利用者名", "login"},
    {"name", "TEXT", "氏名", "name"},
    {"roles", "ROLES", "役割（カンマ区切り）", "roles, comma-separated"},
    {"expires", "DATE", "有効期限 YYYY-MM-DD", "expiry date"},
    {"secrets", "FILE", "初回パスワードと確認コードの鍵を書くファイル（0600）",
     "file for first password and code key (0600)"},
    {"id", "ID", "利用者の番号", "person"}};
static const struct args_option audit_options[] = {
    CONFIG,
    {"out", "PATH", "書き出し先", "where to write"},
    {"entry", "N", "記録の番号", "entry"},
    {"checkpoint", "FILE", "verify：ほかで保管した検査点", "verify: a checkpoint kept elsewhere"},
    {"against", "PATH", "verify：ほかで保管した書き出しと 1 件ずつ比べる",
     "verify: compare entry by entry with an export kept elsewhere"},
    {"key", "VKEY", "記録の検証鍵", "verification key of the log"},
    {"compare", NULL,
     "rebuild：状態・通し番号・受領・通知先の行を記録と比べる。電文のハッシュと、"
     "実際に誰へ知らせたかは記録からは分からない",
     "rebuild: compare the rows of states, counts, receipts and recipients with the log; "
     "a message's digest and who was really told do not follow from it"}};

static const struct args_option keys_options[] = {
    CONFIG,
    {"month", "YYYY-MM", "destroy：過ぎた月（UTC）", "destroy: a past month (UTC)"},
    {"by", "NAME", "destroy：行う人の氏名", "destroy: who does it"},
    {"reason", "TEXT", "destroy：理由", "destroy: why"}};
static const struct args_option clock_options[] = {
    CONFIG, {"by", "NAME", "行う人の氏名", "who does it"}, {"reason", "TEXT", "理由", "why"}};

#define OPTIONS(O) O, sizeof O / sizeof O[0]
static const struct args_command commands[] = {
    {"serve", NULL, 0, 0, OPTIONS(only_config), "動かす", "run the gateway"},
    {"check-config", NULL, 0, 0, OPTIONS(only_config), "設定を確かめる", "check the settings"},
    {"sample-config", NULL, 0, 0, NULL, 0, "設定の見本を出す", "print a sample of the settings"},
    {"init", NULL, 0, 0, OPTIONS(init_options), "データフォルダと鍵を作る",
     "make data folder and keys"},
    {"pki", "issue|server|list|revoke|crl", 1, 1, OPTIONS(pki_options), "端末の証明書",
     "device certificates"},
    {"org", "add|stop|resume|list", 1, 1, OPTIONS(org_options), "組織", "organisations"},
    {"device", "list|revoke", 1, 1, OPTIONS(device_options), "端末", "devices"},
    {"person", "add|disable|unlock|reset|list", 1, 1, OPTIONS(person_options), "利用者", "people"},
    {"stop", "all|none", 1, 1, OPTIONS(only_config), "全体の停止と再開", "kill switch for all"},
    {"audit", "verify|export|prove|rebuild", 1, 1, OPTIONS(audit_options), "記録の検証と書き出し",
     "verify and export the log"},
    {"keys", "list|destroy", 1, 1, OPTIONS(keys_options),
     "月の鍵。destroy はその月に開いた事案の中身を二度と読めなくする（停止中に）",
     "the months' keys; destroy: what is sealed of that month's cases is gone (gateway stopped)"},
    {"clock", "accept", 1, 1, OPTIONS(clock_options),
     "記録より遅れているこの機械の時計を正しいと認める（停止中に）",
     "this machine's clock is right, though behind the log (gateway stopped)"},
    {"version", NULL, 0, 0, NULL, 0, "版", "version"},
};
const struct args_table commands_table = {
    "sakiyomi-gateway", "救急隊と病院をつなぐ情報中継ゲートウェイ",
    "emergency information relay gateway between ambulances and hospitals", commands,
    sizeof commands / sizeof commands[0]};

int usage_error(const char *ja, const char *en)
{
    fprintf(stderr, "%s / %s\n", ja, en);
    return 2;
}

static int with_settings(const struct args *args)
{
    struct settings settings;
    struct config_errors errors;
    const char *path = args_value(args, "config");
    if (path == NULL)
        return usage_error("--config が必要です", "--config is needed");
    enum err err = settings_load(path, &settings, &errors);
    if (err != ERR_OK) {
        config_print_errors(&errors, stderr);
        if (errors.count == 0)
            fprintf(stderr, "%s: %s / %s\n", path, err_text_ja(err), err_text_en(err));
        settings_free(&settings);
        return 2;
    }
    log_set_level((enum log_level)(settings.log_level - 1));
    const char *name = args->command->name;
    int status = 0;
    if (strcmp(name, "serve") == 0)
        status = serve_run(&settings);
    else if (strcmp(name, "check-config") == 0)
        printf("設定に誤りはありません / the settings are fine\n");
    else if (strcmp(name, "init") == 0)
        status = cmd_init(&settings, args);
    else if (strcmp(name, "pki") == 0)
        status = cmd_pki(&settings, args);
    else if (strcmp(name, "org") == 0)
        status = cmd_org(&settings, args);
    else if (strcmp(name, "device") == 0)
        status = cmd_device(&settings, args);
    else if (strcmp(name, "person") == 0)
        status = cmd_person(&settings, args);
    else if (strcmp(name, "stop") == 0)
        status = cmd_stop(&settings, args);
    else if (strcmp(name, "keys") == 0)
        status = cmd_keys(&settings, args);
    else if (strcmp(name, "clock") == 0)
        status = cmd_clock(&settings, args);
    else
        status = cmd_audit(&settings, args);
    settings_free(&settings);
    return status;
}

int commands_run(const struct args *args)
{
    if (strcmp(args->command->name, "version") == 0) {
        printf("sakiyomi-gateway %s (protocol sakiyomi.v1)\n", SAKIYOMI_VERSION);
        return 0;
    }
    if (strcmp(args->command->name, "sample-config") == 0) {
        struct buf sample = {0};
        config_sample(&settings_table, &sample);
        fwrite(sample.bytes, 1, sample.size, stdout);
        buf_free(&sample);
        return 0;
    }
    return with_settings(args);
}
