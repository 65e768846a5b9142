#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/wire/address.h"
#include "tools/lib/into_parts.h"
#include "tools/lib/text.h"

enum {
    SNDBUF = 8 << 20,
    HEADERS = 40,
    MTU = 1500,
    MTU_MOST = 65535,
    MSS_MOST = 65495,
    SETTINGS_SIZE = 300,
    TEXT_SIZE = 800,
};

/* An ACK that comes sooner was not delayed. */
#define QUICK (20 * MS)

enum { QUICK_ACKS = 16 }; /* segments at a connection's start, as Linux does */

/* ---- Which host ---- */

/* HOST has a part of this kind in the script; of PORT, unless 0. */
static bool has_part(const struct lab *lab, size_t host, const char *word, uint16_t port)
{
    for (size_t i = 0; i < lab->command_count; i++) {
        const struct lab_command *c = &lab->commands[i];
        const char *at = c->text;
        char number[16];

        if (c->target != LAB_TARGET_NODE || c->index != host ||
            strncmp(at, word, strlen(word)) != 0 || at[strlen(word)] != ' ')
            continue;
        snprintf(number, sizeof(number), "%u", port);
        at = strcmp(word, "listen") == 0 ? at + strlen(word) + 1 : strrchr(at, ':');
        if (port == 0 || (at != NULL && strtoul(at + (*at == ':'), NULL, 10) == port))
            return true;
    }
    return false;
}

static size_t find_part(const struct lab *lab, const char *word, uint16_t port)
{
    for (size_t i = 0; i < lab->node_count; i++)
        if (lab->nodes[i].kind == LAB_HOST && has_part(lab, i, word, port))
            return i;
    return LAB_NONE;
}

static void list_hosts(const struct lab *lab, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < lab->node_count && used < size; i++)
        if (lab->nodes[i].kind == LAB_HOST)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     lab->nodes[i].name);
}

static size_t named_host(const struct lab *lab, const char *name, char *why)
{
    size_t node = lab_find_node(lab, name, strlen(name));
    char hosts[300];

    if (node != LAB_NONE && lab->nodes[node].kind == LAB_HOST)
        return node;
    list_hosts(lab, hosts, sizeof(hosts));
    snprintf(why, TALK_WHY_SIZE, _("the lab has no host \"%s\"; it has %s"), name, hosts);
    return LAB_NONE;
}

size_t into_choose_host(const struct lab *lab, const struct capture_talk *talk, unsigned side,
                        const char *name, char *why)
{
    const char *word = side == TALK_CLIENT ? "listen" : "connect";
    size_t node;

    if (name[0] != '\0')
        return named_host(lab, name, why);
    node = find_part(lab, word, talk->end[TALK_SERVER].address.port);
    if (node == LAB_NONE)
        node = find_part(lab, word, 0);
    for (size_t i = 0; node == LAB_NONE && i < lab->node_count; i++)
        if (lab->nodes[i].kind == LAB_HOST)
            node = i;
    if (node == LAB_NONE)
        snprintf(why, TALK_WHY_SIZE, "%s", _("the lab has no host"));
    return node;
}

/* ---- A host like the real peer ---- */

/* It sent a small segment while text was not acknowledged: Nagle's algorithm is off. */
static bool hurries(const struct capture_talk *talk, unsigned side)
{
    const struct talk_end *end = &talk->end[side];
    uint64_t acked = 0, small_end = 0;

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->stray || s->twice || s->made_up)
            continue;
        if (s->side != side) {
            if ((s->flags & TCP_ACK) != 0 &&
                (int32_t)(s->ack - (end->iss + 1 + (uint32_t)acked)) > 0)
                acked += s->ack - (end->iss + 1 + (uint32_t)acked);
        } else if (s->len > 0 && !s->resent && s->offset != UINT64_MAX) {
            if (s->len < end->longest && small_end > acked)
                return true;
            if (s->len < end->longest)
                small_end = s->offset + s->len;
        }
    }
    return false;
}

/* The first text that it got it acknowledged at once, without any of its own. */
static bool acks_quickly(const struct capture_talk *talk, unsigned side)
{
    const struct talk_segment *first = NULL;

    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->stray || s->twice || s->lost || s->made_up)
            continue;
        if (first == NULL && s->side != side && s->len > 0)
            first = s;
        else if (first != NULL && s->side != side && s->len > 0)
            return false; /* two at once are acknowledged at once by anybody */
        else if (first != NULL && s->side == side)
            return s->len == 0 && s->flags == TCP_ACK && s->ack == first->seq + first->len &&
                   s->at - first->at < talk->end[side].rtt + QUICK;
    }
    return false;
}

static const char *on_off(bool on)
{
    return on ? "on" : "off";
}

