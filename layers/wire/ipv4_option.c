#include "layers/wire/ipv4_option.h"

#include "layers/wire/ipv4_header.h"
#include "layers/wire/span.h"

/* What RFC 791 3.1 demands of an option: its length, and its pointer. */
struct option_form {
    uint8_t type;
    uint8_t length_min;
    uint8_t length_max;
    uint8_t pointer_min; /* 0: it has none */
};

static const struct option_form forms[] = {
    { IPV4_OPTION_RECORD_ROUTE, 3, IPV4_OPTIONS_MAX, 4 },
    { IPV4_OPTION_LOOSE_ROUTE, 3, IPV4_OPTIONS_MAX, 4 },
    { IPV4_OPTION_STRICT_ROUTE, 3, IPV4_OPTIONS_MAX, 4 },
    { IPV4_OPTION_TIMESTAMP, 4, IPV4_OPTIONS_MAX, 5 },
    { IPV4_OPTION_STREAM_ID, 4, 4, 0 },
    { IPV4_OPTION_ROUTER_ALERT, 4, 4, 0 },
};
static const struct option_form any_form = { 0, 2, IPV4_OPTIONS_MAX, 0 };

static const struct option_form *form_of(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (forms[i].type == type)
            return &forms[i];
    return &any_form;
}

void ipv4_option_begin(struct ipv4_option_reader *reader, struct span options)
{
    *reader = (struct ipv4_option_reader){ .options = options };
}

/* Notes the refusal; the octet at DISTANCE from the option is to blame. */
static bool refuse(struct ipv4_option_reader *reader, rule_id rule, size_t distance)
{
    reader->refused = rule;
    reader->refused_at = (uint8_t)(IPV4_HEADER_MIN + reader->at + distance);
    return false;
}

/* Checks length and pointer of the option at RAW and yields its length. */
static bool check_option(struct ipv4_option_reader *reader, struct span raw,
                         size_t *length)
{
    const struct option_form *form = form_of(raw.at[0]);

    if (raw.len < 2)
        return refuse(reader, RULE_IP_OPTION_CUT, 0);
    *length = raw.at[1];
    if (*length < form->length_min || *length > form->length_max)
        return refuse(reader, RULE_IP_OPTION_BAD_LENGTH, 1);
    if (*length > raw.len)
        return refuse(reader, RULE_IP_OPTION_CUT, 1);
    if (form->pointer_min > 0 && raw.at[2] < form->pointer_min)
        return refuse(reader, RULE_IP_OPTION_BAD_POINTER, 2);
    return true;
}

bool ipv4_option_next(struct ipv4_option_reader *reader, struct ipv4_option *option)
{
    struct span raw = span_after(reader->options, reader->at);
    size_t length = 1;

    if (reader->refused != RULE_NONE || raw.len == 0)
        return false;
    if (raw.at[0] == IPV4_OPTION_END)
        return false;
    if (raw.at[0] != IPV4_OPTION_NOP && !check_option(reader, raw, &length))
        return false;
    option->type = raw.at[0];
    option->offset = (uint8_t)(IPV4_HEADER_MIN + reader->at);
    option->raw = span_first(raw, length);
    option->data = span_after(option->raw, min_size(length, 2));
    reader->at += length;
    return true;
}
