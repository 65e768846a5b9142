/*
 * The timeline without a terminal: keys go in, the model is looked at.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/state.h"
#include "tools/timeline/obey.h"
#include "tools/timeline/view.h"

static struct ui *ui;
static struct session *session;

static void open_lab(const char *path)
{
    struct session_options options = { .path = path };
    char error[300];

    session = session_open(&options, error, sizeof(error));
    ui = malloc(sizeof(*ui));
    if (!EXPECT(session != NULL && ui != NULL && ui_open(ui, 80, 24) && ui_attach(ui, session)))
        exit(1);
}

static void close_lab(void)
{
    ui_close(ui);
    free(ui);
    session_close(session);
}

/* Presses KEYS, as --dump takes them. */
static void press(const char *text)
{
    struct key_text keys = { .at = text };
    int key;

    while ((key = key_read(&keys)) != K_NONE)
        ui_press(ui, (struct press){ key, 0, 0 });
}

/* Types LINE behind a colon. */
static void type(const char *line)
{
    ui_press(ui, (struct press){ ':', 0, 0 });
    for (; *line != '\0'; line++)
        ui_press(ui, (struct press){ (uint8_t)*line, 0, 0 });
    ui_press(ui, (struct press){ K_ENTER, 0, 0 });
}

static struct record here(void)
{
    return trace_read(ui->moment.view->trace, ui->moment.record);
}

static bool says(const char *words)
{
    return EXPECT_STR_ROW(words, strstr(ui->message.text, words) != NULL ? words : ui->message.text,
                          words);
}

static void test_steps_walk_all_items_and_back_to_before_the_first(void)
{
    open_lab("labs/handshake/lab.yaml");
    uint32_t count = picture_items(ui->pictures[SESSION_ORIGINAL]);
    for (uint32_t i = 0; i < count; i++) {
        press("Right");
        EXPECT_EQ(ui->moment.record, picture_record(ui->pictures[SESSION_ORIGINAL], i));
        EXPECT_EQ(ui->moment.view->world->event_count, here().event);
    }
    press("Right");
    EXPECT(says("this is the end"));
    for (uint32_t i = 0; i < count + 1; i++)
        press("Left");
    EXPECT_EQ(ui->moment.record, MOMENT_BEFORE);
    EXPECT_EQ(ui->moment.event, 0);
    close_lab();
}

static void test_end_is_the_last_row_when_all_has_happened(void)
{
    open_lab("labs/handshake/lab.yaml");
    struct picture *picture = ui->pictures[SESSION_ORIGINAL];
    press("End");
    EXPECT_EQ(ui->moment.record, picture_record(picture, picture_items(picture) - 1));
    EXPECT_EQ(ui->moment.event, session_run(session, SESSION_ORIGINAL)->events);
    press("Right");
    EXPECT(says("this is the end"));
    EXPECT_EQ(ui->moment.record, picture_record(picture, picture_items(picture) - 1));
    close_lab();
}

static void row_of(enum session_side side, const char *words, char *out, size_t size)
{
    for (int64_t row = 0; row < picture_rows(ui->pictures[side]); row++) {
        picture_text(ui->pictures[side], row, out, size);
        if (strstr(out, words) != NULL)
            return;
    }
    snprintf(out, size, "%s", "");
}

static void test_what_changes_nothing_is_said_to(void)
{
    open_lab("labs/fast-retransmit/lab.yaml");
    type("drop 5"); /* which the lab's faults lose anyway */
    EXPECT(says("nothing becomes different"));
    EXPECT(ui->has_other);
    press("z");
    type("drop 6");
    EXPECT(says("this is the other future"));
    close_lab();
}

