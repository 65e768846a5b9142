#!/usr/bin/env bash
# `rung new --from`: a lab out of a capture, and what is said where none can be made.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS ARGUMENT...: what rung new says is in out and err.
new() {
    local wanted=$1 status=0
    shift
    "$RUNG" new "$@" > out 2> err || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung new $*: status $status, not $wanted: $(cat err)"
}

says() {
    grep -q -F -e "$1" "${2:-out}" || fail "it does not say \"$1\" but: $(cat "${2:-out}")"
}

"$RUNG" run "$RUNG_SOURCE/labs/fast-retransmit" -q -w web.pcap > /dev/null
"$RUNG" run "$RUNG_SOURCE/labs/encapsulation" -q -w udp.pcap > /dev/null
gzip -k web.pcap

# It is made, runs, its checks hold, and the same frames are sent again.
new 0 --from web.pcap
says 'stream 0 of 1: 10.0.0.1:49152 > 10.0.0.2:80'
says 'run, it does the same'
says 'web/lab.yaml is ready'
"$RUNG" check web > /dev/null || fail "rung check: the lab is none"
"$RUNG" run web -q > out || fail "rung run: a check of the lab fails"
"$RUNG" run web --text > out
says 'seq=1001 ack=1 len=1000 ──x'
says 'fast retransmit'
says 'frame 5 is in the capture, but did not arrive' web/lab.yaml

# What if another one had been lost?
"$RUNG" run web --drop 7 --text > out 2> err || true
[ "$(grep -c -F -e '─x' out)" -eq 2 ] || fail "--drop 7: $(grep -c -F -e '─x' out) are lost"

# It is not made over what is there.
new 2 --from web.pcap web
says 'web/lab.yaml is there already' err
new 0 --from web.pcap.gz again tcp port 80
says 'again/lab.yaml is ready'
new 0 --from=web.pcap third --stream 0

# Without TCP it is made of datagrams.
new 0 --from udp.pcap
says 'UDP: 10.0.0.1:49152 > 10.0.0.2:9, datagrams: 1'
says 'run, it does the same'
"$RUNG" run udp --text > out || fail "rung run: a check of the lab of UDP fails"
says 'gets 22 bytes "Greetings to the'

# Standard input and pipes are copied first, since a capture is read twice.
cat web.pcap.gz | "$RUNG" new --from - piped > out || fail "--from -"
says 'piped/lab.yaml is ready'
sed 's/standard input/web.pcap/' piped/lab.yaml | cmp -s - third/lab.yaml ||
    fail "another lab from standard input"
new 0 --from <(cat web.pcap) fifo
"$RUNG" check fifo > /dev/null || fail "the lab out of a pipe is none"
: | new 3 --from - none
says 'standard input' err

# A capture that begins within the connection: the handshake is made up, and that is said.
new 0 --from web.pcap joined 'tcp[tcpflags] & tcp-syn = 0'
says 'joined within the connection: window scale unknown, taken as'
says 'Its beginning: the capture joined within the connection' joined/lab.yaml
"$RUNG" run joined --text > out || fail "rung run: a check of the joined lab fails"
says 'is not in the capture, but inferred'

# Errors, each with its status; nothing is left behind.
new 2 --from web.pcap none --stream 7
says 'there is no stream 7: its 1 TCP connections are numbered from 0 to 0' err
new 2 --from web.pcap none --stream x
new 2 --from web.pcap none tcp prot 80
says 'the filter "tcp prot 80"' err
new 2 none --stream 1
says '--from FILE' err
new 2 one two
new 3 --from web.pcap none udp
says 'no TCP connection' err
says 'nor a UDP datagram' err
new 3 --from missing.pcap none
new 3 --from . none
new 2 --from - < web.pcap
says 'what is the lab to be called?' err
head -c 900 web.pcap > cut.pcap
head -c 10 web.pcap > begun.pcap
: > empty.pcap
new 3 --from begun.pcap none
new 3 --from empty.pcap none
[ ! -e none ] || fail "something is left of what was not made"

# What could be read of a capture is made, and its end is told.
new 3 --from cut.pcap cut
says 'cut.pcap: error: frame' err
"$RUNG" check cut > /dev/null || fail "the lab of a capture that is cut is none"

echo "all as it should be"
