/*
 * Nothing that RFC 9293 asks for is forgotten: each of its labels has a row in
 * layers/tcp/requirements.def, and what that row calls implemented has a test.
 */
#include <stdio.h>
#include <string.h>

#include "layers/rule.h"
#include "layers/tcp/requirement.h"
#include "tests/support/expect.h"
#include "tests/support/suite.h"
#include "tools/lib/coverage.h"

/*
 * STILL WITHOUT A TEST: implemented requirements that no test shows by a REQ.
 * Who writes one takes its label out of here, and has to: a label that is
 * tested and stands here fails. The list must shrink until it is empty.
 */
static const char *const untested[] = {
    NULL,
};

static bool is_excused(const char *label)
{
    for (size_t i = 0; untested[i] != NULL; i++)
        if (strcmp(untested[i], label) == 0)
            return true;
    return false;
}

static bool is_tested(const char *label)
{
    return coverage_test(requirement_tests, label) != NULL;
}

static bool has_rule(const char *label)
{
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++)
        if (strcmp(rule_get(id)->label, label) == 0)
            return true;
    return false;
}

/* RFC 9293, Appendix B: its labels are numbered without a gap. */
static void test_each_label_of_the_rfc_has_one_row(void)
{
    static const struct {
        const char *kind;
        int last;
    } kinds[] = { { "MUST", 69 }, { "SHLD", 31 }, { "MAY", 18 }, { "REC", 1 } };
    size_t rows = 0, labels = 0;
    char label[16];

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (int n = 1; n <= kinds[i].last; n++, labels++) {
            snprintf(label, sizeof(label), "%s-%d", kinds[i].kind, n);
            EXPECT_ROW(label, requirement_find(label) != NULL);
        }
    while (requirement_at(rows) != NULL)
        rows++;
    /* None is there twice, then, and none besides. */
    EXPECT_EQ(rows, labels);
}

static void test_label_that_the_rfc_has_not_is_not_found(void)
{
    EXPECT(requirement_find("MUST-0") == NULL);
    EXPECT(requirement_find("MUST-70") == NULL);
    EXPECT(requirement_find("SHOULD-1") == NULL);
    EXPECT(requirement_find("must-1") == NULL);
    EXPECT(requirement_find("") == NULL);
}

static void test_what_is_implemented_has_a_test_or_is_listed_above(void)
{
    const struct requirement *asked;

    for (size_t i = 0; (asked = requirement_at(i)) != NULL; i++) {
        bool listed = is_excused(asked->label), tested = is_tested(asked->label);

        if (asked->status == REQUIREMENT_IMPLEMENTED)
            EXPECT_ROW(asked->label, tested || listed);
        /* Take it off the list. */
        EXPECT_ROW(asked->label, !(tested && listed));
    }
}

static void test_list_above_holds_what_is_implemented(void)
{
    for (size_t i = 0; untested[i] != NULL; i++) {
        const struct requirement *asked = requirement_find(untested[i]);

        if (EXPECT_ROW(untested[i], asked != NULL))
            EXPECT_ROW(untested[i], asked->status == REQUIREMENT_IMPLEMENTED);
    }
}

static void test_what_is_not_done_says_why_and_is_a_choice(void)
{
    const struct requirement *asked;

    for (size_t i = 0; (asked = requirement_at(i)) != NULL; i++) {
        if (asked->status == REQUIREMENT_IMPLEMENTED)
            continue;
        EXPECT_ROW(asked->label, asked->remark[0] != '\0');
        EXPECT_ROW(asked->label, !is_tested(asked->label) && !has_rule(asked->label));
        if (asked->status == REQUIREMENT_OPTIONAL_NOT_DONE)
            EXPECT_ROW(asked->label, strncmp(asked->label, "MAY-", 4) == 0);
    }
}

