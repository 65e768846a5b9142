/*
 * capture_writer.h - capture files out: nanosecond pcap, and pcapng.
 *
 *   pcap     file header | record | record | ...
 *   pcapng   section | hosts' names | interface, one a vantage point |
 *            frame + comments + direction | frame ... (or an interface) | ...
 *
 * Formats: draft-ietf-opsawg-pcap and -pcapng. Both are written little-endian
 * whatever the machine, Ethernet, without frame check sequence, with times in
 * nanoseconds: virtual time 0 is the epoch (1970), so that Wireshark's
 * frame.time_epoch reads as virtual seconds.
 *
 * A pcap holds frames and no more. A pcapng also says at which interface a
 * frame was seen, in which direction, and carries the whys as comments; a
 * frame that the wire lost is there with a comment that says so.
 *
 * Bytes go to a sink of the caller's: sim/ knows no files, and a half-written
 * file is the caller's to remove. The first write that the sink refuses
 * stops everything; the calls after it return false too. Nothing is
 * allocated, nothing buffered.
 */
#ifndef RUNG_SIM_CAPTURE_WRITER_H
#define RUNG_SIM_CAPTURE_WRITER_H

#include "sim/base.h"
#include "sim/vtime.h"

struct byte_sink {
    bool (*write)(void *ctx, const void *bytes, size_t len); /* all or false */
    void *ctx;
};

enum capture_format { CAPTURE_PCAP, CAPTURE_PCAPNG };

enum capture_direction { CAPTURE_NO_DIRECTION, CAPTURE_INBOUND, CAPTURE_OUTBOUND };

#define CAPTURE_COMMENT_LIMIT 32767 /* bytes; a longer text is cut */

struct capture_writer {
    struct byte_sink sink;
    enum capture_format format;
    bool failed;          /* the sink refused something */
    bool framed;          /* a frame was written: too late for names */
    uint32_t interfaces;  /* described so far */
    uint32_t linktype;    /* of the interfaces described from now on; Ethernet's at first */
    uint64_t bytes;       /* given to the sink so far */
};

/* Free text about the file, each NULL or UTF-8. pcap has no room for it. */
struct capture_about {
    const char *application; /* "rung 0.1.0" */
    const char *hardware;    /* "simulated" */
    const char *comment;     /* title of the lab, seed */
};

struct capture_host {
    uint32_t ip; /* host order */
    const char *name;
};

struct capture_record {
    uint32_t interface;      /* as capture_write_interface numbered it */
    vtime at;                /* not negative */
    struct span frame;       /* without frame check sequence */
    size_t original_len;     /* bytes on the wire; 0: all are in FRAME */
    enum capture_direction direction;
    const char *const *comments; /* UTF-8; empty ones are left out, and those */
    size_t comment_count;        /* that no longer fit into 64 KiB together */
};

/* Begins a file and writes its header. ABOUT may be NULL. */
bool capture_write_header(struct capture_writer *w, struct byte_sink sink,
                          enum capture_format format, const struct capture_about *about);
/* The same for frames of another link type (capture_link.h) than Ethernet. */
bool capture_write_header_for(struct capture_writer *w, struct byte_sink sink,
                              enum capture_format format, const struct capture_about *about,
                              uint32_t linktype);

/*
 * Names addresses, so that Wireshark shows hosts by their names in the lab.
 * Before the first frame; pcap has no room for them and ignores them.
 */
bool capture_write_hosts(struct capture_writer *w, const struct capture_host *hosts, size_t count);

/*
 * Describes the next vantage point: 0, 1, 2 ... in order of the calls; W->interfaces
 * counts them. DESCRIPTION may be NULL. pcap knows one interface, unnamed.
 */
bool capture_write_interface(struct capture_writer *w, const char *name, const char *description);

/* Appends one frame; in pcapng its interface must have been described. */
bool capture_write_frame(struct capture_writer *w, const struct capture_record *record);

#endif
