#include "sim/capture_writer.h"

#include <string.h>

#include "sim/capture_link.h"
#include "sim/capture_parts.h"

/* Fixed parts, as in the pictures of capture_pcap.c and capture_pcapng.c. */
enum {
    PCAP_HEADER = 24,
    PCAP_RECORD = 16,
    BLOCK_FRAME = 12,
    OPTION_HEADER = 4,
    CLOCK_NANOSECONDS = 9, /* if_tsresol: 10^-9 */
    NAME_IPV4 = 1
};

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)value);
    put16(at + 2, (uint16_t)(value >> 16));
}

static size_t padding(size_t len) { return (4 - len % 4) % 4; }

/* Everything that leaves goes through here. */
static void emit(struct capture_writer *w, const void *bytes, size_t len)
{
    if (w->failed || len == 0)
        return;
    w->failed = !w->sink.write(w->sink.ctx, bytes, len);
    w->bytes += len;
}

static void emit32(struct capture_writer *w, uint32_t value)
{
    uint8_t bytes[4];
    put32(bytes, value);
    emit(w, bytes, sizeof bytes);
}

static void emit_padded(struct capture_writer *w, const void *bytes, size_t len)
{
    static const uint8_t zeros[4];
    emit(w, bytes, len);
    emit(w, zeros, padding(len));
}

static size_t text_len(const char *text)
{
    return text == NULL ? 0 : min_size(strlen(text), CAPTURE_COMMENT_LIMIT);
}

/* Bytes that an option with LEN bytes takes; an empty one is left out. */
static size_t option_size(size_t len)
{
    return len == 0 ? 0 : OPTION_HEADER + len + padding(len);
}

static void emit_option(struct capture_writer *w, uint16_t code, const void *value, size_t len)
{
    uint8_t header[OPTION_HEADER];
    if (len == 0)
        return;
    put16(header, code);
    put16(header + 2, (uint16_t)len);
    emit(w, header, sizeof header);
    emit_padded(w, value, len);
}

static void emit_text(struct capture_writer *w, uint16_t code, const char *text)
{
    emit_option(w, code, text, text_len(text));
}

/* Begins a block whose body, with options and their end, has LEN bytes; the
 * same number goes to end_block. */
static void begin_block(struct capture_writer *w, uint32_t type, size_t len)
{
    ASSERT(len % 4 == 0 && len < CAPTURE_BLOCK_LIMIT - BLOCK_FRAME);
    emit32(w, type);
    emit32(w, (uint32_t)len + BLOCK_FRAME);
}

static void end_block(struct capture_writer *w, size_t len)
{
    emit32(w, OPTION_END);
    emit32(w, (uint32_t)len + BLOCK_FRAME);
}

static void write_section(struct capture_writer *w, const struct capture_about *about)
{
    size_t len = 16 + option_size(text_len(about->comment)) +
                 option_size(text_len(about->hardware)) +
                 option_size(text_len(about->application)) + OPTION_HEADER;
    begin_block(w, PCAPNG_SECTION, len);
    emit32(w, PCAPNG_BYTE_ORDER);
    emit32(w, 1); /* version 1.0 */
    emit32(w, UINT32_MAX);
    emit32(w, UINT32_MAX); /* length of the section: not said */
    emit_text(w, OPTION_COMMENT, about->comment);
    emit_text(w, OPTION_SECTION_HARDWARE, about->hardware);
    emit_text(w, OPTION_SECTION_APPLICATION, about->application);
    end_block(w, len);
}

static void write_pcap_header(struct capture_writer *w)
{
    uint8_t header[PCAP_HEADER] = { 0 };
    put32(header, PCAP_MAGIC_NANO);
    put16(header + 4, PCAP_VERSION_MAJOR);
    put16(header + 6, PCAP_VERSION_MINOR);
    put32(header + 16, CAPTURE_FRAME_LIMIT);
    put32(header + 20, w->linktype);
    emit(w, header, sizeof header);
}

bool capture_write_header(struct capture_writer *w, struct byte_sink sink,
                          enum capture_format format, const struct capture_about *about)
{
    return capture_write_header_for(w, sink, format, about, LINKTYPE_ETHERNET);
}

bool capture_write_header_for(struct capture_writer *w, struct byte_sink sink,
                              enum capture_format format, const struct capture_about *about,
                              uint32_t linktype)
{
    static const struct capture_about nothing;
    memset(w, 0, sizeof *w);
    w->sink = sink;
    w->format = format;
    w->linktype = linktype;
    if (format == CAPTURE_PCAP)
        write_pcap_header(w);
    else
        write_section(w, about == NULL ? &nothing : about);
    return !w->failed;
}

bool capture_write_interface(struct capture_writer *w, const char *name, const char *description)
{
    static const uint8_t clock = CLOCK_NANOSECONDS;
    size_t len = 8 + option_size(text_len(name)) + option_size(text_len(description)) +
                 option_size(sizeof clock) + OPTION_HEADER;
    w->interfaces++;
    if (w->format == CAPTURE_PCAP)
        return !w->failed;
    begin_block(w, PCAPNG_INTERFACE, len);
    emit32(w, w->linktype);
    emit32(w, CAPTURE_FRAME_LIMIT);
    emit_text(w, OPTION_INTERFACE_NAME, name);
    emit_text(w, OPTION_INTERFACE_DESCRIPTION, description);
    emit_option(w, OPTION_INTERFACE_CLOCK, &clock, sizeof clock);
    end_block(w, len);
    return !w->failed;
}

