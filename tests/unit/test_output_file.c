#include "tools/lib/output_file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

static char folder[64];
static char path[128];

static void enter_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/rung-test-XXXXXX");
    EXPECT(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/out", folder);
}

static unsigned files_in_folder(void)
{
    DIR *dir = opendir(folder);
    unsigned count = 0;

    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void leave_folder(void)
{
    unlink(path);
    EXPECT_EQ(rmdir(folder), 0);
}

static void read_back(char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(out, 1, size - 1, file);

    out[len] = '\0';
    if (file != NULL)
        fclose(file);
}

static void test_committed_file_is_whole_and_alone(void)
{
    struct output_file file;
    char text[32];

    enter_folder();
    EXPECT(output_open(&file, path));
    fputs("hello", file.stream);
    EXPECT(access(path, F_OK) != 0); /* not there before it is whole */
    EXPECT(output_commit(&file));
    read_back(text, sizeof(text));
    EXPECT_STR(text, "hello");
    EXPECT_EQ(files_in_folder(), 1);
    leave_folder();
}

static void test_abandoned_file_leaves_the_old_one(void)
{
    struct output_file file;
    char text[32];

    enter_folder();
    EXPECT(output_open(&file, path));
    fputs("old", file.stream);
    EXPECT(output_commit(&file));
    EXPECT(output_open(&file, path));
    fputs("half", file.stream);
    output_abandon(&file);
    read_back(text, sizeof(text));
    EXPECT_STR(text, "old");
    EXPECT_EQ(files_in_folder(), 1);
    leave_folder();
}

static void test_temporaries_are_removed_when_a_signal_ends_us(void)
{
    struct output_file one, two;

    enter_folder();
    EXPECT(output_open(&one, path));
    EXPECT(output_open(&two, path));
    EXPECT_EQ(files_in_folder(), 2);
    output_remove_temporaries();
    EXPECT_EQ(files_in_folder(), 0);
    output_abandon(&one);
    output_abandon(&two);
    leave_folder();
}

static void test_path_that_cannot_be_written_fails(void)
{
    struct output_file file;

    EXPECT(!output_open(&file, "/nonexistent-folder/out"));
}

static void test_full_device_fails_the_commit(void)
{
    struct output_file file;

    if (access("/dev/full", W_OK) != 0) {
        skip_test("there is no /dev/full here");
        return;
    }
    EXPECT(output_open(&file, "/dev/full"));
    fputs("hello", file.stream);
    EXPECT(!output_commit(&file));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_committed_file_is_whole_and_alone),
        TEST(test_abandoned_file_leaves_the_old_one),
        TEST(test_temporaries_are_removed_when_a_signal_ends_us),
        TEST(test_path_that_cannot_be_written_fails),
        TEST(test_full_device_fails_the_commit),
    };

    return run_tests("output_file", tests, ARRAY_LEN(tests));
}
