/*
 * Property: whatever becomes of fragments on their way, a datagram comes out
 * at its destination if and only if all of its bytes got there, and they are
 * the bytes that were sent.
 *
 *   a --mtu-- r1 --mtu-- ... r4 --mtu-- b      loss, duplication, overtaking
 *
 * Each seed draws its own length, chain of MTUs and troubles; some send the
 * datagram a second time, with the same identification and over other MTUs,
 * so that fragments overlap (RFC 1122 3.3.2). What arrives at b is read from
 * the trace by a model that knows nothing of the code under test: an array
 * and a map of bytes.
 *
 *   prop_fragments              seeds 1 to 2000
 *   prop_fragments --seed N     this one, and what it was
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/net/ip.h"
#include "layers/net/ip_fragment.h"
#include "layers/net/ip_parts.h"
#include "layers/net/route.h"
#include "sim/hash.h"
#include "tests/support/net.h"
#include "tests/support/suite.h"

enum { SEEDS = 2000, ROUTERS_MAX = 4, PROTOCOL_TEST = 253, DATAGRAM_MAX = 65536 };

static unsigned first_seed = 1, last_seed = SEEDS;

struct dice {
    uint64_t seed, throws;
};

/* From LOW to HIGH, both included. */
static unsigned draw(struct dice *dice, unsigned low, unsigned high)
{
    return low + (unsigned)(hash_mix(dice->seed * 1000003 + dice->throws++) % (high - low + 1));
}

/* ---- What is sent ---- */

struct plan {
    unsigned len; /* of data */
    unsigned routers;
    uint16_t mtus[2][ROUTERS_MAX + 1]; /* of the first and the second sending */
    uint32_t loss, duplicate, reorder;
    bool twice;
};

static uint16_t draw_mtu(struct dice *dice)
{
    return (uint16_t)(draw(dice, 0, 3) == 0 ? draw(dice, 68, 200) : draw(dice, 200, 1500));
}

static struct plan draw_plan(unsigned seed)
{
    struct dice dice = { seed, 0 };
    struct plan plan;

    memset(&plan, 0, sizeof(plan));
    plan.len = draw(&dice, 0, 19) == 0 ? draw(&dice, 10000, 65515) : draw(&dice, 1, 6000);
    plan.routers = draw(&dice, 0, ROUTERS_MAX);
    for (unsigned i = 0; i <= plan.routers; i++) {
        plan.mtus[0][i] = draw_mtu(&dice);
        plan.mtus[1][i] = draw_mtu(&dice);
    }
    if (draw(&dice, 0, 1) == 0)
        plan.loss = draw(&dice, 1000, 60000);
    if (draw(&dice, 0, 1) == 0)
        plan.duplicate = draw(&dice, 10000, 300000);
    if (draw(&dice, 0, 2) != 0)
        plan.reorder = draw(&dice, 10000, 500000);
    plan.twice = draw(&dice, 0, 2) == 0;
    return plan;
}

static void print_plan(unsigned seed, const struct plan *plan)
{
    printf("seed %u: %u bytes, loss %u, duplicate %u, reorder %u ppm, MTUs", seed, plan->len,
           plan->loss, plan->duplicate, plan->reorder);
    for (unsigned n = 0; n <= (plan->twice ? 1u : 0u); n++)
        for (unsigned i = 0; i <= plan->routers; i++)
            printf("%s %u", n == 1 && i == 0 ? "; then" : "", plan->mtus[n][i]);
    printf("\n");
}

static uint8_t byte_of(unsigned seed, size_t i)
{
    return (uint8_t)hash_mix((uint64_t)seed << 32 | i);
}

/* ---- The model ---- */

static struct {
    uint8_t bytes[DATAGRAM_MAX];
    bool here[DATAGRAM_MAX];
    size_t total; /* 0: not known */
    unsigned delivered, overlaps, fragments;
} model;

static void model_forget(void)
{
    memset(model.here, 0, sizeof(model.here));
    model.total = 0;
}

/* A datagram, or a piece of one, arrives: AT is its IP header. */
static void model_arrives(const uint8_t *at)
{
    size_t header_len = (size_t)(at[0] & 15) * 4;
    size_t data_len = (size_t)at[2] * 256 + at[3] - header_len;
    size_t first = ((size_t)(at[6] & 0x1f) * 256 + at[7]) * 8;
    bool more = (at[6] & 0x20) != 0;

    if (first == 0 && !more) {
        model.delivered++;
        return;
    }
    model.fragments++;
    for (size_t i = 0; i < data_len; i++) {
        if (model.here[first + i] && i % 8 == 0)
            model.overlaps++;
        model.here[first + i] = true;
        model.bytes[first + i] = at[header_len + i];
    }
    if (!more)
        model.total = first + data_len;
    for (size_t i = 0; i < model.total; i++)
        if (!model.here[i])
            return;
    if (model.total == 0)
        return;
    model.delivered++;
    model_forget();
}

