/*
 * The programs that TCP's commands start: what they send, read and tell.
 */
#include <string.h>

#include "layers/app/tcp_server.h"
#include "layers/host.h"
#include "tests/support/command_net.h"
#include "tests/support/suite.h"

static struct net net;
static struct net_pair pair;

static bool at_a(const char *text)
{
    return net_tell(&net, pair.a, text);
}

static bool at_b(const char *text)
{
    return net_tell(&net, pair.b, text);
}

/* Two hosts; b has been told LISTEN. */
static void begin(const char *listen)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    EXPECT_ROW(listen, at_b(listen));
}

/* And a is connected to it. */
static void begin_connected(const char *listen, const char *connect)
{
    begin(listen);
    EXPECT_ROW(connect, at_a(connect));
    net_run_for(&net, 100 * MS);
}

/* Sum of a in HOST's records of WHAT. */
static int64_t sum(struct host *host, uint16_t what)
{
    int64_t total = 0;

    for (uint32_t i = 0; i < net.trace.records.at; i++) {
        const struct record *record = trace_record(&net.trace, i);

        if (record->kind == RECORD_APP && record->what == what && record->node == host->node.id)
            total += record->a;
    }
    return total;
}

static int64_t packed(const char *text)
{
    return rule_text((struct span){ (const uint8_t *)text, strlen(text) });
}

static unsigned frames_of(const struct host *host)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < net.trace.records.at; i++)
        count += trace_record(&net.trace, i)->kind == RECORD_TX &&
                 trace_record(&net.trace, i)->node == host->node.id;
    return count;
}

/* ---- Opening ---- */

static void test_both_ends_are_told_of_the_connection(void)
{
    begin_connected("listen 80", "connect b:80 from 5000");
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_LISTENS)->a, 80);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_TCP_ESTABLISHED)->a, net_ip("10.0.0.2"));
    EXPECT_EQ(net_last_told(&net, pair.a, APP_TCP_ESTABLISHED)->b, 80);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_ACCEPTED)->b, 5000);
    net_close(&net);
}

static void test_connect_to_a_closed_port_is_refused(void)
{
    begin("listen 80");
    EXPECT(at_a("connect b:81"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_NOT_CONNECTED), 1);
    EXPECT(!at_a("send 1B"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_NOTHING_CONNECTED);
    net_close(&net);
}

static void test_what_cannot_be_opened_says_why(void)
{
    begin("listen 80");
    EXPECT(!at_b("listen 80"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_TCP_PORT_TAKEN);
    EXPECT(!at_a("connect 255.255.255.255:80"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_CANNOT_CONNECT);
    EXPECT(!at_a("accept"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_NOT_LISTENING);
    EXPECT(!at_a("on 99 close"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_NO_CONNECTION);
    net_close(&net);
}

static void test_host_that_is_full_says_so(void)
{
    struct tcp_endpoint any = { 0, 0 };

    begin("listen 80");
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX && tcp_open(pair.a, any, NULL, NULL) != NULL;)
        i++;
    EXPECT(!at_a("connect b:80"));
    EXPECT(!at_a("listen 80"));
    EXPECT_RULE_COUNT(&net, &pair.a->node, RULE_APP_TCP_FULL, 2);
    net_close(&net);
}

static void test_server_as_none_accepts_when_it_is_told(void)
{
    begin_connected("listen 80 as none", "connect b:80");
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_ACCEPTED), 0);
    EXPECT(at_b("accept"));
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_ACCEPTED), 1);
    EXPECT(at_b("accept")); /* the next that comes */
    EXPECT(at_a("connect b:80"));
    EXPECT(at_a("connect b:80"));
    net_run_for(&net, 100 * MS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_ACCEPTED), 2);
    net_close(&net);
}

static void test_accept_at_a_server_that_takes_all_says_so(void)
{
    begin("listen 80");
    EXPECT(!at_b("accept"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_ACCEPTS_ALL);
    EXPECT(at_a("connect b:80"));
    net_run_for(&net, 100 * MS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_ACCEPTED), 1);
    net_close(&net);
}

static void test_close_on_a_port_without_connection_closes_the_server(void)
{
    begin("listen 80");
    EXPECT(at_b("on 80 close"));
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_NOT_LISTENING), 1);
    EXPECT(at_a("connect b:80"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_NOT_CONNECTED), 1);
    EXPECT(at_b("listen 80"));
    net_close(&net);
}

/* ---- Sending and reading ---- */

static void test_all_bytes_arrive_though_the_buffer_is_smaller(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_a("send 200kB"));
    EXPECT(net_told(&net, pair.a, APP_TCP_SENT_PART) > 0);
    net_run(&net);
    EXPECT_EQ(sum(pair.a, APP_TCP_SENT) + sum(pair.a, APP_TCP_SENT_PART), 200000);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 200000);
    net_close(&net);
}

