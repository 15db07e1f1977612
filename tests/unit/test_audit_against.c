/* test_audit_against.c — Job: a history rewritten with the real key is named by an older export. */
#include "gateway/journal/audit_against.h"

#include "common/file.h"
#include "tests/lib/forger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

enum { ENTRIES = 61, VICTIM = 23, PATH = KIT_PATH + 64 };

static struct kit kit;
static struct note_key key;
static struct forger forger;
static char export_[PATH], lines[PATH], db[PATH];
static struct against_report report;

static int up(void **state)
{
    (void)state;
    char words[64];
    uint64_t size;
    kit_init(&kit, KIT_SQLITE);
    snprintf(export_, sizeof export_, "%s/export", kit.dir);
    snprintf(lines, sizeof lines, "%s/export/events.jsonl", kit.dir);
    snprintf(db, sizeof db, "%s/forged.db", kit.dir);
    if (kit_open(&kit) != ERR_OK || note_key_parse(journal_log_key(kit.journal), &key) != ERR_OK)
        return -1;
    for (unsigned i = 1; i < ENTRIES; i++) {
        snprintf(words, sizeof words, "{\"note\":\"entry %u of many\"}", i);
        batch_free(kit_append(&kit, i % 3 == 0 ? "a" : "b", words));
    }
    if (audit_export(kit.store, &key, export_, &size) != ERR_OK || size != ENTRIES)
        return -1;
    kit_close(&kit);
    store_close(kit.store);
    kit.store = NULL;
    forger_read(&forger, &kit);
    return forger.count == ENTRIES ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    against_report_free(&report);
    report = (struct against_report){.seq = 0};
    forger_fini(&forger);
    kit_fini(&kit);
    return 0;
}

static void against(const char *database, const char *path, struct slice note)
{
    struct store *store;
    assert_int_equal(store_sqlite_open_reader(database, &store), ERR_OK);
    struct against_setup setup = {store, key, path, note};
    against_report_free(&report);
    assert_int_equal(audit_against(&setup, &report), ERR_OK);
    store_close(store);
}

/* Writes the forged history. It is perfect in itself: nothing but an older copy can tell. */
static void forge(void)
{
    forger_write(&forger, &kit, db);
    struct audit_report found = forger_verify(&kit, &key, db, NULL);
    assert_int_equal(found.finding, AUDIT_CLEAN);
    assert_int_equal(found.checked, forger.count);
    assert_true(found.payloads > ENTRIES - 10);
    against(db, export_, (struct slice){0});
    assert_int_equal(report.export_, EXPORT_FINE);
    assert_int_equal(report.entries, ENTRIES);
    assert_int_equal(report.proved, ENTRIES);
}

static void expect(enum against_finding finding, uint64_t seq)
{
    assert_int_equal(report.finding, finding);
    assert_int_equal(report.seq, seq);
}

static void counts(uint64_t changed, uint64_t missing, uint64_t inserted, uint64_t renumbered)
{
    assert_int_equal(report.changed, changed);
    assert_int_equal(report.missing, missing);
    assert_int_equal(report.inserted, inserted);
    assert_int_equal(report.renumbered, renumbered);
}

static struct event decoded(const struct buf *leaf)
{
    struct event event;
    assert_int_equal(leaf_decode(buf_slice(leaf), &event), ERR_OK);
    return event;
}

static struct event another(void)
{
    return (struct event){.type = EVENT_DEVICE_REVOKED,
                          .id = kit_named("never happened"),
                          .at = kit.now,
                          .recorded_at = kit.now,
                          .org = kit_named("org"),
                          .subject = kit_named("device")};
}

/* ---- rewritten history ---- */

static void an_untouched_log_that_has_grown_is_the_same(void **state)
{
    (void)state;
    struct event more = another();
    forger_insert(&forger, ENTRIES + 1, &more);
    forge();
    expect(AGAINST_SAME, 0);
    counts(0, 0, 0, 0);
}

static void a_changed_entry_is_named(void **state)
{
    (void)state;
    forger.entries[VICTIM - 1]->event.device = kit_named("somebody else's");
    forge();
    expect(AGAINST_CHANGED, VICTIM);
    counts(1, 0, 0, 0);
    struct event was = decoded(&report.exported), is = decoded(&report.stored);
    struct id device = kit_named("device"), other = kit_named("somebody else's");
    assert_int_equal(was.type, EVENT_VITALS_TAKEN);
    assert_true(id_equal(&was.device, &device) && id_equal(&is.device, &other));
}

static void the_first_of_several_is_named_and_all_are_counted(void **state)
{
    (void)state;
    for (size_t seq = VICTIM; seq <= ENTRIES; seq += 10)
        forger.entries[seq - 1]->event.at += 60000;
    forge();
    expect(AGAINST_CHANGED, VICTIM);
    counts(4, 0, 0, 0);
}

