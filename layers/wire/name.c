#include "layers/wire/name.h"

#include <stddef.h>

#include "layers/wire/ethernet_header.h"
#include "layers/wire/icmp_message.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/ipv4_option.h"
#include "layers/wire/tcp_option.h"

struct name_row {
    uint16_t number;
    const char *name;
};

static const char *find(const struct name_row *rows, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].number == number)
            return rows[i].name;
    return NULL;
}

const char *ethertype_name(uint16_t ethertype)
{
    static const struct name_row rows[] = {
        { ETHERTYPE_IPV4, "IPv4" },   { ETHERTYPE_ARP, "ARP" },
        { 0x0842, "Wake-on-LAN" },    { 0x22f0, "AVTP" },
        { 0x8035, "RARP" },           { ETHERTYPE_VLAN, "802.1Q" },
        { 0x809b, "AppleTalk" },      { 0x80f3, "AARP" },
        { 0x8137, "IPX" },            { ETHERTYPE_IPV6, "IPv6" },
        { 0x8808, "flow control" },   { 0x8809, "slow protocols" },
        { 0x8847, "MPLS" },           { 0x8863, "PPPoE discovery" },
        { 0x8864, "PPPoE" },          { 0x888e, "EAPOL" },
        { ETHERTYPE_QINQ, "802.1ad" }, { ETHERTYPE_LLDP, "LLDP" },
        { 0x88e5, "MACsec" },         { 0x88f7, "PTP" },
        { 0x9000, "loopback test" },
    };

    return find(rows, ARRAY_LEN(rows), ethertype);
}

const char *ip_protocol_name(uint8_t protocol)
{
    static const struct name_row rows[] = {
        { IP_PROTOCOL_ICMP, "ICMP" }, { IP_PROTOCOL_IGMP, "IGMP" },
        { 4, "IPIP" },                { IP_PROTOCOL_TCP, "TCP" },
        { 8, "EGP" },                 { IP_PROTOCOL_UDP, "UDP" },
        { 41, "IPv6" },               { 46, "RSVP" },
        { 47, "GRE" },                { 50, "ESP" },
        { 51, "AH" },                 { 58, "ICMPv6" },
        { 88, "EIGRP" },              { 89, "OSPF" },
        { 103, "PIM" },               { 112, "VRRP" },
        { 132, "SCTP" },              { 136, "UDP-Lite" },
    };

    return find(rows, ARRAY_LEN(rows), protocol);
}

const char *icmpv6_type_name(uint8_t type)
{
    static const struct name_row rows[] = {
        { ICMPV6_UNREACHABLE, "unreachable" },
        { ICMPV6_TOO_BIG, "packet too big" },
        { ICMPV6_TIME_EXCEEDED, "time exceeded" },
        { ICMPV6_PARAMETER_PROBLEM, "parameter problem" },
        { ICMPV6_ECHO_REQUEST, "echo request" },
        { ICMPV6_ECHO_REPLY, "echo reply" },
        { 130, "multicast listener query" },
        { 131, "multicast listener report" },
        { 132, "multicast listener done" },
        { ICMPV6_ROUTER_SOLICITATION, "router solicitation" },
        { ICMPV6_ROUTER_ADVERTISEMENT, "router advertisement" },
        { ICMPV6_NEIGHBOUR_SOLICITATION, "neighbour solicitation" },
        { ICMPV6_NEIGHBOUR_ADVERTISEMENT, "neighbour advertisement" },
        { 137, "redirect" },
        { 143, "multicast listener report" },
    };

    return find(rows, ARRAY_LEN(rows), type);
}

const char *icmpv6_unreachable_name(uint8_t code)
{
    static const char *const names[] = { "no route", "administratively prohibited",
                                         "beyond scope", "address", "port",
                                         "source address refused", "route rejected" };

    return code < ARRAY_LEN(names) ? names[code] : NULL;
}

/* Those that are neither a port of the labs nor likely to be chosen by chance. */
const char *udp_service_name(uint16_t port)
{
    static const struct name_row rows[] = {
        { 69, "TFTP" },     { 111, "portmapper" }, { 123, "NTP" },
        { 137, "NetBIOS name service" },           { 138, "NetBIOS datagram" },
        { 161, "SNMP" },    { 162, "SNMP trap" },  { 443, "QUIC" },
        { 500, "IKE" },     { 514, "syslog" },     { 520, "RIP" },
        { 546, "DHCPv6" },  { 547, "DHCPv6" },     { 1701, "L2TP" },
        { 1812, "RADIUS" }, { 1900, "SSDP" },      { 2049, "NFS" },
        { 3478, "STUN" },   { 4500, "IPsec" },     { 4789, "VXLAN" },
        { 5060, "SIP" },    { 5353, "mDNS" },      { 5355, "LLMNR" },
        { 53, "DNS" },      { 67, "DHCP" },        { 68, "DHCP" },
    };

    return find(rows, ARRAY_LEN(rows), port);
}

const char *icmp_type_name(uint8_t type)
{
    static const struct name_row rows[] = {
        { ICMP_ECHO_REPLY, "echo reply" },
        { ICMP_UNREACHABLE, "unreachable" },
        { ICMP_SOURCE_QUENCH, "source quench" },
        { ICMP_REDIRECT, "redirect" },
        { ICMP_ECHO_REQUEST, "echo request" },
        { ICMP_ROUTER_ADVERTISEMENT, "router advertisement" },
        { ICMP_ROUTER_SOLICITATION, "router solicitation" },
        { ICMP_TIME_EXCEEDED, "time exceeded" },
        { ICMP_PARAMETER_PROBLEM, "parameter problem" },
        { ICMP_TIMESTAMP_REQUEST, "timestamp request" },
        { ICMP_TIMESTAMP_REPLY, "timestamp reply" },
        { ICMP_INFORMATION_REQUEST, "information request" },
        { ICMP_INFORMATION_REPLY, "information reply" },
        { ICMP_MASK_REQUEST, "address mask request" },
        { ICMP_MASK_REPLY, "address mask reply" },
    };

    return find(rows, ARRAY_LEN(rows), type);
}