static void test_sent_before_established_goes_out_later(void)
{
    begin("listen 80");
    EXPECT(at_a("connect b:80"));
    EXPECT(at_a("send \"early\""));
    net_run(&net);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_RECEIVED)->b, packed("early"));
    net_close(&net);
}

static void test_urgent_message_is_told_up_to_its_last_byte(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_b("read off"));
    EXPECT(at_a("send \"stop\" urgent"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_URGENT), 1);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_URGENT)->a, 4);
    EXPECT(at_a("send \"go on\""));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_URGENT), 1);
    net_close(&net);
}

static void test_message_with_more_to_come_goes_with_the_fin(void)
{
    unsigned before;

    begin_connected("listen 80", "connect b:80");
    before = frames_of(pair.a);
    EXPECT(at_a("send \"the end\" more"));
    EXPECT_EQ(frames_of(pair.a), before);
    EXPECT(at_a("close"));
    EXPECT_EQ(frames_of(pair.a), before + 1);
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 7);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_END_OF_STREAM), 1);
    net_close(&net);
}

static void test_messages_go_out_in_time(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_a("send 10B count 3 every 1s"));
    net_run_for(&net, 1500 * MS);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_SENT), 2);
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_SENT), 3);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 30);
    net_close(&net);
}

/* Index of the first record from FROM on of KIND and WHAT at HOST. */
static uint32_t record_of(uint32_t from, const struct host *host, enum record_kind kind,
                          uint16_t what)
{
    for (uint32_t i = from; i < net.trace.records.at; i++) {
        const struct record *record = trace_record(&net.trace, i);

        if (record->kind == kind && record->node == host->node.id &&
            (kind != RECORD_APP || record->what == what))
            return i;
    }
    return UINT32_MAX;
}

static void test_write_is_told_before_what_is_sent_for_it(void)
{
    uint32_t from;

    begin_connected("listen 7 as echo", "connect b:7");
    from = net.trace.records.at;
    EXPECT(at_a("send 10B"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT(record_of(from, pair.a, RECORD_APP, APP_TCP_SENT) <
           record_of(from, pair.a, RECORD_TX, 0));
    EXPECT(record_of(from, pair.b, RECORD_APP, APP_TCP_SENT) <
           record_of(from, pair.b, RECORD_TX, 0));
    net_close(&net);
}

static void test_echo_sends_back_every_byte(void)
{
    begin_connected("listen 7 as echo", "connect b:7");
    EXPECT(at_a("send 150kB"));
    net_run_for(&net, 10 * SECONDS);
    EXPECT(at_a("close"));
    net_run(&net);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 150000);
    EXPECT_EQ(sum(pair.b, APP_TCP_SENT), 150000);
    EXPECT_EQ(sum(pair.a, APP_TCP_RECEIVED), 150000);
    net_close(&net);
}

static void test_echo_comes_back_to_who_still_reads(void)
{
    begin_connected("listen 7 as echo", "connect b:7");
    EXPECT(at_a("send 150kB"));
    EXPECT(at_a("shutdown"));
    net_run(&net);
    EXPECT_EQ(sum(pair.a, APP_TCP_RECEIVED), 150000);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_CLOSED), 1);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_END_OF_STREAM), 1);
    net_close(&net);
}

static void test_two_writes_come_in_one_read(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_b("read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_NOT_READING_TCP);
    EXPECT(at_a("send \"one\""));
    EXPECT(at_a("send \"two\""));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_RECEIVED), 0);
    EXPECT(at_b("read on"));
    EXPECT_EQ(net_last_rule(&net, &pair.b->node, RULE_COMMAND_READING_TCP)->b, 6);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_RECEIVED), 1);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_RECEIVED)->b, packed("onetwo"));
    net_close(&net);
}

/* The buffer's end lies somewhere in what is read, in some of the rounds. */
static void test_each_read_offers_one_window_wherever_the_buffer_ends(void)
{
    static const char *const listen[] = { "listen 80", "listen 80 as messages" };

    for (size_t i = 0; i < ARRAY_LEN(listen); i++) {
        begin(listen[i]);
        EXPECT(at_b("set tcp.rcvbuf 5000B"));
        EXPECT(at_a("connect b:80"));
        net_run_for(&net, 100 * MS);
        EXPECT(at_b("read off"));
        EXPECT(at_a("send 900B count 50 framed"));
        for (unsigned round = 0; round < 9; round++) {
            unsigned before;

            net_run_for(&net, 50 * MS);
            before = frames_of(pair.b);
            EXPECT(at_b("read one"));
            EXPECT_EQ(frames_of(pair.b), before + 1);
        }
        EXPECT(sum(pair.b, APP_TCP_RECEIVED) > 4 * 8192); /* so it was there */
        net_close(&net);
    }
}