static void test_rules_and_tests_name_labels_that_exist(void)
{
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++)
        if (rule_get(id)->label[0] != '\0')
            EXPECT_ROW(rule_get(id)->name, requirement_find(rule_get(id)->label) != NULL);
    for (const struct requirement_test *test = requirement_tests; test->label != NULL; test++) {
        EXPECT_ROW(test->function, requirement_find(test->label) != NULL);
        /* A helper is not what CUnit reports. */
        EXPECT_ROW(test->function, strncmp(test->function, "test_", 5) == 0);
    }
}

/* A rule that bears a label cites the place where the RFC has that label. */
static void test_rules_cite_the_section_of_their_label(void)
{
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);
        const struct requirement *asked = requirement_find(rule->label);

        if (rule->label[0] == '\0' || !EXPECT_ROW(rule->name, asked != NULL))
            continue;
        EXPECT_EQ_ROW(rule->name, rule->rfc, 9293);
        EXPECT_STR_ROW(rule->name, rule->section, asked->section);
    }
}

/* ---- The table against the RFC's text, where that stands beside the tree ---- */

enum { LINE_SIZE = 512 };

/* "3.8.4.  TCP Keep-Alives" begins that section. */
static void note_section(const char *line, char *section, size_t size)
{
    size_t len = strspn(line, "0123456789.");

    if (len >= 2 && line[len - 1] == '.' && strncmp(line + len, "  ", 2) == 0)
        snprintf(section, size, "%.*s", (int)(len - 1), line);
}

/* Whether LABEL stands in LINE, or begins at its end and goes on in NEXT. */
static bool line_has(const char *line, const char *next, const char *label)
{
    const char *number = strchr(label, '-') + 1;
    size_t len = strlen(label);

    for (const char *at = strstr(line, label); at != NULL; at = strstr(at + 1, label))
        if (at[len] < '0' || at[len] > '9')
            return true;
    len = strcspn(line, "\n");
    if (len < 5 || strncmp(line + len - (size_t)(number - label), label,
                           (size_t)(number - label)) != 0)
        return false;
    next += strspn(next, " ");
    len = strlen(number);
    return strncmp(next, number, len) == 0 && (next[len] < '0' || next[len] > '9');
}

static bool section_asks(FILE *text, const struct requirement *asked)
{
    char line[LINE_SIZE], next[LINE_SIZE] = "", section[32] = "";
    bool found = false;

    rewind(text);
    while (!found && fgets(line, sizeof(line), text) != NULL) {
        long here = ftell(text);

        note_section(line, section, sizeof(section));
        if (fgets(next, sizeof(next), text) == NULL)
            break;
        fseek(text, here, SEEK_SET);
        found = strcmp(section, asked->section) == 0 && line_has(line, next, asked->label);
    }
    return found;
}

static void test_each_section_asks_for_what_its_row_says(void)
{
    FILE *text = fopen("../shared/rfcs/rfc9293.txt", "r");
    const struct requirement *asked;

    if (text == NULL) {
        skip_test("the RFCs' texts are not beside the tree");
        return;
    }
    for (size_t i = 0; (asked = requirement_at(i)) != NULL; i++)
        /* The text asks for this one, but its label stands in Appendix B only. */
        EXPECT_ROW(asked->label,
                   strcmp(asked->label, "MUST-22") == 0 || section_asks(text, asked));
    fclose(text);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_each_label_of_the_rfc_has_one_row),
        TEST(test_label_that_the_rfc_has_not_is_not_found),
        TEST(test_what_is_implemented_has_a_test_or_is_listed_above),
        TEST(test_list_above_holds_what_is_implemented),
        TEST(test_what_is_not_done_says_why_and_is_a_choice),
        TEST(test_rules_and_tests_name_labels_that_exist),
        TEST(test_rules_cite_the_section_of_their_label),
        TEST(test_each_section_asks_for_what_its_row_says),
    };

    return run_tests("requirements", tests, ARRAY_LEN(tests));
}
