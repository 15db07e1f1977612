/* card_bed.h — Job: a card watch on its own loop, at played readers, its events in a row. */
#ifndef TESTS_LIB_CARD_BED_H
#define TESTS_LIB_CARD_BED_H

#include "ambulance_client/card.h"
#include "tests/lib/card_bench.h"
#include "tests/lib/card_fake.h"

enum { CARD_BED_EVENTS_MAX = 256, CARD_BED_WAIT_MS = 10000 };

struct card_bed {
    uv_loop_t loop;
    uv_timer_t limit;
    struct card_fake fake;
    struct card_watch *watch;
    struct card_event events[CARD_BED_EVENTS_MAX];
    size_t count, taken;
    bool closed, late;
    bool close_in_event; /* card_close from inside the next on_event */
};

/* Opens the watch; FAKE may have been set up between the two calls. */
void card_bed_init(struct card_bed *b);
void card_bed_open(struct card_bed *b);
/* Runs the loop until the next event; fails the test when there is none in time, or it is another
 * kind. Lent until card_bed_fini. */
const struct card_event *card_bed_next(struct card_bed *b, enum card_event_kind kind);
/* No event is waiting that card_bed_next did not give. */
bool card_bed_quiet(const struct card_bed *b);
/* Queues a signature for the card; fails the test when it is refused. */
uint32_t card_bed_sign(struct card_bed *b, uint32_t card_no, const char *pin,
                       enum card_last_try last_try);
/* Closes the watch, runs the loop to its end, checks that nothing is left open at the service. */
void card_bed_fini(struct card_bed *b);
#endif
