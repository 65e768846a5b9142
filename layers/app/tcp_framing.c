#include "layers/app/tcp_framing.h"

static void tell_and_begin(struct tcp_framing *framing, tcp_framing_told *told, void *ctx)
{
    uint32_t length = framing->got;
    size_t kept = min_size(length, TCP_FRAMING_KEPT);

    framing->header = framing->length = framing->got = 0;
    told(ctx, length, (struct span){ framing->kept, kept });
}

static void keep(struct tcp_framing *framing, uint8_t byte)
{
    if (framing->got < TCP_FRAMING_KEPT)
        framing->kept[framing->got] = byte;
    framing->got++;
}

static void take_of_line(struct tcp_framing *framing, uint8_t byte, tcp_framing_told *told,
                         void *ctx)
{
    if (byte == '\n')
        tell_and_begin(framing, told, ctx);
    else
        keep(framing, byte);
}

static void take_of_message(struct tcp_framing *framing, uint8_t byte, tcp_framing_told *told,
                            void *ctx)
{
    if (framing->header < TCP_FRAME_HEADER) {
        framing->length = framing->length << 8 | byte;
        framing->header++;
    } else {
        keep(framing, byte);
    }
    if (framing->header == TCP_FRAME_HEADER && framing->got == framing->length)
        tell_and_begin(framing, told, ctx);
}

void tcp_framing_take(struct tcp_framing *framing, struct span bytes, tcp_framing_told *told,
                      void *ctx)
{
    bool lines = framing->kind == TCP_FRAMING_LINES;

    for (size_t i = 0; i < bytes.len; i++) {
        if (lines)
            take_of_line(framing, bytes.at[i], told, ctx);
        else
            take_of_message(framing, bytes.at[i], told, ctx);
    }
}

uint32_t tcp_framing_pending(const struct tcp_framing *framing)
{
    return framing->header + framing->got;
}
