/* case_mixup.c — Job: the fold of a mix-up: what of a case was another person's, who must know. */
#include "gateway/core/state.h"

/* A refusal that nothing has overtaken stays true of this patient. */
static bool refusal_stands(const struct case_state *c, size_t at)
{
    const struct case_ground *ground = &c->grounds[at];
    for (size_t i = at + 1; i < c->grounds_count; i++)
        if (c->grounds[i].right == ground->right &&
            id_equal(&c->grounds[i].hospital, &ground->hospital))
            return false;
    return ground->basis == BASIS_REFUSED;
}

/* The card was another person's: what was said for it is void, and the right one may be read. */
void case_forget_card(struct case_state *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->grounds_count; i++)
        if (refusal_stands(c, i))
            c->grounds[kept++] = c->grounds[i];
    c->grounds_count = kept;
    c->card = CARD_NONE;
    c->card_at = 0;
    c->card_event = (struct id){{0}};
    c->alias = (struct id){{0}};
}

void case_apply_mixup(struct case_state *c, const struct event *e)
{
    if (e->type == EVENT_MIXUP) {
        c->mixup = e->code;
        if (e->code == MIXUP_WRONG_PATIENT)
            case_forget_card(c);
    }
    for (size_t i = 0; i < c->openers_count; i++) {
        struct case_opener *opener = &c->openers[i];
        if (e->type == EVENT_MIXUP) {
            opener->must_ack = FLAG_YES;
            opener->acked = FLAG_ABSENT; /* a second mix-up is acknowledged anew */
        } else if (id_equal(&opener->person, &e->person)) {
            opener->acked = FLAG_YES;
        }
    }
}
