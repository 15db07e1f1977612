/* pages_kit.c — Job: pages without a door: links that are lists of frames, around a client_kit. */
#include "tests/lib/pages_kit.h"

#include "proto/base64.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static void kit_send(struct pages_socket *socket, struct frame *frame)
{
    struct pkit_link *l = (struct pkit_link *)(void *)socket;
    assert(l->count < PKIT_FRAMES);
    buf_add(&l->frames[l->count++], frame_slice(frame).bytes, frame_slice(frame).size);
}

static void kit_close(struct pages_socket *socket, enum close_code code, const char *why)
{
    struct pkit_link *l = (struct pkit_link *)(void *)socket;
    (void)why;
    l->closed = code;
}

static bool kit_idle(const struct pages_socket *socket)
{
    const struct pkit_link *l = (const struct pkit_link *)(const void *)socket;
    return !l->full;
}

/* A child is a place in `children`; the test says what comes of it. */
static struct pages_kit *drawing;
static enum err kit_pdf_start(struct uv_loop_s *loop, const struct pdf_order *order,
                              const struct pdf_child_calls *calls, struct pdf_child **out)
{
    struct pkit_child *child = &drawing->children[drawing->children_count];
    (void)loop;
    if (drawing->pdf_error != ERR_OK || drawing->children_count == PKIT_CHILDREN)
        return drawing->pdf_error != ERR_OK ? drawing->pdf_error : ERR_BUSY;
    drawing->children_count++;
    child->calls = *calls;
    child->page = order->page;
    child->size = order->size;
    child->runs = true;
    size_t size = order->pdf->size < sizeof child->pdf ? order->pdf->size : sizeof child->pdf - 1;
    memcpy(child->pdf, order->pdf->bytes, size);
    buf_free(order->pdf);
    *out = (struct pdf_child *)(void *)child;
    return ERR_OK;
}

static void kit_pdf_stop(struct pdf_child *child)
{
    ((struct pkit_child *)(void *)child)->runs = false;
}

void pkit_drawn(struct pages_kit *kit, size_t index, enum err err, size_t size)
{
    struct pkit_child *child = &kit->children[index];
    struct pdf_reading reading = {
        .pages = 3, .fonts = PDF_FONTS_SUBSTITUTED, .width = 1600, .height = 2263};
    assert(child->runs);
    child->runs = false;
    for (size_t i = 0; i < size; i++)
        buf_byte(&reading.content, (char)i);
    child->calls.done(child->calls.self, err, &reading);
    pdf_reading_fini(&reading);
}

static void kit_happened(void *self, const struct happened *what)
{
    struct pages_kit *kit = self;
    pages_happened(kit->pages, what);
}

static enum err kit_board(void *self, const struct body_board *board)
{
    struct pages_kit *kit = self;
    kit->board = *board;
    kit->boards++;
    return ERR_OK;
}

void pkit_init(struct pages_kit *kit, enum sender side)
{
    static const struct pages_ways ways = {kit_send, kit_close, kit_idle, kit_pdf_start,
                                           kit_pdf_stop};
    struct witness witness = {.unproved = 0};
    *kit = (struct pages_kit){.boards = 0};
    drawing = kit;
    ckit_init(&kit->wire);
    struct client_calls calls = ckit_calls(&kit->wire);
    calls.happened_self = kit;
    calls.happened = kit_happened;
    enum err err =
        client_new(&calls, side, "kit 0.1", CLIENT_VIEWS_BYTES_MAX, &witness, &kit->wire.client);
    assert(err == ERR_OK);
    struct pages_setup setup = {
        .calls = {.self = kit, .wall_ms = calls.wall_ms, .mono_ms = calls.mono_ms},
        .client = kit->wire.client,
        .side = side,
        .device_name = "画面1",
        .language = "ja",
        .crew = "しおみ2"};
    setup.calls.self = &kit->wire; /* whose clocks they are */
    err = pages_new(&setup, &ways, &kit->pages);
    assert(err == ERR_OK);
    memcpy(kit->pages->pdf_program, "/x", sizeof "/x");
    kit->pages->calls.board = side == FROM_HOSPITAL ? kit_board : NULL;
    ckit_ready(&kit->wire, 0);
}

