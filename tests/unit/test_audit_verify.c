/* test_audit_verify.c — Job: every way to touch the log is found and named. */
#include "gateway/journal/audit.h"

#include "common/file.h"
#include "tests/lib/journal_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

enum { ENTRIES = 60, VICTIM = 23 };

static struct kit kit;
static struct note_key key;
static struct keyfile *keys;
static struct keyring *ring;
static struct buf leaf, sealed; /* of the victim */

static enum err keep_both(void *user, const struct stored_event *event)
{
    (void)user;
    buf_clear(&leaf);
    buf_clear(&sealed);
    buf_add(&leaf, event->leaf.bytes, event->leaf.size);
    buf_add(&sealed, event->sealed.bytes, event->sealed.size);
    return ERR_OK;
}

static void fill(unsigned entries)
{
    char words[64];
    for (unsigned i = 0; i < entries; i++) {
        struct batch *batch = batch_new();
        snprintf(words, sizeof words, "{\"note\":\"entry %u of many\"}", i);
        struct entry *entry = kit_vitals(&kit, batch, i % 3 == 0 ? "a" : "b", words);
        entry->events[0].event.hospital = kit_named(i % 2 == 0 ? "h1" : "h2");
        kit_recipient(batch, entry, "box");
        journal_append_now(kit.journal, batch);
        assert_int_equal(batch->result, ERR_OK);
        batch_free(batch);
    }
}

static int up(enum kit_store kind)
{
    kit_init(&kit, kind);
    if (kit_open(&kit) != ERR_OK || note_key_parse(journal_log_key(kit.journal), &key) != ERR_OK)
        return -1;
    fill(ENTRIES);
    return kit.store->event(kit.store->self, VICTIM, NULL, keep_both) == ERR_OK ? 0 : -1;
}

static int up_ram(void **state)
{
    (void)state;
    return up(KIT_RAM);
}

/* The journal is closed and only the file is left: as an auditor, or an attacker, has it. */
static int up_file(void **state)
{
    (void)state;
    if (up(KIT_SQLITE) != 0)
        return -1;
    kit_close(&kit);
    store_close(kit.store);
    kit.store = NULL;
    return 0;
}

static int down(void **state)
{
    (void)state;
    keyring_close(ring);
    keyfile_close(keys);
    ring = NULL;
    keys = NULL;
    buf_free(&leaf);
    buf_free(&sealed);
    kit_fini(&kit);
    return 0;
}

static struct audit_report verify(struct store *store, struct slice outside)
{
    struct audit_setup setup = {.store = store, .key = key, .outside = outside, .ring = ring};
    struct audit_report report;
    assert_int_equal(audit_verify(&setup, &report), ERR_OK);
    return report;
}

static void use_keys(struct store *store)
{
    struct keyring_setup setup = {.store = store, .random = kit_random, .random_self = &kit};
    if (keys == NULL)
        assert_int_equal(keyfile_open(kit.keys, &keys), ERR_OK);
    setup.keys = keys;
    keyring_close(ring);
    assert_int_equal(keyring_open(&setup, &ring), ERR_OK);
}

static struct audit_report verify_file(void)
{
    struct store *store;
    assert_int_equal(store_sqlite_open_reader(kit.db, &store), ERR_OK);
    use_keys(store);
    struct audit_report report = verify(store, (struct slice){0});
    store_close(store);
    return report;
}

static void an_untouched_log_is_clean(void **state)
{
    (void)state;
    struct buf outside = {0};
    use_keys(kit.store);
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &outside), ERR_OK);
    struct audit_report report = verify(kit.store, buf_slice(&outside));
    assert_int_equal(report.finding, AUDIT_CLEAN);
    assert_int_equal(report.size, ENTRIES + 1);
    assert_int_equal(report.checked, ENTRIES + 1);
    assert_int_equal(report.checkpoint_size, ENTRIES + 1);
    assert_int_equal(report.payloads, ENTRIES);
    buf_free(&outside);
}

/* ---- bytes of the file ---- */

static struct buf file;

static void read_db(void)
{
    buf_clear(&file);
    assert_int_equal(file_read(kit.db, 64u << 20, FILE_ANY, &file), ERR_OK);
}

