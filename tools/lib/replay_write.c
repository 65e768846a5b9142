/*
 * replay_write.c - `rung replay -w OUT`: the chosen frames as a pcap of Ethernet.
 *
 * What came by another link gets a header of Ethernet. Comments, interfaces and
 * directions are left behind: --anonymise promises that nobody is recognised.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/capture_anonymise.h"
#include "tools/lib/output_file.h"
#include "tools/lib/replay_parts.h"

static bool write_frame(struct capture_writer *w, struct anonymiser *a,
                        const struct capture_frame *captured)
{
    struct replay_packet packet;
    struct capture_record record = { .at = captured->time_ns > 0 ? captured->time_ns : 0 };

    replay_take_apart(&packet, captured);
    record.frame = packet.d.bytes;
    record.original_len = packet.d.wire_len;
    if (a != NULL) /* the bytes are the reader's buffer, and nobody reads them again */
        anonymise(a, (uint8_t *)(uintptr_t)packet.d.bytes.at, packet.d.bytes.len);
    return capture_write_frame(w, &record);
}

bool replay_write(struct replay *replay, const struct replay_options *options)
{
    struct anonymiser *a = options->anonymise ? anonymiser_open() : NULL;
    struct capture_frame captured;
    struct capture_writer w;
    struct output_file file;
    bool good;

    if (options->anonymise && a == NULL)
        return false;
    if (!output_open(&file, options->write)) {
        anonymiser_close(a);
        return false;
    }
    good = capture_write_header(&w, output_sink(&file), CAPTURE_PCAP, NULL) &&
           capture_write_interface(&w, "capture", NULL);
    while (good && replay_next(replay, &captured))
        good = write_frame(&w, a, &captured);
    anonymiser_close(a);
    if (good)
        return output_commit(&file);
    output_abandon(&file);
    return false;
}
