/* layers/wire/dhcp_message.h, and frames that carry one. */
#include "layers/wire/dhcp_message.h"

#include <string.h>

#include "layers/wire/summary.h"
#include "tests/support/expect.h"
#include "tests/support/made_frame.h"
#include "tests/support/suite.h"

static const struct dhcp_header offer = { .op = 2,
                                          .htype = 1,
                                          .hlen = 6,
                                          .xid = 0x3d1d,
                                          .yiaddr = 0x0a000007,
                                          .chaddr = { { 2, 0, 0, 0, 0, 9 } } };

static void begin(struct made *m, const struct dhcp_header *h, uint8_t type)
{
    uint8_t bytes[DHCP_HEADER_LEN];

    m->len = 0;
    made_put(m, bytes, dhcp_header_emit(h, bytes));
    made_put(m, "\x63\x82\x53\x63\x35\x01", 6);
    made_put(m, &type, 1);
}

static void expect_frame(struct made *m, const char *want, const char *want_short)
{
    char out[SUMMARY_SIZE];
    struct dissection d;

    made_whole_udp(m, DHCP_SERVER_PORT, DHCP_CLIENT_PORT);
    dissect(&d, made_span(m), m->len, LAYER_ETHERNET);
    summary_format(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want);
    summary_format_short(&d, out, sizeof(out));
    EXPECT_STR_ROW(want, out, want_short);
}

static void test_header_that_is_emitted_is_read(void)
{
    struct dhcp_header back;
    uint8_t bytes[DHCP_HEADER_LEN];

    EXPECT_EQ(dhcp_header_emit(&offer, bytes), DHCP_HEADER_LEN);
    EXPECT(dhcp_header_parse(&back, (struct span){ bytes, sizeof(bytes) }));
    EXPECT_EQ(back.xid, 0x3d1d);
    EXPECT_EQ(back.yiaddr, 0x0a000007);
    EXPECT(mac_equal(back.chaddr, offer.chaddr));
    EXPECT(!dhcp_header_parse(&back, (struct span){ bytes, sizeof(bytes) - 1 }));
}

static void test_four_steps_to_an_address_read_as_such(void)
{
    struct dhcp_header client = { .op = 1, .htype = 1, .hlen = 6, .xid = 0x3d1d };
    struct made m;

    begin(&m, &client, DHCP_DISCOVER);
    made_put(&m, "\x32\x04\x0a\0\0\x07\x0c\x02pc\xff", 11);
    expect_frame(&m, "DHCP discover wishes 10.0.0.7 name=pc xid=0x3d1d", "DHCP discover 10.0.0.7");
    begin(&m, &offer, DHCP_OFFER);
    made_put(&m, "\x36\x04\x0a\0\0\x01\x33\x04\0\0\x0e\x10\xff", 13);
    expect_frame(&m, "DHCP offer 10.0.0.7 by server 10.0.0.1 lease=3600s xid=0x3d1d",
                 "DHCP offer 10.0.0.7");
    begin(&m, &client, DHCP_REQUEST);
    made_put(&m, "\x32\x04\x0a\0\0\x07\x36\x04\x0a\0\0\x01\xff", 13);
    expect_frame(&m, "DHCP request 10.0.0.7 to server 10.0.0.1 xid=0x3d1d",
                 "DHCP request 10.0.0.7");
    begin(&m, &offer, DHCP_ACK);
    made_put(&m, "\x33\x04\xff\xff\xff\xff\xff", 7);
    expect_frame(&m, "DHCP ACK 10.0.0.7 lease=for ever xid=0x3d1d", "DHCP ACK 10.0.0.7");
}

static void test_no_says_why(void)
{
    struct dhcp_header no = { .op = 2, .xid = 1, .giaddr = 0x0a0000fe };
    struct made m;

    begin(&m, &no, DHCP_NAK);
    made_put(&m, "\x38\x07not\x07you\xff", 10);
    expect_frame(&m, "DHCP NAK: not?you relayed by 10.0.0.254 xid=0x1", "DHCP NAK");
}

static void test_without_the_cookie_it_is_its_ancestor(void)
{
    struct dhcp_header client = { .op = 1, .xid = 5 };
    struct made m;

    begin(&m, &client, DHCP_DISCOVER);
    m.bytes[DHCP_HEADER_LEN] ^= 1;
    expect_frame(&m, "BOOTP request xid=0x5", "BOOTP request");
}

static void test_options_never_reach_past_the_end(void)
{
    struct dhcp_option_reader reader;
    struct dhcp_option option;
    struct made m;

    begin(&m, &offer, DHCP_OFFER);
    made_put(&m, "\0\0\x06\x08\x01\x02", 6); /* padding; eight bytes, of which two are here */
    dhcp_option_begin(&reader, made_span(&m));
    EXPECT(dhcp_option_next(&reader, &option) && option.code == DHCP_OPTION_TYPE);
    EXPECT(!dhcp_option_next(&reader, &option));
    EXPECT(reader.broken);
    m.len -= 3; /* a code without a length */
    dhcp_option_begin(&reader, made_span(&m));
    EXPECT(dhcp_option_next(&reader, &option));
    EXPECT(!dhcp_option_next(&reader, &option));
    EXPECT(reader.broken);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_header_that_is_emitted_is_read),
        TEST(test_four_steps_to_an_address_read_as_such),
        TEST(test_no_says_why),
        TEST(test_without_the_cookie_it_is_its_ancestor),
        TEST(test_options_never_reach_past_the_end),
    };

    return run_tests("dhcp_message", tests, ARRAY_LEN(tests));
}
