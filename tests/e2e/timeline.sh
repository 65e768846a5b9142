#!/usr/bin/env bash
# The timeline in a real terminal: tmux plays it, with a person's keys.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
set +e # looks at each status itself
command -v tmux > /dev/null || skip "no tmux"
socket=$scratch/tmux0
empty=$scratch/empty # where the program runs: what it writes by mistake is seen there
mkdir "$empty"
servers=0
export RUNG_LABS="$RUNG_SOURCE/labs"
unset NO_COLOR TMUX
export LC_ALL=C.UTF-8

mux() { tmux -S "$socket" -f /dev/null "$@"; }
tidy_up() { mux kill-server 2> /dev/null || true; }
screen() { mux capture-pane -p "$@"; }

on_failure() { screen 2> /dev/null; }

# Waits until the screen shows WORDS (a basic regular expression), for some 6 s, or
# $looks times as long as one look takes.
looks=120
sees() {
    for _ in $(seq $looks); do
        screen 2> /dev/null | grep -q -e "$1" && return
        sleep 0.05
    done
    fail "${2:-} the screen does not show: $1"
    return 1
}

# WxH COMMAND: a shell in a terminal of that size, which runs it.
begin() {
    mux kill-server 2> /dev/null
    servers=$((servers + 1))
    socket=$scratch/tmux$servers # the old server may still be on its way out
    # A shell that stays: what the program leaves behind can be seen.
    mux new-session -d -x "${1%x*}" -y "${1#*x}" "bash --norc --noprofile"
    keys "PS1='ready> '; clear; cd '$empty'; $2; echo status \$?" Enter
}
keys() { mux send-keys "$@"; }
# The shell is there again, and its terminal echoes and shows the cursor. Nothing
# is typed before its prompt is there: the program would take it for keys.
is_restored() {
    sees '^ready>$' "$1" || return
    keys "stty -a | grep -c -e ' echo ' -e ' icanon '; echo al''ive" Enter
    sees 'alive' "$1: echo"
    [ "$(mux display -p '#{alternate_on}#{cursor_flag}#{mouse_any_flag}')" = 010 ] ||
        fail "$1: the terminal is not as it was"
}
# What the trace tells of HOST after EVENT: state, SND.NXT, RCV.NXT (both from the
# first number on) and cwnd. No state: "-".
trace_says() { # JSON HOST EVENT
    awk -v host="$2" -v last="$3" '
        function text(key) {
            if (match($0, "\"" key "\":\"[^\"]*\"") == 0) return ""
            return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
        }
        function number(key) {
            if (match($0, "\"" key "\":[0-9]+") == 0) return 0
            return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) + 0
        }
        /"kind":"value"/ && text("var") == "tcp.snd.una" && !(text("node") in first) {
            first[text("node")] = number("new")
        }
        text("node") != host || number("event") > last { next }
        /"kind":"state"/ { state = text("new") }
        /"kind":"value"/ { value[text("var")] = number("new") }
        END {
            for (node in first)
                if (node != host)
                    theirs = first[node]
            sent = value["tcp.snd.nxt"]; got = value["tcp.rcv.nxt"]
            print (state == "" ? "-" : state), (sent == 0 ? 0 : sent - first[host]), \
                (got == 0 ? 0 : got - theirs), value["tcp.cwnd"] + 0
        }' "$1"
}
# The same from the connection pane, on standard input.
pane_says() {
    awk '
        function row(name,   words) {
            if (match($0, name " +[*]?([0-9]+ -> )?[0-9]+") == 0) return ""
            words = substr($0, RSTART, RLENGTH)
            sub(/.*[^0-9]/, "", words)
            return words
        }
        match($0, /\[[A-Z0-9-]+\]/) { state = substr($0, RSTART + 1, RLENGTH - 2) }
        row("SND[.]NXT") != "" { sent = row("SND[.]NXT") }
        row("RCV[.]NXT") != "" { got = row("RCV[.]NXT") }
        row("cwnd") != "" { cwnd = row("cwnd") }
        END { print (state == "" ? "-" : state), sent + 0, got + 0, cwnd + 0 }'
}
# Both ends, at this step of SIZE; the event goes to $event, what they say to $ends.
agrees() {
    local host shown pane

    ends=""
    for host in a b; do
        keys : ; keys "host $host" Enter
        sees "the panes show $host" "$1" || return
        shown=$(screen)
        event=$(sed -n 's/.* event \([0-9]*\) of .*/\1/p' <<< "$shown")
        pane=$(pane_says <<< "$shown")
        [ "$pane" = "$(trace_says "$scratch/handshake.json" $host "$event")" ] ||
            fail "$1, event $event: the pane of $host says $pane, the trace" \
                "$(trace_says "$scratch/handshake.json" $host "$event")"
        ends="$ends$host $pane;"
    done
}
# Step by step to the last row of the run and back: the panes agree with the trace.
walks() {
    local forth="" back="" event=0 steps=0

    agrees "$1"
    while forth="$forth $event"; [ "$event" -lt 5 ] && [ $steps -lt 40 ]; do
        keys Right
        agrees "$1" || return
        steps=$((steps + 1))
    done
    [ "$ends" = "a ESTABLISHED 1 1 10000;b ESTABLISHED 1 1 10000;" ] || fail "$1: at last $ends"
    for _ in $(seq $steps); do
        back=" $event$back"
        keys Left
        agrees "$1" || return
    done
    back=" $event$back"
    [ "$forth" = "$back" ] || fail "$1: forth$forth, back$back"
    [ $steps -ge 10 ] && [ "$event" = 0 ] || fail "$1: $steps steps lead back to event $event"
}

