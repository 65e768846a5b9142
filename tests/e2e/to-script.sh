#!/usr/bin/env bash
# `rung run LAB --to-script HOST`: what it writes, `rung script` takes; what it
# refuses, it explains, and nothing is printed.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS ARGUMENT...: standard output is $scratch/x.pkt.
write() {
    local wanted=$1 status=0
    shift
    "$RUNG" run "$@" > "$scratch/x.pkt" 2> "$scratch/err" || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung run $*: status $status, not $wanted"
}

says() {
    grep -q -F -e "$1" "$scratch/${2:-x.pkt}" || fail "it does not say: $1"
}

write 0 sliding-window --to-script b
says '// A window that slides: what b does (rung run sliding-window --to-script b).'
says 'rung set tcp.min-rto 200ms`'
says '+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [4000], 4) = 0'
says '+0.04...0.04 read(4, ..., 65536) = 4000'
"$RUNG" script -q "$scratch/x.pkt" > "$scratch/out" || fail "the script does not pass"
sed 's/ack 6001 win 4000/ack 6001 win 3000/' "$scratch/x.pkt" > "$scratch/y.pkt"
! "$RUNG" script -q "$scratch/y.pkt" > "$scratch/out" || fail "the spoilt script passes"
grep -q 'its window is 4000, not 3000' "$scratch/out" || fail "it does not say what came"

# What was done to the run is in its script, too.
write 0 handshake --drop 2 --to-script a
says '+1 > S 0:0(0) win 65535 <mss 1000>'
write 0 sack --set hosts.a.tcp.timestamps=on --set hosts.b.tcp.timestamps=on --to-script a
says '--tcp_ts_tick_usecs=1000'
says 'TS val 1000 ecr 0'
write 0 slow-start --set defaults.tcp.ecn=on --to-script a
says '[ect0] P. 14001:15001(1000) ack 1 win 65535'

# What no bundled lab has: ARP and a queue under TCP, a write before the connection
# stands, text that comes with the ACK of a handshake, a user timeout.
while read -r lab rest; do
    for host in a b; do
        # shellcheck disable=SC2086
        write 0 "$lab" $rest --to-script "$host"
        "$RUNG" script -q "$scratch/x.pkt" > "$scratch/out" ||
            fail "$lab $rest, $host does not pass"
    done
done << 'END'
sack --set links.wire.rate=100kbit --set defaults.arp.known=off
slow-start --set links.wire.loss=20% --seed 5 --set defaults.tcp.timestamps=on
timeout --set hosts.a.tcp.user-timeout=3s --set links.wire.loss=60%
sliding-window --set links.wire.duplicate=20% --set links.wire.reorder=20%
half-close --set hosts.b.mtu=576 --set defaults.tcp.mss=auto
reno-vs-cubic --set hosts.a.tcp.sndbuf=4kB
END

# What ICMP says comes in, too: the path is narrower than its ends.
cat > "$scratch/narrow.yaml" << 'END'
title: A narrow path
defaults:
  arp: { known: on }
hosts:
  a: { ip: 10.0.0.1/24, gateway: 10.0.0.254 }
  b: { ip: 10.0.2.2/24, gateway: 10.0.2.254 }
routers:
  r1: { interfaces: { left: 10.0.0.254/24, right: 10.0.1.1/24 }, routes: { 0.0.0.0/0: 10.0.1.2 } }
  r2: { interfaces: { left: 10.0.1.2/24, right: 10.0.2.254/24 }, routes: { 0.0.0.0/0: 10.0.1.1 } }
links:
  l1: { ends: [a, r1.left], delay: 5ms }
  l2: { ends: [r1.right, r2.left], delay: 5ms, mtu: 600 }
  l3: { ends: [r2.right, b], delay: 5ms }
script:
  - { at: 0s,    b: listen 80 }
  - { at: 10ms,  a: connect b:80 }
  - { at: 100ms, a: send 5kB }
END
write 0 "$scratch/narrow.yaml" --to-script a
says '+0.01 < icmp 3 4 mtu 600 [1:1461(1460)]'
says '+0 > . 1:561(560) ack 1 win 32767'
write 0 "$scratch/narrow.yaml" --to-script b

refuse() {
    write 2 "$@"
    [ ! -s "$scratch/x.pkt" ] || fail "rung run $*: it prints what it refuses"
}

refuse reset --to-script a
says 'choose by a port that only it has (a:49152, a:49153, a:49154)' err
write 0 reset --to-script a:49153
refuse reset --to-script a:9
says 'a has no TCP connection with port 9' err
refuse fragmentation --to-script a
says 'a has no TCP connection in this run' err
refuse handshake --to-script c
says 'no host has this name' err
refuse handshake --to-script a:0
refuse congestion-collapse --to-script r
says 'r is no host' err
refuse handshake --to-script a --json -
says 'the script is all that this run prints' err
refuse backlog --to-script b:5003
says 'another connection of the host' err

