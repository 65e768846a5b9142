#include "tools/lib/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/host_config.h"
#include "layers/link/switch.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_keys.h"

#define TWO_HOSTS \
    "hosts:\n  a: { ip: 10.0.0.1/24 }\n  b: { ip: 10.0.0.2/24 }\n" \
    "links:\n  wire: { ends: [a, b], delay: 20ms, loss: 1% }\n"

static struct diagnostics d;
static char *printed;

/* Reads TEXT with the COUNT options of SET; the errors, printed, in `printed`. */
static struct lab *parse(const char *text, const char *const *set, size_t count,
                         const struct lab_hooks *hooks)
{
    struct lab_overrides overrides = { set, count };
    struct lab *lab;
    size_t size;

    diagnostics_init(&d);
    bool good = lab_parse(text, strlen(text), "t", &overrides, hooks, &lab, &d);
    EXPECT(good == (lab != NULL));
    EXPECT(good == (d.total == 0));
    FILE *out = open_memstream(&printed, &size);
    ASSERT(out != NULL);
    diagnostics_print(&d, out);
    fclose(out);
    diagnostics_free(&d);
    return lab;
}

static void end(struct lab *lab)
{
    lab_free(lab);
    free(printed);
}

/* TEXT must be a good lab; its errors are shown if it is not. */
static struct lab *parse_good(const char *text)
{
    struct lab *lab = parse(text, NULL, 0, NULL);

    EXPECT_STR(printed, "");
    ASSERT(lab != NULL);
    return lab;
}

static const struct lab_node *node_called(const struct lab *lab, const char *name)
{
    size_t index = lab_find_node(lab, name, strlen(name));

    ASSERT(index != LAB_NONE);
    return &lab->nodes[index];
}

static const struct lab_link *link_called(const struct lab *lab, const char *name)
{
    size_t index = lab_find_link(lab, name, strlen(name));

    ASSERT(index != LAB_NONE);
    return &lab->links[index];
}

static const char EXAMPLE[] =
    "title: The first loss\n"
    "about: |\n"
    "  Text shown when the lab opens.\n"
    "seed: 42\n"
    "hosts:\n"
    "  a: { ip: 10.0.0.1/24, tcp: { cc: newreno, mss: 1000, min-rto: 1s } }\n"
    "  b: { ip: 10.0.0.2/24, gateway: 10.0.0.254, mtu: 1500 }\n"
    "switches: { s1: {} }\n"
    "hubs:     { h1: {} }\n"
    "routers:\n"
    "  r1: { interfaces: { lan: 10.0.0.254/24, wan: 192.0.2.1/24 },\n"
    "        routes: { 0.0.0.0/0: 192.0.2.254 } }\n"
    "links:\n"
    "  wire: { ends: [a, b], rate: 10Mbit, delay: 20ms, queue: 50 packets, loss: 1% }\n"
    "  up:   { ends: [b, r1.lan], toward: { r1: { loss: 5% } } }      # one direction only\n"
    "script:\n"
    "  - { at: 0s,    b: listen 80 }\n"
    "  - { at: 10ms,  a: connect b:80 }\n"
    "  - { when: a ESTABLISHED, a: send 8kB }\n"
    "  - { when: b CLOSE-WAIT,  b: close }\n"
    "  - { at: 3s, wire: down }\n"
    "faults:\n"
    "  - { drop: \"tcp[tcpflags] & tcp-push != 0\", from: a, nth: 3, on: wire }\n"
    "checks:\n"
    "  - { check: b.tcp.delivered == 8000, within: 5s, points: 3, hint: \"look\" }\n";