static void test_two_futures_have_one_unit_of_time(void)
{
    char row[2000];

    open_lab("labs/handshake/lab.yaml");
    row_of(SESSION_ORIGINAL, "connect b:80", row, sizeof(row));
    EXPECT(strstr(row, "10.000 ms") != NULL);
    press("Down Down d");
    row_of(SESSION_ORIGINAL, "connect b:80", row, sizeof(row));
    EXPECT(strstr(row, "0.010000 s") != NULL);
    row_of(SESSION_OTHER, "connect b:80", row, sizeof(row));
    EXPECT(strstr(row, "0.010000 s") != NULL);
    press("z");
    row_of(SESSION_ORIGINAL, "connect b:80", row, sizeof(row));
    EXPECT(strstr(row, "10.000 ms") != NULL);
    close_lab();
}

static void test_into_shows_records_that_the_ladder_leaves_out(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Down");
    uint32_t record = ui->moment.record, event = ui->moment.event;
    press("Down Up");
    EXPECT_EQ(ui->moment.record, record);
    type("go event 2");
    EXPECT_EQ(ui->moment.event, 2);
    press("i");
    EXPECT_EQ(ui->moment.event, event);
    EXPECT_EQ(ui->moment.record, trace_event(ui->moment.view->trace, event)->first_record + 1);
    press(", .");
    EXPECT_EQ(ui->moment.event, event);
    close_lab();
}

static void test_go_finds_time_event_frame_and_state_or_says_why_not(void)
{
    open_lab("labs/handshake/lab.yaml");
    type("go 35ms");
    EXPECT_EQ(ui->moment.now, 30 * MS);
    type("go frame 3");
    EXPECT_EQ(here().kind, RECORD_TX);
    EXPECT_EQ(here().frame, 3);
    type("go b SYN-RECEIVED");
    EXPECT_EQ(here().b, STATE_TCP_SYN_RECEIVED);
    EXPECT(says("from the beginning"));
    type("go frame 99");
    EXPECT(ui->message.is_error && ui->prompt.open);
    press("Esc");
    type("go 20");
    EXPECT(says("20 what?"));
    press("Esc");
    type("go a TIME-WAIT");
    EXPECT(says("never"));
    close_lab();
}

static void test_drop_opens_another_future_and_undo_closes_it(void)
{
    open_lab("labs/handshake/lab.yaml");
    uint64_t hash = session_run(session, SESSION_ORIGINAL)->hash;
    press("Down Down d");
    EXPECT(ui->has_other && ui->side == SESSION_OTHER);
    EXPECT_EQ(here().frame, 2);
    EXPECT_EQ(ui->facts[SESSION_ORIGINAL].hash, hash);
    EXPECT(ui->facts[SESSION_OTHER].retransmissions > 0);
    EXPECT_STR(ui->facts[SESSION_OTHER].states, "a ESTABLISHED, b ESTABLISHED");
    press("o");
    EXPECT_EQ(ui->side, SESSION_ORIGINAL);
    EXPECT_EQ(here().frame, 2);
    press("I Enter");
    EXPECT(session_deed(session, 0)->off && !ui->has_other);
    press("Enter Esc z");
    EXPECT(!ui->has_other);
    EXPECT_EQ(session_deed_count(session), 0);
    press("Z");
    EXPECT(ui->has_other);
    EXPECT_EQ(session_run(session, SESSION_ORIGINAL)->hash, hash);
    close_lab();
}

static void test_delay_and_corrupt_ask_with_what_is_likely_wanted(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Down D");
    EXPECT_STR(ui->prompt.text, "delay 1 50ms");
    press("Esc x");
    EXPECT_STR(ui->prompt.text, "corrupt 1 tcp.seq_raw");
    press("Enter");
    EXPECT(ui->has_other);
    type("delay 10ms"); /* the frame under the cursor */
    EXPECT_EQ(session_deed(session, 1)->frame, 1);
    EXPECT_EQ(session_deed(session, 1)->by, 10 * MS);
    close_lab();
}