static void test_text_of_a_read_is_whole_wherever_the_buffer_ends(void)
{
    begin("listen 80");
    EXPECT(at_b("set tcp.rcvbuf 4000B"));
    EXPECT(at_a("connect b:80"));
    net_run_for(&net, 1 * SECONDS);
    for (unsigned i = 0; i < 300; i++) {
        EXPECT(at_a("send \"not made up, eh\""));
        net_run_for(&net, 1 * SECONDS);
        EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_RECEIVED)->b, packed("not made up, eh"));
        EXPECT(at_a("send 13B"));
        net_run_for(&net, 1 * SECONDS);
        EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_RECEIVED)->b, 0);
    }
    net_close(&net);
}

static void test_lengths_in_front_keep_messages_apart(void)
{
    begin_connected("listen 80 as messages", "connect b:80");
    EXPECT(at_a("send \"three\" count 2 framed"));
    EXPECT(at_a("send 3B framed"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_MESSAGE), 3);
    EXPECT_EQ(sum(pair.b, APP_TCP_MESSAGE), 13);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 25);
    net_close(&net);
}

static void test_newlines_keep_lines_apart(void)
{
    begin_connected("listen 80 as lines", "connect b:80");
    EXPECT(at_a("send \"GET /\\nHost: b\\nrest\""));
    EXPECT(at_a("close"));
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_MESSAGE), 2);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_MESSAGE)->b, packed("Host: b"));
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_MESSAGE_CUT)->a, 4);
    net_close(&net);
}

static void test_each_request_waits_for_its_reply(void)
{
    begin_connected("listen 80 as reply 5kB", "connect b:80");
    EXPECT(at_a("request 100B reply 5kB count 3"));
    EXPECT(!at_a("request 100B reply 5kB"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_STILL_ASKING);
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_REPLIED), 3);
    EXPECT_EQ(sum(pair.a, APP_TCP_SENT), 300);
    EXPECT_EQ(sum(pair.a, APP_TCP_RECEIVED), 15000);
    EXPECT(net_last_told(&net, pair.a, APP_TCP_REPLIED)->b >= 2 * MS);
    EXPECT(at_a("request 1B reply 5kB"));
    net_close(&net);
}

static void test_read_of_a_size_takes_no_more(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(!at_b("read 10B"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_READS_ALL);
    EXPECT(at_b("read off"));
    EXPECT(at_b("read 10B")); /* waits for something to come */
    EXPECT(at_a("send 100B"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 10);
    EXPECT(at_b("read one"));
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 100);
    net_close(&net);
}

/* ---- Whom `read` means ---- */

static void test_read_off_before_there_is_a_connection_holds_for_it(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    EXPECT(at_b("read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_NOT_READING_LATER);
    EXPECT(!at_b("read 5B"));
    EXPECT(at_b("listen 80"));
    EXPECT(at_b("listen 81"));
    EXPECT(at_b("on 81 read on"));
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_READING_LATER);
    EXPECT(at_a("connect b:80 from 5000"));
    EXPECT(at_a("connect b:81 from 5001"));
    net_run_for(&net, 100 * MS);
    EXPECT(at_a("on 5000 send 10B"));
    EXPECT(at_a("on b:81 send 20B"));
    net_run_for(&net, 1 * SECONDS);
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 20);
    EXPECT(at_b("on 5000 read on"));
    EXPECT_EQ(sum(pair.b, APP_TCP_RECEIVED), 30);
    net_close(&net);
}

static void test_read_means_the_newest_of_tcp_and_udp(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_b("udp bind 9"));
    EXPECT(at_b("read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_NOT_READING);
    EXPECT(!at_b("read 4kB"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_READS_MESSAGES);
    EXPECT(at_b("on 80 read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_COMMAND_NOT_READING_TCP);
    EXPECT(at_a("connect b:80"));
    net_run_for(&net, 100 * MS);
    EXPECT(at_b("read off"));
    EXPECT_RULE_COUNT(&net, &pair.b->node, RULE_COMMAND_NOT_READING_TCP, 2);
    EXPECT(!at_b("on 4711 read off"));
    EXPECT_SAW(&net, &pair.b->node, RULE_APP_NO_SOCKET);
    net_close(&net);
}

/* ---- Ending ---- */

static void test_close_waits_until_all_is_written(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_a("send 200kB"));
    EXPECT(at_a("close"));
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_CLOSED), 0);
    EXPECT(!at_a("send 1B"));
    EXPECT_SAW(&net, &pair.a->node, RULE_APP_ENDED_SENDING);
    net_run(&net);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_CLOSED), 1);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_END_OF_STREAM)->a, 200000);
    net_close(&net);
}

