/*
 * Faults of one frame, chosen by its number: "drop: frame 5".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/lab.h"

#define TWO_HOSTS \
    "hosts:\n  a: { ip: 10.0.0.1/24 }\n  b: { ip: 10.0.0.2/24 }\n" \
    "links:\n  wire: { ends: [a, b] }\n"

static char *printed; /* the errors of the lab that was read last */

static struct lab *parse(const char *text)
{
    struct diagnostics d;
    struct lab *lab;
    size_t size;
    FILE *out = open_memstream(&printed, &size);

    ASSERT(out != NULL);
    diagnostics_init(&d);
    lab_parse(text, strlen(text), "t", NULL, NULL, &lab, &d);
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

static void test_faults_of_one_frame_are_read_without_a_filter(void)
{
    struct lab *lab = parse(TWO_HOSTS "faults:\n"
                                           "  - { drop: frame 5 }\n"
                                           "  - { delay: frame 4294967295, by: 20ms }\n"
                                           "  - { duplicate: 'frame  7' }\n"
                                           "  - { corrupt: frame 1 }\n"
                                           "  - { corrupt: frame 1, bit: 112 }\n");
    const struct lab_fault *f;

    EXPECT_STR(printed, "");
    ASSERT(lab != NULL);
    f = lab->faults;
    EXPECT_EQ(f[0].action, LAB_DROP);
    EXPECT_EQ(f[0].frame, 5);
    EXPECT_EQ(f[1].frame, UINT32_MAX);
    EXPECT_EQ(f[1].by, 20 * MS);
    EXPECT_EQ(f[2].frame, 7);
    EXPECT_EQ(f[3].bit, -1);
    EXPECT_EQ(f[4].bit, 112);
    end(lab);
}

static void test_fault_of_one_frame_said_wrongly_says_what_to_write(void)
{
    static const struct {
        const char *entry, *message;
    } rows[] = {
        { "{ drop: 5 }", "5 what? write frame 5" },
        { "{ drop: frames 5 }", "did you mean \"frame\"?" },
        { "{ drop: fram 5 }", "did you mean \"frame\"?" },
        { "{ drop: frame 0 }", "1 to" },
        { "{ drop: frame 4294967296 }", "1 to" },
        { "{ drop: frame }", "1 to" },
        { "{ drop: frame five }", "1 to" },
        { "{ drop: frame 5, nth: 2 }", "\"nth\" chooses among many" },
        { "{ drop: frame 5, from: a }", "\"from\" chooses among many" },
        { "{ delay: frame 5 }", "write by: 20ms" },
        { "{ corrupt: frame 5, swap: [34, 36] }", "write bit: 300" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[200];
        struct lab *lab;

        snprintf(text, sizeof text, "%sfaults: [%s]\n", TWO_HOSTS, rows[i].entry);
        lab = parse(text);
        EXPECT_ROW(rows[i].entry, lab == NULL);
        EXPECT_ROW(rows[i].entry, strstr(printed, rows[i].message) != NULL);
        if (strstr(printed, rows[i].message) == NULL)
            printf("%s", printed);
        end(lab);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_faults_of_one_frame_are_read_without_a_filter),
        TEST(test_fault_of_one_frame_said_wrongly_says_what_to_write),
    };

    return run_tests("lab frames", tests, ARRAY_LEN(tests));
}
