/* client_kit_view.c — Job: sealed views and their keys as a gateway would send them, by hand. */
#include "tests/lib/client_kit.h"

#include "common/seal.h"
#include "proto/base64.h"

#include <assert.h>
#include <stdio.h>

static void key_of(int section, uint8_t key[SEAL_KEY_SIZE])
{
    memset(key, section, SEAL_KEY_SIZE);
}

/* Sealed by hand once per call: nonces are random, so the bytes are kept between header and
 * pieces. */
static struct buf sealed[VIEW_SECTIONS + 1];

static void seal(const struct ckit_section *section)
{
    uint8_t key[SEAL_KEY_SIZE];
    char aad[96];
    snprintf(aad, sizeof aad, "sakiyomi.v1/section/%s/%s", ckit_text('V'),
             codes_name(&codes_section, section->section));
    key_of(section->section, key);
    buf_free(&sealed[section->section]);
    enum err err =
        seal_close(key, slice_of(aad), slice_of(section->plain), &sealed[section->section]);
    assert(err == ERR_OK);
}

static void add_grant(struct buf *out, char grant)
{
    if (grant != '\0')
        buf_printf(out, "\"grant\":\"%s\",", ckit_text(grant));
}

static void say(struct client_kit *kit, const char *type, const char *envelope, struct buf *body)
{
    struct buf frame = {0};
    buf_byte(body, '\0');
    ckit_frame(&frame, type, envelope, body->bytes);
    client_frame(kit->client, buf_slice(&frame));
    buf_free(&frame);
    buf_free(body);
}

void ckit_header(struct client_kit *kit, char grant, const struct ckit_section *sections,
                 size_t count, size_t piece, int64_t until)
{
    char envelope[64];
    struct buf body = {0};
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    buf_printf(&body, "{\"fetched_at\":\"%s\",", ckit_at(kit->wall));
    add_grant(&body, grant);
    buf_text(&body, "\"hidden\":[\"surgery\"],\"openable\":[");
    for (size_t i = 0; i < count; i++)
        buf_printf(&body, "%s\"%s\"", i == 0 ? "" : ",",
                   codes_name(&codes_section, sections[i].section));
    buf_text(&body, "],\"sections\":[");
    for (size_t i = 0; i < count; i++) {
        seal(&sections[i]);
        const struct buf *bytes = &sealed[sections[i].section];
        struct hash hash = sha256(bytes->bytes, bytes->size);
        buf_printf(&body, "%s{\"bytes\":%zu,\"hash\":\"", i == 0 ? "" : ",", bytes->size);
        base64_add(&body, hash.bytes, sizeof hash.bytes);
        buf_printf(&body, "\",\"pieces\":%zu,\"section\":\"%s\"}",
                   (bytes->size + piece - 1) / piece,
                   codes_name(&codes_section, sections[i].section));
    }
    buf_printf(&body, "],\"simulator\":true,\"source\":\"emergency_summary\",\"until\":\"%s\",",
               ckit_at(until));
    buf_printf(&body, "\"view\":\"%s\"}", ckit_text('V'));
    say(kit, "view_header", envelope, &body);
}

void ckit_pieces(struct client_kit *kit, char grant, const struct ckit_section *sections,
                 size_t count, size_t piece)
{
    char envelope[64];
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",", ckit_text('C'));
    for (size_t i = 0; i < count; i++) {
        const struct buf *bytes = &sealed[sections[i].section];
        size_t pieces = (bytes->size + piece - 1) / piece;
        for (size_t p = 0; p < pieces; p++) {
            struct buf body = {0};
            size_t from = p * piece;
            size_t size = bytes->size - from < piece ? bytes->size - from : piece;
            buf_text(&body, "{\"bytes\":\"");
            base64_add(&body, bytes->bytes + from, size);
            buf_text(&body, "\",");
            add_grant(&body, grant);
            buf_printf(&body, "\"piece\":%zu,\"pieces\":%zu,\"section\":\"%s\",\"view\":\"%s\"}", p,
                       pieces, codes_name(&codes_section, sections[i].section), ckit_text('V'));
            say(kit, "view_piece", envelope, &body);
        }
    }
}

void ckit_view(struct client_kit *kit, char grant, const struct ckit_section *sections,
               size_t count, size_t piece, int64_t until)
{
    ckit_header(kit, grant, sections, count, piece, until);
    ckit_pieces(kit, grant, sections, count, piece);
}

void ckit_keys(struct client_kit *kit, char grant, char session,
               const struct ckit_section *sections, size_t count, const struct id *re)
{
    char envelope[192], text[ID_TEXT_SIZE + 1] = "";
    struct buf body = {0};
    if (re != NULL)
        id_text(re, text);
    snprintf(envelope, sizeof envelope, "\"case\":\"%s\",%s%s%s\"seq\":77,\"session\":\"%s\",",
             ckit_text('C'), re == NULL ? "" : "\"re\":\"", text, re == NULL ? "" : "\",",
             ckit_text(session));
    buf_byte(&body, '{');
    add_grant(&body, grant);
    buf_text(&body, "\"keys\":[");
    for (size_t i = 0; i < count; i++) {
        uint8_t key[SEAL_KEY_SIZE];
        key_of(sections[i].section, key);
        buf_printf(&body, "%s{\"key\":\"", i == 0 ? "" : ",");
        base64_add(&body, key, sizeof key);
        buf_printf(&body, "\",\"section\":\"%s\"}",
                   codes_name(&codes_section, sections[i].section));
    }
    buf_printf(&body, "],\"view\":\"%s\"}", ckit_text('V'));
    say(kit, "section_keys", envelope, &body);
}
