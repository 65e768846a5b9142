/*
 * capture_parts.h - what the two halves of the capture reader share.
 *
 * Private to capture_reader.c, capture_pcap.c and capture_pcapng.c; users
 * include sim/capture_reader.h.
 */
#ifndef RUNG_SIM_CAPTURE_PARTS_H
#define RUNG_SIM_CAPTURE_PARTS_H

#include "sim/capture_reader.h"

/* Numbers of the file formats, as on a little-endian machine. */
enum {
    PCAP_VERSION_MAJOR = 2,
    PCAP_VERSION_MINOR = 4,
    PCAPNG_SECTION = 0x0a0d0d0a,
    PCAPNG_INTERFACE = 1,
    PCAPNG_OLD_PACKET = 2,
    PCAPNG_SIMPLE_PACKET = 3,
    PCAPNG_NAMES = 4,
    PCAPNG_ENHANCED_PACKET = 6,
    PCAPNG_BYTE_ORDER = 0x1a2b3c4d
};

enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SECTION_HARDWARE = 2,
    OPTION_SECTION_APPLICATION = 4,
    OPTION_INTERFACE_NAME = 2,
    OPTION_INTERFACE_DESCRIPTION = 3,
    OPTION_INTERFACE_CLOCK = 9,   /* if_tsresol */
    OPTION_INTERFACE_OFFSET = 14, /* if_tsoffset */
    OPTION_PACKET_FLAGS = 2
};

#define PCAP_MAGIC_MICRO 0xa1b2c3d4u
#define PCAP_MAGIC_NANO 0xa1b23c4du
#define PCAP_MAGIC_PATCHED 0xa1b2cd34u

/* Gives up: remembers ERROR and returns CAPTURE_BROKEN. */
enum capture_status capture_break(struct capture_reader *r, enum capture_error error);

/* Up to LEN bytes; returns how many there were before the input ended. */
size_t capture_take_some(struct capture_reader *r, void *bytes, size_t len);
/* Exactly LEN bytes, or false and the error CAPTURE_CUT_RECORD. */
bool capture_take(struct capture_reader *r, void *bytes, size_t len);
/* Passes over LEN bytes, in the same manner; the buffer's end is scratch. */
bool capture_skip(struct capture_reader *r, uint64_t len);

/* Numbers in the file's byte order. */
uint16_t capture_u16(bool swapped, const uint8_t *at);
uint32_t capture_u32(bool swapped, const uint8_t *at);
uint64_t capture_u64(bool swapped, const uint8_t *at);

/*
 * Time from COUNT ticks of INTERFACE's clock, rounded down to a nanosecond.
 * False if it is outside the years that 64 bits of nanoseconds hold.
 */
bool capture_time(const struct capture_interface *interface, uint64_t count, int64_t *time_ns);

/* MAGIC holds the file's first four bytes. Reads the rest of the header. */
enum capture_status capture_pcap_open(struct capture_reader *r, const uint8_t magic[4]);
enum capture_status capture_pcap_read(struct capture_reader *r, struct capture_frame *frame);
bool capture_pcap_magic(const uint8_t magic[4]);

/* Reads the section that the file opens with, after its type. */
enum capture_status capture_pcapng_open(struct capture_reader *r);
enum capture_status capture_pcapng_read(struct capture_reader *r, struct capture_frame *frame);

/* One option of a list; false at the list's end or where it is malformed,
 * which *MALFORMED tells (it may be NULL). *LIST moves past it. */
struct capture_option {
    uint16_t code;
    struct span value;
};
bool capture_next_option(struct span *list, bool swapped, struct capture_option *option,
                         bool *malformed);

#endif
