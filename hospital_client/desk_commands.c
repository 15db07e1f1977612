/* desk_commands.c — Job: typed commands, by one table: what each needs, and the message it
 * becomes. */
#include "hospital_client/desk_inner.h"

#include "common/log.h"
#include "client/view_text.h"
#include "proto/line.h"

#include <stdio.h>

/* ---- the board and people ---- */

void desk_board(struct desk *d)
{
    struct id none = {{0}};
    struct body_board body = {.people = d->people, .accepting = d->accepting};
    if (d->people_by_page && !pages_watched(d->pages))
        body.people = FLAG_NO;
    if (d->specialties[0] != '\0')
        body.specialties = slice_of(d->specialties);
    d->board_at = desk_mono(d);
    enum err err = session_send(client_session(d->client), MSG_BOARD, &none, &none, &body, NULL);
    if (err != ERR_OK)
        log_debug("desk", NULL, "board not told: %s", err_name(err));
}

enum err desk_tell_board(struct desk *d, const struct body_board *board)
{
    if (board->specialties.size >= sizeof d->specialties)
        return ERR_TOO_LARGE;
    if (board->people != FLAG_ABSENT) {
        d->people = board->people;
        d->people_by_page = true;
    }
    if (board->accepting != FLAG_ABSENT)
        d->accepting = board->accepting;
    if (board->specialties.bytes != NULL) {
        memcpy(d->specialties, board->specialties.bytes, board->specialties.size);
        d->specialties[board->specialties.size] = '\0';
    }
    desk_board(d);
    return ERR_OK;
}

static enum err run_board(struct desk *d, const struct desk_words *t)
{
    const char *what = t->words[1];
    if (strcmp(what, "people") == 0 || strcmp(what, "nobody") == 0)
        d->people_by_page = false;
    if (strcmp(what, "people") == 0)
        d->people = FLAG_YES;
    else if (strcmp(what, "nobody") == 0)
        d->people = FLAG_NO;
    else if (strcmp(what, "accepting") == 0)
        d->accepting = FLAG_YES;
    else if (strcmp(what, "full") == 0)
        d->accepting = FLAG_NO;
    else
        return ERR_USAGE;
    if (t->count > 2) {
        struct slice text = desk_rest(t, 2);
        if (text.size >= sizeof d->specialties)
            return ERR_TOO_LARGE;
        memcpy(d->specialties, text.bytes, text.size + 1);
    }
    desk_board(d);
    struct body_board typed = {.accepting = d->accepting};
    if (t->count > 2)
        typed.specialties = slice_of(d->specialties);
    return pages_board_typed(d->pages, &typed);
}

static enum err run_sign_in(struct desk *d, const struct desk_words *t)
{
    return desk_begin_secret(d, SECRET_SIGN_IN, t->words[1]);
}

static enum err run_change_password(struct desk *d, const struct desk_words *t)
{
    (void)t;
    return desk_begin_secret(d, SECRET_PASSWORD, "");
}

static enum err run_sign_out(struct desk *d, const struct desk_words *t)
{
    (void)t;
    struct id gone = d->current;
    if (session_find(client_session(d->client), &gone) == NULL)
        return ERR_NO_SESSION;
    enum err err = client_sign_out(d->client, &gone);
    desk_next_person(d);
    screen_clear(&d->screen); /* a record may still stand there */
    desk_show_opened(d);
    report_begin(&d->report, "signed_out");
    report_id(&d->report, "session", &gone);
    report_end(&d->report);
    screen_line(&d->screen, "サインオフしました");
    return err;
}

static enum err run_who(struct desk *d, const struct desk_words *t)
{
    (void)t;
    for (size_t i = 0; i < session_people(client_session(d->client)); i++) {
        const struct signed_in *p = session_person(client_session(d->client), i);
        struct buf text = {0};
        buf_printf(&text, "%zu%s ", i + 1, id_equal(&p->session, &d->current) ? "*" : "");
        if (d->screen.terminal)
            view_text_add(&text, slice_of(p->name));
        buf_byte(&text, '\n');
        screen_text(&d->screen, buf_slice(&text));
        buf_free(&text);
    }
    return ERR_OK;
}

static enum err run_as(struct desk *d, const struct desk_words *t)
{
    uint64_t number = 0;
    enum err err = line_number(slice_of(t->words[1]), SESSION_PEOPLE_MAX, &number);
    if (err != ERR_OK || number == 0)
        return ERR_USAGE;
    const struct signed_in *p = session_person(client_session(d->client), (size_t)number - 1);
    if (p == NULL || pages_owns(d->pages, &p->session))
        return ERR_NOT_FOUND;
    d->current = p->session;
    return ERR_OK;
}

