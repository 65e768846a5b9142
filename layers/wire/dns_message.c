#include "layers/wire/dns_message.h"

#include "layers/wire/bytes.h"
#include "layers/wire/span.h"

enum {
    POINTER = 0xc0, /* the two bits that begin one; else they are 0 */
    LABEL_MAX = 63,
    QUESTION_FIXED = 4, /* type and class behind its name */
    RECORD_FIXED = 10,  /* and ttl and length */
    POINTERS_MAX = 127, /* as many labels as a name can have */
};

bool dns_header_parse(struct dns_header *h, struct span message)
{
    unsigned flags;

    if (message.len < DNS_HEADER_LEN)
        return false;
    flags = get_be16(message.at + 2);
    *h = (struct dns_header){ .id = get_be16(message.at),
                              .response = (flags & 0x8000) != 0,
                              .opcode = flags >> 11 & 0xf,
                              .authoritative = (flags & 0x400) != 0,
                              .truncated = (flags & 0x200) != 0,
                              .recursion_desired = (flags & 0x100) != 0,
                              .recursion_available = (flags & 0x80) != 0,
                              .z = flags >> 4 & 7,
                              .rcode = flags & 0xf };
    for (int i = 0; i < DNS_SECTIONS; i++)
        h->count[i] = get_be16(message.at + 4 + 2 * i);
    return true;
}

size_t dns_header_emit(const struct dns_header *h, uint8_t *out)
{
    unsigned flags = (unsigned)h->response << 15 | (h->opcode & 0xfu) << 11 |
                     (unsigned)h->authoritative << 10 | (unsigned)h->truncated << 9 |
                     (unsigned)h->recursion_desired << 8 | (unsigned)h->recursion_available << 7 |
                     (h->z & 7u) << 4 | (h->rcode & 0xfu);

    put_be16(out, h->id);
    put_be16(out + 2, (uint16_t)flags);
    for (int i = 0; i < DNS_SECTIONS; i++)
        put_be16(out + 4 + 2 * i, h->count[i]);
    return DNS_HEADER_LEN;
}

/* ---- Names ---- */

static void put_label(struct text *t, struct span label)
{
    if (t->len > 0)
        text_char(t, '.');
    for (size_t i = 0; i < label.len; i++)
        text_char(t, label.at[i] > ' ' && label.at[i] <= '~' ? (char)label.at[i] : '?');
}

bool dns_name_read(struct span message, size_t *at, char name[DNS_NAME_SIZE])
{
    struct text t = text_begin(name, DNS_NAME_SIZE);
    size_t here = *at, start = *at;
    unsigned jumps = 0;

    while (here < message.len && message.at[here] != 0) {
        unsigned len = message.at[here];

        if ((len & POINTER) == POINTER && here + 1 < message.len) {
            size_t to = get_be16(message.at + here) & 0x3fff;

            if (jumps == 0)
                *at = here + 2;
            if (to >= start || ++jumps > POINTERS_MAX)
                return false;
            here = start = to; /* only ever further back */
        } else if (len <= LABEL_MAX && here + 1 + len < message.len) {
            put_label(&t, (struct span){ message.at + here + 1, len });
            here += 1 + len;
        } else {
            return false;
        }
        if (t.len >= DNS_NAME_SIZE)
            return false;
    }
    if (here >= message.len)
        return false;
    if (jumps == 0)
        *at = here + 1;
    if (t.len == 0)
        text_char(&t, '.');
    return true;
}

/* ---- Records ---- */

void dns_begin(struct dns_reader *reader, struct span message)
{
    struct dns_header h = { 0 };

    dns_header_parse(&h, message);
    *reader = (struct dns_reader){ .message = message, .at = DNS_HEADER_LEN };
    for (int i = 0; i < DNS_SECTIONS; i++)
        reader->left[i] = h.count[i];
}

static bool read_record(struct dns_reader *reader, struct dns_record *record)
{
    struct span message = reader->message;
    bool asks = record->section == DNS_QUESTION;
    size_t at = reader->at, fixed = asks ? QUESTION_FIXED : RECORD_FIXED, len = 0;

    if (!dns_name_read(message, &at, record->name) || message.len - at < fixed)
        return false;
    record->type = get_be16(message.at + at);
    record->class = get_be16(message.at + at + 2);
    record->ttl = asks ? 0 : get_be32(message.at + at + 4);
    if (!asks)
        len = get_be16(message.at + at + 8);
    at += fixed;
    if (len > message.len - at)
        return false;
    record->data = (struct span){ message.at + at, len };
    record->bytes = (struct span){ message.at + reader->at, at + len - reader->at };
    reader->at = at + len;
    return true;
}

bool dns_next(struct dns_reader *reader, struct dns_record *record)
{
    while (reader->section < DNS_SECTIONS && reader->left[reader->section] == 0)
        reader->section++;
    if (reader->section == DNS_SECTIONS || reader->broken)
        return false;
    record->section = reader->section;
    reader->broken = !read_record(reader, record);
    reader->left[reader->section]--;
    return !reader->broken;
}

bool dns_is_message(struct span message, bool cut)
{
    struct dns_reader reader;
    struct dns_record record;
    struct dns_header h;

    if (!dns_header_parse(&h, message) || dns_opcode_name(h.opcode) == NULL)
        return false;
    if (h.count[DNS_QUESTION] + h.count[DNS_ANSWER] + h.count[DNS_AUTHORITY] == 0)
        return message.len == DNS_HEADER_LEN || h.count[DNS_ADDITIONAL] > 0;
    dns_begin(&reader, message);
    return dns_next(&reader, &record) || cut;
}
