/*
 * The order of the columns: a walk along the topology.
 *
 *   a - s1 - r1 - b        a path: from end to end
 *       |                  a star: half of the leaves on each side
 *       c                  this tree: a c s1 r1 b
 *
 * Leaves stand before their node where the walk goes on behind it, so that
 * the wires between switches and routers cross nobody's column.
 */
#include "tools/lib/run_view.h"

#include <string.h>

struct walk {
    unsigned count; /* of nodes in the world */
    bool joined[RUN_ORDER_MAX][RUN_ORDER_MAX];
    bool visited[RUN_ORDER_MAX];
    uint16_t *order;
    unsigned placed;
};

static unsigned degree(const struct walk *walk, unsigned node)
{
    unsigned neighbours = 0;

    for (unsigned other = 0; other < walk->count; other++)
        neighbours += walk->joined[node][other];
    return neighbours;
}

static void place(struct walk *walk, unsigned node)
{
    walk->visited[node] = true;
    walk->order[walk->placed++] = (uint16_t)node;
}

/* Unvisited neighbours of NODE that lead nowhere else, or that do. */
static unsigned count_next(const struct walk *walk, unsigned node, bool leaves)
{
    unsigned found = 0;

    for (unsigned other = 0; other < walk->count; other++)
        if (walk->joined[node][other] && !walk->visited[other] &&
            (degree(walk, other) == 1) == leaves)
            found++;
    return found;
}

static void place_leaves(struct walk *walk, unsigned node, unsigned most)
{
    for (unsigned other = 0; other < walk->count && most > 0; other++) {
        if (!walk->joined[node][other] || walk->visited[other] || degree(walk, other) != 1)
            continue;
        place(walk, other);
        most--;
    }
}

static void visit(struct walk *walk, unsigned node, bool from_leaf)
{
    unsigned leaves, before = 0;

    walk->visited[node] = true;
    leaves = count_next(walk, node, true);
    if (count_next(walk, node, false) > 0)
        before = leaves;
    else if (from_leaf && leaves > 1)
        before = (leaves + 1) / 2 - 1;
    place_leaves(walk, node, before);
    place(walk, node);
    place_leaves(walk, node, leaves - before);
    for (unsigned other = 0; other < walk->count; other++)
        if (walk->joined[node][other] && !walk->visited[other])
            visit(walk, other, false);
}

static void visit_from(struct walk *walk, unsigned start)
{
    if (degree(walk, start) != 1) {
        visit(walk, start, false);
        return;
    }
    place(walk, start);
    for (unsigned other = 0; other < walk->count; other++)
        if (walk->joined[start][other] && !walk->visited[other])
            visit(walk, other, true);
}

static void join_neighbours(struct walk *walk, const struct world *world)
{
    for (uint32_t i = 0; i < world->link_count; i++) {
        unsigned a = world->links[i]->ends[0]->node->id;
        unsigned b = world->links[i]->ends[1]->node->id;

        if (a != b)
            walk->joined[a][b] = walk->joined[b][a] = true;
    }
}

static unsigned without_hidden(const struct run_view *view, uint16_t *order, unsigned count)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < count; i++)
        if (!view->nodes[order[i]].hidden)
            order[kept++] = order[i];
    return kept;
}

unsigned run_node_order(const struct run_view *view, uint16_t *order)
{
    struct walk walk;
    unsigned count = view->world->node_count;

    if (count > RUN_ORDER_MAX) {
        for (unsigned i = 0; i < count; i++)
            order[i] = (uint16_t)i;
        return without_hidden(view, order, count);
    }
    memset(&walk, 0, sizeof(walk));
    walk.count = count;
    walk.order = order;
    join_neighbours(&walk, view->world);
    for (unsigned i = 0; i < count; i++)
        if (!walk.visited[i] && degree(&walk, i) == 1)
            visit_from(&walk, i);
    for (unsigned i = 0; i < count; i++)
        if (!walk.visited[i])
            visit_from(&walk, i);
    return without_hidden(view, order, count);
}
