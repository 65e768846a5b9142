#!/usr/bin/env bash
# The fuzzer's labs are good labs, and every command stands in one: mutations
# of them reach what the commands do.
set -eu

if [ ! -x "$RUNG" ]; then
    echo "no program was built: skipped"
    exit 77
fi
failed=0 looked=0
cd "$RUNG_SOURCE/tests/fuzz/corpus/lab"

fail() {
    echo "FAILED: $*" >&2
    failed=$((failed + 1))
}

for lab in run-*.yaml; do
    # What stands above %% is for --set: no lab, but for the fuzzer alone.
    grep -q '^%%$' "$lab" || "$RUNG" check --quiet "$lab" || fail "$lab is not a good lab"
done
while read -r name; do
    looked=$((looked + 1))
    grep -q -e ": [^:]*$name\b" -e "'$name " run-*.yaml || fail "no lab in the corpus says: $name"
done < <("$RUNG" help commands | sed -n 's/^  \([a-z[]\)/\1/p' |
    sed 's/^\[[^]]*\] //; s/ [A-Z].*//; s/ [a-z]*|.*//; s/ \[.*//')
[ "$looked" -gt 25 ] || fail "rung help commands tells of $looked commands only"
[ "$failed" -eq 0 ] && echo "passed: $looked commands"
