#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

#include "layers/wire/tcp_option.h"
#include "tools/lib/tcp_infer.h"

/* Segments between end 0, whose numbers begin at 100, and end 1, at 500; and
 * the arrows that they imply: "0: CLOSED>SYN-SENT". */
struct talk {
    struct tcp_inference c;
    char arrows[1024];
    vtime now;
};

static void note_arrow(void *context, int side, const struct tcp_arrow *arrow)
{
    struct talk *talk = context;
    size_t used = strlen(talk->arrows);

    snprintf(talk->arrows + used, sizeof(talk->arrows) - used, "%s%d:%s", used > 0 ? " " : "", side,
             state_name(arrow->to));
}

static void begin(struct talk *talk)
{
    memset(talk, 0, sizeof(*talk));
    tcp_infer_begin(&talk->c);
}

/* The arrows that this one segment implied. */
static const char *say(struct talk *talk, int side, unsigned flags, uint32_t seq, uint32_t ack,
                       uint32_t len)
{
    struct tcp_header h = {
        .sequence = seq, .acknowledgment = ack, .flags = (uint8_t)flags, .window = 1000
    };
    struct tcp_infer_sink sink = { note_arrow, talk };

    talk->arrows[0] = '\0';
    talk->now += MS;
    tcp_infer_sent(&talk->c, side, &h, len, talk->now, &sink);
    tcp_infer_arrives(&talk->c, side, &h, talk->now, &sink);
    return talk->arrows;
}

static void shake_hands(struct talk *talk)
{
    begin(talk);
    EXPECT_STR(say(talk, 0, TCP_SYN, 100, 0, 0), "0:SYN-SENT");
    EXPECT_STR(say(talk, 1, TCP_SYN | TCP_ACK, 500, 101, 0), "1:LISTEN 1:SYN-RECEIVED");
    EXPECT_STR(say(talk, 0, TCP_ACK, 101, 501, 0), "0:ESTABLISHED 1:ESTABLISHED");
}

static void test_handshake_and_teardown_walk_both_machines(void)
{
    struct talk talk;

    shake_hands(&talk);
    EXPECT_STR(say(&talk, 0, TCP_ACK | TCP_FIN, 101, 501, 0), "0:FIN-WAIT-1");
    EXPECT_STR(say(&talk, 1, TCP_ACK, 501, 102, 0), "1:CLOSE-WAIT 0:FIN-WAIT-2");
    EXPECT_STR(say(&talk, 1, TCP_ACK | TCP_FIN, 501, 102, 0), "1:LAST-ACK");
    EXPECT_STR(say(&talk, 0, TCP_ACK, 102, 502, 0), "0:TIME-WAIT 1:CLOSED");
}

static void test_fin_that_acknowledges_fin_closes_in_three_segments(void)
{
    struct talk talk;

    shake_hands(&talk);
    say(&talk, 0, TCP_ACK | TCP_FIN, 101, 501, 0);
    EXPECT_STR(say(&talk, 1, TCP_ACK | TCP_FIN, 501, 102, 0),
               "1:CLOSE-WAIT 1:LAST-ACK 0:FIN-WAIT-2");
    EXPECT_STR(say(&talk, 0, TCP_ACK, 102, 502, 0), "0:TIME-WAIT 1:CLOSED");
}

static void test_fins_that_cross_make_both_ends_closing(void)
{
    struct talk talk;

    shake_hands(&talk);
    EXPECT_STR(say(&talk, 0, TCP_ACK | TCP_FIN, 101, 501, 0), "0:FIN-WAIT-1");
    EXPECT_STR(say(&talk, 1, TCP_ACK | TCP_FIN, 501, 101, 0), "1:FIN-WAIT-1");
    EXPECT_STR(say(&talk, 0, TCP_ACK, 102, 502, 0), "0:CLOSING 1:CLOSING 1:TIME-WAIT");
    EXPECT_STR(say(&talk, 1, TCP_ACK, 502, 102, 0), "0:TIME-WAIT");
}

static void test_syns_that_cross_open_by_syn_received(void)
{
    struct talk talk;

    begin(&talk);
    EXPECT_STR(say(&talk, 0, TCP_SYN, 100, 0, 0), "0:SYN-SENT");
    EXPECT_STR(say(&talk, 1, TCP_SYN, 500, 0, 0), "1:SYN-SENT");
    EXPECT_STR(say(&talk, 0, TCP_SYN | TCP_ACK, 100, 501, 0), "0:SYN-RECEIVED");
    EXPECT_STR(say(&talk, 1, TCP_SYN | TCP_ACK, 500, 101, 0), "1:SYN-RECEIVED 0:ESTABLISHED");
}

static void test_reset_counts_only_with_the_right_number(void)
{
    struct talk talk;

    begin(&talk);
    say(&talk, 0, TCP_SYN, 100, 0, 0);
    EXPECT_STR(say(&talk, 1, TCP_RST | TCP_ACK, 0, 77, 0), "");
    EXPECT_STR(say(&talk, 1, TCP_RST | TCP_ACK, 0, 101, 0), "0:CLOSED");
    shake_hands(&talk);
    EXPECT_STR(say(&talk, 1, TCP_RST, 700, 0, 0), "");
    EXPECT_STR(say(&talk, 1, TCP_RST, 501, 0, 0), "1:CLOSED 0:CLOSED");
}

