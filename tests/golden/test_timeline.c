/*
 * Screens of the timeline to the character (tests/golden/timeline/NAME.txt),
 * from the text back-end. RUNG_GOLDEN_UPDATE=1 writes the files anew; look at
 * the screens.
 */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/golden.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"
#include "tools/lib/colour.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/screen.h"

struct screen {
    const char *name, *lab, *how;
    bool ascii;
};

static const struct screen screens[] = {
    { "begin", "handshake", "80x24", false },
    { "step", "handshake", "80x24:Right Right Right Right Right", false },
    { "ascii", "handshake", "80x24:\\ Down Down", true },
    { "wide", "handshake", "160x50:Down Down", false },
    { "drop", "handshake", "80x24:Down Down d", false },
    { "drop-wide", "handshake", "160x50:Down Down d", false },
    { "drop-narrow", "handshake", "62x16:Down Down d o", false },
    { "close", "handshake", "80x24:End :a: Space close Enter", false },
    { "filter", "gateway", "80x24:\\ Down f icmp Enter", false },
    { "hide", "hub-and-switch", "100x30:\\ Down Down H h Enter H arp Enter", false },
    { "search", "fast-retransmit", "80x24:\\ / dup Space ACK Enter n", false },
    { "bad-break", "handshake", "80x24:b a.tcp.state Space == Space FIN-WAIT-9 Enter", false },
    { "continue", "teardown", "80x24:b a.tcp.state Space == Space FIN-WAIT-2 Enter c", false },
    { "help", "handshake", "80x24:\\ ?", false },
    { "menu", "handshake", "80x24:\\ Down Enter", false },
    { "log", "handshake", "80x24:\\ Right Right Down d z @", false },
    { "deeds", "handshake", "80x24:Down d u I", false },
    { "why-not", "handshake", "80x24:\\ Down W", false },
    { "small", "handshake", "40x12", false },
    { "connection", "handshake", "80x40:Down Down Right 1 \\", false },
    { "window", "fast-retransmit", "80x24:g frame Space 9 Enter 2 \\", false },
    { "packet", "handshake", "80x40:Down 3 \\", false },
    { "layers", "handshake", "80x24:Down 4 \\", false },
    { "tables", "handshake", "80x24:Down 5 \\", false },
    { "why", "handshake", "80x24:Down Down w \\", false },
    { "plot", "fast-retransmit", "80x24:End :pane Space plot Enter \\", false },
};

static void mask(char *text, const char *what)
{
    for (char *at = strstr(text, what); at != NULL; at = strstr(at, what))
        memset(at, '#', strlen(what));
}

/* A run's hash is another whenever some layer says one thing more: it is on the
 * screen, but not in the files. */
static void mask_hashes(char *text, const struct session *session)
{
    char whole[17];

    for (int side = 0; side < SESSION_SIDES; side++) {
        const struct session_run *run = session_run(session, (enum session_side)side);

        if (run == NULL)
            continue;
        snprintf(whole, sizeof(whole), "%016" PRIx64, run->hash);
        mask(text, whole);
        whole[8] = '\0';
        mask(text, whole);
    }
}

/* With what the lab asks. */
#define TO_QUESTION "Right Enter End Right"
#define PASS " :pass Enter Enter"
#define PASS_ALL TO_QUESTION PASS PASS " End Right Enter End Right" PASS " End Right" PASS

static const struct screen asked[] = {
    { "gate-about", "handshake", "80x24", false },
    { "gate-page", "handshake", "80x24:Right", false },
    { "gate-question", "handshake", "80x24:" TO_QUESTION, false },
    { "gate-wrong", "handshake", "80x24:" TO_QUESTION " \"ESTABLISHED\" Enter", false },
    { "gate-hint", "handshake", "120x40:" TO_QUESTION " ?", false },
    { "gate-right", "handshake", "80x24:" TO_QUESTION " \"SYN-RECEIVED\" Enter", false },
    { "gate-choice", "handshake",
      "80x24:" TO_QUESTION PASS PASS " End Right Enter End Right" PASS " End Right", false },
    { "gate-sheet", "handshake", "80x24:" PASS_ALL, false },
    { "gate-sheet-wide", "handshake", "120x40:" PASS_ALL, false },
    { "gate-task", "handshake", "80x24:" PASS_ALL " Esc :drop Space 2 Enter T Enter", false },
    { "gate-task-wide", "handshake", "120x40:" PASS_ALL " Esc T", false },
    { "gate-small", "handshake", "60x15:" TO_QUESTION " ?", false },
};

