/*
 * capture_talk.h - one TCP connection, taken out of a capture: what was seen of
 * it, and what the programs at its ends must have done.
 *
 *   capture --choose--> segments of one connection      capture_talk.c
 *           ----------> its ends: numbers, options      capture_talk_text.c
 *           ----------> its beginning, if that is       capture_join.c
 *                       not in the capture
 *           ----------> text of either end
 *           ----------> what was lost on its way        capture_talk_loss.c
 *           ----------> deeds of either end's program   capture_talk_deeds.c
 *
 * Under `rung replay --into` and `rung new --from`. Side 0 is the client (who sent
 * the SYN; if none was seen, who has the higher port), side 1 the server.
 *
 * A connection that began before the capture gets a handshake, and the text that was
 * under way, in front: made up so that the ends stand where the first frames show them.
 * Text is counted from 0, the first byte behind the SYN. What was never captured, but
 * must have been sent (a gap that was acknowledged, bytes beyond the snapshot
 * length), is text too: it reads as zeros.
 *
 * A deed is inferred: it is dated by the first segment that shows it, and says how
 * much its program had read by then. Retransmissions show none.
 */
#ifndef RUNG_TOOLS_CAPTURE_TALK_H
#define RUNG_TOOLS_CAPTURE_TALK_H

#include "layers/wire/span.h"
#include "layers/wire/tcp_header.h"
#include "sim/vtime.h"
#include "tools/lib/capture_segment.h"
#include "tools/lib/tcp_infer.h"

enum { TALK_CLIENT, TALK_SERVER };

enum {
    TALK_SEGMENTS_MAX = 4000000,
    TALK_WHY_SIZE = 600,
    /* Text may run ahead of what was seen before by no more: it is somebody else's. */
    TALK_JUMP_MAX = 1 << 26,
};
#define TALK_BYTES_MAX ((size_t)1 << 30)

/* Which connection. */
struct capture_talk_choice {
    const char *filter; /* tcpdump's; "" chooses every frame */
    bool by_stream;     /* else the first whose handshake is whole; else the first */
    uint32_t stream;    /* as --summary counts the frames that the filter chooses */
};

struct talk_segment {
    vtime at;          /* since the first of the connection; never goes back */
    uint64_t frame;    /* its number in the file */
    uint32_t seq, ack; /* as they were sent */
    uint32_t len;      /* bytes of text on the wire, of which */
    uint32_t captured; /* so many are there, */
    size_t bytes;      /* from here on in the talk's bytes */
    uint64_t offset;   /* of its text, if any, in its end's */
    uint16_t window, urgent;
    uint8_t flags, side;
    uint8_t options_len;
    uint8_t options[TCP_OPTIONS_MAX];
    bool options_cut; /* the snapshot length left out some */
    bool twice;       /* the same datagram, captured once more on its way */
    bool stray;       /* with numbers that cannot be the connection's */
    bool resent;      /* it has text, or a SYN or FIN, and nothing new of it */
    bool lost;        /* behind the capture point, as far as what followed shows */
    bool made_up;     /* before the capture began; has no frame (0) */
};

struct talk_end {
    struct flow_end address;
    bool opened;   /* its SYN was seen */
    uint32_t syns; /* it sent so many, */
    vtime syn_at;  /* the last one at that time */
    bool numbered; /* ISS is known: it sent something, or was answered */
    uint32_t iss;  /* its number 0 */
    /* As its SYN said. */
    uint16_t mss; /* 0: nothing */
    int8_t scale; /* -1: no option */
    bool sack, timestamps, ecn;
    uint16_t window;      /* of its SYN; 0: none was seen */
    uint32_t window_most; /* largest it offered, in bytes */
    uint32_t longest;     /* text of one segment, in bytes */
    uint64_t text;        /* bytes it sent in all, */
    uint64_t seen;        /* up to here in segments; the rest was acknowledged only */
    bool fin;             /* it sent one, behind all of its text */
    vtime rtt;            /* shortest round trip from the capture point to it; 0: not known */
    int state;            /* at the end of the capture: STATE_TCP_..., inferred */
};

/* Of a connection that began before the capture did: what is assumed of it. */
struct talk_join {
    bool joined;           /* the client's SYN is not in the capture */
    bool half;             /* but the SYN,ACK is: only the SYN is made up */
    bool timestamps, sack; /* some segment has the option */
    bool ecn;              /* some segment has one of its flags */
    uint16_t mss[2];       /* announced by either side */
    int8_t scale[2];       /* -1: no option */
    int8_t least_scale[2]; /* with which fits what the other sent */
    uint32_t sent[2];      /* numbers that either had used */
    uint32_t window[2];    /* segments that were under way at once when the first passed; 0:
                              no more than any new connection may send (RFC 6928) */
};

