#!/usr/bin/env bash
# `rung script`: verdicts, what a failure shows, exit status.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

# STATUS ARGUMENT...: what rung script says is in $scratch/out and $scratch/err.
run() {
    local wanted=$1 status=0
    shift
    "$RUNG" script "$@" > "$scratch/out" 2> "$scratch/err" || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung script $*: status $status, not $wanted"
}

says() {
    grep -q -F -e "$1" "$scratch/${2:-out}" || fail "it does not say: $1"
}

mkdir "$scratch/all" "$scratch/all/more"
good="$scratch/all/good.pkt"
cat > "$good" <<'END'
// A SYN for nobody.
0 < 40000 > 9 S 100:100(0) win 8000 <mss 1000>
+0 > 9 > 40000 R. 0:0(0) ack 101 win 0
END
sed 's/ack 101/ack 102/' "$good" > "$scratch/all/more/bad.pkt"
printf "0 \140reboot\140\n" > "$scratch/all/skipped.pkt"
echo 'not looked at' > "$scratch/all/notes.txt"

run 0 "$good"
says "pass  $good"
says "1 script: 1 passed, 0 failed, 0 skipped"

run 1 --ascii --width 80 "$scratch/all"
says "pass  $good"
says "FAIL  $scratch/all/more/bad.pkt:3:4: it acknowledges 101, not 102, at 0s"
says "      expected  > 9 > 40000 R. 0:0(0) ack 102 win 0"
says "      came      > R. 0:0(0) ack 101 win 0"
says "SYN seq=0 win=8000"                           # the ladder
says "(RFC 9293, 3.10.7.1)"                        # the why
says "skip  $scratch/all/skipped.pkt:1:3: the shell line \"reboot\" is not known"
says "3 scripts: 1 passed, 1 failed, 1 skipped"

run 1 --quiet "$scratch/all"
[ "$(wc -l < "$scratch/out")" -eq 5 ] || fail "--quiet says too much"

run 1 --json "$scratch/all"
[ "$(wc -l < "$scratch/out")" -eq 3 ] || fail "--json: not a line a script"
says '"verdict":"fail","line":3,"column":4,'

run 0 -w "$scratch/out.pcap" "$good"
[ "$(stat -c %s "$scratch/out.pcap")" -eq $((24 + 2 * (16 + 60))) ] || fail "-w: not two frames"

run 0 --define NAME --profile linux "$good"
run 2 --profile windows "$good"
says "rung: error: --profile windows: write strict, linux or bsd" err
run 2
says "which script?" err
run 2 -w "$scratch/out.pcap" "$scratch/all"
run 3 "$scratch/none.pkt"
says "$scratch/none.pkt: error:" err

echo '+0 < S 0:10(5)' > "$scratch/wrong.pkt"
run 2 "$scratch/wrong.pkt"
says "$scratch/wrong.pkt:1:8: error: 5 bytes from 0 on end at 5: write 0:5(5)" err

run 2 --profile linx "$good"
says 'did you mean "linux"' err

# What a person gets wrong.
printf '%s\n' '// Ends.' '0 socket(..., SOCK_STREAM, IPPROTO_TCP) =' '+0 > X 1:1(0)' '--mtu=9' \
    > "$scratch/lines.pkt"
run 2 "$scratch/lines.pkt"
says "lines.pkt:2:42: error: a value is missing" err
says "lines.pkt:3:6: error: not a flag" err
says "lines.pkt:4:1: error: an option stands in front of the first event" err
printf '// A number.\n--tolerance_usecs=few\n0 < R 1:1(0)\n' > "$scratch/number.pkt"
run 0 "$scratch/number.pkt"
says 'skip  '"$scratch"'/number.pkt: "few" is no whole number'
run 2 --json "$scratch/lines.pkt" "$good"
says '"verdict":"error","why":"it has errors"'
says '"verdict":"pass"'
run 3 --json "$scratch/none.pkt"
says '"why":"it cannot be read"'
mkdir "$scratch/empty"
run 2 "$scratch/empty"
says "$scratch/empty: no script (NAME.pkt) is in this folder" err
run 2 -w "$scratch/out.txt" "$good"
says "write a name that ends in .pcap or .pcapng" err
ln -s . "$scratch/all/round"
run 1 --quiet "$scratch/all"
says "3 scripts:"
rm "$scratch/all/round"
"$RUNG" script - < "$good" > "$scratch/out" || fail "it does not read standard input"
says "pass  (input)"

# The script that the help shows.
"$RUNG" help script | sed -n 's/^  \(0 \|+\)/\1/p' > "$scratch/help.pkt"
[ "$(wc -l < "$scratch/help.pkt")" -eq 7 ] || fail "the help shows another script"
run 0 "$scratch/help.pkt"
says "1 passed"

# `rung run NAME.pkt`: as a lab, with the exit status of rung script.
rung_run() {
    local wanted=$1 status=0
    shift
    "$RUNG" run "$@" > "$scratch/out" 2> "$scratch/err" || status=$?
    [ "$status" -eq "$wanted" ] || fail "rung run $*: status $status, not $wanted"
}

rung_run 0 --ascii --width 90 "$good"
says "A SYN for nobody."
says "< 40000 > 9 S 100:100(0) win 8000 <mss 1000> >"      # its line, and its arrow
says "SYN seq=0 win=8000 mss=1000"
says "> > 9 > 40000 R. 0:0(0) ack 101 win 0"
says "pass  $good"
rung_run 1 --ascii "$scratch/all/more/bad.pkt"
says "FAIL  $scratch/all/more/bad.pkt:3:4: it acknowledges 101, not 102, at 0s"
says "(RFC 9293, 3.10.7.1)"
rung_run 0 "$scratch/all/skipped.pkt"
says "skip  $scratch/all/skipped.pkt:1:3:"
rung_run 0 --quiet "$good"
[ "$(cat "$scratch/out")" = "pass  $good" ] || fail "--quiet says more than the verdict"
rung_run 0 --json - -w "$scratch/run.pcapng" "$good"
says '"schema":"rung.trace/1"'
[ -s "$scratch/run.pcapng" ] || fail "-w wrote nothing"
rung_run 0 --why=tcp --text --quiet "$good"
says "RFC 9293"
printf '// One name.\n0 < R 1:1(0)\n#ifdef OTHER\n+0 > R 1:1(0)\n#endif\n' > "$scratch/defined.pkt"
rung_run 0 "$scratch/defined.pkt"
rung_run 1 --define OTHER "$scratch/defined.pkt"
rung_run 0 --profile bsd "$good"
rung_run 2 "$scratch/wrong.pkt"
says "$scratch/wrong.pkt:1:8: error:" err
rung_run 3 "$scratch/none.pkt"
rung_run 2 --seed 7 "$good"
says "--seed: this is about labs" err
rung_run 2 --profile bsd handshake
says "handshake is a lab" err

