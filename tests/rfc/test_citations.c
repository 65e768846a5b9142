/*
 * No citation is invented: what a rule cites is a heading of that RFC. The
 * headings are committed in tests/rfc/sections.tsv (tools/dev/rfc-sections
 * makes it); where the RFCs' texts stand beside the tree, they are asked too.
 */
#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "layers/rule.h"

enum { SECTION_LIMIT = 2000, LINE_LIMIT = 512 };

struct section {
    int rfc;
    char label[80], title[200];
};

static struct section sections[SECTION_LIMIT];
static size_t section_count;

/* RFC TAB label TAB title. */
static bool read_section(char *line, struct section *section)
{
    char *label = strchr(line, '\t'), *title;

    if (label == NULL)
        return false;
    *label++ = '\0';
    title = strchr(label, '\t');
    if (title == NULL)
        return false;
    *title++ = '\0';
    title[strcspn(title, "\n")] = '\0';
    section->rfc = atoi(line);
    return section->rfc > 0 &&
           snprintf(section->label, sizeof(section->label), "%s", label) <
               (int)sizeof(section->label) &&
           snprintf(section->title, sizeof(section->title), "%s", title) <
               (int)sizeof(section->title);
}

static void read_sections(void)
{
    FILE *file = fopen("tests/rfc/sections.tsv", "r");
    char line[LINE_LIMIT];

    if (file == NULL)
        return;
    while (section_count < SECTION_LIMIT && fgets(line, sizeof(line), file) != NULL) {
        if (!read_section(line, &sections[section_count]))
            break;
        section_count++;
    }
    fclose(file);
}

static const struct section *find_section(int rfc, const char *label)
{
    for (size_t i = 0; i < section_count; i++)
        if (sections[i].rfc == rfc && strcmp(sections[i].label, label) == 0)
            return &sections[i];
    return NULL;
}

static void test_known_headings_are_found(void)
{
    static const struct section known[] = {
        { 768, "Fields", "Fields" },
        { 791, "3.2", "Discussion" },
        { 792, "Destination Unreachable Message", "Destination Unreachable Message" },
        { 826, "Packet Reception", "Packet Reception" },
        { 1071, "2", "Calculating the Checksum" },
        { 1122, "3.2.1.4", "Fragmentation and Reassembly: RFC-791 Section 3.2" },
        { 1812, "4.3.2.7", "When Not to Send ICMP Errors" },
        { 5227, "2.1.1", "Probe Details" },
        { 9293, "3.10.7.4", "Other States" },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct section *found = find_section(known[i].rfc, known[i].label);

        if (EXPECT_ROW(known[i].label, found != NULL))
            EXPECT_STR_ROW(known[i].label, found->title, known[i].title);
    }
}

static void test_invented_heading_is_not_found(void)
{
    EXPECT(find_section(768, "3.2") == NULL);
    EXPECT(find_section(791, "3.4") == NULL);
    EXPECT(find_section(1122, "3.2.1.9") == NULL);
    EXPECT(find_section(4242, "1") == NULL);
}

static void test_each_rule_cites_a_heading(void)
{
    for (rule_id id = RULE_NONE + 1; id < RULE_COUNT; id++) {
        const struct rule *rule = rule_get(id);

        if (rule->rfc == 0)
            EXPECT_STR_ROW(rule->name, rule->section, "");
        else
            EXPECT_ROW(rule->name, find_section(rule->rfc, rule->section) != NULL);
    }
}

/* LINE without its blanks in front and with single ones inside. */
static void squeeze(const char *line, char *out, size_t size)
{
    size_t len = 0;

    line += strspn(line, " \t\f");
    for (; *line != '\0' && *line != '\n' && *line != '\r' && len + 1 < size; line++)
        if (*line != ' ' || (len > 0 && out[len - 1] != ' '))
            out[len++] = *line;
    while (len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
}

static bool is_prefix(const char *prefix, const char *text)
{
    return strncmp(prefix, text, strlen(prefix)) == 0;
}

/* A long title may go on in the text's next line, or run into its text. */
static bool is_heading(const char *line, const struct section *section)
{
    const char *rest = line + strlen(section->label);

    /* "APPENDIX A" is Appendix A. */
    if (strncasecmp(section->label, line, strlen(section->label)) != 0)
        return false;
    if (strcmp(section->label, section->title) == 0)
        return rest[0] == '\0' || rest[0] == ':' || rest[0] == '?';
    rest += rest[0] == '.' || rest[0] == ':';
    if (rest[0] != ' ' || rest[1] == '\0')
        return false;
    return is_prefix(rest + 1, section->title) || is_prefix(section->title, rest + 1);
}

static bool text_has(FILE *file, const struct section *section)
{
    char line[LINE_LIMIT], squeezed[LINE_LIMIT];

    rewind(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        squeeze(line, squeezed, sizeof(squeezed));
        if (is_heading(squeezed, section))
            return true;
    }
    return false;
}

static FILE *open_rfc(int rfc)
{
    char path[64];

    snprintf(path, sizeof(path), "../shared/rfcs/rfc%d.txt", rfc);
    return fopen(path, "r");
}

static void test_each_heading_stands_in_its_text(void)
{
    char label[128];

    for (size_t i = 0; i < section_count; i++) {
        const struct section *section = &sections[i];
        FILE *file = open_rfc(section->rfc);

        if (file == NULL) {
            skip_test("the RFCs' texts are not beside the tree");
            return;
        }
        snprintf(label, sizeof(label), "RFC %d, %s", section->rfc, section->label);
        EXPECT_ROW(label, text_has(file, section));
        fclose(file);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_known_headings_are_found),
        TEST(test_invented_heading_is_not_found),
        TEST(test_each_rule_cites_a_heading),
        TEST(test_each_heading_stands_in_its_text),
    };

    read_sections();
    return run_tests("citations", tests, ARRAY_LEN(tests));
}
