/*
 * The retransmission queue against a naive model: an array with one element a
 * byte of sequence space. Random operations; after each, every entry must
 * agree with its bytes, and every sum with a count.
 */
#include "layers/tcp/tcp_queue.h"

#include <stdio.h>
#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { BYTES = 256, SEQUENCES = 10000, STEPS = 40, LONGEST = 12 };

struct byte {
    vtime at;
    uint16_t times;
    bool sacked, lost, resent;
};

static struct model {
    struct byte bytes[BYTES];
    uint32_t una, nxt; /* offsets from `base` */
    seq32 base;
    vtime now;
    uint64_t luck;
} m;

static struct arena arena;
static struct tcp_memory memory;
static struct tcp_queue q;

/* ---- Chance ---- */

static uint32_t draw(uint32_t below)
{
    m.luck = hash_mix(m.luck);
    return (uint32_t)(m.luck >> 33) % below;
}

/* LEFT to RIGHT, not empty, within what is outstanding. */
static bool draw_range(uint32_t *left, uint32_t *right)
{
    if (m.una == m.nxt)
        return false;
    *left = m.una + draw(m.nxt - m.una);
    *right = *left + 1 + draw(m.nxt - *left);
    return true;
}

/* ---- Operations: each on the queue and on the model ---- */

static bool add(void)
{
    uint32_t len = 1 + draw(LONGEST);

    if (m.nxt + len > BYTES)
        return true;
    tcp_queue_add(&q, &memory, m.base + m.nxt, len, m.now);
    for (uint32_t i = 0; i < len; i++)
        m.bytes[m.nxt++] = (struct byte){ .at = m.now, .times = 1 };
    return true;
}

static bool ack(void)
{
    struct tcp_acked acked;
    uint32_t una = m.una + draw(m.nxt - m.una + 1), reported = 0;

    for (uint32_t i = m.una; i < una; i++)
        reported += m.bytes[i].sacked;
    tcp_queue_acked(&q, m.base + una, &acked);
    if (acked.bytes != una - m.una || acked.reported != reported)
        return false;
    m.una = una;
    return true;
}

static uint32_t told; /* bytes that tcp_queue_sack told of */

static void found(void *ctx, const struct tcp_sent *sent)
{
    (void)ctx;
    told += sent->len;
}

static bool sack(void)
{
    uint32_t left, right, news = 0;

    if (!draw_range(&left, &right))
        return true;
    for (uint32_t i = left; i < right; i++) {
        news += !m.bytes[i].sacked;
        m.bytes[i].sacked = true;
        m.bytes[i].lost = m.bytes[i].resent = false;
    }
    told = 0;
    return tcp_queue_sack(&q, &memory, m.base + left, m.base + right, found, NULL) == news &&
           told == news;
}

static void lose_byte(struct byte *byte)
{
    if (byte->sacked)
        return;
    byte->lost = true;
    byte->resent = false;
}

static bool lose(void)
{
    uint32_t at, end, number;

    if (!draw_range(&at, &end))
        return true;
    number = tcp_queue_find(&q, m.base + at);
    if (!seq_in(m.base + at, tcp_queue_at(&q, number)->seq, tcp_queue_at(&q, number)->len))
        return false;
    at = tcp_queue_at(&q, number)->seq - m.base;
    for (uint32_t i = 0; i < tcp_queue_at(&q, number)->len; i++)
        lose_byte(&m.bytes[at + i]);
    tcp_queue_lose(&q, number);
    return true;
}

static bool lose_all(void)
{
    for (uint32_t i = m.una; i < m.nxt; i++)
        lose_byte(&m.bytes[i]);
    tcp_queue_lose_all(&q);
    return true;
}

static bool forget_losses(void)
{
    for (uint32_t i = m.una; i < m.nxt; i++)
        m.bytes[i].lost = m.bytes[i].resent = false;
    tcp_queue_forget_losses(&q);
    return true;
}

static bool forget_sacks(void)
{
    for (uint32_t i = m.una; i < m.nxt; i++)
        m.bytes[i].sacked = false;
    tcp_queue_forget_sacks(&q);
    return true;
}