static void model_run(const struct net *net, const struct host *b, uint32_t from_record)
{
    memset(&model, 0, sizeof(model));
    for (uint32_t i = from_record; i < net->trace.records.count; i++) {
        const struct record *record = trace_record(&net->trace, i);
        struct span frame;

        if (record->kind != RECORD_RX || record->node != b->node.id)
            continue;
        frame = trace_frame_bytes(&net->trace, record->frame);
        if (frame.len > 34 && frame.at[12] == 8 && frame.at[13] == 0)
            model_arrives(frame.at + 14);
    }
}

/* ---- The real thing ---- */

static struct {
    unsigned count, wrong;
    unsigned seed, len;
} caught;

static void catch_datagram(struct interface *interface, struct packet *p,
                           const struct ipv4_header *ip)
{
    bool good = p->len == caught.len && ip->total_length == p->len + IPV4_HEADER_MIN;

    for (size_t i = 0; good && i < p->len; i++)
        good = packet_bytes(p)[i] == byte_of(caught.seed, i);
    caught.count++;
    caught.wrong += !good;
    packet_free(interface->host->node.world, p);
}

static const struct transport_ops catcher = {
    .name = "catcher", .protocol = PROTOCOL_TEST, .input = catch_datagram,
};

struct chain {
    struct net net;
    struct host *hosts[ROUTERS_MAX + 2]; /* a, the routers, b */
    struct link *links[ROUTERS_MAX + 1];
    unsigned count; /* hosts */
};

static ipv4 address(unsigned net, unsigned host)
{
    return net_ip("10.0.0.0") + net * 256 + host;
}

static void write_address(char *out, size_t size, unsigned net, unsigned host)
{
    snprintf(out, size, "10.0.%u.%u/24", net, host);
}

static void build_routers(struct chain *c)
{
    char left[24], right[24], name[8];

    for (unsigned i = 1; i + 1 < c->count; i++) {
        const char *addresses[2] = { left, right };

        write_address(left, sizeof(left), i - 1, 2);
        write_address(right, sizeof(right), i, 1);
        snprintf(name, sizeof(name), "r%u", i);
        c->hosts[i] = net_router(&c->net, name, addresses, 2);
        if (i + 2 < c->count)
            route_add(c->hosts[i], 0, 0, address(i, 2), NULL);
    }
}

static void build(struct chain *c, unsigned seed, const struct plan *plan)
{
    char text[24];

    memset(c, 0, sizeof(*c));
    c->count = plan->routers + 2;
    net_open(&c->net, seed);
    c->net.config.arp.queue = 1000;
    c->hosts[0] = net_host(&c->net, "a", "10.0.0.1/24");
    build_routers(c);
    write_address(text, sizeof(text), plan->routers, 2);
    c->hosts[c->count - 1] = net_host(&c->net, "b", text);
    if (plan->routers > 0)
        net_gateway(c->hosts[0], "10.0.0.2");
    for (unsigned i = 0; i + 1 < c->count; i++)
        c->links[i] = net_wire(&c->net, net_port(c->hosts[i], i == 0 ? 0 : 1),
                               net_port(c->hosts[i + 1], 0), 1 * MS);
    host_add_transport(c->hosts[c->count - 1], &catcher);
    net_start(&c->net);
}

static void send(struct chain *c, unsigned len, unsigned seed)
{
    unsigned last = c->count - 2;
    struct ip_send send = { .destination = address(last, 2), .protocol = PROTOCOL_TEST };
    struct packet *p = packet_new(c->net.world, len);

    for (size_t i = 0; i < len; i++)
        packet_bytes(p)[i] = byte_of(seed, i);
    packet_stamp(p, seed, host_sending(c->hosts[0], seed));
    EXPECT(ip_output(c->hosts[0], p, &send));
}

/* The interface that sends onto link I gets the MTU. */
static void set_mtus(struct chain *c, const uint16_t *mtus)
{
    for (unsigned i = 0; i + 1 < c->count; i++)
        c->hosts[i]->interfaces[i == 0 ? 0 : 1].mtu = mtus[i];
}

static void set_troubles(struct chain *c, const struct plan *plan)
{
    for (unsigned i = 0; i + 1 < c->count; i++) {
        struct chances *chances = &c->links[i]->direction[0].config.chances;

        chances->loss = plan->loss;
        chances->duplicate = plan->duplicate;
        chances->reorder = plan->reorder;
        chances->reorder_by = 3 * MS;
    }
}

static struct {
    unsigned delivered, incomplete, overlapped, cut_at_host, cut_again, twice;
} seen;

static void look_at(const struct chain *c, const struct plan *plan)
{
    seen.delivered += model.delivered > 0;
    seen.incomplete += model.delivered == 0 && model.fragments > 0;
    seen.overlapped += model.overlaps > 0;
    seen.cut_at_host += c->hosts[0]->counters.fragments_out > 0;
    for (unsigned i = 1; i + 1 < c->count; i++)
        if (c->hosts[i]->counters.fragments_out > 0 &&
            c->hosts[0]->counters.fragments_out > 0) {
            seen.cut_again++;
            break;
        }
    seen.twice += plan->twice;
}

