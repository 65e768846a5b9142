#!/usr/bin/env bash
# Each script of the manual page rung-script(7) does what the page says.
# A comment in front of it: .\" script NAME: pass, or fail: and why.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
page="$RUNG_SOURCE/tools/man/rung-script.7"

# The examples as files, and what is said of each in $scratch/list.
sed 's/\\(ga/`/g; s/\\(ti/~/g; s/\\-/-/g' "$page" | awk -v folder="$scratch" '
    /^\.\\" script / { name = $3; sub(/:$/, "", name); said = $0
                       sub(/^[^:]*: /, "", said); print name "|" said > (folder "/list"); next }
    /^\.EX/ { inside = 1; next }
    /^\.EE/ { inside = 0; name = ""; next }
    inside && name != "" { print > (folder "/" name) }
    inside && name == "" { print "no name: " $0 > (folder "/nameless") }'
[ ! -e "$scratch/nameless" ] || fail "an example without a name: $(head -1 "$scratch/nameless")"
[ "$(wc -l < "$scratch/list")" -ge 8 ] || fail "only $(wc -l < "$scratch/list") examples found"

while IFS='|' read -r name said; do
    status=0
    "$RUNG" script --quiet "$scratch/$name" > "$scratch/out" 2>&1 || status=$?
    case "$said" in
        pass)
            [ "$status" -eq 0 ] && grep -q '1 passed' "$scratch/out" ||
                fail "$name does not pass: $(cat "$scratch/out")" ;;
        fail:*)
            [ "$status" -eq 1 ] || fail "$name: status $status: $(cat "$scratch/out")"
            grep -q -F -e "${said#fail: }" "$scratch/out" ||
                fail "$name fails otherwise: $(cat "$scratch/out")" ;;
        *) fail "$name: what is \"$said\"?" ;;
    esac
done < "$scratch/list"
"$RUNG" script --quiet --define SOLUTION "$scratch/exercise.pkt" | grep -q '1 passed' ||
    fail "the exercise has another solution"

# The command of section 8.
"$RUNG" run fast-retransmit --to-script a > "$scratch/lost.pkt"
"$RUNG" script --quiet "$scratch/lost.pkt" | grep -q '1 passed' || fail "the lab's script fails"

# No mistake of roff.
if command -v groff > /dev/null; then
    groff -man -Tutf8 -ww "$page" > /dev/null 2> "$scratch/roff"
    [ ! -s "$scratch/roff" ] || fail "roff: $(cat "$scratch/roff")"
fi
