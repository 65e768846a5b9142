#include "tools/lib/bench_replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "layers/wire/bytes.h"
#include "layers/wire/ethernet_header.h"
#include "layers/wire/ipv4_header.h"
#include "layers/wire/tcp_header.h"
#include "layers/wire/tcp_option.h"
#include "sim/capture_writer.h"
#include "sim/hash.h"
#include "tools/lib/bench.h"
#include "tools/lib/replay.h"

enum {
    SNAPLEN = 96,
    DATA = 1448,
    RESENT_OF = 100,
    FRAME_US = 7,
    STEP_SYN = 0,
    STEP_SYN_ACK,
    STEP_ACK,
    STEP_DATA,
};

/* One connection at a time in each place; STEP counts its segments. */
struct place {
    uint32_t step, length, number; /* length: steps until it ends */
    uint32_t sequence[2];
    bool again; /* the next step is the last data once more */
};

struct maker {
    const struct bench_replay_row *row;
    struct bench_replay_result *result;
    struct place *places;
    struct capture_writer w;
    FILE *file;
    vtime now;
    uint64_t luck;
};

static bool write_file(void *ctx, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, ctx) == len;
}

static uint64_t draw(struct maker *m, uint64_t below)
{
    m->luck = hash_mix(m->luck);
    return m->luck % below;
}

/* A segment of PLACE, the client's (side 0) or the server's. */
static bool put_segment(struct maker *m, uint32_t place, unsigned side, uint8_t flags,
                        uint32_t sequence, uint32_t len)
{
    static const uint8_t scale[] = { TCP_OPTION_WINDOW_SCALE, 3, 7, TCP_OPTION_NOP };
    struct place *p = &m->places[place];
    uint8_t bytes[SNAPLEN] = { 0 };
    struct ethernet_header ethernet = { .ethertype = ETHERTYPE_IPV4 };
    struct tcp_header tcp = {
        .sequence = sequence, .flags = flags, .window = 1000, .acknowledgment = p->sequence[!side]
    };
    struct ipv4_header ip = { .ttl = 64, .protocol = IP_PROTOCOL_TCP };
    ipv4 client = 0x0a000000u + place, server = 0xc0000201u;
    uint16_t port = (uint16_t)(1024 + p->number % 60000);
    struct capture_record record = { .at = m->now };
    struct span segment;
    size_t at;

    if ((flags & TCP_SYN) != 0)
        tcp.options = (struct span){ scale, sizeof(scale) };
    ip.source = side == 0 ? client : server;
    ip.destination = side == 0 ? server : client;
    tcp.source_port = side == 0 ? port : 80;
    tcp.destination_port = side == 0 ? 80 : port;
    ip.total_length = (uint16_t)(IPV4_HEADER_MIN + tcp_header_length(&tcp) + len);
    at = ethernet_header_emit(&ethernet, bytes);
    at += ipv4_header_emit(&ip, bytes + at);
    segment = (struct span){ bytes + at, tcp_header_length(&tcp) };
    at += tcp_header_emit(&tcp, bytes + at);
    if (len == 0) /* what is cut nobody can check */
        put_be16(bytes + ETHERNET_HEADER_LEN + IPV4_HEADER_MIN + TCP_CHECKSUM_AT,
                 tcp_checksum(ip.source, ip.destination, segment));
    record.original_len = at + len;
    record.frame = (struct span){ bytes, min_size(at + len, SNAPLEN) };
    m->now += FRAME_US * US;
    m->result->frames++;
    return capture_write_frame(&m->w, &record);
}

static void begin_place(struct maker *m, struct place *p)
{
    p->step = STEP_SYN;
    p->length = 20 + (uint32_t)draw(m, 400);
    p->number++;
    p->sequence[0] = (uint32_t)draw(m, UINT32_MAX);
    p->sequence[1] = (uint32_t)draw(m, UINT32_MAX);
    p->again = false;
    m->result->connections++;
}

