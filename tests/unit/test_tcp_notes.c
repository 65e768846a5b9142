/* tools/lib/tcp_notes.h: what was said of segments, from any place on. */
#include "tools/lib/tcp_notes.h"

#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { SEGMENTS = 80000 };

static struct noted {
    struct tcp_header header;
    struct tcp_segment segment;
    uint32_t len; /* by its own frame */
    bool several;
    size_t place;
} noted[SEGMENTS];
static struct tcp_notes notes;
static uint64_t luck;

static uint32_t draw(uint32_t below)
{
    luck = hash_mix(luck);
    return (uint32_t)(luck % below);
}

/* ---- Segments ---- */

/* Of one of so many connections, most of them as their headers say. */
static void make_any(struct noted *n, uint32_t connections)
{
    uint32_t connection = draw(connections);
    bool rare = draw(10) == 0;

    memset(n, 0, sizeof(*n));
    n->len = draw(1461);
    n->several = draw(2) == 0;
    n->header.window = (uint16_t)draw(UINT16_MAX + 1);
    n->segment = (struct tcp_segment){
        .header = &n->header,
        .len = rare && draw(2) == 0 ? draw(UINT32_MAX) : n->len,
        .window =
            rare && draw(2) == 0 ? draw(UINT32_MAX) : (uint32_t)n->header.window << connection % 15,
        .window_told = draw(2) == 0,
        .base = (uint32_t)hash_mix(connection),
        .acked_base = (uint32_t)hash_mix(connection + UINT64_C(77)),
        .marks = rare ? draw(1u << TCP_FLAG_COUNT) : 0,
        .copy = rare && draw(2) == 0,
        .duplicates = rare ? draw(UINT32_MAX) : 0,
    };
}

static void put_all(uint32_t count, uint32_t connections)
{
    luck = connections;
    for (uint32_t i = 0; i < count; i++) {
        make_any(&noted[i], connections);
        noted[i].place = notes.used;
        tcp_notes_put(&notes, &noted[i].segment, noted[i].len, noted[i].several);
    }
    tcp_notes_finish(&notes);
}

static bool is_as_noted(const struct noted *n, size_t *at)
{
    const struct tcp_segment *want = &n->segment;
    struct tcp_segment got = { .header = &n->header, .len = n->len };
    bool several, here = *at == n->place;

    tcp_notes_get(&notes, at, &got, &several);
    return EXPECT(here && several == n->several && got.len == want->len &&
                  got.window == want->window && got.window_told == want->window_told &&
                  got.base == want->base && got.acked_base == want->acked_base &&
                  got.marks == want->marks && got.copy == want->copy &&
                  got.duplicates == want->duplicates);
}

static void expect_recalled(uint32_t first, uint32_t end)
{
    size_t at = noted[first].place;

    for (uint32_t i = first; i < end; i++)
        if (!is_as_noted(&noted[i], &at))
            return;
}

/* ---- Tests ---- */

static void test_notes_read_from_any_place_are_as_written(void)
{
    static const uint32_t connections[] = { 1, 2, 1000 };

    for (size_t i = 0; i < ARRAY_LEN(connections); i++) {
        put_all(5000, connections[i]);
        EXPECT(!notes.no_memory);
        expect_recalled(0, 5000);
        for (int time = 0; time < 50; time++)
            expect_recalled(draw(4900), 5000);
        tcp_notes_close(&notes);
    }
}

static void test_ordinary_segments_take_a_byte_each(void)
{
    struct noted n;

    for (uint32_t i = 0; i < 10000; i++) {
        make_any(&n, 7);
        n.segment.len = n.len;
        n.segment.window = (uint32_t)n.header.window << 7;
        n.segment.base = i % 2;
        n.segment.acked_base = !n.segment.base;
        n.segment.copy = false;
        n.segment.marks = n.segment.duplicates = 0;
        tcp_notes_put(&notes, &n.segment, n.len, n.several);
    }
    tcp_notes_finish(&notes);
    EXPECT_EQ(notes.used, 10000);
    EXPECT(tcp_notes_size(&notes) < 10100);
    tcp_notes_close(&notes);
}

/* A flood: origins are kept of so many only, and the others' notes are whole. */
static void test_more_connections_than_origins_take_no_more_memory_for_them(void)
{
    put_all(SEGMENTS, UINT32_MAX);
    EXPECT_EQ(notes.origin_count, TCP_ORIGINS_MAX);
    EXPECT(tcp_notes_size(&notes) - notes.room <= TCP_ORIGINS_MAX * sizeof(struct tcp_origin));
    EXPECT(notes.used < (size_t)SEGMENTS * 16);
    expect_recalled(0, SEGMENTS);
    tcp_notes_close(&notes);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_notes_read_from_any_place_are_as_written),
        TEST(test_ordinary_segments_take_a_byte_each),
        TEST(test_more_connections_than_origins_take_no_more_memory_for_them),
    };

    return run_tests("tcp-notes", tests, ARRAY_LEN(tests));
}
