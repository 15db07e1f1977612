/* crew_list.c — Job: the cases of this tablet, and how far each has really got.
 *
 *   送信待ち -> ゲートウェイ保存 -> 病院受信 -> 病院確認
 *
 * Each step stands on a committed event: the first is ours, the others came as receipt or notice.
 * */
#include "ambulance_client/crew_inner.h"

#include "client/view_text.h"

static const char *hospital_name(const struct crew *crew, const struct id *hospital)
{
    for (size_t i = 0; i < crew->hospitals.count; i++)
        if (id_equal(&crew->hospitals.rows[i].id, hospital))
            return crew->hospitals.rows[i].name;
    return "病院";
}

static void step(struct buf *out, const char *name, int64_t at)
{
    buf_text(out, name);
    buf_byte(out, ' ');
    if (at == 0)
        buf_text(out, "まだ");
    else
        view_text_time(out, at);
}

/* The grant of the hospital that is the destination now; the newest one. */
static const struct shown_grant *grant_now(const struct known_case *known)
{
    for (size_t i = known->shown.grants_count; i > 0; i--) {
        const struct shown_grant *grant = &known->shown.grants[i - 1];
        if (id_equal(&grant->hospital, &known->shown.destination))
            return grant;
    }
    return NULL;
}

static void stored_steps(const struct known_case *known, struct buf *out)
{
    const struct shown_grant *grant = grant_now(known);
    step(out, "ゲートウェイ保存", grant == NULL ? known->shown.destination_at : grant->issued_at);
    if (known->shown.not_connected == FLAG_YES) {
        buf_text(out, " → 接続していない病院（電話で伝えてください）");
    } else if (grant == NULL) {
        buf_text(out, " → 情報の提供なし（救急隊の記録だけ届きます）");
    } else if (grant->revoke != 0) {
        buf_printf(out, " → 許可は終わりました: %s", codes_ja(&codes_revoke_reason, grant->revoke));
    } else {
        step(out, " → 病院受信", grant->delivered_at);
        step(out, " → 病院確認", grant->opened_at);
    }
}

static void add_steps(struct crew *crew, const struct id *case_id, struct buf *out)
{
    const struct known_case *known = cases_find(client_cases(crew->client), case_id);
    const struct crew_case *own = crew_case_of(crew, case_id);
    bool waits = own != NULL && !id_absent(&own->destination_message);
    bool stored = known != NULL && known->shown.destination_at != 0;
    if (waits) {
        step(out, "  送信待ち", own->destination_made_at);
        buf_text(out, "から\n");
    }
    if (!stored)
        return;
    buf_text(out, "  ");
    if (crew->screen.terminal && !id_absent(&known->shown.destination)) {
        view_text_add(out, slice_of(hospital_name(crew, &known->shown.destination)));
        buf_text(out, "  ");
    }
    stored_steps(known, out);
    buf_byte(out, '\n');
}

static void report_steps(struct crew *crew, const struct known_case *known)
{
    const struct shown_grant *grant = grant_now(known);
    report_begin(&crew->report, "steps");
    report_id(&crew->report, "case", &known->id);
    report_id(&crew->report, "hospital", &known->shown.destination);
    report_int(&crew->report, "stored_at_ms",
               grant == NULL ? known->shown.destination_at : grant->issued_at);
    if (grant != NULL) {
        report_id(&crew->report, "grant", &grant->grant);
        report_int(&crew->report, "delivered_at_ms", grant->delivered_at);
        report_int(&crew->report, "opened_at_ms", grant->opened_at);
        report_word(&crew->report, "revoke", codes_name(&codes_revoke_reason, grant->revoke));
    }
    report_end(&crew->report);
}

void crew_steps(struct crew *crew, const struct id *case_id)
{
    const struct known_case *known = cases_find(client_cases(crew->client), case_id);
    struct buf text = {0};
    add_steps(crew, case_id, &text);
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
    if (known != NULL && known->shown.destination_at != 0)
        report_steps(crew, known);
}

/* ---- the list ---- */

static const char *view_words(const struct known_case *known)
{
    const struct shown_case *s = &known->shown;
    if (s->mixup != 0)
        return "取り違え";
    const struct shown_view *view = s->views_count == 0 ? NULL : &s->views[s->views_count - 1];
    if (view == NULL)
        return s->no_view != 0 ? codes_ja(&codes_no_view, s->no_view) : "閲覧なし";
    if (view->error != 0)
        return "照会失敗";
    if (view->ended == FLAG_YES)
        return "閲覧は終わりました";
    if (view->fetched_at == 0)
        return "照会中";
    return view->match == MATCH_MATCHED ? "閲覧できます" : "本人の照合がまだです";
}

static void add_known(struct crew *crew, const struct known_case *known, struct buf *out)
{
    const struct shown_case *s = &known->shown;
    buf_printf(out, "%s %s", id_equal(&known->id, &crew->case_id) ? "*" : " ", known->short_id);
    if (s->training == FLAG_YES)
        buf_text(out, "【訓練】");
    if (!id_absent(&s->device)) {
        struct id device = client_device(crew->client);
        if (!id_equal(&s->device, &device))
            buf_text(out, "【他隊】");
    }
    if (s->ended_at != 0)
        buf_printf(out, " 終了: %s", codes_ja(&codes_case_end, s->end));
    else if (s->handed_at != 0)
        buf_text(out, " 引継ぎ済み");
    buf_printf(out, "  %s%s%s\n",
               s->card_good == FLAG_YES       ? "カード確認済み・"
               : s->card_checking == FLAG_YES ? "カード確認中・"
                                              : "",
               view_words(known), s->must_ack == FLAG_YES ? "  ！別人の情報でした: ack-mixup" : "");
    for (size_t i = 0; i < s->asked_count; i++) {
        buf_text(out, "    ");
        if (crew->screen.terminal)
            view_text_add(out, slice_of(hospital_name(crew, &s->asked[i].hospital)));
        buf_printf(out, " %s%s\n", codes_ja(&codes_asked_status, s->asked[i].status),
                   s->asked[i].by_phone == FLAG_YES ? "（電話）" : "");
    }
}

static void add_unknown(struct crew *crew, const struct crew_case *c, struct buf *out)
{
    char text[ID_TEXT_SIZE];
    id_text(&c->id, text);
    buf_printf(out, "%s %.*s  送信待ち（ゲートウェイにまだ届いていません）\n",
               id_equal(&c->id, &crew->case_id) ? "*" : " ", SHORT_ID_CHARS,
               text + ID_TEXT_SIZE - SHORT_ID_CHARS);
}

void crew_list(struct crew *crew)
{
    struct cases *cases = client_cases(crew->client);
    struct buf text = {0};
    size_t count = 0;
    if (!crew->online) {
        buf_text(&text, "ゲートウェイと通信できません（");
        view_text_time(&text, crew->offline_since);
        buf_text(&text, "から）。最後に聞いた状態です\n");
    }
    for (const struct crew_case *c = crew->cases; c != NULL; c = c->next) {
        if (cases_find(cases, &c->id) != NULL || c->number[0] == '\0')
            continue;
        add_unknown(crew, c, &text);
        count++;
    }
    for (const struct known_case *known = cases_first(cases); known != NULL; known = known->next) {
        add_known(crew, known, &text);
        add_steps(crew, &known->id, &text);
        count++;
    }
    if (count == 0)
        buf_text(&text, "事案はありません\n");
    screen_text(&crew->screen, buf_slice(&text));
    buf_free(&text);
    crew_kept_tell(crew);
}
