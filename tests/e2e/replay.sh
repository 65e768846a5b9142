#!/usr/bin/env bash
# rung replay, as one types it: summary, JSON, quiz, pipes; and each capture of
# ../shared/pcaps (or $RUNG_PCAPS) opens, or says what is wrong with it.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
story=$RUNG_SOURCE/tests/fuzz/corpus/analysis/story.pcap

cd "$(dirname "$story")"
"$RUNG" replay --summary --width 260 story.pcap > "$scratch/out"
grep -q '^story.pcap: 25 frames in 5.100000 s; TCP: 25 segments, 2 connections$' "$scratch/out" ||
    fail "--summary: $(cat "$scratch/out")"
grep -q '^     0  10.0.0.1:1000 .* 169 .* client, FIN$' "$scratch/out" || fail "stream 0"
grep -q '^     1  10.0.0.1:1000 .* server, RST$' "$scratch/out" || fail "stream 1"
"$RUNG" replay --summary --width 260 - < story.pcap | sed 's/^standard input:/story.pcap:/' |
    cmp - "$scratch/out" || fail "standard input reads otherwise"

# 80 columns are enough, and say the same.
"$RUNG" replay --summary --width 80 story.pcap > "$scratch/narrow"
[ -z "$(awk 'length > 80' "$scratch/narrow")" ] || fail "--summary --width 80 is wider"
grep -q '^0  10.0.0.1:1000 > ' "$scratch/narrow" || fail "narrow: stream 0"
grep -q 'ended by: client, FIN' "$scratch/narrow" || fail "narrow: who ended it"

# A drawing; a pcap that keeps its link; a line for who waits, but to nobody else.
"$RUNG" replay --svg "$scratch/story.svg" story.pcap || fail "--svg"
grep -q '</svg>' "$scratch/story.svg" || fail "--svg is no drawing"
"$RUNG" replay --svg - story.pcap | cmp - "$scratch/story.svg" || fail "--svg -"
"$RUNG" replay --summary story.pcap 2>&1 > "$scratch/again" | grep -q . && fail "says too much"
printf '\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x65\0\0\0' > "$scratch/raw.pcap"
printf '\x01\0\0\0\0\0\0\0\x18\0\0\0\x18\0\0\0' >> "$scratch/raw.pcap"
printf '\x45\0\0\x18\0\x01\0\0\x40\x63\x62\x7c' >> "$scratch/raw.pcap"
printf '\xc0\xa8\x07\x01\xc0\xa8\x07\x02data' >> "$scratch/raw.pcap"
"$RUNG" replay -w "$scratch/copy.pcap" "$scratch/raw.pcap" || fail "-w raw IP"
[ "$(od -An -tu4 -j20 -N4 "$scratch/copy.pcap" | tr -d ' ')" = 101 ] || fail "-w: link type"
cmp -s <(tail -c 24 "$scratch/raw.pcap") <(tail -c 24 "$scratch/copy.pcap") || fail "-w: bytes"
"$RUNG" replay -w "$scratch/copy.pcap" --anonymise "$scratch/raw.pcap" || fail "-w --anonymise"
! grep -q -a -e data "$scratch/copy.pcap" || fail "--anonymise leaves data of raw IP"
"$RUNG" replay --text "$scratch/copy.pcap" | grep -q '10.0.0.1' || fail "--anonymise raw IP"

# What each frame of the story is for.
"$RUNG" replay --json story.pcap > "$scratch/json"
[ "$(wc -l < "$scratch/json")" -eq 26 ] || fail "--json: not a line a frame"
head -n 1 "$scratch/json" | grep -q '"schema":"rung-replay","version":1' || fail "schema"
while read -r frame flag; do
    grep "\"frame.number\":$frame," "$scratch/json" | grep -q "\"$flag\"" ||
        fail "frame $frame is no $flag"
done << 'END'
5 lost_segment
7 duplicate_ack
9 fast_retransmission
10 zero_window
11 zero_window_probe
12 zero_window_probe_ack
13 ack_lost_segment
14 window_full
15 keep_alive
16 ack_lost_segment
17 spurious_retransmission
22 reused_ports
24 retransmission
END
"$RUNG" replay --json --quiz story.pcap > "$scratch/quiz"
grep -q tcp.stream "$scratch/quiz" || fail "--quiz hides too much"
! grep -q tcp.analysis "$scratch/quiz" || fail "--quiz tells"
# The ladder has a word for each of them, and none in a quiz.
"$RUNG" replay --text --width 160 story.pcap > "$scratch/ladder"
"$RUNG" replay --text --width 160 --quiz story.pcap > "$scratch/quiz"
while read -r frame words; do
    grep "^ *$frame  .* $words " "$scratch/ladder" > "$scratch/line" ||
        fail "the ladder does not say of frame $frame: $words"
    ! grep -q -e "$words" "$scratch/quiz" || fail "--quiz tells: $words"