static void test_design_example_gives_its_nodes(void)
{
    struct lab *lab = parse_good(EXAMPLE);
    EXPECT_STR(lab->title, "The first loss");
    EXPECT_STR(lab->about, "Text shown when the lab opens.\n");
    EXPECT_EQ(lab->seed, 42);
    EXPECT_EQ(lab->until, HOURS);
    EXPECT_EQ(lab->node_count, 5);
    const struct lab_node *a = node_called(lab, "a"), *b = node_called(lab, "b");
    const struct lab_node *r1 = node_called(lab, "r1");
    EXPECT_EQ(a->interfaces[0].address, 0x0a000001);
    EXPECT_EQ(a->interfaces[0].prefix_len, 24);
    EXPECT_EQ(mac_to_int64(a->interfaces[0].mac), 0x020000000001);
    EXPECT_STR(a->settings->key->name, "cc");
    EXPECT_EQ(a->settings->value, 3);
    EXPECT_EQ(a->settings->next->next->value, SECONDS);
    EXPECT_EQ(b->route_count, 1);
    EXPECT_EQ(b->routes[0].prefix_len, 0);
    EXPECT_EQ(b->routes[0].gateway, 0x0a0000fe);
    EXPECT_EQ(r1->kind, LAB_ROUTER);
    EXPECT_EQ(r1->interface_count, 2);
    EXPECT_EQ(lab_find_interface(r1, "wan", 3), 1);
    EXPECT_EQ(lab_find_interface(r1, "wa", 2), LAB_NONE);
    EXPECT_EQ(node_called(lab, "s1")->kind, LAB_SWITCH);
    EXPECT_EQ(node_called(lab, "h1")->kind, LAB_HUB);
    end(lab);
}

static void test_design_example_gives_its_links(void)
{
    struct lab *lab = parse_good(EXAMPLE);
    const struct lab_link *wire = link_called(lab, "wire"), *up = link_called(lab, "up");
    for (int e = 0; e < 2; e++) {
        EXPECT_EQ(wire->dir[e].rate, 10000000);
        EXPECT_EQ(wire->dir[e].delay, 20 * MS);
        EXPECT_EQ(wire->dir[e].queue, 50);
        EXPECT_EQ(wire->dir[e].loss, 10000);
    }
    EXPECT_EQ(wire->fcs, 1);
    EXPECT_EQ(up->dir[0].loss, 50000); /* from b, so toward r1 */
    EXPECT_EQ(up->dir[1].loss, 0);
    EXPECT_EQ(up->dir[0].queue, 1000);
    EXPECT_EQ(up->dir[0].rate, 0);
    EXPECT_EQ(up->ends[1].interface, 0);
    EXPECT_EQ(up->ends[0].interface, 1); /* b's second link */
    EXPECT_STR(node_called(lab, "b")->interfaces[1].name, "eth1");
    EXPECT(!node_called(lab, "b")->interfaces[1].has_address);
    end(lab);
}

static void test_design_example_gives_its_script(void)
{
    struct lab *lab = parse_good(EXAMPLE);
    EXPECT_EQ(lab->command_count, 5);
    EXPECT_EQ(lab->commands[1].start, LAB_AT);
    EXPECT_EQ(lab->commands[1].time, 10 * MS);
    EXPECT_STR(lab->commands[1].text, "connect b:80");
    EXPECT_EQ(lab->commands[2].start, LAB_WHEN);
    EXPECT_EQ(lab->commands[2].when_node, 0);
    EXPECT_STR(lab->commands[2].when_state, "ESTABLISHED");
    EXPECT_EQ(lab->commands[2].when_mark.column, 15);
    EXPECT_EQ(lab->commands[4].target, LAB_TARGET_LINK);
    EXPECT_EQ(lab->commands[4].index, 0);
    EXPECT_EQ(lab->fault_count, 1);
    EXPECT_EQ(lab->faults[0].action, LAB_DROP);
    EXPECT_EQ(lab->faults[0].from, 0);
    EXPECT_EQ(lab->faults[0].to, LAB_NONE);
    EXPECT_EQ(lab->faults[0].link, 0);
    EXPECT_EQ(lab->faults[0].nth_count, 1);
    EXPECT_EQ(lab->faults[0].nth[0], 3);
    EXPECT_EQ(lab->check_count, 1);
    EXPECT_STR(lab->checks[0].expression, "b.tcp.delivered == 8000");
    EXPECT_EQ(lab->checks[0].within, 5 * SECONDS);
    EXPECT_EQ(lab->checks[0].points, 3);
    EXPECT_STR(lab->checks[0].hint, "look");
    end(lab);
}

