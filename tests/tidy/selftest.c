/*
 * Proof that each check can fail: a tree of one bad file, and the one
 * violation that must be found in it. "%N" in a text stands for N lines.
 */
#include "tests/tidy/tidy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    const char *path, *text;
    const char *wanted; /* "" if the tree is tidy */
};

/* Written in halves, as tidy reads this file too. */
#define HALVES(a, b) a b

static const struct fixture fixtures[] = {
    { "sim/a.c", "int a(void)\n{\n    return 1;\n}\n", "" },
    { "sim/a.c", "int a(void)\n{\n%57    return 1;\n}\n", "sim/a.c:1: function a has 61 lines" },
    { "sim/a.c", "int a(void)\n{\n%56    return 1;\n}\n", "" },
    { "sim/a.c", "struct x;\n/* { */\n\nint a(int b,\n      int c)\n{\n%57}\n",
      "sim/a.c:4: function a has 61 lines" },
    { "sim/a.c", "int a(void)\n{\n    f(\"{\", '{');\n#define X {\n}\n", "" },
    { "sim/a.c", "int a(void)\n{\n", "sim/a.c:2: brace is never closed" },
    { "sim/a.h", "%600", "" },
    { "sim/a.h", "%601", "sim/a.h:602: file has 601 lines" },
    { "sim/a.h", "\n// 3456789012345678901234567890123456789012345678901234567890"
      "1234567890123456789012345678901234567890\n", "sim/a.h:2: line has 101 columns" },
    { "sim/a.h", "/* \303\244 56789012345678901234567890123456789012345678901234567890"
      "123456789012345678901234567890123456 */\n", "" },
    { "sim/a.h", "int a(\tvoid);\n", "sim/a.h:1: tab" },
    { "sim/a.h", "int a(void); \n", "sim/a.h:1: trailing" },
    { "sim/a.h", "int a(void);\r\n", "sim/a.h:1: carriage" },
    { "sim/a.h", "int a(void);", "sim/a.h:1: file does not end" },
    { "sim/a.h", "#include \"layers/b.h\"\n", "sim/a.h:1: may not include \"layers/b.h\"" },
    { "sim/a.h", "/*\n#include \"layers/b.h\"\n*/\n", "" },
    { "sim/a.h", "#include \"sim/nothing.h\"\n", "sim/a.h:1: \"sim/nothing.h\" does not exist" },
    { "layers/net/a.h", "#include \"sim/own.h\"\n", "" },
    { "layers/net/a.h", "#include \"tools/b.h\"\n", "may not include \"tools/b.h\"" },
    { "layers/wire/a.h", "#include \"sim/own.h\"\n", "may not include \"sim/own.h\"" },
    { "layers/wire/a.h", "#include \"layers/net/b.h\"\n", "may not include" },
    { "tools/a.h", "#  include \"tests/b.h\"\n", "may not include \"tests/b.h\"" },
    { "labs/x/student.c", "#include \"tools/b.h\"\n", "may not include \"tools/b.h\"" },
    { "sim/own.c", "#include <stddef.h>\n", "sim/own.c:1: own header \"sim/own.h\" comes first" },
    { "sim/own.c", "#include \"sim/own.h\"\n", "" },
    { "sim/a.h", "#include <pthread.h>\n", "sim/a.h:1: <pthread.h>" },
    { "tools/term.c", "#include <curses.h>\n", "" },
    { "tools/term.c", "#include <curses.h>\n#include <ncursesw/curses.h>\n",
      "tools/term.c:2: only one file may include" },
    { "layers/a.c", "int a(void)\n{\n    return time(0);\n}\n", "layers/a.c:3: time()" },
    { "layers/a.c", "void *a(void)\n{\n    return malloc (8);\n}\n", "layers/a.c:3: malloc()" },
    { "layers/a.c", "void a(void)\n{\n    printf(\"time(0)\"); /* rand() */\n}\n", "3: printf()" },
    { "layers/a.c", "#define A() rand()\n", "layers/a.c:1: rand()" },
    { "layers/a.c", "void a(FILE *f);\n", "layers/a.c:1: FILE" },
    { "layers/a.c", "void a(void)\n{\n    p->free(x_time(time), q.time(1));\n}\n", "" },
    { "tools/a.c", "void a(void)\n{\n    free(malloc(1));\n}\n", "" },
    { "sim/arena.c", "void *a(void)\n{\n    return mmap(1);\n}\n", "" },
    { "sim/a.c", "void *a(void)\n{\n    return mmap(1);\n}\n", "sim/a.c:3: mmap()" },
    { "sim/arena.c", "void *a(void)\n{\n    return malloc(1);\n}\n", "sim/arena.c:3: malloc()" },
    { "sim/a.c", "static int a;\n", "sim/a.c:1: mutable state" },
    { "sim/a.c", "int a = 3;\n", "sim/a.c:1: mutable state" },
    { "sim/a.c", "\n\nstatic const char *a = \"x\";\n", "sim/a.c:3: mutable state" },
    { "sim/a.c", "static void (*a)(const char *) = b;\n", "sim/a.c:1: mutable state" },
    { "sim/a.c", "static struct {\n    int b;\n} a;\n", "sim/a.c:1: mutable state" },
    { "sim/a.c", "int a(void)\n{\n    static int b = 1;\n    return b++;\n}\n",
      "sim/a.c:3: mutable state" },
    { "sim/a.c", "static const int a = 1;\nstatic const char *const b[] = { \"x\" };\n"
      "static void (*const c[])(int *) = { d };\nstruct e;\nstruct f { int g; };\n"
      "enum h { I = 1 };\ntypedef int j;\nextern const int k;\nint l(int *m);\n"
      "static const struct {\n    int n;\n} o[] = { { 1 } };\n"
      "_Static_assert(1 == 1, \"x\");\nstatic inline int p(void) { return 1; }\n"
      "int q(void)\n{\n    static const int r = 1;\n    return r;\n}\n", "" },
    { "tools/a.c", "static int a;\n", "" },
    { "layers/new/a.c", "int a(void);\n", "layers/new/README.md:0: is missing" },
    { "labs/new/lab.yaml", "title: x\n", "labs/new/README.md:0: is missing" },
    { "tests/unit/test_a.c", "static void test_b(void)\n{\n}\nint t[] = { TEST(test_b) };\n", "" },
    { "tests/unit/test_a.c", "static void test_b(void)\n{\n}\n/* TEST(test_b) */\n",
      "tests/unit/test_a.c:1: test_b is not in the table" },
    { "tests/unit/test_a.c", "static void test_b(void)\n{\n}\nint t[] = { TEST(test_bc) };\n",
      "tests/unit/test_a.c:1: test_b is not in the table" },
    { "sim/a.h", "/* " HALVES("TO", "DO") " */\n", "sim/a.h:1: " HALVES("TO", "DO") },
    { "labs/x/lab.yaml", "about: " HALVES("FIX", "ME") "\n", "labs/x/lab.yaml:1: " },
    { "sim/a.h", "/* rung-" HALVES("XX", "XXXX") " */\n", "" },
    { "tests/e2e/a.sh", "cat " HALVES("/wo", "rk/") "main\n", "tests/e2e/a.sh:1: " },
    { "tests/e2e/a.sh", "cat .." HALVES("/shared", "/rfcs") "\n", "" },
    { "tests/e2e/a.sh", "cat " HALVES("/shared", "/rfcs") "\n", "tests/e2e/a.sh:1: " },
    { "README.md", "[a](sim/own.h) [b](https://example.org/x)\n", "" },
    { "README.md", "see\n[a](sim/gone.h)\n", "README.md:2: link leads nowhere: sim/gone.h" },
    { "sim/more.md", "[a](../README.md) [b](own.h#x) [c](./own.h)\n", "" },
    { "sim/more.md", "[a](../../etc)\n", "sim/more.md:1: link leads nowhere" },
    { "README.md", "`sim/own.h:/^int own/`\n", "" },
    { "README.md", "\n`sim/own.h:/^int other/`\n", "README.md:2: anchor leads nowhere: sim/own.h" },
    { "README.md", "`sim/gone.h:/x/`\n", "README.md:1: anchor leads nowhere: no file" },
    { "notes.txt", "x\n", "notes.txt:0: does not belong to the top level" },
    { ".notes", "x\n", ".notes:0: does not belong to the top level" },
    { "building", "x\n", "building:0: does not belong to the top level" },
    { "build-debug/any thing", "x\n", "" },
    { "LICENSE", "x\n", "" },
    { "tests/unit/a b", "x\n", "tests/unit/a b:0: a name has neither" },
    { "tests/unit/a'b", "x\n", "tests/unit/a'b:0: a name has neither" },
    { "sim/a\"b", "x\n", "sim/a\"b:0: a name has neither" },
    { "sim/.a-b_c+1", "x\n", "" },
};

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void put_text(FILE *file, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        char *end;
        long lines;

        if (at[0] != '%' || !isdigit((unsigned char)at[1])) {
            putc(*at, file);
            continue;
        }
        lines = strtol(at + 1, &end, 10);
        while (lines-- > 0)
            fputs("/* */\n", file);
        at = end - 1;
    }
}

