/*
 * Ladders to the character: runs written by hand, and what is printed of them
 * (tests/golden/ladder/NAME.txt). RUNG_GOLDEN_UPDATE=1 writes the files anew;
 * read the difference, and look at the picture as a student would.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "tests/support/expect.h"
#include "tests/support/fake_run.h"
#include "tests/support/golden.h"
#include "tests/support/ladder_text.h"
#include "tests/support/suite.h"
#include "tools/lib/ladder.h"

static void expect_ladder(const struct fake_run *run, const char *name,
                          struct ladder_options options)
{
    char recording[80], *got = ladder_text(&run->view, &options);

    snprintf(recording, sizeof(recording), "ladder/%s.txt", name);
    expect_golden(recording, got);
    free(got);
}

/* ---- Two hosts ---- */

struct pair {
    struct fake_run run;
    uint16_t a, b, wire;
};

static void open_pair(struct pair *p, const char *title)
{
    fake_run_open(&p->run, title);
    p->a = fake_run_node(&p->run, "a", 1);
    p->b = fake_run_node(&p->run, "b", 1);
    fake_run_address(&p->run, p->a, 0, NULL, "10.0.0.1", 24);
    fake_run_address(&p->run, p->b, 0, NULL, "10.0.0.2", 24);
    p->wire = fake_run_link(&p->run, "wire", p->a, 0, p->b, 0);
}

static void resolve(struct pair *p)
{
    struct fake_run *run = &p->run;
    uint32_t frame;

    fake_run_at(run, 0);
    fake_run_app(run, p->a, APP_UDP_SENT, 100, 0);
    fake_run_why(run, p->a, 0, RULE_IP_BAD_CHECKSUM, 0);
    fake_run_arp_state(run, p->a, 0x0a000002, STATE_ARP_INCOMPLETE);
    frame = fake_run_arp(run, p->wire, 0, false);
    fake_run_at(run, 20057600);
    fake_run_rx(run, frame);
    fake_run_arp_state(run, p->b, 0x0a000001, STATE_ARP_REACHABLE);
    frame = fake_run_arp(run, p->wire, 1, true);
    fake_run_at(run, 40115200);
    fake_run_rx(run, frame);
    fake_run_arp_state(run, p->a, 0x0a000002, STATE_ARP_REACHABLE);
    frame = fake_run_udp(run, p->wire, 0, 100);
    fake_run_at(run, 60236800);
    fake_run_rx(run, frame);
    fake_run_app(run, p->b, APP_UDP_RECEIVED, 100, 0);
}

static void test_two_hosts_carry_facts_on_arrows(void)
{
    struct pair p;

    open_pair(&p, "The first datagram");
    resolve(&p);
    expect_ladder(&p.run, "pair-80", (struct ladder_options){ .width = 80 });
    expect_ladder(&p.run, "pair-120-why",
                  (struct ladder_options){ .width = 120, .why = LADDER_WHY_ALL });
    expect_ladder(&p.run, "pair-60-ascii", (struct ladder_options){ .width = 60, .ascii = true });
    expect_ladder(&p.run, "pair-80-colour", (struct ladder_options){ .width = 80, .colour = true });
    fake_run_close(&p.run);
}

static void test_frames_that_cross_keep_heads_and_facts(void)
{
    struct pair p;
    uint32_t there[5], back[3];

    open_pair(&p, "Both ways at once");
    for (int i = 0; i < 5; i++) {
        fake_run_at(&p.run, i * 2 * MS);
        there[i] = fake_run_udp(&p.run, p.wire, 0, 100 + (size_t)i);
        if (i >= 3)
            continue;
        fake_run_at(&p.run, i * 2 * MS);
        back[i] = fake_run_udp(&p.run, p.wire, 1, 200 + (size_t)i);
    }
    for (int i = 0; i < 5; i++) {
        fake_run_at(&p.run, (i * 2 + 20) * MS);
        fake_run_rx(&p.run, there[i]);
        if (i >= 3)
            continue;
        fake_run_at(&p.run, (i * 2 + 20) * MS);
        fake_run_rx(&p.run, back[i]);
    }
    expect_ladder(&p.run, "crossing-80", (struct ladder_options){ .width = 80 });
    fake_run_close(&p.run);
}

