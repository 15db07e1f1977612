/* nation.h — Job: the log of a nation's ambulances, made up, as long as one likes. */
#ifndef TESTS_BENCH_NATION_H
#define TESTS_BENCH_NATION_H

#include "gateway/journal/store.h"

/* 720 headquarters, of which the first has every eighth case; 8,000 hospitals, of which each
 * headquarters knows 40; cases of 30 events, a third of them with a card. The ids of the first
 * three are the same in each run, so that a kept store can be asked again. */
struct id nation_org(unsigned number);
struct id nation_hospital(unsigned number);
struct id nation_person(unsigned org, unsigned number);
#define NATION_BEGIN INT64_C(1764000000000) /* November 2025 */
enum { NATION_MS = 300 };                   /* from one event to the next */
/* EVENTS events into an empty store. */
void nation_fill(struct store *store, uint64_t events);
/* A case of the first headquarters, with a card, that was going on at the end of nation_fill;
 * absent ids before. */
struct nation_case {
    struct id id, alias;
};
struct nation_case nation_case(void);
void nation_must(enum err e); /* ends the program with the error's name */
#endif