static bool send_again(void)
{
    struct tcp_sent *sent = tcp_queue_next_lost(&q);
    uint32_t first = m.una, at, len;

    while (first < m.nxt && !(m.bytes[first].lost && !m.bytes[first].resent))
        first++;
    if (sent == NULL)
        return first == m.nxt;
    if (sent->seq != m.base + first)
        return false;
    at = first;
    len = sent->len;
    for (uint32_t i = at; i < at + len; i++) {
        m.bytes[i].at = m.now;
        m.bytes[i].times++;
        m.bytes[i].resent = true;
    }
    tcp_queue_sent_again(&q, sent, m.now);
    return true;
}

static bool split(void)
{
    uint32_t at, end, number, len;

    if (!draw_range(&at, &end))
        return true;
    number = tcp_queue_find(&q, m.base + at);
    len = tcp_queue_at(&q, number)->len;
    if (len > 1 && !tcp_queue_at(&q, number)->sacked)
        tcp_queue_split(&q, &memory, number, 1 + draw(len - 1));
    return true;
}

static bool skip(void)
{
    uint32_t at, end, want;

    if (!draw_range(&at, &end))
        return true;
    for (want = at; want < m.nxt && m.bytes[want].sacked; want++)
        continue;
    at = tcp_queue_unsacked(&q, tcp_queue_find(&q, m.base + at));
    if (want == m.nxt)
        return at == q.end;
    return at != q.end &&
           seq_in(m.base + want, tcp_queue_at(&q, at)->seq, tcp_queue_at(&q, at)->len);
}

/* ---- Queue and model agree ---- */

static bool entry_agrees(const struct tcp_sent *sent)
{
    for (uint32_t i = 0; i < sent->len; i++) {
        const struct byte *byte = &m.bytes[sent->seq - m.base + i];

        if (byte->at != sent->at || byte->times != sent->times || byte->sacked != sent->sacked ||
            byte->lost != sent->lost || byte->resent != sent->resent)
            return false;
    }
    return true;
}

static bool entries_agree(void)
{
    seq32 next = m.base + m.una;

    for (uint32_t n = q.first; n != q.end; n++) {
        const struct tcp_sent *sent = tcp_queue_at(&q, n);

        if (sent->len == 0 || sent->seq != next || !entry_agrees(sent))
            return false;
        next += sent->len;
    }
    return next == m.base + m.nxt;
}

static bool sums_agree(void)
{
    uint32_t sacked = 0, lost = 0, resent = 0, pipe = 0, entries = 0;

    for (uint32_t i = m.una; i < m.nxt; i++) {
        const struct byte *byte = &m.bytes[i];

        sacked += byte->sacked;
        lost += byte->lost;
        resent += byte->resent;
        pipe += !byte->sacked && (!byte->lost || byte->resent);
    }
    for (uint32_t n = q.first; n != q.end; n++)
        entries += tcp_queue_at(&q, n)->sacked;
    return q.sacked == sacked && q.lost == lost && q.resent == resent && q.reported == entries &&
           tcp_queue_pipe(&q, m.nxt - m.una) == pipe;
}

static bool edge_agrees(void)
{
    uint32_t edge = 0;

    for (uint32_t i = m.una; i < m.nxt; i++)
        if (m.bytes[i].sacked)
            edge = i + 1;
    return edge == 0 ? q.sacked == 0 : q.highest_sacked == m.base + edge;
}

/* ---- Running it ---- */

static void open(void)
{
    EXPECT(arena_open(&arena, 64 << 20));
    memset(&memory, 0, sizeof(memory));
    memory.arena = &arena;
    memset(&q, 0, sizeof(q));
}

static void close(void)
{
    tcp_queue_release(&q, &memory);
    EXPECT_EQ(memory.live, 0);
    arena_close(&arena);
}

static bool step(void)
{
    static bool (*const operations[])(void) = {
        add,      add,           add,          add,        ack,        sack,  sack, lose,
        lose_all, forget_losses, forget_sacks, send_again, send_again, split, skip,
    };

    m.now++;
    return operations[draw(ARRAY_LEN(operations))]() && entries_agree() && sums_agree() &&
           edge_agrees();
}

