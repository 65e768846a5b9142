/* tools/lib/capture_thread.h: what belongs to what. */
#include "tools/lib/capture_thread.h"

#include <stdio.h>
#include <string.h>

#include "layers/wire/arp_message.h"
#include "layers/wire/bytes.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"

static const struct made_ends back = { .from = 0x0a000002, .to = 0x0a000001 };

struct story {
    struct capture_threads *threads;
    uint64_t number;
};

/* Takes M as the next frame; what is said of it. */
static const char *take(struct story *story, const struct made *m)
{
    static char out[THREAD_LINE_SIZE];
    struct capture_thread thread;
    struct dissection d;

    dissect(&d, made_span(m), m->len, LAYER_ETHERNET);
    capture_threads_take(story->threads, &d, ++story->number, &thread);
    capture_thread_format(&thread, false, out, sizeof(out));
    return out;
}

static struct story begin(void)
{
    struct story story = { capture_threads_open(), 0 };

    EXPECT(story.threads != NULL);
    return story;
}

static void arp(struct made *m, uint16_t opcode, ipv4 sender, ipv4 target)
{
    struct arp_message message = { opcode, { { 2 } }, sender, MAC_NONE, target };
    uint8_t bytes[ARP_MESSAGE_LEN];

    m->len = 0;
    made_put(m, bytes, arp_message_emit(&message, bytes));
    made_ethernet(m, ETHERTYPE_ARP);
}

static void test_arp_reply_answers_and_an_unanswered_request_is_repeated(void)
{
    struct story story = begin();
    struct made m;

    arp(&m, ARP_REQUEST, 1, 2);
    EXPECT_STR(take(&story, &m), "");
    EXPECT_STR(take(&story, &m), " (repeats #1)");
    arp(&m, ARP_REPLY, 2, 1);
    EXPECT_STR(take(&story, &m), " (answers #1)");
    arp(&m, ARP_REPLY, 3, 1); /* nobody asked */
    EXPECT_STR(take(&story, &m), "");
    arp(&m, ARP_REQUEST, 1, 2); /* anew, not again */
    EXPECT_STR(take(&story, &m), "");
    arp(&m, ARP_REQUEST, 2, 2); /* an announcement asks nobody */
    EXPECT_STR(take(&story, &m), "");
    capture_threads_close(story.threads);
}

static void dns(struct made *m, unsigned id, bool answers, const struct made_ends *ends)
{
    m->len = 0;
    made_u16(m, id);
    made_u16(m, answers ? 0x8180 : 0x100);
    made_u16(m, 1);
    made_put(m, "\0\0\0\0\0\0", 6);
    made_name(m, "a.example");
    made_put(m, "\0\1\0\1", 4);
    made_udp(m, answers ? 53 : 49152, answers ? 49152 : 53, ends);
    made_ip(m, IP_PROTOCOL_UDP, ends);
    made_ethernet(m, ETHERTYPE_IPV4);
}

static void test_dns_answer_is_told_by_its_id(void)
{
    struct story story = begin();
    struct made m;

    dns(&m, 7, false, &made_v4);
    EXPECT_STR(take(&story, &m), "");
    dns(&m, 8, false, &made_v4);
    EXPECT_STR(take(&story, &m), "");
    dns(&m, 7, true, &back);
    EXPECT_STR(take(&story, &m), " (answers #1)");
    dns(&m, 9, true, &back);
    EXPECT_STR(take(&story, &m), "");
    capture_threads_close(story.threads);
}

static void echo(struct made *m, uint8_t type, const struct made_ends *ends)
{
    const uint8_t head[ICMP_HEADER_LEN] = { type, 0, 0, 0, 0, 7, 0, 3 };

    m->len = 0;
    made_put(m, head, sizeof(head));
    made_ip(m, IP_PROTOCOL_ICMP, ends);
}

