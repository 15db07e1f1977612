/* witness_file.c — Job: a witness's state as text, one fact a line, in one spelling only. */
#include "client/witness.h"

#include "proto/base64.h"
#include "proto/line.h"

#include <stdlib.h>

#define FIRST_LINE "sakiyomi-witness v1"

static const char *const alarm_names[] = {
    [ALARM_NONE] = "none",         [ALARM_FORK] = "fork",           [ALARM_PROOF] = "proof",
    [ALARM_NO_PROOF] = "no_proof", [ALARM_OTHER_KEY] = "other_key",
};
enum { ALARMS = sizeof alarm_names / sizeof alarm_names[0] };

static void add_base64(struct buf *out, const char *name, const struct buf *bytes)
{
    if (bytes->size == 0)
        return;
    buf_text(out, name);
    buf_byte(out, ' ');
    base64_add(out, bytes->bytes, bytes->size);
    buf_byte(out, '\n');
}

static void add_seen(struct buf *out, const struct witness *w)
{
    size_t first = w->seen_count < WITNESS_SEEN_MAX ? 0 : w->seen_next;
    for (size_t i = 0; i < w->seen_count; i++) {
        const struct witness_seen *seen = &w->seen[(first + i) % WITNESS_SEEN_MAX];
        buf_text(out, "seen ");
        buf_u64(out, seen->size);
        buf_byte(out, ' ');
        base64_add(out, seen->root.bytes, sizeof seen->root.bytes);
        buf_byte(out, '\n');
    }
}

void witness_encode(const struct witness *w, struct buf *out)
{
    buf_text(out, FIRST_LINE "\n");
    if (w->key.name[0] != '\0') {
        buf_text(out, "key ");
        note_key_format(&w->key, out);
        buf_byte(out, '\n');
    }
    add_base64(out, "note", &w->note);
    add_seen(out, w);
    if (w->unproved != 0) {
        buf_text(out, "unproved ");
        buf_u64(out, (uint64_t)w->unproved);
        buf_byte(out, '\n');
    }
    if (w->alarm != ALARM_NONE) {
        buf_printf(out, "alarm %s ", alarm_names[w->alarm]);
        buf_u64(out, (uint64_t)w->alarm_at);
        buf_byte(out, '\n');
    }
    add_base64(out, "other", &w->other_note);
    add_base64(out, "proof", &w->other_proof);
    if (w->closed_at != 0) {
        char text[ID_TEXT_SIZE];
        id_text(&w->closed_by, text);
        buf_text(out, "closed ");
        buf_u64(out, (uint64_t)w->closed_at);
        buf_byte(out, ' ');
        buf_add(out, text, sizeof text);
        buf_byte(out, '\n');
    }
    buf_text(out, "end\n");
}

void witness_evidence(const struct witness *w, struct buf *out)
{
    buf_text(out, "kept:\n");
    buf_add(out, w->note.bytes, w->note.size);
    buf_text(out, "\nother:\n");
    buf_add(out, w->other_note.bytes, w->other_note.size);
    buf_text(out, "\nproof from the kept one to the other, as it came:\n");
    buf_add(out, w->other_proof.bytes, w->other_proof.size);
    buf_printf(out, "\nwhat is wrong: %s\n", alarm_names[w->alarm]);
}

/* ---- reading ---- */

static enum err read_base64(struct slice text, struct buf *out)
{
    size_t size = 0;
    char *bytes = malloc(text.size + 1);
    if (bytes == NULL)
        return ERR_NO_MEMORY;
    enum err err = base64_decode(text, bytes, text.size + 1, &size);
    if (err == ERR_OK && (size == 0 || out->size != 0))
        err = ERR_CORRUPT;
    if (err == ERR_OK)
        buf_add(out, bytes, size);
    free(bytes);
    return err == ERR_OK ? buf_error(out) : err;
}

/* Takes what stands before the next space off TEXT. */
static struct slice next_word(struct slice *text)
{
    const char *space = text->size == 0 ? NULL : memchr(text->bytes, ' ', text->size);
    struct slice word = {text->bytes, space == NULL ? text->size : (size_t)(space - text->bytes)};
    size_t skip = word.size + (space == NULL ? 0 : 1);
    text->bytes += skip;
    text->size -= skip;
    return word;
}

