/* coverage.c — Job: how much of a headquarters' work the gateway reached, folded from the log. */
#include "gateway/core/coverage.h"

#include "gateway/core/month.h"
#include "proto/err.h"

#define BIT(what) (1u << (unsigned)(what))
static const unsigned OF_A_VIEW =
    BIT(COVERAGE_VIEWED) | BIT(COVERAGE_GRANTED) | BIT(COVERAGE_DELIVERED) | BIT(COVERAGE_OPENED);

bool coverage_concerns(const struct event *event)
{
    if (id_absent(&event->case_id) || event->training == FLAG_YES)
        return false;
    switch (event->type) {
    case EVENT_CASE_OPENED:
    case EVENT_CARD_CHECK_ASKED:
    case EVENT_CARD_REFUSED:
    case EVENT_GROUND_RECORDED:
    case EVENT_FETCH_ASKED:
    case EVENT_FETCH_FAILED:
    case EVENT_IDENTITY_CHECKED:
    case EVENT_NO_VIEW:
    case EVENT_GRANT_ISSUED:
    case EVENT_DELIVERED:
    case EVENT_OPENED:
    case EVENT_ETA_TOLD:
    case EVENT_ARRIVED:
    case EVENT_HANDED_OVER:
    case EVENT_HANDOVER_CONFIRMED:
    case EVENT_MIXUP:
    case EVENT_CASE_ENDED:
        return true;
    default:
        return false;
    }
}

/* The view was another person's: nothing of it was this patient's. */
static void forget_view(struct coverage_case *c)
{
    c->reached &= ~OF_A_VIEW;
    c->reason = NO_VIEW_ID_MISMATCH;
    c->read_at = c->delivered_at = c->opened_at = 0;
}

static int reason_of_failure(int code)
{
    return code == ERR_NOT_REGISTERED  ? NO_VIEW_NOT_REGISTERED
           : code == ERR_WRONG_PATIENT ? NO_VIEW_ID_MISMATCH
                                       : NO_VIEW_SYSTEM_ERROR;
}

/* Before there is a view: what was tried, and why it gave nothing. */
static void apply_attempt(struct coverage_case *c, const struct event *e)
{
    switch (e->type) {
    case EVENT_CARD_CHECK_ASKED:
        c->reached |= BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_WITH_CARD);
        if (c->read_at == 0)
            c->read_at = e->at;
        break;
    case EVENT_CARD_REFUSED:
        c->reached |= BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_WITH_CARD);
        break;
    case EVENT_GROUND_RECORDED:
        if (e->right != RIGHT_CREW_VIEW || e->basis != BASIS_REFUSED)
            break;
        c->reached |= BIT(COVERAGE_ATTEMPTS);
        c->reason = NO_VIEW_REFUSED;
        break;
    case EVENT_FETCH_FAILED:
        c->reached |= BIT(COVERAGE_ATTEMPTS);
        c->reason = reason_of_failure(e->code);
        break;
    case EVENT_NO_VIEW:
        c->reached |= BIT(COVERAGE_ATTEMPTS);
        c->reason = e->code;
        break;
    default: /* EVENT_FETCH_ASKED */
        c->reached |= BIT(COVERAGE_ATTEMPTS);
        break;
    }
}

/* Three facts, as the log has them; each only of a view that was this patient's. */
static void apply_view(struct coverage_case *c, const struct event *e)
{
    bool granted = (c->reached & BIT(COVERAGE_GRANTED)) != 0 && !id_absent(&e->grant);
    switch (e->type) {
    case EVENT_IDENTITY_CHECKED:
        if (e->code == MATCH_MATCHED)
            c->reached |= BIT(COVERAGE_ATTEMPTS) | BIT(COVERAGE_VIEWED);
        else
            forget_view(c);
        break;
    case EVENT_GRANT_ISSUED:
        if (c->reached & BIT(COVERAGE_VIEWED))
            c->reached |= BIT(COVERAGE_GRANTED);
        break;
    case EVENT_DELIVERED:
        if (granted && c->delivered_at == 0)
            c->delivered_at = e->at;
        c->reached |= granted ? BIT(COVERAGE_DELIVERED) : 0;
        break;
    case EVENT_OPENED:
        if (granted && c->opened_at == 0)
            c->opened_at = e->at;
        c->reached |= granted ? BIT(COVERAGE_OPENED) : 0;
        break;
    default: /* EVENT_MIXUP */
        if (e->code == MIXUP_WRONG_PATIENT)
            forget_view(c);
        break;
    }
}