static void write_db(void)
{
    FILE *out = fopen(kit.db, "wb"); /* not file_write: no need to sync each of hundreds */
    assert_non_null(out);
    assert_int_equal(fwrite(file.bytes, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
}

/* Flips a bit AT bytes into each place where BYTES stand; gives how many. */
static size_t flip(struct slice bytes, size_t at)
{
    size_t places = 0;
    char *from = file.bytes, *found;
    while ((found = memmem(from, file.size - (size_t)(from - file.bytes), bytes.bytes,
                           bytes.size)) != NULL) {
        found[at] ^= 1;
        places++;
        from = found + bytes.size;
    }
    return places;
}

/* Each 67th byte of REGION changed in turn is found as WANTED at the victim. */
static void each_byte_is_found(struct slice region, enum audit_finding wanted)
{
    for (size_t at = 0; at < region.size; at += 67) {
        read_db();
        assert_true(flip(region, at) >= 1);
        write_db();
        struct audit_report report = verify_file();
        assert_int_equal(report.finding, wanted);
        assert_int_equal(report.first, VICTIM);
        assert_int_equal(report.last, VICTIM);
        assert_int_equal(report.checked, VICTIM - 1);
        read_db();
        struct buf changed = {0};
        buf_add(&changed, region.bytes, region.size);
        changed.bytes[at] ^= 1;
        flip(buf_slice(&changed), at); /* back */
        buf_free(&changed);
        write_db();
    }
    assert_int_equal(verify_file().finding, AUDIT_CLEAN);
}

static void a_changed_leaf_is_named(void **state)
{
    (void)state;
    each_byte_is_found(buf_slice(&leaf), AUDIT_LEAF);
}

static void a_changed_payload_is_named(void **state)
{
    (void)state;
    each_byte_is_found(buf_slice(&sealed), AUDIT_PAYLOAD);
}

static void a_changed_tree_hash_is_named(void **state)
{
    (void)state;
    struct hash hash = merkle_leaf(buf_slice(&leaf));
    each_byte_is_found((struct slice){(const char *)hash.bytes, sizeof hash.bytes}, AUDIT_LEAF);
}

static void a_changed_head_is_found(void **state)
{
    (void)state;
    struct buf note = {0};
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &note), ERR_OK);
    read_db();
    assert_true(flip(buf_slice(&note), note.size - 10) >= 1);
    write_db();
    assert_int_equal(verify_file().finding, AUDIT_CHECKPOINT);
    buf_free(&note);
}

/* Whatever byte of the file is changed: no crash, and if entries are lost it is said. */
static void any_byte_may_be_bad(void **state)
{
    (void)state;
    read_db();
    size_t size = file.size;
    for (size_t at = 1; at < size; at += 3571) {
        struct store *store;
        struct audit_report report;
        read_db();
        file.bytes[at] ^= 0x55;
        write_db();
        if (store_sqlite_open_reader(kit.db, &store) == ERR_OK) {
            struct audit_setup setup = {.store = store, .key = key};
            enum err e = audit_verify(&setup, &report);
            if (e == ERR_OK && report.finding == AUDIT_CLEAN)
                assert_int_equal(report.checked, ENTRIES + 1);
            store_close(store);
        }
        file.bytes[at] ^= 0x55;
        write_db();
    }
    assert_int_equal(verify_file().finding, AUDIT_CLEAN);
    buf_free(&file);
}

/* ---- an attacker who may write everything but cannot sign ---- */

