/* view.c — Job: one view of the eligibility system in memory: sections, states, parts, hashes. */
#include "proto/view.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

_Static_assert(VIEW_SECTIONS == SECTION_DOCUMENT, "the array of sections has a place for each");
_Static_assert(VIEW_PART_BYTES_MAX < VIEWS_BYTES_MAX, "one part alone is within the budget");

static size_t whole_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

/* Pages of their own, never the heap's: freed heap memory is handed out again unwiped by others,
 * and a lock always covers a whole page. */
static void *pages_get(struct view *v, size_t size)
{
    size_t room = whole_pages(size);
    void *pages = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    (void)madvise(pages, room, MADV_DONTDUMP);
    bool locked = mlock(pages, room) == 0;
    v->bytes += room;
    v->bytes_unlocked += locked ? 0 : room;
    return pages;
}

static void pages_free(const void *pages, size_t size)
{
    if (pages == NULL)
        return;
    /* The cast is the one place where a view's bytes are written after they were filled. */
    void *writable = (void *)(uintptr_t)pages;
    explicit_bzero(writable, size);
    (void)munmap(writable, whole_pages(size)); /* unlocks as well */
}

enum err view_new(struct view **out)
{
    struct view start = {0};
    struct view *v = pages_get(&start, sizeof *v);
    *out = v;
    if (v == NULL)
        return ERR_NO_MEMORY;
    *v = start;
    for (size_t i = 1; i <= VIEW_SECTIONS; i++)
        v->sections[i].state = STATE_NOT_ASKED;
    return ERR_OK;
}

void view_free(struct view *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i <= VIEW_SECTIONS; i++)
        pages_free(v->sections[i].json.bytes, v->sections[i].json.size);
    for (size_t i = 0; i < v->part_count; i++)
        pages_free(v->parts[i].bytes.bytes, v->parts[i].bytes.size);
    pages_free(v, sizeof *v);
}

size_t view_bytes(const struct view *v)
{
    return v->bytes;
}

static enum err keep_copy(struct view *v, struct slice bytes, struct slice *out)
{
    char *copy = pages_get(v, bytes.size);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    memcpy(copy, bytes.bytes, bytes.size);
    *out = (struct slice){copy, bytes.size};
    return ERR_OK;
}

enum err view_set(struct view *v, enum section section, enum section_state state, struct slice json)
{
    assert(section >= SECTION_PERSON && section <= VIEW_SECTIONS);
    assert((state == STATE_PRESENT) == (json.bytes != NULL && json.size != 0));
    struct view_section *s = &v->sections[section];
    if (s->json.bytes != NULL) {
        v->bytes -= whole_pages(s->json.size);
        pages_free(s->json.bytes, s->json.size);
    }
    *s = (struct view_section){.state = STATE_FAILED};
    if (json.size > VIEW_SECTION_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (state == STATE_PRESENT) {
        enum err e = keep_copy(v, json, &s->json);
        if (e != ERR_OK)
            return e;
        s->hash = sha256(s->json.bytes, s->json.size);
    }
    s->state = state;
    return ERR_OK;
}

enum err view_add_part(struct view *v, const char *media, enum view_charset charset,
                       struct slice bytes, uint64_t sections, size_t *index)
{
    if (v->part_count == VIEW_PARTS_MAX)
        return ERR_FULL;
    if (bytes.size > VIEW_PART_BYTES_MAX)
        return ERR_TOO_LARGE;
    size_t name = strlen(media);
    if (bytes.size == 0 || name == 0 || name >= VIEW_MEDIA_MAX)
        return ERR_BAD_FIELD;
    struct view_part part = {.charset = charset, .sections = sections};
    memcpy(part.media, media, name);
    enum err e = keep_copy(v, bytes, &part.bytes);
    if (e != ERR_OK)
        return e;
    part.hash = sha256(part.bytes.bytes, part.bytes.size);
    if (index != NULL)
        *index = v->part_count;
    v->parts[v->part_count++] = part;
    return ERR_OK;
}

/* Every section of the set COVERED may be shown as it is. */
static bool all_go(const struct view *v, uint64_t covered, uint64_t scope, uint64_t hidden)
{
    if ((covered & ~scope) != 0 || (covered & hidden) != 0)
        return false;
    for (size_t i = 1; i <= VIEW_SECTIONS; i++)
        if ((covered & SECTION_BIT(i)) != 0 && v->sections[i].state != STATE_PRESENT &&
            v->sections[i].state != STATE_EMPTY)
            return false;
    return true;
}

bool view_part_goes(const struct view *v, size_t index, uint64_t scope, uint64_t hidden)
{
    return index < v->part_count && all_go(v, v->parts[index].sections, scope, hidden);
}

static enum section_state document_state(const struct view *v, uint64_t scope, uint64_t hidden)
{
    uint64_t covered = 0;
    for (size_t i = 0; i < v->part_count; i++)
        covered |= v->parts[i].sections;
    covered &= ~SECTION_BIT(SECTION_DOCUMENT);
    if (((covered | SECTION_BIT(SECTION_DOCUMENT)) & hidden) != 0)
        return STATE_NOT_CONSENTED;
    if (v->sections[SECTION_DOCUMENT].state != STATE_PRESENT)
        return (scope & SECTION_BIT(SECTION_DOCUMENT)) == 0 ? STATE_NOT_ASKED
                                                            : v->sections[SECTION_DOCUMENT].state;
    return all_go(v, covered, scope, hidden) ? STATE_PRESENT : STATE_NOT_ASKED;
}

enum section_state view_state_for(const struct view *v, enum section section, uint64_t scope,
                                  uint64_t hidden)
{
    assert(section >= SECTION_PERSON && section <= VIEW_SECTIONS);
    if (section == SECTION_DOCUMENT)
        return document_state(v, scope, hidden);
    if (v->sections[section].state == STATE_NOT_PROVIDED)
        return STATE_NOT_PROVIDED; /* true of the source, so it says nothing of the patient */
    if ((hidden & SECTION_BIT(section)) != 0)
        return STATE_NOT_CONSENTED;
    if ((scope & SECTION_BIT(section)) == 0)
        return STATE_NOT_ASKED;
    return v->sections[section].state;
}
