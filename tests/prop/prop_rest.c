/*
 * prop_rest.c - a long run whose rest is worked off while keys are pressed is, in the end
 * and at every key, the one that was opened at once.
 */
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/capture_file.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/rest.h"
#include "tools/timeline/view.h"

enum { SEEDS = 80, KEYS = 40, KEYS_BEHIND = 5, LAB_SIZE = 4096, SLICE_MAX = 10 };

/* Wide enough for the columns of all hosts: a list has no arrivals to stand on. */
static const int sizes[][2] = { { 100, 24 }, { 160, 50 }, { 119, 30 }, { 200, 16 } };

/* Where these lead is the same however wide and high the ladder is. */
static const int moves[] = { K_RIGHT, K_RIGHT, K_LEFT, K_DOWN, K_UP, K_HOME, K_END, K_RESIZE };
static const char *const typed[] = {
    "go event 40\n", "go event 3\n",  "go frame 30\n", "go 15ms\n",
    "go 3s\n",       "search UDP\n",  "search ARP\n",  "next\n",
    "previous\n",    "search echo\n", "filter tcp\n",  "filter\n",
    "hide arp\n",    "show\n",        "break icmp\n",  "continue\n",
    "reverse\n",     "mark a\n",      "jump a\n",      "step 7\n",
    "event\n",       "into\n",        "back 3\n",      "only connection\n",
    "unbreak all\n",
};
/* And these break nothing. */
static const char *const others[] = {
    "page\n",   "page back\n",   "host b\n",   "hide a\n",    "hide b\n",   "hide s\n",
    "whynot\n", "play\n",        "menu\n",     "pane plot\n", "maximise\n", "drop 2\n",
    "undo\n",   "go a CLOSED\n", "nonsense\n", "pane why\n",  "other\n",    "host nobody\n",
};

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % below;
}

/* ---- Files ---- */

static bool write_file(char *path, const void *bytes, size_t len)
{
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "wb");
    bool written = out != NULL && fwrite(bytes, 1, len, out) == len;

    return (out == NULL || fclose(out) == 0) && EXPECT(written);
}

/* The lab of SEED, or the capture of its run. */
static bool make_file(char *path, uint64_t seed, bool captured)
{
    static struct capture_file capture;
    static char text[LAB_SIZE];
    struct run_view view;
    struct lab_run run;
    bool made = false;

    lab_run_busy_text(text, sizeof(text), seed);
    if (!captured)
        return write_file(path, text, strlen(text));
    if (!lab_run_open(&run, text, NULL, 0))
        return false;
    simulation_run(&run.simulation, NULL);
    if (EXPECT(run_view_open(&view, run.simulation.world, &run.simulation.trace, "busy"))) {
        made = EXPECT(capture_file_of_run(&capture, &view, 0)) &&
               write_file(path, capture.bytes, capture.len);
        run_view_close(&view);
    }
    lab_run_close(&run);
    return made;
}

/* ---- A timeline ---- */

struct shown {
    struct session *session;
    struct ui *ui;
};

static bool open_shown(struct shown *s, const char *path, bool captured, uint32_t part)
{
    struct session_options options = { .path = path, .capture = captured, .part = part };
    char error[300] = "";

    s->session = session_open(&options, error, sizeof(error));
    s->ui = calloc(1, sizeof(*s->ui));
    EXPECT_STR_ROW(path, s->session == NULL ? error : "", "");
    return s->session != NULL && s->ui != NULL && ui_open(s->ui, sizes[0][0], sizes[0][1]) &&
           ui_attach(s->ui, s->session);
}

static void close_shown(struct shown *s)
{
    ui_close(s->ui);
    free(s->ui);
    session_close(s->session);
}

static void press(struct shown *s, struct press what)
{
    ui_press(s->ui, what);
    s->ui->quit = false;
}

