/*
 * Every bug that a lab can give a host shows: a scene comes out differently with
 * it and without, and in the way that its line in bugs.def says.
 */
#include "layers/bugs.h"
#include "tests/rfc/fixture_problems.h"

/* ---- Those that RFC 2525 does not know ---- */

/* A round trip is measured by a segment that was sent twice. */
static bool measures_retransmissions(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    vtime before, after;

    established_with(&p, bug);
    before = status_of(&p).srtt;
    send_segments(&p, 1);
    peer_run(&p, 1 * SECONDS);
    ack_to(&p, 1);
    after = status_of(&p).srtt;
    peer_close(&p);
    return after != before;
}

static bool acknowledges_too_little(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    uint32_t ack;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .len = 100);
    peer_run(&p, 300 * MS);
    ack = peer_read(&p) != NULL ? p.last.ack : 0;
    peer_close(&p);
    EXPECT(ack == 101 || ack == 100);
    return ack == 100;
}

static bool keeps_its_pace_after_a_loss(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    uint32_t cwnd;

    established_with(&p, bug);
    send_segments(&p, 10);
    ack_times(&p, 0, 3);
    cwnd = ssthresh_of(&p);
    peer_close(&p);
    return cwnd >= 10 * SEGMENT;
}

/* Of its SYN: right without the pseudo-header, and wrong with it. */
static bool sums_the_segment_alone(uint64_t bug)
{
    struct tcp_endpoint here = { 0, PEER_HOST_PORT }, there = { 0, PEER_PORT };
    struct tcp_peer p = { 0 };
    struct ipv4_header ip;
    struct span segment;
    bool right = false;

    open_with(&p, bug);
    there.address = p.t->address;
    EXPECT(tcp_connect(tcp_open(p.a, here, NULL, NULL), there));
    peer_run(&p, 10 * MS);
    if (tester_read_ipv4(tester_last(p.t), &ip, &segment))
        right = tcp_checksum_ok(ip.source, ip.destination, segment);
    peer_close(&p);
    return !right;
}

static bool waits_for_the_timeout(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned count;

    established_with(&p, bug);
    send_segments(&p, 10);
    peer_skip(&p);
    ack_times(&p, 0, 5);
    count = count_text(&p);
    peer_close(&p);
    return count == 0;
}

static bool forgets_the_connection_at_once(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    int state;

    open_with(&p, bug);
    peer_fin_wait_2(&p);
    peer_send(&p, .flags = TCP_FIN | TCP_ACK, .seq = 1, .ack = 2);
    state = peer_state(&p);
    peer_close(&p);
    return state == STATE_TCP_CLOSED;
}

/* Two connections, a second apart, both from number 0. */
static bool begins_with_zero(uint64_t bug)
{
    struct tcp_endpoint there = { net_ip("10.0.0.9"), PEER_PORT };
    struct tcp_peer p = { 0 };
    unsigned zeros = 0;

    peer_open(&p);
    p.net.config.tcp.isn = -1;
    open_with(&p, bug);
    for (unsigned i = 0; i < 2; i++) {
        struct tcb *t = tcp_open(p.a, (struct tcp_endpoint){ 0, 0 }, NULL, NULL);

        EXPECT(tcp_connect(t, there));
        peer_run(&p, 500 * MS);
        zeros += peer_read(&p) != NULL && p.host_iss == 0;
        tcp_abort(t);
    }
    peer_close(&p);
    return zeros == 2;
}

static bool sends_more_than_there_is_room_for(uint64_t bug)
{
    struct tcp_peer p = { 0 };
    unsigned count;

    established_with(&p, bug);
    peer_send(&p, .flags = TCP_ACK, .seq = 1, .ack = 1, .win = 2000);
    send_segments(&p, 8);
    count = count_text(&p);
    peer_close(&p);
    return count > 2;
}

/* ---- All of them ---- */

static const struct scene {
    uint64_t bug;
    bool (*shows)(uint64_t bug);
} scenes[] = {
    { BUG_NO_KARN, measures_retransmissions },
    { BUG_NO_BACKOFF, does_not_back_off },
    { BUG_NO_PERSIST, never_probes_a_closed_window },
    { BUG_ACK_OFF_BY_ONE, acknowledges_too_little },
    { BUG_CWND_NOT_HALVED, keeps_its_pace_after_a_loss },
    { BUG_CHECKSUM_WITHOUT_PSEUDO_HEADER, sums_the_segment_alone },
    { BUG_NO_SLOW_START, floods_at_the_start },
    { BUG_NO_FAST_RETRANSMIT, waits_for_the_timeout },
    { BUG_NO_TIME_WAIT, forgets_the_connection_at_once },
    { BUG_CONSTANT_ISN, begins_with_zero },
    { BUG_STRETCH_ACK, stretches_acks },
    { BUG_NO_OUT_OF_ORDER, throws_early_segments_away },
    { BUG_NO_RESET_ON_UNREAD, closes_silently_with_data_unread },
    { BUG_WINDOW_IGNORED, sends_more_than_there_is_room_for },
};

static const struct scene *scene_of(uint64_t bug)
{
    for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
        if (scenes[i].bug == bug)
            return &scenes[i];
    return NULL;
}

static void test_every_bug_shows_and_only_where_it_is(void)
{
    const struct bug_help *help;

    for (size_t i = 0; (help = bug_at(i)) != NULL; i++) {
        const struct scene *scene = scene_of(bug_find(help->name));

        if (!EXPECT_ROW(help->name, scene != NULL))
            continue;
        EXPECT_ROW(help->name, !scene->shows(0));
        EXPECT_ROW(help->name, scene->shows(scene->bug));
    }
}

/* One bug is not another: each scene is blind to those that it is not about. */
static void test_scene_tells_its_bug_from_unrelated_ones(void)
{
    EXPECT(!waits_for_the_timeout(BUG_NO_KARN | BUG_STRETCH_ACK));
    EXPECT(!does_not_back_off(BUG_NO_SLOW_START | BUG_NO_PERSIST));
    EXPECT(!acknowledges_too_little(BUG_NO_BACKOFF | BUG_NO_FAST_RETRANSMIT));
    EXPECT(!sends_more_than_there_is_room_for(BUG_NO_SLOW_START | BUG_CWND_NOT_HALVED));
    EXPECT(!begins_with_zero(BUG_NO_TIME_WAIT | BUG_NO_OUT_OF_ORDER));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_every_bug_shows_and_only_where_it_is),
        TEST(test_scene_tells_its_bug_from_unrelated_ones),
    };

    return run_tests("bugs-caught", tests, ARRAY_LEN(tests));
}