static void test_echo_and_error_are_told_by_what_they_are_about(void)
{
    struct story story = begin();
    struct made request, m;

    echo(&request, ICMP_ECHO_REQUEST, &made_v4);
    m = request;
    made_ethernet(&m, ETHERTYPE_IPV4);
    EXPECT_STR(take(&story, &m), "");
    echo(&m, ICMP_ECHO_REPLY, &back);
    made_ethernet(&m, ETHERTYPE_IPV4);
    EXPECT_STR(take(&story, &m), " (answers #1)");
    m = request; /* quoted by a router, after it has taken from the time to live */
    m.bytes[8]--;
    made_front(&m, "\x0b\0\0\0\0\0\0\0", 8);
    made_ip(&m, IP_PROTOCOL_ICMP, &back);
    made_ethernet(&m, ETHERTYPE_IPV4);
    EXPECT_STR(take(&story, &m), " (about #1)");
    capture_threads_close(story.threads);
}

/* A piece of 16 bytes of a datagram of UDP. */
static void piece(struct made *m, unsigned offset, bool more)
{
    struct ipv4_header h = { .total_length = IPV4_HEADER_MIN + 16,
                             .identification = 9,
                             .more_fragments = more,
                             .fragment_offset = (uint16_t)offset,
                             .ttl = 64,
                             .protocol = IP_PROTOCOL_UDP,
                             .source = 1,
                             .destination = 2 };
    static const uint8_t udp[16] = { 0xc0, 0, 0, 9, 0, 48 };
    uint8_t bytes[IPV4_HEADER_MIN];

    m->len = 0;
    made_put(m, bytes, ipv4_header_emit(&h, bytes));
    made_put(m, udp, sizeof(udp));
    made_ethernet(m, ETHERTYPE_IPV4);
}

static void test_fragments_belong_to_the_first_and_the_last_one_missing_completes(void)
{
    struct story story = begin();
    struct made m;

    piece(&m, 0, true);
    EXPECT_STR(take(&story, &m), "");
    piece(&m, 32, false);
    EXPECT_STR(take(&story, &m), " (belongs to #1)");
    EXPECT_STR(take(&story, &m), " (belongs to #1)"); /* twice the same is no more */
    piece(&m, 16, true);
    EXPECT_STR(take(&story, &m), " (completes #1: UDP 49152>9 40B)");
    piece(&m, 0, true); /* the identification once more, for another */
    EXPECT_STR(take(&story, &m), "");
    capture_threads_close(story.threads);
}

static void test_brief_form_is_the_number_alone(void)
{
    struct capture_thread thread = { .kind = THREAD_WHOLE, .frame = 12, .words = "x" };
    char out[THREAD_LINE_SIZE];

    capture_thread_format(&thread, true, out, sizeof(out));
    EXPECT_STR(out, " (#12)");
    thread.kind = THREAD_NONE;
    capture_thread_format(&thread, true, out, sizeof(out));
    EXPECT_STR(out, "");
}

/* What is remembered is of one size: old questions go. */
static void test_questions_without_end_are_forgotten(void)
{
    struct story story = begin();
    struct made m;
    unsigned found = 0;

    for (unsigned i = 0; i < 20000; i++) {
        arp(&m, ARP_REQUEST, 1, 1000 + i);
        take(&story, &m);
    }
    for (unsigned i = 0; i < 20000; i++) {
        arp(&m, ARP_REPLY, 1000 + i, 1);
        found += take(&story, &m)[0] != '\0';
    }
    EXPECT(found > 1000 && found < 10000);
    capture_threads_close(story.threads);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_arp_reply_answers_and_an_unanswered_request_is_repeated),
        TEST(test_dns_answer_is_told_by_its_id),
        TEST(test_echo_and_error_are_told_by_what_they_are_about),
        TEST(test_fragments_belong_to_the_first_and_the_last_one_missing_completes),
        TEST(test_brief_form_is_the_number_alone),
        TEST(test_questions_without_end_are_forgotten),
    };

    return run_tests("capture_thread", tests, ARRAY_LEN(tests));
}
