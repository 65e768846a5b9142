/*
 * What a message of DNS says, in words.
 */
#include <string.h>

#include "layers/wire/address.h"
#include "layers/wire/bytes.h"
#include "layers/wire/dns_message.h"
#include "layers/wire/ipv6_header.h"
#include "layers/wire/span.h"

enum {
    ANSWERS_SHOWN = 3,
    NAME_SHOWN = 48, /* characters of a name in a line */
    TEXT_SHOWN = 30, /* and of a text */
    SRV_FIXED = 6,
};

struct type_name {
    uint16_t type;
    const char *name;
};

const char *dns_type_name(uint16_t type)
{
    static const struct type_name rows[] = {
        { DNS_A, "A" },     { DNS_NS, "NS" },   { DNS_CNAME, "CNAME" }, { DNS_SOA, "SOA" },
        { 10, "NULL" },     { 11, "WKS" },      { DNS_PTR, "PTR" },     { 13, "HINFO" },
        { DNS_MX, "MX" },   { DNS_TXT, "TXT" }, { 17, "RP" },           { 18, "AFSDB" },
        { 24, "SIG" },      { 25, "KEY" },      { DNS_AAAA, "AAAA" },   { 29, "LOC" },
        { 30, "NXT" },      { DNS_SRV, "SRV" }, { 35, "NAPTR" },        { 39, "DNAME" },
        { DNS_OPT, "OPT" }, { 43, "DS" },       { 44, "SSHFP" },        { 46, "RRSIG" },
        { 47, "NSEC" },     { 48, "DNSKEY" },   { 50, "NSEC3" },        { 52, "TLSA" },
        { 64, "SVCB" },     { 65, "HTTPS" },    { 99, "SPF" },          { 249, "TKEY" },
        { 250, "TSIG" },    { 251, "IXFR" },    { 252, "AXFR" },        { 255, "ANY" },
        { 257, "CAA" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].type == type)
            return rows[i].name;
    return NULL;
}

/* RFC 1035 4.1.1, and those that came later. */
const char *dns_opcode_name(uint8_t opcode)
{
    static const char *const names[] = { "query", "inverse query", "status",
                                         NULL,    "notify",        "update" };

    return opcode < ARRAY_LEN(names) ? names[opcode] : NULL;
}

/* RFC 1035 4.1.1, and those that came later. */
const char *dns_rcode_name(uint8_t rcode)
{
    static const char *const names[] = {
        "no error",        "format error",   "server failure", "no such name",
        "not implemented", "refused",        "name exists",    "set exists",
        "no such set",     "not authorised", "not in zone",
    };

    return rcode < ARRAY_LEN(names) ? names[rcode] : NULL;
}

/* ---- Pieces ---- */

static void put_type(struct text *t, uint16_t type)
{
    const char *name = dns_type_name(type);

    if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "type %u", (unsigned)type);
}

/* At most MOST characters of NAME. */
static void put_name(struct text *t, const char *name, size_t most)
{
    for (size_t i = 0; i < most && name[i] != '\0'; i++)
        text_char(t, name[i]);
    if (strlen(name) > most)
        text_put(t, "...");
}

/* The name that stands SKIP bytes into the data of RECORD. */
static void put_name_in(struct text *t, struct span message, const struct dns_record *record,
                        size_t skip, size_t most)
{
    size_t at = (size_t)(record->data.at - message.at) + skip;
    char name[DNS_NAME_SIZE];

    if (dns_name_read(message, &at, name))
        put_name(t, name, most);
    else
        text_put(t, "a name that is none");
}

/* The first of the texts: a length, then as many characters. */
static void put_quoted(struct text *t, struct span data)
{
    size_t len = min_size(data.at[0], data.len - 1);

    text_char(t, '"');
    for (size_t i = 1; i <= min_size(len, TEXT_SHOWN); i++)
        text_char(t, data.at[i] >= ' ' && data.at[i] <= '~' ? (char)data.at[i] : '?');
    text_put(t, len > TEXT_SHOWN ? "...\"" : "\"");
}

static void put_address(struct text *t, const struct dns_record *record)
{
    char out[IPV6_TEXT_SIZE];
    struct ipv6 address;

    if (record->type == DNS_A) {
        ipv4_format(get_be32(record->data.at), out, sizeof(out));
    } else {
        memcpy(address.at, record->data.at, IPV6_LEN);
        ipv6_format(&address, out, sizeof(out));
    }
    text_put(t, out);
}

