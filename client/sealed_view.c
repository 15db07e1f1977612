/* sealed_view.c — Job: sealed views as they arrive, piece by piece; their sections opened, and
 * wiped.
 */
#include "client/sealed_view.h"

#include "common/seal.h"
#include "common/secret.h"
#include "proto/base64.h"

#include <stdlib.h>

struct sealed_views {
    struct sealed_view *first;
    size_t bytes, limit, count;
};

struct sealed_views *sealed_views_new(size_t limit_bytes)
{
    struct sealed_views *views = calloc(1, sizeof *views);
    if (views != NULL)
        views->limit = limit_bytes;
    return views;
}

/* Gives the bytes that SECTION held back to the budget, and wipes them. */
static void forget_plain(struct sealed_views *views, struct sealed_view *view,
                         struct sealed_section *section)
{
    views->bytes -= section->plain.size;
    view->bytes -= section->plain.size;
    buf_free(&section->plain);
    view->opened &= ~SECTION_BIT(section->section);
    view->veiled &= ~SECTION_BIT(section->section);
}

static void forget_section(struct sealed_views *views, struct sealed_view *view,
                           struct sealed_section *section)
{
    forget_plain(views, view, section);
    views->bytes -= section->sealed.size;
    view->bytes -= section->sealed.size;
    buf_free(&section->sealed);
    secret_wipe(section->key, sizeof section->key);
    section->has_key = section->done = false;
    section->next = 0;
}

void sealed_views_drop(struct sealed_views *views, struct sealed_view *view)
{
    struct sealed_view **at = &views->first;
    while (*at != NULL && *at != view)
        at = &(*at)->next;
    if (*at == NULL)
        return;
    *at = view->next;
    views->count--;
    for (size_t i = 0; i < view->sections_count; i++)
        forget_section(views, view, &view->sections[i]);
    secret_free(view);
}

void sealed_views_free(struct sealed_views *views)
{
    if (views == NULL)
        return;
    while (views->first != NULL)
        sealed_views_drop(views, views->first);
    free(views);
}

struct sealed_view *sealed_views_find(const struct sealed_views *views, const struct id *view,
                                      const struct id *grant)
{
    struct sealed_view *v = views->first;
    while (v != NULL && !(id_equal(&v->view, view) && id_equal(&v->grant, grant)))
        v = v->next;
    return v;
}

struct sealed_view *sealed_views_first(const struct sealed_views *views)
{
    return views->first;
}

struct sealed_view *sealed_views_of_case(const struct sealed_views *views, const struct id *case_id)
{
    struct sealed_view *v = views->first; /* the newest stands first */
    while (v != NULL && !id_equal(&v->case_id, case_id))
        v = v->next;
    return v;
}

size_t sealed_views_bytes(const struct sealed_views *views)
{
    return views->bytes;
}

static struct sealed_section *section_of(struct sealed_view *view, int section)
{
    for (size_t i = 0; i < view->sections_count; i++)
        if (view->sections[i].section == section)
            return &view->sections[i];
    return NULL;
}

struct slice sealed_view_plain(const struct sealed_view *view, int section)
{
    for (size_t i = 0; i < view->sections_count; i++)
        if (view->sections[i].section == section && (view->opened & SECTION_BIT(section)) &&
            view->sections[i].plain.size != 0)
            return buf_slice(&view->sections[i].plain);
    return (struct slice){NULL, 0};
}

uint64_t sealed_view_veil(struct sealed_view *view)
{
    uint64_t sections = view->opened;
    view->veiled |= sections;
    view->opened = 0;
    return sections;
}

uint64_t sealed_view_unveil(struct sealed_view *view)
{
    uint64_t sections = view->veiled;
    view->opened |= sections;
    view->veiled = 0;
    return sections;
}

uint64_t sealed_view_cover(struct sealed_views *views, struct sealed_view *view)
{
    uint64_t opened = view->opened;
    for (size_t i = 0; i < view->sections_count; i++) {
        forget_plain(views, view, &view->sections[i]);
        secret_wipe(view->sections[i].key, sizeof view->sections[i].key);
        view->sections[i].has_key = false;
    }
    view->opened_by = (struct id){{0}};
    return opened;
}

static bool is_of(const struct sealed_view *view, const struct id *case_id,
                  const struct id *view_id, const struct id *grant)
{
    return (!id_absent(case_id) && id_equal(&view->case_id, case_id)) ||
           (!id_absent(view_id) && id_equal(&view->view, view_id)) ||
           (!id_absent(grant) && id_equal(&view->grant, grant));
}