static void test_what_is_offered_or_wrong_is_replaced_by_what_is_typed(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Down D 7");
    EXPECT_STR(ui->prompt.text, "delay 1 7");
    press("Esc D Backspace");
    EXPECT_STR(ui->prompt.text, "delay 1 ");
    press("Esc D Left 9");
    EXPECT_STR(ui->prompt.text, "delay 1 50m9s"); /* once one moves in it, it is a text as any */
    press("Esc D 7 Enter");
    EXPECT(ui->message.is_error);
    EXPECT_EQ(ui->prompt.caret, strlen("delay 1 "));
    press("5 ms");
    EXPECT_STR(ui->prompt.text, "delay 1 5ms");
    press("Enter");
    EXPECT_EQ(session_deed(session, 0)->by, 5 * MS);
    close_lab();
}

static void test_corrupt_offers_the_field_that_the_packet_pane_has_selected(void)
{
    open_lab("labs/handshake/lab.yaml");
    type("ask corrupt"); /* before there is a frame */
    EXPECT_STR(ui->prompt.text, "corrupt 0 ");
    press("Esc Down 3 Down Down Down x");
    EXPECT_STR(ui->prompt.text, "corrupt 1 eth.type");
    press("Esc Down Down Down x");
    EXPECT(strncmp(ui->prompt.text, "corrupt 1 ip.", 13) == 0);
    press("Esc Esc 1 x"); /* another pane has its place */
    EXPECT_STR(ui->prompt.text, "corrupt 1 tcp.seq_raw");
    press("Esc");
    close_lab();
}

static void test_a_wrong_order_can_be_corrected_where_it_is_wrong(void)
{
    open_lab("labs/handshake/lab.yaml");
    type("break a.tcp.state == FIN-WAIT-9");
    EXPECT(ui->prompt.open);
    EXPECT_EQ(ui->prompt.caret, strlen("break a.tcp.state == "));
    press("Ctrl-L Esc");
    EXPECT(!ui->prompt.open);
    type("c: close");
    EXPECT(ui->message.is_error);
    press("Esc");
    EXPECT_EQ(session_deed_count(session), 0);
    close_lab();
}

static void test_a_bit_or_field_that_the_frame_has_not_is_refused_at_its_place(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("End");
    type("corrupt 2 bit 9999");
    EXPECT(says("frame 2 has the bits 0 to "));
    EXPECT_EQ(ui->prompt.caret, strlen("corrupt 2 bit "));
    press("Esc");
    type("corrupt 2 arp.opcode");
    EXPECT(says("frame 2 has no arp.opcode"));
    EXPECT_EQ(ui->prompt.caret, strlen("corrupt 2 "));
    press("Esc");
    type("corrupt 2 sequence");
    EXPECT(says("is no field and no bit"));
    press("Esc");
    EXPECT_EQ(session_deed_count(session), 0);
    type("corrupt 2 tcp.seq_raw");
    EXPECT_EQ(session_deed_count(session), 1);
    EXPECT_EQ(session_deed(session, 0)->bit, (14 + 20 + 4) * 8);
    close_lab();
}

static void test_a_wrong_command_is_refused_at_its_word_without_a_place_in_a_file(void)
{
    open_lab("labs/handshake/lab.yaml");
    type("wire: set los 5%");
    EXPECT(ui->prompt.open);
    EXPECT_EQ(ui->prompt.caret, strlen("wire: set "));
    EXPECT(strstr(ui->message.text, "lab.yaml") == NULL);
    EXPECT(says("\"los\" is not known"));
    press("Esc");
    type("wire:set los 5%");
    EXPECT_EQ(ui->prompt.caret, strlen("wire:set "));
    press("Esc");
    type("wira: set loss 5%");
    EXPECT(says("did you mean \"wire\""));
    EXPECT_EQ(ui->prompt.caret, 0);
    EXPECT_EQ(session_deed_count(session), 0);
    close_lab();
}

