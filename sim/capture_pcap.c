#include "sim/capture_parts.h"

/*
 * pcap:  magic  version  zone  accuracy  snaplen  link type | records
 *        4      2+2      4     4         4        4
 * record: seconds  fraction  captured  on the wire | bytes
 *         4        4         4         4
 */
enum { REST_OF_HEADER = 20, RECORD_HEADER = 16, PATCHED_RECORD_HEADER = 24 };

/* The upper bits of the link type hold what is known of its FCS. */
#define LINKTYPE_MASK 0x03ffffffu

/* DG/UX wrote 543.0 for 2.2. */
#define DGUX_VERSION_MAJOR 543

bool capture_pcap_magic(const uint8_t magic[4])
{
    uint32_t little = capture_u32(false, magic), big = capture_u32(true, magic);
    return little == PCAP_MAGIC_MICRO || big == PCAP_MAGIC_MICRO || little == PCAP_MAGIC_NANO ||
           big == PCAP_MAGIC_NANO || little == PCAP_MAGIC_PATCHED || big == PCAP_MAGIC_PATCHED;
}

enum capture_status capture_pcap_open(struct capture_reader *r, const uint8_t magic[4])
{
    struct capture_interface *interface = &r->interfaces[0];
    uint8_t rest[REST_OF_HEADER];
    uint16_t major, minor;
    uint32_t kind;

    /* All magic numbers begin with a1: in front if the file is big-endian. */
    r->swapped = magic[0] == 0xa1;
    kind = capture_u32(r->swapped, magic);
    if (capture_take_some(r, rest, sizeof rest) < sizeof rest)
        return capture_break(r, CAPTURE_CUT_HEADER);
    major = capture_u16(r->swapped, rest);
    minor = capture_u16(r->swapped, rest + 2);
    if (!(major == PCAP_VERSION_MAJOR && minor <= PCAP_VERSION_MINOR) &&
        !(major == DGUX_VERSION_MAJOR && minor == 0))
        return capture_break(r, CAPTURE_UNKNOWN_VERSION);

    r->patched = kind == PCAP_MAGIC_PATCHED;
    r->lengths_swapped = major == DGUX_VERSION_MAJOR || minor < PCAP_VERSION_MINOR;
    interface->linktype = capture_u32(r->swapped, rest + 16) & LINKTYPE_MASK;
    interface->units_per_second = kind == PCAP_MAGIC_NANO ? 1000000000 : 1000000;
    r->interface_count = 1;
    return CAPTURE_GOT_FRAME;
}

/*
 * Until version 2.3 the length on the wire came first; some writers of 2.3
 * already put it second. The captured length is the smaller in any case.
 */
static void read_lengths(const struct capture_reader *r, const uint8_t *at,
                         struct capture_frame *frame)
{
    uint32_t captured = capture_u32(r->swapped, at), original = capture_u32(r->swapped, at + 4);
    if (r->lengths_swapped && captured > original) {
        uint32_t swap = captured;
        captured = original;
        original = swap;
    }
    frame->bytes = (struct span){ r->buffer, captured };
    frame->original_len = original;
}

/*
 * Seconds and fraction are added, whatever the fraction: a few old writers
 * let it run past a second.
 */
static void read_time(const struct capture_reader *r, const uint8_t *at,
                      struct capture_frame *frame)
{
    uint64_t units = r->interfaces[0].units_per_second;
    uint64_t count = capture_u32(r->swapped, at) * units + capture_u32(r->swapped, at + 4);
    frame->has_time = capture_time(&r->interfaces[0], count, &frame->time_ns);
}

enum capture_status capture_pcap_read(struct capture_reader *r, struct capture_frame *frame)
{
    uint8_t header[PATCHED_RECORD_HEADER];
    size_t want = r->patched ? PATCHED_RECORD_HEADER : RECORD_HEADER, have;

    r->in_frame = true;
    r->record_offset = r->offset;
    have = capture_take_some(r, header, want);
    if (have == 0)
        return CAPTURE_AT_END;
    if (have < want)
        return capture_break(r, CAPTURE_CUT_RECORD);
    read_time(r, header, frame);
    read_lengths(r, header + 8, frame);
    frame->linktype = r->interfaces[0].linktype;
    if (frame->bytes.len > CAPTURE_FRAME_LIMIT)
        return capture_break(r, CAPTURE_FRAME_TOO_LONG);
    frame->bytes_offset = r->offset;
    if (!capture_take(r, r->buffer, frame->bytes.len))
        return CAPTURE_BROKEN;
    return CAPTURE_GOT_FRAME;
}
