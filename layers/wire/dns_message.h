/*
 * dns_message.h - a question to the domain name system, or its answer (RFC 1035 4.1).
 *
 *    0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
 *   +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *   |                      ID                       |
 *   |QR|   Opcode  |AA|TC|RD|RA|   Z    |   RCODE   |
 *   |                    QDCOUNT                    |   questions
 *   |                    ANCOUNT                    |   answers
 *   |                    NSCOUNT                    |   who knows better
 *   |                    ARCOUNT                    |   what else helps
 *   +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *   | as many records: name, type, class [, ttl, data]
 *
 * mDNS (port 5353) and LLMNR (5355) have the same shape. Over TCP two bytes
 * with the length go before it (4.2.2).
 *
 * Names are foreign: each pointer of a compressed one must lead further back
 * than the one before (4.1.4: to a prior occurrence), so that none goes round.
 */
#ifndef RUNG_LAYERS_WIRE_DNS_MESSAGE_H
#define RUNG_LAYERS_WIRE_DNS_MESSAGE_H

#include "layers/wire/text.h"
#include "sim/base.h"

#define DNS_HEADER_LEN 12
#define DNS_NAME_SIZE 256 /* 255 is the longest name (RFC 1035 2.3.4) */
#define DNS_PORT 53
#define MDNS_PORT 5353
#define LLMNR_PORT 5355

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL, DNS_SECTIONS };

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_OPT = 41, /* no record: more header */
};

struct dns_header {
    uint16_t id;
    bool response;
    uint8_t opcode; /* 4 bits; 0: a query */
    bool authoritative, truncated, recursion_desired, recursion_available;
    uint8_t z;     /* 3 bits */
    uint8_t rcode; /* 4 bits; 0: no error */
    uint16_t count[DNS_SECTIONS];
};

struct dns_record {
    enum dns_section section;
    char name[DNS_NAME_SIZE]; /* "www.example.com", "." for the root; printable */
    uint16_t type, class;
    uint32_t ttl;      /* seconds; of a question 0 */
    struct span data;  /* of a question none */
    struct span bytes; /* all of it */
};

/* Goes through the records of a message. */
struct dns_reader {
    struct span message;
    size_t at;
    enum dns_section section;
    uint16_t left[DNS_SECTIONS];
    bool broken; /* the next record is not one, or not all there */
};

/* Reads the header that begins MESSAGE. False: there are not 12 bytes. */
bool dns_header_parse(struct dns_header *h, struct span message);

/* Writes DNS_HEADER_LEN bytes at OUT and returns how many. */
size_t dns_header_emit(const struct dns_header *h, uint8_t *out);

/* MESSAGE may well be one: its header is there, and its first record is a record or, if
 * MESSAGE is CUT, is not all there. */
bool dns_is_message(struct span message, bool cut);

/* Begins with the first record of MESSAGE, which has a header. */
void dns_begin(struct dns_reader *reader, struct span message);

/* False: there are no more, or BROKEN. */
bool dns_next(struct dns_reader *reader, struct dns_record *record);

/*
 * Reads the name at *AT of MESSAGE, compressed or not, as text into NAME, and moves
 * *AT behind it. What cannot be printed becomes '?'. False: it is none.
 */
bool dns_name_read(struct span message, size_t *at, char name[DNS_NAME_SIZE]);

/* "A", "MX" ..., or NULL; "query" ...; "no such name" ..., or NULL. */
const char *dns_type_name(uint16_t type);
const char *dns_opcode_name(uint8_t opcode);
const char *dns_rcode_name(uint8_t rcode);

/* Adds what RECORD, one of MESSAGE, has to say: "10.0.0.1", "10 mail.example.com"; of a
 * name MOST characters. */
void dns_put_data(struct text *t, struct span message, const struct dns_record *record,
                  size_t most);

/* Adds the line of MESSAGE, "DNS query A www.example.com id=0x1a2b", or its short
 * form, "DNS A www.example.com?". TITLE is how it is called: "DNS", "mDNS". */
void dns_put_line(struct text *t, const char *title, struct span message);
void dns_put_line_short(struct text *t, const char *title, struct span message);

#endif
