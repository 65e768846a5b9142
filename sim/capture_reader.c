#include "sim/capture_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/capture_parts.h"

#define NS_PER_SECOND 1000000000u

static const char *const sentences[CAPTURE_ERRORS] = {
    [CAPTURE_NO_ERROR] = "nothing is wrong",
    [CAPTURE_EMPTY] = "the file is empty; a capture has at least a header",
    [CAPTURE_NOT_A_CAPTURE] = "this is not a capture: it begins like neither pcap nor pcapng; "
                              "save it as one of them (tcpdump -w, Wireshark: Save As)",
    [CAPTURE_GZIPPED] = "this is gzip-compressed: gunzip it first",
    [CAPTURE_COMPRESSED] = "this is compressed: unpack it first",
    [CAPTURE_UNKNOWN_VERSION] = "the file is of a version that is not known here; "
                                "pcap 2.0 to 2.4 and pcapng 1 are",
    [CAPTURE_CUT_HEADER] = "the file ends in the middle of its header",
    [CAPTURE_CUT_RECORD] = "the file ends in the middle of a record",
    [CAPTURE_FRAME_TOO_LONG] = "its record claims more than 256 KiB for one frame; "
                               "the file is damaged here",
    [CAPTURE_BAD_BLOCK_LENGTH] = "the block's length is not one that a block can have; "
                                 "the file is damaged here",
    [CAPTURE_LENGTHS_DIFFER] = "the block's length at its end is not that at its beginning; "
                               "the file is damaged here",
    [CAPTURE_BLOCK_TOO_SHORT] = "the block is too short for what it should hold; "
                                "the file is damaged here",
    [CAPTURE_BAD_BYTE_ORDER] = "the section's byte-order mark is neither of the two that exist; "
                               "the file is damaged here",
    [CAPTURE_NO_INTERFACE] = "the frame names an interface that the file has not described",
    [CAPTURE_TOO_MANY_INTERFACES] = "the section describes more than 256 interfaces",
    [CAPTURE_BAD_OPTION] = "an option of the interface is longer than its block; "
                           "the file is damaged here",
    [CAPTURE_BAD_CLOCK] = "the interface's clock is finer than can be counted here",
};

void capture_reader_init(struct capture_reader *r, struct byte_source source, uint8_t *buffer)
{
    memset(r, 0, sizeof *r);
    r->source = source;
    r->buffer = buffer;
}

enum capture_status capture_break(struct capture_reader *r, enum capture_error error)
{
    if (r->error == CAPTURE_NO_ERROR)
        r->error = error;
    return CAPTURE_BROKEN;
}

size_t capture_take_some(struct capture_reader *r, void *bytes, size_t len)
{
    size_t have = 0;
    while (have < len) {
        size_t got = r->source.read(r->source.ctx, (uint8_t *)bytes + have, len - have);
        if (got == 0)
            break;
        ASSERT(got <= len - have);
        have += got;
    }
    r->offset += have;
    return have;
}

bool capture_take(struct capture_reader *r, void *bytes, size_t len)
{
    if (capture_take_some(r, bytes, len) == len)
        return true;
    capture_break(r, CAPTURE_CUT_RECORD);
    return false;
}

bool capture_skip(struct capture_reader *r, uint64_t len)
{
    uint8_t scratch[512];
    while (len > 0) {
        size_t part = len < sizeof scratch ? (size_t)len : sizeof scratch;
        if (!capture_take(r, scratch, part))
            return false;
        len -= part;
    }
    return true;
}

