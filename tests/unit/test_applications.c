/* layers/wire/start_line.h and tls_record.h: what a segment says that begins with one. */
#include <stdio.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/item.h"
#include "layers/wire/start_line.h"
#include "layers/wire/summary.h"
#include "layers/wire/tls_record.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"

static const char *line_of(const char *segment)
{
    static char out[SUMMARY_SIZE];
    struct span in = { (const uint8_t *)segment, strlen(segment) };
    struct text t = text_begin(out, sizeof(out));
    struct start_line line;

    if (!start_line_parse(&line, in))
        return "none";
    start_line_put(&t, &line);
    return out;
}

static void test_start_lines_are_read_whatever_the_port(void)
{
    EXPECT_STR(line_of("GET /index.html HTTP/1.1\r\nHost: a\r\n"), "GET /index.html HTTP/1.1");
    EXPECT_STR(line_of("HTTP/1.1 404 Not Found\r\n"), "HTTP/1.1 404 Not Found");
    EXPECT_STR(line_of("HTTP/1.0 200\r\n"), "HTTP/1.0 200");
    EXPECT_STR(line_of("M-SEARCH * HTTP/1.1\n"), "M-SEARCH * HTTP/1.1");
    EXPECT_STR(line_of("SETUP rtsp://a/b RTSP/1.0\r\n"), "SETUP rtsp://a/b RTSP/1.0");
    EXPECT_STR(line_of("GET /a b HTTP/1.1\r\n"), "GET /a b HTTP/1.1");
}

static void test_line_whose_end_is_elsewhere_is_read_as_far_as_it_goes(void)
{
    EXPECT_STR(line_of("GET /a-very-long-targ"), "GET /a-very-long-targ");
    EXPECT_STR(line_of("SEARCH /\x1b[2J\x90\x90"), "SEARCH /?[2J??");
}

static void test_other_texts_are_none(void)
{
    static const char *const texts[] = { "",
                                         "GET",
                                         "GET ",
                                         "GETTING / HTTP/1.1\r\n",
                                         "get / HTTP/1.1\r\n",
                                         "HTTP/1.1 20 OK\r\n",
                                         "HTTP/1.1 OK\r\n",
                                         "HTTP/ 200 OK\r\n",
                                         "GET home early\r\n",
                                         "220 ready\r\n",
                                         "HELLO" };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        EXPECT_STR_ROW(texts[i], line_of(texts[i]), "none");
}

static void test_long_target_is_shortened(void)
{
    char segment[400] = "GET /", want[200] = "GET /";

    memset(segment + 5, 'x', 200);
    strcpy(segment + 205, " HTTP/1.1\r\n");
    memset(want + 5, 'x', 69);
    strcpy(want + 74, "... HTTP/1.1");
    EXPECT_STR(line_of(segment), want);
}

static void expect_frame(const struct made *made, const char *want, const char *want_short)
{
    char out[SUMMARY_SIZE];
    struct dissection d;

    dissect(&d, made_span(made), made->len, LAYER_ETHERNET);
    summary_format(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want);
    summary_format_short(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want_short);
}

static void test_request_in_a_segment_comes_behind_tcps_words(void)
{
    struct made m = { .len = 0 };

    made_put(&m, "GET / HTTP/1.1\r\n\r\n", 18);
    made_whole_tcp(&m, 49152, 8080);
    expect_frame(&m, "TCP 49152 > 8080 [P.] seq=1 ack=1 win=1000 len=18: GET / HTTP/1.1",
                 "TCP 49152>8080 P. 18B GET /");
}

/* ---- TLS ---- */

/* A hello with one extension of KIND. */
static void hello(struct made *m, uint8_t type, unsigned kind, const void *data, size_t len)
{
    uint8_t head[9] = { TLS_HANDSHAKE, 3, 1 }, zeros[32] = { 0 };

    m->len = 0;
    made_u16(m, 0x0303);
    made_put(m, zeros, sizeof(zeros));
    made_put(m, "\0", 1); /* no session */
    if (type == TLS_CLIENT_HELLO)
        made_put(m, "\0\x02\x13\x01\x01\0", 6); /* a cipher, a compression */
    else
        made_put(m, "\x13\x01\0", 3);
    made_u16(m, (unsigned)len + 4);
    made_u16(m, kind);
    made_u16(m, (unsigned)len);
    made_put(m, data, len);
    head[5] = type;
    put_be16(head + 7, (uint16_t)m->len);
    put_be16(head + 3, (uint16_t)(m->len + 4));
    made_front(m, head, sizeof(head));
}

static const char *tls_of(const struct made *m, bool brief)
{
    static char out[SUMMARY_SIZE];
    struct text t = text_begin(out, sizeof(out));

    (brief ? tls_put_line_short : tls_put_line)(&t, made_span(m));
    return out;
}

