/*
 * prop_timeline.c - whatever keys are pressed, nothing breaks; and the way
 * back leads back.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/view.h"

enum { SEQUENCES = 10000, KEYS_A_SEQUENCE = 12, RUNS_A_SESSION = 100, WALKS = 40, WALK_STEPS = 60 };

static const char *const lab_paths[] = {
    "labs/handshake/lab.yaml",      "labs/fast-retransmit/lab.yaml", "labs/gateway/lab.yaml",
    "labs/hub-and-switch/lab.yaml", "labs/udp-datagrams/lab.yaml",
};

static const int sizes[][2] = { { 80, 24 },  { 160, 50 }, { 60, 15 }, { 40, 12 },
                                { 119, 30 }, { 1, 1 },    { 200, 16 } };

static const char *const typed[] = {
    "go 15ms\n",      "go event 3\n",
    "go frame 2\n",   "go a ESTABLISHED\n",
    "break tcp\n",    "break time > 1ms\n",
    "break a.\n",     "undo\n",
    "redo\n",         "log\n",
    "drop 2\n",       "delay 1 3ms\n",
    "corrupt 1 99\n", "duplicate 1\n",
    "search SYN\n",   "filter tcp\n",
    "filter\n",       "hide a\n",
    "show\n",         "pane packet\n",
    "theme light\n",  "mouse off\n",
    "step 7\n",       "switch 1\n",
    "unbreak all\n",  "nonsense\n",
    "hide r\n",       "hide h\n",
    "host b\n",       "\303\251\t\t\n",
    "back 3\n",       "go \n",
    "delay 50ms\n",   "event back\n",
    "hide s\n",       "hide connection\n",
    "play\n",         "only connection\n",
    "a\t\t\t\t\t\n",  "a:\t\t\t\t \t\t\n",
    "wire:set los\n", "corrupt 1 ip.ttl\n",
    "ask corrupt\n",  "corrupt 1 bit 99999\n",
    "answer 1\n",     "answer LISTEN\n",
    "pass\n",         "hint\n",
    "read\n",         "score\n",
    "task\n",         "check\n",
    "task doubt\n",   "answer\n",
};

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % below;
}

static void see(struct ui *ui)
{
    struct canvas canvas;
    struct spot spot;

    if (!EXPECT(canvas_open(&canvas, ui->width, ui->height)))
        return;
    spot = view(ui, &canvas);
    EXPECT(spot.x >= 0 && spot.x <= ui->width && spot.y >= 0 && spot.y < ui->height);
    canvas_close(&canvas);
}

static void press(struct ui *ui, int key)
{
    struct press one = { key, (int)draw(200), (int)draw(60) };

    if (key == K_RESIZE) {
        const int *size = sizes[draw(ARRAY_LEN(sizes))];

        one.x = size[0];
        one.y = size[1];
    }
    ui_press(ui, one);
}

/* A key of the table, a special one, any character; or a command. Files are
 * never written: ":" opens the line only for the texts above. */
static void press_any(struct ui *ui)
{
    static const int specials[] = { K_ENTER,     K_ESC,      K_TAB,        K_RESIZE,
                                    K_CLICK,     K_WHEEL_UP, K_TICK,       K_NONE,
                                    K_BACKSPACE, K_DELETE,   K_WHEEL_DOWN, K_UP };
    uint32_t kind = draw(10);

    if (kind == 0) {
        press(ui, specials[draw(ARRAY_LEN(specials))]);
    } else if (kind == 1) {
        press(ui, (int)(' ' + draw(95)));
    } else if (kind == 2) {
        press(ui, K_ESC);
        press(ui, ':');
        for (const char *at = typed[draw(ARRAY_LEN(typed))]; *at != '\0'; at++)
            press(ui, (uint8_t)*at);
        press(ui, K_ESC);
    } else {
        size_t count = 0;

        while (key_at(count) != NULL)
            count++;
        press(ui, key_at(draw((uint32_t)count))->key);
    }
}

static uint64_t whole_hash; /* of the original run, when it was opened */

