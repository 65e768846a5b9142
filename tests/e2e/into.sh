#!/usr/bin/env bash
# rung replay --as SIDE --into LAB, as one types it: a lab's own capture comes back the same;
# another stack differs, and ends otherwise; what is wrong is told.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS PATTERN ARGUMENT...: replay ends with STATUS and says PATTERN.
replay() {
    local want=$1 pattern=$2 status=0
    shift 2
    "$RUNG" replay "$@" > out 2> errors < /dev/null || status=$?
    [ "$status" -eq "$want" ] || fail "replay $*: status $status, $(cat errors)"
    cat out errors | grep -q -e "$pattern" || fail "replay $*: no \"$pattern\" in $(cat out errors)"
}

"$RUNG" run teardown --quiet -w b.pcap --at b > /dev/null
"$RUNG" run teardown --quiet -w a.pcap --at a > /dev/null
replay 0 'Answers: 3 real, 3 simulated: 3 the same, 0 others' --as client --into teardown b.pcap
replay 0 'in CLOSED: the same' --as client --into teardown:b b.pcap
replay 0 'in TIME-WAIT: the same' --as server --into teardown a.pcap
replay 0 'Simulated: a host with the options' --as server a.pcap
replay 0 'Simulated: b of teardown' --into teardown b.pcap 'tcp port 80'
replay 0 'Times: kept' --as client --times kept b.pcap

replay 0 '"schema":"rung.into/1"' --as client --json b.pcap
grep -q '"kind":"end","real":"CLOSED","simulated":"CLOSED","agree":true' out || fail "--json: end"
[ "$(grep -c '"kind":"fed"' out)" -eq 4 ] || fail "--json: fed"

# In the timeline, the run of the simulated host: back and forth, and its own state.
replay 0 'b.pcap, replayed into b .* event' --as client --into teardown b.pcap --dump '100x30:Right'
replay 0 'accepts 10.0.0.1' --as client --into teardown b.pcap --dump '100x40:End Home Right Right'
"$RUNG" replay --as client --into teardown b.pcap --dump '100x40:End 1' > end
"$RUNG" replay --as client --into teardown b.pcap --dump '100x40:End Home End 1' | cmp - end ||
    fail "back and forth is not the same"

# A small buffer takes a part of the text, and the capture does not send it again.
"$RUNG" run half-close --quiet -w half.pcap --at a > /dev/null
replay 1 'NOT the same' --as server --into half-close:a --set hosts.a.tcp.rcvbuf=500B half.pcap

replay 2 'client or server, not "both"' --as both b.pcap
replay 2 'answers or kept' --as client --times never b.pcap
replay 2 'no stream 7: its 1 TCP' --as client --stream 7 b.pcap
replay 2 'no host "z"; it has a, b' --into teardown:z b.pcap
replay 2 'no lab "nowhere"' --into nowhere b.pcap
replay 2 'for --as and --into' --stream 0 b.pcap
replay 2 'which? write --into LAB' --as client --set hosts.a.mtu=500 b.pcap
replay 2 'no TCP connection that the filter chooses' --as client b.pcap 'tcp port 99'
replay 3 'cannot be opened' --as client nothing.pcap
{ head -c 24 b.pcap; tail -c +$((24 + 3 * 76 + 1)) b.pcap; } > mid.pcap
replay 0 'Joined within the connection: window scale unknown, taken as none' --as client mid.pcap
grep -q 'not in the capture: inferred' out || fail "joined: the handshake is not marked"
grep -q 'Answers: 2 real, 2 simulated: 2 the same' out || fail "joined: $(cat out)"
grep -q 'in CLOSED: the same' out || fail "joined: $(cat out)"
replay 0 '"joined":."window scale unknown' --as client --json mid.pcap
grep -q '"kind":"fed","t":-1000000000,"made_up":true,"before":true' out || fail "joined: --json"
head -c 400 b.pcap > cut.pcap
replay 3 'error: frame' --as client cut.pcap
"$RUNG" replay --as client b.pcap < /dev/null | head -n 1 > /dev/null || fail "| head"
echo passed