static enum err read_seen(struct slice text, struct witness *w)
{
    struct witness_seen *seen = &w->seen[w->seen_count];
    if (w->seen_count == WITNESS_SEEN_MAX)
        return ERR_CORRUPT;
    enum err err = line_number(next_word(&text), LOG_SIZE_MAX, &seen->size);
    if (err == ERR_OK)
        err = line_hash(text, &seen->root);
    if (err == ERR_OK)
        w->seen_count++;
    w->seen_next = w->seen_count % WITNESS_SEEN_MAX;
    return err;
}

static enum err read_number(struct slice text, uint64_t max, int64_t *out)
{
    uint64_t number = 0;
    enum err err = line_number(text, max, &number);
    *out = (int64_t)number;
    return err;
}

static enum err read_alarm(struct slice text, struct witness *w)
{
    struct slice name = next_word(&text);
    for (int i = ALARM_FORK; i < ALARMS; i++)
        if (slice_is(name, alarm_names[i]))
            w->alarm = (enum witness_alarm)i;
    return w->alarm == ALARM_NONE ? ERR_CORRUPT : read_number(text, INT64_MAX, &w->alarm_at);
}

static enum err read_closed(struct slice text, struct witness *w)
{
    enum err err = read_number(next_word(&text), INT64_MAX, &w->closed_at);
    return err == ERR_OK ? id_parse(text, &w->closed_by) : err;
}

static enum err read_line(struct slice line, struct witness *w)
{
    if (line_skip(&line, "key "))
        return note_key_parse(line, &w->key);
    if (line_skip(&line, "note "))
        return read_base64(line, &w->note);
    if (line_skip(&line, "seen "))
        return read_seen(line, w);
    if (line_skip(&line, "unproved ")) {
        int64_t unproved = 0;
        enum err err = read_number(line, WITNESS_UNPROVED_MAX, &unproved);
        w->unproved = (int)unproved;
        return err;
    }
    if (line_skip(&line, "alarm "))
        return read_alarm(line, w);
    if (line_skip(&line, "other "))
        return read_base64(line, &w->other_note);
    if (line_skip(&line, "proof "))
        return read_base64(line, &w->other_proof);
    if (line_skip(&line, "closed "))
        return read_closed(line, w);
    return slice_is(line, "end") || slice_is(line, FIRST_LINE) ? ERR_OK : ERR_CORRUPT;
}

/* What was kept is verified again: a file that somebody has edited is not believed. */
static enum err verify(struct witness *w)
{
    struct checkpoint_trust trust = {.keys = &w->key, .count = 1};
    if (w->note.size == 0)
        return w->seen_count == 0 ? ERR_OK : ERR_CORRUPT;
    if (w->key.name[0] == '\0')
        return ERR_CORRUPT;
    enum err err = checkpoint_open(buf_slice(&w->note), &trust, &w->newest, NULL);
    if (err != ERR_OK)
        return err;
    size_t last = (w->seen_next + WITNESS_SEEN_MAX - 1) % WITNESS_SEEN_MAX;
    bool known = w->seen_count != 0 && w->seen[last].size == w->newest.size &&
                 hash_equal(&w->seen[last].root, &w->newest.root);
    return known ? ERR_OK : ERR_CORRUPT;
}

enum err witness_decode(struct slice text, struct witness *w)
{
    struct slice rest = text, line;
    struct buf again = {0};
    enum err err = ERR_OK;
    *w = (struct witness){.unproved = 0};
    while (err == ERR_OK && line_next(&rest, &line))
        err = read_line(line, w);
    if (err == ERR_OK)
        err = verify(w);
    if (err == ERR_OK) {
        witness_encode(w, &again);
        err = buf_error(&again);
    }
    if (err == ERR_OK && !slice_equal(text, buf_slice(&again)))
        err = ERR_CORRUPT;
    buf_free(&again);
    if (err == ERR_OK)
        return ERR_OK;
    witness_fini(w);
    return err == ERR_NO_MEMORY ? err : ERR_CORRUPT;
}