"$RUNG" run handshake -q --json "$scratch/handshake.json" > "$scratch/checks"

for size in 80x24 160x50; do
    begin "$size" "$RUNG run handshake"
    sees 'Right step.*Left back.*w why.*? help.*q quit' "$size"
    sees 'event 0 of 5'
    # Where the screen is small the connection has it for itself.
    keys 1
    [ "$size" = 160x50 ] || keys '\'
    walks "$size"
    sees 'no connection here\|SYN queue' "$size"
    keys Escape Escape # the panes are small again, and the ladder has the keys
    # Forward to ESTABLISHED, back to the start, and forward again.
    keys g; keys 'a ESTABLISHED' Enter
    sees '50.000 ms *event 4 of 5' "$size"
    for _ in $(seq 20); do keys Left; done
    sees 'event 0 of 5' "$size"
    for _ in $(seq 20); do keys Right; done
    sees 'event 5 of 5' "$size"
    # The SYN ACK is dropped: two futures; taken back: one.
    keys Home Down Down
    sees 'b sends frame 2 to a' "$size"
    keys d
    sees 'what became different' "$size"
    sees 'ends at *70 ms *! 1.07 s' "$size"
    sees 'hash.*unchanged' "$size"
    rm -f "$scratch/saved.yaml"
    keys : ; keys "save $scratch/saved.yaml" Enter
    sees 'saved: rung run' "$size"
    keys : ; keys "save $scratch/saved.yaml" Enter
    sees 'saved.yaml exists' "$size"
    keys End C-u; keys "save! $scratch/saved.yaml" Enter
    sees 'saved: rung run' "$size"
    keys z
    sees 'run [0-9a-f]\{8\}' "$size"
    keys q
    sees 'status 0' "$size"
    is_restored "$size"
done
"$RUNG" run "$scratch/saved.yaml" -q --json "$scratch/saved.json" > /dev/null
[ "$(grep -c '"kind":"tx"' "$scratch/saved.json")" = 7 ] || fail "the saved lab has not 7 frames"

# What was cut short is saved as that.
hash_of() { "$RUNG" run "$@" -q --json - | sed -n 's/.*"hash":"\([0-9a-f]*\)".*/\1/p'; }
begin 80x24 "$RUNG run gateway --until 500ms"
sees 'q quit'
keys : ; keys "save $scratch/cut.yaml" Enter
sees 'saved: rung run'
keys q
sees 'status 0'
cut=$(hash_of "$scratch/cut.yaml")
[ "$cut" = "$(hash_of gateway --until 500ms)" ] && [ -n "$cut" ] ||
    fail "cut short, gateway is another run than saved: $cut"
