/* crew_hand_up.c — Job: after a restart of the gateway, hand the sealed views back up.
 *
 * A snapshot says which views of our cases the gateway does not hold any more. What this tablet
 * still has of them, sealed as it came, goes up piece by piece; it was in memory only and stays
 * there. The pieces are spread over time: the gateway closes a line that sends too much at once. A
 * new snapshot then says whether it worked. */
#include "ambulance_client/crew_inner.h"

#include "common/log.h"
#include "proto/base64.h"

static struct crew_hand_up *row_of(struct crew *crew, const struct id *view)
{
    for (size_t i = 0; i < CASE_VIEWS_MAX; i++)
        if (crew->hand_up[i].tries != 0 && id_equal(&crew->hand_up[i].view, view))
            return &crew->hand_up[i];
    return NULL;
}

static struct crew_hand_up *free_row(struct crew *crew)
{
    for (size_t i = 0; i < CASE_VIEWS_MAX; i++)
        if (crew->hand_up[i].tries == 0)
            return &crew->hand_up[i];
    return NULL;
}

static const struct sealed_view *held_here(const struct crew *crew, const struct id *view)
{
    static const struct id no_grant;
    const struct sealed_view *v = sealed_views_find(client_views(crew->client), view, &no_grant);
    return v != NULL && v->state == SEALED_COMPLETE ? v : NULL;
}

static void begin(struct crew *crew, const struct sealed_view *view)
{
    struct crew_hand_up *row = row_of(crew, &view->view);
    if (row == NULL)
        row = free_row(crew);
    if (row == NULL || row->running)
        return;
    if (row->tries == CREW_HAND_UP_TRIES) {
        row->tries++; /* said once */
        log_error("crew", NULL, "the gateway does not take the view back");
        screen_line(&crew->screen,
                    "ゲートウェイに情報を戻せません。もう一度照会してください: view");
    }
    if (row->tries > CREW_HAND_UP_TRIES)
        return;
    int tries = row->tries + 1;
    *row = (struct crew_hand_up){
        .case_id = view->case_id, .view = view->view, .tries = tries, .running = true};
    report_begin(&crew->report, "hand_up");
    report_id(&crew->report, "case", &view->case_id);
    report_id(&crew->report, "view", &view->view);
    report_int(&crew->report, "bytes", (int64_t)view->bytes);
    report_end(&crew->report);
}

static bool is_ours(const struct crew *crew, const struct known_case *known)
{
    struct id device = client_device(crew->client);
    return id_equal(&known->shown.device, &device) && known->shown.ended_at == 0 &&
           known->shown.handed_at == 0;
}

static void look_at(struct crew *crew, const struct shown_view *shown)
{
    const struct sealed_view *view = held_here(crew, &shown->view);
    struct crew_hand_up *row = row_of(crew, &shown->view);
    if (shown->held == FLAG_YES && row != NULL) {
        report_begin(&crew->report, "handed_up");
        report_id(&crew->report, "case", &row->case_id);
        report_id(&crew->report, "view", &row->view);
        report_end(&crew->report);
        crew_arrived(crew, &row->case_id, slice_of("handed_up"));
        *row = (struct crew_hand_up){.tries = 0};
    }
    if (shown->held == FLAG_NO && shown->ended != FLAG_YES && shown->fetched_at != 0 &&
        view != NULL)
        begin(crew, view);
}

static void send_some(struct crew *crew, size_t pieces);

void crew_hand_up_look(struct crew *crew)
{
    struct cases *cases = client_cases(crew->client);
    for (const struct known_case *known = cases_first(cases); known != NULL; known = known->next)
        for (size_t i = 0; is_ours(crew, known) && i < known->shown.views_count; i++)
            look_at(crew, &known->shown.views[i]);
    send_some(crew, CREW_HAND_UP_BURST);
}

/* ---- pieces ---- */

/* Counted from what is here: a header's own count may be of smaller pieces. */
static int64_t pieces_of(const struct sealed_section *section)
{
    return (int64_t)((section->sealed.size + VIEW_PIECE_BYTES_MAX - 1) / VIEW_PIECE_BYTES_MAX);
}

static enum err send_piece(struct crew *crew, const struct crew_hand_up *row,
                           const struct sealed_section *section)
{
    static const struct id none;
    size_t from = (size_t)row->piece * VIEW_PIECE_BYTES_MAX;
    size_t left = section->sealed.size - from;
    struct buf text = {0};
    base64_add(&text, section->sealed.bytes + from,
               left < VIEW_PIECE_BYTES_MAX ? left : VIEW_PIECE_BYTES_MAX);
    struct body_view_piece body = {.view = row->view,
                                   .section = section->section,
                                   .piece = row->piece,
                                   .pieces = pieces_of(section),
                                   .bytes = buf_slice(&text)};
    enum err err = buf_error(&text);
    if (err == ERR_OK)
        err = session_send(client_session(crew->client), MSG_VIEW_HAND_UP, &none, &row->case_id,
                           &body, NULL);
    buf_free(&text);
    return err;
}

/* One piece of ROW; false: nothing more can go now. */
static bool advance(struct crew *crew, struct crew_hand_up *row)
{
    const struct sealed_view *view = held_here(crew, &row->view);
    if (view == NULL) { /* its right has ended meanwhile */
        *row = (struct crew_hand_up){.tries = 0};
        return true;
    }
    const struct sealed_section *section = &view->sections[row->section];
    if (pieces_of(section) != 0 && send_piece(crew, row, section) != ERR_OK)
        return false;
    row->piece++;
    if (row->piece < pieces_of(section))
        return true;
    row->piece = 0;
    row->section++;
    if (row->section < view->sections_count)
        return true;
    row->running = false;
    session_ask_snapshot(client_session(crew->client)); /* has it arrived? */
    return true;
}

static void send_some(struct crew *crew, size_t pieces)
{
    for (size_t i = 0; i < CASE_VIEWS_MAX; i++) {
        struct crew_hand_up *row = &crew->hand_up[i];
        for (; crew->online && row->running && pieces > 0; pieces--)
            if (!advance(crew, row))
                return;
    }
}

void crew_hand_up_tick(struct crew *crew)
{
    send_some(crew, CREW_HAND_UP_TICK);
}

void crew_hand_up_offline(struct crew *crew)
{
    memset(crew->hand_up, 0, sizeof crew->hand_up);
}