/* ---- the log, the program ---- */

static enum err run_proof(struct desk *d, const struct desk_words *t)
{
    uint64_t entry = 0;
    enum err err = line_number(slice_of(t->words[1]), WIRE_INT_MAX, &entry);
    if (err != ERR_OK || entry == 0)
        return ERR_USAGE;
    return desk_ask_proof(d, (int64_t)entry, t->words[2]);
}

static enum err run_witness(struct desk *d, const struct desk_words *t)
{
    (void)t;
    desk_show_witness(d);
    return ERR_OK;
}

static enum err run_witness_close(struct desk *d, const struct desk_words *t)
{
    if (strcmp(t->words[1], "keep") == 0)
        return desk_close_alarm(d, WITNESS_KEEP_OWN);
    if (strcmp(t->words[1], "take") == 0)
        return desk_close_alarm(d, WITNESS_TAKE_OTHER);
    return ERR_USAGE;
}

static enum err run_quit(struct desk *d, const struct desk_words *t)
{
    (void)t;
    d->calls.quit(d->calls.self);
    return ERR_OK;
}

static desk_run run_help;

static const struct command {
    const char *name;
    size_t words; /* at least, with the name */
    desk_run *run;
    const char *usage, *ja;
} commands[] = {
    {"list", 1, desk_run_list, "list", "事案の一覧"},
    {"answer", 3, desk_run_answer, "answer CASE accept|decline REASON [NAME]", "受入要請に答える"},
    {"withdraw", 3, desk_run_withdraw, "withdraw CASE REASON", "受入を取り消す"},
    {"confirm-phone", 3, desk_run_confirm_phone, "confirm-phone CASE yes|no [NAME]",
     "電話での受入を確認・否定する"},
    {"board", 2, run_board, "board people|nobody|accepting|full [SPECIALTIES]",
     "画面に人がいるか、受入できるか"},
    {"sign-in", 2, run_sign_in, "sign-in LOGIN",
     "サインオン（パスワードと確認コードは次に聞きます）"},
    {"change-password", 1, run_change_password, "change-password", "パスワードを変える"},
    {"sign-out", 1, run_sign_out, "sign-out", "サインオフ"},
    {"who", 1, run_who, "who", "サインオンしている人"},
    {"as", 2, run_as, "as NUMBER", "操作する人を変える"},
    {"record", 2, desk_run_record, "record CASE", "救急隊の記録を開く"},
    {"open", 3, desk_run_open, "open CASE SECTION...|all", "情報を開く"},
    {"close", 2, desk_run_close, "close CASE", "閲覧を終える"},
    {"extend", 3, desk_run_extend, "extend CASE REASON", "閲覧を一度だけ延ばす"},
    {"break-glass", 3, desk_run_break_glass, "break-glass CASE REASON", "緊急閲覧"},
    {"talk", 3, desk_run_talk, "talk CASE TEXT", "救急隊に連絡する"},
    {"handover", 3, desk_run_handover, "handover CASE PHYSICIAN", "引継ぎを確認する"},
    {"mixup", 4, desk_run_mixup, "mixup CASE patient|hospital REASON", "患者違い・病院違い"},
    {"ack-mixup", 2, desk_run_ack_mixup, "ack-mixup CASE", "別人の情報だったことを確認する"},
    {"proof", 3, run_proof, "proof ENTRY FILE", "記録の証明を確かめて書き出す"},
    {"witness", 1, run_witness, "witness", "記録の検証の状態"},
    {"witness-close", 2, run_witness_close, "witness-close keep|take", "記録の警報を確認する"},
    {"help", 1, run_help, "help", "この一覧"},
    {"quit", 1, run_quit, "quit", "終わる"},
};

static enum err run_help(struct desk *d, const struct desk_words *t)
{
    (void)t;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        screen_line(&d->screen, "%-44s %s", commands[i].usage, commands[i].ja);
    return ERR_OK;
}

void desk_command(struct desk *d, struct desk_words *typed)
{
    const struct command *command = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, typed->words[0]) == 0)
            command = &commands[i];
    enum err err = ERR_USAGE;
    if (command != NULL && typed->count >= command->words)
        err = command->run(d, typed);
    if (err == ERR_OK)
        return;
    report_begin(&d->report, "command_failed");
    report_word(&d->report, "command", command == NULL ? "?" : command->name);
    report_word(&d->report, "err", err_name(err));
    report_end(&d->report);
    if (err == ERR_USAGE)
        screen_line(&d->screen, "使い方: %s", command == NULL ? "help" : command->usage);
    else
        screen_line(&d->screen, "%s: %s", command->name, err_text_ja(err));
}