void dns_put_data(struct text *t, struct span message, const struct dns_record *record, size_t most)
{
    size_t len = record->data.len;
    const uint8_t *at = record->data.at;

    if ((record->type == DNS_A && len == IPV4_LEN) || (record->type == DNS_AAAA && len == IPV6_LEN))
        put_address(t, record);
    else if (record->type == DNS_NS || record->type == DNS_CNAME || record->type == DNS_PTR ||
             record->type == DNS_SOA)
        put_name_in(t, message, record, 0, most);
    else if (record->type == DNS_TXT && len > 0)
        put_quoted(t, record->data);
    else if (record->type == DNS_MX && len > 2) {
        text_format(t, "%u ", (unsigned)get_be16(at));
        put_name_in(t, message, record, 2, most);
    } else if (record->type == DNS_SRV && len > SRV_FIXED) {
        put_name_in(t, message, record, SRV_FIXED, most);
        text_format(t, " port %u", (unsigned)get_be16(at + 4));
    } else {
        text_format(t, "%zu bytes", len);
    }
}

/* ---- The line ---- */

/* What is asked for, or, where nothing is, what the first record is of: "A x.y". */
static bool put_subject(struct text *t, struct span message)
{
    struct dns_reader reader;
    struct dns_record record;

    dns_begin(&reader, message);
    if (!dns_next(&reader, &record) || record.type == DNS_OPT)
        return false;
    put_type(t, record.type);
    text_char(t, ' ');
    put_name(t, record.name, NAME_SHOWN);
    return true;
}

/* Instead of a subject that could not be read: a capture may end before it. */
static const char *no_subject(const struct dns_header *h)
{
    return h->count[DNS_QUESTION] > 0 ? "(cut off)" : "nothing";
}

/* The first values of SECTION, " = a, b +4", those of another type than ASKED with
 * their own. True: there was one. */
static bool put_values(struct text *t, struct span message, enum dns_section section,
                       const char *before, unsigned most)
{
    struct dns_reader reader;
    struct dns_record record;
    unsigned shown = 0, more = 0;
    uint16_t asked = 0;

    dns_begin(&reader, message);
    while (dns_next(&reader, &record)) {
        if (asked == 0)
            asked = record.type;
        if (record.section != section || record.type == DNS_OPT)
            continue;
        if (shown == most) {
            more++;
            continue;
        }
        text_put(t, shown++ == 0 ? before : ", ");
        if (record.type != asked) {
            put_type(t, record.type);
            text_char(t, ' ');
        }
        dns_put_data(t, message, &record, NAME_SHOWN);
    }
    if (more > 0)
        text_format(t, " +%u", more);
    return shown > 0;
}

static bool is_cut(struct span message)
{
    struct dns_reader reader;
    struct dns_record record;

    dns_begin(&reader, message);
    while (dns_next(&reader, &record))
        continue;
    return reader.broken;
}

static void put_code(struct text *t, uint8_t rcode)
{
    const char *name = dns_rcode_name(rcode);

    if (name != NULL)
        text_put(t, name);
    else
        text_format(t, "error %u", (unsigned)rcode);
}

/* ": no such name", " = 10.0.0.1", ": none; ask NS a.example.com". MOST: values shown. */
static void put_answer(struct text *t, const struct dns_header *h, struct span message,
                       unsigned most)
{
    if (h->rcode != 0) {
        text_put(t, ": ");
        put_code(t, h->rcode);
    } else if (h->opcode != 0) {
        text_put(t, ": done");
    } else if (put_values(t, message, DNS_ANSWER, " = ", most)) {
        return;
    } else if (h->count[DNS_ANSWER] > 0) {
        text_put(t, " = (cut off)");
    } else {
        /* A referral has those to ask next; a no has the SOA of who says it. */
        text_put(t, ": no such record");
        put_values(t, message, DNS_AUTHORITY, "; ", 1);
    }
}

void dns_put_line(struct text *t, const char *title, struct span message)
{
    struct dns_header h = { 0 };

    dns_header_parse(&h, message);
    text_format(t, "%s %s ", title,
                h.response && h.opcode == 0 ? "answer" : dns_opcode_name(h.opcode));
    if (h.response && h.opcode != 0)
        text_put(t, "answer ");
    if (!put_subject(t, message))
        text_put(t, no_subject(&h));
    if (h.count[DNS_QUESTION] > 1)
        text_format(t, " +%u", (unsigned)h.count[DNS_QUESTION] - 1);
    if (h.response)
        put_answer(t, &h, message, ANSWERS_SHOWN);
    if (h.id != 0)
        text_format(t, " id=0x%04x", (unsigned)h.id);
    if (h.truncated)
        text_put(t, " truncated: ask again by TCP");
    else if (is_cut(message))
        text_put(t, " [not all of it]");
}

void dns_put_line_short(struct text *t, const char *title, struct span message)
{
    struct dns_header h = { 0 };

    dns_header_parse(&h, message);
    text_put(t, title);
    if (h.response && h.rcode != 0) {
        text_char(t, ' ');
        put_code(t, h.rcode);
    } else if (!h.response || !put_values(t, message, DNS_ANSWER, " = ", 1)) {
        text_char(t, ' ');
        if (!put_subject(t, message))
            text_put(t, no_subject(&h));
        text_put(t, !h.response ? "?" : h.count[DNS_ANSWER] > 0 ? " = (cut off)" : ": none");
    }
}
