/*
 * Any bytes as a capture file: through the reader, the link headers and the
 * line that replay prints. Nothing may crash, hang, or lie about lengths.
 */
#include <string.h>

#include "sim/capture_link.h"
#include "sim/capture_reader.h"
#include "tests/fuzz/input.h"
#include "tools/lib/replay_parts.h"
#include "tools/lib/tcp_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span input;

static void look_at(const struct capture_frame *captured, FILE *out)
{
    static const struct replay_layout layout = { .width = 80, .comments = true, .ascii = true };
    static struct capture_threads *threads;
    static struct tcp_view *tcp;
    struct replay_frame frame;
    struct span payload;
    uint16_t ethertype;
    ASSERT(captured->bytes.len <= CAPTURE_FRAME_LIMIT);
    ASSERT(captured->comment.len <= CAPTURE_OPTIONS_LIMIT);
    if (capture_payload(captured->linktype, captured->bytes, &ethertype, &payload))
        ASSERT(payload.at + payload.len == captured->bytes.at + captured->bytes.len);
    if (tcp == NULL)
        tcp = tcp_view_open(TCP_VIEW_CAPTURE);
    if (threads == NULL)
        threads = capture_threads_open();
    ASSERT(tcp != NULL && threads != NULL);
    replay_understand(&frame, captured, tcp);
    replay_add_thread(&frame, captured, threads);
    ASSERT(strlen(frame.facts) < SUMMARY_SIZE);
    replay_print_frame(&layout, &frame, captured, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[REPLAY_HEADER_ROOM + CAPTURE_BUFFER_BYTES];
    static struct capture_reader reader;
    static FILE *out;
    struct capture_frame captured;
    char place[80];

    if (out == NULL)
        out = fopen("/dev/null", "w");
    input = (struct span){ data, size };
    capture_reader_init(&reader, fuzz_source(&input), memory + REPLAY_HEADER_ROOM);
    while (capture_read(&reader, &captured) == CAPTURE_GOT_FRAME)
        look_at(&captured, out);
    ASSERT(reader.offset <= size);
    ASSERT(reader.error != CAPTURE_NO_ERROR || reader.offset == size);
    capture_error_place(&reader, place, sizeof place);
    return 0;
}
