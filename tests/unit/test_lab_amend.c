#include "tools/lib/lab_amend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/simulation.h"

#define HOSTS "hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }\n"
#define LINKS "links: { wire: { ends: [a, b], delay: 20ms } }\n"

static char *printed; /* the errors of the last attempt */

/* The text that lab_amend makes; NULL, and `printed`, if it makes none. */
static char *amend(const char *text, const char *const *set, size_t set_count,
                   const struct lab_amendment *amendments, size_t count)
{
    struct lab_overrides overrides = { set, set_count };
    struct diagnostics d;
    struct lab *lab;
    char *amended = NULL;
    size_t size;
    FILE *out = open_memstream(&printed, &size);

    ASSERT(out != NULL);
    diagnostics_init(&d);
    if (EXPECT(lab_parse(text, strlen(text), "t", &overrides, &simulation_hooks, &lab, &d))) {
        amended = lab_amend(lab, amendments, count, &simulation_hooks, &d);
        EXPECT((amended != NULL) == (d.total == 0));
        lab_free(lab);
    }
    diagnostics_print(&d, out);
    fclose(out);
    diagnostics_free(&d);
    return amended;
}

static void expect_amended(const char *text, const char *const *set, size_t set_count,
                           const struct lab_amendment *amendments, size_t count, const char *want)
{
    char *got = amend(text, set, set_count, amendments, count);

    EXPECT_STR(printed, "");
    EXPECT_STR(got != NULL ? got : "(none)", want);
    free(got);
    free(printed);
}

static const struct lab_amendment drop_5 = {
    LAB_AMEND_FAULT, { .kind = FAULT_KIND_DROP, .frame = 5 }, 0, NULL, NULL
};
static const struct lab_amendment ping = { LAB_AMEND_COMMAND, { .bit = 0 }, 10 * MS + 1, "a",
                                           "ping b" };

static void test_lab_without_script_and_faults_gets_them_at_its_end(void)
{
    const struct lab_amendment both[] = { drop_5, ping };

    expect_amended(HOSTS LINKS "# The end.\n", NULL, 0, both, 2,
                   HOSTS LINKS "script:\n  - { at: 10000001ns, a: ping b }\n"
                               "faults:\n  - { drop: frame 5 }\n# The end.\n");
    expect_amended("hosts: { a: {} }", NULL, 0, &drop_5, 1,
                   "hosts: { a: {} }\nfaults:\n  - { drop: frame 5 }\n");
    expect_amended("{ hosts: { a: {} } }\n", NULL, 0, &drop_5, 1,
                   "{ hosts: { a: {} }, faults: [{ drop: frame 5 }] }\n");
    expect_amended("---\n  hosts: { a: {} }\n...\n", NULL, 0, &drop_5, 1,
                   "---\n  hosts: { a: {} }\n  faults:\n    - { drop: frame 5 }\n...\n");
    expect_amended("hosts: { a: {} }\r\n", NULL, 0, &drop_5, 1,
                   "hosts: { a: {} }\r\nfaults:\r\n  - { drop: frame 5 }\r\n");
}

static void test_entry_follows_the_last_one_in_the_style_of_its_list(void)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        { "faults:\n  - { drop: arp }  # why\n  # more\n\nseed: 7\n",
          "faults:\n  - { drop: arp }  # why\n  - { drop: frame 5 }\n  # more\n\nseed: 7\n" },
        { "faults:\n- drop: arp\n  nth: 3\n- drop: \"udp port 7\"\nseed: 7\n",
          "faults:\n- drop: arp\n  nth: 3\n- drop: \"udp port 7\"\n- { drop: frame 5 }\n"
          "seed: 7\n" },
        { "faults:\n      - drop: arp", "faults:\n      - drop: arp\n      - { drop: frame 5 }\n" },
        { "faults:\n  - drop: |\n      arp\n\nseed: 7\n",
          "faults:\n  - drop: |\n      arp\n\n  - { drop: frame 5 }\nseed: 7\n" },
        { "faults: [{ drop: arp }]\n", "faults: [{ drop: arp }, { drop: frame 5 }]\n" },
        { "faults: [{ drop: arp }, ] # x\n", "faults: [{ drop: arp }, { drop: frame 5 }, ] # x\n" },
        { "faults: [\n  { drop: arp }, # \xc3\xa9\n  { drop: udp } # ]\n  ]\nseed: 7\n",
          "faults: [\n  { drop: arp }, # \xc3\xa9\n  { drop: udp }, { drop: frame 5 } # ]\n  ]\n"
          "seed: 7\n" },
        { "faults: []\n", "faults: [{ drop: frame 5 }]\n" },
        { "faults: [ # none\n  ]\n", "faults: [{ drop: frame 5 } # none\n  ]\n" },
        { "faults: # none yet\nseed: 7\n", "faults: [{ drop: frame 5 }] # none yet\nseed: 7\n" },
        { "faults: ~\n", "faults: [{ drop: frame 5 }]\n" },
        { "faults:\n", "faults: [{ drop: frame 5 }]\n" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char before[300], after[300];

        snprintf(before, sizeof before, "title: caf\xc3\xa9\n%s%s%s", HOSTS, LINKS, rows[i].before);
        snprintf(after, sizeof after, "title: caf\xc3\xa9\n%s%s%s", HOSTS, LINKS, rows[i].after);
        expect_amended(before, NULL, 0, &drop_5, 1, after);
    }
}