static void test_the_line_is_edited_completed_and_remembered(void)
{
    open_lab("labs/handshake/lab.yaml");
    press(": dupp Backspace Tab");
    EXPECT_STR(ui->prompt.text, "duplicate ");
    press("Home Right Right");
    ui_press(ui, (struct press){ K_DELETE, 0, 0 });
    EXPECT_STR(ui->prompt.text, "dulicate ");
    press("Esc : a: Space con Tab");
    EXPECT_STR(ui->prompt.text, "a: connect ");
    press("Esc");
    press(": only Space Tab");
    EXPECT_STR(ui->prompt.text, "only connection ");
    press("Esc");
    press(": theme Space Tab");
    EXPECT_STR(ui->prompt.text, "theme ");
    EXPECT(says("dark  light  contrast  plain"));
    press("Tab");
    EXPECT_STR(ui->prompt.text, "theme dark");
    press("Tab Tab Tab");
    EXPECT_STR(ui->prompt.text, "theme plain");
    press("Tab");
    EXPECT_STR(ui->prompt.text, "theme dark");
    press("Space Tab Esc : a Tab Tab Tab Tab Tab Tab");
    EXPECT_STR(ui->prompt.text, "a:"); /* of at, answer, about, ask, a: */
    press("Esc");
    type("step 2");
    type("end");
    press(": Up Up");
    EXPECT_STR(ui->prompt.text, "step 2");
    press("Down Down");
    EXPECT_STR(ui->prompt.text, "");
    press("Esc");
    close_lab();
}

static void test_search_and_marks_come_back_to_a_place(void)
{
    open_lab("labs/fast-retransmit/lab.yaml");
    type("search DUP ack 2");
    EXPECT_EQ(here().frame, 12);
    press("m a Home ' a");
    EXPECT_EQ(here().frame, 12);
    press("' '");
    EXPECT_EQ(ui->moment.record, MOMENT_BEFORE);
    press("Down m d ' b"); /* letters that are keys elsewhere */
    EXPECT_EQ(session_deed_count(session), 0);
    EXPECT(!ui->prompt.open);
    type("search nobody says this");
    EXPECT(ui->message.is_error);
    close_lab();
}

static void test_hiding_leaves_frames_out_of_every_step(void)
{
    open_lab("labs/gateway/lab.yaml");
    type("filter icmp or udp");
    for (int i = 0; i < 3; i++) {
        press("Down");
        struct span bytes = trace_frame_bytes(ui->moment.view->trace, here().frame);
        EXPECT_EQ(bytes.at[23], 17); /* its protocol: UDP, for this lab has no ICMP */
    }
    type("filter not a filter");
    EXPECT(ui->message.is_error);
    press("Esc");
    type("show");
    EXPECT(!hide_anything(&ui->hiding));
    press("Home Down");
    EXPECT_EQ(here().frame, 1);
    close_lab();
}

static void test_frames_pass_through_a_switch_that_is_hidden(void)
{
    struct picture *picture;
    uint32_t sent = 0, arrived = 0, joined = 0;
    char row[2000];

    open_lab("labs/gateway/lab.yaml");
    ui_press(ui, (struct press){ K_RESIZE, 160, 50 });
    type("hide s");
    picture = ui->pictures[SESSION_ORIGINAL];
    for (uint32_t i = 0; i < picture_items(picture); i++) {
        struct record record = trace_read(ui->moment.view->trace, picture_record(picture, i));
        sent += record.kind == RECORD_TX && record.frame <= 2;
        arrived += record.kind == RECORD_RX && record.frame == 2;
        joined += (record.kind == RECORD_TX && record.frame == 6) ||
                  (record.kind == RECORD_RX && record.frame == 7);
        EXPECT(record.kind != RECORD_TX || record.frame != 7); /* goes on from 6 */
    }
    EXPECT_EQ(sent, 2);
    EXPECT_EQ(arrived, 1);
    EXPECT_EQ(joined, 2);
    row_of(SESSION_ORIGINAL, "learns", row, sizeof(row));
    EXPECT_STR(row, ""); /* what it does is hidden with it */
    row_of(SESSION_ORIGINAL, "who-has", row, sizeof(row));
    EXPECT(row[0] != '\0');
    close_lab();
}

