/* xml_reader.c — Job: one official XML file as a tree, with every bound checked (expat). */
#include "gateway/errand/eligibility/xml_reader.h"

#include "gateway/errand/eligibility/charset.h"
#include "gateway/errand/eligibility/wipe_alloc.h"
#include "proto/utf8.h"

#include <expat.h>

enum { UTF8_PER_BYTE = 3 }; /* a half-width kana is one byte in CP932 and three in UTF-8 */

struct reader {
    XML_Parser parser;
    struct arena *memory;
    struct xml_node *root, *at; /* AT: the open element */
    struct buf text;            /* read since the last tag */
    size_t depth, elements;
    enum err error; /* the first one */
};

static void stop(struct reader *r, enum err e)
{
    if (r->error == ERR_OK)
        r->error = e;
    XML_StopParser(r->parser, XML_FALSE);
}

/* Tabs and carriage returns are harmless; everything else as for what a person types. */
static bool showable(struct slice text)
{
    size_t from = 0, chars;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.bytes[i] != '\t' && text.bytes[i] != '\r')
            continue;
        if (utf8_printable((struct slice){text.bytes + from, i - from}, &chars) != ERR_OK)
            return false;
        from = i + 1;
    }
    return true;
}

static bool blank(struct slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (memchr(" \t\r\n", text.bytes[i], 4) == NULL)
            return false;
    return true;
}

static struct xml_node *add_node(struct reader *r, const char *mark, struct slice name,
                                 struct slice text)
{
    if (name.size + 1 > XML_NAME_MAX || text.size > XML_TEXT_MAX) {
        stop(r, ERR_TOO_LARGE);
        return NULL;
    }
    if (!showable(name) || !showable(text)) {
        stop(r, ERR_UPSTREAM_ANSWER);
        return NULL;
    }
    if (++r->elements > XML_ELEMENTS_MAX) {
        stop(r, ERR_TOO_LARGE);
        return NULL;
    }
    size_t lead = strlen(mark);
    struct xml_node *node = arena_get(r->memory, sizeof *node + lead + name.size + text.size + 1);
    if (node == NULL) {
        stop(r, ERR_NO_MEMORY);
        return NULL;
    }
    char *bytes = (char *)(node + 1);
    memcpy(bytes, mark, lead);
    memcpy(bytes + lead, name.bytes, name.size);
    memcpy(bytes + lead + name.size, text.bytes, text.size);
    *node = (struct xml_node){.name = {bytes, lead + name.size},
                              .text = {bytes + lead + name.size, text.size},
                              .parent = r->at};
    if (r->at == NULL)
        r->root = node;
    else if (r->at->first == NULL)
        r->at->first = r->at->last = node;
    else
        r->at->last = r->at->last->next = node;
    return node;
}

/* Text that stands beside elements is unusual, but it is content: it is kept as "#text". */
static void keep_loose_text(struct reader *r)
{
    struct slice text = buf_slice(&r->text);
    if (r->at != NULL && !blank(text))
        (void)add_node(r, "", slice_of("#text"), text);
    buf_clear(&r->text);
}

/* The official layout has no namespaces; some writers put a prefix before every name all the same.
 * The name is what stands behind it. */
static struct slice local_name(const XML_Char *name)
{
    const char *colon = strrchr(name, ':');
    return slice_of(colon == NULL || colon[1] == '\0' ? name : colon + 1);
}

/* Of the XML itself, not of what it says: xmlns, xmlns:…, xsi:…, xml:… . */
static bool is_machinery(const XML_Char *attribute)
{
    static const char *const prefixes[] = {"xmlns:", "xsi:", "xml:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(attribute, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return strcmp(attribute, "xmlns") == 0;
}

static void XMLCALL on_element_start(void *self, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = self;
    keep_loose_text(r);
    if (r->error != ERR_OK)
        return;
    if (++r->depth > XML_DEPTH_MAX) {
        stop(r, ERR_TOO_DEEP);
        return;
    }
    struct xml_node *node = add_node(r, "", local_name(name), slice_of(""));
    if (node == NULL)
        return;
    r->at = node;
    for (; attributes[0] != NULL && r->error == ERR_OK; attributes += 2)
        if (!is_machinery(attributes[0]))
            (void)add_node(r, "@", local_name(attributes[0]), slice_of(attributes[1]));
}

static void XMLCALL on_element_end(void *self, const XML_Char *name)
{
    struct reader *r = self;
    (void)name; /* expat has checked that it fits */
    if (r->error != ERR_OK)
        return;
    struct slice text = buf_slice(&r->text);
    if (blank(text))
        text = slice_of(""); /* an empty element that a pretty-printer has filled with a line */
    if (r->at->first != NULL) {
        keep_loose_text(r);
    } else if (!showable(text)) {
        stop(r, ERR_UPSTREAM_ANSWER);
    } else {
        r->at->text = arena_copy(r->memory, text);
        if (r->at->text.bytes == NULL)
            stop(r, ERR_NO_MEMORY);
        buf_clear(&r->text);
    }
    r->at = r->at->parent;
    r->depth--;
}

static void XMLCALL on_text(void *self, const XML_Char *bytes, int size)
{
    struct reader *r = self;
    buf_add(&r->text, bytes, (size_t)size);
    if (buf_error(&r->text) != ERR_OK)
        stop(r, ERR_TOO_LARGE);
}

static void XMLCALL on_doctype(void *self, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int internal)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)internal;
    stop(self, ERR_UPSTREAM_ANSWER);
}

static enum err parse(struct reader *r, struct slice utf8)
{
    static const XML_Memory_Handling_Suite wiping = {wipe_malloc, wipe_realloc, wipe_free};
    /* "UTF-8" overrides what the file declares: it was converted already. */
    r->parser = XML_ParserCreate_MM("UTF-8", &wiping, NULL);
    if (r->parser == NULL)
        return ERR_NO_MEMORY;
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_element_start, on_element_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    enum XML_Status status = XML_Parse(r->parser, utf8.bytes, (int)utf8.size, XML_TRUE);
    if (status != XML_STATUS_OK && r->error == ERR_OK)
        r->error = XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY ? ERR_NO_MEMORY
                                                                      : ERR_UPSTREAM_ANSWER;
    XML_ParserFree(r->parser);
    return r->error;
}

enum err xml_read(struct slice bytes, struct arena *memory, enum view_charset *charset,
                  struct xml_node **root)
{
    struct reader r = {.memory = memory};
    struct buf utf8;
    *root = NULL;
    *charset = CHARSET_NONE;
    if (bytes.size > XML_BYTES_MAX)
        return ERR_TOO_LARGE;
    enum err e = charset_of_xml(bytes, charset);
    if (e != ERR_OK)
        return e;
    buf_init(&utf8, (size_t)UTF8_PER_BYTE * XML_BYTES_MAX);
    buf_init(&r.text, XML_TEXT_MAX);
    e = charset_to_utf8(bytes, *charset, &utf8);
    if (e == ERR_OK)
        e = parse(&r, buf_slice(&utf8));
    buf_free(&utf8);
    buf_free(&r.text);
    if (e == ERR_OK)
        *root = r.root;
    return e;
}
