/* xml_tree.c — Job: find one's way in the tree that xml_reader.c made. */
#include "gateway/errand/eligibility/xml_reader.h"

struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    struct xml_node *child = node == NULL ? NULL : node->first;
    while (child != NULL && !slice_is(child->name, name))
        child = child->next;
    return child;
}

struct xml_node *xml_same_next(const struct xml_node *node)
{
    struct xml_node *next = node->next;
    while (next != NULL && !slice_equal(next->name, node->name))
        next = next->next;
    return next;
}

static struct slice text_of(const struct xml_node *child)
{
    bool says = child != NULL && child->first == NULL && child->text.size > 0;
    return says ? child->text : (struct slice){0};
}

struct slice xml_peek(const struct xml_node *node, const char *name)
{
    return text_of(xml_child(node, name));
}

struct slice xml_take(const struct xml_node *node, const char *name)
{
    struct xml_node *child = xml_child(node, name);
    if (child != NULL && child->first == NULL)
        child->taken = true;
    return text_of(child);
}

struct xml_node *xml_walk_over(const struct xml_node *top, const struct xml_node *at)
{
    while (at != top && at->next == NULL)
        at = at->parent;
    return at == top ? NULL : at->next;
}

struct xml_node *xml_walk(const struct xml_node *top, const struct xml_node *at)
{
    return at->first != NULL ? at->first : xml_walk_over(top, at);
}
