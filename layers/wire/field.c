#include "layers/wire/field.h"

#include <string.h>

const struct field ethernet_fields[] = {
    { "eth.dst", "Destination", 0, 48,
      "the station on this wire that shall take the frame; all ones: every station" },
    { "eth.src", "Source", 48, 48, "the station on this wire that sent the frame" },
    { "eth.type", "Type", 96, 16,
      "what the frame carries: 0800 IPv4, 0806 ARP, 8100 a tag; below 0600 a length" },
};
const size_t ethernet_field_count = ARRAY_LEN(ethernet_fields);

const struct field vlan_fields[] = {
    { "vlan.priority", "Priority", 0, 3, "7 is the most urgent traffic, 0 the default" },
    { "vlan.dei", "Drop eligible", 3, 1, "1: drop this frame first when queues are full" },
    { "vlan.id", "VLAN", 4, 12, "the virtual LAN that the frame belongs to; 0: none" },
    { "vlan.etype", "Type", 16, 16, "what follows the tag" },
};
const size_t vlan_field_count = ARRAY_LEN(vlan_fields);

const struct field arp_fields[] = {
    { "arp.hw.type", "Hardware type", 0, 16, "the kind of wire: 1 is Ethernet" },
    { "arp.proto.type", "Protocol type", 16, 16, "the kind of address asked for: 0800 is IPv4" },
    { "arp.hw.size", "Hardware size", 32, 8, "bytes in a hardware address: 6" },
    { "arp.proto.size", "Protocol size", 40, 8, "bytes in a protocol address: 4" },
    { "arp.opcode", "Opcode", 48, 16, "1 asks who has an address, 2 answers" },
    { "arp.src.hw_mac", "Sender MAC address", 64, 48, "the MAC address of who sent this" },
    { "arp.src.proto_ipv4", "Sender IP address", 112, 32,
      "the IP address of who sent this; receivers may learn the pair" },
    { "arp.dst.hw_mac", "Target MAC address", 144, 48,
      "in a request not known yet: that is the question" },
    { "arp.dst.proto_ipv4", "Target IP address", 192, 32,
      "the IP address whose MAC address is wanted" },
};
const size_t arp_field_count = ARRAY_LEN(arp_fields);

const struct field ipv4_fields[] = {
    { "ip.version", "Version", 0, 4, "4 for this kind of header" },
    { "ip.hdr_len", "Header Length", 4, 4,
      "in words of 4 bytes: 5 without options, at most 15" },
    { "ip.dsfield.dscp", "Differentiated Services", 8, 6,
      "how the datagram wants to be treated; 0 is ordinary" },
    { "ip.dsfield.ecn", "ECN", 14, 2,
      "routers set 3 here instead of dropping when queues grow" },
    { "ip.len", "Total Length", 16, 16, "bytes of header and data together" },
    { "ip.id", "Identification", 32, 16, "the same in all fragments of one datagram" },
    { "ip.flags.rb", "Reserved bit", 48, 1, "must be zero" },
    { "ip.flags.df", "Don't fragment", 49, 1, "1: no router may cut this datagram up" },
    { "ip.flags.mf", "More fragments", 50, 1, "1: this is not the datagram's last piece" },
    { "ip.frag_offset", "Fragment Offset", 51, 13,
      "where this piece belongs, in units of 8 bytes" },
    { "ip.ttl", "Time to Live", 64, 8,
      "each router takes one away; at zero the datagram dies" },
    { "ip.proto", "Protocol", 72, 8, "what the data are: 1 ICMP, 6 TCP, 17 UDP" },
    { "ip.checksum", "Header Checksum", 80, 16,
      "covers the header only; every router must renew it" },
    { "ip.src", "Source Address", 96, 32, "who sent the datagram, whatever wire it is on" },
    { "ip.dst", "Destination Address", 128, 32, "for whom the datagram is" },
};
const size_t ipv4_field_count = ARRAY_LEN(ipv4_fields);