done << 'END'
5 previous segment not captured
7 dup ACK 1
8 dup ACK 2
9 fast retransmission
10 zero window
11 zero window probe
12 zero window probe ACK
13 ACKed unseen segment
14 previous segment not captured, window full
15 keep-alive
16 ACKed unseen segment
17 spurious retransmission
22 ports reused
24 retransmission
END
[ "$("$RUNG" replay --json -c 3 story.pcap 'tcp[tcpflags] & tcp-fin != 0' | wc -l)" -eq 3 ] ||
    fail "filter"

# Anonymised: the same analysis, other addresses, no data, checksums that are right.
"$RUNG" replay -w "$scratch/hidden.pcap" --anonymise story.pcap
"$RUNG" replay -w - --anonymise story.pcap | cmp - "$scratch/hidden.pcap" || fail "-w -"
"$RUNG" replay --json "$scratch/hidden.pcap" > "$scratch/hidden"
for file in json hidden; do
    grep -o '"tcp.stream".*' "$scratch/$file" > "$scratch/$file.tcp"
done
cmp "$scratch/json.tcp" "$scratch/hidden.tcp" || fail "--anonymise changes the analysis"
! grep -q -a -e xxxx -e yyyy "$scratch/hidden.pcap" || fail "--anonymise leaves data"
! "$RUNG" replay --text "$scratch/hidden.pcap" | grep -F '[' || fail "--anonymise: checksums"
status=0
"$RUNG" replay -w "$scratch/none/hidden.pcap" story.pcap 2> "$scratch/errors" || status=$?
[ "$status" -eq 3 ] && grep -q 'No such file' "$scratch/errors" || fail "-w to nowhere: $status"

status=0
"$RUNG" replay --anonymise story.pcap 2> "$scratch/errors" || status=$?
[ "$status" -eq 2 ] || fail "--anonymise without -w: status $status"

# A reader that goes has seen enough.
for form in --text --json; do
    status=0
    { "$RUNG" replay $form story.pcap 2> "$scratch/errors" || echo $? > "$scratch/status"; } |
        head -n 1 > /dev/null
    [ ! -s "$scratch/errors" ] && [ ! -e "$scratch/status" ] || fail "$form | head"
done

# A tail that is missing: what is there, then which frame, and status 3.
head -c 700 story.pcap > "$scratch/cut.pcap"
for form in --text --summary --json; do
    status=0
    "$RUNG" replay $form "$scratch/cut.pcap" > "$scratch/out" 2> "$scratch/errors" || status=$?
    [ "$status" -eq 3 ] || fail "$form, cut: status $status"
    [ -s "$scratch/out" ] || fail "$form, cut: nothing is shown"
    grep -q 'error: frame 10 (at byte' "$scratch/errors" || fail "$(cat "$scratch/errors")"
done

captures=${RUNG_PCAPS:-$RUNG_SOURCE/../shared/pcaps}
if [ ! -r "$captures/INDEX.tsv" ]; then
    echo "passed; the captures of ../shared/pcaps are not here: not opened"
    exit 0
fi
cut -f 1,3 "$captures/INDEX.tsv" | tail -n +2 > "$scratch/captures"
while read -r name packets; do
    case $name in
        *cut-in-mid-packet* | *invalid-version* | *not-a-capture*) want=3 ;;
        *) want=0 ;;
    esac
    for form in --text --summary --json; do
        status=0
        "$RUNG" replay $form "$captures/$name" > "$scratch/out" 2> "$scratch/errors" || status=$?
        [ "$status" -eq "$want" ] || fail "$name $form: status $status, $(cat "$scratch/errors")"
    done
    [ "$want" -eq 3 ] || [ "$(wc -l < "$scratch/out")" -eq $((packets + 1)) ] ||
        fail "$name: not $packets frames"
done < "$scratch/captures"
echo passed