static void lose_on_the_way(struct pair *p)
{
    struct fake_run *run = &p->run;
    uint32_t frame, other;

    fake_run_at(run, 0);
    frame = fake_run_udp(run, p->wire, 0, 100);
    fake_run_lost(run, frame, RULE_LINK_LOSS, 0);
    fake_run_at(run, 1 * MS);
    frame = fake_run_udp(run, p->wire, 1, 100);
    fake_run_lost(run, frame, RULE_INTERVENTION_DROP, 0);
    fake_run_at(run, 2 * MS);
    frame = fake_run_udp(run, p->wire, 0, 1400);
    fake_run_fate(run, frame, RULE_LINK_CORRUPT, 333, 0);
    fake_run_at(run, 3 * MS);
    other = fake_run_udp(run, p->wire, 0, 50);
    fake_run_fate(run, other, RULE_LINK_DUPLICATE, 0, 0);
    fake_run_at(run, 22 * MS);
    fake_run_rx(run, frame);
    fake_run_drop(run, p->b, frame, RULE_IP_BAD_CHECKSUM);
    fake_run_at(run, 23 * MS);
    fake_run_rx(run, other);
    fake_run_at(run, 23 * MS);
    fake_run_rx(run, other);
}

static void lose_by_the_wire_going_down(struct pair *p)
{
    struct fake_run *run = &p->run;
    struct record full = { .kind = RECORD_LOST, .node = p->a, .what = p->wire,
                           .rule = RULE_LINK_QUEUE_FULL, .a = 50 };
    uint32_t frame, other;

    fake_run_at(run, 60 * SECONDS);
    frame = fake_run_udp(run, p->wire, 0, 100);
    fake_run_record(run, &full);
    fake_run_at(run, 60 * SECONDS + 5 * MS);
    other = fake_run_udp(run, p->wire, 1, 100);
    fake_run_at(run, 60 * SECONDS + 15 * MS);
    fake_run_lost(run, frame, RULE_LINK_CUT, 0);
    fake_run_at(run, 60 * SECONDS + 20 * MS);
    fake_run_lost(run, other, RULE_LINK_CUT, 0);
    /* Long after it arrived, frame 3 is given up. */
    fake_run_at(run, 60 * SECONDS + 30 * MS);
    fake_run_drop(run, p->b, 3, RULE_UDP_BAD_CHECKSUM);
    fake_run_at(run, 60 * SECONDS + 31 * MS);
    fake_run_udp(run, p->wire, 0, 100);
}

static void test_losses_end_in_an_x_with_their_cause(void)
{
    struct pair p;

    open_pair(&p, "Losses");
    lose_on_the_way(&p);
    lose_by_the_wire_going_down(&p);
    expect_ladder(&p.run, "losses-80", (struct ladder_options){ .width = 80 });
    expect_ladder(&p.run, "losses-100-ascii", (struct ladder_options){ .width = 100,
                                                                       .ascii = true });
    fake_run_close(&p.run);
}

/* ---- Commands, and what is told once ---- */

static void command(struct fake_run *run, uint16_t node, uint32_t index, int64_t link)
{
    fake_run_record(run, &(struct record){ .kind = RECORD_APP, .node = node, .what = APP_COMMAND,
                                           .subject = index, .a = index, .b = link });
}

static void sends(struct fake_run *run, uint16_t node, int64_t len)
{
    fake_run_app(run, node, APP_UDP_SENT, len, 0);
}

static const char *const pair_commands[] = { "udp bind 9", "udp send b:9 100B count 2",
                                             "set loss 40% toward b", "read off" };

static void run_commands(struct pair *p)
{
    struct fake_run *run = &p->run;
    uint32_t first, second;

    run->view.commands = pair_commands;
    run->view.command_count = ARRAY_LEN(pair_commands);
    fake_run_at(run, 0);
    command(run, p->b, 0, LINK_NONE);
    fake_run_at(run, 5 * MS);
    command(run, p->a, 1, LINK_NONE);
    sends(run, p->a, 100);
    first = fake_run_udp(run, p->wire, 0, 100);
    sends(run, p->a, 100);
    second = fake_run_udp(run, p->wire, 0, 100);
    fake_run_at(run, 10 * MS);
    command(run, p->a, 2, p->wire);
    command(run, p->b, 3, LINK_NONE);
    /* A script index that the view has no text of is not shown. */
    command(run, p->b, 4, LINK_NONE);
    fake_run_at(run, 25 * MS);
    fake_run_rx(run, first);
    fake_run_at(run, 26 * MS);
    fake_run_rx(run, second);
}

static void test_commands_stand_where_they_act(void)
{
    struct pair p;

    open_pair(&p, "Commands");
    run_commands(&p);
    expect_ladder(&p.run, "commands-80", (struct ladder_options){ .width = 80 });
    expect_ladder(&p.run, "commands-60-ascii", (struct ladder_options){ .width = 60,
                                                                        .ascii = true });
    expect_ladder(&p.run, "commands-40-list", (struct ladder_options){ .width = 40 });
    fake_run_close(&p.run);
}

static void drop(struct fake_run *run, uint16_t node, uint32_t frame, rule_id rule, int64_t a,
                 int64_t b)
{
    fake_run_record(run, &(struct record){ .kind = RECORD_LOST, .node = node, .frame = frame,
                                           .rule = rule, .what = LINK_NONE, .a = a, .b = b });
}

