#!/usr/bin/env bash
# The run command from a shell: statuses, files that are whole or not there,
# ends by a signal, repeatability whatever the environment.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

expect() { # WHAT GOT WANTED
    [ "$2" = "$3" ] && return
    echo "$1: got '$2', wanted '$3'"
    failures=$((failures + 1))
}

cat > lab.yaml <<'LAB'
title: "a \e[31mtitle\a"
about: "one\e[2J\ntwo"
hosts:
  a: { ip: 10.0.0.1/24 }
  b: { ip: 10.0.0.2/24 }
links:
  wire: { ends: [a, b], delay: 1ms, loss: 20%, jitter: 2ms, duplicate: 10% }
script:
  - { at: 0s, b: udp bind 9 }
  - { at: 1ms, a: udp send b:9 100B count 30 every 3ms }
checks:
  - { check: b.udp.messages > 0 }
LAB
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
# The same run, whatever the environment.
"$RUNG" run lab.yaml --seed 5 --json one.json -w one.pcap -w one.pcapng > one.txt
expect "status of a good run" $? 0
(cd / && env -i LC_ALL=C.UTF-8 TZ=Asia/Tokyo HOME=/ "$RUNG" run "$work/lab.yaml" --seed 5 \
    --json "$work/two.json" -w "$work/two.pcap" -w "$work/two.pcapng" > "$work/two.txt")
for kind in json pcap pcapng; do
    cmp "one.$kind" "two.$kind" || failures=$((failures + 1))
done
"$RUNG" run lab.yaml --seed 6 --json other.json -q > /dev/null
cmp -s one.json other.json && expect "another seed" same different

# What a person did changes nothing that came before.
"$RUNG" run lab.yaml --seed 5 --drop 12 --json dropped.json -q > /dev/null
before=$(grep -n '"kind":"tx","frame":12,' one.json | cut -d: -f1)
[ -n "$before" ] || expect "frame 12" missing there
head -n "$((before - 1))" one.json > one.head
head -n "$((before - 1))" dropped.json | cmp - one.head || failures=$((failures + 1))

# Nothing of a file's text drives the terminal.
LC_ALL=C.UTF-8 "$RUNG" run lab.yaml --ascii | LC_ALL=C grep -c "$(printf '[\033\007]')" > escapes
expect "escape characters" "$(cat escapes)" 0

# --until is an end, not a property of the file; it may be before the script.
"$RUNG" run lab.yaml --until 500us -q > /dev/null
expect "status when the check cannot hold yet" $? 1
"$RUNG" run lab.yaml --drop 9999 -q 2> note > /dev/null
expect "a frame that never was" "$(grep -c 'frame 9999 was never sent' note)" 1
printf 'faults:\n  - { drop: udp, nth: [500, 600] }\n' | cat lab.yaml - > faulty.yaml
"$RUNG" run faulty.yaml -q 2> note > /dev/null
expect "a fault that never struck" "$(grep -c 'fault 1 never struck.*waits for number 500' note)" 1
"$RUNG" run lab.yaml --until 500us -q > failed
expect "a failed check shows its sides" "$(grep -c 'left side 0, right side 0' failed)" 1
"$RUNG" run lab.yaml -w /dev/full -q > /dev/null 2>&1
expect "status with a full disk" $? 2
"$RUNG" run lab.yaml -q -w /nonexistent/x.pcap > /dev/null 2>&1
expect "status with no folder" $? 3

# An end by a signal leaves nothing half-written. (Should the run be quicker
# than the signal, its file is whole and has its name: no failure either.)
mkdir signals
for signal in TERM HUP QUIT; do
    rm -f signals/*
    "$RUNG" run long.yaml -q --json signals/x.json 2> /dev/null &
    for _ in $(seq 600); do
        ls signals/* > /dev/null 2>&1 && break
        sleep 0.05
    done
    kill -"$signal" $! 2> /dev/null
    wait $! 2> /dev/null
    expect "files left by $signal" "$(ls signals | grep -v '^x.json$')" ""
done

if [ "$failures" -gt 0 ]; then
    echo "$failures wrong"
    exit 1
fi
echo "all as it should be"
