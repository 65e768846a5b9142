/* The command line is edited as a shell's. */
#include "tools/timeline/ui.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct ui *ui;
static struct order order;

static void open_prompt(const char *text, const char *offered)
{
    ui = malloc(sizeof(*ui));
    if (!EXPECT(ui != NULL && ui_open(ui, 80, 24)))
        exit(1);
    prompt_ask(ui, text, offered);
}

static void close_prompt(void)
{
    ui_close(ui);
    free(ui);
}

/* Presses KEYS, as --dump takes them. */
static void press(const char *text)
{
    struct key_text keys = { .at = text };
    int key;

    while ((key = key_read(&keys)) != K_NONE)
        ui_update(ui, (struct press){ key, 0, 0 }, &order);
}

static void expect_line(const char *text, size_t caret)
{
    EXPECT_STR(ui->prompt.text, text);
    EXPECT_EQ(ui->prompt.caret, caret);
}

static void test_ctrl_u_erases_to_the_left_and_ctrl_k_to_the_right(void)
{
    open_prompt("", "");
    press("\"break tcp port 80\" Left Left Ctrl-U");
    expect_line("80", 0);
    press("Ctrl-U");
    expect_line("80", 0);
    press("Ctrl-F Ctrl-K");
    expect_line("8", 1);
    press("Ctrl-K");
    expect_line("8", 1);
    close_prompt();
}

static void test_ctrl_w_erases_a_word_and_the_blanks_behind_it(void)
{
    open_prompt("", "");
    press("\"a: send  1kB  \" Ctrl-W");
    expect_line("a: send  ", 9);
    press("Ctrl-W Ctrl-W");
    expect_line("", 0);
    press("Ctrl-W");
    expect_line("", 0);
    EXPECT(ui->prompt.open);
    close_prompt();
}

static void test_ctrl_a_and_e_b_and_f_move_by_characters(void)
{
    open_prompt("", "");
    press("\"g\303\266 x\" Ctrl-A");
    expect_line("g\303\266 x", 0);
    press("Ctrl-F Ctrl-F");
    expect_line("g\303\266 x", 3);
    press("Ctrl-B Ctrl-D");
    expect_line("g x", 1);
    press("Ctrl-E Ctrl-H");
    expect_line("g ", 2);
    close_prompt();
}

static void test_what_is_offered_goes_with_what_is_before_it(void)
{
    open_prompt("delay 3 ", "50ms");
    press("Ctrl-U");
    expect_line("", 0);
    close_prompt();
    open_prompt("delay 3 ", "50ms");
    press("Ctrl-W");
    expect_line("delay 3 ", 8);
    close_prompt();
    open_prompt("delay 3 ", "50ms");
    press("Ctrl-A"); /* from now on it is a part of the line */
    press("x");
    expect_line("xdelay 3 50ms", 1);
    close_prompt();
}

/* A line that was refused comes back, the caret at what is wrong. */
static void test_ctrl_u_erases_a_refused_word_too(void)
{
    open_prompt("save ", "x.yaml");
    prompt_correct(ui, 5);
    expect_line("save x.yaml", 5);
    press("Ctrl-U");
    expect_line("", 0);
    close_prompt();
}

static void test_ctrl_p_and_n_walk_the_history_and_ctrl_g_leaves(void)
{
    open_prompt("", "");
    press("\"step 2\" Enter");
    EXPECT(!ui->prompt.open);
    EXPECT_EQ(order.verb, ORDER_STEP);
    prompt_ask(ui, "", "");
    press("e Ctrl-P");
    expect_line("step 2", 6);
    press("Ctrl-N");
    expect_line("e", 1);
    press("Ctrl-G");
    EXPECT(!ui->prompt.open);
    close_prompt();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ctrl_u_erases_to_the_left_and_ctrl_k_to_the_right),
        TEST(test_ctrl_w_erases_a_word_and_the_blanks_behind_it),
        TEST(test_ctrl_a_and_e_b_and_f_move_by_characters),
        TEST(test_what_is_offered_goes_with_what_is_before_it),
        TEST(test_ctrl_u_erases_a_refused_word_too),
        TEST(test_ctrl_p_and_n_walk_the_history_and_ctrl_g_leaves),
    };

    return run_tests("prompt", tests, ARRAY_LEN(tests));
}
