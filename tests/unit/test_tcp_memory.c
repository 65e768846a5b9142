/*
 * Blocks in powers of two, and rings of bytes by sequence number.
 */
#include "layers/tcp/tcp_memory.h"

#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct arena arena;
static struct tcp_memory memory;

static void open(void)
{
    EXPECT(arena_open(&arena, 16 << 20));
    memset(&memory, 0, sizeof(memory));
    memory.arena = &arena;
}

static void close(void)
{
    EXPECT_EQ(memory.live, 0);
    arena_close(&arena);
}

/* ---- Blocks ---- */

static void test_block_is_the_next_power_of_two(void)
{
    static const struct {
        size_t size, room;
    } rows[] = { { 0, 64 }, { 1, 64 }, { 64, 64 }, { 65, 128 }, { 4096, 4096 }, { 4097, 8192 } };

    open();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t room;
        void *block = tcp_memory_get(&memory, rows[i].size, &room);

        EXPECT_EQ(room, rows[i].room);
        EXPECT_EQ(memory.live, room);
        tcp_memory_put(&memory, block, room);
    }
    close();
}

static void test_block_that_came_back_is_given_out_again(void)
{
    size_t room, other_room, used;
    void *first, *second, *other;

    open();
    first = tcp_memory_get(&memory, 100, &room);
    second = tcp_memory_get(&memory, 100, &room);
    tcp_memory_put(&memory, first, room);
    tcp_memory_put(&memory, second, room);
    used = arena.used;
    other = tcp_memory_get(&memory, 1000, &other_room); /* not from that list */
    EXPECT(other != first && other != second);
    EXPECT(arena.used > used);
    used = arena.used;
    EXPECT(tcp_memory_get(&memory, 128, &room) == second);
    EXPECT(tcp_memory_get(&memory, 65, &room) == first);
    EXPECT_EQ(arena.used, used);
    tcp_memory_put(&memory, first, room);
    tcp_memory_put(&memory, second, room);
    tcp_memory_put(&memory, other, other_room);
    tcp_memory_put(&memory, NULL, 0);
    close();
}

/* ---- Rings ---- */

static uint8_t byte_at(seq32 seq)
{
    return (uint8_t)(seq * 7 + (seq >> 8));
}

static void fill(struct tcp_ring *ring, seq32 from, size_t len)
{
    uint8_t bytes[1024];

    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_at(from + (seq32)i);
    tcp_ring_write(ring, &memory, from, (struct span){ bytes, len });
}

static bool holds(const struct tcp_ring *ring, seq32 from, size_t len)
{
    uint8_t bytes[1024];

    tcp_ring_read(ring, from, bytes, len);
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != byte_at(from + (seq32)i))
            return false;
    return true;
}

static void test_bytes_survive_growth_wherever_they_lie(void)
{
    open();
    for (seq32 start = (seq32)-80; start != 80; start++) {
        struct tcp_ring ring = { 0 };

        tcp_ring_reserve(&ring, &memory, start, 0, 64);
        EXPECT_EQ(ring.size, 64);
        fill(&ring, start, 64);
        tcp_ring_reserve(&ring, &memory, start, 64, 65);
        EXPECT_EQ(ring.size, 128);
        EXPECT(holds(&ring, start, 64));
        tcp_ring_reserve(&ring, &memory, start, 64, 1000);
        EXPECT(holds(&ring, start, 64));
        tcp_ring_release(&ring, &memory);
    }
    close();
}

static void test_ring_that_is_large_enough_stays(void)
{
    struct tcp_ring ring = { 0 };
    const uint8_t *bytes;

    open();
    tcp_ring_reserve(&ring, &memory, 0, 0, 100);
    bytes = ring.bytes;
    tcp_ring_reserve(&ring, &memory, 0, 0, 128);
    EXPECT(ring.bytes == bytes);
    tcp_ring_release(&ring, &memory);
    EXPECT(ring.bytes == NULL && ring.size == 0);
    close();
}

static void test_peek_gives_what_lies_together_and_no_more(void)
{
    struct tcp_ring ring = { 0 };

    open();
    tcp_ring_reserve(&ring, &memory, 0, 0, 64);
    fill(&ring, 60, 10);
    EXPECT_EQ(tcp_ring_peek(&ring, 60, 10).len, 4);
    EXPECT_EQ(tcp_ring_peek(&ring, 64, 6).len, 6);
    EXPECT_EQ(tcp_ring_peek(&ring, 62, 1).len, 1);
    EXPECT_EQ(*tcp_ring_peek(&ring, 64, 6).at, byte_at(64));
    tcp_ring_release(&ring, &memory);
    close();
}

static void test_empty_ring_gives_nothing(void)
{
    struct tcp_ring ring = { 0 };

    open();
    EXPECT_EQ(tcp_ring_peek(&ring, 5, 10).len, 0);
    tcp_ring_write(&ring, &memory, 5, (struct span){ NULL, 0 });
    tcp_ring_read(&ring, 5, NULL, 0);
    tcp_ring_release(&ring, &memory);
    close();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_block_is_the_next_power_of_two),
        TEST(test_block_that_came_back_is_given_out_again),
        TEST(test_bytes_survive_growth_wherever_they_lie),
        TEST(test_ring_that_is_large_enough_stays),
        TEST(test_peek_gives_what_lies_together_and_no_more),
        TEST(test_empty_ring_gives_nothing),
    };

    return run_tests("tcp-memory", tests, ARRAY_LEN(tests));
}