size_t sealed_views_drop_of(struct sealed_views *views, const struct id *case_id,
                            const struct id *view_id, const struct id *grant)
{
    size_t count = 0;
    struct sealed_view *next = NULL;
    for (struct sealed_view *view = views->first; view != NULL; view = next) {
        next = view->next;
        if (!is_of(view, case_id, view_id, grant))
            continue;
        sealed_views_drop(views, view);
        count++;
    }
    return count;
}

/* ---- arriving ---- */

static enum err check_header(const struct body_view_header *header)
{
    uint64_t seen = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < header->sections_count; i++) {
        const struct view_section_row *row = &header->sections[i];
        if (row->section < 1 || row->section > VIEW_SECTIONS ||
            (seen & SECTION_BIT(row->section)) || row->bytes <= SEAL_OVERHEAD || row->pieces < 1 ||
            row->pieces > row->bytes || row->bytes > row->pieces * VIEW_PIECE_BYTES_MAX)
            return ERR_BAD_FIELD;
        if (row->bytes > CLIENT_VIEW_BYTES_MAX - bytes)
            return ERR_FULL;
        bytes += row->bytes;
        seen |= SECTION_BIT(row->section);
    }
    return ERR_OK;
}

static void update_state(struct sealed_view *view)
{
    view->state = SEALED_COMPLETE;
    for (size_t i = 0; i < view->sections_count; i++)
        if (!view->sections[i].done)
            view->state = SEALED_COMING;
}

/* The header's sections in place of those of before; what is the same stays. */
static void merge_sections(struct sealed_views *views, struct sealed_view *view,
                           const struct body_view_header *header)
{
    struct sealed_section rows[VIEW_SECTIONS] = {{.section = 0}};
    for (size_t i = 0; i < header->sections_count; i++) {
        const struct view_section_row *row = &header->sections[i];
        struct sealed_section *old = section_of(view, row->section);
        bool same = old != NULL && hash_equal(&old->hash, &row->hash) && old->bytes == row->bytes;
        rows[i] = (struct sealed_section){.section = row->section};
        if (same && old->done) {
            rows[i] = *old;
            *old = (struct sealed_section){.section = 0}; /* its memory has moved */
        } else if (same && old->has_key) { /* keys are sent once: they are for the same bytes */
            rows[i].has_key = true;
            memcpy(rows[i].key, old->key, sizeof rows[i].key);
        }
        rows[i].bytes = row->bytes;
        rows[i].pieces = row->pieces;
        rows[i].hash = row->hash;
    }
    for (size_t i = 0; i < view->sections_count; i++)
        if (view->sections[i].section != 0)
            forget_section(views, view, &view->sections[i]);
    view->sections_count = header->sections_count;
    memcpy(view->sections, rows, header->sections_count * sizeof rows[0]);
    secret_wipe(rows, sizeof rows);
}

enum err sealed_views_header(struct sealed_views *views, const struct id *case_id,
                             const struct body_view_header *header, uint64_t mono_ms,
                             struct sealed_progress *progress)
{
    *progress = (struct sealed_progress){.view = NULL};
    enum err err = check_header(header);
    if (err != ERR_OK)
        return err;
    struct sealed_view *view = sealed_views_find(views, &header->view, &header->grant);
    if (view != NULL && !id_equal(&view->case_id, case_id))
        return ERR_BAD_FIELD;
    if (view == NULL) {
        if (views->count == CLIENT_CASES_MAX)
            return ERR_FULL;
        view = secret_new(sizeof *view);
        if (view == NULL)
            return ERR_NO_MEMORY;
        view->case_id = *case_id;
        view->view = header->view;
        view->grant = header->grant;
        view->next = views->first;
        views->first = view;
        views->count++;
    }
    enum sealed_state before = view->state;
    merge_sections(views, view, header);
    view->source = header->source;
    view->fetched_at = header->fetched_at;
    view->until = header->until;
    view->refetched = header->refetched;
    view->simulator = header->simulator;
    view->openable = header->openable;
    view->hidden = header->hidden;
    view->changed_at = mono_ms;
    update_state(view);
    progress->view = view;
    progress->complete = view->state == SEALED_COMPLETE && before != SEALED_COMPLETE;
    return ERR_OK;
}