static bool run_sequence(uint64_t seed)
{
    char label[64];

    memset(&m, 0, sizeof(m));
    m.luck = hash_mix(seed);
    m.base = (seq32)(0u - draw(BYTES)); /* wraps somewhere within */
    for (unsigned i = 0; i < STEPS; i++) {
        snprintf(label, sizeof(label), "sequence %u, step %u", (unsigned)seed, i);
        if (!step())
            return EXPECT_ROW(label, false && "queue and model agree");
    }
    tcp_queue_release(&q, &memory);
    return true;
}

static void test_random_operations_agree_with_an_array_of_bytes(void)
{
    open();
    for (uint64_t seed = 0; seed < SEQUENCES; seed++)
        if (!run_sequence(seed))
            break;
    EXPECT_EQ(memory.live, 0);
    close();
}

/* ---- What an ACK tells of the time ---- */

/* Three segments of 10 bytes, sent at 1, 2 and 3, from just below 2^32. */
static void open_three(void)
{
    open();
    for (uint32_t i = 0; i < 3; i++)
        tcp_queue_add(&q, &memory, UINT32_MAX - 14 + 10 * i, 10, 1 + i);
}

static void test_ack_of_segments_sent_once_tells_when_the_oldest_went(void)
{
    struct tcp_acked acked;

    open_three();
    tcp_queue_acked(&q, 5, &acked);
    EXPECT_EQ(acked.bytes, 20);
    EXPECT_EQ(acked.sent_at, 1);
    EXPECT_EQ(acked.newest_sent_at, 2);
    EXPECT_EQ(acked.newest_end, 5);
    EXPECT(!acked.resent && !acked.newest_resent && acked.once);
    close();
}

static void test_ack_of_a_segment_sent_twice_says_so(void)
{
    struct tcp_acked acked;

    open_three();
    tcp_queue_lose(&q, q.first);
    tcp_queue_sent_again(&q, tcp_queue_next_lost(&q), 9);
    tcp_queue_acked(&q, 5, &acked);
    EXPECT(acked.resent && acked.newest_resent);
    EXPECT_EQ(acked.newest_sent_at, 9);
    close();
}

static void test_ack_of_half_a_segment_leaves_the_other_half(void)
{
    struct tcp_acked acked;

    open_three();
    tcp_queue_acked(&q, 0, &acked);
    EXPECT_EQ(acked.bytes, 15);
    EXPECT_EQ(tcp_queue_at(&q, q.first)->seq, 0);
    EXPECT_EQ(tcp_queue_at(&q, q.first)->len, 5);
    close();
}

static void test_reported_segment_cannot_be_lost(void)
{
    open_three();
    EXPECT_EQ(tcp_queue_sack(&q, &memory, 5, 15, NULL, NULL), 10);
    tcp_queue_lose_all(&q);
    EXPECT_EQ(q.lost, 20);
    EXPECT_EQ(tcp_queue_pipe(&q, 30), 0);
    close();
}

static void test_syn_and_fin_stay_at_their_ends_when_a_segment_is_split(void)
{
    open_three();
    tcp_queue_at(&q, q.end - 1)->fin = true;
    tcp_queue_split(&q, &memory, q.end - 1, 4);
    EXPECT(!tcp_queue_at(&q, q.end - 2)->fin);
    EXPECT(tcp_queue_at(&q, q.end - 1)->fin);
    EXPECT_EQ(tcp_queue_at(&q, q.end - 1)->len, 6);
    close();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_random_operations_agree_with_an_array_of_bytes),
        TEST(test_ack_of_segments_sent_once_tells_when_the_oldest_went),
        TEST(test_ack_of_a_segment_sent_twice_says_so),
        TEST(test_ack_of_half_a_segment_leaves_the_other_half),
        TEST(test_reported_segment_cannot_be_lost),
        TEST(test_syn_and_fin_stay_at_their_ends_when_a_segment_is_split),
    };

    return run_tests("tcp-queue", tests, ARRAY_LEN(tests));
}
