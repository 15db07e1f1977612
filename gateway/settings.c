/* settings.c — Job: the gateway's settings: one table, and what the profiles refuse. */
#include "gateway/settings.h"

#include "common/log.h"
#include "common/password.h"
#include "proto/time_text.h"

#include <stdio.h>
#include <string.h>

static const struct code provider_rows[] = {
    {PROVIDER_NONE, "none", "接続しない", "not connected"},
    {PROVIDER_API, "api", "API（本プロジェクトの提案）", "API (our proposal)"},
    {PROVIDER_FOLDER, "folder", "共有フォルダ（XML）", "shared folder (XML)"},
};
static const struct codes provider_list = {"provider", provider_rows, 3};

static const struct code level_rows[] = {
    {LEVEL_ERROR + 1, "error", "", ""},
    {LEVEL_WARN + 1, "warn", "", ""},
    {LEVEL_INFO + 1, "info", "", ""},
    {LEVEL_DEBUG + 1, "debug", "", ""},
};
static const struct codes level_list = {"log_level", level_rows, 4};

#define AT(M) offsetof(struct settings, M)
#define TEXT(N, M, D, LO, HI, JA, EN)                                                              \
    {                                                                                              \
        N, CONFIG_TEXT, AT(M), D, LO, HI, NULL, CONFIG_AT_START, JA, EN                            \
    }
#define PATH(N, M, D, JA, EN)                                                                      \
    {                                                                                              \
        N, CONFIG_PATH, AT(M), D, 0, FILE_PATH_MAX - 1, NULL, CONFIG_AT_START, JA, EN              \
    }
#define NUMBER(N, M, D, LO, HI, JA, EN)                                                            \
    {                                                                                              \
        N, CONFIG_INT, AT(M), D, LO, HI, NULL, CONFIG_AT_START, JA, EN                             \
    }
#define TIME(N, M, D, LO, HI, JA, EN)                                                              \
    {                                                                                              \
        N, CONFIG_DURATION, AT(M), D, LO, HI, NULL, CONFIG_AT_START, JA, EN                        \
    }
#define FLAG(N, M, D, JA, EN)                                                                      \
    {                                                                                              \
        N, CONFIG_FLAG, AT(M), D, 0, 0, NULL, CONFIG_AT_START, JA, EN                              \
    }
#define CODE(N, M, D, LIST, JA, EN)                                                                \
    {                                                                                              \
        N, CONFIG_CODE, AT(M), D, 0, 0, LIST, CONFIG_AT_START, JA, EN                              \
    }