static void a_missing_entry_is_named(void **state)
{
    (void)state;
    forger_remove(&forger, VICTIM);
    forge();
    expect(AGAINST_MISSING, VICTIM);
    counts(0, 1, 0, ENTRIES - VICTIM);
    assert_int_equal(decoded(&report.exported).seq, VICTIM);
    assert_int_equal(report.stored.size, 0);
}

static void missing_entries_at_the_end_are_named(void **state)
{
    (void)state;
    for (uint64_t seq = ENTRIES; seq > ENTRIES - 5; seq--)
        forger_remove(&forger, seq);
    forge();
    expect(AGAINST_MISSING, ENTRIES - 4);
    counts(0, 5, 0, 0);
}

static void an_inserted_entry_is_named(void **state)
{
    (void)state;
    struct event more = another();
    forger_insert(&forger, VICTIM, &more);
    forge();
    expect(AGAINST_INSERTED, VICTIM);
    counts(0, 0, 1, ENTRIES - VICTIM + 1);
    assert_int_equal(decoded(&report.stored).type, EVENT_DEVICE_REVOKED);
    assert_int_equal(report.exported.size, 0);
}

static void an_entry_put_in_the_place_of_another_is_both(void **state)
{
    (void)state;
    struct event more = another();
    forger_remove(&forger, VICTIM);
    forger_insert(&forger, VICTIM, &more);
    forge();
    expect(AGAINST_MISSING, VICTIM);
    counts(0, 1, 1, 0);
}

static void a_cut_log_that_went_on_is_no_continuation(void **state)
{
    (void)state;
    struct event more = another();
    forger_remove(&forger, ENTRIES);
    forger_insert(&forger, ENTRIES, &more);
    forge();
    expect(AGAINST_MISSING, ENTRIES);
    counts(0, 1, 1, 0);
}

static void another_order_is_named(void **state)
{
    (void)state;
    struct forged_entry *first = forger.entries[VICTIM - 1];
    forger.entries[VICTIM - 1] = forger.entries[VICTIM];
    forger.entries[VICTIM] = first;
    forge();
    expect(AGAINST_MOVED, VICTIM);
    counts(0, 0, 0, 2);
}

/* The kept checkpoint says "somewhere"; with it even the bare lines are proved, and say where. */
static void a_kept_checkpoint_and_the_bare_lines_are_enough(void **state)
{
    (void)state;
    struct buf note = {0};
    forger.entries[VICTIM - 1]->event.device = kit_named("somebody else's");
    forge();
    struct audit_report found = forger_verify(&kit, &key, db, kit.checkpoint);
    assert_int_equal(found.finding, AUDIT_CHECKPOINT);
    assert_int_equal(found.first, 1);
    assert_int_equal(found.last, ENTRIES);
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &note), ERR_OK);
    against(db, lines, buf_slice(&note));
    assert_int_equal(report.proved, ENTRIES);
    expect(AGAINST_CHANGED, VICTIM);
    against(db, lines, (struct slice){0});
    assert_int_equal(report.proved, 0); /* compared, but nobody vouches for it */
    expect(AGAINST_CHANGED, VICTIM);
    buf_free(&note);
}

/* ---- a hostile export ---- */

static struct buf text;

static void read_lines(void)
{
    buf_clear(&text);
    assert_int_equal(file_read(lines, 1u << 20, FILE_ANY, &text), ERR_OK);
}

/* The line at which entry SEQ begins. */
static char *line_of(unsigned seq)
{
    char *at = text.bytes;
    for (unsigned i = 1; i < seq; i++)
        at = (char *)memchr(at, '\n', text.size - (size_t)(at - text.bytes)) + 1;
    return at;
}

static void write_lines(struct slice bytes)
{
    assert_int_equal(file_write(lines, bytes, 0600), ERR_OK);
    against(kit.db, export_, (struct slice){0});
}

static void a_line_that_is_no_entry_is_named(void **state)
{
    (void)state;
    read_lines();
    size_t at = (size_t)(line_of(VICTIM) - text.bytes);
    struct slice before = {text.bytes, at};
    struct buf bad = {0};
    const struct slice garbage[] = {slice_of("\n"),  slice_of("{}\n"),  slice_of("null\n"),
                                    {"\0\0\0\n", 4}, {text.bytes, 100}, before};
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        buf_clear(&bad);
        buf_add(&bad, before.bytes, before.size);
        buf_add(&bad, garbage[i].bytes, garbage[i].size);
        buf_add(&bad, text.bytes + at, text.size - at);
        write_lines(buf_slice(&bad));
        assert_int_equal(report.export_, EXPORT_LINE);
        assert_int_equal(report.line, VICTIM);
        assert_int_equal(report.entries, VICTIM - 1);
        expect(AGAINST_SAME, 0);
    }
    buf_free(&bad);
    buf_free(&text);
}