const struct field icmp_fields[] = {
    { "icmp.type", "Type", 0, 8, "8 echo request, 0 its reply, 3 unreachable, 11 time exceeded" },
    { "icmp.code", "Code", 8, 8, "a closer reason within the type" },
    { "icmp.checksum", "Checksum", 16, 16, "covers the whole message, but no addresses" },
    { "icmp.ident", "Identifier", 32, 16, "in echoes: which ping program this belongs to" },
    { "icmp.seq", "Sequence number", 48, 16,
      "in echoes: the how-manieth; in type 3 code 4: MTU of the next hop" },
};
const size_t icmp_field_count = ARRAY_LEN(icmp_fields);

const struct field udp_fields[] = {
    { "udp.srcport", "Source Port", 0, 16, "where an answer should go; 0: no answer is wanted" },
    { "udp.dstport", "Destination Port", 16, 16,
      "which program on the destination host shall take it" },
    { "udp.length", "Length", 32, 16, "bytes of header and data together, at least 8" },
    { "udp.checksum", "Checksum", 48, 16,
      "covers addresses, header and data; 0: the sender made none" },
};
const size_t udp_field_count = ARRAY_LEN(udp_fields);

const struct field tcp_fields[] = {
    { "tcp.srcport", "Source Port", 0, 16, "the port of who sent this segment" },
    { "tcp.dstport", "Destination Port", 16, 16, "the port of whom it is for" },
    { "tcp.seq_raw", "Sequence Number", 32, 32,
      "number of the first byte of data (or of the SYN)" },
    { "tcp.ack_raw", "Acknowledgment Number", 64, 32,
      "number of the next byte that the sender expects; means something if ACK is set" },
    { "tcp.hdr_len", "Data Offset", 96, 4, "header length in words of 4 bytes: 5 without options" },
    { "tcp.flags.res", "Reserved", 100, 4, "zero when sent, ignored when received" },
    { "tcp.flags.cwr", "CWR", 104, 1, "the sender has halved its congestion window" },
    { "tcp.flags.ece", "ECE", 105, 1, "a router marked a packet instead of dropping it" },
    { "tcp.flags.urg", "URG", 106, 1, "the urgent pointer means something" },
    { "tcp.flags.ack", "ACK", 107, 1, "the acknowledgment number means something" },
    { "tcp.flags.push", "PSH", 108, 1, "give the data to the program now" },
    { "tcp.flags.reset", "RST", 109, 1, "the connection is broken off" },
    { "tcp.flags.syn", "SYN", 110, 1, "numbers start here: a connection opens" },
    { "tcp.flags.fin", "FIN", 111, 1, "the sender has no more data" },
    { "tcp.window_size_value", "Window", 112, 16,
      "bytes that the sender of this can take beyond the acknowledged ones, before scaling" },
    { "tcp.checksum", "Checksum", 128, 16, "covers addresses, header and data" },
    { "tcp.urgent_pointer", "Urgent Pointer", 144, 16,
      "how far the urgent data reach; means something if URG is set" },
};
const size_t tcp_field_count = ARRAY_LEN(tcp_fields);

bool field_read(const struct field *f, struct span header, uint64_t *value)
{
    size_t end = (size_t)f->bit + f->bits;
    uint64_t read = 0;

    ASSERT(f->bits >= 1 && f->bits <= 64);
    if ((end + 7) / 8 > header.len)
        return false;
    for (size_t bit = f->bit; bit < end; bit++)
        read = read << 1 | ((unsigned)header.at[bit / 8] >> (7 - bit % 8) & 1u);
    *value = read;
    return true;
}

const struct field *field_find(const char *name)
{
    const struct {
        const struct field *rows;
        size_t count;
    } tables[] = {
        { ethernet_fields, ethernet_field_count }, { vlan_fields, vlan_field_count },
        { arp_fields, arp_field_count },           { ipv4_fields, ipv4_field_count },
        { icmp_fields, icmp_field_count },         { udp_fields, udp_field_count },
        { tcp_fields, tcp_field_count },           { ipv6_fields, ipv6_field_count },
        { ipv6_fragment_fields, ipv6_fragment_field_count },
        { icmpv6_fields, icmpv6_field_count },     { dns_fields, dns_field_count },
        { dhcp_fields, dhcp_field_count },         { tls_fields, tls_field_count },
    };

    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            if (strcmp(tables[t].rows[i].name, name) == 0)
                return &tables[t].rows[i];
    return NULL;
}
