/*
 * What was done in a run and was written into its lab happens again when that
 * lab is run: in every lab that comes with Rung.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/hash.h"
#include "tests/support/expect.h"
#include "tests/support/lab_run.h"
#include "tests/support/suite.h"
#include "tools/lib/lab_amend.h"

#define ROUNDS 3 /* of each lab */

enum { FAULTS = 4, COMMANDS = 2, AMENDMENTS = FAULTS + COMMANDS };

static char where[120];  /* the lab and the round, for what fails */
static unsigned changed; /* runs that the deeds made another */

/* What is done, as amendments: faults first, then commands by rising time. */
struct deeds {
    struct lab_amendment at[AMENDMENTS];
    struct intervention faults[FAULTS];
};

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    if (EXPECT(file != NULL && text != NULL)) {
        EXPECT(fread(text, 1, (1 << 20) - 1, file) > 0);
        fclose(file);
    }
    return text;
}

static void draw_deeds(struct deeds *deeds, const struct simulation *plain, uint64_t draw)
{
    const struct lab *lab = plain->lab;
    vtime end = plain->world->now;

    for (unsigned i = 0; i < FAULTS; i++) {
        uint64_t luck = hash_add(draw, i);

        deeds->faults[i] = (struct intervention){
            .kind = (enum fault_kind)(luck % 4),
            .frame = (uint32_t)(1 + (luck >> 8) % plain->world->frame_count),
            .by = (vtime)((luck >> 24) % (50 * MS)),
            .bit = luck >> 60 > 7 ? -1 : (int64_t)((luck >> 48) % 400),
        };
        deeds->at[i] = (struct lab_amendment){ .kind = LAB_AMEND_FAULT, .fault = deeds->faults[i] };
    }
    for (unsigned i = 0; i < COMMANDS; i++) {
        uint64_t luck = hash_add(draw, FAULTS + i);
        bool of_link = luck % 2 == 0;
        size_t node = (luck >> 8) % lab->node_count;

        while (lab->nodes[node].kind != LAB_HOST)
            node = (node + 1) % lab->node_count;
        deeds->at[FAULTS + i] = (struct lab_amendment){
            .kind = LAB_AMEND_COMMAND,
            .at = end / 2 + (vtime)((luck >> 16) % (uint64_t)(end / 2 + 1)),
            .name =
                of_link ? lab->links[(luck >> 8) % lab->link_count].name : lab->nodes[node].name,
            .command = of_link ? "set loss 20%" : "arp flush",
        };
    }
}

/* LAB with COUNT amendments, read again: the text of a lab_run. */
static char *amended(const struct lab *lab, const struct lab_amendment *amendments, size_t count)
{
    struct diagnostics d;
    char *text;

    diagnostics_init(&d);
    text = lab_amend(lab, amendments, count, &simulation_hooks, &d);
    diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    EXPECT_ROW(where, text != NULL);
    return text;
}

static uint64_t run_text(const char *text, const struct intervention *faults, uint32_t count,
                         struct lab_run *run)
{
    if (!lab_run_open(run, text, faults, count))
        return 0;
    simulation_run(&run->simulation, NULL);
    return trace_hash(&run->simulation.trace);
}

/* Frames of B up to time END are those of A. */
static void expect_same_frames_until(const struct trace *a, const struct trace *b, vtime end)
{
    uint32_t n = 0;

    while (n < a->frames.count && n < b->frames.count && trace_frame(a, n + 1)->sent < end &&
           trace_frame(b, n + 1)->sent < end) {
        struct span x = trace_frame_bytes(a, ++n), y = trace_frame_bytes(b, n);

        if (!EXPECT_EQ_ROW(where, trace_frame(a, n)->sent, trace_frame(b, n)->sent) ||
            !EXPECT_ROW(where, x.len == y.len && memcmp(x.at, y.at, x.len) == 0))
            return;
    }
    EXPECT_ROW(where, n == a->frames.count || trace_frame(a, n + 1)->sent >= end);
    EXPECT_ROW(where, n == b->frames.count || trace_frame(b, n + 1)->sent >= end);
}

