#include "tools/lib/lab_from.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/capture_file.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"
#include "tools/lib/run_view.h"

/*
 * A lab runs, its frames are a capture, that becomes a lab again: what was in the
 * first must be in the second, where a capture shows it.
 */

#define HOSTS(settings)                                                                            \
    "defaults: { arp: { known: on } }\n"                                                           \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/0, tcp: { isn: 7000, " settings " } }\n"                                  \
    "  b: { ip: 198.51.100.9/0, tcp: { isn: 9000 } }\n"                                            \
    "links:\n"                                                                                     \
    "  wire: { ends: [a, b], delay: 20ms }\n"                                                      \
    "script:\n"                                                                                    \
    "  - { at: 0s, b: listen 80 }\n"                                                               \
    "  - { at: 10ms, a: connect b:80 from 5000 }\n"

static struct capture_file file;
static struct lab_from from;
static char why[LAB_FROM_WHY_SIZE];

/* What node AT sees of the run of TEXT. */
static void capture(const char *text, uint16_t at)
{
    struct run_view view;
    struct lab_run run;

    if (!lab_run_open(&run, text, NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT(run_view_open(&view, run.simulation.world, &run.simulation.trace, "t"));
    EXPECT(capture_file_of_run(&file, &view, at));
    run_view_close(&view);
    lab_run_close(&run);
}

static enum lab_from_status make(const struct capture_talk_choice *choice)
{
    static const struct capture_talk_choice first = { .filter = "" };
    enum lab_from_status status;
    FILE *in = fmemopen(file.bytes, file.len, "rb");

    ASSERT(in != NULL);
    why[0] = '\0';
    status = lab_from_capture(&from, in, "t.pcap", choice != NULL ? choice : &first, why);
    fclose(in);
    return status;
}

/* The lab that the capture made, run once more; its checks must hold. */
static bool rerun(struct lab_run *run)
{
    if (!EXPECT_EQ(make(NULL), LAB_FROM_MADE) || !lab_run_open(run, from.lab, NULL, 0))
        return false;
    simulation_run(&run->simulation, NULL);
    EXPECT(run->lab->check_count > 0);
    EXPECT(simulation_checks_hold(&run->simulation));
    return true;
}

static bool has(const char *text)
{
    bool found = strstr(from.lab, text) != NULL;

    if (!found)
        printf("not in it: %s\n%s\n", text, from.lab);
    return found;
}

static void end(struct lab_run *run)
{
    lab_run_close(run);
    lab_from_free(&from);
}

static void test_hosts_settings_and_delay_are_those_of_the_capture(void)
{
    struct lab_run run;

    capture(HOSTS("mss: 1200, window-scale: 3, sack: off, rcvbuf: 9kB"), 0);
    if (!rerun(&run))
        return;
    EXPECT(has("ip: 10.0.0.1/0"));
    EXPECT(has("ip: 198.51.100.9/0"));
    EXPECT(has("mac: 02:00:00:00:00:01"));
    EXPECT(has("connect server:80 from 5000"));
    EXPECT_EQ(run.lab->links[0].dir[0].delay, 20 * MS + US); /* the client's part is not known */
    EXPECT(has("mss: 1200"));
    EXPECT(has("window-scale: 3"));
    EXPECT(has("sack: off"));
    EXPECT(has("rcvbuf: 9kB"));
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    end(&run);
}

static void test_reply_waits_for_its_request(void)
{
    struct lab_run run;

    capture(HOSTS("nagle: on") "  - { when: a ESTABLISHED, a: send \"GET /\\n\" }\n"
                               "  - { when: b received 6B, after: 30ms, b: send 3000B }\n"
                               "  - { when: a received 3000B, a: close }\n"
                               "  - { when: b CLOSE-WAIT, b: close }\n",
            0);
    if (!rerun(&run))
        return;
    EXPECT(has("client: 'send \"GET /\\n\"'"));
    EXPECT(has("when: server received 6B, after: 30ms, server: send 3kB"));
    EXPECT(has("client: close"));
    EXPECT(has("when: server CLOSE-WAIT"));
    EXPECT(has("server.tcp.delivered == 6"));
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    end(&run);
}

/* The number of frames of the lab's run that its wire lost. */
static uint32_t lost(const struct simulation *s)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < s->trace.records.count; i++)
        count += trace_read(&s->trace, i).kind == RECORD_LOST;
    return count;
}

