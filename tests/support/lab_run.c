#include "tests/support/lab_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/expect.h"

bool lab_run_open(struct lab_run *run, const char *text, const struct intervention *interventions,
                  uint32_t intervention_count)
{
    struct simulation_options options = { .interventions = interventions,
                                          .intervention_count = intervention_count };
    struct diagnostics d;
    bool sound;

    memset(run, 0, sizeof(*run));
    diagnostics_init(&d);
    sound = lab_parse(text, strlen(text), "lab", NULL, &simulation_hooks, &run->lab, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    if (!EXPECT(sound))
        return false;
    return EXPECT(simulation_open(&run->simulation, run->lab, &options));
}

void lab_run_close(struct lab_run *run)
{
    if (run->simulation.lab != NULL)
        simulation_close(&run->simulation);
    if (run->lab != NULL)
        lab_free(run->lab);
}

void lab_run_busy_text(char *out, size_t size, uint64_t seed)
{
    snprintf(out, size,
             "title: busy\n"
             "seed: %" PRIu64 "\n"
             "until: 10min\n"
             "hosts:\n"
             "  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }\n"
             "  b: { ip: 10.0.0.2/24, gateway: 10.0.0.254 }\n"
             "  c: { ip: 10.0.1.3/24, gateway: 10.0.1.254 }\n"
             "switches: { s: {} }\n"
             "routers:\n"
             "  r: { interfaces: { lan: 10.0.0.254/24, wan: 10.0.1.254/24 } }\n"
             "links:\n"
             "  wa: { ends: [a, s], rate: 10Mbit, delay: 2ms, loss: 10%%, jitter: 1ms }\n"
             "  wb: { ends: [b, s], rate: 1Mbit, delay: 5ms, queue: 3 packets, duplicate: 10%% }\n"
             "  wr: { ends: [s, r.lan], delay: 1ms, corrupt: 5%% }\n"
             "  wc: { ends: [r.wan, c], delay: 20ms, mtu: 576, reorder: 20%% }\n"
             "script:\n"
             "  - { at: 0s, b: udp echo 7 }\n"
             "  - { at: 0s, c: udp bind 9 }\n"
             "  - { at: 10ms, a: ping c count 10 every 300ms size 2000B }\n"
             "  - { at: 15ms, b: ping a count 10 every 200ms }\n"
             "  - { at: 20ms, a: udp send c:9 3000B count 20 every 150ms }\n"
             "  - { at: 30ms, a: udp send b:7 100B count 30 every 70ms }\n"
             "  - { at: 40ms, c: udp send b:99 10B count 3 every 1s }\n"
             "  - { at: 1s, wc: down }\n"
             "  - { at: 1500ms, wc: up }\n"
             "  - { at: 2s, a: traceroute c }\n"
             "  - { at: 3s, a: arp flush }\n",
             seed);
}
