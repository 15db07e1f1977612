/* crew_log.c — Job: the tablet as a witness of the log: checkpoints, alarms, an offline receipt. */
#include "ambulance_client/crew_inner.h"

#include "common/file.h"
#include "common/log.h"
#include "proto/line.h"

#include <stdio.h>

enum save_what { SAVE_NEWEST, SAVE_EVIDENCE };

/* On the disk before anybody is told. */
static void save(struct crew *crew, enum save_what what)
{
    const struct witness *w = client_witness(crew->client);
    if (crew->state == NULL)
        return;
    if (what == SAVE_EVIDENCE && client_state_save_alarm(crew->state, w) != ERR_OK)
        log_error("witness", NULL, "the evidence could not be written");
    if (client_state_save_witness(crew->state, w) != ERR_OK)
        log_error("witness", NULL, "the newest checkpoint could not be written");
}

static void cry_out(struct crew *crew)
{
    const struct witness *w = client_witness(crew->client);
    log_error("witness", NULL, "the log does not fit what was verified before");
    screen_line(&crew->screen, "！ 記録の証明が合いません: %s", witness_alarm_ja(w->alarm));
    screen_line(&crew->screen, "！ 救護はそのまま続けられます。管理者に知らせてください");
    screen_ring(&crew->screen);
    report_begin(&crew->report, "log_alarm");
    report_int(&crew->report, "alarm", w->alarm);
    report_int(&crew->report, "kept_size", witness_size(w));
    report_end(&crew->report);
}

void crew_checkpoint(struct crew *crew, const struct happened *what)
{
    static const char *const names[] = {
        [WITNESS_NEWER] = "newer",       [WITNESS_SAME] = "same",   [WITNESS_OLDER] = "older",
        [WITNESS_UNPROVED] = "unproved", [WITNESS_ALARM] = "alarm",
    };
    const struct witness *w = client_witness(crew->client);
    if (what->err != ERR_OK) {
        log_error("witness", NULL, "a checkpoint that our log has not signed: %s",
                  err_name(what->err));
        return;
    }
    if (what->verdict == WITNESS_NEWER || what->verdict == WITNESS_UNPROVED)
        save(crew, SAVE_NEWEST);
    if (what->verdict == WITNESS_ALARM)
        save(crew, SAVE_EVIDENCE);
    report_begin(&crew->report, "checkpoint");
    report_word(&crew->report, "verdict", names[what->verdict]);
    report_int(&crew->report, "size", witness_size(w));
    report_hash(&crew->report, "root", &w->newest.root);
    report_end(&crew->report);
    if (what->verdict == WITNESS_ALARM)
        cry_out(crew);
}

enum err run_witness(struct crew *crew, const struct typed *typed)
{
    const struct witness *w = client_witness(crew->client);
    (void)typed;
    screen_line(&crew->screen, "確認済みの記録: %lld 件%s%s", (long long)witness_size(w),
                w->alarm == ALARM_NONE ? "" : "  ！警報中: ", witness_alarm_ja(w->alarm));
    return ERR_OK;
}

enum err run_witness_close(struct crew *crew, const struct typed *typed)
{
    const struct signed_in *person = session_find(client_session(crew->client), &crew->person);
    enum witness_choice choice = WITNESS_KEEP_OWN;
    if (strcmp(typed->words[1], "take") == 0)
        choice = WITNESS_TAKE_OTHER;
    else if (strcmp(typed->words[1], "keep") != 0)
        return ERR_USAGE;
    if (person == NULL)
        return ERR_NO_SESSION; /* an alarm is closed by somebody, not by the tablet */
    enum err err =
        witness_close(client_witness(crew->client), &person->person, crew_wall(crew), choice);
    if (err != ERR_OK)
        return err;
    save(crew, SAVE_NEWEST);
    report_begin(&crew->report, "log_alarm_closed");
    report_id(&crew->report, "person", &person->person);
    report_end(&crew->report);
    crew->calls.relink(crew->calls.self, "witness alarm closed");
    return ERR_OK;
}

