/*
 * ladder_words.h - what the records of a trace say, in words.
 *
 * Lines are UTF-8, without control characters of foreign origin only after
 * the canvas has drawn them. All functions terminate what they write.
 */
#ifndef RUNG_TOOLS_LADDER_WORDS_H
#define RUNG_TOOLS_LADDER_WORDS_H

#include "tools/lib/capture_thread.h"
#include "tools/lib/ladder.h"
#include "tools/lib/run_message.h"
#include "tools/lib/tcp_view.h"

enum {
    LADDER_TEXT_SIZE = 512,      /* enough for any sentence with its citation */
    LADDER_COMMAND_MARK = 0x25b7 /* of a command of the script */
};

/* The facts of a frame, in full and in short, and what they are about. */
struct ladder_facts {
    char full[LADDER_TEXT_SIZE];
    char brief[LADDER_TEXT_SIZE]; /* "" until ladder_facts_in_short */
    char since[SINCE_SIZE];       /* in a capture: goes behind, if there is room; */
    bool resends;                 /* rather than the numbers before it */
    enum meaning meaning;
    bool damaged; /* as it was sent: then the facts say so */
    bool is_tcp;
    struct tcp_segment segment; /* if it is; but for its header */
};
/* What is to follow the segments of VIEW, a run or a capture; ABSOLUTE: with the numbers
 * that were sent. NULL: no memory. */
struct tcp_view *ladder_open_tcp(const struct run_view *view, bool absolute);

/* TCP follows the segments: each frame is to be asked for once, in order; or
 * only to be followed, if nobody wants to see its facts. */
void ladder_follow(const struct run_view *view, struct tcp_view *tcp, uint32_t frame);
void ladder_facts(const struct run_view *view, struct tcp_view *tcp, uint32_t frame,
                  struct ladder_facts *facts);

/* Puts what goes behind, there is room for it, behind the full form. */
void ladder_facts_add_since(struct ladder_facts *facts);

/* Fills in the brief form, which few frames need, of FACTS of FRAME: the longest that fits
 * into ROOM columns, or the shortest there is. */
void ladder_facts_in_short(const struct run_view *view, const struct tcp_view *tcp, uint32_t frame,
                           int room, struct ladder_facts *facts);

/* What a record (LOST, FATE, STATE, APP or WHY; TX: see ladder_tells_passing) says. */
struct ladder_note {
    char text[LADDER_TEXT_SIZE];
    char brief[LADDER_TEXT_SIZE]; /* the same in less room, or "" */
    struct run_quote quote;       /* of the message that it is about */
    enum meaning meaning;
    uint32_t mark; /* the sign that stands at the column */
    uint16_t link; /* a command to this wire; else LINK_NONE */
    bool shared;   /* a loss of several frames: the text names them */
};
/* Of record INDEX. WHY: of which layers reasons are told in full, with their
 * citation (as in ladder.h). TCP has been asked for all frames before it. */
void ladder_note(const struct run_view *view, struct tcp_view *tcp, uint32_t index, unsigned why,
                 struct ladder_note *note);

/* BEFORE and NOTE in one line, with as much of the message as fits into ROOM
 * columns, if that is worth while. */
void ladder_note_line(const struct ladder_note *note, bool ascii, int room, const char *before,
                      char *out, size_t size);

/* Whether the ladder shows RECORD, by its kind and by what is asked for; but
 * not what becomes of a frame that is hidden. */
bool ladder_shows(const struct run_view *view, const struct record *record,
                  const struct ladder_options *options);

/* Whether there is something to tell of FRAME, which goes on from another (see
 * run_join.h): a router has changed it. Its RECORD_TX is the note. */
bool ladder_tells_passing(const struct run_view *view, uint32_t frame);

/* Where VIEW has blanks (ladder_blanks.h): the fields of FRAME's segment that are, as
 * enum tcp_hidden; TEXT, one form of its FACTS, without what else is; and a note. */
unsigned ladder_hidden_fields(const struct run_view *view, uint32_t frame,
                              const struct tcp_segment *segment);
void ladder_blank_facts(const struct run_view *view, uint32_t frame, struct ladder_facts *facts,
                        char *text, size_t size);
void ladder_blank_note(const struct run_view *view, uint32_t index, const struct record *record,
                       struct ladder_note *note);

/* What breaks a rule about FRAME of a capture: "! the TCP checksum is wrong (RFC ...)", number
 * INDEX from 0 on; false: there are no more, or the capture is still being read. */
bool ladder_break(const struct run_view *view, uint32_t frame, uint32_t index, char *out,
                  size_t size);

/* What becomes of a frame on its wire. */
bool ladder_befalls_flight(const struct record *record);

#endif
