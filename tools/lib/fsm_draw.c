/*
 * The picture of fsm.h: where boxes stand, and which way arrows take.
 */
#include "tools/lib/fsm.h"

#include <string.h>

#include "layers/state.h"

enum {
    LEFT = 1, MIDDLE = 33, RIGHT = 65, /* first columns of the boxes */
    BOX = 14,                          /* their columns */
    BENDS_MAX = 4, LABEL_SIZE = 160,
};

struct point {
    int x, y;
};

struct box {
    int state, x, y, height;
};

/* Runs from a border of a box over its bends to the cell before another. */
struct route {
    int from, to; /* states */
    struct point bends[BENDS_MAX];
    struct point label; /* first cell of the room for its label */
    int width, height;  /* of that room, in which nothing else is drawn */
    bool rightmost;     /* the lines of the label end at its last column */
};

static const struct box boxes[] = {
    { STATE_TCP_CLOSED, MIDDLE, 0, 5 },
    { STATE_TCP_LISTEN, MIDDLE, 8, 3 },
    { STATE_TCP_SYN_RECEIVED, LEFT, 12, 7 },
    { STATE_TCP_SYN_SENT, RIGHT, 12, 7 },
    { STATE_TCP_ESTABLISHED, MIDDLE, 21, 3 },
    { STATE_TCP_FIN_WAIT_1, LEFT, 25, 5 },
    { STATE_TCP_CLOSE_WAIT, RIGHT, 25, 5 },
    { STATE_TCP_FIN_WAIT_2, LEFT, 33, 3 },
    { STATE_TCP_CLOSING, MIDDLE, 33, 3 },
    { STATE_TCP_LAST_ACK, RIGHT, 33, 3 },
    { STATE_TCP_TIME_WAIT, MIDDLE, 40, 3 },
    { STATE_TCP_CLOSED, RIGHT, 40, 3 },
};

#define ROUTE(from, to) STATE_TCP_##from, STATE_TCP_##to

/* From top to bottom, as boxes are. */
static const struct route routes[] = {
    { ROUTE(CLOSED, SYN_SENT), { { 46, 1 }, { 75, 1 }, { 75, 11 } }, { 48, 2 }, 26, 1, false },
    { ROUTE(SYN_SENT, CLOSED), { { 69, 12 }, { 69, 3 }, { 47, 3 } }, { 48, 4 }, 20, 2, true },
    { ROUTE(CLOSED, LISTEN), { { 36, 4 }, { 36, 7 } }, { 8, 5 }, 27, 2, true },
    { ROUTE(LISTEN, CLOSED), { { 43, 8 }, { 43, 5 } }, { 45, 6 }, 23, 2, false },
    { ROUTE(SYN_RECEIVED, LISTEN), { { 4, 12 }, { 4, 9 }, { 32, 9 } }, { 6, 8 }, 26, 1, false },
    { ROUTE(LISTEN, SYN_RECEIVED), { { 36, 10 }, { 36, 13 }, { 15, 13 } },
      { 16, 11 }, 19, 2, true },
    { ROUTE(LISTEN, SYN_SENT), { { 43, 10 }, { 43, 13 }, { 64, 13 } }, { 45, 11 }, 19, 2, false },
    { ROUTE(SYN_SENT, SYN_RECEIVED), { { 65, 15 }, { 15, 15 } }, { 18, 14 }, 45, 1, false },
    { ROUTE(SYN_RECEIVED, ESTABLISHED), { { 14, 17 }, { 36, 17 }, { 36, 20 } },
      { 16, 18 }, 19, 3, true },
    { ROUTE(SYN_SENT, ESTABLISHED), { { 65, 17 }, { 43, 17 }, { 43, 20 } },
      { 45, 18 }, 19, 3, false },
    { ROUTE(SYN_RECEIVED, FIN_WAIT_1), { { 4, 18 }, { 4, 24 } }, { 6, 21 }, 26, 3, false },
    { ROUTE(ESTABLISHED, FIN_WAIT_1), { { 36, 23 }, { 36, 26 }, { 15, 26 } },
      { 16, 24 }, 19, 2, true },
    { ROUTE(ESTABLISHED, CLOSE_WAIT), { { 43, 23 }, { 43, 26 }, { 64, 26 } },
      { 45, 24 }, 19, 2, false },
    { ROUTE(FIN_WAIT_1, FIN_WAIT_2), { { 4, 29 }, { 4, 32 } }, { 6, 30 }, 14, 3, false },
    { ROUTE(FIN_WAIT_1, CLOSING), { { 14, 28 }, { 36, 28 }, { 36, 32 } }, { 21, 29 }, 14, 4, true },
    { ROUTE(CLOSE_WAIT, LAST_ACK), { { 72, 29 }, { 72, 32 } }, { 50, 30 }, 21, 3, true },
    { ROUTE(FIN_WAIT_2, TIME_WAIT), { { 4, 35 }, { 4, 41 }, { 32, 41 } }, { 6, 37 }, 14, 4, false },
    { ROUTE(CLOSING, TIME_WAIT), { { 36, 35 }, { 36, 39 } }, { 21, 36 }, 14, 4, true },
    { ROUTE(LAST_ACK, CLOSED), { { 72, 35 }, { 72, 39 } }, { 50, 36 }, 21, 3, true },
    { ROUTE(TIME_WAIT, CLOSED), { { 46, 41 }, { 64, 41 } }, { 48, 39 }, 16, 2, false },
};

/* ---- Boxes ---- */

static int name_x(const struct box *box)
{
    return box->x + 1 + (BOX - 2 - (int)strlen(state_name(box->state))) / 2;
}

