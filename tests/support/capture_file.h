/*
 * capture_file.h - a capture file made in memory, frame by frame, and read.
 */
#ifndef RUNG_TESTS_SUPPORT_CAPTURE_FILE_H
#define RUNG_TESTS_SUPPORT_CAPTURE_FILE_H

#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "sim/capture_reader.h"
#include "sim/capture_writer.h"

struct capture_file {
    uint8_t bytes[1 << 20];
    size_t len, read_at;
    struct capture_writer writer;
};

/* An empty file with one interface; pcap files are of Ethernet. */
void capture_file_begin(struct capture_file *file, enum capture_format format);

/* Appends FRAME, seen at AT. COMMENT may be NULL. */
void capture_file_frame(struct capture_file *file, vtime at, struct span frame,
                        const char *comment);

/* Appends a TCP segment of H with LEN zeros of data; all checksums are right. */
void capture_file_tcp(struct capture_file *file, vtime at, ipv4 from, ipv4 to,
                      const struct tcp_header *h, size_t len);

/* The pcapng that `rung run -w` makes of the run of VIEW, in place of what FILE
 * holds; of what node AT sees, or with NODE_NONE of all. False: it is too long. */
struct run_view;
bool capture_file_of_run(struct capture_file *file, const struct run_view *view, uint16_t at);

/* Reads it from its start on. */
struct byte_source capture_file_source(struct capture_file *file);

#endif
