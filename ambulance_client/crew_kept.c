/* crew_kept.c — Job: between the conversation and the spool: what is kept, what was left.
 *
 * Of this life: a message is sealed into the spool when it is made and taken out when it is
 * settled. In memory it stays readable and is sent again plainly after a mere line cut.
 *
 * Of an earlier life (before a restart): the plain frames are gone. Each goes out sealed as it is,
 * and the gateway answers with the inner message's id:
 *
 *   [kept] --sent in `spooled`--> [flying] --receipt--> gone
 *     ^                              | line cut, retryable refusal (after CREW_RETRY_MS)
 *     +------------------------------+ final refusal: set aside, and the crew is told */
#include "ambulance_client/crew_inner.h"

#include "client/view_text.h"
#include "common/log.h"
#include "proto/base64.h"

/* ---- of this life ---- */

void crew_keep(struct crew *crew, const struct id *message, struct slice frame)
{
    if (crew->spool == NULL)
        return;
    enum err err = spool_add(crew->spool, message, frame, crew_wall(crew));
    if (err == ERR_OK)
        return;
    log_error("spool", NULL, "a message could not be kept over a restart: %s", err_name(err));
    report_begin(&crew->report, "keep_failed");
    report_id(&crew->report, "message", message);
    report_word(&crew->report, "err", err_name(err));
    report_end(&crew->report);
    screen_line(&crew->screen,
                "！ この端末に控えを置けません（%s）。送信が終わるまで電源を切らないでください",
                err == ERR_NOT_FOUND ? "ゲートウェイにまだ一度もつながっていません"
                                     : err_text_ja(err));
}

void crew_kept_settled(struct crew *crew, const struct settled *how)
{
    enum err err = crew->spool == NULL ? ERR_OK : spool_remove(crew->spool, &how->message);
    if (err != ERR_OK)
        log_error("spool", NULL, "a settled message stays in the spool: %s", err_name(err));
}

static void learn_key(struct crew *crew, struct slice base64)
{
    uint8_t key[KEY_BYTES];
    size_t size = 0;
    if (base64.bytes == NULL)
        return;
    enum err err = base64_decode(base64, key, sizeof key, &size);
    if (err == ERR_OK && size != sizeof key)
        err = ERR_BAD_FIELD;
    if (err == ERR_OK)
        err = spool_set_key(crew->spool, key);
    if (err != ERR_OK)
        log_error("spool", NULL, "the gateway's spool key could not be kept: %s", err_name(err));
}

/* ---- of an earlier life ---- */

size_t crew_kept_flying(const struct crew *crew)
{
    size_t count = 0;
    for (size_t i = 0; i < CREW_FLYING_MAX; i++)
        count += crew->flying[i].number != 0;
    return count;
}

void crew_kept_tell(struct crew *crew)
{
    struct spool_count count;
    struct buf text = {0};
    if (crew->spool == NULL || spool_count(crew->spool, &count) != ERR_OK)
        return;
    if (count.kept != 0) {
        buf_printf(&text, "送信待ち %lld 件（最も古いもの ", (long long)count.kept);
        view_text_time(&text, count.oldest_at);
        buf_printf(&text, "、うち前回の起動から %lld 件）\n", (long long)count.earlier);
    }
    if (count.aside != 0)
        buf_printf(&text, "！ ゲートウェイが受け付けなかった記録 %lld 件を預かっています\n",
                   (long long)count.aside);
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
    if (count.kept == 0 && count.aside == 0)
        return;
    report_begin(&crew->report, "spool");
    report_int(&crew->report, "kept", count.kept);
    report_int(&crew->report, "earlier", count.earlier);
    report_int(&crew->report, "oldest_at_ms", count.oldest_at);
    report_int(&crew->report, "aside", count.aside);
    report_end(&crew->report);
}

void crew_kept_count(struct crew *crew)
{
    struct spool_count count;
    if (crew->spool != NULL && spool_count(crew->spool, &count) == ERR_OK)
        pages_earlier(crew->pages, (size_t)count.earlier, count.earlier == 0 ? 0 : count.oldest_at);
}

static bool is_flying(const struct crew *crew, int64_t number)
{
    for (size_t i = 0; i < CREW_FLYING_MAX; i++)
        if (crew->flying[i].number == number)
            return true;
    return false;
}

static struct crew_flying *free_place(struct crew *crew)
{
    for (size_t i = 0; i < CREW_FLYING_MAX; i++)
        if (crew->flying[i].number == 0)
            return &crew->flying[i];
    return NULL;
}

