#include "layers/wire/address.h"

#include <stdio.h>
#include <string.h>

#include "layers/wire/bytes.h"
#include "sim/base.h"

const struct mac MAC_BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
const struct mac MAC_NONE = { { 0 } };

bool mac_equal(struct mac a, struct mac b)
{
    return memcmp(a.at, b.at, MAC_LEN) == 0;
}

bool mac_is_group(struct mac mac)
{
    return (mac.at[0] & 1) != 0;
}

bool mac_is_broadcast(struct mac mac)
{
    return mac_equal(mac, MAC_BROADCAST);
}

int64_t mac_to_int64(struct mac mac)
{
    return (int64_t)get_be16(mac.at) << 32 | (int64_t)get_be32(mac.at + 2);
}

struct mac mac_from_int64(int64_t value)
{
    struct mac mac;

    put_be16(mac.at, (uint16_t)((uint64_t)value >> 32));
    put_be32(mac.at + 2, (uint32_t)value);
    return mac;
}

struct mac mac_get(const uint8_t *at)
{
    struct mac mac;

    memcpy(mac.at, at, MAC_LEN);
    return mac;
}

void mac_put(uint8_t *at, struct mac mac)
{
    memcpy(at, mac.at, MAC_LEN);
}

size_t ipv4_format(ipv4 address, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%u.%u.%u.%u",
                            (unsigned)(address >> 24),
                            (unsigned)(address >> 16 & 0xff),
                            (unsigned)(address >> 8 & 0xff),
                            (unsigned)(address & 0xff));
}

size_t mac_format(struct mac mac, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%02x:%02x:%02x:%02x:%02x:%02x",
                            (unsigned)mac.at[0], (unsigned)mac.at[1],
                            (unsigned)mac.at[2], (unsigned)mac.at[3],
                            (unsigned)mac.at[4], (unsigned)mac.at[5]);
}

/*
 * Reads a number of 0 to 255 at *TEXT and moves behind it. A leading zero is
 * refused: some programs read it as octal, so it means two things.
 */
static bool parse_octet(const char **text, ipv4 *octet)
{
    const char *at = *text;
    unsigned value = 0;
    int digits = 0;

    while (*at >= '0' && *at <= '9' && digits < 4) {
        value = value * 10 + (unsigned)(*at++ - '0');
        digits++;
    }
    if (digits == 0 || digits > 3 || value > 255)
        return false;
    if (digits > 1 && **text == '0')
        return false;
    *octet = value;
    *text = at;
    return true;
}

bool ipv4_parse(const char *text, ipv4 *address)
{
    ipv4 sum = 0;

    for (int i = 0; i < IPV4_LEN; i++) {
        ipv4 octet;

        if (i > 0 && *text++ != '.')
            return false;
        if (!parse_octet(&text, &octet))
            return false;
        sum = sum << 8 | octet;
    }
    if (*text != '\0')
        return false;
    *address = sum;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool mac_parse(const char *text, struct mac *mac)
{
    struct mac read;

    if (strlen(text) != MAC_TEXT_SIZE - 1)
        return false;
    if (text[2] != ':' && text[2] != '-')
        return false;
    for (int i = 0; i < MAC_LEN; i++) {
        int high = hex_digit(text[3 * i]);
        int low = hex_digit(text[3 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        if (i > 0 && text[3 * i - 1] != text[2])
            return false;
        read.at[i] = (uint8_t)(high << 4 | low);
    }
    *mac = read;
    return true;
}

ipv4 ipv4_mask(int prefix_len)
{
    ASSERT(prefix_len >= 0 && prefix_len <= 32);
    /* A shift by all 32 bits is undefined in C. */
    return prefix_len == 0 ? 0 : UINT32_MAX << (32 - prefix_len);
}

bool ipv4_same_network(ipv4 a, ipv4 b, int prefix_len)
{
    return ((a ^ b) & ipv4_mask(prefix_len)) == 0;
}

bool ipv4_is_loopback(ipv4 address)
{
    return address >> 24 == 127;
}

bool ipv4_is_multicast(ipv4 address)
{
    return address >> 28 == 0xe;
}

bool ipv4_is_class_e(ipv4 address)
{
    return address >> 28 == 0xf && address != IPV4_BROADCAST;
}
