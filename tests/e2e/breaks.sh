#!/usr/bin/env bash
# What `rung replay` holds against captures: exactly the rules below for those of
# ../shared/pcaps (or $RUNG_PCAPS), where they are, and none for any lab's own run, but
# those that a lab is about.
. "$RUNG_SOURCE/tests/e2e/begin.bash"
set +e # looks at each status itself
pcaps=${RUNG_PCAPS:-$RUNG_SOURCE/../shared/pcaps}

# FILE: the names of the rules that it breaks, each once, in order.
rules_of() {
    "$RUNG" replay --json "$1" 2> "$scratch/err" | grep -o '"rule":"[A-Z_]*"' | cut -d'"' -f4 |
        sort -u | tr '\n' ' ' | sed 's/ $//'
}

# ---- Labs ----

# LAB RULES
declare -A about=([old-duplicate-syn]="SEEN_TCP_ACK_OF_SYN")
labs=0
for folder in "$RUNG_SOURCE"/labs/*/; do
    lab=$(basename "$folder")
    [ -f "$folder/lab.yaml" ] || continue
    "$RUNG" run "$folder" --quiet -w "$scratch/lab.pcap" > "$scratch/out" 2>&1
    [ -s "$scratch/lab.pcap" ] || fail "$lab: no capture: $(head -1 "$scratch/out")"
    found=$(rules_of "$scratch/lab.pcap")
    [ "$found" = "${about[$lab]-}" ] || fail "$lab breaks: $found"
    labs=$((labs + 1))
    rm -f "$scratch/lab.pcap"
done
[ $labs -ge 30 ] || fail "only $labs labs"

# ---- Real captures ----

declare -A wanted
while read file rules; do # a backslash goes on in the next line
    read -ra words <<< "$rules"
    wanted[$file]=${words[*]}
done << 'END'
arp/gratuitous.pcapng SEEN_ARP_GRATUITOUS
attacks/arp-cache-poisoning.pcapng SEEN_ARP_UNASKED SEEN_CHECKSUM_OFFLOAD
attacks/reset-injection.pcap SEEN_TCP_RESERVED SEEN_TCP_RST_TO_SYN SEEN_TCP_RST_UNHEARD
attacks/syn-flood.pcap SEEN_SYN_FLOOD
attacks/syn-scan.pcapng SEEN_PORT_SCAN
attacks/teardrop.pcap SEEN_FRAGMENT_ODD SEEN_FRAGMENT_OVERLAP
formats/linux-cooked-v2-http.pcap SEEN_CHECKSUM_OFFLOAD
formats/nanosecond-big-endian.pcap SEEN_CHECKSUM_OFFLOAD
formats/pcapng-big-endian.pcapng SEEN_CHECKSUM_OFFLOAD
icmp/twelve-message-types.pcapng SEEN_ICMP_REDIRECT
ip-fragments/duplicate-never-completed.pcap SEEN_FRAGMENT_MISSING SEEN_FRAGMENT_ODD
ip-fragments/http-over-tiny-fragments.pcap SEEN_CHECKSUM_OFFLOAD
ip-fragments/large-echo-three-fragments.pcapng SEEN_CHECKSUM_OFFLOAD
ip-fragments/overlap-and-reorder.pcap SEEN_FRAGMENT_ODD SEEN_FRAGMENT_OVERLAP
ip-fragments/tcp-syn-in-two-fragments.pcap SEEN_FRAGMENT_TINY
malformed/bad-checksums-localhost.pcap SEEN_CHECKSUM_OFFLOAD
malformed/file-cut-in-mid-packet.pcap IP_BAD_CHECKSUM
malformed/fuzzed-mixed-traffic-big-endian.pcap \
    ARP_BAD_HARDWARE_TYPE ARP_BAD_PROTOCOL_LENGTH IP_BAD_CHECKSUM IP_BAD_HEADER_LENGTH \
    IP_BAD_VERSION SEEN_ARP_OTHER_SENDER SEEN_ARP_TWO_OWNERS SEEN_ARP_UNASKED \
    SEEN_CHECKSUM_OFFLOAD SEEN_DNS_OTHER_ID SEEN_DNS_UNASKED SEEN_TCP_RESERVED \
    TCP_BAD_CHECKSUM UDP_BAD_CHECKSUM UDP_CUT
malformed/ip-total-length-zero.pcap IP_BAD_CHECKSUM
malformed/tcp-header-cut-short.pcap TCP_HEADER_CUT
tcp-handshake-teardown/simultaneous-close.pcap SEEN_CHECKSUM_OFFLOAD
tcp-loss/gaps-dup-acks-early-fin.pcap SEEN_CUT_BEFORE TCP_BAD_CHECKSUM
tcp-loss/six-syns-port-reuse.pcap SEEN_CUT_BEFORE TCP_OPTION_CUT
tcp-loss/web-site-not-answering.pcapng SEEN_TCP_STAMP_MISSING
tcp-window/window-full-print-job.pcap SEEN_CHECKSUM_OFFLOAD SEEN_SEGMENT_OFFLOAD
tcp-window/window-scale-present-absent-unknown.pcapng SEEN_CHECKSUM_OFFLOAD
tcp-window/zero-window-out-of-order-download.pcap SEEN_TCP_BEYOND_WINDOW
udp-dns-dhcp/dns-edns-client-subnet.pcap SEEN_CHECKSUM_OFFLOAD SEEN_SEGMENT_OFFLOAD
udp-dns-dhcp/dns-recursion-server-side.pcapng SEEN_CHECKSUM_OFFLOAD
udp-dns-dhcp/lan-mix-arp-icmp-dhcp-dns.pcap SEEN_ARP_GRATUITOUS
END

captures=0
if [ -r "$pcaps/INDEX.tsv" ]; then
    while IFS=$'\t' read -r file _; do
        [ "$file" = file ] && continue
        found=$(rules_of "$pcaps/$file")
        [ "$found" = "${wanted[$file]-}" ] ||
            fail "$file breaks: $found; wanted: ${wanted[$file]-}"
        captures=$((captures + 1))
    done < "$pcaps/INDEX.tsv"
else
    echo "no captures in $pcaps: only the labs are tried"
fi

echo "$labs labs, $captures captures"
