#include "tools/lib/tables.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"

static const char *const lab = "title: t\n"
                               "hosts:\n"
                               "  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }\n"
                               "  b: { ip: 10.0.0.2/24 }\n"
                               "switches: { s: {} }\n"
                               "links:\n"
                               "  wa: { ends: [a, s], delay: 1ms }\n"
                               "  wb: { ends: [b, s], delay: 1ms }\n"
                               "script:\n"
                               "  - { at: 0s, b: udp bind 9 }\n"
                               "  - { at: 1ms, b: on 9 read off }\n"
                               "  - { at: 2ms, a: udp send b:9 5B count 2 from 5000 }\n"
                               "  - { at: 50ms, a: ping 10.0.0.77 }\n";

static void test_tables_show_what_the_nodes_know_now(void)
{
    static const char want[] =
        "\na: ARP cache\n"
        "  10.0.0.2         02:00:00:00:00:02  REACHABLE   eth0\n"
        "  10.0.0.77        -                  INCOMPLETE  eth0  1 waiting\n"
        "\na: routes\n"
        "  10.0.0.0/24         directly         eth0\n"
        "  0.0.0.0/0           10.0.0.254       eth0\n"
        "\na: UDP sockets\n"
        "  port 5000   reads      sent 2, received 0, waiting 0, lost to a full queue 0\n"
        "\nb: ARP cache\n"
        "  10.0.0.1         02:00:00:00:00:01  REACHABLE   eth0\n"
        "\nb: routes\n"
        "  10.0.0.0/24         directly         eth0\n"
        "\nb: UDP sockets\n"
        "  port 9      reads not  sent 0, received 0, waiting 2, lost to a full queue 0\n"
        "\ns: MAC table\n"
        "  02:00:00:00:00:02  port 2 (to b)\n"
        "  02:00:00:00:00:01  port 1 (to a)\n";
    struct lab_run run;
    char *text = NULL;
    size_t len = 0;
    FILE *out;

    if (!lab_run_open(&run, lab, NULL, 0))
        return;
    run.simulation.world->until = 60 * MS;
    simulation_run(&run.simulation, NULL);
    out = open_memstream(&text, &len);
    tables_print(run.simulation.world, out);
    fclose(out);
    EXPECT_STR(text, want);
    free(text);
    lab_run_close(&run);
}

int main(void)
{
    static const struct test tests[] = { TEST(test_tables_show_what_the_nodes_know_now) };

    return run_tests("tables", tests, ARRAY_LEN(tests));
}
