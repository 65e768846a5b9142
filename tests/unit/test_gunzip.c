#include "tests/support/expect.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/gunzip.h"

/* printf 'a capture\n' | gzip -n, twice one behind the other where asked. */
static const uint8_t member[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                  0x4b, 0x54, 0x48, 0x4e, 0x2c, 0x28, 0x29, 0x2d, 0x4a, 0xe5,
                                  0x02, 0x00, 0x30, 0xb4, 0x40, 0xd8, 0x0a, 0x00, 0x00, 0x00 };

static FILE *file_of(const uint8_t *bytes, size_t len)
{
    FILE *file = tmpfile();

    ASSERT(file != NULL);
    fwrite(bytes, 1, len, file);
    rewind(file);
    return file;
}

static const char *all_of(FILE *file)
{
    static char text[100];

    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    return text;
}

static void test_compressed_file_reads_as_what_it_holds_and_again(void)
{
    FILE *in = gunzip_open(file_of(member, sizeof(member)));

    EXPECT_STR(all_of(in), "a capture\n");
    EXPECT_EQ(fseek(in, 0, SEEK_SET), 0);
    EXPECT_STR(all_of(in), "a capture\n");
    fclose(in);
}

static void test_members_follow_each_other(void)
{
    uint8_t two[2 * sizeof(member)];
    FILE *in;

    memcpy(two, member, sizeof(member));
    memcpy(two + sizeof(member), member, sizeof(member));
    in = gunzip_open(file_of(two, sizeof(two)));
    EXPECT_STR(all_of(in), "a capture\na capture\n");
    fclose(in);
}

static void test_other_files_are_left_as_they_are(void)
{
    FILE *plain = file_of((const uint8_t *)"plain", 5);

    EXPECT(gunzip_open(plain) == plain);
    EXPECT_STR(all_of(plain), "plain");
    fclose(plain);
}

static void test_broken_file_ends_and_nothing_hangs(void)
{
    uint8_t broken[sizeof(member)];

    for (size_t len = 1; len < sizeof(member); len++) {
        FILE *in = gunzip_open(file_of(member, len));
        const char *text = all_of(in);

        EXPECT(strncmp(text, "a capture\n", strlen(text)) == 0);
        fclose(in);
    }
    for (size_t at = 0; at < sizeof(member); at++) {
        FILE *in;

        memcpy(broken, member, sizeof(member));
        broken[at] ^= 0x5a;
        in = gunzip_open(file_of(broken, sizeof(broken)));
        all_of(in);
        fclose(in);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_compressed_file_reads_as_what_it_holds_and_again),
        TEST(test_members_follow_each_other),
        TEST(test_other_files_are_left_as_they_are),
        TEST(test_broken_file_ends_and_nothing_hangs),
    };

    return run_tests("gunzip", tests, ARRAY_LEN(tests));
}