static void a_rewritten_history_is_not_what_was_signed(void **state)
{
    (void)state;
    struct buf outside = {0};
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &outside), ERR_OK);
    /* Another log of the same size under the same key, as if all had been computed again. */
    kit_close(&kit);
    store_close(kit.store);
    assert_int_equal(unlink(kit.checkpoint), 0);
    assert_int_equal(store_ram_open(&kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    fill(ENTRIES);
    struct audit_report report = verify(kit.store, buf_slice(&outside));
    assert_int_equal(report.finding, AUDIT_CHECKPOINT);
    assert_int_equal(report.last, ENTRIES + 1);
    assert_int_equal(verify(kit.store, (struct slice){0}).finding, AUDIT_CLEAN);
    buf_free(&outside);
}

static enum err (*each_real)(void *user, const struct stored_event *event);
static enum err each_touched(void *user, const struct stored_event *event)
{
    struct stored_event copy = *event;
    if (event->seq == VICTIM)
        copy.leaf = buf_slice(&leaf); /* of another log: nothing like it was hashed here */
    return each_real(user, &copy);
}

static enum err follow_touched(void *self, uint64_t from, int limit, void *user,
                               enum err (*each)(void *user, const struct stored_event *event))
{
    each_real = each;
    return kit.store->follow(self, from, limit, user, each_touched);
}

static void a_shortened_log_is_behind_what_was_given_out(void **state)
{
    (void)state;
    struct buf outside = {0};
    assert_int_equal(file_read(kit.checkpoint, 10000, FILE_ANY, &outside), ERR_OK);
    kit_close(&kit);
    store_close(kit.store);
    assert_int_equal(unlink(kit.checkpoint), 0);
    assert_int_equal(store_ram_open(&kit.store), ERR_OK);
    assert_int_equal(kit_open(&kit), ERR_OK);
    fill(ENTRIES - 5);
    struct audit_report report = verify(kit.store, buf_slice(&outside));
    assert_int_equal(report.finding, AUDIT_BEHIND);
    assert_int_equal(report.first, ENTRIES + 1 - 5 + 1);
    assert_int_equal(report.last, ENTRIES + 1);
    /* An entry that was touched as well is the finding. */
    struct store touched = *kit.store;
    touched.follow = follow_touched;
    report = verify(&touched, buf_slice(&outside));
    assert_int_equal(report.finding, AUDIT_LEAF);
    assert_int_equal(report.first, VICTIM);
    buf_free(&outside);
}

/* A store that leaves one entry out when it is read. */
struct skipping {
    struct store *inner;
    void *user;
    enum err (*each)(void *user, const struct stored_event *event);
};

static enum err each_but_one(void *user, const struct stored_event *event)
{
    struct skipping *s = user;
    return event->seq == VICTIM ? ERR_OK : s->each(s->user, event);
}

static struct store *inner;
static enum err follow_but_one(void *self, uint64_t seq, int limit, void *user,
                               enum err (*each)(void *user, const struct stored_event *event))
{
    struct skipping s = {inner, user, each};
    return inner->follow(self, seq, limit, &s, each_but_one);
}

static void a_missing_entry_is_named(void **state)
{
    (void)state;
    struct store gap = *kit.store;
    inner = kit.store;
    gap.follow = follow_but_one;
    struct audit_report report = verify(&gap, (struct slice){0});
    assert_int_equal(report.finding, AUDIT_MISSING);
    assert_int_equal(report.first, VICTIM);
}

static int lies;
static enum err lying_counter(void *self, enum counter_kind kind, const struct id *id,
                              uint64_t *value)
{
    enum err e = inner->counter(self, kind, id, value);
    if (kind == COUNTER_ORG && lies-- == 1)
        ++*value;
    return e;
}

static void a_gap_in_a_count_is_named(void **state)
{
    (void)state;
    struct store lying = *kit.store;
    inner = kit.store;
    lying.counter = lying_counter;
    lies = 1;
    kit_close(&kit);
    kit.around = &lying;
    assert_int_equal(kit_open(&kit), ERR_OK);
    fill(3);
    kit_close(&kit);
    kit.around = NULL;
    struct audit_report report = verify(kit.store, (struct slice){0});
    assert_int_equal(report.finding, AUDIT_COUNT);
    assert_int_equal(report.first, ENTRIES + 2);
}

static void another_key_verifies_nothing(void **state)
{
    (void)state;
    key.public[3] ^= 1;
    struct note_key other;
    assert_int_equal(note_key_init(slice_of(KIT_ORIGIN), NOTE_KEY_ED25519, key.public, &other),
                     ERR_OK);
    key = other;
    assert_int_equal(verify(kit.store, (struct slice){0}).finding, AUDIT_CHECKPOINT);
}

#define RAM(test)   cmocka_unit_test_setup_teardown(test, up_ram, down)
#define FILE_(test) cmocka_unit_test_setup_teardown(test, up_file, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RAM(an_untouched_log_is_clean),
        FILE_(a_changed_leaf_is_named),
        FILE_(a_changed_payload_is_named),
        FILE_(a_changed_tree_hash_is_named),
        FILE_(a_changed_head_is_found),
        FILE_(any_byte_may_be_bad),
        RAM(a_rewritten_history_is_not_what_was_signed),
        RAM(a_shortened_log_is_behind_what_was_given_out),
        RAM(a_missing_entry_is_named),
        RAM(a_gap_in_a_count_is_named),
        RAM(another_key_verifies_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