static void a_line_without_end_is_not_read_into_memory(void **state)
{
    (void)state;
    struct buf bad = {0};
    for (unsigned i = 0; i < 4 * LEAF_BYTES_MAX; i++)
        buf_byte(&bad, 'x');
    write_lines(buf_slice(&bad));
    assert_int_equal(report.export_, EXPORT_LINE);
    assert_int_equal(report.line, 1);
    buf_free(&bad);
    /* Nor a file that has no end. */
    assert_int_equal(truncate(lines, (off_t)1 << 40), 0);
    against(kit.db, export_, (struct slice){0});
    assert_int_equal(report.line, 1);
}

static void a_cut_export_is_told_from_a_touched_log(void **state)
{
    (void)state;
    read_lines();
    write_lines((struct slice){text.bytes, (size_t)(line_of(VICTIM) - text.bytes)});
    assert_int_equal(report.export_, EXPORT_CUT);
    assert_int_equal(report.entries, VICTIM - 1);
    expect(AGAINST_SAME, 0);
    write_lines((struct slice){text.bytes, text.size - 1}); /* the last newline */
    assert_int_equal(report.export_, EXPORT_LINE);
    assert_int_equal(report.line, ENTRIES);
    buf_free(&text);
}

static void a_touched_export_is_not_what_its_checkpoint_signs(void **state)
{
    (void)state;
    read_lines();
    char *at = strstr(line_of(VICTIM), "\"nonce\":\"") + 9;
    *at = *at == 'A' ? 'B' : 'A';
    write_lines(buf_slice(&text));
    assert_int_equal(report.export_, EXPORT_ROOT);
    assert_int_equal(report.proved, 0);
    expect(AGAINST_CHANGED, VICTIM); /* and it is said where the two differ */
    buf_free(&text);
}

static void the_same_id_twice_is_no_export(void **state)
{
    (void)state;
    struct buf twice = {0};
    forger.entries[VICTIM]->event.id = forger.entries[VICTIM - 1]->event.id;
    read_lines();
    buf_add(&twice, text.bytes, (size_t)(line_of(VICTIM + 1) - text.bytes));
    leaf_encode(&forger.entries[VICTIM]->event, forger.entries[VICTIM]->nonce, &twice);
    buf_byte(&twice, '\n');
    write_lines(buf_slice(&twice));
    assert_int_equal(report.export_, EXPORT_LINE);
    assert_int_equal(report.line, VICTIM + 1);
    buf_free(&twice);
    buf_free(&text);
}

static void a_checkpoint_of_another_key_is_refused(void **state)
{
    (void)state;
    key.public[3] ^= 1;
    struct note_key other;
    assert_int_equal(note_key_init(slice_of(KIT_ORIGIN), NOTE_KEY_ED25519, key.public, &other),
                     ERR_OK);
    key = other;
    against(kit.db, export_, (struct slice){0});
    assert_int_equal(report.export_, EXPORT_SIGNATURE);
    assert_int_equal(report.proved, 0);
    expect(AGAINST_SAME, 0);
}

static void only_regular_files_are_read(void **state)
{
    (void)state;
    struct store *store;
    char path[PATH];
    assert_int_equal(store_sqlite_open_reader(kit.db, &store), ERR_OK);
    struct against_setup setup = {store, key, path, {0}};
    snprintf(path, sizeof path, "%s/nothing", kit.dir);
    assert_int_equal(audit_against(&setup, &report), ERR_NOT_FOUND);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(audit_against(&setup, &report), ERR_NOT_ALLOWED);
    setup.export_ = kit.keys; /* a folder without an export */
    assert_int_equal(audit_against(&setup, &report), ERR_NOT_FOUND);
    store_close(store);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_untouched_log_that_has_grown_is_the_same),
        TEST(a_changed_entry_is_named),
        TEST(the_first_of_several_is_named_and_all_are_counted),
        TEST(a_missing_entry_is_named),
        TEST(missing_entries_at_the_end_are_named),
        TEST(an_inserted_entry_is_named),
        TEST(an_entry_put_in_the_place_of_another_is_both),
        TEST(a_cut_log_that_went_on_is_no_continuation),
        TEST(another_order_is_named),
        TEST(a_kept_checkpoint_and_the_bare_lines_are_enough),
        TEST(a_line_that_is_no_entry_is_named),
        TEST(a_line_without_end_is_not_read_into_memory),
        TEST(a_cut_export_is_told_from_a_touched_log),
        TEST(a_touched_export_is_not_what_its_checkpoint_signs),
        TEST(the_same_id_twice_is_no_export),
        TEST(a_checkpoint_of_another_key_is_refused),
        TEST(only_regular_files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
