#!/usr/bin/env bash
# `rung check` tries what a lab asks; --student takes it as one student gets it.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

cat > good.yaml <<'LAB'
title: good
hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }
links: { wire: { ends: [a, b], delay: 20ms } }
script: [{ at: 0s, a: ping b }]
vary: [{ set: links.wire.delay, to: 10ms..40ms step 10ms }]
questions:
  - { question: when, before: end, ask: When does it end?, answer: end.time,
      mistakes: [{ answer: end.time / 2, say: "twice there, twice back" }] }
tasks:
  - { task: lose, ask: Lose one., checks: [{ check: deeds.drop == 1 }], solution: [drop 1] }
LAB
sed 's|end.time / 2|40ms|' good.yaml > bad.yaml

expect 0 "no errors (2 nodes, 1 link, 1 script entry, 1 question, 1 task, 3 points)" \
    "$RUNG" check good.yaml
expect 2 'this mistake is the right answer here: 40 ms (student ' "$RUNG" check bad.yaml
expect 0 "no errors" "$RUNG" check --students 100 good.yaml
expect 0 "    student anna: links.wire.delay=" "$RUNG" check --student anna good.yaml
sed 's|set: links.wire|set: links.wir|' good.yaml > path.yaml
expect 2 "path.yaml:5:8: error: links.wir.delay=" "$RUNG" check path.yaml
expect 2 "path.yaml:5:8: error: links.wir.delay=" "$RUNG" run --student anna path.yaml
expect 2 'there is no lab "arp", did you mean "arp-cache"?' "$RUNG" check arp
expect 2 'there is no lab "nagel", did you mean "nagle"?' "$RUNG" check nagel
expect 0 "    when: 80 ms, also 79.92 ms to 80.08 ms" "$RUNG" check good.yaml
{ cat good.yaml; echo "checks: [{ check: wire.lost == 1 }]"; } > fails.yaml
expect 0 "    note: its check 1 does not hold: wire.lost == 1" "$RUNG" check fails.yaml
sed 's|before: end|before: { frame: udp }|' good.yaml > never.yaml
expect 2 "look at rung run never.yaml --student anna (student anna)" \
    "$RUNG" check --student anna never.yaml
sed 's|end.time,|end.time, within: 5ms,|' good.yaml > near.yaml
expect 0 "    when: 80 ms, also 75 ms to 85 ms" "$RUNG" check near.yaml
sed 's|end.time,|end.time, within: 5,|' good.yaml > near.yaml
expect 2 "near.yaml:7:86: error: 5 what? write 5ms" "$RUNG" check near.yaml
expect 2 "a student's ID has 1 to 64 characters" "$RUNG" check --student "" good.yaml
expect 2 "0 is out of range" "$RUNG" check --students 0 good.yaml

# Its own checks, with other students and seeds, and other values.
cat > checks.yaml <<'LAB'
title: checks
hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }
links: { wire: { ends: [a, b], delay: 20ms } }
script: [{ at: 0s, a: ping b }]
vary: [{ set: links.wire.delay, to: 20ms..30ms step 1ms }]
checks:
  - { check: time == 80ms }
  - { check: wire.lost == 1 }
LAB
expect 2 'checks.yaml:7:14: error: this check does not hold here (student ' \
    "$RUNG" check checks.yaml
expect 2 'checks.yaml:7:14: error: this check does not hold here (student anna)' \
    "$RUNG" check --student anna checks.yaml
grep -q ':8:' out && fail "a check that is the student's to reach is told"
sed -e 's/^vary:.*//' -e 's/delay: 20ms/&, loss: 3%/' -e '/time ==/d' \
    -e 's/wire.lost == 1/time > 0/' checks.yaml > luck.yaml
expect 0 "no errors" "$RUNG" check --seeds 100 luck.yaml
sed -i 's/time > 0/wire.lost == 0/' luck.yaml
expect 0 "no errors" "$RUNG" check luck.yaml
expect 2 "luck.yaml:7:14: error: this check does not hold here (seed " \
    "$RUNG" check --seeds 100 luck.yaml
expect 2 "0 is out of range" "$RUNG" check --seeds 0 good.yaml
expect 2 'this mistake is the right answer here: 80 ms' \
    "$RUNG" check --set questions.0.mistakes.0.answer=80ms good.yaml
expect 2 'did you mean "links"' "$RUNG" check --set link.wire.delay=80ms good.yaml

# The same ID, the same run; among some students there are different ones.
for student in anna bob carl dora emil; do
    "$RUNG" run good.yaml --student "$student" --text > "$student.txt"
    "$RUNG" run good.yaml --student "$student" --text | cmp -s - "$student.txt" ||
        fail "$student gets another lab the second time"
done
[ "$(sort -u < <(sha1sum ./*.txt | cut -d' ' -f1) | wc -l)" -gt 1 ] ||
    fail "all students get the same lab"
expect 0 "end      4.000 ms" "$RUNG" run good.yaml --student anna --set links.wire.delay=1ms --text
expect 2 "a student's ID has no control characters" "$RUNG" run good.yaml --student $'a\tb' --text
expect 2 "--student: this is about labs" "$RUNG" run x.pkt --student anna

echo "passed"