static void test_every_fault_of_a_link_is_read(void)
{
    struct lab *lab = parse_good(
        "hosts: { a: {}, b: {} }\n"
        "links:\n"
        "  w: { ends: [a, b], jitter: 5ms, reorder: 5%, duplicate: 2%, corrupt: 0.5%, ecn: on,\n"
        "       fcs: off, mtu: 1420, burst-loss: { enter: 1%, leave: 30% },\n"
        "       toward: { a: { delay: 10ms, reorder: { chance: 1%, by: 7ms },\n"
        "                      burst-loss: { enter: 2%, leave: 3%, loss: 50% } } } }\n");
    const struct lab_direction *to_b = &lab->links[0].dir[0], *to_a = &lab->links[0].dir[1];
    EXPECT_EQ(to_b->jitter, 5 * MS);
    EXPECT_EQ(to_b->reorder, 50000);
    EXPECT_EQ(to_b->reorder_by, MS);
    EXPECT_EQ(to_b->duplicate, 20000);
    EXPECT_EQ(to_b->corrupt, 5000);
    EXPECT_EQ(to_b->ecn, 1);
    EXPECT_EQ(to_b->burst_enter, 10000);
    EXPECT_EQ(to_b->burst_leave, 300000);
    EXPECT_EQ(to_b->burst_loss, 1000000);
    EXPECT_EQ(to_a->jitter, 5 * MS);
    EXPECT_EQ(to_a->delay, 10 * MS);
    EXPECT_EQ(to_a->reorder, 10000);
    EXPECT_EQ(to_a->reorder_by, 7 * MS);
    EXPECT_EQ(to_a->burst_loss, 500000);
    EXPECT_EQ(lab->links[0].fcs, 0);
    EXPECT_EQ(lab->links[0].mtu, 1420);
    EXPECT_EQ(lab->nodes[1].interfaces[0].mtu, 1420); /* its link's */
    EXPECT(!lab->nodes[1].interfaces[0].mtu_given);
    end(lab);
}

static void test_scripted_faults_are_read(void)
{
    struct lab *lab = parse_good(
        TWO_HOSTS
        "faults:\n"
        "  - { delay: \"\", by: 20ms, to: b, nth: [3, 1] }\n"
        "  - { corrupt: udp, swap: [34, 36], every: 10 }\n"
        "  - { corrupt: udp, bit: 0 }\n"
        "  - { duplicate: arp, from: a, to: b }\n");
    const struct lab_fault *f = lab->faults;
    EXPECT_EQ(f[0].by, 20 * MS);
    EXPECT_EQ(f[0].nth[0], 1);
    EXPECT_EQ(f[0].nth[1], 3);
    EXPECT_EQ(f[0].to, 1);
    EXPECT_EQ(f[0].every, 0);
    EXPECT(f[1].has_swap);
    EXPECT_EQ(f[1].swap[1], 36);
    EXPECT_EQ(f[1].bit, -1);
    EXPECT_EQ(f[1].every, 10);
    EXPECT_EQ(f[2].bit, 0);
    EXPECT_EQ(f[2].every, 1);
    EXPECT_EQ(f[3].action, LAB_DUPLICATE);
    EXPECT_EQ(f[3].link, LAB_NONE);
    end(lab);
}

static void test_after_follows_the_entry_above_or_the_state(void)
{
    struct lab *lab = parse_good(TWO_HOSTS "script:\n"
                                           "  - { at: 1s, a: x }\n"
                                           "  - { after: 50ms, b: y }\n"
                                           "  - { when: a OPEN, after: 1ms, b: \"z: z\" }\n");
    EXPECT_EQ(lab->commands[1].start, LAB_AFTER);
    EXPECT_EQ(lab->commands[1].time, 50 * MS);
    EXPECT_EQ(lab->commands[2].start, LAB_WHEN);
    EXPECT_EQ(lab->commands[2].time, MS);
    EXPECT_STR(lab->commands[2].text, "z: z");
    end(lab);
}

