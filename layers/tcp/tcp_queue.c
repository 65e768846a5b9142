#include "layers/tcp/tcp_queue.h"

#include <string.h>

/* ---- Memory ---- */

static void grow(struct tcp_queue *q, struct tcp_memory *memory)
{
    struct tcp_queue old = *q;
    uint32_t wanted = old.capacity == 0 ? 4 : old.capacity * 2;

    q->ring = tcp_memory_get(memory, wanted * sizeof(struct tcp_sent), &q->room);
    q->capacity = 1;
    while ((size_t)q->capacity * 2 * sizeof(struct tcp_sent) <= q->room)
        q->capacity *= 2;
    for (uint32_t n = old.first; n != old.end; n++)
        *tcp_queue_at(q, n) = *tcp_queue_at(&old, n);
    tcp_memory_put(memory, old.ring, old.room);
}

void tcp_queue_release(struct tcp_queue *q, struct tcp_memory *memory)
{
    tcp_memory_put(memory, q->ring, q->room);
    memset(q, 0, sizeof(*q));
}

struct tcp_sent *tcp_queue_add(struct tcp_queue *q, struct tcp_memory *memory, seq32 seq,
                               uint32_t len, vtime now)
{
    struct tcp_sent *sent;

    if (q->end - q->first == q->capacity)
        grow(q, memory);
    sent = tcp_queue_at(q, q->end);
    memset(sent, 0, sizeof(*sent));
    sent->at = now;
    sent->seq = seq;
    sent->len = len;
    sent->times = 1;
    sent->skip = ++q->end;
    return sent;
}

/* ---- Sums ---- */

static void uncount(struct tcp_queue *q, const struct tcp_sent *sent, uint32_t bytes)
{
    if (sent->sacked)
        q->sacked -= bytes;
    if (sent->lost)
        q->lost -= bytes;
    if (sent->resent)
        q->resent -= bytes;
}

static void clear_lost(struct tcp_queue *q, struct tcp_sent *sent)
{
    if (sent->lost)
        q->lost -= sent->len;
    if (sent->resent)
        q->resent -= sent->len;
    sent->lost = sent->resent = false;
}

/* ---- Cumulative ACKs ---- */

static void note(struct tcp_acked *acked, const struct tcp_sent *sent)
{
    acked->syn |= sent->syn;
    acked->fin |= sent->fin;
    if (sent->times == 1 && !sent->sacked && !acked->once) {
        acked->once = true;
        acked->once_end = sent->seq + sent->len;
    }
    if (sent->times > 1)
        acked->resent = true;
    else if (!sent->sacked && acked->sent_at < 0)
        acked->sent_at = sent->at;
    if (!sent->sacked && sent->at >= acked->newest_sent_at) {
        acked->newest_sent_at = sent->at;
        acked->newest_end = sent->seq + sent->len;
        acked->newest_resent = sent->times > 1;
    }
}

/* Only the bytes before UNA: the entry stays, shorter. */
static void cut_front(struct tcp_queue *q, struct tcp_sent *sent, seq32 una,
                      struct tcp_acked *acked)
{
    uint32_t bytes = una - sent->seq;

    uncount(q, sent, bytes);
    acked->bytes += bytes;
    acked->reported += sent->sacked ? bytes : 0;
    acked->syn |= sent->syn;
    sent->syn = false;
    sent->seq = una;
    sent->len -= bytes;
}

void tcp_queue_acked(struct tcp_queue *q, seq32 una, struct tcp_acked *acked)
{
    memset(acked, 0, sizeof(*acked));
    acked->sent_at = -1;
    while (q->first != q->end) {
        struct tcp_sent *sent = tcp_queue_at(q, q->first);

        if (seq_ge(sent->seq, una))
            break;
        if (seq_gt(sent->seq + sent->len, una)) {
            cut_front(q, sent, una, acked);
            break;
        }
        note(acked, sent);
        acked->bytes += sent->len;
        acked->reported += sent->sacked ? sent->len : 0;
        uncount(q, sent, sent->len);
        q->reported -= sent->sacked ? 1 : 0;
        q->first++;
    }
    if ((int32_t)(q->next_lost - q->first) < 0)
        q->next_lost = q->first;
}

/* ---- Finding and splitting ---- */

uint32_t tcp_queue_find(const struct tcp_queue *q, seq32 seq)
{
    uint32_t low = 0, high = q->end - q->first;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (seq_le(tcp_queue_at(q, q->first + middle)->seq, seq))
            low = middle;
        else
            high = middle;
    }
    return q->first + low;
}