/* What the lab's second host saw of its run, as a capture. */
static const struct screen captured[] = {
    { "capture", "teardown", "100x40:Down Down", false },
    { "capture-connection", "teardown", "80x24:Down Down Right 1 \\", false },
    { "capture-window", "fast-retransmit", "80x24:g frame Space 9 Enter 2 \\", false },
    { "capture-why", "who-catches-the-error", "80x24:g frame Space 4 Enter w \\", false },
    { "capture-tables", "teardown", "80x24:Down 5 \\", false },
    { "capture-lost", "lost-fin-ack", "80x40:End", false },
    { "capture-about", "teardown", "80x24", false },
};

/* Writes the capture of the lab's run to PATH. */
static bool write_capture(const char *lab, const char *path)
{
    struct capture_file *capture = malloc(sizeof(*capture));
    struct lab_file run;
    FILE *file = fopen(path, "wb");
    bool done = false;

    if (capture != NULL && file != NULL && lab_file_open(&run, lab)) {
        done = capture_file_of_run(capture, &run.view, 1) &&
               fwrite(capture->bytes, 1, capture->len, file) == capture->len;
        lab_file_close(&run);
    }
    if (file != NULL)
        fclose(file);
    free(capture);
    return done;
}

enum kind { FREE, CAPTURED, ASKED };

static struct gates *attach_gates(struct ui *ui)
{
    static const struct gates_options forgets = { .lab = "t" };
    char why[300];
    struct gates *gates =
        gates_open(session_run(ui->session, SESSION_ORIGINAL)->lab, &forgets, why, sizeof(why));

    EXPECT(gates != NULL && ui_attach_gates(ui, gates));
    return gates;
}

static char *show(const struct screen *screen, enum kind kind)
{
    struct gates *gates = NULL;
    char path[200], folder[] = "/tmp/rung-timeline-XXXXXX", why[300], *text = NULL;
    struct session_options options = { .path = path };
    struct session *session;
    struct ui *ui = malloc(sizeof(*ui));
    size_t len;
    FILE *out = open_memstream(&text, &len);

    snprintf(path, sizeof(path), "labs/%s/lab.yaml", screen->lab);
    if (kind == CAPTURED && EXPECT(mkdtemp(folder) != NULL)) {
        snprintf(path, sizeof(path), "%s/%s.pcapng", folder, screen->lab);
        EXPECT(write_capture(screen->lab, path));
        options.capture = true;
    }
    session = session_open(&options, why, sizeof(why));
    if (EXPECT(session != NULL) && EXPECT(ui_open(ui, 80, 24))) {
        ui->ascii = screen->ascii;
        EXPECT(ui_attach(ui, session));
        if (kind == ASKED)
            gates = attach_gates(ui);
        EXPECT_ROW(screen->name, screen_dump(ui, screen->how, out, why, sizeof(why)));
        gates_close(gates);
        ui_close(ui);
    }
    fclose(out);
    free(ui);
    if (session != NULL)
        mask_hashes(text, session);
    session_close(session);
    if (kind == CAPTURED) {
        remove(path);
        remove(folder);
    }
    return text;
}

static void check(const struct screen *screen, enum kind kind)
{
    char recording[80], *got = show(screen, kind);

    snprintf(recording, sizeof(recording), "timeline/%s.txt", screen->name);
    expect_golden(recording, got);
    free(got);
}

static void test_screens_are_as_they_were_drawn(void)
{
    if (!colour_locale_is_utf8()) {
        skip_test("no locale with UTF-8");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(screens); i++)
        check(&screens[i], FREE);
    for (size_t i = 0; i < ARRAY_LEN(captured); i++)
        check(&captured[i], CAPTURED);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        check(&asked[i], ASKED);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_screens_are_as_they_were_drawn) };

    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        setlocale(LC_ALL, "en_US.UTF-8");
    return run_tests("timeline", tests, ARRAY_LEN(tests));
}