/* Every second session of a lab that asks something is one with its questions. */
static bool open_gates(struct ui *ui, bool asks)
{
    static const struct gates_options forgets = { .lab = "t" };
    const struct lab *lab = session_run(ui->session, SESSION_ORIGINAL)->lab;
    char why[EXERCISE_WHY_SIZE];
    struct gates *gates;

    whole_hash = session_run(ui->session, SESSION_ORIGINAL)->hash;
    if (!asks || !gates_wanted(lab))
        return true;
    gates = gates_open(lab, &forgets, why, sizeof(why));
    return EXPECT(gates != NULL) && EXPECT(ui_attach_gates(ui, gates));
}

/* What a gate hides is in no view, and no world goes there. */
static void expect_hidden(const struct ui *ui)
{
    const struct session_run *run = session_run(ui->session, SESSION_ORIGINAL);
    uint32_t shown = gates_shown(ui->gates);

    EXPECT(run->events <= shown && run->view->trace->events.count <= shown);
    EXPECT(run->view->world->event_count <= shown);
    if (run->limited) /* else a gate may stand at the end, and hide nothing */
        EXPECT(!ui->has_other && ui->moment.event <= shown);
}

static bool open_ui(struct ui **ui, struct session **session, const char *path, bool asks)
{
    struct session_options options = { .path = path };
    char error[300];

    *session = session_open(&options, error, sizeof(error));
    *ui = malloc(sizeof(**ui));
    return EXPECT(*session != NULL) && EXPECT(*ui != NULL) && EXPECT(ui_open(*ui, 80, 24)) &&
           EXPECT(ui_attach(*ui, *session)) && open_gates(*ui, asks);
}

static void close_ui(struct ui *ui, struct session *session)
{
    gates_close(ui->gates);
    ui_close(ui);
    free(ui);
    session_close(session);
}

static void one_session(uint32_t seed)
{
    struct session *session;
    struct ui *ui;

    random_state = seed * 0x9e3779b97f4a7c15u + 1;
    if (!open_ui(&ui, &session, lab_paths[seed % ARRAY_LEN(lab_paths)],
                 seed / ARRAY_LEN(lab_paths) % 2 == 0))
        return;
    for (int run = 0; run < RUNS_A_SESSION; run++) {
        for (int i = 0; i < KEYS_A_SEQUENCE; i++)
            press_any(ui);
        expect_hidden(ui);
        see(ui);
        ui->quit = false;
    }
    for (int side = 0; side < SESSION_SIDES; side++)
        if (session_run(session, (enum session_side)side) != NULL)
            EXPECT_ROW("diverged",
                       !session_run(session, (enum session_side)side)->view->trace->diverged);
    session_limit(session, UINT32_MAX);
    EXPECT_EQ(session_run(session, SESSION_ORIGINAL)->hash, whole_hash);
    close_ui(ui, session);
}

static void test_any_keys_pressed_nothing_breaks(void)
{
    for (uint32_t seed = 1; seed <= SEQUENCES / RUNS_A_SESSION; seed++)
        one_session(seed);
}

static uint64_t here(const struct ui *ui)
{
    return world_state_hash(ui->moment.view->world);
}

static void walk(struct ui *ui, uint64_t *hashes, int steps, const char *order)
{
    int key = strcmp(order, "forth") == 0 ? K_RIGHT : K_LEFT;

    for (int i = 0; i < steps; i++) {
        int at = key == K_RIGHT ? i + 1 : steps - 1 - i;

        press(ui, key);
        if (hashes[at] == 0)
            hashes[at] = here(ui);
        EXPECT_EQ_ROW(order, here(ui), hashes[at]);
    }
}

static void test_forth_back_and_forth_meets_the_same_worlds(void)
{
    for (uint32_t i = 0; i < ARRAY_LEN(lab_paths); i++) {
        uint64_t hashes[WALK_STEPS + 1] = { 0 };
        struct session *session;
        struct ui *ui;

        if (!open_ui(&ui, &session, lab_paths[i], false))
            continue;
        int items = (int)picture_items(ui->pictures[SESSION_ORIGINAL]);
        int steps = items < WALK_STEPS ? items : WALK_STEPS;
        hashes[0] = here(ui);
        walk(ui, hashes, steps, "forth");
        walk(ui, hashes, steps, "back");
        walk(ui, hashes, steps, "forth");
        close_ui(ui, session);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_any_keys_pressed_nothing_breaks),
        TEST(test_forth_back_and_forth_meets_the_same_worlds),
    };

    return run_tests("timeline", tests, ARRAY_LEN(tests));
}
