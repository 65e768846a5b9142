#include "tools/lib/capture_rules.h"

#include "tests/unit/fixture_capture.h"

static const uint8_t stamp_options[12] = { 1, 1, 8, 10, 0, 0, 1, 0 };

/* SYN 1000, SYN,ACK 5000, ACK; windows of 1000 bytes, no scale. */
static void open_connection(void)
{
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1000, .window = 1000 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_SYN | TCP_ACK, .seq = 5000, .ack = 1001, .window = 1000 });
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000 });
}

static void test_sound_connection_breaks_nothing(void)
{
    begin_capture();
    open_connection();
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000, .len = 1000 });
    take_tcp(
        (struct wanted){ .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 2001, .window = 0 });
    /* a probe of the closed window, and a FIN each */
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 2001, .ack = 5001, .window = 1000, .len = 1 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 2001, .window = 1000 });
    take_tcp((struct wanted){
        .flags = TCP_FIN | TCP_ACK, .seq = 2001, .ack = 5001, .window = 1000, .len = 1 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_FIN | TCP_ACK, .seq = 5001, .ack = 2003, .window = 1000 });
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 2003, .ack = 5002, .window = 1000 });
    take_tcp((struct wanted){ .from_b = true, .flags = TCP_RST, .seq = 5002 });
    capture_watch_finish(watch);
    EXPECT_EQ(broken_at_all(), 0);
    end_capture();
}

static void test_data_beyond_the_window_is_told_by_how_much(void)
{
    uint32_t count;

    begin_capture();
    open_connection();
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000, .len = 1007 });
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_SEEN_TCP_BEYOND_WINDOW), 1);
    EXPECT_EQ(capture_breaks_of(capture_watch_breaks(watch), 4, &count)->a, 7);
    EXPECT_EQ(count, 1);
    end_capture();
}

static void test_data_beyond_the_window_behind_a_gap_is_not_held_against_anybody(void)
{
    begin_capture();
    open_connection();
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1901, .ack = 5001, .window = 1000, .len = 500 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_BEYOND_WINDOW), 0);
    end_capture();
}

static void test_right_edge_that_moves_back_is_a_shrunk_window(void)
{
    begin_capture();
    open_connection();
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000, .len = 100 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 1051, .window = 1000 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 1101, .window = 940 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_SHRUNK_WINDOW), 1);
    EXPECT_EQ(broken_at_all(), 1);
    end_capture();
}

static void test_resets_are_judged_by_the_receivers_window(void)
{
    static const struct {
        const char *what;
        uint32_t seq;
        rule_id rule;
    } rows[] = {
        { "next", 5001, RULE_NONE },
        { "before", 4990, RULE_SEEN_TCP_RST_OUTSIDE },
        { "far behind", 6001, RULE_SEEN_TCP_RST_OUTSIDE },
        { "inside", 5002, RULE_SEEN_TCP_RST_NOT_EXACT },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin_capture();
        open_connection();
        take_tcp((struct wanted){ .from_b = true, .flags = TCP_RST, .seq = rows[i].seq });
        EXPECT_EQ_ROW(rows[i].what, broken_at_all(), rows[i].rule != RULE_NONE);
        EXPECT_EQ_ROW(rows[i].what, broken(rows[i].rule), rows[i].rule != RULE_NONE);
        end_capture();
    }
}

static void test_reset_of_a_syn_must_acknowledge_it(void)
{
    begin_capture();
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1000, .window = 1000 });
    take_tcp((struct wanted){ .from_b = true, .flags = TCP_RST | TCP_ACK, .ack = 1001 });
    EXPECT_EQ(broken_at_all(), 0);
    end_capture();

    begin_capture();
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1000, .window = 1000 });
    take_tcp((struct wanted){ .from_b = true, .flags = TCP_RST | TCP_ACK, .ack = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_RST_TO_SYN), 1);
    end_capture();
}

static void test_acknowledgements_of_what_nobody_can_have_sent(void)
{
    begin_capture();
    open_connection();
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 2500, .window = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_ACK_BEYOND), 1);
    end_capture();

    /* within the window: it may be that the capture missed it, until it is sent */
    begin_capture();
    open_connection();
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 1501, .window = 1000 });
    EXPECT_EQ(broken_at_all(), 0);
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000, .len = 500 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_ACK_UNSENT), 1);
    end_capture();

    begin_capture();
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1000, .window = 1000 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_SYN | TCP_ACK, .seq = 5000, .ack = 77, .window = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_ACK_OF_SYN), 1);
    end_capture();
}

static void test_syn_with_another_number_breaks_only_an_open_connection(void)
{
    begin_capture();
    open_connection();
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 90000, .window = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_SYN_IN_OPEN), 1);
    end_capture();

    begin_capture();
    open_connection();
    take_tcp((struct wanted){ .flags = TCP_FIN | TCP_ACK, .seq = 1001, .ack = 5001, .window = 9 });
    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 90000, .window = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_SYN_IN_OPEN), 0);
    end_capture();
}

static void test_data_after_the_end_is_told(void)
{
    begin_capture();
    open_connection();
    take_tcp(
        (struct wanted){ .flags = TCP_FIN | TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000 });
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1002, .ack = 5001, .window = 1000, .len = 10 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_AFTER_FIN), 1);
    end_capture();

    begin_capture();
    open_connection();
    take_tcp((struct wanted){ .from_b = true, .flags = TCP_RST, .seq = 5001 });
    take_tcp((struct wanted){
        .from_b = true, .flags = TCP_ACK, .seq = 5001, .ack = 1001, .window = 99, .len = 10 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_AFTER_RST), 1);
    now += 2 * SECONDS;
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1001, .ack = 5001, .window = 1000, .len = 10 });
    take_tcp(
        (struct wanted){ .flags = TCP_ACK, .seq = 1011, .ack = 5001, .window = 1000, .len = 10 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_RST_UNHEARD), 1); /* once */
    end_capture();
}

