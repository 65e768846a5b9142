/*
 * pkt_script.h - a packet script as plain structs: read, and ready to be run.
 *
 *    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3       a system call
 *   +0 < S 0:0(0) win 32792 <mss 1000>                 a segment goes in
 *   +0 > S. 0:0(0) ack 1 <...>                         one must come out
 *   +0 `sysctl net.ipv4.tcp_sack=0`                    a setting
 *   +0 %{ assert tcpi_snd_cwnd == 10 }%                what TCP_INFO says
 *
 *   text --pkt_clean--> without comments --pkt_parse*--> struct pkt_script
 *
 * The language is the one in which the field writes its TCP tests, read from
 * its description (tests/pkt/README.md). Numbers are as written: relative
 * sequence numbers and times get their meaning from the runner (pkt_run.h).
 *
 * Everything is owned by the script and freed by pkt_script_free. Strings come
 * from the file: filter control characters before a terminal sees them.
 */
#ifndef RUNG_TOOLS_PKT_SCRIPT_H
#define RUNG_TOOLS_PKT_SCRIPT_H

#include "sim/vtime.h"
#include "tools/lib/diagnostic.h"

enum {
    PKT_TCP_OPTIONS_MAX = 40, /* of a segment: 40 NOPs fit */
    PKT_SACK_MAX = 4,
    PKT_ARGUMENTS_MAX = 16,
    PKT_NESTING_MAX = 16, /* of lists and structs */
    PKT_TEXT_MAX = 65455, /* of a segment, whatever its options */
};

enum pkt_time_kind {
    PKT_TIME_AT,    /* 0.1: since the script began */
    PKT_TIME_AFTER, /* +0.1: since the event above */
    PKT_TIME_ANY,   /* *: whenever; of packets expected */
    PKT_TIME_NONE,  /* a shell line that opens or closes the script */
};

struct pkt_time {
    enum pkt_time_kind kind;
    bool is_range;
    vtime from, to; /* to: is_range only */
};

/* What a script says of the IP header. */
enum pkt_ecn { PKT_ECN_ANY, PKT_ECN_NONE, PKT_ECN_ECT0, PKT_ECN_ECT1, PKT_ECN_ECT01, PKT_ECN_CE };

struct pkt_ip {
    enum pkt_ecn ecn;
    bool has_tos, has_ttl;
    uint8_t tos, ttl;
};

struct pkt_tcp_option {
    uint8_t kind;     /* TCP_OPTION_... */
    uint32_t value;   /* mss, wscale; TSval */
    uint32_t echo;    /* TSecr */
    unsigned run_count;
    uint32_t runs[PKT_SACK_MAX][2];
};

/* FIRST:LAST(LEN), as text of a segment or as part of one that ICMP quotes. */
struct pkt_range {
    uint32_t first, last, len;
};

struct pkt_tcp {
    const char *unmodelled; /* an option that the language has and we have not; or NULL */
    bool has_ports, has_ack, has_window, has_urgent;
    uint16_t source_port, destination_port;
    uint8_t flags; /* TCP_SYN ... */
    struct pkt_range range;
    uint32_t ack;
    uint16_t window, urgent;
    bool any_options; /* "<...>" */
    unsigned option_count;
    struct pkt_tcp_option *options;
};

enum pkt_quote { PKT_QUOTE_NOTHING, PKT_QUOTE_TCP, PKT_QUOTE_UDP };

struct pkt_icmp {
    uint8_t type, code;
    bool has_mtu;
    uint16_t mtu;
    enum pkt_quote quote;
    struct pkt_range range; /* of UDP: len only */
};

enum pkt_protocol { PKT_TCP, PKT_UDP, PKT_ICMP };

struct pkt_packet {
    bool inbound; /* "<": into the stack */
    struct pkt_ip ip;
    enum pkt_protocol protocol;
    struct pkt_tcp tcp;
    uint32_t udp_len;
    struct pkt_icmp icmp;
};

enum pkt_value_kind {
    PKT_VALUE_ANY,    /* ... */
    PKT_VALUE_NUMBER, /* 5, 0x10, SOCK_STREAM, O_RDWR|O_NONBLOCK */
    PKT_VALUE_STRING,
    PKT_VALUE_LIST,   /* [ items ] */
    PKT_VALUE_STRUCT, /* { items }, some with a field's name */
    PKT_VALUE_CALL,   /* htons(8080): text is the name */
    PKT_VALUE_NULL,
};

struct pkt_value {
    enum pkt_value_kind kind;
    struct mark mark;
    int64_t number;
    const char *text;    /* as written (numbers, names), or the string's bytes */
    size_t len;          /* of a string */
    const char *unknown; /* a name in it that means nothing to us, or NULL */
    const char *field;   /* in a struct: its name, or NULL */
    struct pkt_value *items; /* of lists, structs and calls */
    struct pkt_value *next;
};

struct pkt_call {
    bool blocks;
    vtime until; /* it returns then; as its time: absolute or relative */
    const char *name;
    struct mark name_mark;
    struct pkt_value *arguments;
    unsigned argument_count;
    struct pkt_value *result;
    const char *error; /* "EAGAIN", or NULL */
};

enum pkt_event_kind { PKT_EVENT_PACKET, PKT_EVENT_CALL, PKT_EVENT_SHELL, PKT_EVENT_CODE };

struct pkt_event {
    struct pkt_event *next;
    enum pkt_event_kind kind;
    struct mark mark; /* of what happens */
    struct pkt_time time;
    struct pkt_packet *packet;
    struct pkt_call *call;
    const char *text; /* of a shell line or code */
    const char *said; /* all of it, as written, without its time */
};

struct pkt_option {
    struct pkt_option *next;
    const char *name, *value; /* value: "" if none */
    struct mark mark;
};

struct pkt_script {
    const char *name; /* of the file */
    const char *purpose; /* the first line of its opening comment, or "" */
    struct pkt_option *options;
    struct pkt_event *events;
    size_t event_count;
    struct source source;
    char *text;
    struct lab_memory *memory;
};

/* Names that #ifdef asks for. */
struct pkt_defines {
    const char *const *at;
    size_t count;
};

/* Reads the script at PATH, "-": from standard input. NULL, and D says why, if that fails. */
struct pkt_script *pkt_script_load(const char *path, const struct pkt_defines *defines,
                                   struct diagnostics *d);

/* The same from TEXT, which may be freed afterwards; errors call it NAME. */
struct pkt_script *pkt_script_parse(const char *text, size_t len, const char *name,
                                    const struct pkt_defines *defines, struct diagnostics *d);
void pkt_script_free(struct pkt_script *script);

/* The value of option NAME, or NULL if the script does not have it. */
const char *pkt_script_option(const struct pkt_script *script, const char *name);

#endif