static void launch(struct crew *crew, struct crew_flying *f, const struct spool_row *row)
{
    static const struct id none;
    struct buf bytes = {0};
    base64_add(&bytes, row->sealed.bytes, row->sealed.size);
    struct body_spooled body = {.bytes = buf_slice(&bytes)};
    enum err err =
        session_send(client_session(crew->client), MSG_SPOOLED, &none, &none, &body, &f->outer);
    buf_free(&bytes);
    if (err != ERR_OK) {
        *f = (struct crew_flying){.number = 0}; /* the next tick tries again */
        return;
    }
    f->number = row->number;
    f->message = row->message;
    f->retry_at = 0;
}

/* Oldest first; at most CREW_FLYING_MAX are under way. */
static void launch_all(struct crew *crew)
{
    struct spool_row row = {.number = 0};
    int64_t after = 0;
    while (crew->online && spool_next(crew->spool, after, &row) == ERR_OK) {
        struct crew_flying *place = free_place(crew);
        after = row.number;
        if (place == NULL)
            break;
        if (!is_flying(crew, row.number))
            launch(crew, place, &row);
    }
    buf_free(&row.sealed);
}

void crew_kept_ready(struct crew *crew, const struct body_welcome *welcome)
{
    if (crew->spool == NULL)
        return;
    learn_key(crew, welcome->spool_key);
    launch_all(crew);
}

void crew_kept_offline(struct crew *crew)
{
    memset(crew->flying, 0, sizeof crew->flying);
}

void crew_kept_tick(struct crew *crew)
{
    bool freed = false;
    uint64_t now = crew_mono(crew);
    for (size_t i = 0; i < CREW_FLYING_MAX; i++) {
        struct crew_flying *f = &crew->flying[i];
        if (f->number == 0 || f->retry_at == 0 || now < f->retry_at)
            continue;
        *f = (struct crew_flying){.number = 0};
        freed = true;
    }
    if (freed)
        launch_all(crew);
}

/* ---- answers ---- */

static void landed(struct crew *crew, struct crew_flying *f, struct slice refused)
{
    char code[CREW_WORD_MAX] = "";
    if (refused.bytes != NULL && refused.size < sizeof code)
        memcpy(code, refused.bytes, refused.size);
    enum err err = refused.bytes == NULL
                       ? spool_remove(crew->spool, &f->message)
                       : spool_set_aside(crew->spool, &f->message, code[0] == '\0' ? "?" : code);
    if (err != ERR_OK)
        log_error("spool", NULL, "a kept message could not be struck off: %s", err_name(err));
    report_begin(&crew->report, refused.bytes == NULL ? "kept_sent" : "kept_refused");
    report_id(&crew->report, "message", &f->message);
    if (refused.bytes != NULL)
        report_code(&crew->report, "err", refused);
    report_end(&crew->report);
    *f = (struct crew_flying){.number = 0};
    crew_kept_count(crew);
    launch_all(crew);
    if (refused.bytes != NULL || crew_kept_flying(crew) == 0)
        crew_kept_tell(crew);
}

static void answered(struct crew *crew, const struct message *frame)
{
    for (size_t i = 0; i < CREW_FLYING_MAX; i++) {
        struct crew_flying *f = &crew->flying[i];
        if (f->number == 0 ||
            (!id_equal(&f->message, &frame->re) && !id_equal(&f->outer, &frame->re)))
            continue;
        if (frame->type->kind == MSG_RECEIPT) {
            landed(crew, f, (struct slice){NULL, 0});
            return;
        }
        const struct body_refusal *body = frame->body;
        if (body->final == FLAG_YES)
            landed(crew, f, body->code);
        else
            f->retry_at = crew_mono(crew) + CREW_RETRY_MS;
        return;
    }
}

/* The conversation does not know messages of an earlier life: their answers are looked for here. */
void crew_kept_frame(struct crew *crew, struct slice text)
{
    struct message frame;
    struct complaint why;
    if (crew_kept_flying(crew) == 0 || message_decode(text, FROM_GATEWAY, &frame, &why) != ERR_OK)
        return;
    bool answer = frame.type->kind == MSG_RECEIPT || frame.type->kind == MSG_REFUSAL;
    if (answer && !id_absent(&frame.re))
        answered(crew, &frame);
    message_fini(&frame);
}