static void test_ip_is_an_address_or_a_map_of_settings(void)
{
    static const char *const hosts[] = {
        "ip: 10.0.0.1/24, ip-options: { first-id: 777 }",
        "ip: { address: 10.0.0.1/24, first-id: 777 }",
        "address: 10.0.0.1/24, ip: { first-id: 777 }",
    };

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        char text[200];
        struct host_config config;
        snprintf(text, sizeof text, "hosts: { a: { %s } }", hosts[i]);
        struct lab *lab = parse_good(text);
        EXPECT_EQ_ROW(hosts[i], lab->nodes[0].interfaces[0].address, 0x0a000001);
        host_config_defaults(&config);
        lab_settings_apply(lab, 0, &config);
        EXPECT_EQ_ROW(hosts[i], config.ip.first_id, 777);
        end(lab);
    }
}

static void test_defaults_hold_for_hosts_that_say_nothing(void)
{
    struct lab *lab = parse_good("defaults: { ip: { ttl: 5, first-id: 9 }, tcp: { cc: reno } }\n"
                                 "hosts: { a: {}, b: { ip: { ttl: 7 } } }\n"
                                 "routers: { r: { interfaces: { x: 10.0.0.1/24 } } }\n"
                                 "switches: { s: { ageing: 10s } }\n");
    static const int64_t want[][2] = { { 5, 9 }, { 7, 9 } };
    struct host_config config, untouched;
    struct switch_config bridge;

    host_config_defaults(&untouched);
    for (size_t i = 0; i < 2; i++) {
        host_config_defaults(&config);
        lab_settings_apply(lab, i, &config);
        EXPECT_EQ(config.ip.ttl, want[i][0]);
        EXPECT_EQ(config.ip.first_id, want[i][1]);
    }
    host_config_defaults(&config);
    lab_settings_apply(lab, 3, &config); /* a router is no host */
    EXPECT_EQ(config.ip.ttl, untouched.ip.ttl);
    switch_config_defaults(&bridge);
    lab_settings_apply(lab, 2, &bridge);
    EXPECT_EQ(bridge.ageing, 10 * SECONDS);
    end(lab);
}

static void test_macs_go_by_order_around_those_given(void)
{
    struct lab *lab = parse_good("hosts:\n  a: {}\n  b: { mac: 02:00:00:00:00:01 }\n"
                                 "  c: { mac: 02:00:00:00:00:05 }\n  d: {}\n");
    static const int64_t want[] = { 0x020000000006, 0x020000000001, 0x020000000005,
                                    0x020000000004 };
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        EXPECT_EQ(mac_to_int64(lab->nodes[i].interfaces[0].mac), want[i]);
    EXPECT(lab->nodes[1].interfaces[0].mac_given);
    EXPECT(!lab->nodes[0].interfaces[0].mac_given);
    end(lab);
}

static void test_same_address_is_allowed_where_asked_for(void)
{
    end(parse_good("hosts:\n  a: { ip: 10.0.0.1/24 }\n"
                   "  b: { ip: 10.0.0.1/24, duplicate-address: on }\n"));
    struct lab *lab = parse("hosts:\n  a: { ip: 10.0.0.1/24 }\n"
                            "  b: { ip: 10.0.0.1/24, duplicate-address: on }\n"
                            "  c: { ip: 10.0.0.1/24 }\n", NULL, 0, NULL);
    EXPECT(strstr(printed, "t:4:12: error: 10.0.0.1 is the address of \"a\"") != NULL);
    end(lab);
}

