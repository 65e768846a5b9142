/*
 * pkt_sockstat.h - what a script asks of sockstat or netstat, through grep.
 *
 *   sockstat -4 -P tcp -p 8080 -q -s | grep ESTABLISHED      a line has it?
 *   netstat -an -p tcp | grep 8080 | grep -q FIN_WAIT_2      through two of them
 *   sockstat -4 | grep -v LISTEN | wc -l | grep -w 0         counted
 *
 * The lines are those that FreeBSD would print of our sockets; the pipeline is
 * worked out here, and no command is run. Commands end as in a shell: of a
 * pipeline the last one says whether it has succeeded.
 */
#ifndef RUNG_TOOLS_PKT_SOCKSTAT_H
#define RUNG_TOOLS_PKT_SOCKSTAT_H

#include "layers/tcp/tcp.h"
#include "tools/lib/pkt_profile.h"

enum { PKT_WORDS_MAX = 64, PKT_WORD_SIZE = 128 };

/* A command, its words without quotes; PKT_PIPE stands where it is piped on. */
#define PKT_PIPE "\t|"
struct pkt_words {
    char at[PKT_WORDS_MAX][PKT_WORD_SIZE];
    unsigned count;
};

/* Whether WORDS is a question for sockstat or netstat. */
bool pkt_sockstat_is(const struct pkt_words *words);

/* Works it out: DONE if it succeeds; FAILS, or UNKNOWN if a part of it is not
 * known here, and WHY says what. */
enum pkt_shell pkt_sockstat_ask(const struct pkt_words *words, const struct pkt_lister *lister,
                                char *why, size_t size);

/* As FreeBSD calls it: "FIN_WAIT_2". */
const char *pkt_state_name(int state);

#endif