/* ---- one offline receipt at a time ---- */

static void ask(struct crew *crew)
{
    static const struct id none;
    struct crew_proof *p = &crew->proof;
    struct body_proof_ask body = {.entry = p->entry};
    p->message = none;
    p->tries++;
    enum err err =
        session_send(client_session(crew->client), MSG_PROOF_ASK, &none, &none, &body, &p->message);
    p->retry_at = err == ERR_OK ? 0 : crew_mono(crew) + 1000;
}

enum err run_proof(struct crew *crew, const struct typed *typed)
{
    uint64_t entry = 0;
    enum err err = line_number(slice_of(typed->words[1]), WIRE_INT_MAX, &entry);
    if (err != ERR_OK || entry == 0)
        return ERR_USAGE;
    if (crew->proof.entry != 0)
        return ERR_BUSY;
    if (strlen(typed->words[2]) >= sizeof crew->proof.path)
        return ERR_TOO_LARGE;
    crew->proof = (struct crew_proof){.entry = (int64_t)entry};
    snprintf(crew->proof.path, sizeof crew->proof.path, "%s", typed->words[2]);
    ask(crew);
    crew_wait_begin(crew, WAIT_EVENT, "proof", CREW_WAIT_S); /* a script goes on behind it */
    return ERR_OK;
}

static void proof_ended(struct crew *crew, enum err err)
{
    struct crew_proof was = crew->proof;
    crew->proof = (struct crew_proof){.entry = 0};
    report_begin(&crew->report, "proof");
    report_int(&crew->report, "entry", was.entry);
    report_flag(&crew->report, "ok", err == ERR_OK);
    report_word(&crew->report, "err", err == ERR_OK ? NULL : err_name(err));
    report_end(&crew->report);
    if (crew->wait.kind == WAIT_EVENT && strcmp(crew->wait.event, "proof") == 0)
        crew_wait_end(crew, ERR_OK);
    if (err == ERR_OK)
        screen_line(&crew->screen, "記録 %lld の証明を確かめ、%s に書きました（項目は %s.leaf）",
                    (long long)was.entry, was.path, was.path);
    else
        crew_unsuccessful(crew, "proof", err);
}

void crew_proof(struct crew *crew, const struct happened *what)
{
    const struct body_proof *body = what->frame->body;
    struct crew_proof *p = &crew->proof;
    struct buf leaf = {0};
    char path[FILE_PATH_MAX + 8];
    if (p->entry == 0 || p->entry != body->entry || !id_equal(&p->message, &what->frame->re))
        return;
    enum err err = witness_proof(client_witness(crew->client), body, &leaf);
    snprintf(path, sizeof path, "%s.leaf", p->path);
    if (err == ERR_OK)
        err = file_create(p->path, body->text, 0600);
    if (err == ERR_OK)
        err = file_create(path, buf_slice(&leaf), 0600);
    buf_free(&leaf);
    proof_ended(crew, err);
}

/* The entry's checkpoint may still be to come: asked again a few times. */
void crew_proof_refused(struct crew *crew, const struct settled *how)
{
    struct crew_proof *p = &crew->proof;
    if (p->entry == 0 || !id_equal(&p->message, &how->message))
        return;
    bool again = how->err == ERR_NOT_FOUND || how->err == ERR_BUSY;
    if (again && p->tries < CREW_PROOF_TRIES)
        p->retry_at = crew_mono(crew) + 1000;
    else
        proof_ended(crew, how->err);
}

void crew_proof_tick(struct crew *crew)
{
    struct crew_proof *p = &crew->proof;
    if (p->entry == 0 || p->retry_at == 0 || crew_mono(crew) < p->retry_at)
        return;
    if (p->tries < CREW_PROOF_TRIES)
        ask(crew);
    else
        proof_ended(crew, ERR_NOT_FOUND);
}
