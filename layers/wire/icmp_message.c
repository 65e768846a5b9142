#include "layers/wire/icmp_message.h"

#include "layers/wire/bytes.h"
#include "layers/wire/checksum.h"
#include "layers/wire/span.h"

rule_id icmp_message_parse(struct icmp_message *m, struct span in, struct span *payload)
{
    *payload = span_empty(in);
    if (in.len < ICMP_HEADER_LEN)
        return RULE_ICMP_TRUNCATED;
    m->type = in.at[0];
    m->code = in.at[1];
    m->checksum = get_be16(in.at + ICMP_CHECKSUM_AT);
    m->rest = get_be32(in.at + 4);
    *payload = span_after(in, ICMP_HEADER_LEN);
    return RULE_NONE;
}

size_t icmp_message_emit(const struct icmp_message *m, uint8_t *out)
{
    out[0] = m->type;
    out[1] = m->code;
    put_be16(out + ICMP_CHECKSUM_AT, m->checksum);
    put_be32(out + 4, m->rest);
    return ICMP_HEADER_LEN;
}

uint16_t icmp_checksum(struct span message)
{
    struct checksum_sum sum = { 0 };

    ASSERT(message.len >= ICMP_HEADER_LEN);
    checksum_add(&sum, span_first(message, ICMP_CHECKSUM_AT));
    checksum_add(&sum, span_after(message, ICMP_CHECKSUM_AT + 2));
    return checksum_fold(&sum);
}

bool icmp_checksum_ok(struct span message)
{
    return message.len >= ICMP_HEADER_LEN && checksum(message) == 0;
}

bool icmp_type_is_error(uint8_t type)
{
    return type == ICMP_UNREACHABLE || type == ICMP_SOURCE_QUENCH ||
           type == ICMP_REDIRECT || type == ICMP_TIME_EXCEEDED ||
           type == ICMP_PARAMETER_PROBLEM;
}

bool icmp_type_has_identifier(uint8_t type)
{
    return type == ICMP_ECHO_REPLY || type == ICMP_ECHO_REQUEST ||
           (type >= ICMP_TIMESTAMP_REQUEST && type <= ICMP_MASK_REPLY);
}