static bool holds(unsigned seed, const struct plan *plan)
{
    struct chain c;
    uint32_t from;
    uint16_t id;
    bool good;

    build(&c, seed, plan);
    caught.seed = seed;
    caught.len = plan->len < 8 ? plan->len : 8;
    caught.count = caught.wrong = 0;
    send(&c, caught.len, seed); /* so that ARP knows everybody */
    net_run_for(&c.net, 1 * SECONDS);
    good = EXPECT_EQ(caught.count, 1);
    caught.len = plan->len;
    caught.count = caught.wrong = 0;
    from = c.net.trace.records.count;
    set_troubles(&c, plan);
    set_mtus(&c, plan->mtus[0]);
    id = c.hosts[0]->ip->next_id;
    send(&c, plan->len, seed);
    if (plan->twice) {
        net_run_for(&c.net, 2 * MS);
        set_mtus(&c, plan->mtus[1]);
        c.hosts[0]->ip->next_id = id;
        send(&c, plan->len, seed);
    }
    net_run_for(&c.net, 1 * SECONDS);
    model_run(&c.net, c.hosts[c.count - 1], from);
    good = EXPECT_EQ(caught.count, model.delivered) && EXPECT_EQ(caught.wrong, 0) && good;
    look_at(&c, plan);
    net_close(&c.net);
    return good;
}

static void test_datagram_arrives_if_and_only_if_all_its_bytes_do(void)
{
    for (unsigned seed = first_seed; seed <= last_seed; seed++) {
        struct plan plan = draw_plan(seed);

        if (first_seed == last_seed)
            print_plan(seed, &plan);
        if (!holds(seed, &plan)) {
            print_plan(seed, &plan);
            printf("again: tests/prop/prop_fragments --seed %u\n", seed);
            return;
        }
    }
    if (first_seed == last_seed)
        return;
    printf("%u delivered, %u incomplete, %u with overlaps, %u cut at the host, %u cut again\n",
           seen.delivered, seen.incomplete, seen.overlapped, seen.cut_at_host, seen.cut_again);
    /* The property is only worth something if all of this happened. */
    EXPECT(seen.delivered > SEEDS / 4);
    EXPECT(seen.incomplete > SEEDS / 20);
    EXPECT(seen.overlapped > SEEDS / 20);
    EXPECT(seen.cut_at_host > SEEDS / 2);
    EXPECT(seen.cut_again > SEEDS / 4);
    EXPECT(seen.twice > SEEDS / 5);
}

/* ---- The arithmetic alone ---- */

/* Cuts bytes FIRST to FIRST + LEN - 1 for MTUS one after the other; checks
 * each piece and counts the bytes that come out at the end. */
static bool cut_down(const uint16_t *mtus, unsigned count, size_t header_len, unsigned first,
                     unsigned len, unsigned *next)
{
    struct ip_cut cut = { .more = true };
    unsigned room, pieces = 0;
    bool good = true;

    if (count == 0) {
        good = first == *next;
        *next = first + len;
        return good;
    }
    room = (unsigned)(mtus[0] - header_len);
    for (unsigned at = 0; good && cut.more; at += cut.len, pieces++)
        good = ip_fragment_cut(at, len, header_len, mtus[0], &cut) && cut.first == at &&
               cut.len <= room && (!cut.more || (cut.len % 8 == 0 && cut.len > 0)) &&
               cut_down(mtus + 1, count - 1, header_len, first + at, cut.len, next);
    /* No fewer would do (RFC 1812 4.2.2.7). */
    return good && (len <= room ? pieces == 1
                                : pieces == 1 + (len - room + room / 8 * 8 - 1) / (room / 8 * 8));
}

static void test_cutting_again_and_again_keeps_every_byte(void)
{
    for (unsigned seed = first_seed; seed <= last_seed; seed++) {
        struct dice dice = { seed, 1000 };
        size_t header_len = IPV4_HEADER_MIN + 4 * draw(&dice, 0, 10);
        unsigned len = draw(&dice, 1, 65535 - (unsigned)header_len), next = 0;
        unsigned count = draw(&dice, 1, 5);
        uint16_t mtus[5];

        for (unsigned i = 0; i < count; i++)
            mtus[i] = (uint16_t)draw(&dice, 68, 9000);
        if (!EXPECT(cut_down(mtus, count, header_len, 0, len, &next)) || !EXPECT_EQ(next, len)) {
            printf("again: tests/prop/prop_fragments --seed %u\n", seed);
            return;
        }
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        TEST(test_datagram_arrives_if_and_only_if_all_its_bytes_do),
        TEST(test_cutting_again_and_again_keeps_every_byte),
    };

    if (argc == 3 && strcmp(argv[1], "--seed") == 0)
        first_seed = last_seed = (unsigned)strtoul(argv[2], NULL, 10);
    return run_tests("fragments", tests, ARRAY_LEN(tests));
}
