#include "layers/wire/tcp_option.h"

#include "layers/wire/span.h"

static bool length_fits(uint8_t kind, size_t length)
{
    switch (kind) {
    case TCP_OPTION_MSS:
        return length == 4;
    case TCP_OPTION_WINDOW_SCALE:
        return length == 3;
    case TCP_OPTION_SACK_PERMITTED:
        return length == 2;
    case TCP_OPTION_SACK:
        return length >= 10 && length % 8 == 2;
    case TCP_OPTION_TIMESTAMPS:
        return length == 10;
    default:
        return length >= 2;
    }
}

void tcp_option_begin(struct tcp_option_reader *reader, struct span options)
{
    *reader = (struct tcp_option_reader){ .options = options };
}

static rule_id check_option(struct span raw, size_t *length)
{
    if (raw.len < 2)
        return RULE_TCP_OPTION_CUT;
    *length = raw.at[1];
    if (!length_fits(raw.at[0], *length))
        return RULE_TCP_OPTION_BAD_LENGTH;
    return *length > raw.len ? RULE_TCP_OPTION_CUT : RULE_NONE;
}

bool tcp_option_next(struct tcp_option_reader *reader, struct tcp_option *option)
{
    struct span raw = span_after(reader->options, reader->at);
    size_t length = 1;

    if (reader->refused != RULE_NONE || raw.len == 0)
        return false;
    if (raw.at[0] == TCP_OPTION_END)
        return false;
    if (raw.at[0] != TCP_OPTION_NOP)
        reader->refused = check_option(raw, &length);
    if (reader->refused != RULE_NONE)
        return false;
    option->kind = raw.at[0];
    option->data = span_after(span_first(raw, length), min_size(length, 2));
    reader->at += length;
    return true;
}
