/*
 * replay_write.c - `rung replay -w OUT`: the chosen frames as a capture.
 *
 * They keep their link headers. A pcap holds frames of one link type: the first
 * one's. If that is Ethernet, what comes by another link is dressed as Ethernet;
 * else it takes a pcapng (a name that ends so), which has an interface for each.
 * Comments, interfaces and directions are left behind: --anonymise promises that nobody
 * is recognised.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/capture_link.h"
#include "tools/lib/capture_anonymise.h"
#include "tools/lib/output_file.h"
#include "tools/lib/replay_parts.h"

enum { LINKS_MAX = 32 };

struct writing {
    struct capture_writer w;
    struct anonymiser *a; /* or NULL */
    struct output_file file;
    enum capture_format format;
    uint32_t links[LINKS_MAX]; /* of pcapng, by interface */
    bool begun, other_link;
};

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), end_len = strlen(end);

    return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static bool begin(struct writing *writing, uint32_t linktype)
{
    writing->begun = true;
    writing->links[0] = linktype;
    return capture_write_header_for(&writing->w, output_sink(&writing->file), writing->format, NULL,
                                    linktype) &&
           capture_write_interface(&writing->w, "capture", NULL);
}

/* The interface of LINKTYPE, which is new in a pcapng. False: there is none, and no more. */
static bool find_interface(struct writing *writing, uint32_t linktype, uint32_t *interface)
{
    uint32_t count = writing->w.interfaces;

    for (*interface = 0; *interface < count; ++*interface)
        if (writing->links[*interface] == linktype)
            return true;
    if (writing->format == CAPTURE_PCAP || count == LINKS_MAX)
        return false;
    writing->links[count] = writing->w.linktype = linktype;
    return capture_write_interface(&writing->w, "capture", NULL);
}

/* Dresses CAPTURED as Ethernet, and says so. */
static void dress(struct capture_record *record, const struct capture_frame *captured)
{
    struct replay_packet packet;

    replay_take_apart(&packet, captured);
    record->frame = packet.d.bytes;
    record->original_len = packet.d.wire_len;
}

static bool write_frame(struct writing *writing, const struct capture_frame *captured)
{
    struct capture_record record = { .at = captured->time_ns > 0 ? captured->time_ns : 0,
                                     .frame = captured->bytes,
                                     .original_len = captured->original_len };
    uint32_t linktype = captured->linktype;

    if (!writing->begun && !begin(writing, linktype))
        return false;
    if (!find_interface(writing, linktype, &record.interface)) {
        if (writing->links[0] != LINKTYPE_ETHERNET) {
            writing->other_link = true;
            return false;
        }
        dress(&record, captured);
        linktype = LINKTYPE_ETHERNET;
        record.interface = 0;
    }
    if (writing->a != NULL) /* the bytes are the reader's buffer, and nobody reads them again */
        anonymise_link(writing->a, linktype, (uint8_t *)(uintptr_t)record.frame.at,
                       record.frame.len);
    return capture_write_frame(&writing->w, &record);
}

static bool write_all(struct writing *writing, struct replay *replay)
{
    struct capture_frame captured;

    while (replay_next(replay, &captured))
        if (!write_frame(writing, &captured))
            return false;
    return writing->begun || begin(writing, LINKTYPE_ETHERNET);
}

enum replay_written replay_write(struct replay *replay, const struct replay_options *options)
{
    struct writing writing = { .format = ends_in(options->write, ".pcapng") ? CAPTURE_PCAPNG
                                                                            : CAPTURE_PCAP };
    bool good;

    if (options->anonymise && (writing.a = anonymiser_open()) == NULL)
        return REPLAY_NOT_WRITTEN;
    if (!output_open(&writing.file, options->write)) {
        anonymiser_close(writing.a);
        return REPLAY_NOT_WRITTEN;
    }
    good = write_all(&writing, replay);
    anonymiser_close(writing.a);
    if (good)
        return output_commit(&writing.file) ? REPLAY_WRITTEN : REPLAY_NOT_WRITTEN;
    output_abandon(&writing.file);
    return writing.other_link ? REPLAY_OTHER_LINK : REPLAY_NOT_WRITTEN;
}
