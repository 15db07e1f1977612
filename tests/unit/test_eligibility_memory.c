/* test_eligibility_memory.c — Job: after a view is freed, nothing of it is left in our memory.
 *
 * The simulator plants a marker as a medicine's and an institution's name. The test knows it only
 * masked, so that it does not find itself, and searches all writable memory for it as text and, as
 * it travels in the envelope, in the three alignments of base64, and as UCS-4, which is what
 * a converter of charsets works with inside. */
#include "gateway/errand/eligibility/provider.h"

#include "common/rng.h"
#include "proto/base64.h"
#include "tests/lib/eligibility_bed.h"
#include "tests/lib/sanitizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MARK_SIZE = 24, WIDE_SIZE = 4 * MARK_SIZE, PATTERNS = 5, MASK = 0x5a, WINDOW = 1 << 20 };

static unsigned char patterns[PATTERNS][WIDE_SIZE]; /* masked */
static size_t sizes[PATTERNS];

static void keep_masked(size_t which, const char *text, size_t size)
{
    sizes[which] = size;
    for (size_t i = 0; i < size; i++)
        patterns[which][i] = (unsigned char)text[i] ^ MASK;
}

/* What base64 makes of MARK behind SHIFT other bytes: the characters that depend on MARK only. */
static void keep_base64(size_t shift, const char *mark)
{
    char bytes[MARK_SIZE + 2] = {0};
    struct buf b = {0};
    memcpy(bytes + shift, mark, MARK_SIZE);
    base64_add(&b, bytes, shift + MARK_SIZE);
    keep_masked(1 + shift, b.bytes + 4, 20);
    buf_free(&b);
}

static void make_marker(char mark[MARK_SIZE + 1])
{
    uint8_t random[MARK_SIZE];
    rng_fill(random, sizeof random);
    for (size_t i = 0; i < MARK_SIZE; i++)
        mark[i] = (char)('A' + random[i] % 26);
    mark[MARK_SIZE] = '\0';
    keep_masked(0, mark, MARK_SIZE);
    for (size_t shift = 0; shift < 3; shift++)
        keep_base64(shift, mark);
    char wide[WIDE_SIZE] = {0};
    for (size_t i = 0; i < MARK_SIZE; i++)
        wide[4 * i] = mark[i];
    keep_masked(PATTERNS - 1, wide, sizeof wide);
    explicit_bzero(wide, sizeof wide);
}

static bool found_at(const unsigned char *bytes, size_t left, size_t which)
{
    size_t i = 0;
    while (i < sizes[which] && i < left && (bytes[i] ^ MASK) == patterns[which][i])
        i++;
    return i == sizes[which];
}

static size_t search_range(FILE *memory, unsigned long from, unsigned long to)
{
    static unsigned char window[WINDOW + WIDE_SIZE];
    size_t found = 0;
    for (unsigned long at = from; at < to; at += WINDOW) {
        if (fseek(memory, (long)at, SEEK_SET) != 0)
            break;
        size_t want = to - at < sizeof window ? to - at : sizeof window;
        size_t size = fread(window, 1, want, memory);
        for (size_t i = 0; i < size && i < WINDOW; i++)
            for (size_t which = 0; which < PATTERNS; which++)
                found += found_at(window + i, size - i, which);
    }
    explicit_bzero(window, sizeof window);
    return found;
}

/* How often the marker is in this process's writable memory. */
static size_t search_memory(void)
{
    char line[512], rights[8];
    unsigned long from, to;
    size_t found = 0;
    FILE *maps = fopen("/proc/self/maps", "r"), *memory = fopen("/proc/self/mem", "r");
    assert_non_null(maps);
    assert_non_null(memory);
    setvbuf(memory, NULL, _IONBF, 0); /* no copy of what is read, which would be found later */
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && rights[1] == 'w')
            found += search_range(memory, from, to);
    fclose(maps);
    fclose(memory);
    return found;
}

static struct eligibility_bed bed;

static int start(void **state)
{
    (void)state;
    char mark[MARK_SIZE + 1];
    make_marker(mark);
    eligibility_bed_start(&bed, mark);
    explicit_bzero(mark, sizeof mark);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    eligibility_bed_stop(&bed);
    return 0;
}

static void try_provider(struct provider *p)
{
    for (unsigned patient = 0; patient < 6; patient++) {
        struct fetch_ask ask = eligibility_bed_ask(patient);
        struct view *v;
        assert_int_equal(provider_fetch(p, &ask, &v), ERR_OK);
        if (patient != 5)                     /* who has nothing */
            assert_true(search_memory() > 0); /* so the search works */
        view_free(v);
        assert_int_equal(search_memory(), 0);
    }
    provider_close(p);
}

static void nothing_stays_of_the_api(void **state)
{
    (void)state;
    if (UNDER_ADDRESS_SANITIZER)
        skip(); /* its shadow of all memory takes hours to search */
    struct provider p;
    struct provider_api_settings s = eligibility_bed_api(&bed);
    assert_int_equal(provider_api_open(&s, &p), ERR_OK);
    try_provider(&p);
}

static void nothing_stays_of_the_folder(void **state)
{
    (void)state;
    if (UNDER_ADDRESS_SANITIZER)
        skip(); /* its shadow of all memory takes hours to search */
    struct provider p;
    struct provider_folder_settings s = eligibility_bed_folder(&bed);
    s.res_on_disk_accepted = true;
    assert_int_equal(provider_folder_open(&s, &p), ERR_OK);
    try_provider(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stays_of_the_api),
        cmocka_unit_test(nothing_stays_of_the_folder),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