static const char *unreachable_name(uint8_t code)
{
    static const struct name_row rows[] = {
        { ICMP_UNREACHABLE_NET, "net" },
        { ICMP_UNREACHABLE_HOST, "host" },
        { ICMP_UNREACHABLE_PROTOCOL, "protocol" },
        { ICMP_UNREACHABLE_PORT, "port" },
        { ICMP_UNREACHABLE_FRAGMENTATION_NEEDED, "fragmentation needed" },
        { ICMP_UNREACHABLE_SOURCE_ROUTE_FAILED, "source route failed" },
        { ICMP_UNREACHABLE_NET_UNKNOWN, "net unknown" },
        { ICMP_UNREACHABLE_HOST_UNKNOWN, "host unknown" },
        { 8, "source host isolated" },
        { ICMP_UNREACHABLE_NET_PROHIBITED, "net prohibited" },
        { ICMP_UNREACHABLE_HOST_PROHIBITED, "host prohibited" },
        { 11, "net for this type of service" },
        { 12, "host for this type of service" },
        { ICMP_UNREACHABLE_ADMIN_PROHIBITED, "administratively prohibited" },
        { 14, "host precedence violation" },
        { 15, "precedence cutoff" },
    };

    return find(rows, ARRAY_LEN(rows), code);
}

/* Types and codes beside each other in one number. */
#define TYPE_CODE(type, code) ((uint16_t)((type) << 8 | (code)))

const char *icmp_code_name(uint8_t type, uint8_t code)
{
    static const struct name_row rows[] = {
        { TYPE_CODE(ICMP_REDIRECT, 0), "for net" },
        { TYPE_CODE(ICMP_REDIRECT, 1), "for host" },
        { TYPE_CODE(ICMP_REDIRECT, 2), "for type of service and net" },
        { TYPE_CODE(ICMP_REDIRECT, 3), "for type of service and host" },
        { TYPE_CODE(ICMP_TIME_EXCEEDED, 0), "in transit" },
        { TYPE_CODE(ICMP_TIME_EXCEEDED, 1), "in reassembly" },
        { TYPE_CODE(ICMP_PARAMETER_PROBLEM, 0), "at byte" },
        { TYPE_CODE(ICMP_PARAMETER_PROBLEM, 1), "option missing" },
    };

    if (type == ICMP_UNREACHABLE)
        return unreachable_name(code);
    return find(rows, ARRAY_LEN(rows), TYPE_CODE(type, code));
}

static const char *unreachable_phrase(uint8_t code)
{
    static const struct name_row rows[] = {
        { ICMP_UNREACHABLE_NET, "net unreachable" },
        { ICMP_UNREACHABLE_HOST, "host unreachable" },
        { ICMP_UNREACHABLE_PROTOCOL, "protocol unreachable" },
        { ICMP_UNREACHABLE_PORT, "port unreachable" },
        { 11, "net unreachable for this type of service" },
        { 12, "host unreachable for this type of service" },
    };
    const char *phrase = find(rows, ARRAY_LEN(rows), code);

    return phrase != NULL ? phrase : unreachable_name(code);
}

const char *icmp_error_name(uint8_t type, uint8_t code)
{
    static const struct name_row rows[] = {
        { TYPE_CODE(ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_IN_TRANSIT), "time to live ran out" },
        { TYPE_CODE(ICMP_TIME_EXCEEDED, ICMP_EXCEEDED_REASSEMBLY), "reassembly timed out" },
        { TYPE_CODE(ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_AT_POINTER), "bad header field" },
        { TYPE_CODE(ICMP_PARAMETER_PROBLEM, ICMP_PARAMETER_OPTION_MISSING), "option missing" },
    };

    if (type == ICMP_UNREACHABLE)
        return unreachable_phrase(code);
    return find(rows, ARRAY_LEN(rows), TYPE_CODE(type, code));
}

const char *ipv4_option_name(uint8_t type)
{
    static const struct name_row rows[] = {
        { IPV4_OPTION_END, "end of list" },
        { IPV4_OPTION_NOP, "no operation" },
        { IPV4_OPTION_RECORD_ROUTE, "record route" },
        { IPV4_OPTION_TIMESTAMP, "timestamp" },
        { 130, "security" },
        { IPV4_OPTION_LOOSE_ROUTE, "loose source route" },
        { IPV4_OPTION_STREAM_ID, "stream id" },
        { IPV4_OPTION_STRICT_ROUTE, "strict source route" },
        { IPV4_OPTION_ROUTER_ALERT, "router alert" },
    };

    return find(rows, ARRAY_LEN(rows), type);
}

const char *tcp_option_name(uint8_t kind)
{
    static const struct name_row rows[] = {
        { TCP_OPTION_END, "end of list" },
        { TCP_OPTION_NOP, "no-operation" },
        { TCP_OPTION_MSS, "maximum segment size" },
        { TCP_OPTION_WINDOW_SCALE, "window scale" },
        { TCP_OPTION_SACK_PERMITTED, "SACK permitted" },
        { TCP_OPTION_FAST_OPEN, "fast open" },
        { TCP_OPTION_SACK, "SACK" },
        { TCP_OPTION_TIMESTAMPS, "timestamps" },
    };

    return find(rows, ARRAY_LEN(rows), kind);
}