void tcp_queue_split(struct tcp_queue *q, struct tcp_memory *memory, uint32_t number,
                     uint32_t len)
{
    struct tcp_sent *head, *tail;

    if (q->end - q->first == q->capacity)
        grow(q, memory);
    q->end++;
    for (uint32_t n = q->end - 1; n != number; n--)
        *tcp_queue_at(q, n) = *tcp_queue_at(q, n - 1);
    /* Short cuts may lead past what moved: each leads one on again. */
    for (uint32_t n = q->first; n != q->end; n++)
        tcp_queue_at(q, n)->skip = n + 1;
    head = tcp_queue_at(q, number);
    tail = tcp_queue_at(q, number + 1);
    ASSERT(len > 0 && len < head->len);
    tail->seq = head->seq + len;
    tail->len = head->len - len;
    tail->syn = false;
    head->len = len;
    head->fin = false;
    if ((int32_t)(q->next_lost - number) > 0)
        q->next_lost = number;
}

uint32_t tcp_queue_unsacked(struct tcp_queue *q, uint32_t number)
{
    uint32_t found = number;

    while (found != q->end && tcp_queue_at(q, found)->sacked)
        found = tcp_queue_at(q, found)->skip;
    /* Whoever comes this way again gets there in one step. */
    while (number != found) {
        uint32_t next = tcp_queue_at(q, number)->skip;

        tcp_queue_at(q, number)->skip = found;
        number = next;
    }
    return found;
}

/* ---- SACK ---- */

static void report(struct tcp_queue *q, struct tcp_sent *sent, tcp_queue_fn *found, void *ctx)
{
    if (found != NULL)
        found(ctx, sent);
    clear_lost(q, sent);
    sent->sacked = true;
    if (q->sacked == 0 || seq_gt(sent->seq + sent->len, q->highest_sacked))
        q->highest_sacked = sent->seq + sent->len;
    q->sacked += sent->len;
    q->reported++;
}

uint32_t tcp_queue_sack(struct tcp_queue *q, struct tcp_memory *memory, seq32 left, seq32 right,
                        tcp_queue_fn *found, void *ctx)
{
    uint32_t before = q->sacked;
    uint32_t n;

    if (tcp_queue_is_empty(q) || seq_ge(left, right))
        return 0;
    n = tcp_queue_unsacked(q, tcp_queue_find(q, left));
    while (n != q->end) {
        struct tcp_sent *sent = tcp_queue_at(q, n);

        if (seq_ge(sent->seq, right))
            break;
        if (seq_lt(sent->seq, left)) {
            tcp_queue_split(q, memory, n, left - sent->seq);
            n++;
            continue;
        }
        if (seq_gt(sent->seq + sent->len, right)) {
            tcp_queue_split(q, memory, n, right - sent->seq);
            sent = tcp_queue_at(q, n);
        }
        report(q, sent, found, ctx);
        n = tcp_queue_unsacked(q, n);
    }
    return q->sacked - before;
}

void tcp_queue_forget_sacks(struct tcp_queue *q)
{
    for (uint32_t n = q->first; n != q->end; n++) {
        tcp_queue_at(q, n)->sacked = false;
        tcp_queue_at(q, n)->skip = n + 1;
    }
    q->sacked = 0;
    q->reported = 0;
}

/* ---- Losses ---- */

void tcp_queue_lose(struct tcp_queue *q, uint32_t number)
{
    struct tcp_sent *sent = tcp_queue_at(q, number);

    if (sent->sacked || (sent->lost && !sent->resent))
        return;
    clear_lost(q, sent);
    sent->lost = true;
    q->lost += sent->len;
    if ((int32_t)(q->next_lost - number) > 0)
        q->next_lost = number;
}

void tcp_queue_lose_all(struct tcp_queue *q)
{
    for (uint32_t n = q->first; n != q->end; n++)
        tcp_queue_lose(q, n);
    q->next_lost = q->first;
}

void tcp_queue_forget_losses(struct tcp_queue *q)
{
    for (uint32_t n = q->first; n != q->end && q->lost > 0; n++)
        clear_lost(q, tcp_queue_at(q, n));
}

struct tcp_sent *tcp_queue_next_lost(struct tcp_queue *q)
{
    if (q->lost == q->resent)
        return NULL;
    for (uint32_t n = q->next_lost; n != q->end; n++) {
        struct tcp_sent *sent = tcp_queue_at(q, n);

        if (sent->lost && !sent->resent) {
            q->next_lost = n;
            return sent;
        }
    }
    return NULL;
}

void tcp_queue_sent_again(struct tcp_queue *q, struct tcp_sent *sent, vtime now)
{
    sent->at = now;
    if (sent->times < UINT16_MAX)
        sent->times++;
    if (sent->lost && !sent->resent) {
        sent->resent = true;
        q->resent += sent->len;
    }
}
