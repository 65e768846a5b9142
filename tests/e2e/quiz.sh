#!/usr/bin/env bash
# `rung quiz`: a dialogue by pipe, by file and on a terminal; progress; what is
# handed in; the exit status.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
tidy_up() { tmux -L "rung-quiz-$$" kill-server 2> /dev/null || true; }
export XDG_STATE_HOME=$scratch/state

cat > lab.yaml <<'LAB'
title: Ping
hosts: { a: { ip: 10.0.0.1/24 }, b: { ip: 10.0.0.2/24 } }
links: { wire: { ends: [a, b], delay: 20ms } }
script: [{ at: 0s, a: ping b }]
vary: [{ set: links.wire.delay, to: 11ms..40ms step 1ms }]
questions:
  - { question: when, before: end, ask: When does it end?, answer: end.time, hints: [Four ways.],
      mistakes: [{ answer: end.time / 2, say: "there, and back" }] }
  - { question: ttl, before: end, ask: Which TTL?, answer: 64 }
tasks:
  - { task: lose, ask: Lose one., checks: [{ check: deeds.drop == 1, points: 2 }],
      solution: [drop 1] }
LAB

# By a pipe, in two sittings.
printf '%s\n' 40ms > lines
expect 1 'No. there, and back' "$RUNG" quiz lab.yaml < lines
expect 1 'goes on here' "$RUNG" quiz lab.yaml < /dev/null
grep -q -F 'go on where you stopped' out || fail "the second sitting does not go on"
printf '%s\n' 80ms 64 'drop 1' 'done' > lines
expect 1 'Together 5 of 6 points.' "$RUNG" quiz lab.yaml --submit mine.yaml < lines
grep -q -F -e "question: when, acts: [{ try: 40ms }, { try: 80ms }]" mine.yaml ||
    fail "what is handed in does not tell of both tries: $(cat mine.yaml)"
expect 0 'Together 6 of 6 points.' "$RUNG" quiz lab.yaml --fresh < lines
expect 0 'when was settled before: 2 of 2' "$RUNG" quiz lab.yaml < /dev/null
[ -e state/rung/"$(basename "$scratch")".yaml ] || fail "progress is not in the state folder"

# Another version of the lab.
sed -i 's/Which TTL?/Which TTL has it?/' lab.yaml
expect 1 'another version of this lab' "$RUNG" quiz lab.yaml < /dev/null
ls state/rung/*.yaml~ > /dev/null || fail "old progress is not put aside"

# By a file, which neither reads nor keeps progress.
rm -r state
printf '%s\n' '# mine' 'ttl: ?' 'ttl: 64' 'when: pass' 'lose: drop 1' > answers
expect 1 'Together 4 of 6 points.' "$RUNG" quiz lab.yaml --answers answers
[ ! -e state ] || fail "--answers keeps progress"
cp out first
expect 1 'Together 4 of 6' "$RUNG" quiz lab.yaml --answers - < answers
cmp -s out first || fail "the same answers make another dialogue"
printf 'wen: 1\n' > bad
expect 2 'bad:1:1: error: this lab has no question or task "wen", did you mean "when"?' \
    "$RUNG" quiz lab.yaml --answers bad
expect 3 'nowhere: error: cannot be read' "$RUNG" quiz lab.yaml --answers nowhere

# Each student has another lab, and a file.
for student in anna bert; do
    expect 1 "Your sheet, $student:" "$RUNG" quiz lab.yaml --student $student \
        --submit $student.yaml --answers answers
    grep -q "^variant: \[links.wire.delay=" $student.yaml || fail "$student.yaml has no variant"
done
cmp -s <(grep ^run: anna.yaml) <(grep ^run: bert.yaml) && fail "anna and bert have the same run"
expect 1 'Your sheet, anna' "$RUNG" quiz lab.yaml --student anna < /dev/null
expect 2 'control characters' "$RUNG" quiz lab.yaml --student $'a\nb'

# What cannot be kept is said once, and stops nobody.
touch blocked
XDG_STATE_HOME=$scratch/blocked expect 0 'progress cannot be kept' "$RUNG" quiz lab.yaml < lines
[ "$(grep -c 'cannot be kept' out)" -eq 1 ] || fail "it is said more than once"
expect 3 'no/where.yaml: No such file' \
    "$RUNG" quiz lab.yaml --answers answers --submit no/where.yaml

# Options and labs that are none.
expect 2 'which lab?' "$RUNG" quiz
expect 2 'asks nothing' "$RUNG" quiz <(printf 'hosts: { a: { ip: 10.0.0.1/24 } }\n')
expect 2 'write a file' "$RUNG" quiz lab.yaml --submit -
expect 2 'one seed is enough' "$RUNG" quiz lab.yaml --seed 1 --seed 2
"$RUNG" quiz lab.yaml --fresh < lines 2> /dev/null | head -2 > /dev/null

# On a terminal: what is typed is answered, and a page waits.
if command -v tmux > /dev/null; then
    sed -i 's/^questions:/pages: [{ page: one, at: start, text: A page. }]\n&/' lab.yaml
    tmux -L "rung-quiz-$$" -f /dev/null new-session -d -x 80 -y 24 \
        "'$RUNG' quiz lab.yaml --fresh; echo status \$?; sleep 60"
    seen() {
        for _ in $(seq 100); do
            tmux -L "rung-quiz-$$" capture-pane -p > screen
            if grep -q -F -e "$1" screen; then return; fi
            sleep 0.1
        done
        fail "the terminal does not show: $1; it shows: $(cat screen)"
    }
    seen '(Enter goes on.) >'
    ! grep -q 'Question 1' screen || fail "the page does not wait"
    for line in '' 80ms 64 'drop 1' 'done'; do
        tmux -L "rung-quiz-$$" send-keys -l "$line"
        tmux -L "rung-quiz-$$" send-keys Enter
    done
    seen 'Together 6 of 6 points.'
    seen 'status 0'
fi

