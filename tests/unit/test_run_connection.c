/*
 * TCP's connections as they are shown: the ladder, the JSON and the tables of
 * one run, searched for what must stand there.
 */
#include "tools/lib/run_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/ladder_text.h"
#include "tests/support/suite.h"
#include "tools/lib/json_trace.h"
#include "tools/lib/ladder.h"
#include "tools/lib/tables.h"

#define NETWORK                                      \
    "title: t\n"                                     \
    "hosts:\n"                                       \
    "  a: { ip: 10.0.0.1/24 }\n"                     \
    "  b: { ip: 10.0.0.2/24 }\n"                     \
    "links:\n"                                       \
    "  wire: { ends: [a, b], delay: 1ms }\n"         \
    "script:\n"                                      \
    "  - { at: 0s, b: listen 80 }\n"                 \
    "  - { at: 10ms, a: connect b:80 from 5000 }\n"  \
    "  - { at: 50ms, a: send \"hello\" }\n"          \
    "  - { at: 90ms, a: shutdown }\n"

static struct lab_run run;
static struct run_view view;

static bool begin(const char *text)
{
    if (!lab_run_open(&run, text, NULL, 0))
        return false;
    simulation_run(&run.simulation, NULL);
    return EXPECT(run_view_open(&view, run.simulation.world, &run.simulation.trace, "t"));
}

static void end(void)
{
    run_view_close(&view);
    lab_run_close(&run);
}

static char *ladder(bool why)
{
    struct ladder_options options = { .width = 80, .ascii = true, .why = why ? LADDER_WHY_ALL : 0 };

    return ladder_text(&view, &options);
}

static void expect_in(char *text, const char *const *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        EXPECT_ROW(wanted[i], strstr(text, wanted[i]) != NULL);
    free(text);
}

static void test_ladder_tells_states_and_what_programs_see(void)
{
    static const char *const wanted[] = {
        "* SYN-SENT", "* ESTABLISHED", "ESTABLISHED *", "* is connected to 10.0.0.2, port 80",
        "accepts 10.0.0.1, port 5000 *", "reads 5 bytes \"hello\" *", "CLOSE-WAIT *",
        "sees the end, after 5 bytes in 1 read *",
    };

    if (begin(NETWORK)) {
        EXPECT(!view.several_connections);
        expect_in(ladder(false), wanted, ARRAY_LEN(wanted));
        end();
    }
}

static void test_ladder_names_each_of_several_connections(void)
{
    static const char *const wanted[] = { "* 5000>80 ESTABLISHED", "* 5001>80 ESTABLISHED",
                                          "80>5001 ESTABLISHED *" };

    if (begin(NETWORK "  - { at: 100ms, a: connect b:80 from 5001 }\n")) {
        EXPECT(view.several_connections);
        expect_in(ladder(false), wanted, ARRAY_LEN(wanted));
        end();
    }
}

static void test_ladder_tells_what_a_command_could_not_do(void)
{
    static const char *const wanted[] = { "o no program here has a TCP connection with port 7" };

    if (begin(NETWORK "  - { at: 100ms, a: on 7 send 5B }\n")) {
        expect_in(ladder(false), wanted, ARRAY_LEN(wanted));
        end();
    }
}

static void test_ladder_of_much_data_leaves_out_each_read(void)
{
    char *text;

    if (begin(NETWORK "  - { at: 60ms, a: send 200B count 60 every 1ms }\n")) {
        EXPECT(view.many_reads);
        text = ladder(false);
        EXPECT(strstr(text, "writes 200 bytes") == NULL);
        EXPECT(strstr(text, "reads 5 bytes \"hello\"") != NULL);
        free(text);
        text = ladder(true);
        EXPECT(strstr(text, "writes 200 bytes") != NULL);
        free(text);
        end();
    }
}

static void test_json_names_the_connection_of_each_record(void)
{
    static const char *const wanted[] = {
        "\"machine\":\"tcp\",\"conn\":\"a:5000-b:80\"",
        "\"app\":\"tcp-accepted\",\"conn\":\"b:80-a:5000\"",
        "\"conn\":\"b:80\"",
        "{\"conn\":\"b:80-a:5000\",\"node\":\"b\",\"state\":\"CLOSE-WAIT\",\"written\":0,"
        "\"delivered\":5,",
        "{\"conn\":\"a:5000-b:80\",\"node\":\"a\",\"state\":\"FIN-WAIT-2\",\"written\":5,",
    };
    char *text = NULL;
    size_t len;
    FILE *out;

    if (!begin(NETWORK))
        return;
    out = open_memstream(&text, &len);
    EXPECT(json_trace_write(&view, out));
    fclose(out);
    expect_in(text, wanted, ARRAY_LEN(wanted));
    end();
}

