#include "tools/lib/lab_reader.h"

#include "tools/lib/text.h"

/* Which wires a fault, or a question, looks at: from, to, on. */

static size_t read_node_name(struct lab_reader *r, const struct yaml_node *value, const char *name)
{
    const struct lab_key key = { name, "a", "", NULL, 0 };
    const char *text = value != NULL ? lab_scalar(r, &key, value) : NULL;

    return text != NULL ? lab_resolve_node(r, value->mark, text, value->len) : LAB_NONE;
}

static bool is_end(const struct lab_link *link, size_t node)
{
    return link->ends[0].node == node || link->ends[1].node == node;
}

static bool has_unknown_end(const struct lab_link *link)
{
    return is_end(link, LAB_NONE);
}

static void check_end(struct lab_reader *r, const struct yaml_node *value, size_t node,
                      size_t index)
{
    const struct lab_link *link = &r->lab->links[index];

    if (node == LAB_NONE || is_end(link, node) || has_unknown_end(link))
        return;
    lab_error(r, value->mark, _("\"%s\" is no end of link \"%s\": write %s or %s"), value->text,
              link->name, r->lab->nodes[link->ends[0].node].name,
              r->lab->nodes[link->ends[1].node].name);
}

/* Some link must join FROM to TO, or there would never be such a frame. */
static void check_neighbours(struct lab_reader *r, const struct lab_place *place, size_t from,
                             size_t to)
{
    for (size_t i = 0; i < r->lab->link_count; i++) {
        const struct lab_link *link = &r->lab->links[i];
        if (is_end(link, from) && is_end(link, to))
            return;
    }
    lab_error(r, place->to->mark,
              _("no link joins \"%s\" and \"%s\": a frame is on one link, so name its ends"),
              place->from->text, place->to->text);
}

void lab_read_place(struct lab_reader *r, const struct lab_place *place, size_t *from, size_t *to,
                    size_t *link)
{
    static const struct lab_key ON = { "on", "wire", "", NULL, 0 };
    const char *text = place->on != NULL ? lab_scalar(r, &ON, place->on) : NULL;

    *from = read_node_name(r, place->from, "from");
    *to = read_node_name(r, place->to, "to");
    *link = text != NULL ? lab_resolve_link(r, place->on->mark, text, place->on->len) : LAB_NONE;
    if (*from != LAB_NONE && *from == *to) {
        lab_error(r, place->to->mark, _("\"from\" and \"to\" are the same: write the other end"));
    } else if (*link != LAB_NONE) {
        check_end(r, place->from, *from, *link);
        check_end(r, place->to, *to, *link);
    } else if (*from != LAB_NONE && *to != LAB_NONE && place->on == NULL) {
        check_neighbours(r, place, *from, *to);
    }
}
