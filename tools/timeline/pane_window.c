/*
 * pane_window.c - the sliding window over the byte stream, for both ends.
 *
 *   a:49152 -> b:80                              limited by cwnd
 *   ████████▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░
 *           ^1001       ^3001
 *   acked 1000  in flight 2000  usable 0  blocked 5000
 */
#include <inttypes.h>
#include <stdio.h>

#include "layers/tcp/tcp.h"
#include "layers/tcp/tcp_fsm.h"
#include "sim/world.h"
#include "tools/lib/run_connection.h"
#include "tools/lib/text.h"
#include "tools/timeline/pane.h"
#include "tools/timeline/why_not.h"

enum {
    ACKED_PART = 6, /* at most one cell in so many is for what is acknowledged */
    NAME_SIZE = 64,
    PIECES_MAX = 4096
};

/* A send window, in numbers that count from the ISS: 1 is the first byte. */
struct bar {
    uint32_t una, nxt, end;
    uint32_t edge;      /* one past what both windows allow */
    uint32_t low, high; /* first number shown, and one past the last */
    int width;
};

static void bar_of(const struct tcp_status *s, int width, struct bar *bar)
{
    uint32_t window = s->cwnd < s->send_window ? s->cwnd : s->send_window;
    uint32_t acked;

    bar->una = s->snd.una - s->iss;
    bar->nxt = s->snd.nxt - s->iss;
    bar->end = s->snd.end - s->iss;
    bar->edge = bar->una + window;
    bar->high = bar->end > bar->nxt ? bar->end : bar->nxt;
    if (bar->edge > bar->high)
        bar->high = bar->edge;
    if (bar->high == bar->una)
        bar->high++;
    acked = (bar->high - bar->una) / ACKED_PART + 1;
    bar->low = bar->una > acked ? bar->una - acked : 0;
    bar->width = width;
}

/* The column of NUMBER. */
static int column_of(const struct bar *bar, uint32_t number)
{
    return (int)((uint64_t)(number - bar->low) * (uint64_t)bar->width / (bar->high - bar->low));
}

static void draw_cells(struct sheet *sheet, int y, const struct bar *bar, uint32_t from,
                       uint32_t to, uint32_t character, enum meaning meaning)
{
    int x = column_of(bar, from), end = column_of(bar, to);

    /* What is there at all is to be seen, however small. */
    if (to > from && end == x && end < bar->width)
        end++;
    for (; x < end; x++)
        canvas_put(&sheet->canvas, x, y, character, meaning);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void draw_bar(const struct tcb *t, const struct tcp_status *s, struct sheet *sheet, int y,
                     const struct bar *bar)
{
    struct tcp_piece piece;

    sheet_text(sheet, 0, y, MEANING_PLAIN, "");
    draw_cells(sheet, y, bar, bar->low, bar->una, 0x2588, MEANING_ACKED);
    if (bar->edge > bar->nxt)
        draw_cells(sheet, y, bar, bar->nxt, bar->edge, 0x00b7, MEANING_USABLE);
    if (bar->end > bar->nxt && bar->edge > bar->nxt)
        draw_cells(sheet, y, bar, bar->nxt, smaller(bar->end, bar->edge), 0x2592, MEANING_USABLE);
    if (bar->end > bar->edge)
        draw_cells(sheet, y, bar, bar->edge > bar->nxt ? bar->edge : bar->nxt, bar->end, 0x2591,
                   MEANING_BLOCKED);
    draw_cells(sheet, y, bar, bar->una, bar->nxt, 0x2593, MEANING_FLIGHT);
    for (unsigned i = 0; t != NULL && i < PIECES_MAX && tcp_status_piece(t, i, &piece); i++) {
        uint32_t from = piece.seq - s->iss;

        if (piece.sacked)
            draw_cells(sheet, y, bar, from, from + piece.len, 's', MEANING_ACKED);
        else if (piece.lost)
            draw_cells(sheet, y, bar, from, from + piece.len, piece.resent ? 'R' : 'x',
                       MEANING_LOST);
    }
}

/* "^1001" below the places that have a name, as far as there is room. */
static void draw_marks(struct sheet *sheet, int y, const struct bar *bar)
{
    const uint32_t numbers[] = { bar->una, bar->nxt, bar->edge, bar->end };
    int used = 0;

    sheet_text(sheet, 0, y, MEANING_PLAIN, "");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        int x = column_of(bar, numbers[i]);

        if (x < used || x + 2 > bar->width || (i > 0 && numbers[i] == numbers[i - 1]))
            continue;
        used = x + 1 + sheet_say(sheet, x, y, MEANING_DETAIL, "^%" PRIu32, numbers[i]);
    }
}

static int write_amounts(struct sheet *sheet, int y, const struct bar *bar)
{
    uint32_t unsent = bar->end > bar->nxt ? bar->end - bar->nxt : 0;
    uint32_t usable = bar->edge > bar->nxt ? bar->edge - bar->nxt : 0;
    const struct {
        uint32_t sign;
        enum meaning meaning;
        const char *name;
        uint32_t bytes;
    } parts[] = {
        { 0x2588, MEANING_ACKED, _("acked"), bar->una > 0 ? bar->una - 1 : 0 },
        { 0x2593, MEANING_FLIGHT, _("in flight"), bar->nxt - bar->una },
        { 0x2592, MEANING_USABLE, _("usable"), usable },
        { 0x2591, MEANING_BLOCKED, _("blocked"), unsent > usable ? unsent - usable : 0 },
    };
    int x = 0;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        char words[NAME_SIZE];

        snprintf(words, sizeof(words), "%s %" PRIu32 "  ", parts[i].name, parts[i].bytes);
        if (x > 0 && x + 2 + canvas_text_width(words) > sheet->width) {
            x = 0;
            y++;
        }
        sheet_text(sheet, x, y, MEANING_PLAIN, " ");
        canvas_put(&sheet->canvas, x, y, parts[i].sign, parts[i].meaning);
        x += 2 + sheet_text(sheet, x + 2, y, MEANING_PLAIN, words);
    }
    return y + 1;
}