static char *tables_text(void)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    tables_print(run.simulation.world, out);
    fclose(out);
    return text;
}

static void test_tables_list_sockets_as_ss_does(void)
{
    static const char *const wanted[] = {
        "b: TCP sockets\n  State         Recv-Q  Send-Q  Local",
        "  LISTEN             0     128  *:80                   *:*",
        "  CLOSE-WAIT         0       0  10.0.0.2:80            10.0.0.1:5000",
        "  FIN-WAIT-2         0       0  10.0.0.1:5000          10.0.0.2:80",
        " bytes_received:5", " cwnd:", " rto:",
    };
    if (!begin(NETWORK))
        return;
    expect_in(tables_text(), wanted, ARRAY_LEN(wanted));
    end();
}

static void test_peers_are_named_where_ports_do_not_tell_them_apart(void)
{
    static const char lab[] =
        "title: t\n"
        "defaults: { arp: { known: on } }\n"
        "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 }, c: { ip: 10.0.0.3/24 } }\n"
        "switches: { s: {} }\n"
        "links: { as: { ends: [a, s] }, bs: { ends: [b, s] }, cs: { ends: [c, s] } }\n"
        "script:\n"
        "  - { at: 0s, b: listen 80 }\n"
        "  - { at: 10ms, a: connect b:80 from 5000 }\n"
        "  - { at: 20ms, c: connect b:80 from 5000 }\n";
    static const char *const wanted[] = { "b: 80>a:5000 ESTABLISHED", "b: 80>c:5000 ESTABLISHED",
                                          "a: 5000>b:80 ESTABLISHED", "b: 80 LISTEN" };
    char *text;

    if (!begin(lab))
        return;
    EXPECT(view.shared_ports);
    text = ladder(false);
    expect_in(text, wanted, ARRAY_LEN(wanted));
    end();
}

static void test_tables_tell_what_is_not_open_yet(void)
{
    static const char lab[] = "title: t\n"
                              "defaults: { arp: { known: on } }\n"
                              "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
                              "links: { wire: { ends: [a, b] } }\n"
                              "until: 100ms\n"
                              "script:\n"
                              "  - { at: 0s, b: listen 80 }\n"
                              "  - { at: 10ms, a: connect b:80 from 5000 }\n"
                              "faults: [{ drop: \"tcp\", from: b }]\n";
    static const char *const wanted[] = { "10.0.0.1:5000  (half open)\n",
                                          "\n      rto:1000.000 snd_wnd:0" };
    char *text;

    if (!begin(lab))
        return;
    text = tables_text();
    EXPECT(strstr(text, "waits to be accepted") == NULL);
    expect_in(text, wanted, ARRAY_LEN(wanted));
    end();
}

static void test_names_of_what_is_not_there_are_empty(void)
{
    char name[RUN_CONNECTION_NAME_SIZE];

    if (begin(NETWORK)) {
        EXPECT(!run_connection_name(&view, view.world->nodes[0], 4711, name, sizeof(name)));
        EXPECT_STR(name, "");
        EXPECT(!run_timer_is_of_tcp(TIMER_TCP_SOURCE));
        EXPECT(!run_timer_is_of_tcp(TIMER_ARP_RETRY));
        end();
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_ladder_tells_states_and_what_programs_see),
        TEST(test_ladder_names_each_of_several_connections),
        TEST(test_ladder_tells_what_a_command_could_not_do),
        TEST(test_ladder_of_much_data_leaves_out_each_read),
        TEST(test_json_names_the_connection_of_each_record),
        TEST(test_tables_list_sockets_as_ss_does),
        TEST(test_peers_are_named_where_ports_do_not_tell_them_apart),
        TEST(test_tables_tell_what_is_not_open_yet),
        TEST(test_names_of_what_is_not_there_are_empty),
    };

    return run_tests("run-connection", tests, ARRAY_LEN(tests));
}
