#!/usr/bin/env bash
# The fuzzer's labs are good labs, and every command stands in one: mutations
# of them reach what the commands do.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
looked=0
cd "$RUNG_SOURCE/tests/fuzz/corpus/lab"

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
echo "passed: $looked commands"
