#!/usr/bin/env bash
# `rung new`: each template is a sound lab at once; a person is asked, a script is not.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

for template in two-hosts transfer loss router; do
    "$RUNG" new $template --template $template --title "T: $template" > out || fail "$template"
    for command in check quiz run; do
        grep -q "rung $command $template " out || fail "$template: $command is not told"
    done
    "$RUNG" check $template > out || fail "$template has errors"
    grep -q '3 questions' out || fail "$template: $(cat out)"
    "$RUNG" run $template --text > out || fail "$template: its checks do not hold"
    grep -q "^T: $template" out || fail "$template: another title"
done
"$RUNG" new "a bird's lab" > out < /dev/null
grep -q -F -e "rung check 'a bird'\\''s lab' " out || fail "a blank is not quoted: $(cat out)"
"$RUNG" new nagle > out < /dev/null
grep -q "One of the bundled labs is called nagle, too" out || fail "nagle is not told: $(cat out)"
"$RUNG" new nobodys > out < /dev/null
grep -q "bundled" out && fail "nobodys is taken for a bundled lab"
"$RUNG" new one --questions 1 > /dev/null < /dev/null
"$RUNG" check one | grep -q '1 question,' || fail "--questions 1 gives another number"
status=0
"$RUNG" new none --template rooter 2> err || status=$?
[[ $status -eq 2 && $(cat err) == *\"router\"* ]] || fail "--template rooter: $status, $(cat err)"
status=0
"$RUNG" new 2> err < /dev/null || status=$?
[ "$status" -eq 2 ] || fail "without a terminal and a folder: status $status"

if command -v script > /dev/null; then
    printf 'nagle\nasked\nMy title\n9\nloss\n2\n' > typed # nagle is there already
    script -qec "$RUNG new" /dev/null < typed > out || fail "asking: $(cat out)"
    "$RUNG" check asked | grep -q '2 questions' || fail "asking makes another lab: $(cat out)"
    grep -q '^title: My title$' asked/lab.yaml || fail "asking: another title"
fi

echo "passed"
