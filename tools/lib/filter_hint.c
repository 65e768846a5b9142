#include "tools/lib/filter_hint.h"

#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/text.h"

/* What the words that people know are here. */
static const struct {
    const char *display, *filter;
} known[] = {
    { "tcp.flags.syn", "tcp[tcpflags] & tcp-syn != 0" },
    { "tcp.flags.ack", "tcp[tcpflags] & tcp-ack != 0" },
    { "tcp.flags.fin", "tcp[tcpflags] & tcp-fin != 0" },
    { "tcp.flags.reset", "tcp[tcpflags] & tcp-rst != 0" },
    { "tcp.flags.push", "tcp[tcpflags] & tcp-push != 0" },
    { "tcp.flags", "tcp[tcpflags] == tcp-syn" },
    { "tcp.port", "tcp port 80" },
    { "tcp.srcport", "tcp src port 80" },
    { "tcp.dstport", "tcp dst port 80" },
    { "udp.port", "udp port 9" },
    { "udp.srcport", "udp src port 9" },
    { "udp.dstport", "udp dst port 9" },
    { "ip.addr", "host 10.0.0.1" },
    { "ip.src", "src host 10.0.0.1" },
    { "ip.dst", "dst host 10.0.0.1" },
    { "ip.ttl", "ip[8] == 1" },
    { "ip.proto", "ip proto 6" },
    { "eth.addr", "ether host 02:00:00:00:00:01" },
    { "eth.src", "ether src 02:00:00:00:00:01" },
    { "eth.dst", "ether dst 02:00:00:00:00:01" },
    { "arp.opcode", "arp[6:2] == 1" },
    { "icmp.type", "icmp[icmptype] == icmp-echo" },
    { "frame.len", "len > 100" },
};

/* A protocol's name, a dot, a letter: an address has digits there. */
static bool is_display_word(const char *word, size_t len)
{
    static const char *const protocols[] = { "tcp.",  "udp.", "ip.",   "arp.",
                                             "icmp.", "eth.", "frame." };

    for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
        if (len > strlen(protocols[i]) && strncmp(word, protocols[i], strlen(protocols[i])) == 0)
            return true;
    return false;
}

bool filter_hint(const char *text, size_t column, char *why, size_t size)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz._0123456789";
    const char *word = text + column;
    size_t len;

    if (column > strlen(text))
        return false;
    while (word > text && strchr(LETTERS, word[-1]) != NULL)
        word--;
    len = strspn(word, LETTERS);
    if (!is_display_word(word, len))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strlen(known[i].display) == len && strncmp(known[i].display, word, len) == 0) {
            snprintf(why, size,
                     _("%s is of Wireshark's display filters; here write for example %s"),
                     known[i].display, known[i].filter);
            return true;
        }
    snprintf(why, size,
             _("%.*s is of Wireshark's display filters; here they are tcpdump's: rung help filter"),
             (int)min_size(len, 40), word);
    return true;
}
