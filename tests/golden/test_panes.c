/*
 * What each pane says of chosen moments: tests/golden/panes/NAME.txt, to the
 * letter. RUNG_GOLDEN_UPDATE=1 writes them anew; read them before committing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/suite.h"
#include "tools/timeline/pane.h"
#include "tools/timeline/session.h"

enum { NAME_SIZE = 80 };

/* A frame's sending or arrival, or the n-th record of its kind. */
struct place {
    const char *name; /* of the golden file */
    const char *lab, *pane;
    enum record_kind kind;
    uint32_t number; /* TX, RX: frame; else which of its kind, from 1 */
    int width, height;
    int item, mode;
    int64_t which;
};

static const struct place places[] = {
    { "connection-syn-sent", "handshake", "connection", RECORD_TX, 1, 38, 20, 0, 0, 0 },
    { "connection-established", "handshake", "connection", RECORD_RX, 2, 38, 20, 0, 0, 0 },
    { "connection-short", "handshake", "connection", RECORD_RX, 2, 80, 8, 0, 0, 0 },
    { "connection-wide", "handshake", "connection", RECORD_RX, 3, 80, 50, 0, 0, 0 },
    { "connection-recovery", "fast-recovery", "connection", RECORD_RX, 20, 64, 20, 0, 0, 0 },
    { "window-cwnd", "slow-start", "window", RECORD_RX, 8, 60, 20, 0, 0, 0 },
    { "window-lost", "sack", "window", RECORD_TX, 20, 60, 20, 0, 0, 0 },
    { "window-before", "handshake", "window", RECORD_TX, 1, 38, 20, 0, 0, 0 },
    { "why-syn-ack", "handshake", "why", RECORD_TX, 2, 60, 20, 0, 0, 0 },
    { "why-state", "handshake", "why", RECORD_STATE, 3, 38, 20, 0, 0, 0 },
    { "why-arp-reply", "arp-cache", "why", RECORD_RX, 2, 60, 20, 0, 0, 0 },
    { "why-arrival", "handshake", "why", RECORD_RX, 2, 60, 20, 0, 0, 0 },
    { "why-timer", "rto-and-karn", "why", RECORD_TX, 5, 60, 20, 0, 0, 0 },
    { "why-lost", "lost-fin-ack", "why", RECORD_LOST, 1, 60, 20, 0, 0, 0 },
    { "why-duplicate", "rto-and-karn", "why", RECORD_TX, 8, 60, 20, 0, 0, 0 },
    { "packet-syn", "handshake", "packet", RECORD_TX, 1, 60, 20, 31, 0, 0 },
    { "packet-wide", "handshake", "packet", RECORD_RX, 2, 130, 40, 28, 0, 0 },
    { "packet-arp", "arp-cache", "packet", RECORD_TX, 1, 60, 20, 10, 0, 0 },
    { "checksum-tcp", "handshake", "packet", RECORD_TX, 1, 78, 20, 0, 1, 0 },
    { "checksum-ip", "handshake", "packet", RECORD_TX, 1, 78, 20, 0, 1, 1 },
    { "checksum-wrong", "who-catches-the-error", "packet", RECORD_RX, 6, 78, 20, 0, 1, 0 },
    { "plot-windows", "slow-start", "plot", RECORD_RX, 30, 76, 14, 0, 0, 0 },
    { "plot-times", "rto-and-karn", "plot", RECORD_TX, 8, 76, 10, 0, 1, 0 },
    { "plot-sequence", "fast-recovery", "plot", RECORD_TX, 7, 76, 14, 0, 2, 0 },
    { "layers-in", "handshake", "layers", RECORD_STATE, 3, 60, 20, 0, 0, 0 },
    { "tables-end", "handshake", "tables", RECORD_RX, 3, 78, 20, 0, 0, 0 },
};

static uint32_t find(const struct trace *trace, const struct place *place)
{
    bool frames = place->kind == RECORD_TX || place->kind == RECORD_RX;
    uint32_t seen = 0;

    for (uint32_t i = 0; i < trace->records.count; i++) {
        struct record record = trace_read(trace, i);

        if (record.kind != place->kind)
            continue;
        seen++;
        if ((frames ? record.frame : seen) == place->number)
            return i;
    }
    EXPECT_ROW(place->name, false);
    return MOMENT_BEFORE;
}

static char *pane_text(const struct place *place)
{
    char lab[200], error[200], *text = NULL;
    struct session_options options = { .path = lab };
    struct pane_state state = { .item = place->item, .mode = place->mode, .place = place->which };
    struct moment moment = { 0 };
    struct session *session;
    struct sheet sheet;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    snprintf(lab, sizeof(lab), "labs/%s/lab.yaml", place->lab);
    session = session_open(&options, error, sizeof(error));
    ASSERT(session != NULL && sheet_open(&sheet, place->width, place->height));
    session_moment(session, SESSION_ORIGINAL,
                   find(session_run(session, SESSION_ORIGINAL)->view->trace, place), &moment);
    sheet.selected = place->item;
    pane_find(place->pane)->write(&moment, &state, &sheet);
    for (int y = 0; y < sheet.rows; y++)
        canvas_print_row(&sheet.canvas, y, (struct canvas_print){ 0 }, out);
    fclose(out);
    sheet_close(&sheet);
    session_close(session);
    return text;
}

static void check(const struct place *place)
{
    char name[NAME_SIZE], *got = pane_text(place);

    snprintf(name, sizeof(name), "panes/%s.txt", place->name);
    expect_golden(name, got);
    free(got);
}

static void test_panes_say_what_is_recorded(void)
{
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        check(&places[i]);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_panes_say_what_is_recorded) };

    return run_tests("panes", tests, ARRAY_LEN(tests));
}