static void test_switch_ports_are_counted_by_link(void)
{
    struct lab *lab = parse_good("hosts: { a: {}, b: {} }\nswitches: { s: }\n"
                                 "links: { x: { ends: [a, s] }, y: { ends: [s, b] } }\n");
    EXPECT_EQ(node_called(lab, "s")->port_count, 2);
    EXPECT_EQ(lab->links[0].ends[1].interface, 0);
    EXPECT_EQ(lab->links[1].ends[0].interface, 1);
    EXPECT_EQ(node_called(lab, "b")->interfaces[0].link, 1);
    EXPECT_EQ(node_called(lab, "b")->interfaces[0].end, 1);
    end(lab);
}

/* ---- --set ---- */

static void test_set_changes_any_value(void)
{
    static const char *const set[] = {
        "seed=7", "until=2min", "stop=1s", "links.wire.loss=2%", "links.wire.toward.b.loss=3%",
        "hosts.a.mtu=1400", "hosts.a.ip.ttl=9", "hosts.b.ip=10.0.0.7/24",
        "hosts.b.routes.0.0.0.0/0=10.0.0.1", "defaults.arp.tries=2", "script.0.at=5ms",
        "script.1.a=send 3kB", "links.wire.burst-loss={ enter: 1%, leave: 2% }",
        "hosts.a.tcp.cc=cubic", "title=\"a: quoted\"",
    };
    struct lab *lab = parse(TWO_HOSTS "script:\n  - { at: 1s, a: x }\n  - { at: 1s, a: y }\n", set,
                            ARRAY_LEN(set), NULL);
    struct host_config config;

    EXPECT_STR(printed, "");
    ASSERT(lab != NULL);
    EXPECT_EQ(lab->seed, 7);
    EXPECT_EQ(lab->until, 2 * MINUTES);
    EXPECT_EQ(lab->stop, 1 * SECONDS);
    EXPECT_STR(lab->title, "a: quoted");
    EXPECT_EQ(lab->links[0].dir[0].loss, 30000);
    EXPECT_EQ(lab->links[0].dir[1].loss, 20000);
    EXPECT_EQ(lab->links[0].dir[1].delay, 20 * MS);
    EXPECT_EQ(lab->links[0].dir[1].burst_leave, 20000);
    EXPECT_EQ(lab->nodes[0].interfaces[0].mtu, 1400);
    EXPECT_EQ(lab->nodes[0].interfaces[0].address, 0x0a000001);
    EXPECT_EQ(lab->nodes[1].interfaces[0].address, 0x0a000007);
    EXPECT_EQ(lab->nodes[1].routes[0].gateway, 0x0a000001);
    EXPECT_EQ(lab->commands[0].time, 5 * MS);
    EXPECT_STR(lab->commands[1].text, "send 3kB");
    host_config_defaults(&config);
    lab_settings_apply(lab, 0, &config);
    EXPECT_EQ(config.ip.ttl, 9);
    EXPECT_EQ(config.arp.tries, 2);
    end(lab);
}

