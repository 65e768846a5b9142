#!/usr/bin/env bash
# The run command from a shell: statuses, files that are whole or not there,
# ends by a signal, repeatability whatever the environment.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
set +e # looks at each status itself

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
same "status of a good run" $? 0
(cd / && env -i LC_ALL=C.UTF-8 TZ=Asia/Tokyo HOME=/ "$RUNG" run "$scratch/lab.yaml" --seed 5 \
    --json "$scratch/two.json" -w "$scratch/two.pcap" -w "$scratch/two.pcapng" > "$scratch/two.txt")
for kind in json pcap pcapng; do
    cmp "one.$kind" "two.$kind" || fail "another environment, another $kind"
done
"$RUNG" run lab.yaml --seed 6 --json other.json -q > /dev/null
cmp -s one.json other.json && fail "another seed is the same"

# What a person did changes nothing that came before.
"$RUNG" run lab.yaml --seed 5 --drop 12 --json dropped.json -q > /dev/null
before=$(grep -n '"kind":"tx","frame":12,' one.json | cut -d: -f1)
[ -n "$before" ] || fail "there is no frame 12"
head -n "$((before - 1))" one.json > one.head
head -n "$((before - 1))" dropped.json | cmp - one.head || fail "what came before the drop differs"

# Nothing of a file's text drives the terminal.
LC_ALL=C.UTF-8 "$RUNG" run lab.yaml --ascii | LC_ALL=C grep -c "$(printf '[\033\007]')" > escapes
same "escape characters" "$(cat escapes)" 0

# --until is an end, not a property of the file; it may be before the script.
"$RUNG" run lab.yaml --until 500us -q > /dev/null
same "status when the check cannot hold yet" $? 1
"$RUNG" run lab.yaml --drop 9999 -q 2> note > /dev/null
same "a frame that never was" "$(grep -c 'frame 9999 was never sent' note)" 1
printf 'faults:\n  - { drop: udp, nth: [500, 600] }\n' | cat lab.yaml - > faulty.yaml
"$RUNG" run faulty.yaml -q 2> note > /dev/null
same "a fault that never struck" "$(grep -c 'fault 1 never struck.*waits for number 500' note)" 1
"$RUNG" run lab.yaml --until 500us -q > unmet
same "a failed check shows its sides" "$(grep -c 'left side 0, right side 0' unmet)" 1
"$RUNG" run lab.yaml -w /dev/full -q > /dev/null 2>&1
same "status with a full disk" $? 2
"$RUNG" run lab.yaml -q -w /nonexistent/x.pcap > /dev/null 2>&1
same "status with no folder" $? 3

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
    same "files left by $signal" "$(ls signals | grep -v '^x.json$')" ""
done

echo "all as it should be"
