#include "sim/capture_parts.h"

#include <string.h>

/*
 * block:  type | length | body, padded to 4 | options | length again
 *         4      4                                      4
 */
enum { BLOCK_FRAME = 12, SECTION_FIXED = 16, INTERFACE_FIXED = 8 };

enum { SIMPLE_FIXED = 4, PACKET_FIXED = 20 };

struct block {
    uint32_t type;
    uint32_t left; /* bytes of its body not read yet */
    uint32_t length;
};

static uint32_t padded(uint32_t len) { return (len + 3) & ~(uint32_t)3; }

bool capture_next_option(struct span *list, bool swapped, struct capture_option *option,
                         bool *malformed)
{
    size_t room;
    if (malformed != NULL)
        *malformed = false;
    if (list->len < 4)
        return false;
    option->code = capture_u16(swapped, list->at);
    option->value.len = capture_u16(swapped, list->at + 2);
    option->value.at = list->at + 4;
    if (option->code == OPTION_END)
        return false;
    room = list->len - 4;
    if (option->value.len > room) {
        if (malformed != NULL)
            *malformed = true;
        return false;
    }
    /* The padding of the last option is missing in files of some writers. */
    room = min_size(room, padded((uint32_t)option->value.len));
    list->at += 4 + room;
    list->len -= 4 + room;
    return true;
}

/* Takes LEN bytes of the body of BLOCK. */
static bool take_body(struct capture_reader *r, struct block *block, void *bytes, uint32_t len)
{
    if (len > block->left) {
        capture_break(r, CAPTURE_BLOCK_TOO_SHORT);
        return false;
    }
    block->left -= len;
    return capture_take(r, bytes, len);
}

/* Passes over what is left of BLOCK and holds its two lengths together. */
static bool end_block(struct capture_reader *r, const struct block *block)
{
    uint8_t again[4];
    if (!capture_skip(r, block->left) || !capture_take(r, again, sizeof again))
        return false;
    if (capture_u32(r->swapped, again) == block->length)
        return true;
    capture_break(r, CAPTURE_LENGTHS_DIFFER);
    return false;
}

/* Reads the options of BLOCK, as many as CAPTURE_OPTIONS_LIMIT, behind the
 * room for a frame in the buffer. They stay there until the next block. */
static bool take_options(struct capture_reader *r, struct block *block, struct span *list)
{
    uint8_t *at = r->buffer + CAPTURE_FRAME_LIMIT;
    uint32_t len = block->left < CAPTURE_OPTIONS_LIMIT ? block->left : CAPTURE_OPTIONS_LIMIT;
    *list = (struct span){ at, len };
    return take_body(r, block, at, len) && end_block(r, block);
}

static bool check_length(struct capture_reader *r, struct block *block, const uint8_t *at)
{
    block->length = capture_u32(r->swapped, at);
    if (block->length < BLOCK_FRAME || block->length % 4 != 0 ||
        block->length > CAPTURE_BLOCK_LIMIT) {
        capture_break(r, CAPTURE_BAD_BLOCK_LENGTH);
        return false;
    }
    block->left = block->length - BLOCK_FRAME;
    return true;
}

/*
 * The rest of a section header, from its length on. Which byte order that
 * is written in, only the mark after it says. Interfaces start anew.
 */
static bool read_section(struct capture_reader *r, const uint8_t length[4])
{
    struct block block = { PCAPNG_SECTION, 0, 0 };
    uint8_t mark[4], fixed[SECTION_FIXED - 4];

    if (!capture_take(r, mark, sizeof mark))
        return false;
    r->swapped = capture_u32(true, mark) == PCAPNG_BYTE_ORDER;
    if (!r->swapped && capture_u32(false, mark) != PCAPNG_BYTE_ORDER) {
        capture_break(r, CAPTURE_BAD_BYTE_ORDER);
        return false;
    }
    if (!check_length(r, &block, length))
        return false;
    if (block.left < SECTION_FIXED) {
        capture_break(r, CAPTURE_BLOCK_TOO_SHORT);
        return false;
    }
    block.left -= (uint32_t)sizeof mark;
    if (!take_body(r, &block, fixed, sizeof fixed))
        return false;
    /* A minor version may only add what readers pass over. */
    if (capture_u16(r->swapped, fixed) != 1) {
        capture_break(r, CAPTURE_UNKNOWN_VERSION);
        return false;
    }
    r->interface_count = 0;
    return end_block(r, &block);
}

