#!/usr/bin/env bash
# What is asked for on standard output stands there alone.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
lab=$RUNG_SOURCE/labs/encapsulation

"$RUNG" run "$lab" --quiet -w file.pcap > result.txt
"$RUNG" run "$lab" -w - > pipe.pcap
cmp file.pcap pipe.pcap || fail "-w - is not what -w file.pcap writes"
"$RUNG" run "$lab" --quiet --json file.json > result.txt
"$RUNG" run "$lab" --json - > pipe.json
cmp file.json pipe.json || fail "--json - is not what --json file.json writes"
grep -q 'points$' result.txt || fail "--quiet does not tell the result"

for twice in "-w - --json -" "-w - -w -" "--json - --text" "--json - --narrate" "--svg - --json -" \
    "--text --narrate"; do
    status=0
    # shellcheck disable=SC2086 # several options
    "$RUNG" run "$lab" $twice > out 2> errors || status=$?
    [ "$status" -eq 2 ] || fail "$twice: status $status"
    [ ! -s out ] || fail "$twice: something was written"
    grep -q 'standard output is asked for twice' errors || fail "$twice: $(cat errors)"
done

# A narration is sentences, whatever the terminal; the checks follow it.
"$RUNG" run "$lab" --narrate > told.txt
grep -q '^10 ms: a sends ARP who-has .* to b (frame 1)\. It arrives at ' told.txt ||
    fail "--narrate: $(cat told.txt)"
grep -q 'points$' told.txt || fail "--narrate does not tell the result"
LC_ALL=C grep -q '[^[:print:]]' told.txt && fail "--narrate: more than ASCII"

"$RUNG" check "$lab" > out
grep -q '(2 nodes, 1 link, 2 script entries, 4 questions, 1 task, 11 points)$' out ||
    fail "rung check: $(cat out)"
echo "passed"