/* Faults written into the lab are those of the command line. */
static void compare_faults(const struct lab_run *plain, const char *text, const struct deeds *deeds)
{
    char *with_faults = amended(plain->lab, deeds->at, FAULTS);
    struct lab_run kept, given;

    EXPECT_ROW(where, run_text(with_faults, NULL, 0, &kept) ==
                          run_text(text, deeds->faults, FAULTS, &given));
    changed += trace_hash(&kept.simulation.trace) != trace_hash(&plain->simulation.trace);
    lab_run_close(&kept);
    lab_run_close(&given);
    free(with_faults);
}

/* Nothing happens before the first command; and with faults besides, no
 * matter which are written and which are given. */
static void compare_commands(const struct lab_run *plain, const struct deeds *deeds)
{
    char *with_commands = amended(plain->lab, deeds->at + FAULTS, COMMANDS);
    char *with_all = amended(plain->lab, deeds->at, AMENDMENTS);
    vtime first = min_i64(deeds->at[FAULTS].at, deeds->at[FAULTS + 1].at);
    struct lab_run commands, all, given;

    run_text(with_commands, NULL, 0, &commands);
    expect_same_frames_until(&plain->simulation.trace, &commands.simulation.trace, first);
    EXPECT_ROW(where, run_text(with_all, NULL, 0, &all) ==
                          run_text(with_commands, deeds->faults, FAULTS, &given));
    for (size_t i = 0; i < COMMANDS; i++)
        EXPECT_ROW(where,
                   simulation_entry_started(&commands.simulation, plain->lab->command_count + i));
    lab_run_close(&commands);
    lab_run_close(&all);
    lab_run_close(&given);
    free(with_commands);
    free(with_all);
}

/* A lab with values of --set, one of which is in no file, is that lab when it
 * is written down. */
static void compare_options(const char *text)
{
    static const char *const set[] = { "seed=99", "defaults.ip.ttl=9" };

    for (size_t count = 1; count <= ARRAY_LEN(set); count++) {
        struct lab_overrides overrides = { set, count };
        struct lab_run given, written;
        struct diagnostics d;
        char *with_options;

        diagnostics_init(&d);
        EXPECT_ROW(where, lab_parse(text, strlen(text), "lab", &overrides, &simulation_hooks,
                                    &given.lab, &d));
        diagnostics_free(&d);
        EXPECT_ROW(where, simulation_open(&given.simulation, given.lab,
                                          &(struct simulation_options){ .until = 0 }));
        simulation_run(&given.simulation, NULL);
        with_options = amended(given.lab, NULL, 0);
        EXPECT_ROW(where, run_text(with_options, NULL, 0, &written) ==
                              trace_hash(&given.simulation.trace));
        lab_run_close(&given);
        lab_run_close(&written);
        free(with_options);
    }
}

static void amend_lab(const char *name)
{
    char path[200];
    struct lab_run plain;
    struct deeds deeds;
    char *text;

    snprintf(path, sizeof(path), "labs/%s/lab.yaml", name);
    text = read_file(path);
    run_text(text, NULL, 0, &plain);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        snprintf(where, sizeof(where), "lab %s, round %u", name, (unsigned)round);
        draw_deeds(&deeds, &plain.simulation, hash_bytes(round, (const void *)name, strlen(name)));
        compare_faults(&plain, text, &deeds);
        compare_commands(&plain, &deeds);
    }
    compare_options(text);
    lab_run_close(&plain);
    free(text);
}

static void test_amended_labs_run_as_the_runs_that_they_keep(void)
{
    char name[100];
    FILE *order = fopen("labs/ORDER", "r");
    unsigned labs = 0;

    if (!EXPECT(order != NULL))
        return;
    for (; fscanf(order, "%99s", name) == 1; labs++)
        amend_lab(name);
    fclose(order);
    EXPECT(labs > 30);
    EXPECT(changed > labs * ROUNDS / 2);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_amended_labs_run_as_the_runs_that_they_keep),
    };

    return run_tests("amend", tests, ARRAY_LEN(tests));
}