void pkit_fini(struct pages_kit *kit)
{
    pages_free(kit->pages);
    kit->pages = NULL;
    for (size_t i = 0; i < PKIT_LINKS; i++)
        for (size_t k = 0; k < PKIT_FRAMES; k++)
            buf_free(&kit->links[i].frames[k]);
    ckit_fini(&kit->wire);
}

void pkit_open(struct pages_kit *kit, size_t index)
{
    struct pkit_link *l = &kit->links[index];
    enum err err = l->cookie[0] == '\0' ? pages_browser_new(kit->pages, l->cookie) : ERR_OK;
    if (err == ERR_OK)
        err = pages_link_new(kit->pages, (struct pages_socket *)(void *)l, slice_of(l->cookie),
                             &l->link);
    assert(err == ERR_OK);
}

void pkit_text(struct pages_kit *kit, size_t index, const char *text)
{
    pages_text(kit->links[index].link, slice_of(text));
}

void pkit_say(struct pages_kit *kit, const char *type, const char *envelope, const char *format,
              ...)
{
    char body[4096];
    struct buf frame = {0};
    va_list args;
    va_start(args, format);
    int size = vsnprintf(body, sizeof body, format, args);
    va_end(args);
    assert(size >= 0 && (size_t)size < sizeof body);
    ckit_frame(&frame, type, envelope, body);
    pages_before(kit->pages);
    client_frame(kit->wire.client, buf_slice(&frame));
    pages_after(kit->pages, buf_slice(&frame));
    buf_free(&frame);
}

void pkit_sign_in(struct pages_kit *kit, size_t index, char letter)
{
    char envelope[256];
    pkit_text(kit, index,
              "{\"type\":\"local.sign_in\",\"id\":\"s\",\"body\":{\"login\":\"sato\","
              "\"password\":\"geheim\",\"code\":\"123456\"}}");
    snprintf(envelope, sizeof envelope, "\"re\":\"%s\",\"session\":\"%s\",",
             ckit_member(ckit_sent(&kit->wire, "sign_in"), "id"), ckit_text(letter));
    pkit_say(kit, "session", envelope,
             "{\"name\":\"佐藤\",\"person\":\"%s\",\"roles\":[\"er_board\",\"er_viewer\"],"
             "\"session\":\"%s\",\"token\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
             ckit_text((char)(letter + 32)), ckit_text(letter));
}

void pkit_keys(struct pages_kit *kit, char letter, const struct ckit_section *sections,
               size_t count)
{
    char envelope[128];
    struct buf keys = {0};
    for (size_t i = 0; i < count; i++) {
        uint8_t key[KEY_BYTES];
        memset(key, sections[i].section, sizeof key);
        buf_text(&keys, i == 0 ? "{\"key\":\"" : ",{\"key\":\"");
        base64_add(&keys, key, sizeof key);
        buf_printf(&keys, "\",\"section\":\"%s\"}",
                   codes_name(&codes_section, sections[i].section));
    }
    buf_byte(&keys, '\0');
    snprintf(envelope, sizeof envelope, "\"session\":\"%s\",", ckit_text(letter));
    pkit_say(kit, "section_keys", envelope, "{\"grant\":\"%s\",\"keys\":[%s],\"view\":\"%s\"}",
             ckit_text('G'), keys.bytes, ckit_text('V'));
    buf_free(&keys);
}

static bool has_type(const struct buf *frame, const char *type)
{
    char word[64];
    snprintf(word, sizeof word, "\"type\":\"%s\"", type);
    return memmem(frame->bytes, frame->size, word, strlen(word)) != NULL;
}

struct slice pkit_got(const struct pages_kit *kit, size_t index, const char *type)
{
    const struct pkit_link *l = &kit->links[index];
    for (size_t i = l->count; i > 0; i--)
        if (has_type(&l->frames[i - 1], type))
            return buf_slice(&l->frames[i - 1]);
    return (struct slice){NULL, 0};
}

size_t pkit_times(const struct pages_kit *kit, size_t index, const char *type)
{
    const struct pkit_link *l = &kit->links[index];
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++)
        count += has_type(&l->frames[i], type) ? 1 : 0;
    return count;
}

void pkit_forget(struct pages_kit *kit)
{
    for (size_t i = 0; i < PKIT_LINKS; i++) {
        for (size_t k = 0; k < PKIT_FRAMES; k++)
            buf_free(&kit->links[i].frames[k]);
        kit->links[i].count = 0;
    }
    ckit_forget(&kit->wire);
}
