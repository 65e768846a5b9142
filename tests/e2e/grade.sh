#!/usr/bin/env bash
# What `rung quiz --submit` writes, `rung grade` does again: files and folders,
# in any order, with links and rubbish among them.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
export XDG_STATE_HOME=$scratch/state

cat > lab.yaml <<'LAB'
title: good
hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }
links: { wire: { ends: [a, b], delay: 20ms } }
script: [{ at: 0s, a: ping b }]
vary: [{ set: links.wire.delay, to: 10ms..40ms step 1ms }]
questions:
  - { question: who, after: end, ask: w, kind: choice, points: 3,
      choices: [{ text: a, right: yes }, { text: b }, { text: c }], hints: [one] }
  - { question: why, after: end, ask: w, kind: text }
tasks:
  - { task: lose, ask: Lose one., checks: [{ check: deeds.drop == 1 }], solution: [drop 1] }
LAB
# Choices by their texts: each student has them in another order.
printf 'who: b\nwho: a\nwhy: because, "I" think\nlose: drop 1\n' > answers
mkdir -p class/late
for student in anna bert carl; do
    "$RUNG" quiz lab.yaml --student "$student" --answers answers \
        --submit "class/$student.yaml" > /dev/null || true
done
mv class/carl.yaml class/late/

expect 0 "3 graded" "$RUNG" grade lab.yaml class
expect 0 "anna  3 of 6, 2 pending: who 2 of 3 (1 wrong try)" "$RUNG" grade lab.yaml class
expect 0 'text: why (2): because, "I" think' "$RUNG" grade lab.yaml class/anna.yaml
expect 0 '"schema":"rung.grade/1"' "$RUNG" grade --json lab.yaml class

# A table is the same each time, and in each order.
"$RUNG" grade --csv lab.yaml class > first.csv
"$RUNG" grade --csv lab.yaml class/late class/bert.yaml class/anna.yaml > second.csv
cmp -s first.csv second.csv || fail "another order gives another table"
[ "$(head -n 1 first.csv)" = \
    "student,points,of,pending,status,file,remarks,question.who,question.why,task.lose" ] ||
    fail "the columns are: $(head -n 1 first.csv)"
[ "$(sed -n 2p first.csv)" = "anna,3,6,2,graded,class/anna.yaml,,2,pending,1" ] ||
    fail "anna's line is: $(sed -n 2p first.csv)"

# What was handed in is not what it is: no link is followed, rubbish has a line.
echo secret > secret
ln -s ../secret class/link.yaml
ln -s .. class/round
expect 0 "class/link.yaml: a link, or not to be seen: left out" "$RUNG" grade lab.yaml class
grep -q secret out && fail "a link was followed"
printf 'PK\003\004 no text' > class/essay.docx
expect 1 "class/essay.docx: not graded" "$RUNG" grade lab.yaml class
mkfifo class/pipe
expect 3 "it is no plain file" "$RUNG" grade lab.yaml class
rm class/essay.docx class/pipe

# Forged, and of a lab that is another one now.
sed 's/student: anna/student: dora/' class/anna.yaml > class/dora.yaml
expect 1 "other-variant (forged): its variant is not this student's: it is that of anna" \
    "$RUNG" grade lab.yaml class
rm class/dora.yaml
sed 's/^  wire:/  wire: /; $a # more' lab.yaml > new.yaml
cp new.yaml lab.yaml
expect 1 "3 other-version" "$RUNG" grade lab.yaml class

expect 3 "No such file" "$RUNG" grade lab.yaml no-such-file
expect 2 "which lab, and which submissions?" "$RUNG" grade lab.yaml
expect 2 "0 is out of range" "$RUNG" grade --events 0 lab.yaml class
expect 2 "no-such-lab" "$RUNG" grade no-such-lab class