static void give_up(struct pair *p)
{
    struct fake_run *run = &p->run;
    uint32_t back;

    fake_run_at(run, 30 * SECONDS);
    back = fake_run_udp(run, p->wire, 1, 28);
    drop(run, p->b, 1, RULE_REASSEMBLY_TIMEOUT, 777, 2580);
    drop(run, p->b, 2, RULE_REASSEMBLY_TIMEOUT, 777, 2580);
    drop(run, p->b, 3, RULE_REASSEMBLY_DUPLICATE, 0, 1399);
    fake_run_at(run, 30 * SECONDS + 20 * MS);
    fake_run_rx(run, back);
    drop(run, p->a, back, RULE_UDP_NO_SOCKET, 9, 0);
    fake_run_at(run, 31 * SECONDS);
    drop(run, p->a, 0, RULE_ARP_NOT_QUEUED, 0x0a000002, 0);
    drop(run, p->a, 0, RULE_ARP_NOT_QUEUED, 0x0a000002, 0);
    drop(run, p->a, 0, RULE_ARP_NOT_QUEUED, 0x0a000003, 0);
    fake_run_arp_state(run, p->a, 0x0a000002, STATE_NONE);
    fake_run_at(run, 32 * SECONDS);
    drop(run, p->b, 1, RULE_UDP_QUEUE_FULL, 3, 9);
    drop(run, p->b, 2, RULE_UDP_QUEUE_FULL, 4, 9);
    drop(run, p->b, 1, RULE_REASSEMBLY_TOO_BIG, 5000, 4000);
    drop(run, p->b, 2, RULE_REASSEMBLY_TOO_BIG, 6000, 4000);
}

static void test_losses_of_one_cause_are_told_once(void)
{
    struct pair p;

    open_pair(&p, "Told once");
    for (int i = 0; i < 3; i++) {
        fake_run_at(&p.run, i * MS);
        fake_run_rx(&p.run, fake_run_udp(&p.run, p.wire, 0, 100));
    }
    give_up(&p);
    expect_ladder(&p.run, "once-80", (struct ladder_options){ .width = 80 });
    fake_run_close(&p.run);
}

static void test_no_flight_time_stays_level(void)
{
    struct pair p;
    uint32_t frame;

    open_pair(&p, "");
    fake_run_at(&p.run, 0);
    frame = fake_run_arp(&p.run, p.wire, 0, false);
    fake_run_at(&p.run, 0);
    fake_run_rx(&p.run, frame);
    frame = fake_run_arp(&p.run, p.wire, 1, true);
    fake_run_at(&p.run, 0);
    fake_run_rx(&p.run, frame);
    expect_ladder(&p.run, "level-80", (struct ladder_options){ .width = 80 });
    fake_run_close(&p.run);
}

static void test_empty_run_has_header_and_end(void)
{
    struct pair p;

    open_pair(&p, "Nothing happens");
    expect_ladder(&p.run, "empty-80", (struct ladder_options){ .width = 80 });
    fake_run_close(&p.run);
}

/* ---- A switch and a router ---- */

struct site {
    struct fake_run run;
    uint16_t a, b, c, s1, r1;
    uint16_t la, lb, up, wan;
};

static void open_site(struct site *s)
{
    struct fake_run *run = &s->run;

    fake_run_open(run, "Over a switch and a router");
    s->a = fake_run_node(run, "a", 1);
    s->b = fake_run_node(run, "b", 1);
    s->c = fake_run_node(run, "c", 1);
    s->s1 = fake_run_node(run, "s1", 3);
    s->r1 = fake_run_node(run, "r1", 2);
    fake_run_address(run, s->a, 0, NULL, "10.0.0.1", 24);
    fake_run_address(run, s->b, 0, NULL, "10.0.0.2", 24);
    fake_run_address(run, s->c, 0, NULL, "192.0.2.100", 24);
    fake_run_address(run, s->r1, 0, "lan", "10.0.0.254", 24);
    fake_run_address(run, s->r1, 1, "wan", "192.0.2.254", 24);
    s->la = fake_run_link(run, "la", s->a, 0, s->s1, 0);
    s->lb = fake_run_link(run, "lb", s->b, 0, s->s1, 1);
    s->up = fake_run_link(run, "up", s->s1, 2, s->r1, 0);
    s->wan = fake_run_link(run, "wan", s->r1, 1, s->c, 0);
}

/* FRAME's bytes once more, as a switch sends them on. */
static uint32_t forward(struct site *s, uint32_t frame, uint16_t link, uint8_t end)
{
    struct span bytes = trace_frame_bytes(&s->run.trace, frame);
    uint8_t copy[1600];

    memcpy(copy, bytes.at, bytes.len);
    return fake_run_tx(&s->run, link, end, (struct span){ copy, bytes.len });
}

