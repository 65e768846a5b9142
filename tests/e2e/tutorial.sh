#!/usr/bin/env bash
# Each script of the manual page rung-script(7) does what the page says.
# A comment in front of it: .\" script NAME: pass, or fail: and why.
set -eu

if [ ! -x "$RUNG" ]; then
    echo "no program was built: skipped"
    exit 77
fi
failed=0
page="$RUNG_SOURCE/tools/man/rung-script.7"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "FAILED: $*" >&2
    failed=$((failed + 1))
}

# The examples as files, and what is said of each in $folder/list.
sed 's/\\(ga/`/g; s/\\(ti/~/g; s/\\-/-/g' "$page" | awk -v folder="$folder" '
    /^\.\\" script / { name = $3; sub(/:$/, "", name); said = $0
                       sub(/^[^:]*: /, "", said); print name "|" said > (folder "/list"); next }
    /^\.EX/ { inside = 1; next }
    /^\.EE/ { inside = 0; name = ""; next }
    inside && name != "" { print > (folder "/" name) }
    inside && name == "" { print "no name: " $0 > (folder "/nameless") }'
[ ! -e "$folder/nameless" ] || fail "an example without a name: $(head -1 "$folder/nameless")"
[ "$(wc -l < "$folder/list")" -ge 8 ] || fail "only $(wc -l < "$folder/list") examples found"

while IFS='|' read -r name said; do
    status=0
    "$RUNG" script --quiet "$folder/$name" > "$folder/out" 2>&1 || status=$?
    case "$said" in
        pass)
            [ "$status" -eq 0 ] && grep -q '1 passed' "$folder/out" ||
                fail "$name does not pass: $(cat "$folder/out")" ;;
        fail:*)
            [ "$status" -eq 1 ] || fail "$name: status $status: $(cat "$folder/out")"
            grep -q -F -e "${said#fail: }" "$folder/out" ||
                fail "$name fails otherwise: $(cat "$folder/out")" ;;
        *) fail "$name: what is \"$said\"?" ;;
    esac
done < "$folder/list"
"$RUNG" script --quiet --define SOLUTION "$folder/exercise.pkt" | grep -q '1 passed' ||
    fail "the exercise has another solution"

# The command of section 8.
"$RUNG" run fast-retransmit --to-script a > "$folder/lost.pkt"
"$RUNG" script --quiet "$folder/lost.pkt" | grep -q '1 passed' || fail "the lab's script fails"

# No mistake of roff.
if command -v groff > /dev/null; then
    groff -man -Tutf8 -ww "$page" > /dev/null 2> "$folder/roff"
    [ ! -s "$folder/roff" ] || fail "roff: $(cat "$folder/roff")"
fi
[ "$failed" -eq 0 ]
