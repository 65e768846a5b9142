#include <stdio.h>

#include "tools/lib/capture_talk.h"
#include "tools/lib/text.h"

/* What is assumed of a connection that began before the capture, line by line. */

static size_t tell_scale(const struct talk_join *join, char *out, size_t size)
{
    int client = join->scale[TALK_CLIENT], server = join->scale[TALK_SERVER];

    if (client < 0)
        return (size_t)snprintf(out, size, "%s", _("window scale unknown, taken as none"));
    if (join->half)
        return (size_t)snprintf(
            out, size, _("the client's window scale unknown, taken as %d (the server's is %d)"),
            client, server);
    return (size_t)snprintf(out, size,
                            _("window scale unknown, taken as %d (client) and %d (server), the "
                              "least in which fits what was sent"),
                            client, server);
}

static size_t tell_options(const struct talk_join *join, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%s; %s",
                            join->timestamps ? _("timestamps in use, for segments carry them")
                                             : _("no timestamps, for no segment carries them"),
                            join->sack ? _("SACK permitted, for it is used")
                                       : _("SACK taken as not permitted, for it is not used"));
}

static size_t tell_sent(const struct talk_join *join, char *out, size_t size)
{
    if (join->sent[0] + join->sent[1] == 0)
        return (size_t)snprintf(out, size, "%s", _("what was sent before: taken as nothing"));
    return (size_t)snprintf(out, size,
                            _("what was sent before: %u bytes of the client and %u of the server, "
                              "zeros here, that the first numbers and ACKs tell of"),
                            join->sent[0], join->sent[1]);
}

static size_t tell_window(const struct talk_join *join, char *out, size_t size)
{
    unsigned side = join->window[TALK_SERVER] > 0;

    if (join->window[side] == 0)
        return (size_t)snprintf(out, size, "%s",
                                _("congestion windows taken as those of a new connection"));
    if (join->window[0] > 0 && join->window[1] > 0)
        return (size_t)snprintf(out, size,
                                _("congestion windows taken as %u segments (client) and %u "
                                  "(server), which were under way"),
                                join->window[0], join->window[1]);
    return (size_t)snprintf(out, size,
                            side == TALK_CLIENT
                                ? _("the client's congestion window taken as %u segments, which "
                                    "were under way")
                                : _("the server's congestion window taken as %u segments, which "
                                    "were under way"),
                            join->window[side]);
}

size_t capture_talk_assumed(const struct capture_talk *talk, unsigned line, char *out, size_t size)
{
    const struct talk_join *join = &talk->join;

    if (!join->joined)
        return 0;
    switch (line) {
    case 0: return tell_scale(join, out, size);
    case 1: return tell_options(join, out, size);
    case 2:
        return (size_t)snprintf(out, size,
                                _("MSS taken as %u (client) and %u (server), by the longest "
                                  "segments"),
                                join->mss[0], join->mss[1]);
    case 3: return tell_sent(join, out, size);
    case 4: return tell_window(join, out, size);
    default: return 0;
    }
}
