#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/state.h"
#include "tools/lib/into_parts.h"
#include "tools/lib/text.h"

enum {
    TIME_WIDTH = 12,
    MARK_WIDTH = 3,
    FACTS_SIZE = 120,
    ASSUMED_SIZE = 240,
    NOTE_WIDTH = 30,
    NOTE_FROM = 120, /* columns from which on small differences are told beside the row */
};

struct printer {
    const struct into *into;
    const struct into_print_options *options;
    FILE *out;
    int column; /* width of one */
};

static const char *side_name(unsigned side)
{
    return side == TALK_CLIENT ? _("client") : _("server");
}

/* ---- One segment in words ---- */

static size_t put_flags(uint8_t flags, char *out, size_t size)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = { { TCP_SYN, "SYN" }, { TCP_FIN, "FIN" }, { TCP_RST, "RST" }, { TCP_PSH, "PSH" },
                  { TCP_URG, "URG" }, { TCP_ECE, "ECE" }, { TCP_CWR, "CWR" }, { TCP_ACK, "ACK" } };
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((flags & names[i].flag) != 0)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? "," : "",
                                     names[i].name);
    return used > 0 ? used : (size_t)snprintf(out, size, _("no flags"));
}

/* In at most ROOM columns: all of it, or without the window, or shorter still. */
static void put_facts(const struct into_answer *a, uint32_t pieces, int room, char *out)
{
    char flags[40], ack[24] = "", many[24] = "";

    put_flags(a->flags, flags, sizeof(flags));
    if ((a->flags & TCP_ACK) != 0)
        snprintf(ack, sizeof(ack), " ack=%" PRIu32, a->ack);
    if (pieces > 1)
        snprintf(many, sizeof(many), _(" in %u"), pieces);
    if (a->len == 0 && (a->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0)
        snprintf(out, FACTS_SIZE, "%s%s win=%" PRIu32, flags, ack, a->window);
    else
        snprintf(out, FACTS_SIZE, "%s seq=%" PRIu32 "%s len=%" PRIu32 "%s win=%" PRIu32, flags,
                 a->seq, ack, a->len, many, a->window);
    if ((int)strlen(out) <= room)
        return;
    snprintf(out, FACTS_SIZE, "%s seq=%" PRIu32 "%s len=%" PRIu32 "%s", flags, a->seq, ack, a->len,
             many);
    if ((int)strlen(out) > room)
        snprintf(out, FACTS_SIZE, "%s %" PRIu32 "+%" PRIu32 "%s%s", flags, a->seq, a->len, ack,
                 many);
}

/* The COUNT answers of WHOSE from FIRST on, as one. */
static struct into_answer together(const struct into *into, int whose, const struct into_row *row)
{
    const struct into_answer *all = into->answers[whose] + row->first[whose];
    struct into_answer one = all[row->count[whose] - 1];

    one.seq = all[0].seq;
    one.len = 0;
    for (uint32_t i = 0; i < row->count[whose]; i++) {
        one.len += all[i].len;
        one.flags |= all[i].flags & (TCP_SYN | TCP_PSH);
    }
    return one;
}

/* A pure ACK of what is not in the capture. */
static bool answers_before(const struct into *into, const struct into_row *row)
{
    const struct into_answer *real = &into->answers[0][row->first[0]];
    const struct talk_join *join = &into->options.talk->join;

    return join->joined && real->flags == TCP_ACK && real->len == 0 &&
           real->ack - 1 <= join->sent[into->options.as];
}

size_t into_explain(const struct into *into, const struct into_row *row, char *out, size_t size)
{
    struct into_answer real, simulated;
    char was[40], is[40];

    if ((row->differs & INTO_MISSING) != 0 && answers_before(into, row))
        return (size_t)snprintf(out, size, _("missing: it answers what came before the capture"));
    if ((row->differs & INTO_MISSING) != 0)
        return (size_t)snprintf(out, size, _("missing: the simulated host does not say it"));
    if ((row->differs & INTO_EXTRA) != 0)
        return (size_t)snprintf(out, size, _("one more: the real host did not say it"));
    if ((row->differs & INTO_AFTER) != 0)
        return (size_t)snprintf(out, size, _("said after the capture's end"));
    if ((row->differs & INTO_BEFORE) != 0)
        return (size_t)snprintf(out, size, _("said before the capture begins"));
    if ((row->differs & INTO_CUT) != 0)
        return (size_t)snprintf(out, size, _("cut otherwise"));
    real = together(into, 0, row);
    simulated = together(into, 1, row);
    if ((row->differs & INTO_FLAGS) != 0) {
        put_flags(real.flags, was, sizeof(was));
        put_flags(simulated.flags, is, sizeof(is));
        return (size_t)snprintf(out, size, _("other flags: %s, not %s"), is, was);
    }
    if ((row->differs & INTO_SEQ) != 0)
        return (size_t)snprintf(out, size, _("other seq: %u, not %u"), simulated.seq, real.seq);
    if ((row->differs & INTO_ACK) != 0)
        return (size_t)snprintf(out, size, _("other ack: %u, not %u"), simulated.ack, real.ack);
    if ((row->differs & INTO_LENGTH) != 0)
        return (size_t)snprintf(out, size, _("other length: %u, not %u"), simulated.len, real.len);
    if ((row->differs & (INTO_EARLIER | INTO_LATER)) != 0)
        return (size_t)snprintf(out, size,
                                (row->differs & INTO_LATER) != 0 ? _("later by %.3f s")
                                                                 : _("earlier by %.3f s"),
                                (double)(row->by < 0 ? -row->by : row->by) / 1e9);
    if ((row->differs & INTO_WINDOW) != 0)
        return (size_t)snprintf(out, size, _("other window: %u, not %u"), simulated.window,
                                real.window);
    if ((row->differs & INTO_PUSH) != 0)
        return (size_t)snprintf(
            out, size, (simulated.flags & TCP_PSH) != 0 ? _("with PSH") : _("without PSH"));
    return (size_t)snprintf(out, size, "%s", "");
}

/* ---- Rows ---- */

static void put_time(const struct printer *p, vtime at)
{
    fprintf(p->out, "%*.6f ", TIME_WIDTH - 1, (double)(at - into_begins(p->into->run)) / 1e9);
}

static const char *mark_of(const struct printer *p, unsigned differs)
{
    if ((differs & INTO_BEFORE) != 0)
        return " ";
    if ((differs & INTO_MISSING) != 0)
        return "-";
    if ((differs & INTO_EXTRA) != 0)
        return "+";
    if ((differs & INTO_OTHER) != 0)
        return p->options->ascii ? "#" : "\xe2\x89\xa0"; /* not equal */
    return differs != INTO_SAME ? "~" : "=";
}

static void put_side(const struct printer *p, int whose, const struct into_row *row)
{
    char facts[FACTS_SIZE] = "";
    struct into_answer a;

    if (whose == 0 && (row->differs & INTO_BEFORE) != 0)
        snprintf(facts, sizeof(facts), "%s", _("(not in the capture)"));
    if (row->count[whose] > 0) {
        a = together(p->into, whose, row);
        put_facts(&a, row->count[whose], p->column, facts);
    }
    if (whose == 0)
        fprintf(p->out, "%-*.*s", p->column, p->column, facts);
    else
        fprintf(p->out, "%.*s", p->column, facts);
}

static void print_answers(const struct printer *p, const struct into_row *row)
{
    bool first = (uint32_t)(row - p->into->rows) == p->into->first_difference;
    char why[FACTS_SIZE];

    put_time(p, row->at);
    put_side(p, 0, row);
    fprintf(p->out, " %s ", mark_of(p, row->differs));
    put_side(p, 1, row);
    into_explain(p->into, row, why, sizeof(why));
    if (row->differs != INTO_SAME && (row->differs & INTO_OTHER) == 0 &&
        p->options->width >= NOTE_FROM)
        fprintf(p->out, "   %s", why);
    fputc('\n', p->out);
    if (first ||
        ((row->differs & INTO_OTHER) != 0 && (row->differs & (INTO_MISSING | INTO_EXTRA)) == 0))
        fprintf(p->out, "%*s%s%s\n", TIME_WIDTH, "", first ? _("^ the first difference: ") : "^ ",
                why);
}

static void print_fed(const struct printer *p, const struct into_row *row)
{
    char facts[FACTS_SIZE];

    put_time(p, row->at);
    put_facts(&row->said, 1, p->options->width - TIME_WIDTH - 20, facts);
    fprintf(p->out, "%s %s", p->options->ascii ? "-->" : "\xe2\x94\x80\xe2\x94\x80\xe2\x96\xb6",
            facts);
    if (row->before)
        fprintf(p->out, "  (%s)", _("not in the capture: inferred"));
    else if (row->made_up)
        fprintf(p->out, "  (%s)", _("not captured: made up"));
    else if (row->gave_up)
        fprintf(p->out, "  (%s)", _("waited in vain"));
    fputc('\n', p->out);
}

/* ---- Around them ---- */

/* Of a connection that began before the capture. */
static void print_assumed(const struct printer *p)
{
    char line[ASSUMED_SIZE];

    for (unsigned i = 0; capture_talk_assumed(p->into->options.talk, i, line, sizeof(line)) > 0;
         i++)
        fprintf(p->out, i == 0 ? _("Joined within the connection: %s\n") : "  %s\n", line);
}

static void print_heading(const struct printer *p)
{
    const struct into_options *o = &p->into->options;
    const struct into_run *run = p->into->run;
    char fed[80], peer[80], address[IPV4_TEXT_SIZE], fed_address[IPV4_TEXT_SIZE];
    unsigned answering = !o->as;

    capture_talk_name(o->talk, o->as, fed, sizeof(fed));
    capture_talk_name(o->talk, answering, peer, sizeof(peer));
    ipv4_format(run->address, address, sizeof(address));
    ipv4_format(run->fed_address, fed_address, sizeof(fed_address));
    fprintf(p->out, _("%s, stream %u: %s is the %s, and fed; %s was the %s\n"), p->options->file,
            o->talk->stream, fed, side_name(o->as), peer, side_name(answering));
    if (p->options->host != NULL)
        fprintf(p->out, _("Simulated: %s, as %s:%u; who is fed is %s to it\n"), p->options->host,
                address, o->talk->end[answering].address.port, fed_address);
    else
        fprintf(p->out,
                o->talk->join.joined
                    ? _("Simulated: a host with the options that the real %s shows, as %s:%u\n")
                    : _("Simulated: a host with the options of the real %s's SYN, as %s:%u\n"),
                side_name(answering), address, o->talk->end[answering].address.port);
    fprintf(p->out, "%s\n",
            o->times == INTO_KEPT ? _("Times: kept")
                                  : _("Times: a segment waits until the peer is as far as it was"));
    print_assumed(p);
    fputc('\n', p->out);
    fprintf(p->out, "%*s %-*s%*s%s\n", TIME_WIDTH - 1, _("time"), p->column,
            answering == TALK_SERVER ? _("real server") : _("real client"), MARK_WIDTH, "",
            answering == TALK_SERVER ? _("simulated server") : _("simulated client"));
}

static void print_note(const struct printer *p, uint32_t count, const char *one, const char *many)
{
    if (count == 1)
        fprintf(p->out, "  %s\n", one);
    else if (count > 1) {
        fprintf(p->out, "  %u %s\n", count, many);
    }
}

static void print_notes(const struct printer *p)
{
    const struct into_tally *t = &p->into->tally;

    fprintf(p->out, _("Fed: %u segments of the %s\n"), t->fed, side_name(p->into->options.as));
    print_note(p, t->before, _("1 is of before the capture: inferred, and its answer not compared"),
               _("are of before the capture: inferred, and their answers not compared"));
    print_note(p, t->twice, _("1 was captured twice on its way: fed once"),
               _("were captured twice on their way: fed once"));
    print_note(p, t->lost, _("1 was lost behind the capture point: not fed"),
               _("were lost behind the capture point: not fed"));
    print_note(p, t->made_up, _("1 is missing in the capture: made up, of zeros"),
               _("are missing in the capture: made up, of zeros"));
    print_note(p, t->truncated, _("1 was cut by the capture: filled up with zeros"),
               _("were cut by the capture: filled up with zeros"));
    print_note(p, t->helps, _("1 ACK more was fed, without which the simulated host stood still"),
               _("ACKs more were fed, without which the simulated host stood still"));
    print_note(p, t->resets, _("1 RST more was fed: whoever has reset answers so"),
               _("RSTs more were fed: whoever has reset answers so"));
    print_note(p, t->given_up, _("1 waited in vain for an answer, and was fed all the same"),
               _("waited in vain for an answer, and were fed all the same"));
    if (p->into->starved)
        fprintf(p->out, "  %s\n", _("the rest could not be fed: the simulated host sent no SYN"));
}

static void print_end(const struct printer *p)
{
    const struct into *into = p->into;
    const char *peer = side_name(!into->options.as);

    fprintf(p->out, _("End: the real %s was in %s (inferred), the simulated one is in %s: %s\n"),
            peer, state_name(into->real_state), state_name(into->simulated_state),
            into->agree ? _("the same") : _("NOT the same"));
    if (into->agree && into->simulated_state != into->real_state)
        fprintf(p->out, "  %s\n",
                into->simulated_state == into->real_next
                    ? _("(it took the last segment, which the capture ends too early to show)")
                    : _("(TIME-WAIT is over)"));
}

/* What of the same answers was not quite so. */
static void print_small(const struct printer *p)
{
    const struct into_tally *t = &p->into->tally;
    const struct {
        uint32_t count;
        const char *what;
    } small[] = { { t->cut, _("%s%u cut otherwise") },
                  { t->other_window, _("%s%u with another window") },
                  { t->other_time, _("%s%u at another time") } };
    bool any = false;

    for (size_t i = 0; i < ARRAY_LEN(small); i++) {
        if (small[i].count == 0)
            continue;
        fprintf(p->out, small[i].what, any ? ", " : " (", small[i].count);
        any = true;
    }
    if (any)
        fputc(')', p->out);
}

static void print_summary(const struct printer *p)
{
    const struct into_tally *t = &p->into->tally;

    fprintf(p->out, _("Answers: %u real, %u simulated: %u the same"), t->real, t->simulated,
            t->same);
    print_small(p);
    fprintf(p->out, _(", %u others, %u only real, %u only simulated"), t->different, t->missing,
            t->extra);
    if (t->after > 0)
        fprintf(p->out, _(", %u after the capture's end"), t->after);
    fputc('\n', p->out);
}

void into_print(const struct into *into, const struct into_print_options *options, FILE *out)
{
    struct printer p = { into, options, out,
                         (options->width - TIME_WIDTH - MARK_WIDTH -
                          (options->width >= NOTE_FROM ? NOTE_WIDTH : 0)) /
                             2 };

    print_heading(&p);
    for (uint32_t i = 0; i < into->row_count && !ferror(out); i++)
        if (into->rows[i].fed)
            print_fed(&p, &into->rows[i]);
        else
            print_answers(&p, &into->rows[i]);
    fputc('\n', out);
    print_notes(&p);
    print_summary(&p);
    print_end(&p);
}
