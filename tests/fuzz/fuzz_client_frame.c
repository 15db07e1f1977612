/* fuzz_client_frame.c — Job: any frames from a gateway into a client that is signed in and has a
 * view. */
#include <assert.h>
#include <stdint.h>

#include "tests/lib/client_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ckit_section sections[] = {
    {SECTION_PERSON, "{\"content\":{\"name\":\"x\"},\"state\":\"present\"}"}};

static void begin(struct client_kit *kit, enum sender side)
{
    ckit_init(kit);
    ckit_client(kit, side);
    ckit_ready(kit, 3);
    ckit_case(kit, kit->wall + 600000);
    ckit_sign_in(kit, 'S');
    ckit_view(kit, 'G', sections, 1, 64, kit->wall + 600000);
    ckit_keys(kit, 'G', 'S', sections, 1, NULL);
}

/* Frames stand one a line. What was sent and told is forgotten in time: the kit counts it. */
static void feed(struct client_kit *kit, const char *bytes, size_t size)
{
    while (size != 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t length = end == NULL ? size : (size_t)(end - bytes);
        ckit_forget(kit);
        client_frame(kit->client, (struct slice){bytes, length});
        client_tick(kit->client);
        kit->mono += 50;
        bytes += length;
        size -= length;
        if (size != 0) {
            bytes++;
            size--;
        }
    }
}

/* No view outlives its lease, whatever came. */
static void check(struct client_kit *kit)
{
    ckit_forget(kit);
    kit->mono += LEASE_MAX_MS;
    client_tick(kit->client);
    struct sealed_views *views = client_views(kit->client);
    for (struct sealed_view *v = sealed_views_first(views); v != NULL; v = v->next)
        assert(v->opened == 0);
    assert(cases_count(client_cases(kit->client)) <= CLIENT_CASES_MAX);
    client_offline(kit->client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct client_kit kit;
    begin(&kit, size != 0 && data[0] == 'a' ? FROM_AMBULANCE : FROM_HOSPITAL);
    feed(&kit, (const char *)data, size);
    check(&kit);
    ckit_fini(&kit);
    return 0;
}
