/* The narration of runs that are out of the ordinary; symbols spelt out. */
#include "tools/lib/narrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/fake_run.h"
#include "tests/support/lab_file.h"
#include "tests/support/suite.h"

#define PAIR                                                                                       \
    "title: t\n"                                                                                   \
    "defaults: { arp: { known: on }, tcp: { mss: 1000, sack: off, window-scale: off } }\n"         \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"

static void test_facts_are_spelt_out_for_speech(void)
{
    static const char *const rows[][2] = {
        { "SYN seq=0 win=65535 mss=1000", "SYN, seq 0, window 65535, mss 1000" },
        { "ACK seq=1 ack=1001 dup ACK 2", "ACK, seq 1, ack 1001, dup ACK 2" },
        { "ACK seq=-9 len=1", "ACK, seq minus 9, length 1" },
        { "ACK ack=1 sack=1-2,3-4 ws=7", "ACK, ack 1, sack 1 to 2 and 3 to 4, window scale 7" },
        { "49152>80 SYN seq=0", "port 49152 to 80, SYN, seq 0" },
        { "80>client:49152", "port 80 to client port 49152" },
        { "UDP 5000 > 9 len=3", "UDP 5000 to 9, length 3" },
        { "ARP who-has 10.0.0.2 tell 10.0.0.1", "ARP who-has 10.0.0.2 tell 10.0.0.1" },
        { "", "" },
        { "  = > ", "  = to" },
    };
    char spoken[200], little[8];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        narrate_speak(rows[i][0], spoken, sizeof(spoken));
        EXPECT_STR_ROW(rows[i][0], spoken, rows[i][1]);
    }
    narrate_speak(rows[0][0], little, sizeof(little));
    EXPECT_STR(little, "SYN, se");
}

static char *story(const char *lab, unsigned *lines)
{
    struct narrate_options options = { 0 };
    struct lab_file file;
    char *text = NULL;
    size_t len;
    FILE *out;

    *lines = 0;
    if (!lab_file_open_text(&file, lab))
        return calloc(1, 1);
    out = open_memstream(&text, &len);
    EXPECT(narrate(&file.view, &options, out));
    fclose(out);
    for (size_t i = 0; i < len; i++)
        *lines += text[i] == '\n';
    lab_file_close(&file);
    return text;
}

static void expect_told(const char *lab, const char *const *wanted, size_t count)
{
    unsigned lines;
    char *text = story(lab, &lines);

    for (size_t i = 0; i < count; i++)
        EXPECT_ROW(wanted[i], strstr(text, wanted[i]) != NULL);
    free(text);
}

static void test_wire_that_is_cut_tells_what_was_on_it_and_before_it(void)
{
    static const char lab[] = PAIR "links: { wire: { ends: [a, b], delay: 10ms } }\n"
                                   "until: 300ms\n"
                                   "script:\n"
                                   "  - { at: 0s, b: listen 80 }\n"
                                   "  - { at: 10ms, a: connect b:80 }\n"
                                   "  - { at: 60ms, a: send 1kB }\n"
                                   "  - { at: 65ms, wire: down }\n"
                                   "  - { at: 70ms, a: send 1kB }\n";
    static const char *const wanted[] = {
        "60 ms: a sends PSH ACK, seq 1, ack 1, length 1000, to b (frame 4).\n",
        "65 ms: The link wire is told: down.\n",
        "65 ms: a sees the link wire go from LINK-UP to LINK-DOWN.\n",
        "65 ms: b sees the link wire go from LINK-UP to LINK-DOWN.\n",
        "70 ms: a cannot put a frame on the link wire, so it is lost: the wire is down: PSH ACK, "
        "seq 1001, ack 1, length 1000",
        "70 ms: Frame 4 is lost on its way: the wire went down while the frame was on it.\n",
    };

    expect_told(lab, wanted, ARRAY_LEN(wanted));
}

static void test_end_while_a_frame_flies_says_so(void)
{
    static const char lab[] =
        PAIR "links: { wire: { ends: [a, b], delay: 10s, duplicate: 100% } }\n"
             "until: 25s\n"
             "script:\n"
             "  - { at: 0s, a: udp send b:9 3B }\n"
             "  - { at: 20s, a: udp send b:9 3B }\n";
    static const char *const wanted[] = {
        "to b (frame 1). The wire delivers the frame twice. It arrives 2 times, at 10 s.\n",
        "0 s: Nothing happens for 10 s; 2 frames are on their way.\n",
        "10 s: Nothing happens for 10 s; 4 frames are on their way.\n",
        "It is still on its way when the run ends.\n",
        "Still on their way: 2.\n",
    };

    expect_told(lab, wanted, ARRAY_LEN(wanted));
}

static void test_connections_are_named_where_there_are_several(void)
{
    static const char lab[] = PAIR "links: { wire: { ends: [a, b], delay: 1ms } }\n"
                                   "script:\n"
                                   "  - { at: 0s, b: listen 80 }\n"
                                   "  - { at: 10ms, a: connect b:80 from 5000 }\n"
                                   "  - { at: 20ms, a: connect b:80 from 5001 }\n"
                                   "  - { at: 30ms, a: on 5001 send 10B }\n"
                                   "  - { at: 40ms, a: on 5000 abort }\n";
    static const char *const wanted[] = {
        "a sends SYN, seq 0, window 65535, mss 1000, port 5000 to 80, to b (frame 1). It arrives",
        "a (port 5000 to 80) goes from CLOSED to SYN-SENT: ",
        "b (port 80 to 5001) reads 10 bytes",
        "The connection of a, port 5000 to 80, has sent 0 bytes, with 0 retransmissions, and ends "
        "in the state CLOSED.",
        "The connection of a, port 5001 to 80, has sent 10 bytes, with 0 retransmissions, and "
        "ends in the state ESTABLISHED.",
    };

    expect_told(lab, wanted, ARRAY_LEN(wanted));
}

static void test_words_of_others_reach_no_terminal_unfiltered(void)
{
    struct narrate_options options = { 0 };
    struct fake_run run;
    char *text = NULL;
    size_t len;
    FILE *out;

    fake_run_open(&run, "x\033[31m");
    fake_run_node(&run, "a", 1);
    out = open_memstream(&text, &len);
    EXPECT(narrate(&run.view, &options, out));
    fclose(out);
    EXPECT(strncmp(text, "x?[31m\n", 7) == 0);
    EXPECT(strchr(text, '\033') == NULL);
    fake_run_close(&run);
    free(text);
}

static void test_run_in_which_nothing_happens_has_places_and_end(void)
{
    static const char lab[] = PAIR "links: { wire: { ends: [a, b] } }\n"
                                   "script: []\n";
    unsigned lines;
    char *text = story(lab, &lines);

    EXPECT_EQ(lines, 5);
    EXPECT(strstr(text, "The run ends at 0 s, after 0 frames and 0 losses.\n") != NULL);
    free(text);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_facts_are_spelt_out_for_speech),
        TEST(test_wire_that_is_cut_tells_what_was_on_it_and_before_it),
        TEST(test_end_while_a_frame_flies_says_so),
        TEST(test_connections_are_named_where_there_are_several),
        TEST(test_words_of_others_reach_no_terminal_unfiltered),
        TEST(test_run_in_which_nothing_happens_has_places_and_end),
    };

    return run_tests("narrate", tests, ARRAY_LEN(tests));
}