static void write_file(const char *root, const char *path, const char *text)
{
    char full[512];
    FILE *file;

    ASSERT(snprintf(full, sizeof(full), "%s/%s", root, path) < (int)sizeof(full));
    make_folders(full);
    file = fopen(full, "w");
    ASSERT(file != NULL);
    put_text(file, text);
    fclose(file);
}

static const char *const surroundings[][2] = {
    { "sim/README.md", "x\n" },          { "sim/own.h", "int own(void);\n" },
    { "layers/README.md", "x\n" },       { "layers/net/README.md", "x\n" },
    { "layers/wire/README.md", "x\n" },  { "tools/README.md", "x\n" },
    { "tests/README.md", "x\n" },        { "tests/unit/README.md", "x\n" },
    { "labs/README.md", "x\n" },         { "labs/x/README.md", "x\n" },
    { "README.md", "x\n" },
};

/* rm -r, for what write_file made. */
static void remove_tree(char *root)
{
    static const char *const folders[] = {
        "layers/net", "layers/wire", "layers/new", "labs/x", "labs/new", "tests/unit",
        "tests/e2e", "build-debug", "sim", "layers", "tools", "tests", "labs", "",
    };
    char full[512];

    for (size_t i = 0; i < ARRAY_LEN(surroundings); i++) {
        snprintf(full, sizeof(full), "%s/%s", root, surroundings[i][0]);
        unlink(full);
    }
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        snprintf(full, sizeof(full), "%s/%s", root, folders[i]);
        rmdir(full);
    }
}