/* The clock's ticks per second: a power of 2 or, without the top bit, 10. */
static uint64_t clock_units(uint8_t resolution)
{
    unsigned power = resolution & 0x7f;
    uint64_t units = 1;
    if (resolution & 0x80)
        return power < 64 ? (uint64_t)1 << power : 0;
    if (power > 19) /* 10^20 does not fit */
        return 0;
    while (power-- > 0)
        units *= 10;
    return units;
}

static void read_interface_option(struct capture_reader *r, struct capture_interface *interface,
                                  const struct capture_option *option)
{
    struct span value = option->value;
    if (option->code == OPTION_INTERFACE_NAME) {
        interface->name_len = (uint32_t)min_size(value.len, CAPTURE_NAME_LIMIT);
        memcpy(interface->name, value.at, interface->name_len);
    }
    if (option->code == OPTION_INTERFACE_CLOCK && value.len >= 1)
        interface->units_per_second = clock_units(value.at[0]);
    if (option->code == OPTION_INTERFACE_OFFSET && value.len >= 8)
        interface->offset_s = (int64_t)capture_u64(r->swapped, value.at);
}

static bool read_interface(struct capture_reader *r, struct block *block)
{
    struct capture_interface *interface;
    uint8_t fixed[INTERFACE_FIXED];
    struct capture_option option;
    struct span list;
    bool malformed;

    if (r->interface_count == CAPTURE_INTERFACE_LIMIT) {
        capture_break(r, CAPTURE_TOO_MANY_INTERFACES);
        return false;
    }
    if (!take_body(r, block, fixed, sizeof fixed) || !take_options(r, block, &list))
        return false;
    interface = &r->interfaces[r->interface_count++];
    memset(interface, 0, sizeof *interface);
    interface->linktype = capture_u16(r->swapped, fixed);
    interface->snaplen = capture_u32(r->swapped, fixed + 4);
    interface->units_per_second = 1000000;
    while (capture_next_option(&list, r->swapped, &option, &malformed))
        read_interface_option(r, interface, &option);
    if (malformed)
        capture_break(r, CAPTURE_BAD_OPTION);
    else if (interface->units_per_second == 0)
        capture_break(r, CAPTURE_BAD_CLOCK);
    return r->error == CAPTURE_NO_ERROR;
}

/* The bytes of a frame, LEN of them, and their padding. */
static bool take_frame(struct capture_reader *r, struct block *block, uint32_t len,
                       struct capture_frame *frame)
{
    if (len > CAPTURE_FRAME_LIMIT) {
        capture_break(r, CAPTURE_FRAME_TOO_LONG);
        return false;
    }
    frame->bytes = (struct span){ r->buffer, len };
    frame->bytes_offset = r->offset;
    return take_body(r, block, r->buffer, padded(len));
}

static bool set_interface(struct capture_reader *r, struct capture_frame *frame, uint32_t number)
{
    const struct capture_interface *interface;
    if (number >= r->interface_count) {
        capture_break(r, CAPTURE_NO_INTERFACE);
        return false;
    }
    interface = &r->interfaces[number];
    frame->interface = number;
    frame->linktype = interface->linktype;
    frame->name = (struct span){ (const uint8_t *)interface->name, interface->name_len };
    return true;
}

/* The flags' two lowest bits tell the direction: 1 inbound, 2 outbound. */
static void read_packet_options(struct capture_reader *r, struct capture_frame *frame)
{
    static const enum capture_direction directions[4] = {
        CAPTURE_NO_DIRECTION, CAPTURE_INBOUND, CAPTURE_OUTBOUND, CAPTURE_NO_DIRECTION
    };
    struct span list = frame->options;
    struct capture_option option;

    frame->options_swapped = r->swapped;
    while (capture_next_option(&list, r->swapped, &option, NULL))
        if (option.code == OPTION_PACKET_FLAGS && option.value.len >= 4)
            frame->direction = directions[capture_u32(r->swapped, option.value.at) & 3];
    frame->comment = capture_frame_comment(frame, 0);
}

