#!/usr/bin/env bash
# `rung worksheet`: sheets and keys, as text, Markdown and a drawing.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS ARGUMENT...: what rung worksheet says is in out and err.
sheet() {
    local wanted=$1 status=0
    shift
    "$RUNG" worksheet "$@" > out 2> err || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung worksheet $*: status $status, not $wanted: $(cat err)"
}

sheet 0 handshake --student anna
grep -q 'Student: anna' out || fail "the student's ID is not on the sheet"
grep -q 'ack=____' out || fail "nothing is blank"
! grep -q 'links.wire.delay' out || fail "the sheet tells what the variant sets"
cp out first
sheet 0 handshake --student anna
cmp first out || fail "the same student gets another sheet"
sheet 0 handshake --student anna --key
grep -q 'links.wire.delay=' out || fail "the key does not tell the variant"
grep -q '^Right: SYN-RECEIVED$' out || fail "the key has no answer"
grep -q 'drop 3' out || fail "the key has no solution"
sheet 0 handshake --key --set links.wire.delay=30ms
grep -q '^Right: 100 ms (also 99.9 ms to 100.1 ms)$' out || fail "--set changes nothing"
sheet 0 handshake --key --set links.wire.delay=30ms --student anna
grep -q '^Right: 100 ms (also 99.9 ms to 100.1 ms)$' out ||
    fail "--set does not count more than the variant"
sheet 2 handshake --set link.wire.delay=30ms
grep -q 'did you mean "links"' err || fail "a wrong path is not told"
sheet 0 handshake --format md
grep -q '^# Three segments' out || fail "Markdown without a heading"
sheet 0 handshake --format svg
grep -q '<svg' out || fail "no drawing"
grep -q '>____<\|ack=____' out || fail "nothing is blank in the drawing"
! grep -q 'ack=1' out || fail "the drawing tells an answer"
sheet 2 handshake --blank akc
grep -q '"ack"' err || fail "--blank akc: $(cat err)"
sheet 2 handshake --format pdf
sheet 2
sheet 2 handshake --student ' '

echo "passed"