static void test_hide_leaves_a_connection_out_and_only_leaves_the_others_out(void)
{
    open_lab("labs/gateway/lab.yaml");
    press("Down Down Down Down Down Down"); /* a datagram */
    uint32_t frame = here().frame;
    const struct trace *trace = ui->moment.view->trace;
    type("only connection");
    EXPECT(!ui->message.is_error);
    EXPECT(hide_shows_frame(&ui->hiding, trace, frame));
    EXPECT(!hide_shows_frame(&ui->hiding, trace, 1)); /* ARP */
    type("hide connection");
    EXPECT(!hide_shows_frame(&ui->hiding, trace, frame));
    EXPECT(hide_shows_frame(&ui->hiding, trace, 1));
    type("show connection");
    EXPECT(!hide_anything(&ui->hiding));
    close_lab();
}

static void test_save_over_a_file_is_refused_without_an_exclamation_mark(void)
{
    char folder[] = "/tmp/rung-save-XXXXXX", line[100], text[20] = "";
    FILE *file;

    open_lab("labs/handshake/lab.yaml");
    if (EXPECT(mkdtemp(folder) != NULL)) {
        snprintf(line, sizeof(line), "%s/lab.yaml", folder);
        file = fopen(line, "w");
        fputs("mine", file);
        fclose(file);
        snprintf(line, sizeof(line), "save %s/lab.yaml", folder);
        type(line);
        EXPECT(says("exists: save!"));
        press("Esc");
        file = fopen(line + 5, "r");
        EXPECT(fgets(text, sizeof(text), file) != NULL);
        fclose(file);
        EXPECT_STR(text, "mine");
        snprintf(line, sizeof(line), "save! %s/lab.yaml", folder);
        type(line);
        EXPECT(says("saved"));
        remove(line + 6);
        remove(folder);
    }
    close_lab();
}

static void test_escape_backs_out_and_never_quits(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Esc Tab \\");
    EXPECT(ui->maximised && ui->focus == 1);
    press("Esc");
    EXPECT(!ui->maximised && ui->focus == 1);
    press("Esc Esc Esc");
    EXPECT(ui->focus == 0 && !ui->quit);
    press("? q");
    EXPECT(!ui->quit);
    press("q");
    EXPECT(ui->quit);
    close_lab();
}

static void test_play_goes_on_by_ticks_until_the_end_or_a_key(void)
{
    open_lab("labs/handshake/lab.yaml");
    EXPECT_EQ(ui_wait(ui), -1);
    press("Space");
    EXPECT(ui->playing && ui_wait(ui) > 0);
    int wait = ui_wait(ui);
    press("+");
    EXPECT(ui_wait(ui) < wait);
    ui_press(ui, (struct press){ K_TICK, 0, 0 });
    EXPECT_EQ(ui->moment.record, 0);
    press("Left");
    EXPECT(!ui->playing);
    press("Space");
    for (int i = 0; i < 100; i++)
        ui_press(ui, (struct press){ K_TICK, 0, 0 });
    EXPECT(!ui->playing);
    EXPECT_EQ(ui->moment.event, session_run(session, SESSION_ORIGINAL)->events);
    close_lab();
}

static void test_what_plays_is_one_word_of_the_log(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Space");
    for (int i = 0; i < 4; i++)
        ui_press(ui, (struct press){ K_TICK, 0, 0 });
    EXPECT_EQ(ui->log_count, 1);
    EXPECT_STR(ui->log[0], "play");
    press("Space Right");
    EXPECT_STR(ui->log[ui->log_count - 1], "step");
    close_lab();
}

