/* test_api_envelope.c — Job: the envelope is read strictly where it matters and never trusted. */
#include "gateway/errand/eligibility/api_envelope.h"

#include "proto/base64.h"
#include "proto/json.h"
#include "tests/lib/canon_check.h"
#include "tests/lib/xml_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct fetch_ask ask(void)
{
    struct fetch_ask a = {.hq_code = slice_of("13-001"),
                          .crew_code = slice_of("c7"),
                          .viewer_id = slice_of("v"),
                          .terminal_id = slice_of("t"),
                          .kind = VIEW_EMERGENCY_SUMMARY,
                          .basis = BASIS_PATIENT_ORAL,
                          .sections = SECTION_BIT(SECTION_PERSON) | SECTION_BIT(SECTION_CHECKUPS),
                          .card_certificate = slice_of("DER"),
                          .card_proof = PROOF_CERTIFICATE_ONLY,
                          .identified_by = IDENTIFIED_CARD_VISUAL};
    memset(a.view.bytes, 1, sizeof a.view.bytes);
    memset(a.case_id.bytes, 2, sizeof a.case_id.bytes);
    return a;
}

/* SHA-256 of "DER" and the id of ask() as the answer must repeat them. */
static void add_echo(struct buf *b, const struct fetch_ask *a)
{
    char id[ID_TEXT_SIZE];
    struct hash card = sha256("DER", 3);
    id_text(&a->view, id);
    buf_text(b, "\"card\":\"");
    for (size_t i = 0; i < 32; i++)
        buf_printf(b, "%02x", card.bytes[i]);
    buf_printf(b, "\",\"view\":\"%.26s\",", id);
}

static void add_part(struct buf *b, const char *content, const char *xml, bool damaged)
{
    struct hash hash = sha256(xml, strlen(xml));
    buf_printf(b, "{\"content\":\"%s\",\"media\":\"application/xml\",\"bytes\":\"", content);
    base64_add(b, xml, strlen(xml) - (damaged ? 1 : 0));
    buf_text(b, "\",\"sha256\":\"");
    for (size_t i = 0; i < 32; i++)
        buf_printf(b, "%02x", hash.bytes[i]);
    buf_text(b, "\"}");
}

static enum err read_text(struct buf *b, struct view **v)
{
    struct fetch_ask a = ask();
    enum err e = envelope_read(buf_slice(b), &a, SIMULATOR_REFUSED, 7, v);
    buf_free(b);
    return e;
}

static void the_ask_is_canonical_json(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct buf b = {0};
    struct json *root;
    envelope_ask(&a, slice_of("1319999999"), &b);
    canon_check(buf_slice(&b));
    assert_int_equal(json_parse(buf_slice(&b), 65536, &root), ERR_OK);
    assert_true(slice_is(json_text(json_get(root, "card_certificate")), "REVS"));
    assert_true(slice_is(json_text(json_get(root, "basis")), "patient_oral"));
    assert_int_equal(json_count(json_get(root, "sections")), 2);
    assert_null(json_get(root, "from"));
    json_free(root);
    buf_free(&b);
    envelope_let_see(slice_of("1310000001"), 1795500000000, &b);
    assert_true(
        slice_is(buf_slice(&b), "{\"hospital\":\"1310000001\",\"until_ms\":1795500000000}"));
    buf_free(&b);
}

static void parts_in_any_order_and_unknown_keys(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct buf b = {0};
    struct view *v;
    buf_text(&b, "{\"result\":\"ok\",\"new\":[1],\"interface\":\"OQS-IF-048\",");
    add_echo(&b, &a);
    buf_text(&b, "\"parts\":[");
    add_part(&b, "checkup", xml_sample_checkup, false);
    buf_byte(&b, ',');
    add_part(&b, "of the future", "<x/>", false);
    buf_byte(&b, ',');
    add_part(&b, "eligibility", xml_sample_eligibility, false);
    buf_text(&b, "]}");
    assert_int_equal(read_text(&b, &v), ERR_OK);
    assert_int_equal(v->sections[SECTION_CHECKUPS].state, STATE_PRESENT);
    assert_string_equal(v->interface_id, "OQS-IF-048");
    assert_int_equal(v->fetched_at_ms, 7);
    assert_false(v->simulator);
    view_free(v);
}

