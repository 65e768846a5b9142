#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/lab_from_parts.h"

/*
 * Deeds of programs as entries of a script. Each waits for what its program had heard
 * when it did so, not for a time of day: if the network is changed, a reply still
 * comes after its request.
 *
 *   had read N bytes           when: server received N
 *   had seen the other's FIN   when: server CLOSE-WAIT
 *   nothing yet                when: client ESTABLISHED
 *   reads by its own will      at:
 */

/* One end's script being written. */
struct author {
    struct from_plan *plan;
    unsigned side;
    bool reading;         /* stops are obeyed */
    bool stopped;         /* does not read all: what it has heard says little */
    vtime established_at; /* when what makes it so passed; -1: never */
    vtime fin_at;         /* the other's */
    uint64_t last_write;  /* where its text ends, if the FIN goes with that; or 0 */
};

/* ---- Text ---- */

/* Appends C as a text of a command has it. False: it cannot be there, or OUT is full. */
static bool put_char(char *out, size_t size, size_t *len, uint8_t c)
{
    static const char escaped[] = "\r\n\t\"\\", letters[] = "rnt\"\\";
    const char *found = c != '\0' ? strchr(escaped, c) : NULL;

    if (found == NULL && (c < 0x20 || c > 0x7e))
        return false;
    if (*len + 3 > size)
        return false;
    if (found != NULL)
        out[(*len)++] = '\\';
    out[(*len)++] = found != NULL ? letters[found - escaped] : (char)c;
    out[*len] = '\0';
    return true;
}

/* All of LEN bytes as a text. False: they cannot be one. */
static bool whole_text(const struct from_plan *plan, unsigned side, const struct talk_deed *deed,
                       char *out, size_t size)
{
    uint8_t bytes[FROM_TEXT_MAX];
    size_t len = 0;

    if (deed->len > FROM_TEXT_MAX)
        return false;
    capture_talk_text(plan->talk, side, deed->offset, bytes, (size_t)deed->len);
    for (uint64_t i = 0; i < deed->len; i++)
        if (!put_char(out, size, &len, bytes[i]))
            return false;
    return true;
}

void from_plan_show_text(const struct from_plan *plan, unsigned side, uint64_t offset, uint64_t len,
                         char *out, size_t size)
{
    uint8_t bytes[FROM_TEXT_MAX];
    size_t shown = 0, most = len < sizeof(bytes) ? (size_t)len : sizeof(bytes);

    out[0] = '\0';
    capture_talk_text(plan->talk, side, offset, bytes, most);
    for (size_t i = 0; i < most && bytes[i] >= 0x20 && bytes[i] <= 0x7e && shown + 1 < size; i++) {
        out[shown++] = (char)bytes[i];
        out[shown] = '\0';
    }
}

/* ---- Commands ---- */

static void write_send(const struct author *a, const struct talk_deed *deed,
                       struct from_entry *entry)
{
    const char *more = a->last_write == deed->offset + deed->len ? " more" : "";
    char text[2 * FROM_TEXT_MAX + 4], size[40];

    if (whole_text(a->plan, a->side, deed, text, sizeof(text))) {
        snprintf(entry->command, sizeof(entry->command), "send \"%s\"%s", text, more);
        return;
    }
    unit_format_size((int64_t)deed->len, size, sizeof(size));
    snprintf(entry->command, sizeof(entry->command), "send %s%s", size, more);
    from_plan_show_text(a->plan, a->side, deed->offset, deed->len, entry->remark,
                        sizeof(entry->remark));
}

static void write_command(const struct author *a, const struct talk_deed *deed,
                          struct from_entry *entry)
{
    const struct from_host *host = &a->plan->host[a->side], *other = &a->plan->host[!a->side];
    char size[40];

    switch (deed->kind) {
    case TALK_LISTENS:
        snprintf(entry->command, sizeof(entry->command), "listen %u", host->port);
        break;
    case TALK_CONNECTS:
        snprintf(entry->command, sizeof(entry->command), "connect %s:%u from %u", other->name,
                 other->port, host->port);
        break;
    case TALK_WRITES: write_send(a, deed, entry); break;
    case TALK_STOPS: snprintf(entry->command, sizeof(entry->command), "read off"); break;
    case TALK_READS_ON: snprintf(entry->command, sizeof(entry->command), "read on"); break;
    case TALK_READS:
        unit_format_size((int64_t)deed->len, size, sizeof(size));
        snprintf(entry->command, sizeof(entry->command), "read %s", size);
        break;
    case TALK_SHUTS: snprintf(entry->command, sizeof(entry->command), "shutdown"); break;
    case TALK_CLOSES: snprintf(entry->command, sizeof(entry->command), "close"); break;
    case TALK_ABORTS: snprintf(entry->command, sizeof(entry->command), "abort"); break;
    case TALK_REFUSES: break;
    }
}

/* ---- When ---- */

/* So long after what was seen AT had reached the author's end. */
static vtime since(const struct author *a, const struct talk_deed *deed, vtime at)
{
    vtime passed = deed->at - at - 2 * a->plan->distance[a->side];

    return passed > 0 ? passed : 0;
}