/* The server sends, the client acknowledges; now and then what it just sent, again. */
static bool put_data(struct maker *m, uint32_t place)
{
    struct place *p = &m->places[place];
    bool good;

    if (p->again) {
        p->again = false;
        m->result->resent++;
        return put_segment(m, place, 1, TCP_ACK | TCP_PSH, p->sequence[1] - DATA, DATA);
    }
    if (p->step % 2 != 0) {
        good = put_segment(m, place, 1, TCP_ACK, p->sequence[1], DATA);
        p->sequence[1] += DATA;
        p->again = draw(m, RESENT_OF) == 0;
    } else {
        good = put_segment(m, place, 0, TCP_ACK, p->sequence[0], 0);
    }
    p->step++;
    return good;
}

static bool put_next(struct maker *m, uint32_t place)
{
    struct place *p = &m->places[place];
    bool good;

    if (p->again || (p->step >= STEP_DATA && p->step < p->length))
        return put_data(m, place);
    switch (p->step >= p->length ? p->step - p->length + STEP_DATA : p->step) {
    case STEP_SYN: good = put_segment(m, place, 0, TCP_SYN, p->sequence[0]++, 0); break;
    case STEP_SYN_ACK:
        good = put_segment(m, place, 1, TCP_SYN | TCP_ACK, p->sequence[1]++, 0);
        break;
    case STEP_ACK: good = put_segment(m, place, 0, TCP_ACK, p->sequence[0], 0); break;
    case STEP_DATA: good = put_segment(m, place, 1, TCP_FIN | TCP_ACK, p->sequence[1]++, 0); break;
    case STEP_DATA + 1:
        good = put_segment(m, place, 0, TCP_FIN | TCP_ACK, p->sequence[0]++, 0);
        break;
    default:
        good = put_segment(m, place, 1, TCP_ACK, p->sequence[1], 0);
        begin_place(m, p);
        return good;
    }
    p->step++;
    return good;
}

static bool make_capture(struct maker *m)
{
    bool good;

    for (uint32_t i = 0; i < m->row->connections; i++)
        begin_place(m, &m->places[i]);
    good = capture_write_header(&m->w, (struct byte_sink){ write_file, m->file }, CAPTURE_PCAP,
                                NULL) &&
           capture_write_interface(&m->w, "bench", NULL);
    while (good && m->result->frames < m->row->frames)
        good = put_next(m, (uint32_t)draw(m, m->row->connections));
    m->result->bytes = m->w.bytes;
    return good && fflush(m->file) == 0;
}

static size_t peak_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}

/* What the lines of the summary count as sent again by the server. */
static uint64_t count_resent(FILE *summary)
{
    char line[1024];
    uint64_t sum = 0;

    rewind(summary);
    while (fgets(line, sizeof(line), summary) != NULL) {
        uint64_t again;

        if (sscanf(line, " %*u %*s %*s %*s %*s %*u %*u %*u %*u %*u %" SCNu64, &again) == 1)
            sum += again;
    }
    return sum;
}

static bool measure(struct maker *m, FILE *summary)
{
    struct replay_options options = {
        .name = "bench", .filter = "", .form = REPLAY_SUMMARY, .width = REPLAY_WIDTH_MAX
    };
    size_t before = peak_bytes();
    double begun = bench_cpu_ns();
    int status;

    rewind(m->file);
    status = replay_capture(&options, m->file, summary, stderr);
    m->result->cpu_ns = bench_cpu_ns() - begun;
    m->result->grown_bytes = peak_bytes() - before;
    m->result->found = count_resent(summary);
    return status == REPLAY_DONE && m->result->found == m->result->resent;
}

bool bench_replay(const struct bench_replay_row *row, struct bench_replay_result *result)
{
    struct maker m = { .row = row, .result = result, .luck = 1 };
    FILE *summary = tmpfile();
    bool good;

    memset(result, 0, sizeof(*result));
    m.file = tmpfile();
    m.places = calloc(row->connections, sizeof(*m.places));
    good = summary != NULL && m.file != NULL && m.places != NULL && make_capture(&m) &&
           measure(&m, summary);
    free(m.places);
    if (m.file != NULL)
        fclose(m.file);
    if (summary != NULL)
        fclose(summary);
    return good;
}
