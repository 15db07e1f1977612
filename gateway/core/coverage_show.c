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
    while (given_away(parts) && (next = smallest_shown(parts)) != NULL)
        next->hidden = HIDDEN_DERIVED;
}

/* Of two numbers of which one is part of the other, the difference is a count, too. */
static bool differ_by_few(int64_t whole, int64_t part)
{
    return whole != part && whole - part < COVERAGE_FEW && part - whole < COVERAGE_FEW;
}

/* Each is part of the one before. HIDDEN has what is known to be hidden; those told are compared
 * with the last one told, and those too near to it are hidden. */
static void hide_steps(const struct coverage_month *month, int first, int last,
                       int hidden[COVERAGE_WHATS])
{
    int told = 0;
    for (int what = first; what <= last; what++) {
        if (hidden[what] == 0 && told != 0 &&
            differ_by_few(month->counts[told], month->counts[what]))
            hidden[what] = HIDDEN_DERIVED;
        told = hidden[what] == 0 ? what : told;
    }
}

/* Viewed stands in both: as a step behind the attempts, and as what the reasons leave of them. */
static void hide(const struct coverage_month *month, struct part parts[PARTS],
                 int hidden[COVERAGE_WHATS])
{
    for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
        hidden[what] = few(month->counts[what]);
    hide_steps(month, COVERAGE_ATTEMPTS, COVERAGE_VIEWED, hidden);
    for (size_t i = 0; i < COVERAGE_REASONS; i++)
        parts[i] = (struct part){month->reasons[i], few(month->reasons[i])};
    parts[COVERAGE_REASONS] =
        (struct part){month->counts[COVERAGE_VIEWED], hidden[COVERAGE_VIEWED]};
    hide_parts(parts);
    hidden[COVERAGE_VIEWED] = parts[COVERAGE_REASONS].hidden;
    hide_steps(month, COVERAGE_ATTEMPTS, COVERAGE_OPENED_BEFORE, hidden);
}

static int64_t told(int64_t count, int hidden)
{
    return hidden == 0 ? count : INT_ABSENT;
}

static void show_numbers(const struct coverage_month *month, const int hidden[COVERAGE_WHATS],
                         struct coverage_row *out)
{
    out->numbers[out->numbers_count++] = (struct coverage_number){
        COVERAGE_DISPATCHES, told(month->dispatches, few(month->dispatches)),
        month->dispatches == INT_ABSENT ? 0 : few(month->dispatches)};
    for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
        out->numbers[out->numbers_count++] =
            (struct coverage_number){what, told(month->counts[what], hidden[what]), hidden[what]};
}

/* From how many cases a delay is made is one of the numbers, or nearly. */
static const int delay_of[COVERAGE_TIMES] = {[TIME_GAINED] = COVERAGE_OPENED_BEFORE,
                                             [TIME_READ_DELIVERED] = COVERAGE_DELIVERED,
                                             [TIME_READ_OPENED] = COVERAGE_OPENED};

static void show_delays(const struct coverage_month *month, const int hidden[COVERAGE_WHATS],
                        struct coverage_row *out)
{
    for (int what = TIME_GAINED; what < COVERAGE_TIMES; what++) {
        const struct coverage_spread *spread = &month->spreads[what];
        struct coverage_delay *row = &out->delays[out->delays_count++];
        int small = few(spread->count);
        bool near = hidden[delay_of[what]] != 0 ||
                    differ_by_few(month->counts[delay_of[what]], spread->count);
        int count_hidden = small != 0 ? small : near ? HIDDEN_DERIVED : 0;
        *row = (struct coverage_delay){.what = what,
                                       .count = told(spread->count, count_hidden),
                                       .median_s = told(spread->median_s, small),
                                       .p90_s = told(spread->p90_s, small),
                                       .hidden = count_hidden};
    }
}

void coverage_show(const struct coverage_month *month, char text[MONTH_CHARS + 1],
                   struct coverage_row *out)
{
    struct part parts[PARTS];
    int hidden[COVERAGE_WHATS] = {0};
    hide(month, parts, hidden);
    month_text(month->month, text);
    record_clear(&record_coverage_row, out);
    out->org = month->org;
    out->month = (struct slice){text, MONTH_CHARS};
    out->dispatches_by = month->dispatches_by;
    out->dispatches_source = month->dispatches_source;
    out->dispatches_at = month->dispatches_at;
    show_numbers(month, hidden, out);
    for (int i = 0; i < COVERAGE_REASONS; i++)
        out->reasons[out->reasons_count++] =
            (struct coverage_reason){i, told(parts[i].count, parts[i].hidden), parts[i].hidden};
    show_delays(month, hidden, out);
}

/* ---- one row for each ambulance ---- */

static struct coverage_number *number_in(struct coverage_row *row, int what)
{
    return &row->numbers[what - COVERAGE_ATTEMPTS];
}

/* Of one column: what is hidden is known as a sum, because the whole is told elsewhere. */
static bool column_given_away(const struct coverage_month *months, struct coverage_row *rows,
                              size_t count, int what)
{
    int64_t sum = 0;
    size_t hidden = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_hidden = number_in(&rows[i], what)->hidden != 0;
        sum += is_hidden ? months[i].counts[what] : 0;
        hidden += is_hidden ? 1 : 0;
    }
    return hidden == 1 || (hidden > 1 && sum < COVERAGE_FEW);
}

static bool hide_smallest(struct coverage_row *rows, size_t count, int what)
{
    struct coverage_number *found = NULL;
    for (size_t i = 0; i < count; i++) {
        struct coverage_number *number = number_in(&rows[i], what);
        if (number->hidden == 0 && (found == NULL || number->count < found->count))
            found = number;
    }
    if (found != NULL)
        *found = (struct coverage_number){what, INT_ABSENT, HIDDEN_DERIVED};
    return found != NULL;
}

void coverage_show_devices(const struct coverage_month *months, size_t count,
                           char text[MONTH_CHARS + 1], struct coverage_row *out)
{
    for (size_t i = 0; i < count; i++) {
        int hidden[COVERAGE_WHATS] = {0};
        for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
            hidden[what] = few(months[i].counts[what]);
        hide_steps(&months[i], COVERAGE_ATTEMPTS, COVERAGE_OPENED_BEFORE, hidden);
        month_text(months[i].month, text);
        record_clear(&record_coverage_row, &out[i]);
        out[i].device = months[i].org;
        out[i].month = (struct slice){text, MONTH_CHARS};
        for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
            out[i].numbers[out[i].numbers_count++] = (struct coverage_number){
                what, told(months[i].counts[what], hidden[what]), hidden[what]};
    }
    for (int what = COVERAGE_ATTEMPTS; what < COVERAGE_WHATS; what++)
        while (column_given_away(months, out, count, what) && hide_smallest(out, count, what))
            continue;
}
