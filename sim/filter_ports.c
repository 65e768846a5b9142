#include "sim/filter_words.h"

#include <stdio.h>
#include <string.h>

/* Names of IANA's registry that an introductory course meets. */
static const struct {
    const char *name;
    unsigned port;
} ports[] = {
    { "bootpc", 68 },  { "bootps", 67 },   { "chargen", 19 },   { "daytime", 13 },
    { "discard", 9 },  { "domain", 53 },   { "echo", 7 },       { "finger", 79 },
    { "ftp", 21 },     { "ftp-data", 20 }, { "http", 80 },      { "https", 443 },
    { "imap2", 143 },  { "ldap", 389 },    { "mdns", 5353 },    { "ntp", 123 },
    { "pop3", 110 },   { "qotd", 17 },     { "smtp", 25 },      { "snmp", 161 },
    { "ssh", 22 },     { "sunrpc", 111 },  { "syslog", 514 },   { "telnet", 23 },
    { "tftp", 69 },    { "time", 37 },     { "http-alt", 8080 }, { "netbios-ns", 137 },
};

static bool is_word(const char *text, const struct filter_word *word, const char *wanted)
{
    return strlen(wanted) == word->len && memcmp(text + word->at, wanted, word->len) == 0;
}

/* The number of the port that WORD names, or 0. */
static unsigned port_called(const char *text, const struct filter_word *word)
{
    for (size_t i = 0; i < ARRAY_LEN(ports); i++)
        if (is_word(text, word, ports[i].name))
            return ports[i].port;
    return 0;
}

bool filter_number_ports(const char *text, const struct filter_word *words, size_t count,
                         char *out, size_t size)
{
    size_t copied = 0, used = 0;

    for (size_t i = 1; i < count; i++) {
        unsigned port = is_word(text, &words[i - 1], "port") ? port_called(text, &words[i]) : 0;

        if (port == 0)
            continue;
        used += (size_t)snprintf(out + used, size - used, "%.*s%u", (int)(words[i].at - copied),
                                 text + copied, port);
        if (used >= size)
            return false;
        copied = words[i].at + words[i].len;
    }
    used += (size_t)snprintf(out + used, size - used, "%s", text + copied);
    return used < size;
}
