/*
 * fake_run.h - a run that never ran: a trace written by hand.
 *
 *   struct fake_run run;
 *   uint16_t a, b, wire;
 *   uint32_t frame;
 *
 *   fake_run_open(&run, "title");
 *   a = fake_run_node(&run, "a", 1);
 *   b = fake_run_node(&run, "b", 1);
 *   fake_run_address(&run, a, 0, NULL, "10.0.0.1", 24);
 *   wire = fake_run_link(&run, "wire", a, 0, b, 0);
 *   fake_run_at(&run, 0);
 *   frame = fake_run_udp(&run, wire, 0, 100);
 *   fake_run_at(&run, 20 * MS);
 *   fake_run_rx(&run, frame);
 *   ... ladder_print(&run.view, ...)
 *   fake_run_close(&run);
 *
 * For tests of what is shown: nothing here happens by itself, so that a test
 * can show what no engine would do. The world holds nodes and links only.
 */
#ifndef RUNG_TESTS_SUPPORT_FAKE_RUN_H
#define RUNG_TESTS_SUPPORT_FAKE_RUN_H

#include "tools/lib/run_view.h"

enum { FAKE_RUN_NODES = 80, FAKE_RUN_PORTS = 8 };

struct fake_run {
    struct world *world;
    struct trace trace;
    struct run_view view;
    struct run_node nodes[FAKE_RUN_NODES];
    struct run_port ports[FAKE_RUN_NODES][FAKE_RUN_PORTS];
};

void fake_run_open(struct fake_run *run, const char *title);
void fake_run_close(struct fake_run *run);

uint16_t fake_run_node(struct fake_run *run, const char *name, unsigned ports);
/* NAME of the port may be NULL. */
void fake_run_address(struct fake_run *run, uint16_t node, unsigned port, const char *name,
                      const char *address, int prefix_len);
uint16_t fake_run_link(struct fake_run *run, const char *name, uint16_t a, unsigned a_port,
                       uint16_t b, unsigned b_port);

/* What follows happens in an event of its own at TIME. */
void fake_run_at(struct fake_run *run, vtime time);

/* A frame goes on LINK from END; returns its number. */
uint32_t fake_run_tx(struct fake_run *run, uint16_t link, uint8_t end, struct span bytes);
uint32_t fake_run_arp(struct fake_run *run, uint16_t link, uint8_t end, bool reply);
uint32_t fake_run_udp(struct fake_run *run, uint16_t link, uint8_t end, size_t len);

/* FRAME arrives at the other end; is lost, or suffers a fate, on its wire. */
void fake_run_rx(struct fake_run *run, uint32_t frame);
void fake_run_lost(struct fake_run *run, uint32_t frame, rule_id rule, int64_t a);
void fake_run_fate(struct fake_run *run, uint32_t frame, rule_id rule, int64_t a, int64_t b);

/* NODE drops FRAME (0: one without number); decides; changes; does. */
void fake_run_drop(struct fake_run *run, uint16_t node, uint32_t frame, rule_id rule);
void fake_run_why(struct fake_run *run, uint16_t node, uint32_t frame, rule_id rule, int64_t a);
void fake_run_arp_state(struct fake_run *run, uint16_t node, ipv4 address, int state);
void fake_run_app(struct fake_run *run, uint16_t node, uint16_t what, int64_t a, int64_t b);
void fake_run_record(struct fake_run *run, const struct record *record);

#endif