static void test_into_from_a_frames_row_shows_how_it_was_built_and_then_goes_on(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Down");
    uint32_t frame = ui->moment.record, event = here().event;
    press("i");
    EXPECT(ui->moment.record < frame);
    EXPECT_EQ(here().event, event);
    EXPECT(strcmp(panes[ui->shown[0]].name, "layers") == 0);
    EXPECT_EQ(ui->focus, 0);
    while (ui->moment.record < frame)
        press("i");
    EXPECT_EQ(ui->moment.record, frame);
    press("i");
    EXPECT_EQ(ui->moment.record, frame + 1);
    close_lab();
}

static void test_redo_brings_the_cursor_back_to_where_it_was_undone(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Down Down d End");
    uint32_t record = ui->moment.record;
    press("z");
    EXPECT(!ui->has_other);
    press("Home Z");
    EXPECT(ui->has_other);
    EXPECT_EQ(ui->moment.record, record);
    EXPECT_EQ(ui->side, SESSION_OTHER);
    close_lab();
}

static void test_a_theme_is_confirmed_or_refused_without_a_change(void)
{
    open_lab("labs/handshake/lab.yaml");
    type("theme light");
    EXPECT(says("the theme is light"));
    ui->colour = false;
    type("theme lihgt");
    EXPECT(ui->message.is_error);
    EXPECT(!ui->colour);
    close_lab();
}

static void test_a_click_puts_the_cursor_on_that_row(void)
{
    open_lab("labs/handshake/lab.yaml");
    press("Esc");
    ui_press(ui, (struct press){ K_CLICK, 30, 7 }); /* below header and names: the SYN */
    EXPECT_EQ(here().kind, RECORD_TX);
    ui_press(ui, (struct press){ K_WHEEL_DOWN, 30, 7 });
    EXPECT_EQ(here().kind, RECORD_RX);
    ui_press(ui, (struct press){ K_CLICK, 30, 18 });
    EXPECT_EQ(ui->focus, 1);
    close_lab();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_steps_walk_all_items_and_back_to_before_the_first),
        TEST(test_end_is_the_last_row_when_all_has_happened),
        TEST(test_what_changes_nothing_is_said_to),
        TEST(test_two_futures_have_one_unit_of_time),
        TEST(test_into_shows_records_that_the_ladder_leaves_out),
        TEST(test_go_finds_time_event_frame_and_state_or_says_why_not),
        TEST(test_drop_opens_another_future_and_undo_closes_it),
        TEST(test_delay_and_corrupt_ask_with_what_is_likely_wanted),
        TEST(test_what_is_offered_or_wrong_is_replaced_by_what_is_typed),
        TEST(test_corrupt_offers_the_field_that_the_packet_pane_has_selected),
        TEST(test_a_wrong_order_can_be_corrected_where_it_is_wrong),
        TEST(test_a_bit_or_field_that_the_frame_has_not_is_refused_at_its_place),
        TEST(test_a_wrong_command_is_refused_at_its_word_without_a_place_in_a_file),
        TEST(test_the_line_is_edited_completed_and_remembered),
        TEST(test_search_and_marks_come_back_to_a_place),
        TEST(test_hiding_leaves_frames_out_of_every_step),
        TEST(test_frames_pass_through_a_switch_that_is_hidden),
        TEST(test_hide_leaves_a_connection_out_and_only_leaves_the_others_out),
        TEST(test_save_over_a_file_is_refused_without_an_exclamation_mark),
        TEST(test_escape_backs_out_and_never_quits),
        TEST(test_play_goes_on_by_ticks_until_the_end_or_a_key),
        TEST(test_what_plays_is_one_word_of_the_log),
        TEST(test_into_from_a_frames_row_shows_how_it_was_built_and_then_goes_on),
        TEST(test_redo_brings_the_cursor_back_to_where_it_was_undone),
        TEST(test_a_theme_is_confirmed_or_refused_without_a_change),
        TEST(test_a_click_puts_the_cursor_on_that_row),
    };

    return run_tests("timeline", tests, ARRAY_LEN(tests));
}
