#include "tools/lib/yaml_tree.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static struct source source;
static struct lab_memory *memory;
static struct diagnostics d;

static struct yaml_node *begin(const char *text)
{
    memory = lab_memory_new();
    diagnostics_init(&d);
    source_init(&source, "t", text, strlen(text));
    return yaml_tree_parse(&source, memory, &d);
}

static void end(void)
{
    diagnostics_free(&d);
    source_free(&source);
    lab_memory_free(memory);
}

static void expect_node(const struct yaml_node *node, enum yaml_kind kind, const char *text,
                        uint32_t line, uint32_t column, uint32_t length)
{
    if (!EXPECT(node != NULL))
        return;
    EXPECT_EQ_ROW(text, node->kind, kind);
    EXPECT_STR_ROW(text, node->text, text);
    EXPECT_EQ_ROW(text, node->mark.line, line);
    EXPECT_EQ_ROW(text, node->mark.column, column);
    EXPECT_EQ_ROW(text, node->mark.length, length);
}

static void test_block_map_knows_each_place(void)
{
    const struct yaml_node *root = begin("title: One two\nhosts:\n  a: { mtu: 1500 }\n");
    EXPECT_EQ(d.total, 0);
    EXPECT_EQ(root->count, 2);
    expect_node(root->first->key, YAML_SCALAR, "title", 1, 1, 5);
    expect_node(root->first, YAML_SCALAR, "One two", 1, 8, 7);
    const struct yaml_node *a = yaml_map_get(yaml_map_get(root, "hosts"), "a");
    expect_node(a, YAML_MAP, "", 3, 6, 1);
    expect_node(yaml_map_get(a, "mtu"), YAML_SCALAR, "1500", 3, 13, 4);
    EXPECT(yaml_map_get(a, "mtv") == NULL);
    end();
}

static void test_list_keeps_its_order(void)
{
    const struct yaml_node *root = begin("- x\n- [y, z]\n");
    EXPECT_EQ(root->kind, YAML_LIST);
    EXPECT_EQ(root->count, 2);
    expect_node(root->first, YAML_SCALAR, "x", 1, 3, 1);
    expect_node(root->last->first->next, YAML_SCALAR, "z", 2, 7, 1);
    EXPECT(root->last->first->key == NULL);
    end();
}

static void test_quotes_are_decoded_and_remembered(void)
{
    const struct yaml_node *root = begin("a: \"x\\ty\"\nb: 'it''s'\nc: plain\n"
                                         "d: |\n  two\n  lines\n");
    expect_node(yaml_map_get(root, "a"), YAML_SCALAR, "x\ty", 1, 4, 6);
    expect_node(yaml_map_get(root, "b"), YAML_SCALAR, "it's", 2, 4, 7);
    expect_node(yaml_map_get(root, "d"), YAML_SCALAR, "two\nlines\n", 4, 4, 1);
    EXPECT(!yaml_map_get(root, "a")->plain);
    EXPECT(!yaml_map_get(root, "b")->plain);
    EXPECT(yaml_map_get(root, "c")->plain);
    end();
}

static void test_nothing_is_told_from_an_empty_text(void)
{
    const struct yaml_node *root = begin("a:\nb: ~\nc: null\nd: \"\"\ne: \"null\"\nf: {}\n");
    static const struct {
        const char *key;
        bool empty;
    } rows[] = { { "a", true }, { "b", true }, { "c", true },
                 { "d", false }, { "e", false }, { "f", false } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        EXPECT_EQ_ROW(rows[i].key, yaml_node_is_empty(yaml_map_get(root, rows[i].key)),
                      rows[i].empty);
    end();
}

static void test_columns_count_characters_and_bom_counts_none(void)
{
    const struct yaml_node *root = begin("\xef\xbb\xbf\xc3\xa9t\xc3\xa9: { \xe5\xa4\xb1: x }\r\n"
                                         "b: y\r\n");
    expect_node(root->first->first, YAML_SCALAR, "x", 1, 11, 1);
    expect_node(yaml_map_get(root, "b"), YAML_SCALAR, "y", 2, 4, 1);
    end();
}

static void test_repeated_keys_are_told_and_left_out(void)
{
    const struct yaml_node *root = begin("a: 1\nb: 2\na: 3\nb: 4\na: 5\n");
    EXPECT_EQ(d.total, 3);
    EXPECT_EQ(root->count, 2);
    EXPECT_STR(yaml_map_get(root, "a")->text, "1");
    EXPECT_STR(root->last->text, "2");
    end();
}

static void test_reading_goes_on_after_what_labs_do_not_have(void)
{
    const struct yaml_node *root = begin("a: &x 1\nb: *x\nc: !!int 3\n? [k]\n: 4\nd: 5\n");
    EXPECT_EQ(d.total, 4);
    EXPECT(root != NULL && yaml_map_get(root, "d") != NULL);
    end();
}

static void test_no_tree_comes_of_what_cannot_be_read(void)
{
    static const char *const texts[] = { "", "# only this\n", "a: {", "a: [1}", "a: \"x", "\tb: 1",
                                         "a: 1\n---\nb: 2\n", "a: \xff", "a: \x01", "a: b: c",
                                         "%TAG ! x", "a: \xe2\x80\xa8", "a: \xc2\x85" };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const struct yaml_node *root = begin(texts[i]);
        EXPECT_ROW(texts[i], root == NULL);
        EXPECT_EQ_ROW(texts[i], d.total, i < 2 ? 0 : 1);
        end();
    }
}

static void test_depth_up_to_the_limit_is_read(void)
{
    char text[2 * YAML_DEPTH_MAX + 1] = "";

    memset(text, '[', YAML_DEPTH_MAX);
    memset(text + YAML_DEPTH_MAX, ']', YAML_DEPTH_MAX);
    EXPECT(begin(text) != NULL);
    end();
    char deeper[2 * YAML_DEPTH_MAX + 3] = "";
    memset(deeper, '[', YAML_DEPTH_MAX + 1);
    memset(deeper + YAML_DEPTH_MAX + 1, ']', YAML_DEPTH_MAX + 1);
    EXPECT(begin(deeper) == NULL);
    EXPECT_EQ(d.total, 1);
    end();
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_block_map_knows_each_place),
        TEST(test_list_keeps_its_order),
        TEST(test_quotes_are_decoded_and_remembered),
        TEST(test_nothing_is_told_from_an_empty_text),
        TEST(test_columns_count_characters_and_bom_counts_none),
        TEST(test_repeated_keys_are_told_and_left_out),
        TEST(test_reading_goes_on_after_what_labs_do_not_have),
        TEST(test_no_tree_comes_of_what_cannot_be_read),
        TEST(test_depth_up_to_the_limit_is_read),
    };

    return run_tests("yaml_tree", tests, ARRAY_LEN(tests));
}