/*
 * Enhanced: interface 4, time 8, captured 4, on the wire 4, bytes, options.
 * The obsolete one differs in its first word: interface 2, drops 2.
 */
static bool read_packet(struct capture_reader *r, struct block *block,
                        struct capture_frame *frame)
{
    uint8_t fixed[PACKET_FIXED];
    uint32_t number;
    uint64_t count;

    if (!take_body(r, block, fixed, sizeof fixed))
        return false;
    number = block->type == PCAPNG_OLD_PACKET ? capture_u16(r->swapped, fixed)
                                              : capture_u32(r->swapped, fixed);
    if (!set_interface(r, frame, number))
        return false;
    count = (uint64_t)capture_u32(r->swapped, fixed + 4) << 32 |
            capture_u32(r->swapped, fixed + 8);
    frame->has_time = capture_time(&r->interfaces[number], count, &frame->time_ns);
    frame->original_len = capture_u32(r->swapped, fixed + 16);
    if (!take_frame(r, block, capture_u32(r->swapped, fixed + 12), frame) ||
        !take_options(r, block, &frame->options))
        return false;
    read_packet_options(r, frame);
    return true;
}

/* Simple: on the wire 4, bytes; of interface 0, cut at its snaplen, and
 * without a time. */
static bool read_simple_packet(struct capture_reader *r, struct block *block,
                               struct capture_frame *frame)
{
    uint8_t fixed[SIMPLE_FIXED];
    uint32_t len, snaplen;

    if (!take_body(r, block, fixed, sizeof fixed) || !set_interface(r, frame, 0))
        return false;
    len = capture_u32(r->swapped, fixed);
    frame->original_len = len;
    snaplen = r->interfaces[0].snaplen;
    if (snaplen > 0 && len > snaplen)
        len = snaplen;
    /* No option can follow, so that the block's end is the frame's at the latest. */
    if (len > block->left)
        len = block->left;
    return take_frame(r, block, len, frame) && end_block(r, block);
}

static bool is_frame(uint32_t type)
{
    return type == PCAPNG_ENHANCED_PACKET || type == PCAPNG_OLD_PACKET ||
           type == PCAPNG_SIMPLE_PACKET;
}

static bool read_block(struct capture_reader *r, struct block *block, const uint8_t *head,
                       struct capture_frame *frame)
{
    block->type = capture_u32(r->swapped, head);
    if (block->type == PCAPNG_SECTION)
        return read_section(r, head + 4);
    r->in_frame = is_frame(block->type);
    if (!check_length(r, block, head + 4))
        return false;
    if (block->type == PCAPNG_INTERFACE)
        return read_interface(r, block);
    if (block->type == PCAPNG_SIMPLE_PACKET)
        return read_simple_packet(r, block, frame);
    if (r->in_frame)
        return read_packet(r, block, frame);
    return end_block(r, block);
}

enum capture_status capture_pcapng_open(struct capture_reader *r)
{
    uint8_t length[4];
    if (capture_take(r, length, sizeof length) && read_section(r, length))
        return CAPTURE_GOT_FRAME;
    if (r->error == CAPTURE_CUT_RECORD)
        r->error = CAPTURE_CUT_HEADER;
    return CAPTURE_BROKEN;
}

enum capture_status capture_pcapng_read(struct capture_reader *r, struct capture_frame *frame)
{
    uint8_t head[8];
    for (;;) {
        struct block block = { 0, 0, 0 };
        size_t have;
        r->in_frame = false;
        r->record_offset = r->offset;
        have = capture_take_some(r, head, sizeof head);
        if (have == 0)
            return CAPTURE_AT_END;
        if (have < sizeof head)
            return capture_break(r, CAPTURE_CUT_RECORD);
        if (!read_block(r, &block, head, frame))
            return CAPTURE_BROKEN;
        if (r->in_frame)
            return CAPTURE_GOT_FRAME;
    }
}
