/* crew_text.c — Job: what a hospital has said, as Japanese text for a terminal (and only for one).
 */
#include "ambulance_client/crew_text.h"

#include "client/view_text.h"

#include <stdlib.h>

static void add_word(struct buf *out, const char *label, struct slice word)
{
    if (word.bytes == NULL)
        return;
    buf_text(out, label);
    view_text_add(out, word);
}

static void add_words(enum message_kind kind, const void *body, struct buf *out)
{
    switch (kind) {
    case MSG_TALK:
        add_word(out, "：", ((const struct body_talk *)body)->text);
        break;
    case MSG_ANSWER:
        add_word(out, " 担当 ", ((const struct body_answer *)body)->name);
        add_word(out, "：", ((const struct body_answer *)body)->note);
        break;
    case MSG_ACCEPTANCE_CHECK:
        add_word(out, " 担当 ", ((const struct body_acceptance_check *)body)->name);
        break;
    case MSG_HANDOVER_CONFIRM:
        add_word(out, " 引継ぎを受けた医師 ", ((const struct body_handover *)body)->physician);
        break;
    case MSG_MIXUP:
        add_word(out, " 理由 ", ((const struct body_mixup *)body)->reason);
        break;
    case MSG_BREAK_GLASS:
    case MSG_ACCEPTANCE_WITHDRAW:
        add_word(out, " 理由 ", ((const struct body_reason_text *)body)->reason);
        break;
    default:
        break;
    }
}

void crew_text_said(const struct known_text *text, struct buf *out)
{
    const struct record *record = message_type_of(text->kind)->body;
    struct json *root = NULL;
    struct complaint why;
    struct buf words = {0};
    void *body = calloc(1, record->size);
    if (body != NULL && json_parse(buf_slice(&text->json), FRAME_BYTES_MAX, &root) == ERR_OK &&
        record_decode(record, root, RECORD_LENIENT, body, &why) == ERR_OK)
        add_words(text->kind, body, &words);
    if (words.size != 0) {
        buf_text(out, "    ");
        view_text_time(out, text->at);
        buf_byte(out, ' ');
        view_text_add(out, slice_of(text->person_name));
        buf_add(out, words.bytes, words.size);
        buf_byte(out, '\n');
    }
    if (body != NULL)
        explicit_bzero(body, record->size);
    free(body);
    json_free(root);
    buf_free(&words);
}