static void draw_box(struct canvas *canvas, const struct box *box)
{
    int right = box->x + BOX - 1, bottom = box->y + box->height - 1;
    const char *name = state_name(box->state);
    int room = BOX - 2;

    canvas_put(canvas, box->x, box->y, 0x250c, MEANING_PLAIN);
    canvas_put(canvas, right, box->y, 0x2510, MEANING_PLAIN);
    canvas_put(canvas, box->x, bottom, 0x2514, MEANING_PLAIN);
    canvas_put(canvas, right, bottom, 0x2518, MEANING_PLAIN);
    for (int y = box->y; y <= bottom; y += box->height - 1)
        canvas_line(canvas, box->x + 1, y, room, 0x2500, MEANING_PLAIN);
    for (int x = box->x; x <= right; x += BOX - 1)
        canvas_column(canvas, x, box->y + 1, box->height - 2, 0x2502, MEANING_PLAIN);
    canvas_text(canvas, name_x(box), box->y + box->height / 2, name, room, MEANING_STATE);
}

void fsm_state_place(int state, int *x, int *y, int *length)
{
    const struct box *box = boxes;

    while (box->state != state && box + 1 < boxes + ARRAY_LEN(boxes))
        box++;
    *x = name_x(box);
    *y = box->y + box->height / 2;
    *length = (int)strlen(state_name(box->state));
}

void fsm_draw_states(struct canvas *canvas)
{
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++)
        draw_box(canvas, &boxes[i]);
}

/* ---- Arrows ---- */

enum way { WAY_UP, WAY_DOWN, WAY_LEFT, WAY_RIGHT };

static enum way way_between(struct point a, struct point b)
{
    if (a.x == b.x)
        return b.y < a.y ? WAY_UP : WAY_DOWN;
    return b.x < a.x ? WAY_LEFT : WAY_RIGHT;
}

static struct point step(struct point at, enum way way)
{
    static const struct point steps[] = {
        [WAY_UP] = { 0, -1 }, [WAY_DOWN] = { 0, 1 }, [WAY_LEFT] = { -1, 0 }, [WAY_RIGHT] = { 1, 0 },
    };

    return (struct point){ at.x + steps[way].x, at.y + steps[way].y };
}

static uint32_t corner(enum way in, enum way out)
{
    if (in == WAY_UP || out == WAY_DOWN)
        return in == WAY_RIGHT || out == WAY_LEFT ? 0x2510 : 0x250c;
    return in == WAY_RIGHT || out == WAY_LEFT ? 0x2518 : 0x2514;
}

static void draw_line(struct canvas *canvas, const struct point bends[BENDS_MAX])
{
    static const uint32_t leaves[] = { [WAY_UP] = 0x2534, [WAY_DOWN] = 0x252c,
                                       [WAY_LEFT] = 0x2524, [WAY_RIGHT] = 0x251c };
    static const uint32_t heads[] = { [WAY_UP] = 0x25b2, [WAY_DOWN] = 0x25bc,
                                      [WAY_LEFT] = 0x25c0, [WAY_RIGHT] = 0x25b6 };
    struct point at = bends[0];
    enum way way = way_between(bends[0], bends[1]);

    canvas_put(canvas, at.x, at.y, leaves[way], MEANING_PLAIN);
    for (int i = 1; i < BENDS_MAX && bends[i].x != 0; i++) {
        enum way next = way_between(bends[i - 1], bends[i]);

        if (next != way)
            canvas_put(canvas, at.x, at.y, corner(way, next), MEANING_PLAIN);
        for (way = next; at.x != bends[i].x || at.y != bends[i].y;) {
            at = step(at, way);
            canvas_put(canvas, at.x, at.y, way < WAY_LEFT ? 0x2502 : 0x2500, MEANING_PLAIN);
        }
    }
    canvas_put(canvas, at.x, at.y, heads[way], MEANING_PLAIN);
}

/* ---- Labels ---- */

/* The cause in its own lines and the action in its own, as the figure has
 * them, unless both fit one. */
static bool draw_words(struct canvas *canvas, const struct route *route, const char *words,
                       int *row)
{
    while (*words != '\0') {
        size_t len = canvas_text_break(words, route->width);
        char line[LABEL_SIZE];
        int x = route->label.x;

        if (*row >= route->height)
            return false;
        snprintf(line, sizeof line, "%.*s", (int)len, words);
        if (route->rightmost)
            x += route->width - canvas_text_width(line);
        canvas_text(canvas, x, route->label.y + *row, line, route->width, MEANING_WHY);
        words += len;
        words += strspn(words, " ");
        ++*row;
    }
    return true;
}

static bool draw_label(struct canvas *canvas, const struct route *route,
                       const struct tcp_arrow *arrow)
{
    char action[LABEL_SIZE], both[2 * LABEL_SIZE];
    int row = 0;

    if (arrow->action[0] == '\0')
        return draw_words(canvas, route, arrow->cause, &row);
    snprintf(action, sizeof action, "/ %s", arrow->action);
    snprintf(both, sizeof both, "%s %s", arrow->cause, action);
    if (canvas_text_width(both) <= route->width)
        return draw_words(canvas, route, both, &row);
    return draw_words(canvas, route, arrow->cause, &row) &&
           draw_words(canvas, route, action, &row);
}

bool fsm_draw_arrow(struct canvas *canvas, const struct tcp_arrow *arrow)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (routes[i].from != arrow->from || routes[i].to != arrow->to)
            continue;
        draw_line(canvas, routes[i].bends);
        return draw_label(canvas, &routes[i], arrow);
    }
    return false;
}
