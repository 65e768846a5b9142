#!/usr/bin/env bash
# `rung fmt`: prints, checks, writes; refuses what is no YAML.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS ARGUMENT...: what rung fmt says is in out and err.
formats() {
    local wanted=$1 status=0
    shift
    "$RUNG" fmt "$@" > out 2> err || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung fmt $*: status $status, not $wanted: $(cat err)"
}

printf 'title: T\nhosts:\n    a: {ip: 10.0.0.1/24}   # one\n' > ugly.yaml
printf 'title: T\n\nhosts:\n  a: { ip: 10.0.0.1/24 }   # one\n' > wanted.yaml
formats 0 ugly.yaml
cmp out wanted.yaml || fail "another layout"
formats 1 --check ugly.yaml wanted.yaml
[ "$(cat out)" = ugly.yaml ] || fail "--check names $(cat out)"
formats 0 --write ugly.yaml
cmp ugly.yaml wanted.yaml || fail "--write writes something else"
formats 0 --check ugly.yaml
printf 'title: [a\n' > broken.yaml
formats 2 -w broken.yaml
grep -q 'broken.yaml:' err || fail "a broken lab: $(cat err)"
[ "$(cat broken.yaml)" = 'title: [a' ] || fail "a broken lab was written"
formats 2
formats 2 no-such-lab
for template in two-hosts transfer loss router; do
    "$RUNG" new $template --template $template > /dev/null
    formats 0 --check $template
done
echo "passed"
