#include "tools/timeline/why_not.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/tcp/tcp_fsm.h"
#include "tools/lib/text.h"

static void cite(struct why_not *why, int rfc, const char *section)
{
    why->rfc = rfc;
    why->section = section;
}

/* When timer NAME runs out, as a length; false: it does not run. */
static bool time_left(const struct tcp_status *s, vtime now, uint16_t name, char *out, size_t size)
{
    for (size_t i = 0; i < TCP_STATUS_TIMERS; i++) {
        if (s->timers[i].name != name || s->timers[i].due == VTIME_NEVER)
            continue;
        moment_time(s->timers[i].due - now, out, size);
        return true;
    }
    return false;
}

/* FIRST ends the wait, or one of the timers that run. */
static void ends_by(struct why_not *why, const struct tcp_status *s, vtime now, const char *first)
{
    static const uint16_t names[] = { TIMER_TCP_RETRANSMISSION, TIMER_TCP_PERSIST,
                                      TIMER_TCP_TAIL_PROBE, TIMER_TCP_REORDERING };
    size_t len = (size_t)snprintf(why->ends, sizeof(why->ends), "%s", first);
    char left[40];

    for (size_t i = 0; i < ARRAY_LEN(names) && len < sizeof(why->ends); i++)
        if (time_left(s, now, names[i], left, sizeof(left)))
            len +=
                (size_t)snprintf(why->ends + len, sizeof(why->ends) - len,
                                 _("; or the %s timer, in %s"), timer_name(names[i])->name, left);
}

static uint32_t unsent(const struct tcp_status *s)
{
    return (int32_t)(s->snd.end - s->snd.nxt) > 0 ? s->snd.end - s->snd.nxt : 0;
}

/* What is on its way, in words: a FIN counts in SND.NXT, but is no byte. */
static void in_flight_words(const struct tcp_status *s, char *out, size_t size)
{
    bool fin = s->closing && s->snd.nxt == s->snd.end + 1;
    char bytes[64];

    sentence_format("{a:bytes}", s->in_flight - fin, 0, bytes, sizeof(bytes));
    if (fin && s->in_flight == 1)
        snprintf(out, size, "%s", _("the FIN"));
    else
        snprintf(out, size, fin ? _("%s and the FIN") : "%s", bytes);
}

static void all_is_sent(const struct tcp_status *s, vtime now, struct why_not *why)
{
    const char *more = s->closing ? _("the ACK") : _("more from the application");
    char flight[100];

    in_flight_words(s, flight, sizeof(flight));
    if (s->in_flight > 0) {
        snprintf(why->reason, sizeof(why->reason),
                 s->closing ? _("the application has closed and all is sent; not acknowledged "
                                "yet: %s")
                            : _("all that the application gave is sent; not acknowledged yet: %s"),
                 flight);
        ends_by(why, s, now, more);
        return;
    }
    snprintf(why->reason, sizeof(why->reason), "%s",
             s->closing ? _("all is sent and acknowledged, and the application has closed")
                        : _("all is sent and acknowledged: the application has nothing to send"));
    snprintf(why->ends, sizeof(why->ends), "%s", s->closing ? "" : more);
}

static void nothing_to_send(const struct tcp_status *s, vtime now, struct why_not *why)
{
    char bytes[64];

    cite(why, 9293, "3.10.2");
    if (unsent(s) == 0) {
        all_is_sent(s, now, why);
        return;
    }
    cite(why, 9293, "3.7.4");
    sentence_format("{a:bytes}", unsent(s), 0, bytes, sizeof(bytes));
    snprintf(why->reason, sizeof(why->reason),
             _("%s: too little for a segment, and the application has not said that this is all "
               "(no push)"),
             bytes);
    ends_by(why, s, now, _("more from the application, or its push"));
}

static void full_window(const struct tcp_status *s, vtime now, struct why_not *why)
{
    cite(why, 5681, "3.1");
    snprintf(why->reason, sizeof(why->reason),
             _("the congestion window is full: %" PRIu32 " bytes in flight, cwnd is %" PRIu32
               "; %" PRIu32 " wait"),
             s->in_flight, s->cwnd, unsent(s));
    ends_by(why, s, now, _("an ACK"));
}