static void test_wrong_set_is_told_by_its_name(void)
{
    static const struct {
        const char *set, *want;
    } rows[] = {
        { "hosts.a.tpc.cc=cubic", "unknown key \"tpc\", did you mean \"tcp\"?" },
        { "hosts.alx.mtu=1400",
          "nothing under \"hosts\" is called \"alx\": write the name of one in the file" },
        { "links.wir.loss=1%", "nothing under \"links\" is called \"wir\", did you mean "
                               "\"wire\"?" },
        { "links.wire.loss=2", "2 what? write 2%" },
        { "links.wire.toward.c.loss=2%", "\"c\" is no end of this link: write a or b" },
        { "links.wire.delay.x=2%", "\"delay\" is a value and holds no \"x\": end the path there" },
        { "links.wire.ends.2=a", "\"ends\" is a list of 2, counted from 0: no \"2\" in it" },
        { "sed=7", "unknown key \"sed\", did you mean \"seed\"?" },
        { "seed", "not PATH=VALUE: write it like --set links.wire.loss=2%" },
        { "=7", "not PATH=VALUE: write it like --set links.wire.loss=2%" },
        { "hosts..mtu=7", "the path has an empty part: write it like hosts.a.mtu=1400" },
        { "hosts.a.=7", "the path has an empty part: write it like hosts.a.mtu=1400" },
        { "seed=", "\"seed\" has no value: write seed: 42" },
        { "links.wire.delay=", "\"delay\" has no value: write delay: 20ms" },
        { "links.wire.ends=", "link \"wire\" has no ends: write ends: [a, b]" },
        { "hosts.a.apps=[x", "\"[x\" is not a value: close its quotes and brackets" },
        { "hosts.b.ip=10.0.0.1/24",
          "10.0.0.1 is the address of \"a\" already, in line 2: write another, or "
          "duplicate-address: on for a conflict" },
        { "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1", "the path is too long: a lab is not that deep" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char want[300];
        struct lab *lab = parse(TWO_HOSTS, &rows[i].set, 1, NULL);
        snprintf(want, sizeof want, "--set %s: error: %s\n", rows[i].set, rows[i].want);
        EXPECT_ROW(rows[i].set, lab == NULL);
        EXPECT_STR_ROW(rows[i].set, printed, want);
        end(lab);
    }
}

/* ---- hooks ---- */

/* Dislikes the first "!" of any text. */
static bool dislike(void *ctx, const struct lab *lab, const char *text, char *why, size_t size,
                    size_t *column)
{
    const char *bad = strchr(text, '!');

    (void)lab;
    ++*(int *)ctx;
    snprintf(why, size, "no shouting");
    *column = bad != NULL ? (size_t)(bad - text) : 0;
    return bad == NULL;
}

static bool dislike_command(void *ctx, const struct lab *lab, const struct lab_command *command,
                            char *why, size_t size, size_t *column)
{
    return dislike(ctx, lab, command->text, why, size, column);
}

static bool dislike_state(void *ctx, const struct lab *lab, size_t node, const char *state,
                          char *why, size_t size, size_t *column)
{
    EXPECT(node < lab->node_count);
    return dislike(ctx, lab, state, why, size, column);
}

static void test_hooks_point_into_the_text(void)
{
    static const struct {
        const char *entry;
        uint32_t column;
    } rows[] = {
        { "script: [{ at: 0s, a: ping b! }]", 29 },
        { "script: [{ at: 0s, a: \"ping b!\" }]", 30 },
        { "script: [{ at: 0s, a: 'it''s b!' }]", 31 },
        { "script: [{ at: 0s, a: \"\\u00e9\\t\\x41!\" }]", 36 },
        { "script: [{ at: 0s, a: \xc3\xa9\xc3\xa9! }]", 25 },
        { "script: [{ when: a  UP!, a: x }]", 23 },
        { "faults: [{ drop: \"udp!\" }]", 22 },
        { "checks: [{ check: 1 == 2! }]", 25 },
        { "pages: [{ page: p, at: { frame: udp! }, text: t }]", 36 },
        { "pages: [{ page: p, at: { state: a UP! }, text: t }]", 37 },
        { "pages: [{ page: p, at: { holds: 1! }, text: t }]", 34 },
        { "questions: [{ question: q, after: end, ask: w, answer: 1! }]", 57 },
        { "questions: [{ question: q, after: end, ask: w, kind: field, field: ack! }]", 68 },
        { "tasks: [{ task: t, ask: w, checks: [{ check: 1 }], solution: [drop 1!] }]", 69 },
        { "script: [{ at: 0s, a: \"ping\n b!\" }]", 23 },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int calls = 0;
        struct lab_hooks hooks = { .ctx = &calls,
                                   .check_command = dislike_command,
                                   .check_state = dislike_state,
                                   .check_filter = dislike,
                                   .check_expression = dislike,
                                   .check_answer = dislike,
                                   .check_deed = dislike };
        char text[200], want[60];
        snprintf(text, sizeof text, "hosts: { a: {} }\n%s\n", rows[i].entry);
        struct lab *lab = parse(text, NULL, 0, &hooks);
        snprintf(want, sizeof want, "t:2:%u: error: no shouting\n", rows[i].column);
        EXPECT_ROW(rows[i].entry, strncmp(printed, want, strlen(want)) == 0);
        if (strncmp(printed, want, strlen(want)) != 0)
            printf("%s", printed);
        EXPECT_ROW(rows[i].entry, calls >= 1);
        end(lab);
    }
}

/* ---- the rest ---- */

static void test_ten_thousand_hosts_are_read(void)
{
    enum { HOSTS = 10000 };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ASSERT(out != NULL);
    fprintf(out, "hosts:\n");
    for (int i = 0; i < HOSTS; i++)
        fprintf(out, "  h%d: { ip: 10.0.%d.%d/16 }\n", i, i / 250, i % 250 + 1);
    fprintf(out, "switches: { s: {} }\nlinks:\n");
    for (int i = 0; i < HOSTS; i++)
        fprintf(out, "  l%d: { ends: [h%d, s] }\n", i, i);
    fclose(out);
    struct lab *lab = parse_good(text);
    EXPECT_EQ(lab->node_count, HOSTS + 1);
    EXPECT_EQ(lab_find_node(lab, "h9999", 5), 9999);
    EXPECT_EQ(lab_find_link(lab, "l9999", 5), 9999);
    EXPECT_EQ(lab_find_link(lab, "h9999", 5), LAB_NONE);
    EXPECT_EQ(lab->nodes[HOSTS].port_count, HOSTS);
    end(lab);
    free(text);
}

static void test_missing_file_is_told(void)
{
    struct lab *lab;

    diagnostics_init(&d);
    EXPECT(!lab_load("/nonexistent/lab.yaml", NULL, NULL, &lab, &d));
    EXPECT(lab == NULL);
    EXPECT_EQ(d.total, 1);
    diagnostics_free(&d);
    EXPECT(!lab_load("/", NULL, NULL, &lab, &d)); /* a folder */
    EXPECT_EQ(d.total, 1);
    diagnostics_free(&d);
}

static void test_every_key_has_example_and_help(void)
{
    for (size_t g = 0; lab_key_groups[g] != NULL; g++) {
        EXPECT(lab_key_groups[g]->help[0] != '\0');
        for (const struct lab_key *key = lab_key_groups[g]->keys; key->name != NULL; key++) {
            EXPECT_ROW(key->name, key->example[0] != '\0');
            EXPECT_ROW(key->name, key->help[0] != '\0');
        }
    }
    const struct config_section *section;
    for (size_t i = 0; (section = lab_section(i)) != NULL; i++)
        EXPECT_ROW(section->name, lab_section_find(section->name) == section);
    EXPECT(lab_section_find("tcp") != NULL);
    EXPECT(lab_section_find("ip-options") == lab_section_find("ip"));
    EXPECT(lab_section_find("nothing") == NULL);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_design_example_gives_its_nodes),
        TEST(test_design_example_gives_its_links),
        TEST(test_design_example_gives_its_script),
        TEST(test_every_fault_of_a_link_is_read),
        TEST(test_scripted_faults_are_read),
        TEST(test_after_follows_the_entry_above_or_the_state),
        TEST(test_ip_is_an_address_or_a_map_of_settings),
        TEST(test_defaults_hold_for_hosts_that_say_nothing),
        TEST(test_macs_go_by_order_around_those_given),
        TEST(test_same_address_is_allowed_where_asked_for),
        TEST(test_switch_ports_are_counted_by_link),
        TEST(test_set_changes_any_value),
        TEST(test_wrong_set_is_told_by_its_name),
        TEST(test_hooks_point_into_the_text),
        TEST(test_ten_thousand_hosts_are_read),
        TEST(test_missing_file_is_told),
        TEST(test_every_key_has_example_and_help),
    };

    return run_tests("lab", tests, ARRAY_LEN(tests));
}
