/*
 * Nothing of what lies behind a question is on any screen: labs that differ there alone
 * look the same, whatever is pressed and typed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/asked.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/timeline/screen.h"

static struct asked t;

/* ORDERS are what a does after it has connected. */
static void write_lab(const char *path, const char *orders)
{
    FILE *file = fopen(path, "w");

    ASSERT(file != NULL);
    fprintf(file,
            "title: two\n"
            "defaults: { arp: { known: on }, tcp: { mss: 500 } }\n"
            "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
            "links: { wire: { ends: [a, b], delay: 20ms } }\n"
            "script:\n"
            "  - { at: 0s, b: listen 80 }\n"
            "  - { at: 10ms, a: connect b:80 }\n"
            "%s"
            "questions:\n"
            "  - { question: q, after: { state: a ESTABLISHED }, ask: w, answer: time }\n",
            orders);
    fclose(file);
}

/* All that can be asked of the screen while the question waits. */
static const char *const questions[] = {
    "Right",
    "Down",
    "End",
    "PgDn",
    "Left Left",
    "Up",
    "1",
    "2 \\\\",
    "\\\\ 3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "0",
    "w",
    "W Esc",
    "I",
    "s",
    "F",
    "Home",
    "Home Right Right",
    "c",
    "C",
    "n",
    "N",
    "i i i",
    ". . . . . . . . .",
    "Space",
    "@ Esc",
    "? Down Down Esc",
    "Enter Esc",
    "d",
    "u",
    "T",
    "o",
    "z",
    ":score Enter",
    "Esc",
    "9",
    "m a ' a",
};

static const char *const typed[] = {
    "go 5s",
    "go frame 4",
    "go frame 3",
    "go event 7",
    "go a FIN-WAIT-1",
    "go b CLOSE-WAIT",
    "break time > 60ms",
    "break end.time > 1s",
    "break count(retransmission) > 0",
    "break tcp[tcpflags] & tcp-fin != 0",
    "continue",
    "reverse",
    "search FIN",
    "search PSH",
    "filter tcp[tcpflags] & tcp-push != 0",
    "filter",
    "hide connection",
    "show",
    "pane plot",
    "pane window",
    "pane tables",
    "host b",
    "drop 4",
    "a: send 5kB",
    "check",
    "hint",
    "only connection",
    "duplicate 9",
    "corrupt 9 3",
    "unbreak all",
    "delay 4 1s",
    "task x",
    "read",
    "future",
};

static uint32_t luck;

static uint32_t draw(uint32_t below)
{
    luck = luck * 1664525u + 1013904223u;
    return (luck >> 8) % below;
}

/* What somebody sees who presses what SEED says, screen after screen; the caller's. */
static char *play(const char *path, uint32_t seed, int width, int height)
{
    char *text = NULL, size[40], why[100];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    luck = seed;
    snprintf(size, sizeof(size), "%dx%d", width, height);
    asked_open(&t, path, NULL);
    asked_press(&t, "Esc");
    for (int i = 0; i < 40; i++) {
        uint32_t one = draw(2);

        if (one == 0)
            asked_press(&t, questions[draw(ARRAY_LEN(questions))]);
        else
            asked_type(&t, typed[draw(ARRAY_LEN(typed))]);
        asked_press(&t, draw(3) == 0 ? "" : "Esc");
        EXPECT(screen_dump(t.ui, size, out, why, sizeof(why)));
    }
    asked_close(&t);
    fclose(out);
    return text;
}

static void test_futures_behind_a_question_are_told_apart_by_no_screen(void)
{
    static const char *const orders[] = {
        "",
        "  - { at: 100ms, a: send 9kB }\n  - { at: 2s, a: close }\n  - { at: 3s, b: close }\n",
        "  - { at: 60ms, b: send 700B }\n  - { at: 60ms, wire: set loss 20% }\n"
        "  - { at: 70ms, a: send 9kB }\n",
    };
    char folder[] = "/tmp/rung-gates-XXXXXX", path[100];

    EXPECT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/two.yaml", folder);
    for (uint32_t seed = 1; seed <= 30; seed++) {
        char *first = NULL;

        for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
            char *text;

            write_lab(path, orders[i]);
            text = play(path, seed, seed % 2 == 0 ? 80 : 130, seed % 3 == 0 ? 40 : 24);
            if (first == NULL)
                first = text;
            EXPECT_STR_ROW(orders[i], text, first);
            if (text != first)
                free(text);
        }
        free(first);
    }
    remove(path);
    rmdir(folder);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_futures_behind_a_question_are_told_apart_by_no_screen),
    };

    return run_tests("gates hide", tests, ARRAY_LEN(tests));
}
