/* rebuild_bed.c — Job: a small journal, its rows the fold of its events, and ways to touch it. */
#include "tests/lib/rebuild_bed.h"

#include "common/keyfile.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct bed bed;

/* ---- a small journal, its rows the fold of its events ---- */

void bed_fold(struct bed_kept *kept, const struct event *event, const char *payload)
{
    if (payload != NULL && kept->kind != AGGREGATE_CASE)
        assert_int_equal(json_parse(slice_of(payload), 1000, &kept->payload), ERR_OK);
    if (kept->kind == AGGREGATE_CASE)
        case_apply(&kept->state.case_, event, NULL);
    else if (kept->kind == AGGREGATE_PERSON)
        person_apply(&kept->state.person, event, kept->payload);
    else if (kept->kind == AGGREGATE_DEVICE)
        device_apply(&kept->state.device, event, kept->payload);
    else
        org_apply(&kept->state.org, event, kept->payload);
}

/* One entry with one event; told to the tablet when it has a message. */
void bed_append(struct bed_kept *kept, struct event event, const char *payload, const char *message)
{
    struct batch *batch = batch_new();
    struct entry *entry = batch_add(batch, 1, 1, 1);
    struct buf row = {0};
    event.id = kit_id(&bed.kit);
    event.at = bed.kit.now;
    if (payload != NULL)
        event.payload = arena_copy(&batch->arena, slice_of(payload));
    if (message != NULL) {
        event.device = bed.device.id;
        event.message = kit_named(message);
        kit_message(entry, "tablet", message, "bytes");
        kit_recipient(batch, entry, "tablet");
    }
    entry->events[0].event = event;
    bed_fold(kept, &event, payload);
    record_encode(state_record(kept->kind), &kept->state, &row);
    entry->expected[0] = (struct expected){kept->kind, kept->id, kept->version};
    entry->rows[0] = (struct state_row){.kind = kept->kind,
                                        .id = kept->id,
                                        .realm = state_realm(kept->kind, &kept->id, &kept->state),
                                        .version = ++kept->version,
                                        .open = state_open(kept->kind, &kept->state),
                                        .json = arena_copy(&batch->arena, buf_slice(&row))};
    journal_append_now(bed.kit.journal, batch);
    assert_int_equal(batch->result, ERR_OK);
    assert_int_equal(entry->status, ENTRY_COMMITTED);
    batch_free(batch);
    buf_free(&row);
    bed.kit.now += 1000;
}

struct event bed_of_case(enum event_type type)
{
    return (struct event){.type = type,
                          .org = bed.org.id,
                          .case_id = bed.case_.id,
                          .incident = kit_named("incident")};
}

static void fill(void)
{
    char words[32];
    bed_append(
        &bed.org,
        (struct event){.type = EVENT_ORG_ADDED, .subject = bed.org.id, .code = ORG_HEADQUARTERS},
        "{\"name\":\"hq\"}", NULL);
    bed_append(&bed.device,
               (struct event){.type = EVENT_DEVICE_ADDED,
                              .org = bed.org.id,
                              .subject = bed.device.id,
                              .code = DEVICE_AMBULANCE,
                              .digest = sha256("certificate", 11)},
               "{\"name\":\"tablet\"}", NULL);
    bed_append(
        &bed.person,
        (struct event){.type = EVENT_PERSON_ADDED, .org = bed.org.id, .subject = bed.person.id},
        "{\"login\":\"sato\",\"name\":\"Sato\",\"password\":\"x\",\"roles\":[\"paramedic\"],"
        "\"totp\":\"AAAAAAAAAAAAAAAA\"}",
        NULL);
    bed_append(&bed.case_, bed_of_case(EVENT_CASE_OPENED), "{\"note\":\"opened\"}", "m-open");
    for (unsigned i = 0; i < BED_VITALS; i++) {
        snprintf(words, sizeof words, "m-%u", i);
        bed_append(&bed.case_, bed_of_case(EVENT_VITALS_TAKEN), "{\"pulse\":70}", words);
    }
}

int bed_up(void **state)
{
    (void)state;
    kit_init(&bed.kit, KIT_SQLITE);
    bed.org = (struct bed_kept){.kind = AGGREGATE_ORG, .id = kit_named("org")};
    bed.device = (struct bed_kept){.kind = AGGREGATE_DEVICE, .id = kit_named("tablet")};
    bed.person = (struct bed_kept){.kind = AGGREGATE_PERSON, .id = kit_named("sato")};
    bed.case_ = (struct bed_kept){.kind = AGGREGATE_CASE, .id = kit_named("case")};
    if (kit_open(&bed.kit) != ERR_OK)
        return -1;
    fill();
    return 0;
}

int bed_down(void **state)
{
    (void)state;
    json_free(bed.org.payload);
    json_free(bed.device.payload);
    json_free(bed.person.payload);
    kit_fini(&bed.kit);
    return 0;
}

/* ---- what somebody with a database tool can do ---- */

void bed_stop(void)
{
    kit_close(&bed.kit);
    store_close(bed.kit.store);
    bed.kit.store = NULL;
}

void bed_sql(const char *text)
{
    sqlite3 *db;
    char *why = NULL;
    if (bed.kit.store != NULL)
        bed_stop();
    assert_int_equal(sqlite3_open(bed.kit.db, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", text, why);
    assert_true(sqlite3_total_changes(db) >
                0); /* a tampering that touches nothing proves nothing */
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void keep_name(void *self, const struct rebuild_difference *difference)
{
    (void)self;
    if (bed.named_count < BED_NAMED)
        bed.named[bed.named_count++] = *difference;
}

/* Beside whoever has it open. */
void bed_look(void)
{
    struct keyring_setup ring = {.random = kit_random, .random_self = &bed.kit};
    struct rebuild_setup setup = {.named = keep_name};
    bed.named_count = 0;
    assert_int_equal(store_sqlite_open_reader(bed.kit.db, &setup.store), ERR_OK);
    assert_int_equal(keyfile_open(bed.kit.keys, &ring.keys), ERR_OK);
    ring.store = setup.store;
    assert_int_equal(keyring_open(&ring, &setup.ring), ERR_OK);
    assert_int_equal(rebuild_compare(&setup, &bed.report), ERR_OK);
    keyring_close(setup.ring);
    keyfile_close(ring.keys);
    store_close(setup.store);
}

void bed_rebuild(void)
{
    if (bed.kit.store != NULL)
        bed_stop();
    bed_look();
}

bool bed_is_named(enum rebuild_what what, const char *row, const struct id *id)
{
    for (size_t i = 0; i < bed.named_count; i++)
        if (bed.named[i].what == what && strcmp(bed.named[i].row, row) == 0 &&
            (id == NULL || id_equal(&bed.named[i].id, id)))
            return true;
    return false;
}

/* After TEXT exactly one thing is wrong, and it is named. */
void bed_one(const char *text, enum rebuild_what what, const char *row, const struct id *id)
{
    bed_rebuild();
    assert_int_equal(bed.report.differences, 0);
    bed_sql(text);
    bed_rebuild();
    assert_int_equal(bed.report.differences, 1);
    assert_int_equal(bed.report.found[what], 1);
    assert_true(bed_is_named(what, row, id));
}
