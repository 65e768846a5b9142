#!/usr/bin/env bash
# `rung help TOPIC` knows each part of a lab file by its name.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# WHAT TOPIC...: the help on TOPIC holds WHAT.
tells() {
    local what=$1
    shift
    "$RUNG" help "$@" | grep -q -F -e "$what" || fail "rung help $* does not tell: $what"
}

tells "timeout: 1min" lab
tells "ageing: 5min" lab
tells "first-id: -1" ip
tells "table: 16384" switch
tells "toward: {" lab link
tells "1ms to 1000h; 1min if left out" arp.timeout
tells "--set hosts.a.arp.timeout=1min" arp.timeout
tells "switches.s1.ageing=5min" switch.ageing
tells "udp send HOST:PORT" udp
tells "require-checksum: off" udp
tells "ping HOST" ping
tells "window-scale: auto" tcp
tells "0 to 14, auto or off; auto if left out" tcp.window-scale
tells "[on PORT] request SIZE reply SIZE" request
tells "no-karn" bugs
tells "HOST.tcp.cwnd" values
tells "FIN-WAIT-2" values
tells "hosts.a.tcp.nagle=on" nagle
tells "of kind number: how far off is near enough" within
tells "what variants are drawn by" vary-key
"$RUNG" help nagel 2>&1 | grep -q 'did you mean "nagle"?' || fail "rung help nagel offers nothing"

# Every heading of the whole is a topic, and its keys stand there too.
topics=$("$RUNG" help lab | sed -n 's/^\([a-z-]*\): .*/\1/p' | sort -u)
[ "$(wc -w <<< "$topics")" -gt 15 ] || fail "rung help lab has few headings: $topics"
for topic in $topics; do
    "$RUNG" help "$topic" > /dev/null || fail "rung help $topic: status $?"
done

status=0
"$RUNG" help no-such-topic 2> /dev/null || status=$?
[ "$status" -eq 2 ] || fail "an unknown topic gives status $status, not 2"
# Not a topic, though a command begins with these letters.
status=0
"$RUNG" help pin 2> /dev/null || status=$?
[ "$status" -eq 2 ] || fail "half a command's name gives status $status, not 2"

longest=$("$RUNG" help lab | wc -L)
[ "$longest" -le 84 ] || fail "rung help lab has a line of $longest columns"

echo "passed"
