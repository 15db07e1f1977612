/* figures.h — Job: what the figures share: the world they run in, and how a row is printed. */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include "tests/bench/town.h"

struct bench {
    struct town town;
    struct device *idle; /* connected all the time; the first CREWS of them have a person */
    size_t idle_count, crews;
    struct device *storm; /* for connections that come and go */
    size_t storm_count;
    struct device hospitals[2];
    int bare_port;
    long bare_pid;
    const char *card; /* DER file */
    size_t changes, messages;
    unsigned background; /* events a second beside the views */
    int64_t connect_us;  /* how long connecting all idle ones took */
};

/* Each prints its rows on standard output. */
void figure_doors(struct bench *bench);    /* connects the idle devices; they stay */
void figure_sessions(struct bench *bench); /* signs the crews in; each opens a case */
void figure_view(struct bench *bench);
void figure_events(struct bench *bench);

/* One row: a line of JSON whose texts make the table, and the numbers for machines. */
enum met { NOT_MET, MET, NO_BAR };
void row(const char *what, const char *floor, const char *ours, const char *bar, enum met met,
         const char *numbers);
/* Static, used in turn: snprintf for one cell. */
const char *cell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Microseconds, sorted in place; P in percent. */
void sort_us(int64_t *times, size_t count);
double percentile_ms(const int64_t *sorted, size_t count, double p);
void must(bool done, const char *what);
#endif
