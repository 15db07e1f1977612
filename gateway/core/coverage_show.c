/* coverage_show.c — Job: what of a month's counts may be told: none that is small, or tells one. */
#include "gateway/core/coverage.h"

#include "gateway/core/month.h"

/* The parts of what was tried: those viewed and, for each reason, those not. They add up to the
 * attempts, so whoever knows all but one of them knows that one, too. */
enum { PARTS = COVERAGE_REASONS + 1 };

struct part {
    int64_t count;
    int hidden; /* enum coverage_hidden */
};

static int few(int64_t count)
{
    return count < COVERAGE_FEW ? HIDDEN_FEW : 0;
}

static struct part *smallest_shown(struct part parts[PARTS])
{
    struct part *found = NULL;
    for (size_t i = 0; i < PARTS; i++)
        if (parts[i].hidden == 0 && (found == NULL || parts[i].count < found->count))
            found = &parts[i];
    return found;
}

/* What is hidden is known as a sum: it must be of two at least, and not small itself. */
static bool given_away(const struct part parts[PARTS])
{
    int64_t sum = 0;
    size_t hidden = 0;
    for (size_t i = 0; i < PARTS; i++) {
        sum += parts[i].hidden != 0 ? parts[i].count : 0;
        hidden += parts[i].hidden != 0 ? 1 : 0;
    }
    return hidden == 1 || (hidden > 1 && sum < COVERAGE_FEW);
}

static void hide_parts(struct part parts[PARTS])
{
    struct part *next;
    for (size_t i = 0; i < PARTS; i++)
        parts[i].hidden = few(parts[i].count);
    while (given_away(parts) && (next = smallest_shown(parts)) != NULL)
        next->hidden = HIDDEN_DERIVED;
}

static int64_t told(int64_t count, int hidden)
{
    return hidden == 0 ? count : INT_ABSENT;
}

static void show_numbers(const struct coverage_month *month, const struct part *viewed,
                         struct coverage_row *out)
{
    for (int what = COVERAGE_DISPATCHES; what < COVERAGE_WHATS; what++) {
        int64_t count = what == COVERAGE_DISPATCHES ? month->dispatches : month->counts[what];
        struct coverage_number *row = &out->numbers[out->numbers_count++];
        bool absent = what == COVERAGE_DISPATCHES && count == INT_ABSENT;
        int hidden = absent ? 0 : what == COVERAGE_VIEWED ? viewed->hidden : few(count);
        *row = (struct coverage_number){what, told(count, hidden), hidden};
    }
}

static void show_delays(const struct coverage_month *month, struct coverage_row *out)
{
    for (int what = TIME_GAINED; what < COVERAGE_TIMES; what++) {
        const struct coverage_spread *spread = &month->spreads[what];
        struct coverage_delay *row = &out->delays[out->delays_count++];
        int hidden = few(spread->count);
        *row = (struct coverage_delay){.what = what,
                                       .count = told(spread->count, hidden),
                                       .median_s = told(spread->median_s, hidden),
                                       .p90_s = told(spread->p90_s, hidden),
                                       .hidden = hidden};
    }
}

void coverage_show(const struct coverage_month *month, char text[MONTH_CHARS + 1],
                   struct coverage_row *out)
{
    struct part parts[PARTS];
    for (size_t i = 0; i < COVERAGE_REASONS; i++)
        parts[i].count = month->reasons[i];
    parts[COVERAGE_REASONS].count = month->counts[COVERAGE_VIEWED];
    hide_parts(parts);
    month_text(month->month, text);
    record_clear(&record_coverage_row, out);
    out->org = month->org;
    out->month = (struct slice){text, MONTH_CHARS};
    out->dispatches_by = month->dispatches_by;
    out->dispatches_source = month->dispatches_source;
    out->dispatches_at = month->dispatches_at;
    show_numbers(month, &parts[COVERAGE_REASONS], out);
    for (int i = 0; i < COVERAGE_REASONS; i++)
        out->reasons[out->reasons_count++] =
            (struct coverage_reason){i, told(parts[i].count, parts[i].hidden), parts[i].hidden};
    show_delays(month, out);
}
