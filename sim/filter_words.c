#include "sim/filter_words.h"

#include <arpa/inet.h>
#include <string.h>

/* Words of pcap-filter(7) that begin a primitive or qualify an address; what
 * follows them, if it is a name, is a host's. */
static const char *const keywords[] = {
    "aarp", "action", "addr1", "addr2", "addr3", "addr4", "address1", "address2",
    "address3", "address4", "ah", "and", "arp", "atalk", "bcc", "broadcast", "byte", "carp",
    "clnp", "connectmsg", "csnp", "decnet", "dir", "direction", "dpc", "dst", "es-is", "esis",
    "esp", "ether", "fddi", "fisu", "gateway", "geneve", "greater", "hdpc", "hfisu", "hlssu",
    "hmsu", "hopc", "host", "hsio", "hsls", "icmp", "icmp6", "icmp6-certpathadvert",
    "icmp6-certpathsolicit", "icmp6-destinationunreach", "icmp6-echo",
    "icmp6-echoreply", "icmp6-homeagentdiscoveryreply", "icmp6-homeagentdiscoveryrequest",
    "icmp6-ineighbordiscoveryadvert", "icmp6-ineighbordiscoverysolicit",
    "icmp6-mobileprefixadvert", "icmp6-mobileprefixsolicit", "icmp6-multicastlistenerdone",
    "icmp6-multicastlistenerquery", "icmp6-multicastlistenerreportv1",
    "icmp6-multicastlistenerreportv2", "icmp6-multicastrouteradvert",
    "icmp6-multicastroutersolicit", "icmp6-multicastrouterterm", "icmp6-neighboradvert",
    "icmp6-neighborsolicit", "icmp6-nodeinformationquery", "icmp6-nodeinformationresponse",
    "icmp6-packettoobig", "icmp6-parameterproblem", "icmp6-redirect", "icmp6-routeradvert",
    "icmp6-routerrenum", "icmp6-routersolicit", "icmp6-timeexceeded", "icmp6code", "icmp6type",
    "icmp-echo", "icmp-echoreply", "icmp-ireq", "icmp-ireqreply", "icmp-maskreply",
    "icmp-maskreq", "icmp-paramprob", "icmp-redirect", "icmp-routeradvert",
    "icmp-routersolicit", "icmp-sourcequench", "icmp-timxceed", "icmp-tstamp",
    "icmp-tstampreply", "icmp-unreach", "icmpcode", "icmptype", "ifname", "igmp", "igrp", "iih",
    "ilmic", "inbound", "ip", "ip6", "ipx", "is-is", "isis", "iso", "l1", "l2", "lane", "lat",
    "len", "length", "less", "link", "llc", "lsp", "lssu", "lsu", "mask", "metac", "metaconnect",
    "moprc", "mopdl", "mpls", "msu", "multicast", "net", "netbeui", "not", "oam", "oamf4",
    "oamf4ec", "oamf4sc", "on", "opc", "or", "outbound", "pim", "port", "portrange", "ppp",
    "pppoed", "pppoes", "proto", "protochain", "psnp", "ra", "radio", "rarp", "reason", "rnr",
    "rset", "rulenum", "ruleset", "sc", "sca", "sctp", "sio", "slip", "sls", "snp", "src",
    "srnr", "stp", "subrulenum", "subtype", "ta", "tcp", "tcp-ack", "tcp-cwr", "tcp-ece",
    "tcp-fin", "tcp-push", "tcp-rst", "tcp-syn", "tcp-urg", "tcpflags", "tr", "type", "udp",
    "vci", "vlan", "vpi", "vrrp", "wlan",
};

/* What follows these is looked up in a table, or is no address at all. */
static const char *const table_keywords[] = {
    "action", "dir", "direction", "ifname", "on", "port", "portrange", "proto", "protochain",
    "reason", "rset", "ruleset", "subtype", "type",
};

/* These join; they change nothing about what a name after them means. */
static const char *const joining_keywords[] = { "and", "not", "or" };

/* What follows these can only be an address. */
static const char *const address_keywords[] = {
    "addr1", "addr2", "addr3", "addr4", "dst", "gateway", "host", "mask", "net", "ra", "src",
    "ta",
};

static bool is_one_of(const char *text, const struct filter_word *word,
                      const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == word->len && memcmp(text + word->at, list[i], word->len) == 0)
            return true;
    return false;
}

/* ASCII whatever the locale, as libpcap's scanner has it. */
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_word_char(char c)
{
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
}

