/*
 * pkt_profile.h - whose habits a script expects.
 *
 *   strict   as written, against our TCP as it is
 *   linux    with Linux's timers and buffers; PSH and the order of options are
 *            nobody's business
 *   bsd      with FreeBSD's buffers; windows of what comes out, and options of
 *            its SYNs, are nobody's business
 *
 * What scripts set by shell lines (sysctl ...) is a table here as well.
 */
#ifndef RUNG_TOOLS_PKT_PROFILE_H
#define RUNG_TOOLS_PKT_PROFILE_H

#include "layers/host_config.h"
#include "layers/tcp/tcp.h"
#include "tools/lib/pkt_script.h"

enum pkt_profile { PKT_STRICT, PKT_LINUX, PKT_BSD, PKT_PROFILES };

/* The profile that SCRIPT is run under: GIVEN, or where that is PKT_PROFILES,
 * what its option --profile says, else strict. PKT_PROFILES: there is none of
 * that name. */
enum pkt_profile pkt_profile_of(const struct pkt_script *script, enum pkt_profile given);

/* "strict"; NULL past the last. */
const char *pkt_profile_name(unsigned profile);
/* PKT_PROFILES: there is none of this name. */
enum pkt_profile pkt_profile_find(const char *name);

/* All that a profile, the options and the shell lines of a script decide. */
struct pkt_settings {
    enum pkt_profile profile;
    struct host_config host;
    int64_t ecn;          /* 0 off, 1 on, 2 only if the peer asks */
    int64_t tlp, rack;    /* Linux: of early_retrans and recovery */
    bool ignore_push, ignore_option_order, ignore_windows, ignore_syn_options;
    bool strict_segments;
    bool nothing_left;    /* no packet may come out that is not expected */
    vtime tolerance;
    vtime timestamp_tick; /* 0: TSvals are not compared */
    uint16_t mtu;
};

void pkt_settings_begin(struct pkt_settings *s, enum pkt_profile profile);

/* The script's --options. False: WHY says what is not known here. */
bool pkt_settings_options(struct pkt_settings *s, const struct pkt_script *script, char *why,
                          size_t size);

/* A TCP socket, as sockstat shows it; a remote port 0: it has no peer. */
struct pkt_line {
    struct tcp_endpoint local, remote;
    int state;
};

/* Where shell lines learn of them: the Ith into *LINE; false: there are no more. */
struct pkt_lister {
    bool (*line)(void *ctx, unsigned i, struct pkt_line *line);
    void *ctx;
};

/* How a shell line has ended. */
enum pkt_shell {
    PKT_SHELL_DONE,    /* a setting, a question with the answer yes, or nothing that matters */
    PKT_SHELL_FAILS,   /* a question with the answer no: WHY says which */
    PKT_SHELL_UNKNOWN, /* WHY says what is not known */
};
enum pkt_shell pkt_settings_shell(struct pkt_settings *s, const char *text,
                                  const struct pkt_lister *lister, char *why, size_t size);

#endif