static void closed_window(const struct tcp_status *s, vtime now, struct why_not *why)
{
    if (s->send_window == 0) {
        cite(why, 9293, "3.8.6.1");
        snprintf(why->reason, sizeof(why->reason),
                 _("the peer's window is closed (SND.WND 0); %" PRIu32 " bytes wait"), unsent(s));
    } else {
        cite(why, 9293, "3.8.6");
        snprintf(why->reason, sizeof(why->reason),
                 _("the peer's window is full: %" PRIu32 " of %" PRIu32 " bytes in flight; %" PRIu32
                   " wait"),
                 s->in_flight, s->send_window, unsent(s));
    }
    ends_by(why, s, now, _("an ACK that opens the window"));
}

static void not_in_this_state(const struct tcp_status *s, vtime now, struct why_not *why)
{
    char left[40];

    snprintf(why->reason, sizeof(why->reason), _("nothing can be sent in %s"),
             state_name(s->state));
    cite(why, 9293, "3.10.2");
    if (s->state == STATE_TCP_SYN_SENT || s->state == STATE_TCP_SYN_RECEIVED)
        ends_by(why, s, now, _("the rest of the handshake"));
    else if (s->state == STATE_TCP_LISTEN)
        snprintf(why->ends, sizeof(why->ends), "%s", _("a SYN, or an active OPEN"));
    else if (time_left(s, now, TIMER_TCP_TIME_WAIT, left, sizeof(left)))
        snprintf(why->ends, sizeof(why->ends), _("nothing: the 2 MSL timer ends it in %s"), left);
}

static void small_segment(const struct tcp_status *s, vtime now, struct why_not *why)
{
    bool nagle = s->limit == TCP_LIMIT_NAGLE;

    cite(why, 9293, nagle ? "3.7.4" : "3.8.6.2.1");
    snprintf(why->reason, sizeof(why->reason),
             nagle ? _("Nagle: %" PRIu32 " bytes do not fill a segment of %" PRIu32 ", and %" PRIu32
                       " are unacknowledged")
                   : _("%" PRIu32 " bytes wait, but the window has no room for a segment of "
                       "%" PRIu32 " (%" PRIu32 " in flight): a silly window is not used"),
             unsent(s), s->mss, s->in_flight);
    ends_by(why, s, now,
            nagle ? _("the ACK of what is in flight, or enough to fill a segment")
                  : _("an ACK that makes room for a full segment"));
}

void why_not_sending(const struct tcp_status *s, vtime now, struct why_not *why)
{
    memset(why, 0, sizeof(*why));
    why->section = "";
    if (!tcp_is_synchronized(s->state) || s->state == STATE_TCP_TIME_WAIT) {
        not_in_this_state(s, now, why);
        return;
    }
    switch (s->limit) {
    case TCP_LIMIT_STATE: not_in_this_state(s, now, why); return;
    case TCP_LIMIT_NOTHING_TO_SEND: nothing_to_send(s, now, why); return;
    case TCP_LIMIT_CWND: full_window(s, now, why); return;
    case TCP_LIMIT_PEER_WINDOW: closed_window(s, now, why); return;
    case TCP_LIMIT_NAGLE:
    case TCP_LIMIT_SILLY_WINDOW: small_segment(s, now, why); return;
    case TCP_LIMIT_STOP_AND_WAIT:
        snprintf(why->reason, sizeof(why->reason),
                 _("stop-and-wait: one segment at a time, and %" PRIu32 " bytes are in flight"),
                 s->in_flight);
        ends_by(why, s, now, _("its ACK"));
        return;
    case TCP_LIMIT_CORK:
        snprintf(why->reason, sizeof(why->reason),
                 _("corked: %" PRIu32 " bytes do not fill a segment"), unsent(s));
        ends_by(why, s, now, _("more from the application, or the end of its cork"));
        return;
    }
}

void why_not_citation(const struct why_not *why, char *out, size_t size)
{
    if (why->rfc == 0)
        snprintf(out, size, "%s", "");
    else
        snprintf(out, size, "RFC %d, %s", why->rfc, why->section);
}

const char *why_not_limit_name(enum tcp_limit limit)
{
    switch (limit) {
    case TCP_LIMIT_NOTHING_TO_SEND: return _("application");
    case TCP_LIMIT_CWND: return _("cwnd");
    case TCP_LIMIT_PEER_WINDOW: return _("peer's window");
    case TCP_LIMIT_NAGLE: return _("Nagle");
    case TCP_LIMIT_SILLY_WINDOW: return _("silly window");
    case TCP_LIMIT_STATE: return _("state");
    case TCP_LIMIT_STOP_AND_WAIT: return _("stop-and-wait");
    case TCP_LIMIT_CORK: return _("cork");
    }
    return "?";
}
