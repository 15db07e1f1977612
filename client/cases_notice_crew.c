/* cases_notice_crew.c — Job: the fold of notices about card, view and take-over: the crew's
 * only. */
#include "client/cases_inner.h"

static struct shown_view *view_or_new(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    if (id_absent(&t->b->view))
        return NULL;
    struct shown_view *row = (struct shown_view *)case_view(t->c, &t->b->view);
    if (row == NULL && s->views_count < CASE_VIEWS_MAX) {
        row = &s->views[s->views_count++];
        *row = (struct shown_view){.view = t->b->view};
    }
    return row;
}

void fold_fetch_asked(const struct heard *t)
{
    struct shown_view *row = view_or_new(t);
    if (row == NULL)
        return;
    row->sections = t->b->sections;
    row->asked_at = t->b->at;
}

void fold_view_fetched(const struct heard *t)
{
    struct shown_view *row = view_or_new(t);
    if (row == NULL)
        return;
    row->sections = t->b->sections;
    row->fetched_at = t->b->at;
    row->until = t->b->until;
    row->held = FLAG_YES;
    t->c->shown.mixup = 0;
}

void fold_fetch_failed(const struct heard *t)
{
    struct shown_view *row = view_or_new(t);
    if (row == NULL)
        return;
    row->error = t->b->error;
    row->ended = FLAG_YES;
}

void fold_view_ended(const struct heard *t)
{
    struct shown_view *row = view_or_new(t);
    if (row == NULL)
        return;
    row->ended = FLAG_YES;
    row->held = FLAG_NO;
}

static bool refusal_stands(const struct shown_case *s, size_t at)
{
    const struct shown_ground *ground = &s->grounds[at];
    for (size_t i = at + 1; i < s->grounds_count; i++)
        if (s->grounds[i].right == ground->right &&
            id_equal(&s->grounds[i].hospital, &ground->hospital))
            return false;
    return ground->basis == BASIS_REFUSED;
}

void forget_card(struct shown_case *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->grounds_count; i++)
        if (refusal_stands(s, i))
            s->grounds[kept++] = s->grounds[i];
    s->grounds_count = kept;
    s->card_good = s->card_checking = FLAG_NO;
}

void fold_identity_checked(const struct heard *t)
{
    struct shown_view *row = view_or_new(t);
    if (row == NULL)
        return;
    row->match = t->b->match;
    if (row->match == MATCH_NOT_MATCHED)
        forget_card(&t->c->shown);
}

void fold_card_asked(const struct heard *t)
{
    t->c->shown.card_checking = FLAG_YES;
    t->c->shown.card_error = 0;
}

void fold_card_read(const struct heard *t)
{
    t->c->shown.card_checking = FLAG_NO;
    t->c->shown.card_good = FLAG_YES;
}

void fold_card_refused(const struct heard *t)
{
    t->c->shown.card_checking = FLAG_NO;
    t->c->shown.card_good = FLAG_NO;
    t->c->shown.card_error = t->b->error;
}

void fold_case_opened(const struct heard *t)
{
    t->c->shown.opened_at = t->b->at;
    t->c->shown.training = t->b->training;
    case_text(MSG_CASE_OPEN, t->content, &t->c->opened);
}

void fold_no_view(const struct heard *t)
{
    t->c->shown.no_view = t->b->no_view;
}

void fold_ground(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    struct body_ground ground;
    struct complaint why;
    if (t->content == NULL ||
        record_decode(&record_ground, t->content, RECORD_LENIENT, &ground, &why) != ERR_OK)
        return;
    if (s->grounds_count == CASE_GROUNDS_MAX) {
        s->grounds_count--;
        memmove(s->grounds, s->grounds + 1, s->grounds_count * sizeof s->grounds[0]);
    }
    s->grounds[s->grounds_count++] = (struct shown_ground){
        .right = ground.right, .basis = ground.basis, .hospital = ground.hospital, .at = t->b->at};
}

void fold_withdrawn(const struct heard *t)
{
    struct shown_case *s = &t->c->shown;
    for (size_t i = 0; i < s->grounds_count; i++)
        s->grounds[i].withdrawn = FLAG_YES;
}

void fold_taken_over(const struct heard *t)
{
    t->c->shown.device = t->b->device;
}