/* Bytes of the address with colons at AT (MAC, IPv6), or 0. */
static size_t colon_address(const char *at)
{
    size_t len = 0, colons = 0;
    while (is_hex(at[len]) || at[len] == ':' || (colons > 0 && at[len] == '.'))
        colons += at[len++] == ':';
    return colons >= 2 && !is_word_char(at[len]) ? len : 0;
}

/* Bytes of the word or operator at AT. */
static size_t word_len(const char *at, bool in_brackets, bool *is_word)
{
    static const char *const pairs[] = { "==", "!=", "<=", ">=", "<<", ">>", "&&", "||" };
    size_t len = in_brackets ? 0 : colon_address(at);

    *is_word = true;
    if (len > 0)
        return len;
    if (*at == '\\') /* an escaped word, which may hold nearly anything */
        return 1 + strcspn(at + 1, " !()\n\t\r");
    if (is_digit(*at) || is_letter(*at)) {
        while (is_word_char(at[len]))
            len++;
        return len;
    }
    *is_word = false;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (strncmp(at, pairs[i], 2) == 0)
            return 2;
    return 1;
}

size_t filter_split(const char *text, struct filter_word *words, size_t limit)
{
    size_t count = 0, at = 0, brackets = 0;
    while (count < limit) {
        struct filter_word *word = &words[count];
        while (is_space(text[at]))
            at++;
        if (text[at] == '\0')
            break;
        word->at = at;
        word->len = word_len(text + at, brackets > 0, &word->is_word);
        brackets += text[at] == '[';
        brackets -= text[at] == ']' && brackets > 0;
        at += word->len;
        count++;
    }
    return count;
}

/* Hex digits in GROUPS groups of FEWEST to MOST, with SEPARATOR between. */
static bool is_grouped(const char *at, size_t len, size_t groups, size_t fewest, size_t most,
                       char separator)
{
    size_t digits = 0, group = 1;
    for (size_t i = 0; i < len; i++) {
        if (is_hex(at[i]) && ++digits <= most)
            continue;
        if (at[i] != separator || digits < fewest || digits > most)
            return false;
        group++;
        digits = 0;
    }
    return group == groups && digits >= fewest;
}

static bool is_ipv6(const char *at, size_t len)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (len >= sizeof text)
        return false;
    memcpy(text, at, len);
    text[len] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

/* Whether libpcap reads the word as a number or an address of any kind. */
static bool is_number(const char *at, size_t len)
{
    size_t digits = 0, dotted = 0, hex = 0;
    if (memchr(at, ':', len) != NULL)
        return is_grouped(at, len, 6, 1, 2, ':') || is_ipv6(at, len);
    if (len > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        for (hex = 2; hex < len && is_hex(at[hex]);)
            hex++;
        return hex == len;
    }
    for (size_t i = 0; i < len; i++) {
        digits += is_digit(at[i]);
        dotted += is_digit(at[i]) || at[i] == '.';
        hex += is_hex(at[i]);
    }
    if (dotted == len && (is_grouped(at, len, 4, 1, 3, '.') || is_grouped(at, len, 3, 1, 3, '.') ||
                          is_grouped(at, len, 2, 1, 3, '.')))
        return true;
    return digits == len || (hex == len && len == 12) || is_grouped(at, len, 6, 1, 2, '-') ||
           is_grouped(at, len, 6, 1, 2, '.') || is_grouped(at, len, 3, 4, 4, '.');
}

size_t filter_find_name(const char *text, const struct filter_word *words, size_t count,
                        bool *expected)
{
    bool table = false; /* the words before ask for what a table knows */
    *expected = false;
    for (size_t i = 0; i < count; i++) {
        const struct filter_word *word = &words[i];
        if (!word->is_word || is_one_of(text, word, joining_keywords, ARRAY_LEN(joining_keywords)))
            continue;
        if (is_one_of(text, word, keywords, ARRAY_LEN(keywords))) {
            table = is_one_of(text, word, table_keywords, ARRAY_LEN(table_keywords));
            *expected = is_one_of(text, word, address_keywords, ARRAY_LEN(address_keywords));
            continue;
        }
        if (!table && !is_number(text + word->at, word->len)) {
            *expected = *expected && i > 0 &&
                        is_one_of(text, &words[i - 1], address_keywords,
                                  ARRAY_LEN(address_keywords));
            return i;
        }
    }
    return count;
}