/* The options of its SYN, and buffers to match. */
static void be_like(const struct capture_talk *talk, unsigned side, char *out, size_t size)
{
    const struct talk_end *peer = &talk->end[side];
    uint32_t most = peer->window_most > 0 ? peer->window_most : UINT16_MAX;
    char mss[16] = "auto", scale[16] = "off";
    int used = snprintf(out, size, ", tcp: { rcvbuf: %uB, sndbuf: %uB, nagle: %s", most, SNDBUF,
                        on_off(!hurries(talk, side)));

    if (acks_quickly(talk, side))
        used += snprintf(out + used, size - (size_t)used, ", quick-acks: %d", QUICK_ACKS);
    if (talk->join.window[side] > 0)
        used += snprintf(out + used, size - (size_t)used, ", initial-window: %u",
                         talk->join.window[side]);
    if (peer->mss > 0)
        snprintf(mss, sizeof(mss), "%u", peer->mss < MSS_MOST ? peer->mss : MSS_MOST);
    if (peer->scale >= 0)
        snprintf(scale, sizeof(scale), "%d", peer->scale);
    if (peer->opened)
        used += snprintf(out + used, size - (size_t)used,
                         ", mss: %s, window-scale: %s, timestamps: %s, sack: %s, ecn: %s", mss,
                         scale, on_off(peer->timestamps), on_off(peer->sack), on_off(peer->ecn));
    snprintf(out + used, size - (size_t)used, " }");
}

/* ---- The lab ---- */

/* A free address beside ADDRESS, in its network. */
static ipv4 neighbour_of(const struct lab *lab, size_t node, ipv4 address, int prefix_len)
{
    for (size_t i = 0; lab != NULL && i < lab->node_count; i++)
        for (size_t k = 0; i != node && k < lab->nodes[i].interface_count; k++) {
            const struct lab_interface *other = &lab->nodes[i].interfaces[k];

            if (lab->nodes[i].kind == LAB_HOST && other->has_address && other->address != address)
                return other->address;
        }
    return prefix_len >= 31 || (address & 3) == 1 ? address ^ 3 : (address & ~3u) | 1;
}

static const char *fed_name(unsigned as, const char *other)
{
    static const char *const names[] = { "client", "server" };

    return strcmp(names[as], other) != 0 ? names[as] : "replayed";
}

/* Writes ADDRESS as "10.0.0.1/24". */
static void put_address(char *out, size_t size, ipv4 address, int prefix_len)
{
    char text[IPV4_TEXT_SIZE];

    ipv4_format(address, text, sizeof(text));
    snprintf(out, size, "%s/%d", text, prefix_len);
}

static struct lab *parse(unsigned as, const struct into_run *run, const char *name, int prefix_len,
                         const char *settings)
{
    char text[TEXT_SIZE], fed[IPV4_TEXT_SIZE + 8], other[IPV4_TEXT_SIZE + 8];
    struct diagnostics d;
    struct lab *lab = NULL;

    put_address(fed, sizeof(fed), run->fed_address, prefix_len);
    put_address(other, sizeof(other), run->address, prefix_len);
    snprintf(text, sizeof(text),
             "title: A capture, replayed into a host\n"
             "hosts:\n"
             "  %s: { ip: %s }\n"
             "  %s: { ip: %s%s }\n"
             "links:\n"
             "  wire: { ends: [%s, %s] }\n",
             fed_name(as, name), fed, name, other, settings, fed_name(as, name), name);
    diagnostics_init(&d);
    if (!lab_parse(text, strlen(text), "into", NULL, &simulation_hooks, &lab, &d))
        diagnostics_print(&d, stderr);
    diagnostics_free(&d);
    return lab;
}

/* The wire lets anything through. */
static void set_wire(struct lab *lab, const struct into_run *run, int mtu)
{
    struct lab_link *link = &lab->links[0];

    link->mtu = MTU_MOST;
    link->dir[0].rate = link->dir[1].rate = 0;
    link->dir[0].delay = link->dir[1].delay = run->near + run->delay;
    lab->nodes[0].interfaces[0].mtu = MTU_MOST;
    lab->nodes[1].interfaces[0].mtu = mtu;
    lab->nodes[0].interfaces[0].mtu_given = lab->nodes[1].interfaces[0].mtu_given = true;
}

/* The settings of LAB's host, whose memory stays. */
static void take_settings(struct lab *lab, const struct lab *from, const struct lab_node *node)
{
    lab->seed = from->seed;
    lab->defaults = from->defaults;
    lab->nodes[1].settings = node->settings;
    lab->nodes[1].bugs = node->bugs;
}

struct lab *into_lab(const struct into_options *options, struct into_run *run)
{
    static const char *const names[] = { "client", "server" };
    const struct lab *from = options->lab;
    const struct lab_node *node = from != NULL ? &from->nodes[options->node] : NULL;
    const struct talk_end *peer = &options->talk->end[!options->as];
    int mtu = node != NULL ? node->interfaces[0].mtu : MTU, prefix_len = 24;
    char settings[SETTINGS_SIZE] = "";
    struct lab *lab;

    run->address = UINT32_C(0x0a000001) + !options->as;
    if (node != NULL && node->interfaces[0].has_address) {
        run->address = node->interfaces[0].address;
        prefix_len = node->interfaces[0].prefix_len;
    }
    run->fed_address = neighbour_of(from, options->node, run->address, prefix_len);
    if (node == NULL) {
        be_like(options->talk, !options->as, settings, sizeof(settings));
        if (peer->mss > MTU - HEADERS)
            mtu = peer->mss < MSS_MOST ? peer->mss + HEADERS : MTU_MOST;
    }
    lab = parse(options->as, run, node != NULL ? node->name : names[!options->as], prefix_len,
                settings);
    if (lab == NULL)
        return NULL;
    set_wire(lab, run, mtu);
    if (node != NULL)
        take_settings(lab, from, node);
    return lab;
}
