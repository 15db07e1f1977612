/* sample_config.h — Job: a small settings table with every kind of value, for tests and the fuzzer.
 */
#ifndef TESTS_LIB_SAMPLE_CONFIG_H
#define TESTS_LIB_SAMPLE_CONFIG_H

#include "common/config.h"

struct sample_config {
    const char *name, *keys;
    int64_t port, wait_ms;
    int profile;
    bool strict;
    struct config_list allow;
};
/* `name` and `profile` must be given; `wait`, `strict` and `allow` can change without a restart. */
extern const struct config_table sample_config_table;
#endif
