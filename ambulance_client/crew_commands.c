/* crew_commands.c — Job: typed commands by one table: how many words each needs, and what runs it.
 */
#include "ambulance_client/crew_inner.h"

#include "ambulance_client/pairs.h"

#include <stdio.h>

enum err crew_say(struct crew *crew, enum message_kind kind, const void *body, struct id *message)
{
    struct session *session = client_session(crew->client);
    bool opens = kind == MSG_CASE_OPEN;
    if (id_absent(&crew->case_id))
        return ERR_NO_SUCH_CASE;
    if (!opens && session_find(session, &crew->person) == NULL)
        return ERR_NO_SESSION;
    return session_send(session, kind, &crew->person, &crew->case_id, body, message);
}

enum err crew_pairs(struct crew *crew, const struct record *record, const struct typed *typed,
                    size_t index, void *body)
{
    size_t wrong = 0;
    enum err err = pairs_take(record, typed->words + index, typed->count - index, crew_now(crew),
                              body, &wrong);
    if (err == ERR_OK)
        return ERR_OK;
    /* The key is one of our words, or a slip of the finger; the value may be clinical. */
    const char *word = typed->words[index + wrong];
    size_t key = strcspn(word, "=");
    if (crew->screen.terminal)
        screen_line(&crew->screen, "%.*s: 項目か値が正しくありません", (int)(key < 64 ? key : 64),
                    word);
    return err;
}

void crew_unsuccessful(struct crew *crew, const char *command, enum err err)
{
    report_begin(&crew->report, "command_failed");
    report_word(&crew->report, "command", command);
    report_word(&crew->report, "err", err_name(err));
    report_end(&crew->report);
    bool cut = err == ERR_BUSY && !crew->online;
    screen_line(&crew->screen, "%s: %s", command,
                cut ? "ゲートウェイと通信できません" : err_text_ja(err));
    crew_failed(crew);
}

static enum err run_quit(struct crew *crew, const struct typed *typed)
{
    (void)typed;
    crew_end(crew, CREW_DRAIN_MS / 2);
    return ERR_OK;
}

static crew_run run_help;

static const struct command {
    const char *name;
    size_t words; /* at least, with the name */
    crew_run *run;
    const char *usage, *ja;
} commands[] = {
    {"sign-in", 2, run_sign_in, "sign-in LOGIN",
     "サインオン（パスワードと確認コードは次に聞きます）"},
    {"password", 1, run_password, "password", "パスワードを変える"},
    {"change-password", 1, run_password, "change-password", "password と同じ"},
    {"sign-out", 1, run_sign_out, "sign-out", "サインオフ"},
    {"who", 1, run_who, "who", "サインオンしている人"},
    {"as", 2, run_as, "as NUMBER", "操作する人を変える"},
    {"case", 2, run_case, "case open NUMBER [PATIENT_NO OF PATIENTS] [training] | case list",
     "事案を作る・一覧"},
    {"use", 2, run_use, "use CASE", "操作する事案を変える"},
    {"record", 2, run_record, "record KEY=VALUE ...", "救急隊の記録に書く"},
    {"vitals", 2, run_vitals, "vitals KEY=VALUE ...", "バイタル"},
    {"card", 2, run_card, "card wait [SECONDS] | card pin [last]",
     "カードを読む（暗証番号なし）・暗証番号で署名する"},
    {"ground", 2, run_ground,
     "ground crew|disclose HOSPITAL oral patient|family | life NEED OBSTACLE | refused "
     "[hide=SECTION,...] [language=LANG]",
     "閲覧・提供の根拠"},
    {"view", 1, run_view, "view [KEY=VALUE ...]", "資格確認等システムに照会する"},
    {"identity", 2, run_identity, "identity matched|not_matched|not_possible", "顔写真との照合"},
    {"open", 2, run_open, "open SECTION...|all", "情報を開く"},
    {"uncover", 1, run_uncover, "uncover", "通信が切れている間、覆われた情報をもう一度見る"},
    {"close", 1, run_close, "close", "閲覧を終える"},
    {"no-view", 2, run_no_view, "no-view REASON", "閲覧しないで進む"},
    {"hospitals", 1, run_hospitals, "hospitals", "病院の一覧"},
    {"inquiry", 3, run_inquiry, "inquiry HOSPITAL[,HOSPITAL...] KEY=VALUE ...", "受入要請"},
    {"cancel", 2, run_cancel, "cancel HOSPITAL", "受入要請を取り消す"},
    {"phone-accept", 4, run_phone_accept, "phone-accept HOSPITAL NAME ROLE", "電話で受入"},
    {"destination", 3, run_destination,
     "destination HOSPITAL oral WHO|life NEED OBSTACLE|refused|no-ground [KEY=VALUE ...] | "
     "destination not-connected NAME",
     "搬送先を決める・変える"},
    {"eta", 2, run_eta, "eta MINUTES [PLACE]", "到着予定"},
    {"arrived", 1, run_arrived, "arrived", "病院に到着した"},
    {"talk", 2, run_talk, "talk TEXT", "病院に連絡する"},
    {"handover", 1, run_handover, "handover [PHYSICIAN]", "引継ぎ"},
    {"end", 2, run_end, "end REASON [NOTE]", "事案を終える"},
    {"withdraw", 1, run_withdraw, "withdraw", "本人が同意を取り消した"},
    {"mixup", 2, run_mixup, "mixup wrong_patient|wrong_hospital [REASON]", "患者違い・病院違い"},
    {"ack-mixup", 1, run_ack_mixup, "ack-mixup", "別人の情報だったことを確認する"},
    {"takeover", 3, run_takeover,
     "takeover offer DEVICE | takeover accept CASE | takeover claim CASE REASON", "引継ぎ（隊）"},
    {"object", 1, run_object, "object [GRANT]", "緊急閲覧に異議を出す"},
    {"proof", 3, run_proof, "proof ENTRY FILE", "記録の証明を確かめて書き出す"},
    {"witness", 1, run_witness, "witness", "記録の検証の状態"},
    {"witness-close", 2, run_witness_close, "witness-close keep|take", "記録の警報を確認する"},
    {"wait", 2, run_wait, "wait online|session|card|view|shown|sent|EVENT [SECONDS]",
     "起きるまで待つ"},
    {"help", 1, run_help, "help", "この一覧"},
    {"quit", 1, run_quit, "quit", "終わる"},
};

static enum err run_help(struct crew *crew, const struct typed *typed)
{
    (void)typed;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        screen_line(&crew->screen, "%s\n    %s", commands[i].usage, commands[i].ja);
    return ERR_OK;
}

void crew_command(struct crew *crew, struct typed *typed)
{
    const struct command *command = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, typed->words[0]) == 0)
            command = &commands[i];
    enum err err = ERR_USAGE;
    if (command != NULL && typed->count >= command->words)
        err = command->run(crew, typed);
    if (err == ERR_OK)
        return;
    if (err == ERR_USAGE)
        screen_line(&crew->screen, "使い方: %s", command == NULL ? "help" : command->usage);
    crew_unsuccessful(crew, command == NULL ? "?" : command->name, err);
}
