#include "tools/lib/mapped_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/expect.h"
#include "tests/support/suite.h"

enum { SIZE = 100000 };

static FILE *make_file(char *path)
{
    FILE *out = fdopen(mkstemp(path), "w+b");

    ASSERT(out != NULL);
    for (int i = 0; i < SIZE; i++)
        fputc('a' + i % 26, out);
    rewind(out);
    return out;
}

static void test_file_mapped_reads_as_its_bytes(void)
{
    char path[] = "/tmp/rung-mapped-XXXXXX", bytes[300];
    struct mapped_file file;
    struct byte_source source;
    FILE *in = make_file(path);
    size_t got, all = 0;

    ASSERT(mapped_file_open(&file, in));
    source = mapped_file_source(&file);
    while ((got = source.read(source.ctx, bytes, sizeof(bytes))) > 0) {
        EXPECT_EQ(bytes[0], 'a' + (int)(all % 26));
        all += got;
    }
    EXPECT_EQ(all, SIZE);
    mapped_file_close(&file);
    mapped_file_close(&file); /* once more does nothing */
    fclose(in);
    unlink(path);
}

static void test_file_cut_short_while_mapped_reads_as_zeros(void)
{
    char path[] = "/tmp/rung-mapped-XXXXXX";
    struct mapped_file file;
    FILE *in = make_file(path);
    unsigned sum = 0;

    ASSERT(mapped_file_open(&file, in));
    EXPECT_EQ(file.bytes.at[SIZE - 1], 'a' + (SIZE - 1) % 26);
    ASSERT(truncate(path, 10) == 0);
    for (size_t i = 10; i < file.bytes.len; i++)
        sum |= file.bytes.at[i];
    EXPECT_EQ(sum, 0);
    EXPECT_EQ(file.bytes.at[9], 'a' + 9);
    mapped_file_close(&file);
    fclose(in);
    unlink(path);
}

static void test_what_is_no_file_or_a_second_one_is_refused(void)
{
    char path[] = "/tmp/rung-mapped-XXXXXX";
    struct mapped_file file, second;
    FILE *in = make_file(path), *pipe = popen("true", "r"), *empty = tmpfile();

    EXPECT(!mapped_file_open(&file, pipe));
    EXPECT(!mapped_file_open(&file, empty));
    EXPECT(mapped_file_open(&file, in));
    EXPECT(!mapped_file_open(&second, in));
    mapped_file_close(&second);
    mapped_file_close(&file);
    EXPECT(mapped_file_open(&second, in));
    mapped_file_close(&second);
    pclose(pipe);
    fclose(empty);
    fclose(in);
    unlink(path);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_file_mapped_reads_as_its_bytes),
        TEST(test_file_cut_short_while_mapped_reads_as_zeros),
        TEST(test_what_is_no_file_or_a_second_one_is_refused),
    };

    return run_tests("mapped_file", tests, ARRAY_LEN(tests));
}
