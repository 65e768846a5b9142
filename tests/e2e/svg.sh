#!/usr/bin/env bash
# Drawings of runs: XML to somebody else's reader, whole or not there, and not
# of what nobody could look at.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

is_xml() {
    if command -v xmllint > /dev/null; then
        xmllint --nonet --noout "$1"
    elif command -v python3 > /dev/null; then
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$1"
    else
        echo "neither xmllint nor python3: XML is not looked at" >&2
    fi
}

for lab in handshake lost-fin-ack gateway traceroute who-catches-the-error; do
    "$RUNG" run "$RUNG_SOURCE/labs/$lab" -q --svg "$lab.svg" > /dev/null || fail "$lab: status $?"
    is_xml "$lab.svg" || fail "$lab: no XML"
    "$RUNG" run "$RUNG_SOURCE/labs/$lab" -q --why --svg "$lab-why.svg" > /dev/null
    is_xml "$lab-why.svg" || fail "$lab --why: no XML"
done
LC_ALL=C "$RUNG" run "$RUNG_SOURCE/labs/handshake" --svg - > pipe.svg
cmp pipe.svg handshake.svg || fail "--svg - is not what --svg FILE writes"

"$RUNG" run "$RUNG_SOURCE/labs/rto-and-karn" -q --plot plot.svg --of a:80 > /dev/null ||
    fail "--plot"
is_xml plot.svg || fail "--plot: no XML"
for wrong in "--plot x.svg --of nobody" "--plot x.svg --of a:9" "--plot x.svg --of a:x" "--of a"; do
    status=0
    # shellcheck disable=SC2086 # several options
    "$RUNG" run "$RUNG_SOURCE/labs/rto-and-karn" -q $wrong > out 2> errors || status=$?
    [ "$status" -eq 2 ] || fail "$wrong: status $status"
    [ -s errors ] || fail "$wrong: no word about it"
    [ ! -e x.svg ] || fail "$wrong: something was written"
done
status=0
"$RUNG" run "$RUNG_SOURCE/labs/arp-cache" -q --plot x.svg > out 2> errors || status=$?
[ "$status" -eq 2 ] || fail "a plot of no connection: status $status"
grep -q 'no TCP connection' errors || fail "a plot of no connection: $(cat errors)"

cat > long.yaml <<'LAB'
hosts:
  a: { ip: 10.0.0.1/24 }
  b: { ip: 10.0.0.2/24 }
links:
  wire: { ends: [a, b], delay: 1ms }
script:
  - { at: 0s, b: udp bind 9 }
  - { at: 1ms, a: udp send b:9 1000B count 100000 every 20us }
LAB
status=0
"$RUNG" run long.yaml -q --svg long.svg > out 2> errors || status=$?
[ "$status" -eq 2 ] || fail "a long run: status $status"
grep -q -e '--until' errors || fail "a long run: $(cat errors)"
[ ! -e long.svg ] || fail "a long run: something was written"
"$RUNG" run long.yaml -q --until 10ms --svg long.svg > out 2> errors || fail "its beginning"
is_xml long.svg || fail "its beginning: no XML"

status=0
"$RUNG" run "$RUNG_SOURCE/labs/handshake" -q --svg none/there.svg > out 2> errors || status=$?
[ "$status" -eq 3 ] || fail "a folder that is not there: status $status"

# A storm that never ends is no drawing, but its beginning is.
cat > storm.yaml <<'LAB'
hosts:
  a: { ip: 10.0.0.1/24 }
switches: { s: {}, t: {} }
links:
  la: { ends: [a, s], delay: 1ms }
  one: { ends: [s, t], delay: 1ms }
  two: { ends: [s, t], delay: 1ms }
script:
  - { at: 0s, a: ping 10.0.0.9 }
LAB
"$RUNG" run storm.yaml --until 20ms --svg storm.svg --narrate > told.txt
is_xml storm.svg || fail "a storm's beginning: no XML"
grep -q 'still on its way when the run ends' told.txt || fail "a storm's beginning, told"
echo "passed"
