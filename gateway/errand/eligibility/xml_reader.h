/* xml_reader.h — Job: one official XML file as a tree, with every bound checked (expat).
 *
 * Refused: any DOCTYPE (so no entity can be declared: no entity bomb, no outside file), nesting
 * above XML_DEPTH_MAX, names above XML_NAME_MAX, values above XML_TEXT_MAX, more than
 * XML_ELEMENTS_MAX elements, characters that a screen would not show or would turn round. */
#ifndef GATEWAY_ELIGIBILITY_XML_READER_H
#define GATEWAY_ELIGIBILITY_XML_READER_H

#include "proto/arena.h"
#include "proto/view.h"

/* An element, or an attribute as a child named "@name", or a text between elements as a child named
 * "#text". Nodes and texts are UTF-8 and live in the arena. */
struct xml_node {
    struct slice name;
    struct slice text; /* of an element without children, exactly as it stands; never NULL */
    struct xml_node *parent, *first, *last, *next;
    bool taken; /* somebody has understood it; what stays untaken is "other" */
};

/* Reads BYTES, finds out their CHARSET, and gives the root element. ERR_UPSTREAM_ANSWER for what is
 * not well-formed or is refused above, ERR_UTF8 for wrong bytes, ERR_TOO_LARGE, ERR_TOO_DEEP,
 * ERR_NO_MEMORY. The arena then holds a part of it all the same: free it. */
MUST_CHECK enum err xml_read(struct slice bytes, struct arena *memory, enum view_charset *charset,
                             struct xml_node **root);

/* The first child of NODE (may be NULL) with this name, or NULL. */
struct xml_node *xml_child(const struct xml_node *node, const char *name);
/* The next one of the same name among the same children, or NULL. */
struct xml_node *xml_same_next(const struct xml_node *node);
/* The text of the first child NAME, which is marked as taken; bytes NULL when there is none or it
 * is empty: an empty tag says no more than an absent one. */
struct slice xml_take(const struct xml_node *node, const char *name);
/* The same without marking. */
struct slice xml_peek(const struct xml_node *node, const char *name);
/* Walks everything below TOP in document order: the node behind AT (TOP first), NULL at the end. */
struct xml_node *xml_walk(const struct xml_node *top, const struct xml_node *at);
/* The same, leaving out everything below AT. */
struct xml_node *xml_walk_over(const struct xml_node *top, const struct xml_node *at);
#endif
