#include "tests/support/star.h"

#include <stdio.h>
#include <string.h>

void star_prepare(struct star *s)
{
    memset(s, 0, sizeof(*s));
    net_open(&s->net, 11);
}

void star_around(struct star *s, unsigned count, bool hub)
{
    ASSERT(count <= STAR_MAX);
    s->count = count;
    s->middle = hub ? net_hub(&s->net, "m", count + 1) : net_switch(&s->net, "m", count + 1);
    for (unsigned i = 0; i < count; i++) {
        char name[8];

        snprintf(name, sizeof(name), "t%u", i);
        s->t[i] = net_tester(&s->net, name, "10.0.0.9");
        s->wire[i] = net_wire(&s->net, &s->t[i]->node.ports[0], &s->middle->ports[i], 1 * MS);
    }
    net_start(&s->net);
}

void star_open(struct star *s, unsigned count, bool hub)
{
    star_prepare(s);
    star_around(s, count, hub);
}

void star_close(struct star *s)
{
    net_close(&s->net);
}

void star_send_as(struct star *s, unsigned from, struct mac source, struct mac to, size_t len)
{
    uint8_t frame[2000];

    ASSERT(len <= sizeof(frame));
    for (size_t i = 0; i < sizeof(frame); i++)
        frame[i] = (uint8_t)i;
    mac_put(frame, to);
    mac_put(frame + MAC_LEN, source);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    tester_send(s->t[from], (struct span){ frame, len });
    net_run_for(&s->net, 5 * MS);
}

void star_send(struct star *s, unsigned from, struct mac to, size_t len)
{
    star_send_as(s, from, s->t[from]->mac, to, len);
}

unsigned star_heard(struct star *s)
{
    unsigned heard = 0;

    for (unsigned i = 0; i < s->count; i++) {
        if (tester_count(s->t[i]) > 0)
            heard |= 1U << i;
        tester_clear(s->t[i]);
    }
    return heard;
}
