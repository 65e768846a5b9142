/*
 * tcp_tell.h - all that happened in a world, on standard output: for whoever
 * looks for the reason of a failure.
 */
#ifndef RUNG_TESTS_SUPPORT_TCP_TELL_H
#define RUNG_TESTS_SUPPORT_TCP_TELL_H

#include "tests/support/net.h"

/* One line a record of NET's trace. */
void tcp_tell(const struct net *net);

#endif
