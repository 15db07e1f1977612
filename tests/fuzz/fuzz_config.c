/* fuzz_config.c — Job: any bytes as a settings file; what is accepted keeps every bound. */
#include "tests/lib/sample_config.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sample_config values = {.name = NULL};
    struct arena memory = {0};
    struct config_errors errors;
    struct slice text = {(const char *)data, size};
    enum err err =
        config_read(&sample_config_table, "/etc/x.conf", text, &values, &memory, &errors);
    assert((err == ERR_OK) == (errors.count == 0));
    if (err == ERR_OK) {
        assert(values.name[0] != '\0' && strlen(values.name) <= 64);
        assert(values.keys[0] == '/');
        assert(values.port >= 0 && values.port <= 65535);
        assert(values.wait_ms >= 100 && values.wait_ms <= 3600000);
        assert(codes_name(&codes_profile, values.profile)[0] != '\0');
        assert(values.allow.count <= CONFIG_LIST_MAX);
    }
    arena_free(&memory);
    return 0;
}
