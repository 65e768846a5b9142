#!/usr/bin/env bash
# Every bundled lab holds its own checks, is the same when run twice, has a
# README whose commands work, and makes captures in which tshark finds nothing
# wrong but what the lab breaks on purpose. Of TCP it finds by itself what the
# lab is about: retransmissions, closed windows, keep-alives ...
. "$RUNG_SOURCE/tests/e2e/begin.bash"
export RUNG_LABS="$RUNG_SOURCE/labs"
unset RUNG_COLOR COLUMNS
mapfile -t labs < "$RUNG_LABS/ORDER"
looked=0

# What is in FILE ($2) and WANTED ($3), in the words of $1.
looks() {
    looked=$((looked + 1))
    same "$@"
}

# Runs LAB into the files $2.*; more options may follow.
run() {
    local lab=$1 out=$2
    shift 2
    "$RUNG" run "$lab" --text --width 100 --json "$out.json" -w "$out.pcap" -w "$out.pcapng" \
        "$@" > "$out.txt" 2> "$out.err"
}

# The frames that were lost, and why.
fates() {
    grep '"kind":"lost"' "$1" | sed 's/.*"rule":"\([^"]*\)".*"frame":\([0-9]*\).*/\1 \2/'
}

holds_and_repeats() {
    "$RUNG" check "$1" > check.txt 2>&1 || fail "rung check $1: $(cat check.txt)"
    run "$1" one || fail "rung run $1: status $?: $(tail -n 5 one.txt one.err)"
    run "$1" two || fail "rung run $1: status $? the second time"
    for kind in txt json pcap pcapng err; do
        looked=$((looked + 1))
        cmp one.$kind two.$kind || fail "$1: two runs differ in their .$kind"
    done
    { [ -s one.txt ] && [ ! -s one.err ]; } || fail "$1: no ladder, or something on standard error"
    for kind in txt json pcap pcapng; do
        mv one.$kind "$1.$kind"
    done
}

# Luck is the seed's: where there is chance, another seed is another run, and
# where there is none, it is not.
follows_its_seed() {
    run "$1" other --seed 9 || fail "rung run $1 --seed 9: status $?"
    looked=$((looked + 1))
    if [ "$1" = udp-datagrams ]; then
        [ "$(fates other.json)" != "$(fates "$1.json")" ] || fail "$1: another seed, the same fates"
        run "$1" same --seed "$(sed -n 's/^seed: //p' "$RUNG_LABS/$1/lab.yaml")"
        cmp same.json "$1.json" || fail "$1: its own seed, given, is another run"
    else
        cmp other.txt "$1.txt" || fail "$1: nothing is left to chance, but another seed differs"
    fi
}

# shellcheck disable=SC2016 # the backquotes are Markdown's
readme_works() {
    local readme="$RUNG_LABS/$1/README.md" status count=0
    looks "$1: headings" "$(grep '^## ' "$readme" | tr '\n' ' ')" \
        "## The idea ## What to look for ## Questions ## In the real world "
    while read -r command; do
        count=$((count + 1)) status=0
        # Status 1 is a check that fails, and some questions are about that.
        eval "\"\$RUNG\" ${command#rung }" > out.txt 2> err.txt || status=$?
        { [ "$status" -le 1 ] && [ ! -s err.txt ]; } || fail "$1: $command: $(cat err.txt)"
    done < <(grep -o '`rung [^`]*`' "$readme" | tr -d '`')
    looked=$((looked + count))
    [ "$count" -ge 3 ] || fail "$1: only $count commands in its README"
    [ "$(grep -c '`rung' "$readme")" -le "$count" ] || fail "$1: a command is broken over two lines"
}

# tshark with all checksums validated. It takes the labs' bytes for those of a
# web server, and must not put them together.
shark() {
    tshark -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE \
        -o tcp.desegment_tcp_streams:FALSE "$@" 2> shark.err ||
        fail "tshark $*: $(cat shark.err)"
}

# Reads CAPTURE once: a line a frame, in the columns that `frames` counts.
dissect() {
    shark -r "$1" -T fields -E separator=\; -E occurrence=a -e frame.number -e _ws.malformed \
        -e ip.checksum.status -e udp.checksum.status -e icmp.checksum.status \
        -e _ws.expert.severity -e frame.interface_name -e frame.comment \
        -e tcp.checksum.status > fields.txt
}

# How many frames have PATTERN ($2) in COLUMN ($1).
frames() {
    cut -d ';' -f "$1" fields.txt | grep -c -E -- "$2" || true
}

# FILE, frames with a bad checksum: IP, UDP. A status of 0 is bad, 1 is good;
# an ICMP error has two, its own and that of the datagram it quotes.
capture_is_clean() {
    local error=8388608
    dissect "$1"
    looks "$1: malformed frames" "$(frames 2 .)" 0
    looks "$1: bad IP checksums" "$(frames 3 '(^|,)0(,|$)')" "$2"
    looks "$1: bad UDP checksums" "$(frames 4 '(^|,)0(,|$)')" "$3"
    looks "$1: bad ICMP checksums" "$(frames 5 '(^|,)0(,|$)')" 0
    looks "$1: bad TCP checksums" "$(frames 9 '(^|,)0(,|$)')" 0
    looks "$1: frames with errors" "$(frames 6 "(^|,)$error(,|$)")" "$(($2 + $3))"
    { [ "$(frames 3 '^1')" -gt 0 ] && [ "$(($(frames 4 '^1') + $(frames 9 '^1')))" -gt 0 ]; } ||
        fail "$1: no checksum was validated"
}

