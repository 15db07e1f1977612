/* crew_page.c — Job: what a page asks of the card reader, and what it hears of it.
 *
 * A page's wait is not a typed line's: it holds no script, and its end ends no program. */
#include "ambulance_client/crew_inner.h"

#include "common/log.h"

static void stop(struct crew *crew)
{
    crew->page_wait = (struct crew_page_wait){.until = 0};
    if (crew->signing.by_page)
        crew->signing.active = false;
}

static enum err sign(struct crew *crew, enum pages_card_act act, const struct id *person,
                     const struct id *case_id, struct slice pin)
{
    enum card_last_try before = crew->signing.last_try;
    crew->signing.last_try = act == PAGES_CARD_SIGN_LAST ? CARD_SPEND_LAST_TRY : CARD_KEEP_LAST_TRY;
    enum err err = pin.bytes == NULL ? ERR_MISSING_FIELD : crew_sign(crew, person, case_id, pin);
    if (err == ERR_OK)
        crew->signing.by_page = true;
    else
        crew->signing.last_try = before;
    return err;
}

enum err crew_page_card(struct crew *crew, enum pages_card_act act, const struct id *person,
                        const struct id *case_id, struct slice pin)
{
    if (act == PAGES_CARD_CANCEL) {
        stop(crew);
        return ERR_OK;
    }
    if (crew->calls.card_sign == NULL)
        return ERR_NO_READER;
    if (id_absent(case_id))
        return ERR_NO_SUCH_CASE;
    if (act != PAGES_CARD_READ)
        return sign(crew, act, person, case_id, pin);
    crew->page_wait =
        (struct crew_page_wait){.case_id = *case_id,
                                .person = *person,
                                .until = crew_mono(crew) + (uint64_t)CREW_CARD_WAIT_S * 1000};
    crew_page_look(crew);
    return ERR_OK;
}

/* A card that was read for another case has to be taken out first. */
static bool fits(const struct crew *crew)
{
    const struct crew_card *card = &crew->card;
    return card->good &&
           (id_absent(&card->used_for) || id_equal(&card->used_for, &crew->page_wait.case_id));
}

void crew_page_look(struct crew *crew)
{
    struct crew_page_wait was = crew->page_wait;
    if (was.until == 0)
        return;
    if (fits(crew)) {
        crew->page_wait = (struct crew_page_wait){.until = 0};
        enum err err = crew_say_bare_card(crew, &was.person, &was.case_id);
        if (err != ERR_OK)
            log_warn("crew", NULL, "a card read for a page was not sent: %s", err_name(err));
    } else if (crew_mono(crew) >= was.until) {
        stop(crew);
    }
}

void crew_page_tell(struct crew *crew, const struct card_event *event)
{
    char ja[CARD_TEXT_MAX], en[CARD_TEXT_MAX];
    enum card_outcome outcome = card_outcome_of(event);
    bool told = event->tries != CARD_TRIES_UNKNOWN && event->kind >= CARD_EVENT_SIGNED;
    card_text(outcome, CARD_JAPANESE, event->tries, ja);
    card_text(outcome, CARD_ENGLISH, event->tries, en);
    struct pages_reader reader = {.state = card_outcome_name(outcome),
                                  .ja = ja,
                                  .en = en,
                                  .tries = told ? event->tries : -1,
                                  .good = crew->card.good};
    pages_reader(crew->pages, &reader);
}
