#include "sim/capture_link.h"

#include <pcap/dlt.h>

enum { IPV4 = 0x0800, IPV6 = 0x86dd, VLAN = 0x8100, QINQ = 0x88a8 };

/* Smaller numbers in the place of an EtherType are lengths or Linux's own. */
#define ETHERTYPE_MIN 0x0600

static uint16_t u16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static struct span behind(struct span frame, size_t len)
{
    return (struct span){ frame.at + len, frame.len - len };
}

static bool ethernet(struct span frame, uint16_t *ethertype, struct span *payload)
{
    size_t at = 12;
    while (frame.len >= at + 6 && (u16(frame.at + at) == VLAN || u16(frame.at + at) == QINQ))
        at += 4;
    if (frame.len < at + 2 || u16(frame.at + at) < ETHERTYPE_MIN)
        return false;
    *ethertype = u16(frame.at + at);
    *payload = behind(frame, at + 2);
    return true;
}

/* An IP packet tells its own version. */
static bool raw_ip(struct span frame, uint16_t *ethertype, struct span *payload)
{
    if (frame.len == 0)
        return false;
    *payload = frame;
    *ethertype = frame.at[0] >> 4 == 6 ? IPV6 : IPV4;
    return frame.at[0] >> 4 == 4 || frame.at[0] >> 4 == 6;
}

static bool cooked(struct span frame, size_t header, size_t type_at, uint16_t *ethertype,
                   struct span *payload)
{
    if (frame.len < header)
        return false;
    *ethertype = u16(frame.at + type_at);
    *payload = behind(frame, header);
    return *ethertype >= ETHERTYPE_MIN;
}

/*
 * The address family is in the byte order of the machine that captured,
 * which nobody knows: none is above 255, so the byte that is not zero is it.
 * 2 is IPv4 everywhere; IPv6 has a number of its own on each system.
 */
static bool loopback(struct span frame, uint16_t *ethertype, struct span *payload)
{
    uint8_t family;
    if (frame.len < 4 || frame.at[1] != 0 || frame.at[2] != 0)
        return false;
    family = frame.at[0] != 0 ? frame.at[0] : frame.at[3];
    *payload = behind(frame, 4);
    *ethertype = family == 2 ? IPV4 : IPV6;
    return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

bool capture_payload(uint32_t linktype, struct span frame, uint16_t *ethertype,
                     struct span *payload)
{
    switch (linktype) {
    case LINKTYPE_ETHERNET:
        return ethernet(frame, ethertype, payload);
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14:
    case LINKTYPE_RAW:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
        return raw_ip(frame, ethertype, payload);
    case LINKTYPE_LINUX_SLL:
        return cooked(frame, 16, 14, ethertype, payload);
    case LINKTYPE_LINUX_SLL2:
        return cooked(frame, 20, 0, ethertype, payload);
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
        return loopback(frame, ethertype, payload);
    default:
        return false;
    }
}

const char *capture_linktype_name(uint32_t linktype)
{
    switch (linktype) {
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
        return "loopback";
    case LINKTYPE_ETHERNET:
        return "Ethernet";
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14:
    case LINKTYPE_RAW:
    case LINKTYPE_IPV4:
    case LINKTYPE_IPV6:
        return "raw IP";
    case LINKTYPE_LINUX_SLL:
        return "Linux cooked v1";
    case LINKTYPE_LINUX_SLL2:
        return "Linux cooked v2";
    default:
        return NULL;
    }
}

int capture_filter_type(uint32_t linktype)
{
    switch (linktype) {
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14:
    case LINKTYPE_RAW:
        return DLT_RAW;
    case LINKTYPE_LOOP:
        return DLT_LOOP;
    default: /* the others have one number for both */
        return (int)linktype;
    }
}