/* A name record: address, name with its zero; a NUL ends the name. */
static size_t name_size(const struct capture_host *host) { return 4 + text_len(host->name) + 1; }

/* Names up to this block's size; a block's limit is far beyond any world's,
 * yet one block must not grow without bound. */
static size_t count_names(const struct capture_host *hosts, size_t count, size_t *len)
{
    size_t i;
    *len = OPTION_HEADER; /* the end of the records */
    for (i = 0; i < count; i++) {
        size_t more = option_size(name_size(&hosts[i]));
        if (*len + more > CAPTURE_BLOCK_LIMIT / 2)
            break;
        *len += more;
    }
    return i;
}

static void write_name(struct capture_writer *w, const struct capture_host *host)
{
    static const uint8_t zeros[4];
    size_t text = text_len(host->name), len = text + 5;
    uint8_t header[8];
    put16(header, NAME_IPV4);
    put16(header + 2, (uint16_t)len);
    header[4] = (uint8_t)(host->ip >> 24);
    header[5] = (uint8_t)(host->ip >> 16);
    header[6] = (uint8_t)(host->ip >> 8);
    header[7] = (uint8_t)host->ip;
    emit(w, header, sizeof header);
    emit(w, host->name, text);
    emit(w, zeros, 1 + padding(len));
}

bool capture_write_hosts(struct capture_writer *w, const struct capture_host *hosts, size_t count)
{
    ASSERT(!w->framed);
    while (w->format == CAPTURE_PCAPNG && count > 0 && !w->failed) {
        size_t len, fit = count_names(hosts, count, &len);
        begin_block(w, PCAPNG_NAMES, len + OPTION_HEADER);
        for (size_t i = 0; i < fit; i++)
            write_name(w, &hosts[i]);
        emit32(w, 0); /* the end of the records; then of the options */
        end_block(w, len + OPTION_HEADER);
        hosts += fit;
        count -= fit;
    }
    return !w->failed;
}

static void write_pcap_frame(struct capture_writer *w, const struct capture_record *record,
                             size_t original_len)
{
    uint8_t header[PCAP_RECORD];
    ASSERT(record->at / SECONDS <= UINT32_MAX);
    put32(header, (uint32_t)(record->at / SECONDS));
    put32(header + 4, (uint32_t)(record->at % SECONDS));
    put32(header + 8, (uint32_t)record->frame.len);
    put32(header + 12, (uint32_t)original_len);
    emit(w, header, sizeof header);
    emit(w, record->frame.at, record->frame.len);
}

/* How many of RECORD's comments a reader's CAPTURE_OPTIONS_LIMIT has room
 * for, and in *LEN the bytes that they take. */
static size_t count_comments(const struct capture_record *record, size_t *len)
{
    size_t i;
    *len = 0;
    for (i = 0; i < record->comment_count; i++) {
        size_t more = option_size(text_len(record->comments[i]));
        if (*len + more > CAPTURE_OPTIONS_LIMIT - 16)
            break;
        *len += more;
    }
    return i;
}

static void write_pcapng_frame(struct capture_writer *w, const struct capture_record *record,
                               size_t original_len)
{
    size_t frame_len = record->frame.len, comments_len;
    size_t comments = count_comments(record, &comments_len);
    bool directed = record->direction != CAPTURE_NO_DIRECTION;
    size_t len = 20 + frame_len + padding(frame_len) + comments_len +
                 (directed ? option_size(4) : 0) + OPTION_HEADER;
    uint8_t flags[4];

    ASSERT(record->interface < w->interfaces);
    put32(flags, record->direction == CAPTURE_INBOUND ? 1 : 2);
    begin_block(w, PCAPNG_ENHANCED_PACKET, len);
    emit32(w, record->interface);
    emit32(w, (uint32_t)((uint64_t)record->at >> 32));
    emit32(w, (uint32_t)record->at);
    emit32(w, (uint32_t)frame_len);
    emit32(w, (uint32_t)original_len);
    emit_padded(w, record->frame.at, frame_len);
    for (size_t i = 0; i < comments; i++)
        emit_text(w, OPTION_COMMENT, record->comments[i]);
    if (directed)
        emit_option(w, OPTION_PACKET_FLAGS, flags, sizeof flags);
    end_block(w, len);
}

bool capture_write_frame(struct capture_writer *w, const struct capture_record *record)
{
    size_t original_len = record->original_len == 0 ? record->frame.len : record->original_len;
    ASSERT(record->at >= 0);
    ASSERT(record->frame.len <= CAPTURE_FRAME_LIMIT && original_len <= UINT32_MAX);
    w->framed = true;
    if (w->format == CAPTURE_PCAP)
        write_pcap_frame(w, record, original_len);
    else
        write_pcapng_frame(w, record, original_len);
    return !w->failed;
}
