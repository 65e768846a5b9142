#include "tests/support/capture_file.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "tools/lib/run_capture.h"

static bool write_file(void *ctx, const void *bytes, size_t len)
{
    struct capture_file *file = ctx;

    ASSERT(file->len + len <= sizeof(file->bytes));
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
    return true;
}

void capture_file_begin(struct capture_file *file, enum capture_format format)
{
    file->len = 0;
    capture_write_header(&file->writer, (struct byte_sink){ write_file, file }, format, NULL);
    capture_write_interface(&file->writer, "lan", NULL);
}

void capture_file_frame(struct capture_file *file, vtime at, struct span frame, const char *comment)
{
    struct capture_record record = {
        .at = at, .frame = frame, .comments = &comment, .comment_count = comment != NULL
    };

    ASSERT(capture_write_frame(&file->writer, &record));
}

static struct mac mac_of(ipv4 address)
{
    return (struct mac){ { 2, 0, 0, 0, 0, (uint8_t)address } };
}

void capture_file_tcp(struct capture_file *file, vtime at, ipv4 from, ipv4 to,
                      const struct tcp_header *h, size_t len)
{
    uint8_t frame[2048] = { 0 }, *segment = frame + ETHERNET_HEADER_LEN + IPV4_HEADER_MIN;
    struct ethernet_header ethernet = { .destination = mac_of(to),
                                        .source = mac_of(from),
                                        .ethertype = ETHERTYPE_IPV4 };
    size_t segment_len = tcp_header_length(h) + len;
    struct ipv4_header ip = { .total_length = (uint16_t)(IPV4_HEADER_MIN + segment_len),
                              .ttl = 64,
                              .protocol = IP_PROTOCOL_TCP,
                              .source = from,
                              .destination = to };

    ASSERT(segment_len <= sizeof(frame) - ETHERNET_HEADER_LEN - IPV4_HEADER_MIN);
    ethernet_header_emit(&ethernet, frame);
    ipv4_header_emit(&ip, frame + ETHERNET_HEADER_LEN);
    tcp_header_emit(h, segment);
    put_be16(segment + TCP_CHECKSUM_AT,
             tcp_checksum(from, to, (struct span){ segment, segment_len }));
    capture_file_frame(file, at, (struct span){ frame, ETHERNET_HEADER_LEN + ip.total_length },
                       NULL);
}

static bool append(void *ctx, const void *bytes, size_t len)
{
    struct capture_file *file = ctx;

    return file->len + len <= sizeof(file->bytes) && write_file(ctx, bytes, len);
}

bool capture_file_of_run(struct capture_file *file, const struct run_view *view, uint16_t at)
{
    const struct run_capture_options options = { .format = CAPTURE_PCAPNG, .at = at };

    file->len = 0;
    return run_capture_write(view, &options, (struct byte_sink){ append, file });
}

static size_t read_bytes(void *ctx, void *bytes, size_t len)
{
    struct capture_file *file = ctx;
    size_t taken = min_size(len, file->len - file->read_at);

    memcpy(bytes, file->bytes + file->read_at, taken);
    file->read_at += taken;
    return taken;
}

struct byte_source capture_file_source(struct capture_file *file)
{
    file->read_at = 0;
    return (struct byte_source){ read_bytes, file };
}
