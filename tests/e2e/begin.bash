# begin.bash - what every script here begins with, after it has said what it is about:
#
#     . "$RUNG_SOURCE/tests/e2e/begin.bash"
#
# It stands in $scratch then, an empty folder that goes when the script ends. RUNG is
# the program, RUNG_SOURCE the tree. A script that failed anywhere, be it in a subshell
# or a pipe, ends with status 1, whatever its last command says.
# shellcheck shell=bash

set -eu

skip() { # WHY
    echo "$*: skipped"
    exit 77
}

[ -x "$RUNG" ] || skip "no program was built"

scratch=$(mktemp -d)
failures=$(mktemp)

tidy_up() { :; }    # for what a script itself has to end
on_failure() { :; } # for what it has to show

at_exit() {
    local status=$?
    tidy_up
    if [ -s "$failures" ]; then
        echo "$(wc -l < "$failures") wrong" >&2
        status=1
    fi
    rm -rf "$scratch" "$failures"
    exit "$status"
}
trap at_exit EXIT
cd "$scratch"

fail() { # WHAT; the script goes on
    echo "FAILED: $*" >&2
    echo "failed" >> "$failures"
    on_failure
}

expect() { # STATUS WORDS COMMAND...: ends so, and tells those words
    local want=$1 what=$2 status=0
    shift 2
    "$@" > out 2>&1 || status=$?
    [ "$status" -eq "$want" ] || fail "$*: status $status, not $want"
    grep -q -F -e "$what" out || fail "$*: does not tell: $what; it tells: $(cat out)"
}

same() { # WHAT GOT WANTED
    [ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}
