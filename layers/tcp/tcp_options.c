#include "layers/tcp/tcb.h"

#include "layers/net/ip.h"
#include "layers/wire/bytes.h"
#include "layers/wire/tcp_option.h"

enum {
    MSS_LEN = 4,
    SCALE_LEN = 3,
    PERMITTED_LEN = 2,
    TIMESTAMPS_LEN = 10,
    SCALE_MAX = 14,
    WINDOW_FIELD_MAX = 65535,
    HEADERS = 40, /* IPv4 and TCP, without options: MUST-67 */
};

/* ---- Writing. NOPs keep the numbers on 32-bit borders, as everybody does. ---- */

/* For the way back, which may be another: what is known of the path does not matter
 * (RFC 1191 6.4). */
static uint8_t *put_mss(struct tcb *t, uint8_t *at)
{
    uint32_t limit = tcp_mss_limit(t);
    uint32_t mss = path_mtu_first_hop(t->host, tcp_first_hop(t));

    mss = mss > HEADERS + 1 ? mss - HEADERS : 1;
    if (limit > 0 && limit < mss)
        mss = limit;
    t->advertised_mss = mss;
    at[0] = TCP_OPTION_MSS;
    at[1] = MSS_LEN;
    put_be16(at + 2, (uint16_t)mss);
    return at + MSS_LEN;
}

static uint8_t *put_scale(const struct tcb *t, uint8_t *at)
{
    at[0] = TCP_OPTION_NOP;
    at[1] = TCP_OPTION_WINDOW_SCALE;
    at[2] = SCALE_LEN;
    at[3] = t->rcv.scale;
    return at + 1 + SCALE_LEN;
}

static uint8_t *put_permitted(uint8_t *at)
{
    at[0] = at[1] = TCP_OPTION_NOP;
    at[2] = TCP_OPTION_SACK_PERMITTED;
    at[3] = PERMITTED_LEN;
    return at + 2 + PERMITTED_LEN;
}

static uint8_t *put_timestamps(const struct tcb *t, uint8_t flags, uint8_t *at)
{
    at[0] = at[1] = TCP_OPTION_NOP;
    at[2] = TCP_OPTION_TIMESTAMPS;
    at[3] = TIMESTAMPS_LEN;
    put_be32(at + 4, tcp_timestamp(t));
    put_be32(at + 8, (flags & TCP_ACK) != 0 ? t->ts_recent : 0);
    return at + 2 + TIMESTAMPS_LEN;
}

/* The D-SACK block first (RFC 2883 4), then the runs, newest first. */
static uint8_t *put_sack(struct tcb *t, uint8_t *at, unsigned most)
{
    struct tcp_run blocks[TCP_SACK_BLOCKS_MAX];
    unsigned count = 0;

    if (t->rcv.twice.left != t->rcv.twice.right)
        blocks[count++] = t->rcv.twice;
    t->rcv.twice.right = t->rcv.twice.left;
    count += tcp_runs_recent(&t->rcv.runs, blocks + count, most - count);
    if (count == 0)
        return at;
    at[0] = at[1] = TCP_OPTION_NOP;
    at[2] = TCP_OPTION_SACK;
    at[3] = (uint8_t)(2 + 8 * count);
    at += 4;
    for (unsigned i = 0; i < count; i++, at += 8) {
        put_be32(at, blocks[i].left);
        put_be32(at + 4, blocks[i].right);
    }
    return at;
}

/* On our own SYN we offer; on a SYN,ACK we answer what was offered. */
static uint8_t *put_syn_options(struct tcb *t, uint8_t flags, uint8_t *at)
{
    const struct tcp_config *config = tcp_config(t);
    bool offer = (flags & TCP_ACK) == 0;

    at = put_mss(t, at);
    if (offer ? config->window_scale != -2 : t->scaling)
        at = put_scale(t, at);
    if (offer ? config->sack != 0 : t->sack)
        at = put_permitted(at);
    if (offer ? config->timestamps != 0 : t->timestamps)
        at = put_timestamps(t, flags, at);
    return at;
}

/* SACK blocks take what room the text leaves in a segment, so that they never
 * make one too long for the path (MUST-16). */
static unsigned blocks_that_fit(struct tcb *t, uint32_t text_len, size_t used)
{
    size_t room = TCP_OPTIONS_MAX - used;
    size_t most = tcp_effective_mss(t) + tcp_options_length(t);

    if (text_len > 0)
        room = min_size(room, most > used + text_len ? most - used - text_len : 0);
    return room < 12 ? 0 : (unsigned)min_size((room - 4) / 8, TCP_SACK_BLOCKS_MAX);
}