[ "$cut" != "$(hash_of gateway)" ] || fail "gateway was not cut short"

# What takes long says so, and Esc stops it; other keys have their turn later.
cat > "$scratch/long.yaml" << 'END'
hosts:
  a: { ip: 10.0.0.1/24 }
  b: { ip: 10.0.0.2/24 }
links:
  wire: { ends: [a, b], rate: 10Mbit, delay: 5ms, queue: 100 packets }
script:
  - { at: 0s, b: listen 80 }
  - { at: 0s, a: connect b:80 }
  - { when: a ESTABLISHED, a: send 80MB }
END
looks=1200
begin 80x24 "$RUNG run $scratch/long.yaml"
sees 'q quit'
run=$(screen | sed -n 's/.* run \([0-9a-f]*\).*/\1/p')
keys Down d
sees 'the other future is computed: .* so far. Esc stops'
keys Escape
sees 'stopped: nothing was changed'
sees "run $run"
keys d
sees 'so far. Esc stops'
keys q
sees 'status 0'
looks=120

# A mark takes the letter behind it, whatever else that does.
begin 80x24 "$RUNG run teardown"
sees 'q quit'
keys Down m d
sees "' d comes back here"
keys End "'" d
sees 'sends frame 1 to'
keys "'" b
sees 'there is no mark b'
keys q
sees 'status 0'

# Breakpoints, in both directions; a bad one says where.
begin 80x24 "$RUNG run teardown"
sees 'q quit'
keys b; keys 'a.tcp.state == FIN-WAIT-2' Enter
sees 'breakpoint 1'
keys c
sees 'stopped: a.tcp.state == FIN-WAIT-2'
keys End C
sees 'stopped: a.tcp.state == FIN-WAIT-2'
keys b; keys 'tcp portt 80' Enter
sees 'portt'
[ "$(mux display -p '#{cursor_y} #{cursor_x}')" = "23 11" ] || fail "the caret is not at the word"
keys Escape Escape q
sees 'status 0'

# Another size, Ctrl-Z and fg, too small.
begin 80x24 "$RUNG run handshake"
sees 'q quit'
sees 'begin counting. Each' "the lab's text, broken anew for its box"
mux resize-window -x 130 -y 40
sees '.\{67\}.*─ 1 Connection' resized
mux resize-window -x 40 -y 12
sees 'Rung needs 60 x 15 cells' small
mux resize-window -x 80 -y 24
sees 'q quit'
keys C-z
sees 'Stopped'
is_restored 'after Ctrl-Z'
keys fg Enter
sees 'q quit' 'after fg'
keys Right
sees 'event 1 of 5' 'after fg'
keys q
is_restored 'after fg and q'

# Whatever ends it, the terminal is given back.
for signal in TERM HUP INT QUIT SEGV ABRT; do
    begin 80x24 "bash -c 'echo \$\$ > $scratch/pid; exec $RUNG run handshake 2> $scratch/errors'"
    sees 'q quit' "$signal"
    kill -"$signal" "$(cat "$scratch/pid")"
    is_restored "$signal"
done

# Plain terminals, and those without colour or UTF-8.
# (Of "linux" ncurses loads a mouse library that forgets 10 bytes.)
for name in vt100 linux screen xterm-256color; do
    begin 80x24 "ASAN_OPTIONS=detect_leaks=0 TERM=$name $RUNG run handshake"
    sees 'q quit' "$name"
    keys Right Right
    sees 'event 1 of 5' "$name"
    keys q
    sees 'status 0' "$name"
done
begin 80x24 "NO_COLOR=1 $RUNG run handshake --ascii"
sees '> *0.000 ms\|q quit'
keys Down
sees '^> .*|- SYN seq=0' ascii
screen -e | grep -q "$(printf '\033')\[[0-9;]*3[0-7]" && fail "NO_COLOR has colours"
keys q
sees 'status 0'
begin 80x24 "TERM=dumb $RUNG run handshake"
sees 'status 0' 'a dumb terminal gets the text'