static void expect_loss(const char *fault, uint16_t at, const char *expected)
{
    char text[3000];
    struct lab_run run;

    snprintf(text, sizeof(text), "%s%s%s",
             HOSTS("mss: 1000") "  - { when: a ESTABLISHED, a: send 9kB }\n"
                                "  - { when: b received 9kB, after: 5ms, a: close }\n"
                                "  - { when: b CLOSE-WAIT, after: 5ms, b: close }\n"
                                "faults:\n  - ",
             fault, "\n");
    capture(text, at);
    if (!rerun(&run))
        return;
    EXPECT_ROW(fault, has(expected));
    EXPECT_ROW(fault, lost(&run.simulation) > 0);
    EXPECT_EQ_ROW(fault, course_permille(&from.likeness), 1000);
    end(&run);
}

static void test_lost_segment_is_a_fault_of_the_lab(void)
{
    static const char *const second = "{ drop: \"tcp[4:4] = 8001\", from: a, nth: 1 }";

    expect_loss(second, 0, "# seq 1001, 1000 bytes: frame 5 is in the capture");
    expect_loss(second, 1, "# seq 1001, 1000 bytes: lost before it was captured");
    expect_loss("{ drop: \"tcp[tcpflags] & tcp-syn != 0\", from: a, nth: [1, 2] }", 0,
                "from: client, nth: [1, 2] }");
    expect_loss("{ drop: \"tcp[tcpflags] & tcp-fin != 0\", from: a, nth: 1 }", 0,
                "tcp-fin != 0\", from: client, nth: 1 }");
}