uint16_t capture_u16(bool swapped, const uint8_t *at)
{
    return (uint16_t)(swapped ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

uint32_t capture_u32(bool swapped, const uint8_t *at)
{
    uint32_t first = capture_u16(swapped, at), second = capture_u16(swapped, at + 2);
    return swapped ? first << 16 | second : second << 16 | first;
}

uint64_t capture_u64(bool swapped, const uint8_t *at)
{
    uint64_t first = capture_u32(swapped, at), second = capture_u32(swapped, at + 4);
    return swapped ? first << 32 | second : second << 32 | first;
}

bool capture_time(const struct capture_interface *interface, uint64_t count, int64_t *time_ns)
{
    uint64_t units = interface->units_per_second;
    uint64_t seconds = count / units, part = count % units;
    const int64_t last = INT64_MAX / NS_PER_SECOND - 1;

    /* Ticks too fine for the product below: 2^34 * 10^9 still fits. */
    while (units > NS_PER_SECOND && units > (uint64_t)1 << 34) {
        uint64_t step = units % 10 == 0 ? 10 : 2;
        units /= step;
        part /= step;
    }
    if (seconds > (uint64_t)last)
        return false;
    if (interface->offset_s > last - (int64_t)seconds || interface->offset_s < -last)
        return false;
    *time_ns = ((int64_t)seconds + interface->offset_s) * NS_PER_SECOND +
               (int64_t)(part * NS_PER_SECOND / units);
    return true;
}

/* What the first four bytes are, if they are not a capture's. */
static enum capture_error what_else(const uint8_t magic[4])
{
    static const uint8_t zstd[4] = { 0x28, 0xb5, 0x2f, 0xfd }, lz4[4] = { 4, 0x22, 0x4d, 0x18 };
    if (magic[0] == 0x1f && magic[1] == 0x8b)
        return CAPTURE_GZIPPED;
    if (memcmp(magic, zstd, 4) == 0 || memcmp(magic, lz4, 4) == 0 ||
        memcmp(magic, "BZh", 3) == 0 || memcmp(magic, "\xfd" "7zX", 4) == 0 ||
        memcmp(magic, "PK\3\4", 4) == 0)
        return CAPTURE_COMPRESSED;
    return CAPTURE_NOT_A_CAPTURE;
}

static enum capture_status open_file(struct capture_reader *r)
{
    uint8_t magic[4] = { 0 };
    size_t have = capture_take_some(r, magic, sizeof magic);
    r->opened = true;
    if (have == 0)
        return capture_break(r, CAPTURE_EMPTY);
    if (have < sizeof magic)
        return capture_break(r, what_else(magic));
    if (capture_pcap_magic(magic))
        return capture_pcap_open(r, magic);
    if (capture_u32(false, magic) != PCAPNG_SECTION)
        return capture_break(r, what_else(magic));
    r->pcapng = true;
    return capture_pcapng_open(r);
}

enum capture_status capture_read(struct capture_reader *r, struct capture_frame *frame)
{
    enum capture_status status;
    if (r->error != CAPTURE_NO_ERROR)
        return CAPTURE_BROKEN;
    if (r->ended)
        return CAPTURE_AT_END;
    if (!r->opened && open_file(r) == CAPTURE_BROKEN)
        return CAPTURE_BROKEN;
    memset(frame, 0, sizeof *frame);
    status = r->pcapng ? capture_pcapng_read(r, frame) : capture_pcap_read(r, frame);
    if (status == CAPTURE_GOT_FRAME) {
        frame->number = ++r->frames;
        frame->offset = r->record_offset;
    }
    r->ended = status == CAPTURE_AT_END;
    return status;
}

struct span capture_frame_comment(const struct capture_frame *frame, size_t index)
{
    struct span list = frame->options;
    struct capture_option option;
    while (capture_next_option(&list, frame->options_swapped, &option, NULL))
        if (option.code == OPTION_COMMENT && index-- == 0)
            return option.value;
    return (struct span){ NULL, 0 };
}

const char *capture_error_sentence(enum capture_error error)
{
    ASSERT((size_t)error < ARRAY_LEN(sentences));
    return sentences[error];
}

size_t capture_error_place(const struct capture_reader *r, char *out, size_t size)
{
    int len;
    if (r->in_frame)
        len = snprintf(out, size, "frame %" PRIu64 " (at byte %" PRIu64 ")", r->frames + 1,
                       r->record_offset);
    else if (r->record_offset > 0)
        len = snprintf(out, size, "at byte %" PRIu64, r->record_offset);
    else
        len = snprintf(out, size, "%s", "");
    return (size_t)len;
}