struct capture_talk {
    struct tcp_inference inference; /* at the end of the capture */
    struct talk_end end[2];
    bool ipv6;
    uint32_t stream;      /* its number, and */
    uint32_t connections; /* how many there are */
    bool whole_handshake; /* SYN, SYN-ACK and the ACK of it were seen */
    struct talk_join join;
    struct talk_segment *segments;
    uint32_t count;
    uint32_t before;                  /* the first ones, that are made up */
    uint32_t twice, stray, cut, lost; /* segments captured twice; stray; with bytes missing */
    uint8_t *bytes;                   /* of the segments */
    size_t bytes_used;
    uint32_t *order[2]; /* segments with text, by their offset */
    uint32_t order_count[2];
    vtime until; /* when the last frame of the capture passed, of whatever connection */
    char trouble[TALK_WHY_SIZE]; /* why the capture was not read to its end; or "" */
};

/*
 * Takes the connection that CHOICE means out of the capture. TALK must be given to
 * capture_talk_close afterwards. False: there is no such connection (the filter is
 * none, the stream is missing, no memory): WHY (TALK_WHY_SIZE bytes) says so, and TALK
 * is closed already; its `trouble` may say more.
 */
bool capture_talk_open(struct capture_talk *talk, struct byte_source source,
                       const struct capture_talk_choice *choice, char *why);
void capture_talk_close(struct capture_talk *talk);

/* LEN bytes of SIDE's text from OFFSET on; zeros where they were not captured. */
void capture_talk_text(const struct capture_talk *talk, unsigned side, uint64_t offset,
                       uint8_t *out, size_t len);

/* The segment's header as it was sent (options in SEGMENT, which must stay). */
void capture_talk_header(const struct talk_segment *segment, struct tcp_header *h);

/* What is assumed of a talk that was joined within, line by line from 0: "window scale: not
 * known, taken as none". 0: there are no more. */
size_t capture_talk_assumed(const struct capture_talk *talk, unsigned line, char *out, size_t size);

/* Writes "10.0.0.1:80" or "[2001:db8::1]:80" of SIDE. */
void capture_talk_name(const struct capture_talk *talk, unsigned side, char *out, size_t size);

/* ---- What the programs did ---- */

enum talk_deed_kind {
    TALK_CONNECTS,
    TALK_LISTENS,  /* from the beginning */
    TALK_REFUSES,  /* there is nobody at this port */
    TALK_WRITES,   /* LEN bytes, from OFFSET of its text */
    TALK_STOPS,    /* reads no more: its window closes */
    TALK_READS,    /* LEN bytes, while it has stopped */
    TALK_READS_ON, /* everything, at once */
    TALK_SHUTS,    /* ends sending, and goes on reading */
    TALK_CLOSES,   /* ends both */
    TALK_ABORTS,   /* resets */
};

struct talk_deed {
    enum talk_deed_kind kind;
    vtime at;         /* of the segment that shows it */
    uint32_t segment; /* its index */
    uint64_t offset, len;
    uint64_t heard; /* bytes of the other's text that it had acknowledged by then */
    vtime heard_at; /* when the last of this passed, the FIN with it; 0: nothing */
    bool heard_fin; /* and the other's FIN */
};

/* How finely writes are told apart: each new piece of text as it was sent; or what
 * must have been one write, since only windows, not the program, parted it. */
enum talk_grain { TALK_BY_SEGMENT, TALK_BY_WRITE };

/* The deeds of SIDE's program, in order of time; *COUNT of them, the caller's to free. NULL:
 * no memory. */
struct talk_deed *capture_talk_deeds(const struct capture_talk *talk, unsigned side,
                                     enum talk_grain grain, uint32_t *count);

/* "connects", "writes" ...: for messages and tests. */
const char *talk_deed_name(enum talk_deed_kind kind);

/* ---- For capture_talk*.c ---- */

/* Fills in the ends, and what of the segments follows from their numbers; makes ready what
 * capture_talk_text needs. False: no memory. */
bool capture_talk_number(struct capture_talk *talk);

/* Finds those that were lost. */
void capture_talk_lose(struct capture_talk *talk);

/* Puts in front of a numbered talk what must have been before, if its beginning is not in the
 * capture, and numbers it again. False: no memory. */
bool capture_talk_join(struct capture_talk *talk);

/* The window that S offers, in bytes. */
uint32_t capture_talk_window(const struct capture_talk *talk, const struct talk_segment *s);

#endif