static void test_without_its_faults_the_lab_loses_nothing(void)
{
    char *faults, *checks;
    struct lab_run run;

    capture(HOSTS("mss: 1000") "  - { when: a ESTABLISHED, a: send 9kB }\n"
                               "faults:\n"
                               "  - { drop: \"tcp[4:4] = 8001\", from: a, nth: 1 }\n",
            0);
    if (!EXPECT_EQ(make(NULL), LAB_FROM_MADE))
        return;
    faults = strstr(from.lab, "\nfaults:");
    checks = strstr(from.lab, "\nchecks:");
    if (EXPECT(faults != NULL && checks != NULL && faults < checks))
        memmove(faults, checks, strlen(checks) + 1);
    if (!lab_run_open(&run, from.lab, NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT_EQ(lost(&run.simulation), 0);
    EXPECT(!simulation_checks_hold(&run.simulation)); /* one segment was to be sent again */
    end(&run);
}

static void test_reset_and_refusal_come_again(void)
{
    struct lab_run run;

    capture(HOSTS("nagle: on") "  - { when: a ESTABLISHED, a: send 5B }\n"
                               "  - { when: b received 5B, b: abort }\n",
            0);
    if (!rerun(&run))
        return;
    EXPECT(has("server: abort"));
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    end(&run);
    capture("defaults: { arp: { known: on } }\n"
            "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
            "links: { wire: { ends: [a, b], delay: 1ms } }\n"
            "script:\n  - { at: 0s, a: connect b:81 }\n",
            0);
    if (!rerun(&run))
        return;
    EXPECT(strstr(from.lab, "listen") == NULL);
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    end(&run);
}

static void test_what_can_become_no_lab_says_why(void)
{
    struct capture_talk_choice choice = { .filter = "", .by_stream = true, .stream = 3 };

    capture(HOSTS("nagle: on") "  - { when: a ESTABLISHED, a: send 5B }\n", 0);
    EXPECT_EQ(make(&choice), LAB_FROM_USAGE);
    EXPECT(strstr(why, "no stream 3") != NULL);
    choice = (struct capture_talk_choice){ .filter = "tcp port" };
    EXPECT_EQ(make(&choice), LAB_FROM_USAGE);
    EXPECT(strstr(why, "the filter \"tcp port\"") != NULL);
    choice = (struct capture_talk_choice){ .filter = "udp" };
    EXPECT_EQ(make(&choice), LAB_FROM_UNFIT);
    EXPECT(strstr(why, "no TCP connection") != NULL);
    EXPECT(strstr(why, "nor a UDP datagram") != NULL);
}

#define UDP_HOSTS                                                                                  \
    "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"                                  \
    "links: { wire: { ends: [a, b], delay: 10ms } }\n"                                             \
    "script:\n  - { at: 0s, b: udp bind 53 }\n  - { at: 0s, a: udp bind 4000 }\n"

/* A question, its answer, the next: without the first question there are no answers. */
static void test_datagrams_become_a_lab_whose_answers_wait_for_their_questions(void)
{
    struct lab_run run;

    capture(UDP_HOSTS "  - { at: 1s, a: udp send b:53 \"who?\" from 4000 }\n"
                      "  - { after: 30ms, b: udp send a:4000 300B from 53 }\n"
                      "  - { after: 5s, a: udp send b:53 \"how?\" from 4000 }\n"
                      "  - { after: 30ms, b: udp send a:4000 2000B from 53 }\n",
            0);
    if (!rerun(&run))
        return;
    EXPECT(from.udp);
    EXPECT(has("udp send server:53 \"who?\" from 4000"));
    EXPECT(has("when: server received 4B, after:"));
    EXPECT(has("client.udp.delivered == 2300"));
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    EXPECT_EQ(from.segments, 4);
    end(&run);
}

static void test_datagrams_for_everybody_become_no_lab(void)
{
    capture(UDP_HOSTS "  - { at: 1s, a: udp send 255.255.255.255:67 300B from 4000 }\n", 0);
    EXPECT_EQ(make(NULL), LAB_FROM_UNFIT);
    EXPECT(strstr(why, "for everybody") != NULL);
}

static void test_connection_that_begins_before_the_capture_gets_a_handshake(void)
{
    const struct capture_talk_choice choice = { .filter = "tcp[tcpflags] & tcp-syn = 0" };
    struct lab_run run;

    capture(HOSTS("nagle: on") "  - { when: a ESTABLISHED, a: send 300B }\n"
                               "  - { when: b received 300B, b: send 5000B }\n"
                               "  - { when: a received 5000B, a: close }\n"
                               "  - { when: b CLOSE-WAIT, b: close }\n",
            0);
    if (!EXPECT_EQ(make(&choice), LAB_FROM_MADE) || !lab_run_open(&run, from.lab, NULL, 0))
        return;
    simulation_run(&run.simulation, NULL);
    EXPECT(simulation_checks_hold(&run.simulation));
    EXPECT(has("joined within the connection"));
    EXPECT(has("window scale unknown, taken as none"));
    EXPECT(has("# not in the capture: inferred"));
    EXPECT(has("The capture began within the connection, here at 1s"));
    EXPECT(has("client.tcp.state == TIME-WAIT"));
    EXPECT(strstr(from.assumed, "window scale unknown, taken as none\n") == from.assumed);
    EXPECT_EQ(course_permille(&from.likeness), 1000);
    end(&run);
}

static void test_cut_capture_gives_a_lab_and_its_trouble(void)
{
    capture(HOSTS("nagle: on") "  - { when: a ESTABLISHED, a: send 500B }\n", 0);
    file.len -= 10;
    if (!EXPECT_EQ(make(NULL), LAB_FROM_MADE))
        return;
    EXPECT(from.trouble[0] != '\0');
    EXPECT(has("could not be read to its end"));
    lab_from_free(&from);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_hosts_settings_and_delay_are_those_of_the_capture),
        TEST(test_reply_waits_for_its_request),
        TEST(test_lost_segment_is_a_fault_of_the_lab),
        TEST(test_without_its_faults_the_lab_loses_nothing),
        TEST(test_reset_and_refusal_come_again),
        TEST(test_what_can_become_no_lab_says_why),
        TEST(test_datagrams_become_a_lab_whose_answers_wait_for_their_questions),
        TEST(test_datagrams_for_everybody_become_no_lab),
        TEST(test_connection_that_begins_before_the_capture_gets_a_handshake),
        TEST(test_cut_capture_gives_a_lab_and_its_trouble),
    };

    return run_tests("lab_from", tests, ARRAY_LEN(tests));
}