static void test_every_fault_is_written_as_it_is(void)
{
    const struct lab_amendment all[] = {
        { LAB_AMEND_FAULT, { FAULT_KIND_DELAY, 6, 1500 * US, -1 }, 0, NULL, NULL },
        { LAB_AMEND_FAULT, { FAULT_KIND_DUPLICATE, 7, 0, -1 }, 0, NULL, NULL },
        { LAB_AMEND_FAULT, { FAULT_KIND_CORRUPT, UINT32_MAX, 0, -1 }, 0, NULL, NULL },
        { LAB_AMEND_FAULT, { FAULT_KIND_CORRUPT, 1, 0, 112 }, 0, NULL, NULL },
    };

    expect_amended(HOSTS LINKS, NULL, 0, all, 4,
                   HOSTS LINKS "faults:\n  - { delay: frame 6, by: 1500us }\n"
                               "  - { duplicate: frame 7 }\n"
                               "  - { corrupt: frame 4294967295 }\n"
                               "  - { corrupt: frame 1, bit: 112 }\n");
}

/* Command lines that YAML would take for something else. */
static void test_command_with_signs_of_yaml_comes_back_as_it_was(void)
{
    static const struct {
        const char *name, *command, *written;
    } rows[] = {
        { "a", "udp send b:9 \"hello, b\"", "'udp send b:9 \"hello, b\"'" },
        { "a", "udp send b:9 \"it's: #1 {x}\"", "'udp send b:9 \"it''s: #1 {x}\"'" },
        { "a", "udp send b:9 \"caf\xc3\xa9\"", "'udp send b:9 \"caf\xc3\xa9\"'" },
        { "a", "udp send b:9 100B count 3 every 5ms", "udp send b:9 100B count 3 every 5ms" },
        { "a", "udp send b:9 \"\t\\\\\"", "\"udp send b:9 \\\"\\U00000009\\\\\\\\\\\"\"" },
        { "wire", "set loss 5%", "set loss 5%" },
        { "wire", "down", "down" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct lab_amendment command = { LAB_AMEND_COMMAND, { .bit = 0 }, SECONDS, rows[i].name,
                                         rows[i].command };
        char after[300];

        snprintf(after, sizeof after, HOSTS LINKS "script:\n  - { at: 1s, %s: %s }\n",
                 rows[i].name, rows[i].written);
        expect_amended(HOSTS LINKS, NULL, 0, &command, 1, after);
    }
}

static void test_values_of_options_go_to_their_places(void)
{
    static const char *const set[] = { "links.wire.delay=30ms", "seed=42", "title=Mine, all: mine",
                                       "script.0.a=ping b count 2" };

    expect_amended("title: \"Theirs\" # hm\n" HOSTS LINKS "script: [{ at: 0s, a: ping b }]\n", set,
                   4, &drop_5, 1,
                   "title: 'Mine, all: mine' # hm\n" HOSTS
                   "links: { wire: { ends: [a, b], delay: 30ms } }\n"
                   "script: [{ at: 0s, a: ping b count 2 }]\n"
                   "seed: 42\n"
                   "faults:\n  - { drop: frame 5 }\n");
}

static void test_value_without_a_place_writes_the_lab_anew_and_says_so(void)
{
    static const char *const set[] = { "hosts.a.tcp.cc=cubic" };

    expect_amended("# mine\nabout: |\n  Two lines,\n\n  and one.\n" HOSTS LINKS
                   "switches: {}\nfaults:\n  - drop: \"\"\n    nth: [1, 2]\n",
                   set, 1, &drop_5, 1,
                   "# Written anew by Rung, without the comments of the file that it was, with\n"
                   "#   --set hosts.a.tcp.cc=cubic\n"
                   "about: |\n  Two lines,\n\n  and one.\n"
                   "hosts:\n"
                   "  a: { ip: 10.0.0.1/24, tcp: { cc: cubic } }\n"
                   "  b: { ip: 10.0.0.2/24 }\n"
                   "links:\n  wire: { ends: [a, b], delay: 20ms }\n"
                   "switches: {}\n"
                   "faults:\n  - { drop: '', nth: [1, 2] }\n"
                   "  - { drop: frame 5 }\n");
}

static void test_amendment_that_is_none_of_a_lab_is_refused(void)
{
    static const struct {
        struct lab_amendment amendment;
        const char *message;
    } rows[] = {
        { { LAB_AMEND_COMMAND, { .bit = 0 }, 0, "c", "ping b" }, "no host or link is called" },
        { { LAB_AMEND_COMMAND, { .bit = 0 }, 0, "a", "pong b" }, "pong" },
        { { LAB_AMEND_COMMAND, { .bit = 0 }, 2 * HOURS, "a", "ping b" }, "after the end" },
        { { LAB_AMEND_COMMAND, { .bit = 0 }, 0, "a", "udp send b:9 \"\xff\"" }, "not UTF-8" },
        { { LAB_AMEND_COMMAND, { .bit = 0 }, 0, "a", "ping b\n- x" }, "ping b" },
        { { LAB_AMEND_FAULT, { .kind = FAULT_KIND_DROP, .frame = 0 }, 0, NULL, NULL }, "1 to" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *got = amend(HOSTS LINKS, NULL, 0, &rows[i].amendment, 1);

        EXPECT_ROW(rows[i].message, got == NULL);
        EXPECT_ROW(rows[i].message, strstr(printed, rows[i].message) != NULL);
        if (strstr(printed, rows[i].message) == NULL)
            printf("%s", printed);
        free(got);
        free(printed);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_lab_without_script_and_faults_gets_them_at_its_end),
        TEST(test_entry_follows_the_last_one_in_the_style_of_its_list),
        TEST(test_every_fault_is_written_as_it_is),
        TEST(test_command_with_signs_of_yaml_comes_back_as_it_was),
        TEST(test_values_of_options_go_to_their_places),
        TEST(test_value_without_a_place_writes_the_lab_anew_and_says_so),
        TEST(test_amendment_that_is_none_of_a_lab_is_refused),
    };

    return run_tests("lab amend", tests, ARRAY_LEN(tests));
}
