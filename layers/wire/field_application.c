/*
 * The fields of IPv6 and of what applications say. Addresses of IPv6 are wider than a
 * field can be: they are items (item.h), as is all that has no fixed place.
 */
#include "layers/wire/field.h"

const struct field ipv6_fields[] = {
    { "ipv6.version", "Version", 0, 4, "6 for this kind of header" },
    { "ipv6.tclass", "Traffic Class", 4, 8, "how the packet wants to be treated; 0 is ordinary" },
    { "ipv6.flow", "Flow Label", 12, 20, "the same in all packets that belong together, or 0" },
    { "ipv6.plen", "Payload Length", 32, 16, "bytes behind this header of 40" },
    { "ipv6.nxt", "Next Header", 48, 8,
      "what follows: 6 TCP, 17 UDP, 58 ICMPv6, or an extension header" },
    { "ipv6.hlim", "Hop Limit", 56, 8, "each router takes one away; at zero the packet dies" },
};
const size_t ipv6_field_count = ARRAY_LEN(ipv6_fields);

const struct field ipv6_fragment_fields[] = {
    { "ipv6.fraghdr.nxt", "Next Header", 0, 8, "what the packet carries that was cut up" },
    { "ipv6.fraghdr.reserved_octet", "Reserved", 8, 8, "zero" },
    { "ipv6.fraghdr.offset", "Fragment Offset", 16, 13,
      "where this piece belongs, in units of 8 bytes" },
    { "ipv6.fraghdr.reserved_bits", "Reserved", 29, 2, "zero" },
    { "ipv6.fraghdr.more", "More fragments", 31, 1, "1: this is not the packet's last piece" },
    { "ipv6.fraghdr.ident", "Identification", 32, 32, "the same in all pieces of one packet" },
};
const size_t ipv6_fragment_field_count = ARRAY_LEN(ipv6_fragment_fields);

const struct field icmpv6_fields[] = {
    { "icmpv6.type", "Type", 0, 8,
      "1 to 4 errors, 128 echo request, 129 its reply, 135 and 136 what ARP is in IPv4" },
    { "icmpv6.code", "Code", 8, 8, "a closer reason within the type" },
    { "icmpv6.checksum", "Checksum", 16, 16,
      "covers the message and, other than in ICMP, the addresses" },
    { "icmpv6.echo.identifier", "Identifier", 32, 16,
      "in echoes: which ping program this belongs to" },
    { "icmpv6.echo.sequence_number", "Sequence number", 48, 16, "in echoes: the how-manieth" },
};
const size_t icmpv6_field_count = ARRAY_LEN(icmpv6_fields);

const struct field dns_fields[] = {
    { "dns.id", "ID", 0, 16, "the asker's choice; the answer has the same" },
    { "dns.flags.response", "Response", 16, 1, "0: this asks; 1: this answers" },
    { "dns.flags.opcode", "Opcode", 17, 4, "0: an ordinary query" },
    { "dns.flags.authoritative", "Authoritative", 21, 1,
      "the server is responsible for the name, and has not just heard of it" },
    { "dns.flags.truncated", "Truncated", 22, 1, "there is more than fits: ask again by TCP" },
    { "dns.flags.recdesired", "Recursion desired", 23, 1,
      "go and ask others, do not just tell me whom to ask" },
    { "dns.flags.recavail", "Recursion available", 24, 1, "the server would do so" },
    { "dns.flags.z", "Reserved", 25, 1, "zero" },
    { "dns.flags.authenticated", "Authentic data", 26, 1,
      "the server has checked the signatures of the answer" },
    { "dns.flags.checkdisable", "Checking disabled", 27, 1,
      "the asker would have the answer unchecked" },
    { "dns.flags.rcode", "Response code", 28, 4, "0 no error, 2 server failure, 3 no such name" },
    { "dns.count.queries", "Questions", 32, 16, "how many follow" },
    { "dns.count.answers", "Answers", 48, 16, "how many records answer" },
    { "dns.count.auth_rr", "Authorities", 64, 16,
      "how many records tell who is responsible for the name" },
    { "dns.count.add_rr", "Additionals", 80, 16,
      "how many records spare the asker another question" },
};
const size_t dns_field_count = ARRAY_LEN(dns_fields);

const struct field dhcp_fields[] = {
    { "dhcp.type", "Op", 0, 8, "1: from a client; 2: from a server" },
    { "dhcp.hw.type", "Hardware type", 8, 8, "the kind of wire: 1 is Ethernet" },
    { "dhcp.hw.len", "Hardware address length", 16, 8, "bytes in a hardware address: 6" },
    { "dhcp.hops", "Hops", 24, 8, "relay agents that it has come through" },
    { "dhcp.id", "Transaction ID", 32, 32, "the client's choice; the answer has the same" },
    { "dhcp.secs", "Seconds", 64, 16, "since the client began to look for an address" },
    { "dhcp.flags", "Flags", 80, 16, "8000: answer by broadcast, I cannot hear you otherwise" },
    { "dhcp.ip.client", "Client's address", 96, 32, "that it has already, if any" },
    { "dhcp.ip.your", "Your address", 128, 32, "what the server lends to the client" },
    { "dhcp.ip.server", "Next server", 160, 32, "where a diskless client finds its system" },
    { "dhcp.ip.relay", "Relay agent", 192, 32,
      "who passes this on to a server on another wire; 0: nobody" },
    { "dhcp.hw.mac_addr", "Client's MAC address", 224, 48, "whom the lease is for" },
};
const size_t dhcp_field_count = ARRAY_LEN(dhcp_fields);

const struct field tls_fields[] = {
    { "tls.record.version", "Version", 8, 16, "0x0303 for TLS 1.2 and, in disguise, for 1.3" },
    { "tls.record.length", "Length", 24, 16, "bytes of the first record" },
};
const size_t tls_field_count = ARRAY_LEN(tls_fields);
