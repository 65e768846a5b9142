#!/usr/bin/env bash
# The ladder in README.md is the one that ./tools/start shows.
# RUNG_GOLDEN_UPDATE=1 rewrites it; read what changed before it is committed.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
readme=$RUNG_SOURCE/README.md
export LC_ALL=C.UTF-8

# The first block between ``` lines, or with -v all but that.
block() {
    awk -v all_but="$1" '
        /^```/ && count < 2 { count++; if (all_but) print; next }
        (count == 1) != all_but { print }
        count == 1 && all_but && !put { while ((getline line < put_file) > 0) print line; put = 1 }
    ' put_file="$2" "$readme"
}

"$RUNG" run "$RUNG_SOURCE/labs/encapsulation" --text --color never --width 80 > "$scratch/now"
if [ -n "${RUNG_GOLDEN_UPDATE:-}" ]; then
    block 1 "$scratch/now" > "$scratch/new"
    cp "$scratch/new" "$readme"
fi
block 0 /dev/null > "$scratch/told"
[ -s "$scratch/told" ] || fail "README.md has no ladder"
diff "$scratch/told" "$scratch/now" || fail "README.md is out of date"
echo "passed"
