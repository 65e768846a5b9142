#include "layers/bugs.h"

#include <string.h>

#include "layers/host.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/simulation.h"

static void test_each_bug_is_found_by_its_name_alone(void)
{
    const struct bug_help *bug;
    uint64_t seen = 0;

    for (size_t i = 0; (bug = bug_at(i)) != NULL; i++) {
        EXPECT_ROW(bug->name, bug_find(bug->name) != 0);
        EXPECT_ROW(bug->name, (seen & bug_find(bug->name)) == 0);
        EXPECT_ROW(bug->name, strlen(bug->help) < 80);
        seen |= bug_find(bug->name);
    }
    EXPECT_EQ(bug_find("no-karn"), BUG_NO_KARN);
    EXPECT_EQ(bug_find("window-ignored"), BUG_WINDOW_IGNORED);
    EXPECT_EQ(bug_find("no-kar"), 0);
}

static void test_bugs_of_a_lab_reach_its_hosts(void)
{
    static const char text[] =
        "hosts: { a: { ip: 10.0.0.1/24, bugs: [no-karn, stretch-ack] }, b: { ip: 10.0.0.2/24 } }\n"
        "routers: { r: { interfaces: { x: 10.0.0.3/24 }, bugs: [no-persist] } }\n"
        "switches: { s: {} }\n"
        "links: { x: { ends: [a, s] }, y: { ends: [b, s] }, z: { ends: [r.x, s] } }\n";
    struct simulation_options options = { 0 };
    struct diagnostics d;
    struct simulation s;
    struct lab *lab;

    diagnostics_init(&d);
    ASSERT(lab_parse(text, strlen(text), "lab", NULL, &simulation_hooks, &lab, &d));
    ASSERT(simulation_open(&s, lab, &options));
    EXPECT_EQ(host_of(s.world->nodes[0])->bugs, BUG_NO_KARN | BUG_STRETCH_ACK);
    EXPECT_EQ(host_of(s.world->nodes[1])->bugs, BUG_NONE);
    EXPECT_EQ(host_of(s.world->nodes[lab_find_node(lab, "r", 1)])->bugs, BUG_NO_PERSIST);
    simulation_close(&s);
    lab_free(lab);
    diagnostics_free(&d);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_bug_is_found_by_its_name_alone),
        TEST(test_bugs_of_a_lab_reach_its_hosts),
    };

    return run_tests("bugs", tests, ARRAY_LEN(tests));
}