static void type(struct shown *s, const char *line)
{
    press(s, (struct press){ K_ESC, 0, 0 });
    press(s, (struct press){ ':', 0, 0 });
    for (; *line != '\0'; line++)
        press(s, (struct press){ (uint8_t)*line, 0, 0 });
    press(s, (struct press){ K_ESC, 0, 0 });
}

/* The screen; to be freed. */
static char *screen_of(const struct shown *s)
{
    struct canvas canvas;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    ASSERT(out != NULL && canvas_open(&canvas, s->ui->width, s->ui->height));
    view(s->ui, &canvas);
    for (int y = 0; y < s->ui->height; y++)
        canvas_print_row(&canvas, y, (struct canvas_print){ .ascii = false }, out);
    canvas_close(&canvas);
    fclose(out);
    return text;
}

static void expect_same_screen(const struct shown *s, const struct shown *want)
{
    char *got = screen_of(s), *expected = screen_of(want);

    EXPECT_STR(got, expected);
    free(got);
    free(expected);
}

/* Some slices of the rest, of any size. */
static void idle(struct shown *s)
{
    for (uint32_t slices = draw(3) == 0 ? draw(4) : 0; slices > 0; slices--)
        rest_work(s->ui, 1 + draw(SLICE_MAX));
}

/* ---- The same keys ---- */

static void press_same(struct shown *s, struct shown *want)
{
    const int *size = sizes[draw(ARRAY_LEN(sizes))];
    struct press key = { moves[draw(ARRAY_LEN(moves))], size[0], size[1] };
    const char *line = typed[draw(ARRAY_LEN(typed))];

    if (key.key == K_END && draw(4) > 0) /* then all has been waited for: not so soon */
        key.key = K_RIGHT;
    if (draw(3) > 0) {
        press(s, key);
        press(want, key);
    } else {
        type(s, line);
        type(want, line);
    }
}

static void expect_same_place(const struct shown *s, const struct shown *want, const char *label)
{
    EXPECT_EQ_ROW(label, s->ui->moment.event, want->ui->moment.event);
    EXPECT_EQ_ROW(label, s->ui->moment.record, want->ui->moment.record);
    EXPECT_EQ_ROW(label, s->ui->moment.now, want->ui->moment.now);
    EXPECT_EQ_ROW(label, s->ui->moment.view->world->now, want->ui->moment.view->world->now);
}

static void one_pair(const char *path, uint32_t seed, bool captured)
{
    char label[80];
    struct shown s, want;

    if (!EXPECT(open_shown(&s, path, captured, 5 + draw(30)) &&
                open_shown(&want, path, captured, 0)))
        return;
    EXPECT(session_is_part(s.session) && !session_is_part(want.session));
    for (int i = 0, behind = 0; i < KEYS && behind < KEYS_BEHIND; i++) {
        snprintf(label, sizeof(label), "seed %u, key %d", seed, i);
        idle(&s);
        press_same(&s, &want);
        expect_same_place(&s, &want, label);
        behind += !session_is_part(s.session);
    }
    EXPECT(rest_finish(s.ui));
    type(&s, "go event 20\n");
    type(&want, "go event 20\n");
    expect_same_screen(&s, &want);
    close_shown(&s);
    close_shown(&want);
}

static void test_same_keys_lead_to_the_same_place_at_any_slice(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        char path[] = "/tmp/rung-rest-XXXXXX";

        random_state = seed * 0x9e3779b97f4a7c15u + 1;
        if (make_file(path, seed, seed % 2 == 0))
            one_pair(path, seed, seed % 2 == 0);
        unlink(path);
    }
}

/* ---- Any keys ---- */

static void press_any(struct shown *s)
{
    size_t count = 0;
    uint32_t kind = draw(3);

    while (key_at(count) != NULL)
        count++;
    if (kind == 0)
        type(s, others[draw(ARRAY_LEN(others))]);
    else if (kind == 1)
        type(s, typed[draw(ARRAY_LEN(typed))]);
    else
        press(s,
              (struct press){ key_at(draw((uint32_t)count))->key, (int)draw(200), (int)draw(60) });
}

