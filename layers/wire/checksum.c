#include "layers/wire/checksum.h"

#include <string.h>

/* Adds with the carry brought round: ones' complement addition. */
static uint64_t add_carry(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;

    return sum + (sum < a);
}

/* The last LEN < 8 bytes, as if a zero followed. */
static uint64_t sum_last(const uint8_t *at, size_t len)
{
    uint8_t pair[2] = { 0 };
    uint64_t sum = 0;
    uint32_t four;
    uint16_t two;

    if (len & 4) {
        memcpy(&four, at, sizeof(four));
        sum += four;
        at += 4;
    }
    if (len & 2) {
        memcpy(&two, at, sizeof(two));
        sum += two;
        at += 2;
    }
    if (len & 1) {
        pair[0] = *at;
        memcpy(&two, pair, sizeof(two));
        sum += two;
    }
    return sum;
}

/* What is as short as a header is not worth lanes. */
static uint64_t sum_short(const uint8_t *at, size_t len)
{
    uint64_t sum = 0;

    for (; len >= sizeof(sum); at += sizeof(sum), len -= sizeof(sum)) {
        uint64_t word;

        memcpy(&word, at, sizeof(word));
        sum = add_carry(sum, word);
    }
    return add_carry(sum, sum_last(at, len));
}

/*
 * The sum of LEN bytes as words in the machine's own order, which RFC 1071 2
 * (B) allows: only the folded result is swapped. RFC 1071 2 (C): words of 32
 * bits do as well as those of 16, and here four of them are added at once. A
 * lane is two sums of 64 bits, so that an addition takes in two words each;
 * what their high halves come to is counted on the side, and what is left of
 * the sum without it is the low halves. No carry is ever waited for.
 */
typedef uint64_t pair __attribute__((vector_size(16)));

struct lane {
    pair sum, high;
};

static inline void lane_add(struct lane *lane, const uint8_t *at)
{
    pair words;

    memcpy(&words, at, sizeof(words));
    lane->sum += words;
    lane->high += words >> 32;
}

static uint64_t lane_total(const struct lane *lane)
{
    pair low = lane->sum - (lane->high << 32);

    return low[0] + low[1] + lane->high[0] + lane->high[1];
}

/* Two lanes, which do not wait for each other. */
static uint64_t sum_long(const uint8_t *at, size_t len)
{
    struct lane a = { 0 }, b = { 0 };

    for (; len >= 64; at += 64, len -= 64) {
        lane_add(&a, at);
        lane_add(&b, at + 16);
        lane_add(&a, at + 32);
        lane_add(&b, at + 48);
    }
    return add_carry(lane_total(&a) + lane_total(&b), sum_short(at, len));
}

static uint16_t fold(uint64_t sum)
{
    sum = (sum >> 32) + (sum & 0xffffffff);
    sum = (sum >> 32) + (sum & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)sum;
}

/* A word in the machine's own order becomes a number, and back. */
static uint16_t swap_if_little(uint16_t word)
{
    uint8_t bytes[2];

    memcpy(bytes, &word, sizeof(bytes));
    return (uint16_t)((unsigned)bytes[0] << 8 | bytes[1]);
}

void checksum_add(struct checksum_sum *sum, struct span bytes)
{
    uint64_t part;

    if (bytes.len == 0)
        return;
    part = bytes.len < 64 ? sum_short(bytes.at, bytes.len) : sum_long(bytes.at, bytes.len);
    /* Bytes that sit in the other halves of their words sum up to the same
     * with its halves swapped: RFC 1071 2 (B) once more. */
    if (sum->odd) {
        uint16_t word = fold(part);

        part = (uint16_t)(word << 8 | word >> 8);
    }
    sum->sum = add_carry(sum->sum, part);
    sum->odd ^= bytes.len & 1;
}

void checksum_add_word(struct checksum_sum *sum, uint16_t word)
{
    uint16_t part = swap_if_little(word);

    if (sum->odd)
        part = (uint16_t)(part << 8 | part >> 8);
    sum->sum = add_carry(sum->sum, part);
}

void checksum_add_long(struct checksum_sum *sum, uint32_t value)
{
    checksum_add_word(sum, (uint16_t)(value >> 16));
    checksum_add_word(sum, (uint16_t)value);
}

uint16_t checksum_fold(const struct checksum_sum *sum)
{
    return (uint16_t)~swap_if_little(fold(sum->sum));
}

uint16_t checksum(struct span bytes)
{
    struct checksum_sum sum = { 0 };

    checksum_add(&sum, bytes);
    return checksum_fold(&sum);
}

uint16_t checksum_update(uint16_t old_checksum, uint16_t old_word, uint16_t new_word)
{
    uint32_t sum = (uint16_t)~old_checksum;

    sum += (uint16_t)~old_word;
    sum += new_word;
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)~sum;
}
