#!/usr/bin/env bash
# The real captures of ../shared/pcaps, where they are: each opens in the
# timeline and prints, what is broken is shown as far as it goes and then named
# with status 3, and a reader that has seen enough ends it quietly.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
set +e # looks at each status itself
pcaps=${RUNG_PCAPS:-$RUNG_SOURCE/../shared/pcaps}
[ -r "$pcaps/INDEX.tsv" ] || skip "no captures in $pcaps"
export LC_ALL=C.UTF-8
opened=0

# FILE FRAMES: the timeline's first and last screen.
opens() {
    local file=$1 frames=$2 status=0 want=0
    case $file in malformed/*cut-in* | malformed/*version* | malformed/not-*) want=3 ;; esac
    "$RUNG" replay "$pcaps/$file" --dump '100x30:Down Down End 2' > "$scratch/out" \
        2> "$scratch/err" ||
        status=$?
    [ $status = $want ] || fail "$file: status $status, wanted $want: $(cat "$scratch/err")"
    [ $want = 0 ] || grep -q '^[^ ]*: error: ' "$scratch/err" || fail "$file: no error is told"
    [ "$frames" = 0 ] || [ $want = 3 ] || [ -s "$scratch/out" ] || fail "$file: no screen"
    [ "$frames" = 0 ] || [ $want = 3 ] || grep -q "event $frames of $frames " "$scratch/out" ||
        fail "$file: not $frames frames: $(head -1 "$scratch/out")"
    "$RUNG" replay "$pcaps/$file" < /dev/null 2> "$scratch/err" | head -1 > /dev/null
    status=${PIPESTATUS[0]}
    [ "$status" = $want ] || [ "$status" = 0 ] || fail "$file | head: status $status"
    opened=$((opened + 1))
}

while IFS=$'\t' read -r file _ packets _; do
    [ "$file" = file ] || opens "$file" "$packets"
done < "$pcaps/INDEX.tsv"
[ $opened -gt 0 ] || fail "the index names no capture"

# FILE WORDS: the ladder at the end says so.
tells() {
    "$RUNG" replay "$pcaps/$1" --dump "120x60:End" | grep -q -e "$2" || fail "$1 does not say: $2"
}
tells tcp-handshake-teardown/handshake.pcapng 'ESTABLISHED (inferred)'
tells tcp-handshake-teardown/simultaneous-close.pcap 'CLOSING (inferred)'
tells tcp-handshake-teardown/simultaneous-open-split-handshake.pcap 'SYN-RECEIVED (inferred)'
tells tcp-handshake-teardown/half-close-data-after-fin.pcap 'FIN-WAIT-2 (inferred)'
tells tcp-handshake-teardown/connection-refused.pcapng 'CLOSED (inferred)'

# A cut file: what could be read, then where it ends.
"$RUNG" replay "$pcaps/malformed/file-cut-in-mid-packet.pcap" --dump 80x24 > "$scratch/out" \
    2> "$scratch/err"
[ $? = 3 ] || fail "a cut file: status"
grep -q 'event 0 of 1 ' "$scratch/out" || fail "a cut file: nothing is shown"
grep -q 'frame 2 (at byte 240): ' "$scratch/err" || fail "a cut file: $(cat "$scratch/err")"

echo "$opened captures"
