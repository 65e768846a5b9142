/*
 * capture_reader.h - capture files in: pcap and pcapng of every kind.
 *
 *   source -> "which format?" -> capture_pcap.c   -> one frame at a time
 *                             -> capture_pcapng.c
 *
 * Formats: draft-ietf-opsawg-pcap and -pcapng. pcap with micro- or
 * nanoseconds, either byte order, versions 2.0 to 2.4, also with the longer
 * records of Kuznetzov's patched libpcap. pcapng in either byte order, several
 * sections, several interfaces with their own link types, clocks and offsets;
 * enhanced, simple and obsolete packet blocks; comments and directions. All
 * other blocks are passed over.
 *
 * Why not libpcap, which compiles our filters: it refuses a file whose
 * interfaces differ in link type, drops comments and interface names, and
 * reads through stdio, which sim/ does not know.
 *
 * The file is hostile until proven otherwise. Every length is held against a
 * limit below before it is used, nothing is allocated, and the first thing
 * that is wrong ends the reading: what came before it is good.
 *
 * Ownership: the caller lends the reader and a buffer of
 * CAPTURE_BUFFER_BYTES. A frame's spans point into that buffer or into the
 * reader and are good until the next call.
 */
#ifndef RUNG_SIM_CAPTURE_READER_H
#define RUNG_SIM_CAPTURE_READER_H

#include "sim/base.h"
#include "sim/capture_writer.h"

/* Reads up to LEN bytes; fewer only at the end of the input or on an error. */
struct byte_source {
    size_t (*read)(void *ctx, void *bytes, size_t len);
    void *ctx;
};

#define CAPTURE_FRAME_LIMIT (256u * 1024)       /* bytes kept of one frame */
#define CAPTURE_OPTIONS_LIMIT (64u * 1024)      /* bytes of options looked at */
#define CAPTURE_BLOCK_LIMIT (16u * 1024 * 1024) /* bytes of one pcapng block */
#define CAPTURE_INTERFACE_LIMIT 256             /* in one section */
#define CAPTURE_NAME_LIMIT 64                   /* bytes kept of an interface's name */
#define CAPTURE_BUFFER_BYTES (CAPTURE_FRAME_LIMIT + CAPTURE_OPTIONS_LIMIT)

enum capture_status { CAPTURE_GOT_FRAME, CAPTURE_AT_END, CAPTURE_BROKEN };

/* What can be wrong with a file; sentences in capture_error_sentence. */
enum capture_error {
    CAPTURE_NO_ERROR,
    CAPTURE_EMPTY,
    CAPTURE_NOT_A_CAPTURE,
    CAPTURE_GZIPPED,
    CAPTURE_COMPRESSED, /* zstd, lz4, xz, bzip2 */
    CAPTURE_UNKNOWN_VERSION,
    CAPTURE_CUT_HEADER,
    CAPTURE_CUT_RECORD,
    CAPTURE_FRAME_TOO_LONG,
    CAPTURE_BAD_BLOCK_LENGTH,
    CAPTURE_LENGTHS_DIFFER,
    CAPTURE_BLOCK_TOO_SHORT,
    CAPTURE_BAD_BYTE_ORDER,
    CAPTURE_NO_INTERFACE,
    CAPTURE_TOO_MANY_INTERFACES,
    CAPTURE_BAD_OPTION,
    CAPTURE_BAD_CLOCK,
    CAPTURE_ERRORS
};

struct capture_interface {
    uint32_t linktype;
    uint32_t snaplen;           /* 0: unlimited */
    uint64_t units_per_second;  /* of its clock */
    int64_t offset_s;           /* added to each of its times */
    uint32_t name_len;
    char name[CAPTURE_NAME_LIMIT];
};

struct capture_frame {
    uint64_t number;       /* from 1, as Wireshark counts */
    uint64_t offset;       /* byte of the file where its record begins, */
    uint64_t bytes_offset; /* and its bytes */
    int64_t time_ns;       /* since 1970, rounded down */
    bool has_time;         /* not in a simple packet block, nor past 2262 */
    uint32_t linktype;     /* LINKTYPE_ value */
    uint32_t interface;    /* from 0 within its section */
    size_t original_len;   /* on the wire */
    struct span bytes;     /* what was captured of it */
    struct span name;      /* of the interface; may be empty */
    struct span comment;   /* the first; may be empty; not terminated */
    struct span options;   /* all of them, for capture_frame_comment */
    bool options_swapped;  /* in the byte order that is not this machine's */
    enum capture_direction direction;
};

struct capture_reader {
    struct byte_source source;
    uint8_t *buffer;
    uint64_t offset;        /* bytes taken from the source */
    uint64_t record_offset; /* where the present record or block begins */
    uint64_t frames;
    enum capture_error error;
    bool opened, ended;
    bool pcapng;
    bool swapped;           /* file's byte order is not this machine's */
    bool in_frame;          /* what is being read is a frame's record */
    bool patched;           /* pcap: longer records of Kuznetzov's libpcap */
    bool lengths_swapped;   /* pcap: the two lengths stand in either order */
    uint32_t interface_count;
    struct capture_interface interfaces[CAPTURE_INTERFACE_LIMIT];
};

/* Begins reading; BUFFER has CAPTURE_BUFFER_BYTES. The header is read by the
 * first capture_read. */
void capture_reader_init(struct capture_reader *r, struct byte_source source, uint8_t *buffer);

/*
 * The next frame. At the end CAPTURE_AT_END; at the first thing that is
 * wrong CAPTURE_BROKEN, and R->error says what; both answers then stay.
 */
enum capture_status capture_read(struct capture_reader *r, struct capture_frame *frame);

/*
 * The comment number INDEX (from 0) of FRAME, or an empty span with
 * at == NULL when it has no more.
 */
struct span capture_frame_comment(const struct capture_frame *frame, size_t index);

/* The sentence for an error, in English, without place or full stop. */
const char *capture_error_sentence(enum capture_error error);

/*
 * Writes where R broke: "frame 12 (at byte 5120)", or "at byte 24" for what
 * is no frame, or "" for a file wrong from its first byte on.
 */
size_t capture_error_place(const struct capture_reader *r, char *out, size_t size);

#endif