static void test_client_says_whom_it_wants(void)
{
    struct made m;

    hello(&m, TLS_CLIENT_HELLO, 0, "\0\x0e\0\0\x0bwww.example", 16);
    EXPECT_STR(tls_of(&m, false), "TLS 1.2 ClientHello www.example");
    made_whole_tcp(&m, 49152, 443);
    expect_frame(&m,
                 "TCP 49152 > 443 [P.] seq=1 ack=1 win=1000 len=72: "
                 "TLS 1.2 ClientHello www.example",
                 "TCP 49152>443 P. 72B TLS 1.2 ClientHello www.example");
}

static void test_version_is_the_hellos_own(void)
{
    struct made m;

    hello(&m, TLS_SERVER_HELLO, 43, "\x03\x04", 2);
    made_put(&m, "\x14\x03\x03\0\x01\x01\x17\x03\x03\0\x03xyz\x17\x03\x03\0\x01z", 20);
    EXPECT_STR(tls_of(&m, false), "TLS 1.3 ServerHello, change cipher spec, application data");
    EXPECT_STR(tls_of(&m, true), "TLS 1.3 ServerHello +2");
    hello(&m, TLS_CLIENT_HELLO, 43, "\x06\x7a\x7a\x03\x04\x03\x03", 7); /* one is senseless */
    EXPECT_STR(tls_of(&m, false), "TLS 1.3 ClientHello");
}

static void test_what_is_enciphered_is_not_read(void)
{
    struct made m = { .len = 0 };

    made_put(&m, "\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x08\x02\0\0\x04zzzz", 19);
    EXPECT_STR(tls_of(&m, false), "TLS 1.2 change cipher spec, handshake, enciphered");
    m.len = 0;
    made_put(&m, "\x15\x03\x03\0\x02\x01\0", 7);
    EXPECT_STR(tls_of(&m, false), "TLS 1.2 alert: close notify");
    m.len = 0;
    made_put(&m, "\x15\x03\x03\0\x1azzzz", 9);
    EXPECT_STR(tls_of(&m, false), "TLS 1.2 alert");
}

static void test_no_record_is_seen_where_there_is_none(void)
{
    static const char *const starts[] = { "\x13\x03\x03\0\x01z", "\x16\x02\x03\0\x01z",
                                          "\x16\x03\x05\0\x01z", "\x16\x03\x03\xff\xffz",
                                          "\x16\x03\x03\0\0z" };

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        EXPECT(!tls_is_record((struct span){ (const uint8_t *)starts[i], 6 }));
    EXPECT(!tls_is_record((struct span){ (const uint8_t *)"\x16\x03\x03\0", 4 }));
}

static void test_every_truncated_hello_is_survived(void)
{
    struct made m;

    hello(&m, TLS_CLIENT_HELLO, 0, "\0\x0e\0\0\x0bwww.example", 16);
    for (size_t len = TLS_RECORD_HEADER_LEN; len < m.len; len++) {
        struct made part = m;

        part.len = len;
        EXPECT(strncmp(tls_of(&part, false), "TLS 1.", 6) == 0);
    }
}

static void test_service_that_is_not_read_is_named(void)
{
    struct made m = { .len = 0 };

    made_put(&m, "12345678", 8);
    made_whole_udp(&m, 123, 123);
    expect_frame(&m, "UDP 123 > 123 len=8 NTP", "NTP 8B");
}

/* As some Token Ring of old would have it; the padding behind is Ethernet's. */
static void test_type_behind_llc_and_snap_is_read(void)
{
    struct arp_message arp = { ARP_REQUEST, MAC_NONE, 0x0a000001, MAC_NONE, 0x0a000002 };
    uint8_t bytes[ARP_MESSAGE_LEN];
    struct made m = { .len = 0 };
    struct dissection d;

    made_put(&m, "\xaa\xaa\x03\0\0\0\x08\x06", 8);
    made_put(&m, bytes, arp_message_emit(&arp, bytes));
    made_put(&m, "0123456789", 10);
    made_ethernet(&m, 8 + ARP_MESSAGE_LEN);
    expect_frame(&m, "ARP who-has 10.0.0.2 tell 10.0.0.1", "ARP who-has .2");
    dissect(&d, made_span(&m), m.len, LAYER_ETHERNET);
    EXPECT_EQ(d.padding_len, 10);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_start_lines_are_read_whatever_the_port),
        TEST(test_line_whose_end_is_elsewhere_is_read_as_far_as_it_goes),
        TEST(test_other_texts_are_none),
        TEST(test_long_target_is_shortened),
        TEST(test_request_in_a_segment_comes_behind_tcps_words),
        TEST(test_client_says_whom_it_wants),
        TEST(test_version_is_the_hellos_own),
        TEST(test_what_is_enciphered_is_not_read),
        TEST(test_no_record_is_seen_where_there_is_none),
        TEST(test_every_truncated_hello_is_survived),
        TEST(test_service_that_is_not_read_is_named),
        TEST(test_type_behind_llc_and_snap_is_read),
    };

    return run_tests("applications", tests, ARRAY_LEN(tests));
}
