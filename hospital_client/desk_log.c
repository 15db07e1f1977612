/* desk_log.c — Job: the box as a witness of the log: checkpoints, alarms, offline receipts. */
#include "hospital_client/desk_inner.h"

#include "common/file.h"
#include "common/log.h"

#include <stdio.h>

static void save(struct desk *d, bool evidence)
{
    const struct witness *w = client_witness(d->client);
    d->witness_unsaved = false;
    d->witness_at = desk_mono(d);
    if (d->state == NULL)
        return;
    if (evidence && client_state_save_alarm(d->state, w) != ERR_OK)
        log_error("witness", NULL, "the evidence could not be written");
    if (client_state_save_witness(d->state, w) != ERR_OK)
        log_error("witness", NULL, "the newest checkpoint could not be written");
}

/* A sync takes longer than an opening may: the newest of a burst of checkpoints is written soon
 * behind it. What a crash in between loses is verified again from the one before. */
void desk_witness_tick(struct desk *d)
{
    if (d->witness_unsaved && desk_mono(d) - d->witness_at >= DESK_WITNESS_MS)
        save(d, false);
}

void desk_witness_flush(struct desk *d)
{
    if (d->witness_unsaved)
        save(d, false);
}

static void cry_out(struct desk *d)
{
    const struct witness *w = client_witness(d->client);
    log_error("witness", NULL, "the log does not fit what was verified before");
    screen_line(&d->screen, "！ 記録の証明が合いません: %s", witness_alarm_ja(w->alarm));
    screen_line(&d->screen,
                "！ 管理者に知らせてください。確かめたら witness-close keep または take");
    screen_ring(&d->screen);
    report_begin(&d->report, "log_alarm");
    report_int(&d->report, "alarm", w->alarm);
    report_int(&d->report, "kept_size", witness_size(w));
    report_end(&d->report);
}

void desk_checkpoint(struct desk *d, const struct happened *what)
{
    const struct witness *w = client_witness(d->client);
    static const char *const names[] = {
        [WITNESS_NEWER] = "newer",       [WITNESS_SAME] = "same",   [WITNESS_OLDER] = "older",
        [WITNESS_UNPROVED] = "unproved", [WITNESS_ALARM] = "alarm",
    };
    if (what->err != ERR_OK) {
        log_error("witness", NULL, "a checkpoint that our log has not signed: %s",
                  err_name(what->err));
        return;
    }
    d->witness_unsaved = true;
    if (what->verdict == WITNESS_ALARM)
        save(d, true); /* on the disk before anybody is told */
    report_begin(&d->report, "checkpoint");
    report_word(&d->report, "verdict", names[what->verdict]);
    report_int(&d->report, "size", witness_size(w));
    report_hash(&d->report, "root", &w->newest.root);
    report_end(&d->report);
    if (what->verdict == WITNESS_ALARM)
        cry_out(d);
}

enum err desk_close_alarm(struct desk *d, enum witness_choice choice)
{
    const struct signed_in *person = session_find(client_session(d->client), &d->current);
    if (person == NULL)
        return ERR_NO_SESSION; /* an alarm is closed by somebody, not by the box */
    enum err err = witness_close(client_witness(d->client), &person->person,
                                 d->calls.wall_ms(d->calls.self), choice);
    if (err != ERR_OK)
        return err;
    save(d, false);
    report_begin(&d->report, "log_alarm_closed");
    report_id(&d->report, "person", &person->person);
    report_end(&d->report);
    d->calls.relink(d->calls.self, "witness alarm closed");
    return ERR_OK;
}

void desk_show_witness(struct desk *d)
{
    const struct witness *w = client_witness(d->client);
    screen_line(&d->screen, "確認済みの記録: %lld 件%s%s", (long long)witness_size(w),
                w->alarm == ALARM_NONE ? "" : "  ！警報中: ", witness_alarm_ja(w->alarm));
    if (w->closed_at != 0)
        screen_line(&d->screen, "前の警報は確認されています");
}

