#!/usr/bin/env bash
# What a person mistypes on the command line is told in one way, with status 2;
# what cannot be read, with status 3; and nothing half-made stays behind.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
set +e # looks at each status itself

# STATUS SAID WORD...: `rung WORD...` ends so, and this is the first it says.
refused() {
    local want=$1 said=$2 status=0
    shift 2
    "$RUNG" "$@" > out 2> err < /dev/null || status=$?
    if [ "$status" != "$want" ] || [ "$(head -1 err)" != "$said" ] || [ -s out ]; then
        fail "$(printf 'rung %s: status %s, wanted %s; said:\n%s\nwanted:\n%s' "$*" "$status" \
            "$want" "$(cat err)" "$said")"
    fi
}

# Options, in every subcommand.
for subcommand in run replay check labs new rules bench; do
    refused 2 "rung: error: $subcommand: unknown option \"--hepl\", did you mean \"--help\"?\
 (rung $subcommand --help)" "$subcommand" --hepl
    refused 2 "rung: error: $subcommand: unknown option \"-Z\" (rung $subcommand --help)" \
        "$subcommand" -Z
done
refused 2 'rung: error: run: "--seed" needs a value (rung run --help)' run x --seed
refused 2 'rung: error: replay: "--read" needs a value (rung replay --help)' replay -r

refused 2 'rung: error: --why=tpc: no layer is called "tpc", did you mean "tcp"? write some of'\
' sim,link,arp,ip,icmp,udp,tcp,app' run x --why=tpc
refused 2 'rung: error: --why=ip,: no layer is called "": write some of'\
' sim,link,arp,ip,icmp,udp,tcp,app' script x --why=ip,

# What is too much, or no number.
refused 2 'rung: error: labs: "x" is too much: leave it out (rung labs --help)' labs x
refused 2 'rung: error: bench: "x" is too much: leave it out (rung bench --help)' bench x
refused 2 'rung: error: rules: "x" is too much: leave it out (rung rules --help)' rules --fsm x
refused 2 'rung: error: rules: --coverage and --fsm are two views: one at a time' \
    rules --fsm --coverage
refused 1 'rung: error: no requirement of RFC 9293 mentions "MUST-70"' rules --coverage MUST-70
refused 2 'rung: error: --version: "x" is too much: leave it out' --version x
refused 2 'rung: error: help: "y" is too much: one topic at a time' help run y
refused 2 'rung: error: help: "y" is too much: one topic at a time' help lab link y
refused 2 "rung: error: no help on \"x\"; there is: a subcommand, lab, commands, values, bugs,\
 filter, keys, or a name in one of these" help lab x
refused 2 "rung: error: --datagrams: \"20000x\" is not a whole number: write one from 20000 to\
 100000000" \
    bench --datagrams 20000x
refused 2 "rung: error: --datagrams: 19999 is out of range: write a number from 20000 to\
 100000000" \
    bench --datagrams 19999
refused 2 "rung: error: --frames: 9999 is out of range: write a number from 10000 to 10000000" \
    bench timeline --frames 9999
refused 2 'rung: error: bench: "x" is too much: leave it out (rung bench --help)' bench timeline x
refused 2 "rung: error: --row: 99 is out of range: write a number from 1 to 11" bench --tcp --row 99

# Labs that are not there, or cannot be read.
mkdir -p empty odd/lab.yaml
for subcommand in run check; do
    refused 2 'rung: error: "empty" has no lab.yaml: name a folder that has one, or a file' \
        "$subcommand" empty
    refused 2 'rung: error: "odd/lab.yaml" is a folder: a lab is a file' "$subcommand" odd
    refused 2 'rung: error: there is no lab "nowhere" (`rung labs` lists them)' \
        "$subcommand" nowhere
    if [ -e /proc/self/mem ]; then # may be opened; its beginning may not be read
        refused 3 '/proc/self/mem: error: cannot be read: Input/output error' \
            "$subcommand" /proc/self/mem
    fi
    if [ "$(id -u)" -ne 0 ]; then
        echo 'hosts: { a: {} }' > shut.yaml
        chmod 0 shut.yaml
        refused 3 'shut.yaml: error: cannot be read: Permission denied' "$subcommand" shut.yaml
    fi
done

# A new lab is made whole or not at all.
mkdir taken
echo mine > taken/README.md
refused 2 'rung: error: taken/README.md is there already; choose another folder' new taken
[ "$(ls taken)" = README.md ] && [ "$(cat taken/README.md)" = mine ] ||
    fail "rung new: left $(ls taken)"
refused 2 'rung: error: no/where: No such file or directory' new no/where
(
    ulimit -f 0 # no byte may be written
    "$RUNG" new cut 2> /dev/null > /dev/null
)
[ ! -e cut ] || fail "rung new: a full disk leaves $(ls -d cut cut/*)"
"$RUNG" new fresh > /dev/null && "$RUNG" run -q fresh > /dev/null ||
    fail "rung new: the new lab does not run"

echo "all as it should be"