#define LISTENER(P, PORT, WHO)                                                                     \
    TEXT(#P "_address", P.address, "0.0.0.0", 1, 64, WHO "の受付アドレス",                         \
         "address to bind for " #P),                                                               \
        NUMBER(#P "_port", P.port, PORT, 0, 65535, WHO "の受付ポート（0は自動）",                  \
               "port for " #P " (0: any)"),                                                        \
        PATH(#P "_cert", P.cert, "pki/server.crt", WHO "側のサーバ証明書",                         \
             "server certificate, PEM"),                                                           \
        PATH(#P "_key", P.key, "pki/server.key", WHO "側の秘密鍵", "its key, PEM, mode 0600"),     \
        PATH(#P "_ca", P.ca, "pki/ca.crt", WHO "の証明書を出した認証局",                           \
             "who signs client certificates"),                                                     \
        PATH(#P "_crl", P.crl, "pki/crl.pem", WHO "の失効リスト（空は使わない）",                  \
             "revocation list (empty: none)"),                                                     \
        TEXT(#P "_allow", P.allow, "", 0, 1000, WHO "の送信元ネットワーク（空は制限なし）",        \
             "source networks (empty: all)")

#define HOUR_MS INT64_C(3600000)
static const struct config_key keys[] = {
    TEXT("name", name, NULL, 3, 200, "ゲートウェイの名前（記録の署名名。例 gw.example/audit）",
         "name of this gateway and of its log key (gw.example/audit)"),
    PATH("data_dir", data_dir, ".", "データと鍵を置くフォルダ", "folder of data and keys"),
    CODE("profile", profile, NULL, &codes_profile, "運用区分（訓練・試行・本番）",
         "training, trial or production"),
    CODE("log_level", log_level, "info", &level_list, "ログの詳しさ", "how much is logged"),
    LISTENER(ambulance, "8443", "救急隊"),
    LISTENER(hospital, "8444", "病院"),
    LISTENER(admin, "8445", "管理"),
    PATH("console", console, "", "管理画面のファイルのフォルダ（空は画面なし）",
         "folder of the console's pages (empty: none)"),
    CODE("provider", provider, "none", &provider_list, "資格確認等システムへのつなぎ方",
         "how the eligibility system is reached"),
    TEXT("provider_url", provider_url, "", 0, 500, "APIのURL", "URL of the API"),
    PATH("provider_ca", provider_ca, "", "APIの認証局（これだけを信頼）",
         "the only CA trusted there"),
    PATH("provider_cert", provider_cert, "", "APIへのクライアント証明書", "our certificate there"),
    PATH("provider_key", provider_key, "", "その秘密鍵", "its key"),
    TEXT("facility_code", facility_code, "", 0, 10, "機関コード（10桁）",
         "our facility code, 10 digits"),
    PATH("provider_req", provider_req, "", "要求フォルダ（req）", "request folder"),
    PATH("provider_res", provider_res, "", "結果フォルダ（res。メモリ上）",
         "answer folder (in memory)"),
    FLAG("provider_res_on_disk", provider_res_on_disk, "no", "resがディスク上でもよいと認める",
         "accept an answer folder on a disk"),
    FLAG("provider_pdf", provider_pdf, "no", "PDFで求める", "ask for PDF"),
    FLAG("provider_simulator", provider_simulator, "no", "模擬システムの回答を受け入れる",
         "accept answers of a simulator"),
    FLAG("provider_presence", provider_presence, "no", "接続先がカードの提示を確認している",
         "the source proves that the card was there"),
    FLAG("provider_refetch", provider_refetch, "yes", "同じ情報を再取得できる",
         "a view can be fetched again"),
    TIME("provider_timeout", provider_timeout_ms, "20s", 1000, 120000, "回答を待つ時間",
         "how long to wait"),
    {"card_ca", CONFIG_LIST, AT(card_cas), NULL, 1, FILE_PATH_MAX - 1, NULL, CONFIG_AT_START,
     "カードの認証局証明書（複数可）", "certificate of a trusted card authority (several)"},
    TEXT("practice_provider_url", practice_provider_url, "", 0, 500,
         "訓練用の模擬システムのURL（空は閲覧なしの訓練）",
         "URL of the simulator for practice (empty: practice without a view)"),
    PATH("practice_provider_ca", practice_provider_ca, "", "その認証局（これだけを信頼）",
         "the only CA trusted there"),
    PATH("practice_provider_cert", practice_provider_cert, "", "そこへのクライアント証明書",
         "our certificate there"),
    PATH("practice_provider_key", practice_provider_key, "", "その秘密鍵", "its key"),
    {"practice_card_ca", CONFIG_LIST, AT(practice_card_cas), NULL, 1, FILE_PATH_MAX - 1, NULL,
     CONFIG_AT_START, "訓練用カードの認証局証明書（複数可）",
     "certificate of an authority of practice cards (several)"},
    PATH("card_crl", card_crl, "", "カードの失効リスト", "revocation list of cards"),
    FLAG("card_test_accepted", card_test_accepted, "no", "試験用カードを受け入れる",
         "accept test cards"),
    CODE("password_rule", password_rule, "factors", &codes_password_rule,
         "パスワードの決まり（A-04、2021年1月版）", "password rule (A-04, version of 2021-01)"),
    NUMBER("password_memory_mib", password_memory_mib, "64", 8, 1024,
           "パスワード照合に使うメモリ（MiB）", "memory of one password check, MiB"),
    NUMBER("failures_max", failures_max, "5", 2, 20, "ロックまでの間違い回数",
           "wrong entries before the lock"),
    TIME("session", session_ms, "16h", HOUR_MS, 48 * HOUR_MS, "サインオンの最長時間",
         "longest session"),
    TIME("grant_after_handover", grant_after_handover_ms, "60min", 60000, 24 * HOUR_MS,
         "引継ぎ後に病院が見られる時間", "how long the hospital sees it after hand-over"),
    TIME("confirm_wait", confirm_wait_ms, "12h", 60000, 24 * HOUR_MS,
         "引継ぎのあと、相手の確認を待つ時間",
         "how long a handed-over case waits for confirmation"),
    TIME("grant_after_fetch", grant_after_fetch_ms, "24h", HOUR_MS, 24 * HOUR_MS,
         "取得から見られる最長時間", "longest time after the fetch"),
    TIME("lease", lease_ms, "2min", LEASE_MIN_MS, 600000,
         "画面の有効時間（30秒ごとの生存通知の3倍以上）",
         "lease of a shown section (at least three signs of life, one every 30 s)"),
    TIME("break_glass_wait", break_glass_wait_ms, "60s", 0, 600000, "緊急閲覧の待ち時間",
         "waiting time of an emergency opening"),
    TIME(
        "alert_escalate", alert_escalate_ms, "15min", 1000, 24 * HOUR_MS,
        "確認されない警報を知らせ直すまで（2回目は運用者にも）",
        "an alert not acknowledged is told again after this; the second time to the operator, too"),
    TIME("hand_up_wait", hand_up_wait_ms, "5min", 1000, HOUR_MS,
         "再起動後に救急隊が情報を戻すのを待つ時間",
         "after a restart: how long a tablet may hand its view up again"),
    TIME("late", late_ms, "12h", 60000, 24 * HOUR_MS, "後から届く電文を受ける時間",
         "how late a message may be"),
    TIME("checkpoint_every", checkpoint_every_ms, "1s", 0, 60000, "忙しい時の署名間隔",
         "time between signatures when busy"),
    {"approval", CONFIG_LIST, AT(approvals), NULL, 1, 400, NULL, CONFIG_AT_START,
     "承認（種類; 文書; 日付; 署名者）。本番に必要",
     "approval (kind; paper; date; signer), for production"},
};

const struct config_table settings_table = {"sakiyomi-gateway", keys, sizeof keys / sizeof keys[0]};

static void need(const struct settings *s, struct config_errors *errors, const char *value,
                 const char *key)
{
    (void)s;
    if (value == NULL || value[0] == '\0')
        config_fault(errors, key, "この接続方法に必要です", "needed for this provider");
}

static void check_provider(const struct settings *s, struct config_errors *errors)
{
    if (s->provider == PROVIDER_API) {
        need(s, errors, s->provider_url, "provider_url");
        need(s, errors, s->provider_ca, "provider_ca");
        need(s, errors, s->provider_cert, "provider_cert");
        need(s, errors, s->provider_key, "provider_key");
    }
    if (s->provider == PROVIDER_FOLDER) {
        need(s, errors, s->provider_req, "provider_req");
        need(s, errors, s->provider_res, "provider_res");
    }
    if (s->provider != PROVIDER_NONE)
        need(s, errors, s->facility_code, "facility_code");
}

static struct slice trimmed(struct slice text)
{
    while (text.size > 0 && text.bytes[0] == ' ')
        text = (struct slice){text.bytes + 1, text.size - 1};
    while (text.size > 0 && text.bytes[text.size - 1] == ' ')
        text.size--;
    return text;
}

static bool is_date(struct slice text)
{
    char whole[TIME_TEXT_SIZE];
    int64_t ms;
    snprintf(whole, sizeof whole, "%.*sT00:00:00.000Z", (int)text.size, text.bytes);
    return text.size == strlen("2026-04-01") && time_parse(slice_of(whole), &ms) == ERR_OK;
}

/* "terms; paper; 2026-04-01; signer": four fields, none empty, and a day that exists. */
static bool is_approval(const char *text, const char *kind)
{
    enum { KIND, PAPER, DATE, SIGNER, FIELDS };
    struct slice fields[FIELDS];
    size_t count = 0;
    for (const char *at = text; at != NULL; count++) {
        size_t size = strcspn(at, ";");
        if (count == FIELDS)
            return false;
        fields[count] = trimmed((struct slice){at, size});
        if (fields[count].size == 0)
            return false;
        at = at[size] == ';' ? at + size + 1 : NULL;
    }
    return count == FIELDS && slice_is(fields[KIND], kind) && is_date(fields[DATE]);
}

static bool has_approval(const struct settings *s, const char *kind)
{
    for (size_t i = 0; i < s->approvals.count; i++)
        if (is_approval(s->approvals.items[i], kind))
            return true;
    return false;
}

/* DESIGN §6: production refuses the simulator, test cards and file sources, and starts only when
 * each approval is named with paper, date and signer. */
static void check_production(const struct settings *s, struct config_errors *errors)
{
    static const char *const approvals[] = {"terms", "linkage", "jpki", "forwarding", "impact"};
    if (s->profile != PROFILE_PRODUCTION)
        return;
    if (s->provider_simulator)
        config_fault(errors, "provider_simulator", "本番では使えません", "not in production");
    if (s->card_test_accepted)
        config_fault(errors, "card_test_accepted", "本番では使えません", "not in production");
    if (s->provider == PROVIDER_FOLDER)
        config_fault(errors, "provider", "本番ではファイル接続を使えません",
                     "file sources are not for production");
    for (size_t i = 0; i < sizeof approvals / sizeof approvals[0]; i++)
        if (!has_approval(s, approvals[i])) {
            char ja[200], en[200];
            snprintf(ja, sizeof ja,
                     "本番には承認「%s; 文書; 日付（YYYY-MM-DD）; 署名者」が必要です",
                     approvals[i]);
            snprintf(en, sizeof en, "production needs `%s; paper; YYYY-MM-DD; signer`",
                     approvals[i]);
            config_fault(errors, "approval", ja, en);
        }
}

enum err settings_load(const char *path, struct settings *out, struct config_errors *errors)
{
    *out = (struct settings){0};
    *errors = (struct config_errors){0};
    enum err err = config_load(&settings_table, path, out, &out->memory, errors);
    if (err != ERR_OK)
        return err;
    check_provider(out, errors);
    check_production(out, errors);
    settings_check_practice(out, errors);
    return errors->count == 0 ? ERR_OK : ERR_CONFIG;
}

void settings_free(struct settings *settings)
{
    arena_free(&settings->memory);
    *settings = (struct settings){0};
}

void settings_policy(const struct settings *s, struct policy *out)
{
    *out = (struct policy){
        .profile = s->profile,
        .grant_after_handover_ms = s->grant_after_handover_ms,
        .grant_after_fetch_ms = s->grant_after_fetch_ms,
        .confirm_wait_ms = s->confirm_wait_ms,
        .late_ms = s->late_ms,
        .break_glass_wait_ms = s->break_glass_wait_ms,
        .alert_escalate_ms = s->alert_escalate_ms,
        .hand_up_wait_ms = s->hand_up_wait_ms,
        .session_ms = s->session_ms,
        .failures_max = s->failures_max,
        .refetch_allowed = s->provider_refetch,
        .provider_proves_presence = s->provider_presence,
        .practice_source = s->practice_provider_url[0] != '\0' ? FLAG_YES : FLAG_NO,
    };
}

void settings_path(const struct settings *s, const char *name, char *out, size_t room)
{
    snprintf(out, room, "%s/%s", s->data_dir, name);
}
