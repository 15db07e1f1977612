/* coverage.h — Job: how much of a headquarters' work the gateway reached, folded from the log.
 *
 * One case is followed by a few numbers; what it adds to its month can be taken out again when the
 * next event changes it. So the counts of any month stand ready, however long the log is, and the
 * log can be gone through again to make them anew. Practice never counts, nor does a case that was
 * opened by mistake. A case counts in the month in which it was opened, for the headquarters that
 * opened it. */
#ifndef GATEWAY_CORE_COVERAGE_H
#define GATEWAY_CORE_COVERAGE_H

#include "gateway/core/event.h"
#include "proto/console.h"

enum { COVERAGE_WHATS = COVERAGE_OPENED_BEFORE + 1, COVERAGE_TIMES = TIME_READ_OPENED + 1 };
/* Longer ones count as this: a view does not live longer than a day. */
enum { COVERAGE_SECONDS_MAX = 86400 };

struct coverage_case {
    struct id org;    /* absent: not a case that counts */
    struct id device; /* the ambulance that opened it: the case counts for it, too */
    int month;        /* month.h */
    unsigned reached; /* bit set of enum coverage_count; OPENED_BEFORE is worked out */
    int reason;       /* enum no_view, 0: none was said */
    int left_out;     /* enum flag: by mistake, or practice after all */
    int64_t read_at, delivered_at, opened_at, eta_at, handed_at;
};

/* What a case adds to its month. */
struct coverage_part {
    unsigned reached;            /* bit set; 0: nothing */
    int reason;                  /* -1: none; else enum no_view, 0: not said */
    int seconds[COVERAGE_TIMES]; /* -1: not known */
};

struct coverage_spread {
    int64_t count, median_s, p90_s;
};

/* A month of one headquarters, or of one ambulance, as it is, before small counts are hidden. */
struct coverage_month {
    struct id org, dispatches_by;
    int month, dispatches_source;
    int64_t dispatches, dispatches_at; /* dispatches INT_ABSENT: not told */
    int64_t counts[COVERAGE_WHATS];    /* [COVERAGE_DISPATCHES] is not used */
    int64_t reasons[COVERAGE_REASONS];
    struct coverage_spread spreads[COVERAGE_TIMES];
};

/* Whether EVENT can change what its case adds: most events cannot. */
bool coverage_concerns(const struct event *event);
void coverage_apply(struct coverage_case *c, const struct event *event);
void coverage_part(const struct coverage_case *c, struct coverage_part *out);

/* How often each number of seconds occurs, in growing order. Nearest rank, so that both are times
 * that did occur. COUNT 0: zeros. */
struct coverage_seconds {
    int seconds;
    int64_t times;
};
struct coverage_spread coverage_spread(const struct coverage_seconds *rows, size_t count);

/* What may be told: counts below COVERAGE_FEW are hidden, and as many more as it takes that no
 * subtraction gives one away: attempts are exactly those viewed and those with a reason, and each
 * step (with a card, viewed, granted …) is part of the one before. Fills everything but texts of
 * names. */
void coverage_show(const struct coverage_month *month, char text[MONTH_CHARS + 1],
                   struct coverage_row *out);
/* The same month of each of COUNT ambulances into OUT: no reasons, and besides what coverage_show
 * hides as many more as it takes that no sum over the ambulances gives one away. */
void coverage_show_devices(const struct coverage_month *months, size_t count,
                           char text[MONTH_CHARS + 1], struct coverage_row *out);
#endif
