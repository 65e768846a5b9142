/*
 * Every bundled lab, every host, every TCP connection of it: written as a packet
 * script, which passes, and fails when it is changed in one thing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/tcp/tcp.h"
#include "tests/support/expect.h"
#include "tests/support/pkt_mutate.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_path.h"
#include "tools/lib/pkt_write.h"

/* Those that no script can say, and what the message must tell of. */
static const struct {
    const char *lab, *host;
    unsigned port;
    const char *why;
} impossible[] = {
    { "backlog", "b", 5003, "another connection of the host" }, /* it fills the queue */
};

static unsigned written;

static const char *reason(const char *lab, const char *host, unsigned port)
{
    for (size_t i = 0; i < ARRAY_LEN(impossible); i++)
        if (strcmp(impossible[i].lab, lab) == 0 && strcmp(impossible[i].host, host) == 0 &&
            impossible[i].port == port)
            return impossible[i].why;
    return NULL;
}

static void judge_text(const char *label, const char *text)
{
    struct diagnostics d;
    struct pkt_script *script;

    diagnostics_init(&d);
    script = pkt_script_parse(text, strlen(text), label, NULL, &d);
    if (!EXPECT_ROW(label, script != NULL))
        diagnostics_print(&d, stdout);
    if (script != NULL) {
        EXPECT_EQ_ROW(label, pkt_judge(script, PKT_STRICT), PKT_PASS);
        EXPECT_ROW(label, pkt_mutate(script, PKT_STRICT, 6) > 0);
    }
    pkt_script_free(script);
    diagnostics_free(&d);
}

static void write_one(const char *lab_name, const struct lab *lab, size_t node, uint16_t port)
{
    struct pkt_write_order order = { .lab = lab, .node = node, .port = port, .command = "a test" };
    char why[PKT_WRITE_WHY] = "", label[200];
    const char *expected = reason(lab_name, lab->nodes[node].name, port);
    char *text = pkt_write(&order, why);

    snprintf(label, sizeof(label), "%s, %s:%u: %.100s", lab_name, lab->nodes[node].name, port, why);
    EXPECT_ROW(label, (text == NULL) == (expected != NULL));
    if (expected != NULL)
        EXPECT_ROW(label, strstr(why, expected) != NULL);
    if (text != NULL) {
        judge_text(label, text);
        written++;
    }
    free(text);
}

/* A port of connection NUMBER that no other one of HOST has; 0: none. */
static uint16_t own_port(const struct host *host, uint32_t number)
{
    struct tcp_endpoint local, remote, other, other_remote;
    bool local_shared = false, remote_shared = false;

    tcp_name(host, number, &local, &remote);
    for (uint32_t n = 1; tcp_name(host, n, &other, &other_remote); n++) {
        if (other_remote.port == 0 ||
            (other.port == local.port && other_remote.port == remote.port))
            continue;
        local_shared = local_shared || other.port == local.port;
        remote_shared = remote_shared || other_remote.port == remote.port;
    }
    return !local_shared ? local.port : !remote_shared ? remote.port : 0;
}

static void write_host(const char *lab_name, const struct lab *lab, size_t node,
                       const struct host *host)
{
    struct tcp_endpoint local, remote;
    uint16_t last = 0;

    for (uint32_t n = 1; tcp_name(host, n, &local, &remote); n++) {
        uint16_t port = remote.port != 0 ? own_port(host, n) : 0;

        if (remote.port == 0 || port == last)
            continue;
        EXPECT_ROW(lab_name, port != 0);
        write_one(lab_name, lab, node, port);
        last = port;
    }
}

static bool write_lab(void *context, const char *name, const char *path)
{
    struct diagnostics d;
    struct simulation s;
    struct simulation_options options = { 0 };
    struct lab *lab = NULL;

    (void)context;
    diagnostics_init(&d);
    if (EXPECT_ROW(name, lab_load(path, NULL, &simulation_hooks, &lab, &d)) &&
        simulation_open(&s, lab, &options)) {
        simulation_run(&s, NULL);
        for (size_t i = 0; i < lab->node_count; i++)
            if (lab->nodes[i].kind == LAB_HOST)
                write_host(name, lab, i, host_of(s.world->nodes[i]));
        simulation_close(&s);
    }
    lab_free(lab);
    diagnostics_free(&d);
    return true;
}

static void test_each_connection_of_each_lab_becomes_a_script_that_holds(void)
{
    lab_bundled(write_lab, NULL);
    EXPECT(written >= 60);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_connection_of_each_lab_becomes_a_script_that_holds),
    };

    return run_tests("pkt write", tests, ARRAY_LEN(tests));
}