# What a lab asks: a page, a wrong answer, a hint, the right one; and it is kept.
export XDG_STATE_HOME=$scratch/state
begin 80x24 "$RUNG run handshake"
sees 'A asks what this lab asks'
keys End
sees 'event 5 of 5'
keys A
sees 'event 0 of ?'
keys Right
sees 'b listens, and nothing has been sent'
keys Enter
sees 'event 1 of ?'
keys End Right
sees 'Question 1 of 4, 2 points'
keys -l 'LISTEN'
sees '^:answer LISTEN'
keys Enter
sees 'LISTEN: no'
sees 'Hint 1:'
keys '?'
sees 'Hint 2:'
sees 'that earns 0 points'
keys Escape
sees '^Right step'
keys d
sees 'd means nothing here'
screen | grep -q 'SYN ACK' && fail 'what lies behind the question is on the screen'
keys Right
sees 'Question 1 of 4'
keys -l 'SYN-RECEIVED'
keys Enter
sees 'Right: SYN-RECEIVED. (0 points)'
keys Enter
sees 'Question 2 of 4'
keys -l 1
keys Enter
sees 'Right: 1. (2 points)'
keys Enter
sees 'event 3 of ?'
keys q
sees 'status 0'
begin 80x24 "$RUNG run handshake --ask"
sees 'going on where you stopped'
keys Escape
sees '^Right step'
keys End Right
sees 'Does b know that as well'
keys Enter
sees 'Question 3 of 4'
keys -l ':pass'
keys Enter
sees 'Passed. The right answer is 70'
keys Enter
sees '^Right step'
keys End Right
sees 'Question 4 of 4'
keys -l 1
keys Enter
sees 'Right: 1. (2 points)'
keys Enter
sees 'Together 4 of 13 points'
keys T
sees 'Task 1 of 1: doubt'
keys Escape
sees '^Right step'
keys -l ':drop 3'
keys Enter
sees 'what if'
keys T
sees 'Task 1 of 1: doubt'
keys Enter
sees '4 of 4 points'
keys -l ":submit $scratch/anna.yaml"
keys Enter
sees 'written, but it does not say whose it is'
keys Escape
sees '^Right step'
keys q
sees 'status 0'
grep -q 'task: doubt.*deeds: \[drop 3\]' "$scratch/anna.yaml" ||
    fail "the submission: $(cat "$scratch/anna.yaml")"
[ -s "$scratch/state/rung/handshake.yaml" ] || fail 'no progress is kept'

# What `rung quiz` was told is known here, of the same student; --fresh forgets it.
printf 'SYN-RECEIVED\nquit\n' | "$RUNG" quiz handshake --student anna > /dev/null
begin 80x24 "$RUNG run handshake --ask --student anna"
sees 'going on where you stopped'
keys Escape
sees '^Right step'
keys End Right
sees 'Question 2 of 4'
keys Escape
sees '^Right step'
keys q
sees 'status 0'
begin 80x24 "$RUNG run handshake --student anna --fresh"
sees 'event 0 of ?'
keys Right
sees 'b listens, and nothing has been sent'
keys q q
sees 'status 0'

# A long capture: its beginning is there at once, the end after a wait that Esc can end;
# and what is there at last is what is there at once in a dump.
"$RUNG" run handshake -q -w "$scratch/part.pcap" > /dev/null
head -c 24 "$scratch/part.pcap" > "$scratch/long.pcap"
tail -c +25 "$scratch/part.pcap" > "$scratch/records"
for _ in $(seq 14); do # times 16,384: 49,152 frames
    cat "$scratch/records" "$scratch/records" > "$scratch/twice"
    mv "$scratch/twice" "$scratch/records"
done
cat "$scratch/records" >> "$scratch/long.pcap"
"$RUNG" replay "$scratch/long.pcap" --dump 80x24:End > "$scratch/dump"
begin 80x24 "$RUNG replay $scratch/long.pcap"
sees '^Right step'
keys Right End
looks=2000 sees 'event [1-9][0-9]* of [0-9]*  run'
screen > "$scratch/screen"
cmp -s "$scratch/screen" "$scratch/dump" ||
    fail "the end of a long capture is another: $(cat "$scratch/screen")"
keys q
sees 'status 0'

[ -z "$(ls -A "$empty")" ] || fail "a file that nobody asked for: $(ls -A "$empty")"

echo "all as it should be"