/* Opens SECTION with its key, which is wiped. */
static enum err open_section(struct sealed_views *views, struct sealed_view *view,
                             struct sealed_section *section)
{
    char id[ID_TEXT_SIZE];
    struct buf aad = {0};
    forget_plain(views, view, section);
    id_text(&view->view, id);
    buf_text(&aad, "sakiyomi.v1/section/");
    buf_add(&aad, id, sizeof id);
    buf_byte(&aad, '/');
    buf_text(&aad, codes_name(&codes_section, section->section));
    enum err err = buf_error(&aad);
    if (err == ERR_OK && section->sealed.size > views->limit - views->bytes)
        err = ERR_FULL;
    if (err == ERR_OK)
        err =
            seal_open(section->key, buf_slice(&aad), buf_slice(&section->sealed), &section->plain);
    buf_free(&aad);
    secret_wipe(section->key, sizeof section->key);
    section->has_key = false;
    if (err != ERR_OK) {
        buf_free(&section->plain);
        return err;
    }
    views->bytes += section->plain.size;
    view->bytes += section->plain.size;
    if (section->plain.size != 0)
        view->opened |= SECTION_BIT(section->section);
    return ERR_OK;
}

static enum err add_bytes(struct sealed_views *views, struct sealed_view *view,
                          struct sealed_section *section, struct slice base64)
{
    uint8_t bytes[VIEW_PIECE_BYTES_MAX];
    size_t size = 0;
    enum err err = base64_decode(base64, bytes, sizeof bytes, &size);
    if (err != ERR_OK || size == 0 ||
        (int64_t)size > section->bytes - (int64_t)section->sealed.size)
        return ERR_PROTOCOL;
    if (size > views->limit - views->bytes)
        return ERR_FULL;
    buf_add(&section->sealed, bytes, size);
    if (buf_error(&section->sealed) != ERR_OK)
        return ERR_NO_MEMORY;
    views->bytes += size;
    view->bytes += size;
    section->next++;
    return ERR_OK;
}

/* The last piece is here. */
static enum err finish_section(struct sealed_views *views, struct sealed_view *view,
                               struct sealed_section *section, struct sealed_progress *progress)
{
    struct hash hash = sha256(section->sealed.bytes, section->sealed.size);
    if ((int64_t)section->sealed.size != section->bytes || !hash_equal(&hash, &section->hash))
        return ERR_CRYPTO;
    section->done = true;
    update_state(view);
    progress->complete = view->state == SEALED_COMPLETE;
    if (!section->has_key)
        return ERR_OK;
    enum err err = open_section(views, view, section);
    if (err == ERR_OK)
        progress->opened = view->opened & SECTION_BIT(section->section);
    return err;
}

enum err sealed_views_piece(struct sealed_views *views, const struct body_view_piece *piece,
                            uint64_t mono_ms, struct sealed_progress *progress)
{
    struct sealed_view *view = sealed_views_find(views, &piece->view, &piece->grant);
    *progress = (struct sealed_progress){.view = view};
    struct sealed_section *section = view == NULL ? NULL : section_of(view, piece->section);
    if (section == NULL)
        return ERR_NOT_FOUND;
    view->changed_at = mono_ms;
    if (section->done || view->state == SEALED_BROKEN)
        return ERR_OK; /* it is here already, or will come anew */
    enum err err = piece->piece != section->next || piece->pieces != section->pieces
                       ? ERR_PROTOCOL
                       : add_bytes(views, view, section, piece->bytes);
    if (err == ERR_OK && section->next == section->pieces)
        err = finish_section(views, view, section, progress);
    if (err == ERR_OK)
        return ERR_OK;
    forget_section(views, view, section);
    view->state = SEALED_BROKEN;
    progress->complete = false;
    return err;
}

static void forget_veiled(struct sealed_views *views, struct sealed_view *view)
{
    for (size_t i = 0; i < view->sections_count; i++)
        if (view->veiled & SECTION_BIT(view->sections[i].section))
            forget_plain(views, view, &view->sections[i]);
}

enum err sealed_views_keys(struct sealed_views *views, const struct id *session,
                           const struct body_section_keys *keys, struct sealed_progress *progress)
{
    struct sealed_view *view = sealed_views_find(views, &keys->view, &keys->grant);
    *progress = (struct sealed_progress){.view = view};
    if (view == NULL)
        return ERR_NOT_FOUND;
    enum err result = ERR_OK;
    if (!id_equal(&view->opened_by, session)) /* what another person had is not this one's */
        forget_veiled(views, view);
    for (size_t i = 0; i < keys->keys_count; i++) {
        struct sealed_section *section = section_of(view, keys->keys[i].section);
        size_t size = 0;
        if (section == NULL)
            continue; /* a state without content has no seal here */
        enum err err = base64_decode(keys->keys[i].key, section->key, sizeof section->key, &size);
        if (err == ERR_OK && size != sizeof section->key)
            err = ERR_BAD_FIELD;
        section->has_key = err == ERR_OK;
        if (err == ERR_OK && section->done)
            err = open_section(views, view, section);
        if (err == ERR_OK)
            progress->opened |= view->opened & SECTION_BIT(section->section);
        else
            result = err;
    }
    view->opened_by = *session;
    return result;
}
