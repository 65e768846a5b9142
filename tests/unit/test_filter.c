#include "sim/filter.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pcap/pcap.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

/*
 * libpcap asks these what a name means. They stand in front of the C
 * library's: a filter that gets this far with the name of a host has escaped.
 */
static int names_asked;

static bool is_name(const char *text)
{
    return strspn(text, "0123456789.") != strlen(text) && strchr(text, ':') == NULL;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (node != NULL && is_name(node)) {
        names_asked++;
        return EAI_NONAME;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

int getnetbyname_r(const char *name, struct netent *result, char *buffer, size_t len,
                   struct netent **found, int *error)
{
    (void)name, (void)result, (void)buffer, (void)len, (void)error;
    names_asked++;
    *found = NULL;
    return -1;
}

/* Ethernet, IPv4 10.0.0.1 > 10.0.0.2, UDP 49152 > 9, "hi". */
static const uint8_t udp_frame[] = {
    2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 30, 3, 9, 0, 0, 64, 17, 0, 0, 10, 0, 0,
    1, 10, 0, 0, 2, 0xc0, 0, 0, 9, 0, 10, 0, 0, 'h', 'i',
};

static void test_filter_chooses_as_tcpdump_does(void)
{
    static const struct {
        const char *text;
        bool matches;
    } rows[] = {
        { "", true },
        { "udp", true },
        { "tcp", false },
        { "udp port 9", true },
        { "udp port discard", true },
        { "port domain or dst port discard", true },
        { "udp and not port discard", false },
        { "src host 10.0.0.2", false },
        { "dst host 10.0.0.2 and not port 53", true },
        { "ether src 02:00:00:00:00:01", true },
        { "net 10.0.0.0/24", true },
        { "ip[8] = 64", true },
        { "ip[8]-1 = 63", true },
        { "udp[4:2] - 8 = 2", true },
        { "less 44", true },
        { "greater 45", false },
        { "icmp[icmptype] = icmp-echo or tcp[tcpflags] & (tcp-syn|tcp-ack) != 0", false },
    };
    char error[FILTER_ERROR_BYTES];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct filter *filter =
            filter_compile(rows[i].text, FILTER_ETHERNET, error, sizeof error, NULL);
        if (!EXPECT_ROW(rows[i].text, filter != NULL))
            continue;
        EXPECT_EQ_ROW(rows[i].text,
                      filter_matches(filter, (struct span){ udp_frame, sizeof udp_frame },
                                     sizeof udp_frame),
                      rows[i].matches);
        filter_free(filter);
    }
}

static void test_wrong_filter_is_explained_where_it_goes_wrong(void)
{
    static const struct {
        const char *text;
        size_t column;
        const char *error;
    } rows[] = {
        { "tcp port 80 and", 15,
          "the filter ends too early: write what follows, such as port 80" },
        { "tpc port 80", 0, "unknown word \"tpc\"; if it is a host, write its address" },
        { "host server", 5, "unknown name \"server\"; write an address" },
        { "not src www.example.org", 8, "unknown name \"www.example.org\"; write an address" },
        { "host 10.0.0.1 and foo", 18, "unknown word \"foo\"; if it is a host, write its address" },
        { "host \\tcp", 5, "unknown name \"\\tcp\"; write an address" },
        { "port 70000", 5, "illegal port number 70000 > 65535" },
        { "tcp[13 & 2 != 0", 11, "the filter cannot go on with \"!=\" here" },
        { "tcp and (port 80 or port", 24,
          "the filter ends too early: write what follows, such as port 80" },
        { "((tcp)", 6, "the filter ends too early: write what follows, such as port 80" },
        { "tcp))", 3, "the filter cannot go on with \")\" here" },
        { "tcp 80", 4, "the filter cannot go on with \"80\" here" },
        { "ether[0] & 1 = 0 and", 20,
          "the filter ends too early: write what follows, such as port 80" },
        { "arp and udp", 0, "no frame can match this filter" },
    };
    char error[FILTER_ERROR_BYTES];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t column = 999;
        struct filter *filter =
            filter_compile(rows[i].text, FILTER_ETHERNET, error, sizeof error, &column);
        EXPECT_ROW(rows[i].text, filter == NULL);
        EXPECT_STR_ROW(rows[i].text, error, rows[i].error);
        EXPECT_EQ_ROW(rows[i].text, column, rows[i].column);
        filter_free(filter);
    }
}

static void test_name_of_a_host_is_never_looked_up(void)
{
    static const char *const texts[] = {
        "host a", "src a", "dst net loopback", "gateway a", "ether host a", "net default",
        "tcp and a", "port 80 or src a", "not (host a or b)", "host facade", "host 12ab",
        "host 1.2.3.4.5", "host 1..2", "host a.b.c", "host \\ip", "arp host a_b", "ip host a-b",
        "host deadbeef", "host 0x", "host 1.2.3.", "host f0202:00:00", "host a:b:c", "host ab:",
    };
    char error[FILTER_ERROR_BYTES];
    struct bpf_program program;
    pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 65535);
    names_asked = 0;
    /* Without our filter in front, libpcap does ask, and we do see it. */
    EXPECT(pcap_compile(pcap, &program, "host a", 0, 0) != 0);
    EXPECT_EQ(names_asked, 1);
    pcap_close(pcap);
    names_asked = 0;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        EXPECT_ROW(texts[i], filter_compile(texts[i], FILTER_ETHERNET, error, sizeof error,
                                            NULL) == NULL);
    EXPECT_EQ(names_asked, 0);
}

static void test_too_long_filter_is_refused(void)
{
    static char text[FILTER_TEXT_LIMIT + 2];
    char error[FILTER_ERROR_BYTES];
    memset(text, '(', sizeof text - 1);
    EXPECT(filter_compile(text, FILTER_ETHERNET, error, sizeof error, NULL) == NULL);
    EXPECT_STR(error, "the filter is longer than 1024 bytes");
    text[FILTER_TEXT_LIMIT] = '\0';
    EXPECT(filter_compile(text, FILTER_ETHERNET, error, sizeof error, NULL) == NULL);
    EXPECT_STR(error, "the filter ends too early: write what follows, such as port 80");
}

static void test_empty_frame_matches_only_the_empty_filter(void)
{
    char error[FILTER_ERROR_BYTES];
    struct filter *all = filter_compile("", FILTER_ETHERNET, error, sizeof error, NULL);
    struct filter *ip = filter_compile("ip", FILTER_ETHERNET, error, sizeof error, NULL);
    EXPECT(filter_matches(all, (struct span){ udp_frame, 0 }, 0));
    EXPECT(!filter_matches(ip, (struct span){ udp_frame, 0 }, 0));
    filter_free(all);
    filter_free(ip);
    filter_free(NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_filter_chooses_as_tcpdump_does),
        TEST(test_wrong_filter_is_explained_where_it_goes_wrong),
        TEST(test_name_of_a_host_is_never_looked_up),
        TEST(test_too_long_filter_is_refused),
        TEST(test_empty_frame_matches_only_the_empty_filter),
    };
    return run_tests("filter", tests, ARRAY_LEN(tests));
}
