/* fuzz_provider_answer.c — Job: any bytes as an answer, and as a part of a good one. */
#include "gateway/errand/eligibility/api_envelope.h"
#include "gateway/errand/eligibility/assembly.h"
#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_view(const struct view *v)
{
    struct buf manifest = {0};
    assert(v->sections[SECTION_PERSON].state == STATE_PRESENT);
    for (int i = 1; i <= VIEW_SECTIONS; i++) {
        const struct view_section *s = &v->sections[i];
        assert((s->state == STATE_PRESENT) == (s->json.bytes != NULL));
        if (s->state == STATE_PRESENT)
            canon_check(s->json);
    }
    view_manifest(v, ~0ull, 0, &manifest);
    assert(buf_error(&manifest) == ERR_OK);
    buf_free(&manifest);
}

/* The person is known; then three unknown parts come. */
static void as_parts(const struct fetch_ask *ask, struct slice bytes)
{
    struct assembly a;
    struct view *v;
    if (assembly_init(&a, ask) != ERR_OK)
        return;
    enum err e = assembly_add_xml(&a, CONTENT_ELIGIBILITY, slice_of(xml_sample_eligibility));
    if (e == ERR_OK)
        e = assembly_add_xml(&a, CONTENT_MEDICATION, bytes);
    if (e == ERR_OK)
        e = assembly_add_xml(&a, CONTENT_CHECKUP, bytes);
    if (e == ERR_OK)
        e = assembly_add_pdf(&a, bytes, SECTION_BIT(SECTION_CHECKUPS));
    if (e == ERR_OK && assembly_finish(&a, 1, "FUZZ", &v) == ERR_OK) {
        check_view(v);
        view_free(v);
    }
    assembly_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = {(const char *)data, size};
    struct fetch_ask ask = {.sections = SECTIONS_SUMMARY,
                            .kind = VIEW_EMERGENCY_SUMMARY,
                            .card_certificate = slice_of("DER")};
    struct view *v;
    if (envelope_read(bytes, &ask, SIMULATOR_ACCEPTED, 1, &v) == ERR_OK) {
        check_view(v);
        view_free(v);
    }
    enum err e = envelope_read_result(bytes, SIMULATOR_REFUSED);
    assert(size != 0 || e != ERR_OK); /* nothing at all is not a yes */
    as_parts(&ask, bytes);
    return 0;
}
