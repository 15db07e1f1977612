/* document.c — Job: the section "document": which PDFs there are, and tags that nobody knows. */
#include "gateway/errand/eligibility/document.h"

#include "gateway/errand/eligibility/canon.h"

static bool is_pdf(const struct view_part *part)
{
    return strcmp(part->media, "application/pdf") == 0;
}

static void add_hash(struct buf *b, const char *key, const struct hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * sizeof hash->bytes];
    for (size_t i = 0; i < sizeof hash->bytes; i++) {
        hex[2 * i] = digits[hash->bytes[i] >> 4];
        hex[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    canon_text(b, key, (struct slice){hex, sizeof hex});
}

enum err document_refer(struct view *v, enum section section)
{
    struct buf b;
    buf_init(&b, VIEW_SECTION_BYTES_MAX);
    canon_open(&b, NULL, '{');
    canon_open(&b, "in_document", '[');
    for (size_t i = 0; i < v->part_count; i++)
        if (is_pdf(&v->parts[i]) && (v->parts[i].sections & SECTION_BIT(section)) != 0)
            canon_count(&b, NULL, i);
    canon_close(&b, ']');
    canon_close(&b, '}');
    enum err e = buf_error(&b);
    if (e == ERR_OK)
        e = view_set(v, section, STATE_PRESENT, buf_slice(&b));
    buf_free(&b);
    return e;
}

static size_t add_pdfs(const struct view *v, struct buf *b)
{
    size_t count = 0;
    for (size_t i = 0; i < v->part_count; i++) {
        const struct view_part *part = &v->parts[i];
        if (!is_pdf(part))
            continue;
        if (count++ == 0)
            canon_open(b, "parts", '[');
        canon_open(b, NULL, '{');
        canon_count(b, "bytes", part->bytes.size);
        canon_text(b, "media", slice_of(part->media));
        canon_count(b, "part", i);
        buf_text(b, ",\"sections\":");
        view_sections_json(part->sections, b);
        add_hash(b, "sha256", &part->hash);
        canon_close(b, '}');
    }
    if (count > 0)
        canon_close(b, ']');
    return count;
}

enum err document_set(struct view *v, struct slice unknown, bool lost, bool asked)
{
    struct buf b;
    buf_init(&b, VIEW_SECTION_BYTES_MAX);
    canon_open(&b, NULL, '{');
    if (unknown.size > 0) {
        canon_open(&b, "other", '[');
        buf_add(&b, unknown.bytes, unknown.size);
        canon_close(&b, ']');
    }
    size_t pdfs = add_pdfs(v, &b);
    canon_close(&b, '}');
    enum err e = buf_error(&b);
    bool there = pdfs > 0 || unknown.size > 0;
    if (e == ERR_OK && lost)
        e = view_set(v, SECTION_DOCUMENT, STATE_FAILED, (struct slice){0});
    else if (e == ERR_OK && there)
        e = view_set(v, SECTION_DOCUMENT, STATE_PRESENT, buf_slice(&b));
    else if (e == ERR_OK)
        e = view_set(v, SECTION_DOCUMENT, asked ? STATE_EMPTY : STATE_NOT_ASKED, (struct slice){0});
    buf_free(&b);
    return e;
}
