#include "tools/lib/fsm.h"

#include "layers/state.h"
#include "tools/lib/text.h"

static bool draw_picture(fsm_table *arrow_at, bool ascii, FILE *out)
{
    const struct tcp_arrow *arrow;
    struct canvas canvas;

    if (!canvas_open(&canvas, FSM_COLUMNS, FSM_ROWS))
        return false;
    fsm_draw_states(&canvas);
    /* One that finds no room is in the list all the same. */
    for (size_t i = 0; (arrow = arrow_at(i)) != NULL; i++)
        if (arrow->in_figure)
            fsm_draw_arrow(&canvas, arrow);
    for (int y = 0; y < FSM_ROWS; y++)
        canvas_print_row(&canvas, y, (struct canvas_print){ .ascii = ascii }, out);
    canvas_close(&canvas);
    return true;
}

static void print_arrow(const struct tcp_arrow *arrow, FILE *out)
{
    bool acts = arrow->action[0] != '\0';

    fprintf(out, "    %s%s%s -> %s\n", _(arrow->cause), acts ? " / " : "",
            acts ? _(arrow->action) : "", state_name(arrow->to));
}

/* The arrows that leave STATE, and are in the figure or are not. */
static void print_state(fsm_table *arrow_at, int state, bool in_figure, FILE *out)
{
    const struct tcp_arrow *arrow;
    bool named = false;

    for (size_t i = 0; (arrow = arrow_at(i)) != NULL; i++) {
        if (arrow->from != state || arrow->in_figure != in_figure)
            continue;
        if (!named)
            fprintf(out, "%s\n", state_name(state));
        named = true;
        print_arrow(arrow, out);
    }
}

static void print_list(fsm_table *arrow_at, bool in_figure, FILE *out)
{
    /* First what a connection begins with, which state.h has last. */
    print_state(arrow_at, STATE_TCP_CLOSED, in_figure, out);
    for (int state = STATE_TCP_LISTEN; state < STATE_TCP_CLOSED; state++)
        print_state(arrow_at, state, in_figure, out);
}

static bool has_others(fsm_table *arrow_at)
{
    const struct tcp_arrow *arrow;

    for (size_t i = 0; (arrow = arrow_at(i)) != NULL; i++)
        if (!arrow->in_figure)
            return true;
    return false;
}

bool fsm_print(fsm_table *arrow_at, bool ascii, FILE *out)
{
    fputs(_("TCP's states, as RFC 9293 draws them (Figure 5): cause / what is sent\n\n"), out);
    if (!draw_picture(arrow_at, ascii, out))
        return false;
    fputs(_("\nThe same in words:\n\n"), out);
    print_list(arrow_at, true, out);
    if (has_others(arrow_at)) {
        fputs(_("\nNot in the figure:\n\n"), out);
        print_list(arrow_at, false, out);
    }
    return true;
}
