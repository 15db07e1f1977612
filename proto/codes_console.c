/* codes_console.c — Job: the lists of what an administrator asks and is told, both languages. */
#include "proto/codes.h"

static const struct code question_rows[] = {
    {QUESTION_ACCESS, "access", "アクセスの記録", "access log"},
    {QUESTION_CASE, "case", "一つの事案の記録", "story of a case"},
    {QUESTION_PEOPLE, "people", "利用者", "people"},
    {QUESTION_DEVICES, "devices", "端末", "devices"},
    {QUESTION_CONNECTIONS, "connections", "接続", "connections"},
    {QUESTION_LOG, "log", "ログの検証", "state of the log"},
    {QUESTION_COVERAGE, "coverage", "実施状況", "coverage"},
    {QUESTION_TABLETS, "tablets", "自本部の救急隊の端末", "own tablets"},
    {QUESTION_WRITTEN, "written", "書かれた理由", "what somebody wrote"},
};
const struct codes codes_question = {"question", question_rows,
                                     sizeof question_rows / sizeof question_rows[0]};

static const struct code access_group_rows[] = {
    {GROUP_ACCESS, "access", "アクセス全般", "all access"},
    {GROUP_ENDED, "ended", "終了・取消", "ended, revoked"},
    {GROUP_REFUSED, "refused", "断った", "refused"},
    {GROUP_GLASS, "glass", "緊急閲覧", "emergency openings"},
    {GROUP_ALERTS, "alerts", "警報", "alerts"},
    {GROUP_MIXUP, "mixup", "取り違え", "mix-ups"},
    {GROUP_PEOPLE, "people", "サインインと登録", "sign-ins, registrations"},
    {GROUP_LOOKED, "looked", "記録を見た・書き出した", "log viewed or exported"},
};
const struct codes codes_access_group = {"access_group", access_group_rows,
                                         sizeof access_group_rows / sizeof access_group_rows[0]};

static const struct code account_state_rows[] = {
    {ACCOUNT_ACTIVE, "active", "有効", "active"},
    {ACCOUNT_FIRST_PASSWORD, "first_password", "初回パスワード未変更",
     "first password not changed yet"},
    {ACCOUNT_LOCKED, "locked", "ロック中", "locked"},
    {ACCOUNT_EXPIRED, "expired", "期限切れ", "expired"},
    {ACCOUNT_DISABLED, "disabled", "停止", "disabled"},
};
const struct codes codes_account_state = {"account_state", account_state_rows,
                                          sizeof account_state_rows / sizeof account_state_rows[0]};

static const struct code outside_state_rows[] = {
    {OUTSIDE_SAME, "same", "一致", "the same"},
    {OUTSIDE_BEHIND, "behind", "古い", "older"},
    {OUTSIDE_AHEAD, "ahead", "先に進んでいる", "newer"},
    {OUTSIDE_MISSING, "missing", "ない", "missing"},
    {OUTSIDE_BAD, "bad", "読めない・署名が合わない", "unreadable or not signed by the log"},
};
const struct codes codes_outside_state = {"outside_state", outside_state_rows,
                                          sizeof outside_state_rows / sizeof outside_state_rows[0]};

static const struct code coverage_count_rows[] = {
    {COVERAGE_DISPATCHES, "dispatches", "出動", "dispatches"},
    {COVERAGE_ATTEMPTS, "attempts", "読取を試みた", "attempts"},
    {COVERAGE_WITH_CARD, "with_card", "カードあり", "with a card"},
    {COVERAGE_VIEWED, "viewed", "隊が閲覧", "viewed by the crew"},
    {COVERAGE_GRANTED, "granted", "病院が閲覧可", "made viewable to a hospital"},
    {COVERAGE_DELIVERED, "delivered", "病院に届いた", "delivered to the hospital"},
    {COVERAGE_OPENED, "opened", "病院が開いた", "opened by the hospital"},
    {COVERAGE_OPENED_BEFORE, "opened_before", "到着前に開いた", "opened before arrival"},
};
const struct codes codes_coverage_count = {"coverage_count", coverage_count_rows,
                                           sizeof coverage_count_rows /
                                               sizeof coverage_count_rows[0]};

static const struct code coverage_time_rows[] = {
    {TIME_GAINED, "gained", "到着より前に開いた時間", "opened ahead of arrival"},
    {TIME_READ_DELIVERED, "read_delivered", "読取→病院に届く", "card read to delivery"},
    {TIME_READ_OPENED, "read_opened", "読取→病院が開く", "card read to opening"},
};
const struct codes codes_coverage_time = {"coverage_time", coverage_time_rows,
                                          sizeof coverage_time_rows / sizeof coverage_time_rows[0]};

static const struct code coverage_hidden_rows[] = {
    {HIDDEN_FEW, "few", "10未満", "fewer than 10"},
    {HIDDEN_DERIVED, "derived", "隠した", "hidden: it would tell another"},
};
const struct codes codes_coverage_hidden = {"coverage_hidden", coverage_hidden_rows,
                                            sizeof coverage_hidden_rows /
                                                sizeof coverage_hidden_rows[0]};

static const struct code dispatch_source_rows[] = {
    {DISPATCH_ENTERED, "entered", "入力", "entered"},
    {DISPATCH_IMPORTED, "imported", "取込", "imported"},
};
const struct codes codes_dispatch_source = {"dispatch_source", dispatch_source_rows,
                                            sizeof dispatch_source_rows /
                                                sizeof dispatch_source_rows[0]};
