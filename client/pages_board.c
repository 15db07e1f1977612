/* pages_board.c — Job: what the pages of one box tell the crews together: people, availability. */
#include "client/pages_inner.h"

#include "common/log.h"

static int anybody(const struct pages *p)
{
    for (const struct page_link *l = p->links; l != NULL; l = l->next)
        if (l->people == FLAG_YES)
            return FLAG_YES;
    return FLAG_NO;
}

static enum err tell(struct pages *p)
{
    struct board_told *told = &p->board;
    struct body_board body = {.people = told->people, .accepting = told->accepting};
    if (told->specialties_told)
        body.specialties = slice_of(told->specialties);
    return p->calls.board(p->calls.self, &body);
}

/* What is left out stays. */
static enum err take(struct board_told *told, const struct body_board *body)
{
    if (body->specialties.size >= sizeof told->specialties)
        return ERR_TOO_LARGE;
    if (body->accepting != FLAG_ABSENT)
        told->accepting = body->accepting;
    if (body->specialties.bytes != NULL) {
        memcpy(told->specialties, body->specialties.bytes, body->specialties.size);
        told->specialties[body->specialties.size] = '\0';
        told->specialties_told = true;
    }
    return ERR_OK;
}

enum err pages_board_say(struct page_link *link, const struct body_board *body)
{
    struct pages *p = link->pages;
    if (p->calls.board == NULL)
        return ERR_NOT_PROVIDED;
    enum err err = take(&p->board, body);
    if (err != ERR_OK)
        return err;
    if (body->people != FLAG_ABSENT)
        link->people = body->people;
    p->board.people = anybody(p);
    err = tell(p);
    if (err == ERR_OK)
        pages_say_board(p, NULL);
    return err;
}

void pages_board_links(struct pages *p)
{
    if (p->calls.board == NULL)
        return;
    int people = anybody(p);
    if (p->board.people != FLAG_ABSENT && p->board.people != people) {
        p->board.people = people;
        enum err err = tell(p);
        if (err != ERR_OK)
            log_warn("pages", NULL, "what the board says was not sent: %s", err_name(err));
    }
    pages_say_board(p, NULL);
}

enum err pages_board_typed(struct pages *p, const struct body_board *body)
{
    enum err err = p == NULL ? ERR_OK : take(&p->board, body);
    if (p != NULL && err == ERR_OK)
        pages_say_board(p, NULL);
    return err;
}