static void apply_end(struct coverage_case *c, const struct event *e)
{
    /* Said later without radio, the hand-over was when the crew says it was. */
    int64_t at = e->made_at != 0 && e->made_at < e->at ? e->made_at : e->at;
    switch (e->type) {
    case EVENT_ETA_TOLD:
    case EVENT_ARRIVED:
        c->eta_at = e->until;
        break;
    case EVENT_CASE_ENDED:
        if (e->code == END_OPENED_BY_MISTAKE || e->code == END_TRAINING)
            c->left_out = FLAG_YES;
        break;
    default: /* EVENT_HANDED_OVER, EVENT_HANDOVER_CONFIRMED */
        if (c->handed_at == 0 || at < c->handed_at)
            c->handed_at = at;
        break;
    }
}

void coverage_apply(struct coverage_case *c, const struct event *e)
{
    if (e->type == EVENT_CASE_OPENED && id_absent(&c->org)) {
        *c = (struct coverage_case){.org = e->org, .device = e->device, .month = month_of(e->at)};
        return;
    }
    if (id_absent(&c->org) || !coverage_concerns(e))
        return; /* practice has no row here */
    switch (e->type) {
    case EVENT_IDENTITY_CHECKED:
    case EVENT_GRANT_ISSUED:
    case EVENT_DELIVERED:
    case EVENT_OPENED:
    case EVENT_MIXUP:
        apply_view(c, e);
        break;
    case EVENT_ETA_TOLD:
    case EVENT_ARRIVED:
    case EVENT_HANDED_OVER:
    case EVENT_HANDOVER_CONFIRMED:
    case EVENT_CASE_ENDED:
        apply_end(c, e);
        break;
    case EVENT_CASE_OPENED:
        break;
    default:
        apply_attempt(c, e);
        break;
    }
}

/* What the crew said last: that it is there, or when it would be; not after the hand-over.
 * 0: not known. */
static int64_t arrival(const struct coverage_case *c)
{
    if (c->handed_at == 0 || (c->eta_at != 0 && c->eta_at < c->handed_at))
        return c->eta_at;
    return c->handed_at;
}

static int seconds_between(int64_t from, int64_t to)
{
    if (from == 0 || to < from)
        return -1;
    int64_t seconds = (to - from) / 1000;
    return seconds > COVERAGE_SECONDS_MAX ? COVERAGE_SECONDS_MAX : (int)seconds;
}

void coverage_part(const struct coverage_case *c, struct coverage_part *out)
{
    *out = (struct coverage_part){.reason = -1, .seconds = {-1, -1, -1, -1}};
    if (id_absent(&c->org) || c->left_out == FLAG_YES)
        return;
    out->reached = c->reached;
    if ((c->reached & BIT(COVERAGE_ATTEMPTS)) && !(c->reached & BIT(COVERAGE_VIEWED)))
        out->reason = c->reason;
    if (c->opened_at != 0 && c->opened_at < arrival(c)) {
        out->reached |= BIT(COVERAGE_OPENED_BEFORE);
        out->seconds[TIME_GAINED] = seconds_between(c->opened_at, arrival(c));
    }
    out->seconds[TIME_READ_DELIVERED] = seconds_between(c->read_at, c->delivered_at);
    out->seconds[TIME_READ_OPENED] = seconds_between(c->read_at, c->opened_at);
}

static int64_t at_rank(const struct coverage_seconds *rows, size_t count, int64_t rank)
{
    int64_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        seen += rows[i].times;
        if (seen >= rank)
            return rows[i].seconds;
    }
    return 0;
}

struct coverage_spread coverage_spread(const struct coverage_seconds *rows, size_t count)
{
    struct coverage_spread spread = {0};
    for (size_t i = 0; i < count; i++)
        spread.count += rows[i].times;
    if (spread.count == 0)
        return spread;
    spread.median_s = at_rank(rows, count, (spread.count + 1) / 2);
    spread.p90_s = at_rank(rows, count, (spread.count * 9 + 9) / 10);
    return spread;
}