static void test_sink_leaves_closing_to_the_script(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_a("shutdown"));
    EXPECT(!at_a("send 1B"));
    net_run_for(&net, 10 * SECONDS);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_END_OF_STREAM), 1);
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_CLOSED), 0);
    EXPECT(at_b("close"));
    net_run(&net);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_TCP_ENDED)->a, RULE_TCP_ENDED_CLOSED);
    net_close(&net);
}

static void test_abort_ends_both_and_tells_what_is_lost(void)
{
    begin_connected("listen 80", "connect b:80");
    EXPECT(at_a("send 10B count 3 every 1s"));
    net_run_for(&net, 500 * MS);
    EXPECT(at_a("abort"));
    net_run(&net);
    EXPECT_EQ(net_last_told(&net, pair.a, APP_TCP_NOT_SENT)->a, 20);
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_ABORTED), 1);
    EXPECT_EQ(net_last_told(&net, pair.b, APP_TCP_ENDED)->a, RULE_TCP_ENDED_RESET);
    net_close(&net);
}

static void test_ss_tells_of_listeners_and_connections(void)
{
    const struct record *record;

    begin_connected("listen 80 backlog 5 as none", "connect b:80");
    EXPECT(at_b("ss"));
    EXPECT_EQ(net_told(&net, pair.b, APP_TCP_STATUS_LISTENER), 1);
    record = net_last_told(&net, pair.b, APP_TCP_STATUS_LISTENER);
    EXPECT_EQ(rule_part(record->a, 1), 1); /* waits to be accepted */
    EXPECT_EQ(rule_part(record->a, 2), 5);
    EXPECT_EQ(rule_part(record->b, 1), 0); /* nobody is half open */
    EXPECT(at_a("send 300B"));
    EXPECT(at_a("ss"));
    record = net_last_told(&net, pair.a, APP_TCP_STATUS);
    EXPECT_EQ(rule_part(record->a, 2), STATE_TCP_ESTABLISHED);
    EXPECT_EQ(record->b, 300);
    net_run_for(&net, 100 * MS);
    EXPECT(at_b("ss"));
    record = net_last_told(&net, pair.b, APP_TCP_STATUS);
    EXPECT_EQ(rule_part(record->a, 1), 300); /* unread */
    net_abandon(&net);
}

static void test_ss_says_so_where_nothing_is_open(void)
{
    net_open(&net, 1);
    pair = net_pair(&net, 1 * MS);
    EXPECT(at_a("ss"));
    EXPECT_EQ(net_told(&net, pair.a, APP_TCP_STATUS_NONE), 1);
    net_close(&net);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_both_ends_are_told_of_the_connection),
        TEST(test_connect_to_a_closed_port_is_refused),
        TEST(test_what_cannot_be_opened_says_why),
        TEST(test_host_that_is_full_says_so),
        TEST(test_server_as_none_accepts_when_it_is_told),
        TEST(test_accept_at_a_server_that_takes_all_says_so),
        TEST(test_close_on_a_port_without_connection_closes_the_server),
        TEST(test_all_bytes_arrive_though_the_buffer_is_smaller),
        TEST(test_sent_before_established_goes_out_later),
        TEST(test_urgent_message_is_told_up_to_its_last_byte),
        TEST(test_message_with_more_to_come_goes_with_the_fin),
        TEST(test_messages_go_out_in_time),
        TEST(test_write_is_told_before_what_is_sent_for_it),
        TEST(test_echo_sends_back_every_byte),
        TEST(test_echo_comes_back_to_who_still_reads),
        TEST(test_two_writes_come_in_one_read),
        TEST(test_each_read_offers_one_window_wherever_the_buffer_ends),
        TEST(test_text_of_a_read_is_whole_wherever_the_buffer_ends),
        TEST(test_lengths_in_front_keep_messages_apart),
        TEST(test_newlines_keep_lines_apart),
        TEST(test_each_request_waits_for_its_reply),
        TEST(test_read_of_a_size_takes_no_more),
        TEST(test_read_off_before_there_is_a_connection_holds_for_it),
        TEST(test_read_means_the_newest_of_tcp_and_udp),
        TEST(test_close_waits_until_all_is_written),
        TEST(test_sink_leaves_closing_to_the_script),
        TEST(test_abort_ends_both_and_tells_what_is_lost),
        TEST(test_ss_tells_of_listeners_and_connections),
        TEST(test_ss_says_so_where_nothing_is_open),
    };

    return run_tests("tcp-app", tests, ARRAY_LEN(tests));
}