/* SYN, SYN,ACK with timestamps of 256. */
static void open_with_stamps(void)
{
    const struct span stamps = { stamp_options, sizeof(stamp_options) };

    take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1000, .window = 1000, .options = stamps });
    take_tcp((struct wanted){ .from_b = true,
                              .flags = TCP_SYN | TCP_ACK,
                              .seq = 5000,
                              .ack = 1001,
                              .window = 1000,
                              .options = stamps });
}

static void test_timestamps_must_stay_and_never_go_back(void)
{
    uint8_t earlier[12];

    memcpy(earlier, stamp_options, sizeof(earlier));
    earlier[6] = 0;
    begin_capture();
    open_with_stamps();
    take_tcp((struct wanted){ .flags = TCP_ACK,
                              .seq = 1001,
                              .ack = 5001,
                              .window = 1000,
                              .len = 10,
                              .options = { earlier, sizeof(earlier) } });
    EXPECT_EQ(broken(RULE_SEEN_TCP_STAMP_BACK), 1);
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1011, .ack = 5001, .window = 1000 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_STAMP_MISSING), 1);
    EXPECT_EQ(broken_at_all(), 2);
    end_capture();
}

static void test_header_that_no_tcp_sends_is_named(void)
{
    static const uint8_t mss[4] = { 2, 4, 1, 0 }, bad[4] = { 3, 0, 1, 1 };

    begin_capture();
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1, .window = 9, .reserved = 4 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_RESERVED), 1);
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1, .window = 9, .options = { mss, 4 } });
    EXPECT_EQ(broken(RULE_SEEN_TCP_MSS_LATE), 1);
    take_tcp((struct wanted){ .flags = TCP_ACK, .seq = 1, .window = 9, .options = { bad, 4 } });
    EXPECT_EQ(broken(RULE_TCP_OPTION_BAD_LENGTH), 1);
    take_tcp((struct wanted){ .flags = TCP_SYN | TCP_FIN, .seq = 1, .window = 9, .port = 7 });
    EXPECT_EQ(broken(RULE_SEEN_TCP_SYN_FIN), 1);
    EXPECT_EQ(broken_at_all(), 4);
    end_capture();
}

static void test_half_open_connections_make_a_flood_finished_ones_do_not(void)
{
    begin_capture();
    for (uint16_t port = 2000; port < 2150; port++) {
        take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1, .window = 9, .port = port });
        take_tcp((struct wanted){ .from_b = true,
                                  .flags = TCP_SYN | TCP_ACK,
                                  .seq = 1,
                                  .ack = 2,
                                  .window = 9,
                                  .port = port });
        take_tcp(
            (struct wanted){ .flags = TCP_ACK, .seq = 2, .ack = 2, .window = 9, .port = port });
    }
    EXPECT_EQ(broken_at_all(), 0);
    for (uint16_t port = 3000; port < 3150; port++)
        take_tcp((struct wanted){ .flags = TCP_SYN, .seq = 1, .window = 9, .port = port });
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_SEEN_SYN_FLOOD), 1);
    EXPECT_EQ(capture_watch_breaks(watch)->list[0].a, 150);
    end_capture();
}

/* A SYN to each of COUNT ports. */
static void try_ports(uint16_t count)
{
    for (uint16_t port = 1; port <= count; port++) {
        uint8_t segment[TCP_HEADER_MIN];
        const struct tcp_header h = {
            .source_port = 40000, .destination_port = port, .flags = TCP_SYN, .window = 9
        };

        tcp_header_emit(&h, segment);
        put_be16(segment + TCP_CHECKSUM_AT,
                 tcp_checksum(HOST_A, HOST_B, (struct span){ segment, sizeof(segment) }));
        take_ip(ip_header(IP_PROTOCOL_TCP, HOST_A, HOST_B), segment, sizeof(segment));
    }
}

static void test_many_ports_of_one_host_make_a_scan(void)
{
    begin_capture();
    try_ports(50);
    EXPECT_EQ(broken_at_all(), 0);
    try_ports(500);
    capture_watch_finish(watch);
    EXPECT_EQ(broken(RULE_SEEN_PORT_SCAN), 1);
    EXPECT_EQ(capture_watch_breaks(watch)->list[0].a, 500);
    end_capture();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_sound_connection_breaks_nothing),
        TEST(test_data_beyond_the_window_is_told_by_how_much),
        TEST(test_data_beyond_the_window_behind_a_gap_is_not_held_against_anybody),
        TEST(test_right_edge_that_moves_back_is_a_shrunk_window),
        TEST(test_resets_are_judged_by_the_receivers_window),
        TEST(test_reset_of_a_syn_must_acknowledge_it),
        TEST(test_acknowledgements_of_what_nobody_can_have_sent),
        TEST(test_syn_with_another_number_breaks_only_an_open_connection),
        TEST(test_data_after_the_end_is_told),
        TEST(test_timestamps_must_stay_and_never_go_back),
        TEST(test_header_that_no_tcp_sends_is_named),
        TEST(test_half_open_connections_make_a_flood_finished_ones_do_not),
        TEST(test_many_ports_of_one_host_make_a_scan),
    };
    return run_tests("capture_rules_tcp", tests, ARRAY_LEN(tests));
}