static void damaged_bytes_are_a_missing_part(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct view *v;
    for (int bad = 0; bad < 2; bad++) { /* the check-up's part; then the person's */
        struct buf b = {0};
        buf_text(&b, "{\"result\":\"ok\",");
        add_echo(&b, &a);
        buf_text(&b, "\"parts\":[");
        add_part(&b, "eligibility", xml_sample_eligibility, bad == 1);
        buf_byte(&b, ',');
        add_part(&b, "checkup", xml_sample_checkup, bad == 0);
        buf_text(&b, "]}");
        assert_int_equal(read_text(&b, &v), bad == 0 ? ERR_OK : ERR_UPSTREAM_ANSWER);
        if (v != NULL)
            assert_int_equal(v->sections[SECTION_CHECKUPS].state, STATE_FAILED);
        view_free(v);
    }
}

static void answers_to_others_are_refused(void **state)
{
    (void)state;
    struct fetch_ask a = ask();
    struct view *v;
    struct buf b = {0};
    memset(a.view.bytes, 9, sizeof a.view.bytes);
    buf_text(&b, "{\"result\":\"ok\",");
    add_echo(&b, &a);
    buf_text(&b, "\"parts\":[]}");
    assert_int_equal(read_text(&b, &v), ERR_UPSTREAM_ANSWER);
    a = ask();
    buf_text(&b, "{\"result\":\"ok\",");
    add_echo(&b, &a);
    buf_text(&b, "\"parts\":[]}");
    b.bytes[strlen("{\"result\":\"ok\",\"card\":\"")] ^= 1;
    assert_int_equal(read_text(&b, &v), ERR_WRONG_PATIENT);
}

static void results_and_nonsense(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum err e;
    } rows[] = {
        {"{\"result\":\"not_registered\"}", ERR_NOT_REGISTERED},
        {"{\"result\":\"refused\"}", ERR_REFUSED_BY_PATIENT},
        {"{\"result\":\"no_view\"}", ERR_NO_VIEW},
        {"{\"result\":\"busy\"}", ERR_BUSY},
        {"{\"result\":\"new\"}", ERR_UPSTREAM_ANSWER},
        {"{\"result\":1}", ERR_UPSTREAM_ANSWER},
        {"{}", ERR_UPSTREAM_ANSWER},
        {"[]", ERR_UPSTREAM_ANSWER},
        {"", ERR_UPSTREAM_ANSWER},
        {"{\"result\":\"ok\",\"result\":\"ok\"}", ERR_UPSTREAM_ANSWER},
        {"{\"result\":\"ok\",\"simulator\":\"SIMULATOR\"}", ERR_NOT_ALLOWED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b = {0};
        struct view *v;
        buf_text(&b, rows[i].json);
        assert_int_equal(envelope_read_result(buf_slice(&b), SIMULATOR_REFUSED), rows[i].e);
        assert_int_equal(read_text(&b, &v), rows[i].e);
        assert_null(v);
    }
    assert_int_equal(envelope_read_result(slice_of(rows[10].json), SIMULATOR_ACCEPTED), ERR_OK);
    /* Practice: what does not say that it is a simulator might be the real system. */
    assert_int_equal(envelope_read_result(slice_of(rows[10].json), SIMULATOR_ONLY), ERR_OK);
    assert_int_equal(envelope_read_result(slice_of("{\"result\":\"ok\"}"), SIMULATOR_ONLY),
                     ERR_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ask_is_canonical_json),
        cmocka_unit_test(parts_in_any_order_and_unknown_keys),
        cmocka_unit_test(damaged_bytes_are_a_missing_part),
        cmocka_unit_test(answers_to_others_are_refused),
        cmocka_unit_test(results_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