static int write_sender(const struct moment *moment, const struct tcb *t,
                        const struct tcp_status *s, struct sheet *sheet, int y)
{
    struct why_not why;
    struct bar bar;

    bar_of(s, sheet->width, &bar);
    draw_bar(t, s, sheet, y++, &bar);
    draw_marks(sheet, y++, &bar);
    y = write_amounts(sheet, y, &bar);
    why_not_sending(s, moment->now, &why);
    sheet_say(sheet, 0, y++, MEANING_LABEL, _("cwnd %" PRIu32 "  SND.WND %" PRIu32 "  limit: %s"),
              s->cwnd, s->send_window, why_not_limit_name(s->limit));
    return sheet_wrap(sheet, 0, y, MEANING_WHY, why.reason);
}

/* What the receiving end has of it: in numbers of the sender, from its ISN. */
static int write_receiver(const struct tcb *t, const struct tcp_status *s, struct sheet *sheet,
                          int y)
{
    uint32_t left, right;

    y = sheet_wrap(sheet, 0, y, MEANING_PLAIN, "");
    sheet_say(sheet, 0, y++, MEANING_PLAIN,
              _("received: RCV.NXT %" PRIu32 ", window %" PRIu32 ", %" PRIu32 " unread"),
              s->rcv.nxt - s->irs, s->receive_window, s->receive_queued);
    for (unsigned i = 0; tcp_status_run(t, i, &left, &right) && i < 8; i++)
        sheet_say(sheet, 2, y++, MEANING_FLIGHT,
                  _("early: %" PRIu32 " to %" PRIu32 ", behind a hole"), left - s->irs,
                  right - s->irs - 1);
    return y;
}

static int write_direction(const struct moment *moment, const struct tcb *from,
                           const struct tcp_status *s, const struct tcb *to,
                           const struct tcp_status *r, struct sheet *sheet, int y,
                           const char *title)
{
    y = sheet_wrap(sheet, 0, y, MEANING_NODE, title);
    if (from == NULL)
        y = sheet_wrap(sheet, 0, y, MEANING_PLAIN, _("this end has no TCB at this moment"));
    else
        y = write_sender(moment, from, s, sheet, y);
    if (to != NULL)
        y = write_receiver(to, r, sheet, y);
    return y;
}

/* One direction of what a capture shows: its bytes, and the window they are in. */
static int write_seen(const struct tcp_status *s, struct sheet *sheet, int y, const char *title)
{
    struct bar bar;

    y = sheet_wrap(sheet, 0, y, MEANING_NODE, title);
    bar_of(s, sheet->width, &bar);
    draw_bar(NULL, s, sheet, y++, &bar);
    draw_marks(sheet, y++, &bar);
    y = write_amounts(sheet, y, &bar);
    sheet_say(sheet, 0, y++, MEANING_LABEL, _("SND.WND %" PRIu32 ", as the peer last said"),
              s->send_window);
    if (s->in_flight > 0 && s->in_flight + s->mss > s->send_window)
        return sheet_wrap(sheet, 0, y, MEANING_WHY, _("The peer's window is full, or nearly so."));
    return y;
}

static void write_both_seen(const struct moment *moment, struct sheet *sheet, const char *name)
{
    char title[RUN_CONNECTION_NAME_SIZE + NAME_SIZE];
    struct tcp_status own, peer;
    int y;

    if (!moment_inferred(moment, &own, &peer) || !tcp_is_synchronized(own.state)) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN,
                   name[0] == '\0' ? _("no connection here yet")
                                   : _("no window yet: the handshake is not done, or all is over"));
        return;
    }
    snprintf(title, sizeof(title), _("%s, sending"), name);
    y = write_seen(&own, sheet, 0, title);
    snprintf(title, sizeof(title), _("%s, the other way"), name);
    y = write_seen(&peer, sheet, y + 1, title);
    sheet_wrap(sheet, 0, y + 1, MEANING_DETAIL,
               _("Inferred from the capture. Nobody can know cwnd, and what the programs still "
                 "want to send."));
}

void pane_window_write(const struct moment *moment, const struct pane_state *state,
                       struct sheet *sheet)
{
    char name[RUN_CONNECTION_NAME_SIZE], title[RUN_CONNECTION_NAME_SIZE + NAME_SIZE];
    struct tcp_status own, peer;
    struct tcb *t = moment_connection(moment, &own), *other;
    int y;

    (void)state;
    moment_connection_name(moment, name, sizeof(name));
    if (moment->view->capture != NULL) {
        write_both_seen(moment, sheet, name);
        return;
    }
    if (t == NULL || !tcp_is_synchronized(own.state)) {
        sheet_wrap(sheet, 0, 0, MEANING_PLAIN,
                   name[0] == '\0' ? _("no connection here yet")
                                   : _("no window yet: the handshake is not done, or all is over"));
        return;
    }
    other = moment_peer(moment, &own, &peer);
    snprintf(title, sizeof(title), _("%s, sending"), name);
    y = write_direction(moment, t, &own, other, &peer, sheet, 0, title);
    snprintf(title, sizeof(title), _("%s, the other way"), name);
    y++;
    if (other != NULL)
        write_direction(moment, other, &peer, t, &own, sheet, y, title);
    else
        write_receiver(t, &own, sheet, sheet_wrap(sheet, 0, y, MEANING_NODE, title));
}
