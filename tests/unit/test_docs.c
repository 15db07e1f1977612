/* test_docs.c — Job: the generated documents say what the tables say today. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/core/event.h"
#include "proto/message.h"
#include "tests/lib/asyncapi_doc.h"
#include "tests/lib/file_bytes.h"
#include "tests/lib/protocol_doc.h"

static void is_the_same(struct slice have, struct slice want, const char *path)
{
    size_t line = 1, i = 0;
    while (i < have.size && i < want.size && have.bytes[i] == want.bytes[i])
        line += have.bytes[i++] == '\n';
    if (i < have.size || i < want.size)
        fail_msg("%s is stale from line %zu on: make docs", path, line);
}

static void the_asyncapi_document_is_fresh(void **state)
{
    (void)state;
    static const char path[] = "docs/asyncapi.json";
    struct buf have = {0}, want = {0};
    assert_int_equal(file_bytes(path, &have), ERR_OK);
    asyncapi_document(&want);
    assert_int_equal(buf_error(&want), ERR_OK);
    is_the_same(buf_slice(&have), buf_slice(&want), path);
    buf_free(&have);
    buf_free(&want);
}

static void the_protocols_tables_are_fresh(void **state)
{
    (void)state;
    static const char path[] = "proto/PROTOCOL.md";
    struct buf have = {0}, view_h = {0}, want = {0};
    assert_int_equal(file_bytes(path, &have), ERR_OK);
    assert_int_equal(file_bytes("proto/view.h", &view_h), ERR_OK);
    assert_int_equal(protocol_doc_renew(buf_slice(&have), buf_slice(&view_h), &want), ERR_OK);
    assert_non_null(memmem(want.bytes, want.size, "\nmedications  {", 15));
    is_the_same(buf_slice(&have), buf_slice(&want), path);
    buf_free(&view_h);
    buf_free(&have);
    buf_free(&want);
}

/* Written by hand: each member of an entry is named there, none that is not. */
static void the_members_of_an_entry_are_told(void **state)
{
    (void)state;
    struct buf have = {0};
    assert_int_equal(file_bytes("proto/PROTOCOL.md", &have), ERR_OK);
    buf_byte(&have, '\0');
    const char *from = strstr(have.bytes, "The entry is canonical JSON");
    assert_non_null(from);
    const char *end = strstr(from, "It verifies offline");
    assert_non_null(end);
    size_t told = 0;
    for (size_t i = 0; i < record_leaf.fields_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "`%s`", record_leaf.fields[i].name);
        const char *at = strstr(from, name);
        if (at == NULL || at > end)
            fail_msg("PROTOCOL.md, section 9 does not name %s", name);
    }
    for (const char *at = from; (at = strchr(at, '\n')) != NULL && at < end; at++)
        for (const char *c = at[1] == '|' ? at + 2 : end; c < end && *c != '|'; c++)
            told += *c == '`';
    assert_int_equal(told, 2 * record_leaf.fields_count);
    buf_free(&have);
}

static void a_page_without_marks_is_refused(void **state)
{
    (void)state;
    struct buf out = {0};
    const struct slice none = {"", 0};
    assert_int_equal(protocol_doc_renew(slice_of("text"), none, &out), ERR_NOT_FOUND);
    assert_int_equal(protocol_doc_renew(slice_of(PROTOCOL_DOC_END PROTOCOL_DOC_BEGIN), none, &out),
                     ERR_NOT_FOUND);
    struct slice page = slice_of("a\n" PROTOCOL_DOC_BEGIN "STALE TEXT\n" PROTOCOL_DOC_END "z\n");
    assert_int_equal(protocol_doc_renew(page, none, &out), ERR_OK);
    struct slice made = buf_slice(&out);
    assert_null(memmem(made.bytes, made.size, "STALE", 5));
    assert_memory_equal(made.bytes, "a\n", 2);
    assert_memory_equal(made.bytes + made.size - 2, "z\n", 2);
    buf_free(&out);
}

/* Every message is in both documents under its name. */
static void every_message_is_documented(void **state)
{
    (void)state;
    struct buf api = {0}, tables = {0};
    asyncapi_document(&api);
    protocol_tables((struct slice){"", 0}, &tables);
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        const struct message_type *type = message_type_of((enum message_kind)kind);
        struct buf name = {0};
        buf_printf(&name, "#/components/messages/%s\"", type->name);
        assert_non_null(memmem(api.bytes, api.size, name.bytes, name.size));
        buf_clear(&name);
        buf_printf(&name, "#### `%s`\n", type->name);
        assert_non_null(memmem(tables.bytes, tables.size, name.bytes, name.size));
        buf_free(&name);
    }
    buf_free(&api);
    buf_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_asyncapi_document_is_fresh),
        cmocka_unit_test(the_protocols_tables_are_fresh),
        cmocka_unit_test(the_members_of_an_entry_are_told),
        cmocka_unit_test(a_page_without_marks_is_refused),
        cmocka_unit_test(every_message_is_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
