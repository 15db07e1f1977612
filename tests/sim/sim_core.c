/* sim_core.c — Job: many seeded histories of a whole gateway; three planted bugs must be caught.
 *
 * SIM_SEEDS says how many (1,000), SIM_SEED runs one seed alone and tells what it did. */
#include "gateway/core/judge_list.h"
#include "tests/lib/sim/sim.h"

#include "common/log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 150, BUG_SEEDS = 600 };

/* The planted bug stands in front of the judgements' own act (linked with --wrap=act_revoke): the
 * old hospital keeps its grant. */
static enum sim_bug planted_bug;
void __real_act_revoke(const struct act *act, const struct id *hospital, enum revoke_reason why);
void __wrap_act_revoke(const struct act *act, const struct id *hospital, enum revoke_reason why);
void __wrap_act_revoke(const struct act *act, const struct id *hospital, enum revoke_reason why)
{
    if (planted_bug != BUG_FORGOTTEN_REVOCATION)
        __real_act_revoke(act, hospital, why);
}

static void run(struct sim *sim, uint64_t seed, enum sim_bug bug)
{
    planted_bug = bug;
    sim_start(sim, seed, bug);
    for (int i = 0; i < STEPS && sim->failure[0] == '\0'; i++)
        sim_step(sim);
    store_ram_fail_after(sim->store, 0);
    if (sim->failure[0] == '\0')
        sim_settle(sim);
    if (sim->failure[0] == '\0')
        sim_check_log(sim);
}

static int histories(uint64_t first, uint64_t count, bool loud)
{
    unsigned long keys = 0, receipts = 0, refusals = 0, crashes = 0, grants = 0, opened = 0;
    struct sim *sim = calloc(1, sizeof *sim);
    int failed = 0;
    for (uint64_t seed = first; seed < first + count && failed < 5; seed++) {
        run(sim, seed, BUG_NONE);
        if (sim->failure[0] != '\0') {
            printf("# seed %llu: %s\n", (unsigned long long)seed, sim->failure);
            failed++;
        }
        keys += sim->keys_frames;
        receipts += sim->receipts;
        refusals += sim->refusals;
        crashes += sim->crashes;
        grants += sim->grants;
        opened += sim->opened;
        sim_stop(sim);
    }
    free(sim);
    printf("%sok %llu seeded histories\n", failed == 0 ? "" : "not ", (unsigned long long)count);
    printf("# %lu receipts, %lu refusals, %lu grants, %lu openings told, %lu key frames, %lu "
           "crashes\n",
           receipts, refusals, grants, opened, keys, crashes);
    if (!loud && (grants == 0 || keys == 0 || crashes == 0)) {
        printf("not ok the histories reach grants, keys and crashes\n");
        failed++;
    }
    return failed;
}

static int planted(enum sim_bug bug, const char *name)
{
    struct sim *sim = calloc(1, sizeof *sim);
    int caught = 0;
    char what[256] = "";
    uint64_t seed = 1;
    for (; seed <= BUG_SEEDS && caught < 2; seed++) {
        run(sim, seed, bug);
        if (sim->failure[0] != '\0') {
            caught++;
            snprintf(what, sizeof what, "%s", sim->failure);
        }
        sim_stop(sim);
    }
    free(sim);
    printf("%sok planted bug is caught: %s\n", caught > 0 ? "" : "not ", name);
    printf("# %d times in %d histories, for example: %s\n", caught, (int)seed - 1, what);
    return caught > 0 ? 0 : 1;
}

int main(void)
{
    const char *one = getenv("SIM_SEED"), *many = getenv("SIM_SEEDS");
    if (sodium_init() < 0)
        return 1;
    log_set_level(LEVEL_ERROR);
    if (one != NULL)
        return histories(strtoull(one, NULL, 10), 1, true) != 0;
    int failed = histories(1, many == NULL ? 1000 : strtoull(many, NULL, 10), false);
    failed += planted(BUG_ACK_BEFORE_COMMIT, "acknowledge before commit");
    failed += planted(BUG_FORGOTTEN_REVOCATION, "forgotten revocation");
    failed += planted(BUG_SKIPPED_LEAF, "skipped leaf");
    return failed != 0;
}