size_t tcp_options_write(struct tcb *t, uint8_t flags, uint32_t text_len, uint8_t *out)
{
    uint8_t *at = out;
    unsigned blocks;

    if ((flags & TCP_SYN) != 0)
        return (size_t)(put_syn_options(t, flags, at) - out);
    if (t->timestamps)
        at = put_timestamps(t, flags, at);
    if (!t->sack || (flags & TCP_RST) != 0)
        return (size_t)(at - out);
    if (t->rcv.runs.count == 0 && t->rcv.twice.left == t->rcv.twice.right)
        return (size_t)(at - out);
    blocks = blocks_that_fit(t, text_len, (size_t)(at - out));
    if (blocks > 0)
        at = put_sack(t, at, blocks);
    return (size_t)(at - out);
}

size_t tcp_options_length(const struct tcb *t)
{
    return t->timestamps ? 2 + TIMESTAMPS_LEN : 0;
}

/* ---- Agreeing ---- */

/* The smallest shift with which the window field can name all of the buffer. */
static uint8_t scale_for(uint32_t size)
{
    uint8_t scale = 0;

    while (scale < SCALE_MAX && size >> scale > WINDOW_FIELD_MAX)
        scale++;
    return scale;
}

void tcp_options_prepare(struct tcb *t)
{
    const struct tcp_config *config = tcp_config(t);

    t->rcv.size = t->receive_size > 0 ? t->receive_size : (uint32_t)config->rcvbuf;
    if (config->window_scale >= 0)
        t->rcv.scale = (uint8_t)config->window_scale;
    else if (config->window_scale == -1)
        t->rcv.scale = scale_for(t->rcv.size);
    /* A unit larger than the buffer could name no window but zero. */
    while (t->rcv.scale > 0 && t->rcv.size >> t->rcv.scale == 0)
        t->rcv.scale--;
    t->ts_offset = tcp_choose_ts_offset(t);
}

static void agree_on_scale(struct tcb *t, const struct tcp_segment *seg)
{
    t->scaling = seg->option.has_scale && tcp_config(t)->window_scale != -2;
    if (!t->scaling) {
        t->rcv.scale = 0;
        return;
    }
    t->snd.scale = seg->option.scale;
    if (t->snd.scale > SCALE_MAX) {
        TCP_WHY(t, RULE_TCP_SCALE_TOO_LARGE, seg->option.scale, SCALE_MAX);
        t->snd.scale = SCALE_MAX;
    }
    TCP_WHY(t, RULE_TCP_SCALE_AGREED, t->rcv.scale, t->snd.scale);
}

static void agree_on_mss(struct tcb *t, const struct tcp_segment *seg)
{
    enum { MSS_DEFAULT = 536 };

    t->snd.mss = MSS_DEFAULT;
    if (seg->option.has_mss) {
        t->snd.mss = seg->option.mss > 0 ? seg->option.mss : 1;
        TCP_WHY(t, RULE_TCP_MSS_RECEIVED, seg->option.mss, 0);
    } else {
        TCP_WHY(t, RULE_TCP_MSS_DEFAULT, MSS_DEFAULT, 0);
    }
    if (tcp_mss_limit(t) > 0)
        t->snd.mss = (uint32_t)min_i64(t->snd.mss, tcp_mss_limit(t));
}

/* RFC 3168 6.1.1: ECE and CWR on a SYN ask, ECE alone on a SYN,ACK agrees. */
static void agree_on_ecn(struct tcb *t, const struct tcp_segment *seg)
{
    uint8_t bits = seg->flags & (TCP_ECE | TCP_CWR);
    uint8_t wanted = (seg->flags & TCP_ACK) != 0 ? TCP_ECE : TCP_ECE | TCP_CWR;

    t->ecn = tcp_config(t)->ecn != 0 && bits == wanted;
    if (t->ecn)
        TCP_WHY(t, RULE_TCP_ECN_AGREED, 0, 0);
}

void tcp_options_agree(struct tcb *t, const struct tcp_segment *seg)
{
    agree_on_mss(t, seg);
    agree_on_scale(t, seg);
    agree_on_ecn(t, seg);
    t->sack = seg->option.sack_permitted && tcp_config(t)->sack != 0;
    if (t->sack)
        TCP_WHY(t, RULE_TCP_SACK_AGREED, 0, 0);
    t->timestamps = seg->option.has_timestamps && tcp_config(t)->timestamps != 0;
    if (t->timestamps) {
        t->ts_recent = seg->option.tsval;
        t->ts_recent_at = tcp_now(t);
        TCP_WHY(t, RULE_TCP_TIMESTAMPS_AGREED, 0, 0);
    }
    tcp_cc_begin(t);
}