/* The run and its ladder, whatever is hidden now, are those of who did not wait. */
static void expect_whole(struct shown *s, const struct shown *want)
{
    const struct session_run *run = session_run(s->session, SESSION_ORIGINAL);
    struct picture *fresh, *picture = s->ui->pictures[SESSION_ORIGINAL];
    char got[2000], expected[2000];

    EXPECT_EQ(run->hash, session_run(want->session, SESSION_ORIGINAL)->hash);
    EXPECT_EQ(run->frames, session_run(want->session, SESSION_ORIGINAL)->frames);
    EXPECT(ui_lay_out(s->ui));
    picture = s->ui->pictures[SESSION_ORIGINAL];
    fresh = picture_open(run->whole, s->ui->widths[SESSION_ORIGINAL], ui_last_time(s->ui),
                         &s->ui->hiding, NULL);
    ASSERT(fresh != NULL);
    EXPECT_EQ(picture_rows(picture), picture_rows(fresh));
    EXPECT_EQ(picture_items(picture), picture_items(fresh));
    for (int64_t row = 0; row < picture_rows(fresh); row += 1 + draw(5)) {
        picture_text(picture, row, got, sizeof(got));
        picture_text(fresh, row, expected, sizeof(expected));
        EXPECT_STR(got, expected);
    }
    picture_close(fresh);
}

static void test_any_keys_at_any_slice_leave_the_run_whole(void)
{
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        char path[] = "/tmp/rung-rest-XXXXXX";
        struct shown s, want;
        bool captured = seed % 2 == 0;

        random_state = seed * 0xd1342543de82ef95u + 1;
        if (make_file(path, seed, captured) &&
            EXPECT(open_shown(&s, path, captured, 5 + draw(30)) &&
                   open_shown(&want, path, captured, 0))) {
            for (int i = 0; i < KEYS / 2; i++) {
                idle(&s);
                press_any(&s);
                free(screen_of(&s));
            }
            if (seed % 5 != 0) { /* else it is left in the middle of it */
                EXPECT(rest_finish(s.ui));
                expect_whole(&s, &want);
            }
            close_shown(&s);
            close_shown(&want);
        }
        unlink(path);
    }
}

/* ---- Waiting ---- */

static unsigned patience;

static bool gives_up(const struct ui *ui)
{
    EXPECT(rest_percent(ui) <= 100);
    return patience-- == 0;
}

static void test_waiting_that_is_given_up_leaves_the_part_and_goes_on_later(void)
{
    char path[] = "/tmp/rung-rest-XXXXXX";
    struct shown s;
    char *screen;

    random_state = 1;
    if (!make_file(path, 7, true) || !EXPECT(open_shown(&s, path, true, 10)))
        return;
    s.ui->gives_up = gives_up;
    for (unsigned i = 0; i < 2; i++) {
        patience = 0; /* after the first slice: all is read then, but not laid out */
        press(&s, (struct press){ K_END, 0, 0 });
        EXPECT(session_is_part(s.session) && s.ui->message.is_error);
        EXPECT(s.ui->moment.record == MOMENT_BEFORE);
        EXPECT_EQ(session_run(s.session, SESSION_ORIGINAL)->frames, 10);
    }
    screen = screen_of(&s);
    EXPECT(strstr(screen, "event 0 of 10 so far") != NULL);
    free(screen);
    patience = 1000;
    press(&s, (struct press){ K_END, 0, 0 });
    EXPECT(!session_is_part(s.session) && s.ui->moment.event > 10);
    close_shown(&s);
    unlink(path);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_same_keys_lead_to_the_same_place_at_any_slice),
        TEST(test_any_keys_at_any_slice_leave_the_run_whole),
        TEST(test_waiting_that_is_given_up_leaves_the_part_and_goes_on_later),
    };

    return run_tests("rest", tests, ARRAY_LEN(tests));
}
