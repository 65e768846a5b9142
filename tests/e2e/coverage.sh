#!/usr/bin/env bash
# Which test names which requirement is read from the tests' sources, right;
# and the program that was built from them tells it.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

mkdir -p "$scratch/tests/rfc" "$scratch/tests/unit"
cat > "$scratch/tests/rfc/test_b.c" << 'END'
/* REQ("MUST-1"); in a comment is no mark. */
static void test_first(void);

static const char *const *table(const char *names[])
{
    return names; /* REQ("MUST-2"); nor here */
}

static void test_first(void)
{
    REQ("MUST-14");
    REQ("SHLD-5"); REQ("MAY-3");
    if (rows[0] == ';')
        return;
}

static void test_none(void)
{
    print("REQ(MUST-3)");
}

static void test_last(void)
{
    REQ("no such label");
}
END
printf 'void test_one(void)\n{\n    REQ("REC-1");\n}\n' > "$scratch/tests/unit/test_a.c"
make_table() {
    cmake -D "TESTS=$scratch/tests" -D "OUT=$scratch/table.c" \
        -P "$RUNG_SOURCE/tools/dev/requirement-tests.cmake"
}
make_table
cat > "$scratch/wanted" << 'END'
    { "MUST-14", "rfc/test_b", "test_first" },
    { "SHLD-5", "rfc/test_b", "test_first" },
    { "MAY-3", "rfc/test_b", "test_first" },
    { "no such label", "rfc/test_b", "test_last" },
    { "REC-1", "unit/test_a", "test_one" },
    { NULL, NULL, NULL },
END
grep '^    {' "$scratch/table.c" | diff "$scratch/wanted" - || fail "the table is another"

# What has not changed is not written again, or all would be built again.
touch -d 2020-01-01 "$scratch/table.c"
make_table
[ "$(date -r "$scratch/table.c" +%Y)" = 2020 ] || fail "the same table was written again"
rm -r "$scratch/tests"
make_table
grep '^    {' "$scratch/table.c" | diff <(tail -1 "$scratch/wanted") - || fail "rows of no tests"

"$RUNG" rules --coverage > "$scratch/all"
[ "$(grep -c -E '^(MUST|SHLD|MAY|REC)-[0-9]+ ' "$scratch/all")" -eq 119 ] ||
    fail "rung rules --coverage does not list 119 requirements"
"$RUNG" rules --coverage MUST-69 | grep -q 'test  unit/test_tcp_header: ' ||
    fail "rung rules --coverage MUST-69 names no test"
LC_ALL=C "$RUNG" rules --fsm > "$scratch/c"
"$RUNG" rules --fsm --ascii | cmp - "$scratch/c" || fail "the C locale is drawn other than --ascii"
[ "$(wc -L < "$scratch/c")" -le 80 ] || fail "rung rules --fsm is too wide"
grep -q '| ESTABLISHED\|ESTABLISHED |' "$scratch/c" || fail "rung rules --fsm draws no box"
echo "passed"