static void choose_start(const struct author *a, const struct talk_deed *deed,
                         struct from_entry *entry)
{
    entry->start = LAB_AT;
    entry->time = from_plan_time(a->plan, a->side, deed->at);
    if (deed->kind == TALK_LISTENS || deed->kind == TALK_CONNECTS) {
        entry->time = deed->kind == TALK_LISTENS ? 0 : entry->time;
    } else if (a->stopped || a->established_at < 0 || deed->at < a->established_at) {
        return;
    } else if (deed->heard_fin && a->fin_at >= 0) {
        entry->start = LAB_WHEN;
        entry->state = "CLOSE-WAIT";
        entry->time = since(a, deed, a->fin_at);
    } else if (deed->heard > 0) {
        entry->start = LAB_WHEN;
        entry->received = (int64_t)deed->heard;
        entry->time = since(a, deed, deed->heard_at);
    } else {
        entry->start = LAB_WHEN;
        entry->state = "ESTABLISHED";
        entry->time = since(a, deed, a->established_at);
    }
}

static void write_deed(struct author *a, const struct talk_deed *deed)
{
    const struct talk_segment *s = &a->plan->talk->segments[deed->segment];
    bool reads =
        deed->kind == TALK_STOPS || deed->kind == TALK_READS || deed->kind == TALK_READS_ON;
    struct from_entry *entry;

    if (deed->kind == TALK_REFUSES || (reads && !a->reading))
        return;
    entry = capture_list_add(&a->plan->entries, sizeof(*entry));
    if (entry == NULL) {
        a->plan->no_memory = true;
        return;
    }
    a->stopped = a->stopped || (reads && deed->kind != TALK_READS_ON);
    entry->side = a->side;
    entry->frame = deed->kind == TALK_LISTENS ? 0 : s->frame;
    entry->made_up = s->made_up;
    entry->order = deed->kind == TALK_LISTENS ? -1 : from_plan_time(a->plan, a->side, deed->at);
    entry->index = a->plan->entries.count;
    choose_start(a, deed, entry);
    write_command(a, deed, entry);
    a->stopped = a->stopped && deed->kind != TALK_READS_ON;
}

/* ---- The whole ---- */

/* S, of the other end, makes the author's end ESTABLISHED: of several SYN,ACKs the last
 * that it had not answered yet. */
static bool establishes(const struct author *a, const struct talk_segment *s, bool answered)
{
    if ((s->flags & TCP_RST) != 0)
        return false;
    if ((s->flags & TCP_SYN) != 0)
        return !answered;
    return a->established_at < 0 && a->side == TALK_SERVER;
}

/* The segments that open the connection for SIDE, and that end the other's text. */
static void find_moments(struct author *a)
{
    const struct capture_talk *talk = a->plan->talk;
    bool answered = false;

    a->last_write = 0;
    a->established_at = a->fin_at = -1;
    for (uint32_t i = 0; i < talk->count; i++) {
        const struct talk_segment *s = &talk->segments[i];

        if (s->stray || s->twice || (s->flags & TCP_ACK) == 0)
            continue;
        if (s->side == a->side) {
            answered = answered || (s->flags & TCP_SYN) == 0;
            if ((s->flags & TCP_FIN) != 0 && s->len > 0 && !s->resent)
                a->last_write = s->offset + s->len;
            continue;
        }
        if (establishes(a, s, answered))
            a->established_at = s->at;
        if (a->fin_at < 0 && (s->flags & TCP_FIN) != 0)
            a->fin_at = s->at;
    }
}

/* A server that nobody heard may listen all the same: its answers were lost. */
static void write_listen(struct from_plan *plan)
{
    const struct talk_deed listens = { .kind = TALK_LISTENS };
    struct author a = { .plan = plan, .side = TALK_SERVER };

    write_deed(&a, &listens);
}

static int compare_entries(const void *a, const void *b)
{
    const struct from_entry *one = a, *other = b;

    if (one->order != other->order)
        return one->order < other->order ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

void from_plan_script(struct from_plan *plan, enum talk_grain grain, bool reading)
{
    free(plan->entries.items);
    plan->entries = (struct capture_list){ NULL, 0, 0 };
    for (unsigned turn = 0; turn < 2; turn++) {
        struct author a = { .plan = plan, .side = !turn, .reading = reading };
        uint32_t count = 0;
        struct talk_deed *deeds = capture_talk_deeds(plan->talk, a.side, grain, &count);

        plan->no_memory = plan->no_memory || deeds == NULL;
        if (a.side == TALK_SERVER && deeds != NULL && count == 0)
            write_listen(plan);
        find_moments(&a);
        for (uint32_t i = 0; deeds != NULL && i < count; i++)
            write_deed(&a, &deeds[i]);
        free(deeds);
    }
    if (plan->entries.count > 0)
        qsort(plan->entries.items, plan->entries.count, sizeof(struct from_entry), compare_entries);
}