# A .pcap holds frames as they were put on the wire, so it is always clean. A
# .pcapng also holds them as they arrived: there the damage shows.
captures_are_clean() {
    local ip=0 udp=0
    case $1 in
        ethernet-frame) udp=1 ;;
        who-catches-the-error) ip=1 udp=2 ;;
    esac
    capture_is_clean "$1.pcap" 0 0
    looks "$1: frames of the .pcap" "$(frames 1 .)" "$(grep -c '"kind":"tx"' "$1.json")"
    capture_is_clean "$1.pcapng" "$ip" "$udp"
    looked=$((looked + 2))
    [ "$(frames 8 'why: ')" -gt 0 ] || fail "$1: no whys in the .pcapng"
    [ "$(cut -d ';' -f 7 fields.txt | sort -u | wc -l)" -ge 2 ] ||
        fail "$1: fewer than two vantage points in the .pcapng"
}

# What tshark itself makes of a lab's TCP, seen from host a: the whole list, so
# what is not in it must not be found. It takes a retransmission for a fast one
# only within 20 ms of a duplicate ACK, which at a is the same moment.
#
# Some alarms are false. tshark does not count the byte of a probe as sent, so
# that in zero-window its ACK is for an "unseen" segment and the next one comes
# behind a "lost" one; and it has one base for both SYNs of old-duplicate-syn.
analysis_of() {
    case $1 in
        handshake | teardown | half-close | simultaneous-close | reset) ;;
        sticky-packets | nagle | slow-start) ;;
        simultaneous-open) echo retransmission ;;
        lost-fin-ack) echo retransmission duplicate_ack ;;
        old-duplicate-syn) echo lost_segment ack_lost_segment reused_ports ;;
        stop-and-wait | timeout | backlog) echo retransmission ;;
        go-back-n | congestion-collapse) echo retransmission duplicate_ack window_full ;;
        sliding-window) echo retransmission fast_retransmission duplicate_ack window_full ;;
        zero-window)
            echo lost_segment ack_lost_segment zero_window zero_window_probe \
                zero_window_probe_ack window_full ;;
        silly-window) echo zero_window window_full window_update ;;
        rto-and-karn) echo retransmission duplicate_ack ;;
        fast-retransmit | fast-recovery | sack | reno-vs-cubic)
            echo retransmission fast_retransmission duplicate_ack ;;
        broken-stack) # there, b sends as well: a sees where its lost segment should be
            echo retransmission fast_retransmission lost_segment duplicate_ack ;;
        keepalive) echo keep_alive keep_alive_ack ;;
        *) echo nothing: the lab is not in the table ;;
    esac
}

tshark_finds_what_the_lab_is_about() {
    local flags=(retransmission fast_retransmission spurious_retransmission out_of_order
        lost_segment ack_lost_segment duplicate_ack zero_window zero_window_probe
        zero_window_probe_ack window_full window_update keep_alive keep_alive_ack reused_ports)
    local fields=() found=() i
    for i in "${flags[@]}"; do
        fields+=(-e "tcp.analysis.$i")
    done
    "$RUNG" run "$1" --quiet --at a -w at-a.pcap > at-a.txt || fail "$1 --at a: status $?"
    shark -r at-a.pcap -T fields -E separator=\; "${fields[@]}" > analysis.txt
    for i in "${!flags[@]}"; do
        if cut -d ';' -f "$((i + 1))" analysis.txt | grep -q .; then
            found+=("${flags[$i]}")
        fi
    done
    looks "$1: tshark's analysis" "${found[*]}" "$(analysis_of "$1")"
}

# The table of the textbook: identification, MF, DF, offset, and what the
# reassembled datagram holds.
fragments_are_the_textbooks() {
    looks "fragmentation: the table" \
        "$(shark -r fragmentation.pcap -Y 'ip' -T fields -E separator=\; -e ip.id -e ip.flags.mf \
            -e ip.flags.df -e ip.frag_offset -e udp.length -e udp.checksum.status | tr '\n' ' ')" \
        "0x0309;1;0;0;; 0x0309;1;0;175;; 0x0309;0;0;350;3980;1 "
}

# Nobody notices: this capture is what b got, with a checksum that is right.
wrong_message_looks_right() {
    "$RUNG" run who-catches-the-error --quiet --at b -w at.pcap > at.txt || fail "--at b: status $?"
    looks "who-catches-the-error: the text of frame 7" \
        "$(shark -r at.pcap -Y 'frame.number == 7 && udp.checksum.status == 1' \
            -T fields -e udp.payload)" \
        "$(printf 'Pay 1000 euro to Ann' | od -An -tx1 | tr -d ' \n')"
}

# The table of labs/README.md says how many frames each lab has.
# shellcheck disable=SC2016 # the backquotes are Markdown's
frames_are_as_told() {
    looks "$1: frames, in labs/README.md" \
        "$(sed -n 's/^| `'"$1"'` |.*| \([0-9]*\) |$/\1/p' "$RUNG_LABS/README.md")" \
        "$(grep -c '"kind":"tx"' "$1.json")"
}

for lab in "${labs[@]}"; do
    holds_and_repeats "$lab"
    frames_are_as_told "$lab"
    follows_its_seed "$lab"
    readme_works "$lab"
done
looks "labs" "$(cd "$RUNG_LABS" && printf '%s\n' */ | tr -d / | sort | tr '\n' ' ')" \
    "$(printf '%s\n' "${labs[@]}" | sort | tr '\n' ' ')"

command -v tshark > tshark.txt ||
    skip "$looked things looked at, but there is no tshark: its part is"
if command -v tshark > tshark.txt; then
    for lab in "${labs[@]}"; do
        captures_are_clean "$lab"
        if grep -q ': connect ' "$RUNG_LABS/$lab/lab.yaml"; then
            tshark_finds_what_the_lab_is_about "$lab"
        fi
    done
    fragments_are_the_textbooks
    wrong_message_looks_right
fi
echo "$looked things looked at"