static void test_reset_of_passive_open_goes_back_to_listen(void)
{
    struct talk talk;

    begin(&talk);
    say(&talk, 0, TCP_SYN, 100, 0, 0);
    say(&talk, 1, TCP_SYN | TCP_ACK, 500, 101, 0);
    EXPECT_STR(say(&talk, 0, TCP_RST, 101, 0, 0), "0:CLOSED 1:LISTEN");
}

static void test_middle_of_a_connection_is_established_by_no_arrow(void)
{
    struct talk talk;

    begin(&talk);
    EXPECT_STR(say(&talk, 0, TCP_ACK, 300, 900, 10), "");
    EXPECT_EQ(talk.c.end[0].state, STATE_TCP_ESTABLISHED);
    EXPECT_EQ(talk.c.end[1].state, STATE_TCP_ESTABLISHED);
    EXPECT(talk.c.end[0].middle && talk.c.end[1].middle);
    EXPECT_STR(say(&talk, 1, TCP_ACK | TCP_FIN, 900, 310, 0), "1:FIN-WAIT-1");
    EXPECT_EQ(tcp_infer_flight(&talk.c.end[0]), 0);
}

static void test_lone_reset_moves_nobody(void)
{
    struct talk talk;

    begin(&talk);
    EXPECT_STR(say(&talk, 0, TCP_RST, 300, 0, 0), "");
    EXPECT_EQ(talk.c.end[0].state, STATE_TCP_CLOSED);
    EXPECT_EQ(talk.c.end[1].state, STATE_TCP_CLOSED);
}

static void test_numbers_flight_and_rtt_follow_the_segments(void)
{
    struct talk talk;
    const struct tcp_inferred *end = talk.c.end;

    shake_hands(&talk);
    EXPECT_EQ(end[0].iss, 100);
    EXPECT_EQ(end[1].iss, 500);
    say(&talk, 0, TCP_ACK, 101, 501, 300);
    say(&talk, 0, TCP_ACK, 401, 501, 300);
    EXPECT_EQ(tcp_infer_flight(&end[0]), 600);
    say(&talk, 1, TCP_ACK, 501, 401, 0);
    EXPECT_EQ(tcp_infer_flight(&end[0]), 300);
    EXPECT_EQ(end[0].rtt, 2 * MS);
    EXPECT_EQ(end[1].rcv_nxt, 401);
    /* Whose ACK would it be, now that it was sent twice? */
    say(&talk, 0, TCP_ACK, 401, 501, 300);
    say(&talk, 0, TCP_ACK, 401, 501, 300);
    say(&talk, 1, TCP_ACK, 501, 701, 0);
    EXPECT_EQ(end[0].rtt, 2 * MS);
    EXPECT_EQ(tcp_infer_flight(&end[0]), 0);
}

static void test_window_is_scaled_if_both_syns_offer_it(void)
{
    static const uint8_t options[] = { TCP_OPTION_WINDOW_SCALE, 3, 4, TCP_OPTION_NOP };
    struct tcp_header h = {
        .flags = TCP_SYN, .sequence = 100, .window = 1000, .options = { options, sizeof(options) }
    };
    struct talk talk;

    begin(&talk);
    tcp_infer_sent(&talk.c, 0, &h, 0, 0, NULL);
    EXPECT_EQ(talk.c.end[0].window, 1000);
    h.flags = TCP_SYN | TCP_ACK;
    h.acknowledgment = 101;
    tcp_infer_sent(&talk.c, 1, &h, 0, 0, NULL);
    say(&talk, 0, TCP_ACK, 101, 101, 0);
    EXPECT_EQ(talk.c.end[0].window, 16000);
}

static void test_syn_with_another_number_opens_another_connection(void)
{
    struct tcp_header h = { .flags = TCP_SYN, .sequence = 100 };
    struct talk talk;

    begin(&talk);
    EXPECT(!tcp_infer_is_new(&talk.c, 0, &h));
    shake_hands(&talk);
    EXPECT(!tcp_infer_is_new(&talk.c, 0, &h)); /* sent again */
    h.sequence = 90000;
    EXPECT(tcp_infer_is_new(&talk.c, 0, &h));
    h.flags = TCP_SYN | TCP_ACK;
    EXPECT(!tcp_infer_is_new(&talk.c, 0, &h));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_handshake_and_teardown_walk_both_machines),
        TEST(test_fin_that_acknowledges_fin_closes_in_three_segments),
        TEST(test_fins_that_cross_make_both_ends_closing),
        TEST(test_syns_that_cross_open_by_syn_received),
        TEST(test_reset_counts_only_with_the_right_number),
        TEST(test_reset_of_passive_open_goes_back_to_listen),
        TEST(test_middle_of_a_connection_is_established_by_no_arrow),
        TEST(test_lone_reset_moves_nobody),
        TEST(test_numbers_flight_and_rtt_follow_the_segments),
        TEST(test_window_is_scaled_if_both_syns_offer_it),
        TEST(test_syn_with_another_number_opens_another_connection),
    };

    return run_tests("tcp_infer", tests, ARRAY_LEN(tests));
}