static bool is_as_wanted(const struct fixture *fixture, const struct violations *found)
{
    if (fixture->wanted[0] == '\0')
        return found->count == 0;
    return found->count == 1 && strstr(found->lines[0], fixture->wanted) != NULL;
}

static bool run_fixture(const struct fixture *fixture)
{
    char root[] = "/tmp/rung-tidy-" HALVES("XX", "XXXX"), full[512];
    struct tree tree = { .root = root };
    bool held;

    ASSERT(mkdtemp(root) != NULL);
    for (size_t i = 0; i < ARRAY_LEN(surroundings); i++)
        write_file(root, surroundings[i][0], surroundings[i][1]);
    write_file(root, fixture->path, fixture->text);
    tidy_tree(&tree);
    held = is_as_wanted(fixture, &tree.found);
    if (!held) {
        printf("FAILED %s: wanted \"%s\", found %zu:\n%s\n", fixture->path, fixture->wanted,
               tree.found.count, fixture->text);
        for (size_t i = 0; i < tree.found.count; i++)
            printf("    %s\n", tree.found.lines[i]);
    }
    tidy_free(&tree);
    snprintf(full, sizeof(full), "%s/%s", root, fixture->path);
    unlink(full);
    remove_tree(root);
    return held;
}

int selftest(void)
{
    size_t failed = 0;

    for (size_t i = 0; i < ARRAY_LEN(fixtures); i++)
        if (!run_fixture(&fixtures[i]))
            failed++;
    printf("%zu fixtures, %zu failed\n", ARRAY_LEN(fixtures), failed);
    return failed > 0;
}