static void ask_router(struct site *s)
{
    struct fake_run *run = &s->run;
    uint32_t frame, to_b, to_r1;

    fake_run_at(run, 0);
    frame = fake_run_arp(run, s->la, 0, false);
    fake_run_at(run, 51200);
    fake_run_rx(run, frame);
    to_b = forward(s, frame, s->lb, 1);
    to_r1 = forward(s, frame, s->up, 0);
    fake_run_at(run, 102400);
    fake_run_rx(run, to_b);
    fake_run_drop(run, s->b, to_b, RULE_ARP_BAD_PROTOCOL_TYPE);
    fake_run_at(run, 102400);
    fake_run_rx(run, to_r1);
    fake_run_arp_state(run, s->r1, 0x0a000001, STATE_ARP_REACHABLE);
    frame = fake_run_arp(run, s->up, 1, true);
    fake_run_at(run, 153600);
    fake_run_rx(run, frame);
    frame = forward(s, frame, s->la, 1);
    fake_run_at(run, 204800);
    fake_run_rx(run, frame);
    fake_run_arp_state(run, s->a, 0x0a0000fe, STATE_ARP_REACHABLE);
}

static void send_through(struct site *s, bool lose)
{
    struct fake_run *run = &s->run;
    vtime start = lose ? 400000 : 204800;
    uint32_t frame;

    fake_run_at(run, start);
    frame = fake_run_udp(run, s->la, 0, 1400);
    fake_run_at(run, start + 10000);
    fake_run_rx(run, frame);
    frame = forward(s, frame, s->up, 0);
    fake_run_at(run, start + 20000);
    fake_run_rx(run, frame);
    frame = forward(s, frame, s->wan, 0);
    if (lose) {
        fake_run_lost(run, frame, RULE_LINK_LOSS, 0);
        return;
    }
    fake_run_at(run, start + 30000);
    fake_run_rx(run, frame);
    fake_run_app(run, s->c, APP_UDP_RECEIVED, 1400, 0);
}

static void test_many_columns_put_facts_in_the_margin(void)
{
    struct site s;

    open_site(&s);
    ask_router(&s);
    send_through(&s, false);
    send_through(&s, true);
    expect_ladder(&s.run, "site-80", (struct ladder_options){ .width = 80 });
    expect_ladder(&s.run, "site-120", (struct ladder_options){ .width = 120 });
    expect_ladder(&s.run, "site-50-list", (struct ladder_options){ .width = 50 });
    s.run.nodes[s.b].hidden = true;
    expect_ladder(&s.run, "site-80-without-b", (struct ladder_options){ .width = 80 });
    fake_run_close(&s.run);
}

static const char *const site_commands[] = { "flush", "set loss 100%",
                                             "udp send c:9 \"a text that is long\"" };

static void run_site_commands(struct site *s)
{
    struct fake_run *run = &s->run;
    uint32_t frame;

    run->view.commands = site_commands;
    run->view.command_count = ARRAY_LEN(site_commands);
    fake_run_at(run, 0);
    command(run, s->s1, 0, LINK_NONE);
    command(run, s->r1, 1, s->wan);
    fake_run_at(run, 1000);
    command(run, s->a, 2, LINK_NONE);
    sends(run, s->a, 100);
    frame = fake_run_arp(run, s->la, 0, false);
    fake_run_at(run, 51200);
    fake_run_rx(run, frame);
    fake_run_record(run, &(struct record){ .kind = RECORD_WHY, .node = s->s1, .frame = frame,
                                           .rule = RULE_SWITCH_LEARNS, .a = 0x020000000001,
                                           .b = 1 });
    fake_run_why(run, s->s1, frame, RULE_SWITCH_FLOODS_GROUP, 0xffffffffffff);
}

static void test_commands_and_a_switch_speak_in_the_margin(void)
{
    struct site s;

    open_site(&s);
    run_site_commands(&s);
    expect_ladder(&s.run, "site-commands-80", (struct ladder_options){ .width = 80 });
    expect_ladder(&s.run, "site-commands-120-why",
                  (struct ladder_options){ .width = 120, .why = LADDER_WHY_ALL });
    expect_ladder(&s.run, "site-commands-50-list", (struct ladder_options){ .width = 50 });
    fake_run_close(&s.run);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_two_hosts_carry_facts_on_arrows),
        TEST(test_frames_that_cross_keep_heads_and_facts),
        TEST(test_losses_end_in_an_x_with_their_cause),
        TEST(test_commands_stand_where_they_act),
        TEST(test_losses_of_one_cause_are_told_once),
        TEST(test_no_flight_time_stays_level),
        TEST(test_empty_run_has_header_and_end),
        TEST(test_many_columns_put_facts_in_the_margin),
        TEST(test_commands_and_a_switch_speak_in_the_margin),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return run_tests("ladder golden", tests, ARRAY_LEN(tests));
}
