/*
 * pkt_shell.h - what the files of shell lines know of each other.
 *
 *   pkt_shell.c       lines -> commands -> words; Linux's settings
 *   pkt_shell_bsd.c   FreeBSD's settings
 *   pkt_shell_rung.c  our own
 *   pkt_sockstat.c    questions about sockets
 */
#ifndef RUNG_TOOLS_PKT_SHELL_H
#define RUNG_TOOLS_PKT_SHELL_H

#include "tools/lib/pkt_sockstat.h"

/* Sets NAME, of FreeBSD, to VALUE. What can make no difference here is taken as well.
 * False: it is unknown, or nothing here can be set to that; WHY says so. */
bool pkt_bsd_sysctl(struct pkt_settings *s, const char *name, const char *value, char *why,
                    size_t size);

/* rung set tcp.NAME VALUE, as in labs. False: WHY says what is wrong with it. */
bool pkt_rung_set(struct pkt_settings *s, const struct pkt_words *words, char *why, size_t size);

#endif
