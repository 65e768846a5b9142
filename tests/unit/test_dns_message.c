/* layers/wire/dns_message.h, and frames that carry one. */
#include "layers/wire/dns_message.h"

#include <stdio.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/item.h"
#include "layers/wire/summary.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"

enum { QUERY = 0x0100, ANSWER = 0x8180 };

static void begin(struct made *m, unsigned id, unsigned flags, unsigned questions, unsigned answers)
{
    m->len = 0;
    made_u16(m, id);
    made_u16(m, flags);
    made_u16(m, questions);
    made_u16(m, answers);
    made_u16(m, 0);
    made_u16(m, 0);
}

static void question(struct made *m, const char *name, unsigned type)
{
    made_name(m, name);
    made_u16(m, type);
    made_u16(m, 1);
}

/* A record of the name that stands at 12, where the question begins. */
static void record(struct made *m, unsigned type, const void *data, size_t len)
{
    made_u16(m, 0xc00c);
    made_u16(m, type);
    made_u16(m, 1);
    made_u16(m, 0);
    made_u16(m, 60);
    made_u16(m, (unsigned)len);
    made_put(m, data, len);
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

static void test_header_that_is_emitted_is_read(void)
{
    const struct dns_header h = { 0x1a2b, true, 5, true, false, true, false, 2, 3, { 1, 2, 3, 4 } };
    struct dns_header back;
    uint8_t bytes[DNS_HEADER_LEN];

    EXPECT_EQ(dns_header_emit(&h, bytes), DNS_HEADER_LEN);
    EXPECT(dns_header_parse(&back, (struct span){ bytes, DNS_HEADER_LEN }));
    EXPECT_EQ(back.id, 0x1a2b);
    EXPECT(back.response && back.authoritative && back.recursion_desired);
    EXPECT(!back.truncated && !back.recursion_available);
    EXPECT_EQ(back.opcode, 5);
    EXPECT_EQ(back.z, 2);
    EXPECT_EQ(back.rcode, 3);
    EXPECT_EQ(back.count[DNS_ADDITIONAL], 4);
    EXPECT(!dns_header_parse(&back, (struct span){ bytes, DNS_HEADER_LEN - 1 }));
}

static void test_query_says_type_and_name(void)
{
    struct made m;

    begin(&m, 0x1a2b, QUERY, 1, 0);
    question(&m, "www.example.com", DNS_A);
    made_whole_udp(&m, 49152, DNS_PORT);
    expect_frame(&m, "DNS query A www.example.com id=0x1a2b", "DNS A www.example.com?");
}

static void test_answer_says_its_first_values_by_compressed_name(void)
{
    const uint8_t address[4][4] = {
        { 192, 0, 2, 1 }, { 192, 0, 2, 2 }, { 192, 0, 2, 3 }, { 192, 0, 2, 4 }
    };
    const uint8_t alias[] = { 1, 'b', 0xc0, 0x10 }; /* b.example */
    struct made m;

    begin(&m, 7, ANSWER, 1, 5);
    question(&m, "www.example", DNS_A);
    record(&m, DNS_CNAME, alias, sizeof(alias));
    for (int i = 0; i < 4; i++)
        record(&m, DNS_A, address[i], 4);
    made_whole_udp(&m, DNS_PORT, 49152);
    expect_frame(&m,
                 "DNS answer A www.example = CNAME b.example, 192.0.2.1, 192.0.2.2 +2 id=0x0007",
                 "DNS = CNAME b.example +4");
}

static void test_refusals_are_said_in_words(void)
{
    struct made m;

    begin(&m, 7, ANSWER | 3, 1, 0);
    question(&m, "nosuch.example", DNS_AAAA);
    made_whole_udp(&m, DNS_PORT, 49152);
    expect_frame(&m, "DNS answer AAAA nosuch.example: no such name id=0x0007", "DNS no such name");
    begin(&m, 7, ANSWER | 0x200, 1, 0);
    question(&m, "big.example", DNS_TXT);
    made_whole_udp(&m, DNS_PORT, 49152);
    expect_frame(&m,
                 "DNS answer TXT big.example: no such record id=0x0007 truncated: ask again by TCP",
                 "DNS TXT big.example: none");
}

static void test_values_of_each_type_are_read(void)
{
    static const uint8_t mail[] = { 0, 10, 4, 'm', 'a', 'i', 'l', 0xc0, 0x0c };
    static const uint8_t service[] = { 0, 1, 0, 2, 0x1f, 0x90, 1, 's', 0xc0, 0x0c };
    static const uint8_t text[] = { 5, 'v', '=', 0x07, '1', '2', 1, 'x' };
    static const uint8_t long_address[] = { 0x20, 1, 0x0d, 0xb8, [15] = 5 };
    static const struct {
        unsigned type;
        const uint8_t *data;
        size_t len;
        const char *want;
    } rows[] = {
        { DNS_MX, mail, sizeof(mail), "DNS answer MX x = 10 mail.x id=0x0007" },
        { DNS_SRV, service, sizeof(service), "DNS answer SRV x = s.x port 8080 id=0x0007" },
        { DNS_TXT, text, sizeof(text), "DNS answer TXT x = \"v=?12\" id=0x0007" },
        { DNS_AAAA, long_address, 16, "DNS answer AAAA x = 2001:db8::5 id=0x0007" },
        { DNS_PTR, mail + 2, 7, "DNS answer PTR x = mail.x id=0x0007" },
        { 999, mail, 3, "DNS answer type 999 x = 3 bytes id=0x0007" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[SUMMARY_SIZE];
        struct text t = text_begin(out, sizeof(out));
        struct made m;

        begin(&m, 7, ANSWER, 1, 1);
        question(&m, "x", rows[i].type);
        record(&m, rows[i].type, rows[i].data, rows[i].len);
        dns_put_line(&t, "DNS", made_span(&m));
        EXPECT_STR_ROW(rows[i].want, out, rows[i].want);
    }
}

static void test_message_over_tcp_stands_behind_its_length(void)
{
    struct made m;
    uint8_t prefix[2];

    begin(&m, 9, QUERY, 1, 0);
    question(&m, "zone.example", 252);
    put_be16(prefix, (uint16_t)m.len);
    made_front(&m, prefix, 2);
    made_whole_tcp(&m, 49152, DNS_PORT);
    expect_frame(&m,
                 "TCP 49152 > 53 [P.] seq=1 ack=1 win=1000 len=32: "
                 "DNS query AXFR zone.example id=0x0009",
                 "TCP 49152>53 P. 32B DNS AXFR zone.example?");
    begin(&m, 9, QUERY, 1, 0); /* the length went in the segment before */
    question(&m, "zone.example", 252);
    made_whole_tcp(&m, 49152, DNS_PORT);
    expect_frame(&m,
                 "TCP 49152 > 53 [P.] seq=1 ack=1 win=1000 len=30: "
                 "DNS query AXFR zone.example id=0x0009",
                 "TCP 49152>53 P. 30B DNS AXFR zone.example?");
}

static void test_kin_are_told_by_their_port(void)
{
    struct made m;

    begin(&m, 0, 0, 1, 0);
    question(&m, "printer.local", DNS_PTR);
    made_whole_udp(&m, MDNS_PORT, MDNS_PORT);
    expect_frame(&m, "mDNS query PTR printer.local", "mDNS PTR printer.local?");
    begin(&m, 5, 0, 1, 0);
    question(&m, "wpad", DNS_A);
    made_whole_udp(&m, 50000, LLMNR_PORT);
    expect_frame(&m, "LLMNR query A wpad id=0x0005", "LLMNR A wpad?");
}

/* A name at AT of M, or NULL. */
static const char *name_at(const struct made *m, size_t at)
{
    static char name[DNS_NAME_SIZE];

    return dns_name_read(made_span(m), &at, name) ? name : NULL;
}

static void test_names_that_go_round_are_refused(void)
{
    struct made m = { .len = 0 };

    made_put(&m, "\xc0\x00", 2); /* to itself */
    EXPECT(name_at(&m, 0) == NULL);
    m.len = 0;
    made_put(&m, "\xc0\x02\xc0\x00", 4); /* forwards, and back */
    EXPECT(name_at(&m, 0) == NULL);
    EXPECT(name_at(&m, 2) == NULL);
    m.len = 0;
    made_put(&m,
             "\x01"
             "a\xc0\x00",
             4); /* a.a.a.a ... */
    EXPECT(name_at(&m, 0) == NULL);
    m.len = 0;
    made_put(&m, "\0", 1);
    for (unsigned i = 0; i < 1000; i++) /* a chain of pointers, each back by one */
        made_u16(&m, 0xc000 | (i == 0 ? 0 : 1 + 2 * (i - 1)));
    EXPECT_STR(name_at(&m, 1 + 2 * 100), ".");
    EXPECT(name_at(&m, 1 + 2 * 999) == NULL);
}

static void test_names_are_bounded_and_printable(void)
{
    struct made m = { .len = 0 };

    made_put(&m,
             "\x05"
             "a\x1b[2J\0",
             7);
    EXPECT_STR(name_at(&m, 0), "a?[2J");
    m.len = 0;
    for (int i = 0; i < 10; i++) {
        made_put(&m, "\x3f", 1);
        for (int c = 0; c < 63; c++)
            made_put(&m, "x", 1);
    }
    made_put(&m, "\0", 1);
    EXPECT(name_at(&m, 0) == NULL); /* 640 bytes */
    EXPECT(name_at(&m, 640 - 64) != NULL);
    m.len--;
    EXPECT(name_at(&m, 640 - 64) == NULL); /* its end is not here */
}

static void test_every_truncation_is_read_as_far_as_it_goes(void)
{
    struct made whole;

    begin(&whole, 7, ANSWER, 1, 1);
    question(&whole, "www.example", DNS_A);
    record(&whole, DNS_A, "\xc0\0\2\1", 4);
    for (size_t len = 0; len <= whole.len; len++) {
        struct span part = { whole.bytes, len };
        char out[SUMMARY_SIZE];
        struct text t = text_begin(out, sizeof(out));

        if (!dns_is_message(part, false))
            continue;
        dns_put_line(&t, "DNS", part);
        EXPECT((strstr(out, "[not all of it]") != NULL) == (len < whole.len));
        EXPECT((strstr(out, "(cut off)") != NULL) == (len < whole.len));
        t = text_begin(out, sizeof(out));
        dns_put_line_short(&t, "DNS", part);
        EXPECT((strstr(out, "(cut off)") != NULL) == (len < whole.len));
        EXPECT(strstr(out, "no") == NULL);
    }
    EXPECT(dns_is_message(made_span(&whole), false));
    EXPECT(!dns_is_message((struct span){ whole.bytes, DNS_HEADER_LEN + 3 }, false));
    EXPECT(dns_is_message((struct span){ whole.bytes, DNS_HEADER_LEN + 3 }, true));
    EXPECT(!dns_is_message((struct span){ whole.bytes, DNS_HEADER_LEN - 1 }, true));
}

struct seen {
    char all[2000];
};

static bool note(void *context, const struct item *item)
{
    struct seen *seen = context;

    snprintf(seen->all + strlen(seen->all), sizeof(seen->all) - strlen(seen->all), "%s|%s|%s;",
             item->name != NULL ? item->name : "-", item->text, item->value);
    return true;
}

static void test_records_are_items_by_wiresharks_names(void)
{
    struct seen seen = { "" };
    struct dissection d;
    struct made m;

    begin(&m, 7, ANSWER, 1, 1);
    question(&m, "www.example", DNS_A);
    record(&m, DNS_A, "\xc0\0\2\1", 4);
    made_whole_udp(&m, DNS_PORT, 49152);
    dissect(&d, made_span(&m), m.len, LAYER_ETHERNET);
    item_each(&d, dissection_application(&d), note, &seen);
    EXPECT_STR(seen.all, "dns.qry.name|www.example|www.example;dns.qry.type|1 (A)|1 (A);"
                         "dns.a|A www.example = 192.0.2.1 ttl=60s|192.0.2.1;");
}

static bool count_item(void *context, const struct item *item)
{
    (void)item;
    ++*(unsigned *)context;
    return true;
}

static void test_thousands_of_records_are_not_all_items(void)
{
    unsigned count = 0;
    struct dissection d;
    struct made m;

    begin(&m, 7, ANSWER, 600, 0);
    for (int i = 0; i < 600; i++) {
        made_put(&m, "", 1);
        made_u16(&m, 1);
        made_u16(&m, 1);
    }
    made_whole_udp(&m, DNS_PORT, 49152);
    dissect(&d, made_span(&m), m.len, LAYER_ETHERNET);
    item_each(&d, dissection_application(&d), count_item, &count);
    EXPECT_EQ(count, ITEMS_MAX);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_header_that_is_emitted_is_read),
        TEST(test_query_says_type_and_name),
        TEST(test_answer_says_its_first_values_by_compressed_name),
        TEST(test_refusals_are_said_in_words),
        TEST(test_values_of_each_type_are_read),
        TEST(test_message_over_tcp_stands_behind_its_length),
        TEST(test_kin_are_told_by_their_port),
        TEST(test_names_that_go_round_are_refused),
        TEST(test_names_are_bounded_and_printable),
        TEST(test_every_truncation_is_read_as_far_as_it_goes),
        TEST(test_records_are_items_by_wiresharks_names),
        TEST(test_thousands_of_records_are_not_all_items),
    };

    return run_tests("dns_message", tests, ARRAY_LEN(tests));
}
