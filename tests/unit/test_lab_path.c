#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/lib/lab_path.h"

struct names {
    char text[4096];
    size_t stop_after, count;
};

static char root[] = "/tmp/rung-lab-path-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[LAB_PATH_LIMIT];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", root, name);
    file = fopen(path, "w");
    ASSERT(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void make_folder(const char *name)
{
    char path[LAB_PATH_LIMIT];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    ASSERT(mkdir(path, 0700) == 0);
}

static void make_lab(const char *name)
{
    char file[LAB_PATH_LIMIT];

    make_folder(name);
    snprintf(file, sizeof(file), "%s/lab.yaml", name);
    write_file(file, "title: x\n");
}

static const char *in_root(const char *rest)
{
    static char path[LAB_PATH_LIMIT];

    snprintf(path, sizeof(path), "%s/%s", root, rest);
    return path;
}

static bool add_name(void *context, const char *name, const char *path)
{
    struct names *names = context;

    if (strncmp(path, root, strlen(root)) == 0) {
        strncat(names->text, name, sizeof(names->text) - strlen(names->text) - 2);
        strcat(names->text, " ");
    }
    return ++names->count != names->stop_after;
}

static void test_file_is_taken_as_it_is(void)
{
    char path[LAB_PATH_LIMIT];

    EXPECT(lab_find(in_root("first/lab.yaml"), path, sizeof(path)));
    EXPECT_STR(path, in_root("first/lab.yaml"));
}

static void test_folder_means_its_lab_file(void)
{
    char path[LAB_PATH_LIMIT];

    EXPECT(lab_find(in_root("first"), path, sizeof(path)));
    EXPECT_STR(path, in_root("first/lab.yaml"));
    EXPECT(lab_find(in_root("first/"), path, sizeof(path)));
    EXPECT_STR(path, in_root("first/lab.yaml"));
}

static void test_name_is_found_in_the_root(void)
{
    char path[LAB_PATH_LIMIT];

    EXPECT(lab_find("second", path, sizeof(path)));
    EXPECT_STR(path, in_root("second/lab.yaml"));
}

static void test_name_that_is_nowhere_is_not_found(void)
{
    static const char *const absent[] = {
        "", "no-such-lab", "empty", "../first", ".", "first/..",
        "a-name-so-long-that-no-bundled-lab-could-ever-be-called-like-that",
    };
    char path[LAB_PATH_LIMIT];

    for (size_t i = 0; i < ARRAY_LEN(absent); i++) {
        EXPECT_ROW(absent[i], !lab_find(absent[i], path, sizeof(path)));
        EXPECT_STR_ROW(absent[i], path, "");
    }
}

static void test_lab_is_called_as_its_folder_or_its_file(void)
{
    static const struct {
        const char *path, *name;
    } rows[] = {
        { "labs/arp-cache/lab.yaml", "arp-cache" },
        { "labs/arp-cache/../handshake/lab.yaml", "handshake" },
        { "labs/./handshake/./lab.yaml", "handshake" },
        { "nowhere/mine.yaml", "mine" },
        { "nowhere/mine", "mine" },
        { "nowhere/other/lab.yaml", "other" },
        { "/lab.yaml", "lab" },
    };
    char name[40];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        lab_path_name(rows[i].path, name, sizeof(name));
        EXPECT_STR_ROW(rows[i].path, name, rows[i].name);
    }
    lab_path_name("nowhere/mine.yaml", name, 3);
    EXPECT_STR(name, "mi");
}

static void test_short_buffer_is_refused_whole(void)
{
    char path[16];

    EXPECT(!lab_find("second", path, sizeof(path)));
    EXPECT_STR(path, "");
}

static void test_list_follows_order_then_names(void)
{
    struct names names = { .stop_after = 0 };

    lab_bundled(add_name, &names);
    EXPECT_STR(names.text, "second first also-here zebra ");
}

static void test_list_ends_when_visitor_says_so(void)
{
    struct names names = { .stop_after = 2 };

    lab_bundled(add_name, &names);
    EXPECT_STR(names.text, "second first ");
}

static void test_earlier_root_hides_later(void)
{
    struct names names = { .stop_after = 0 };
    char path[LAB_PATH_LIMIT];

    make_folder("data");
    make_folder("data/rung");
    make_folder("data/rung/labs");
    make_lab("data/rung/labs/first");
    make_lab("data/rung/labs/mine");
    setenv("XDG_DATA_HOME", in_root("data"), 1);
    lab_bundled(add_name, &names);
    EXPECT_STR(names.text, "second first also-here zebra mine ");
    EXPECT(lab_find("first", path, sizeof(path)));
    EXPECT_STR(path, in_root("first/lab.yaml"));
    EXPECT(lab_find("mine", path, sizeof(path)));
    EXPECT_STR(path, in_root("data/rung/labs/mine/lab.yaml"));
}

static void set_up(void)
{
    ASSERT(mkdtemp(root) != NULL);
    setenv("RUNG_LABS", root, 1);
    setenv("XDG_DATA_HOME", "/nonexistent", 1);
    make_lab("first");
    make_lab("second");
    make_lab("zebra");
    make_lab("also-here");
    make_folder("empty");
    write_file("ORDER", "second\nfirst # the basics\n\ngone\nfirst\n../first\n");
}

static void tear_down(void)
{
    static const char *const made[] = {
        "first/lab.yaml", "first", "second/lab.yaml", "second", "zebra/lab.yaml", "zebra",
        "also-here/lab.yaml", "also-here", "empty", "ORDER", "data/rung/labs/first/lab.yaml",
        "data/rung/labs/first", "data/rung/labs/mine/lab.yaml", "data/rung/labs/mine",
        "data/rung/labs", "data/rung", "data", "",
    };

    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        remove(in_root(made[i]));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_file_is_taken_as_it_is),
        TEST(test_folder_means_its_lab_file),
        TEST(test_name_is_found_in_the_root),
        TEST(test_name_that_is_nowhere_is_not_found),
        TEST(test_lab_is_called_as_its_folder_or_its_file),
        TEST(test_short_buffer_is_refused_whole),
        TEST(test_list_follows_order_then_names),
        TEST(test_list_ends_when_visitor_says_so),
        TEST(test_earlier_root_hides_later),
    };
    int status;

    set_up();
    status = run_tests("lab_path", tests, ARRAY_LEN(tests));
    tear_down();
    return status;
}