/* ---- offline receipts ---- */

static void send_ask(struct desk *d, struct desk_proof *row)
{
    struct id none = {{0}};
    struct body_proof_ask body = {.entry = row->entry};
    enum err err =
        session_send(client_session(d->client), MSG_PROOF_ASK, &none, &none, &body, &row->message);
    row->tries++;
    row->retry_at = err == ERR_OK ? 0 : desk_mono(d) + 1000;
}

enum err desk_ask_proof(struct desk *d, int64_t entry, const char *path)
{
    for (size_t i = 0; i < DESK_PROOFS_MAX; i++) {
        struct desk_proof *row = &d->proofs[i];
        if (row->entry != 0)
            continue;
        int size = snprintf(row->path, sizeof row->path, "%s", path);
        if (size <= 0 || (size_t)size >= sizeof row->path)
            return ERR_TOO_LARGE;
        row->entry = entry;
        row->tries = 0;
        send_ask(d, row);
        return ERR_OK;
    }
    return ERR_FULL;
}

static struct desk_proof *proof_of(struct desk *d, const struct id *message)
{
    for (size_t i = 0; i < DESK_PROOFS_MAX; i++)
        if (d->proofs[i].entry != 0 && id_equal(&d->proofs[i].message, message))
            return &d->proofs[i];
    return NULL;
}

static void proof_done(struct desk *d, struct desk_proof *row, enum err err, size_t leaf_bytes)
{
    report_begin(&d->report, "proof");
    report_int(&d->report, "entry", row->entry);
    report_flag(&d->report, "ok", err == ERR_OK);
    report_word(&d->report, "err", err == ERR_OK ? NULL : err_name(err));
    report_int(&d->report, "leaf_bytes", (int64_t)leaf_bytes);
    report_end(&d->report);
    if (err == ERR_OK)
        screen_line(&d->screen, "記録 %lld の証明を確かめ、%s に書きました（項目は %s.leaf）",
                    (long long)row->entry, row->path, row->path);
    else
        screen_line(&d->screen, "記録 %lld の証明: %s", (long long)row->entry, err_text_ja(err));
    *row = (struct desk_proof){.entry = 0};
}

void desk_proof(struct desk *d, const struct happened *what)
{
    const struct body_proof *body = what->frame->body;
    struct desk_proof *row = proof_of(d, &what->frame->re);
    struct buf leaf = {0};
    char path[FILE_PATH_MAX + 8];
    if (row == NULL || row->entry != body->entry)
        return;
    enum err err = witness_proof(client_witness(d->client), body, &leaf);
    snprintf(path, sizeof path, "%s.leaf", row->path);
    if (err == ERR_OK)
        err = file_create(row->path, body->text, 0600);
    if (err == ERR_OK)
        err = file_create(path, buf_slice(&leaf), 0600);
    proof_done(d, row, err, leaf.size);
    buf_free(&leaf);
}

/* The entry's checkpoint may still be to come: asked again a few times. */
void desk_proof_refused(struct desk *d, const struct settled *how)
{
    struct desk_proof *row = proof_of(d, &how->message);
    if (row == NULL)
        return;
    bool again = how->err == ERR_NOT_FOUND || how->err == ERR_BUSY;
    if (!again || row->tries >= DESK_PROOF_TRIES) {
        proof_done(d, row, how->err, 0);
        return;
    }
    row->message = (struct id){{0}};
    row->retry_at = desk_mono(d) + 1000;
}

void desk_proofs_tick(struct desk *d)
{
    for (size_t i = 0; i < DESK_PROOFS_MAX; i++) {
        struct desk_proof *row = &d->proofs[i];
        if (row->entry == 0 || row->retry_at == 0 || desk_mono(d) < row->retry_at)
            continue;
        if (row->tries >= DESK_PROOF_TRIES)
            proof_done(d, row, ERR_NOT_FOUND, 0);
        else
            send_ask(d, row);
    }
}
