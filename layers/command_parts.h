/*
 * command_parts.h - what the files of the commands know of each other.
 *
 * Nobody but layers/command*.c includes this.
 */
#ifndef RUNG_LAYERS_COMMAND_PARTS_H
#define RUNG_LAYERS_COMMAND_PARTS_H

#include "layers/command.h"

#define COMMAND_WORDS_MAX 24
#define COMMAND_WORD_SIZE 64

struct command_word {
    char text[COMMAND_WORD_SIZE]; /* terminated; empty for a quoted text */
    size_t column;
    bool quoted; /* its content is in out->text */
};

/* A command being read, word by word. */
struct command_reader {
    const struct command_scope *scope;
    const struct command_entry *entry;
    struct command *out;
    struct command_error *error;
    unsigned next, count;
    size_t end; /* column behind the last word */
    unsigned options_given;
    struct command_word words[COMMAND_WORDS_MAX];
};

enum command_option {
    OPTION_COUNT = 1,
    OPTION_SIZE = 2,
    OPTION_EVERY = 4,
    OPTION_TTL = 8,
    OPTION_DF = 16,
    OPTION_PROBES = 32,
    OPTION_FROM = 64,
    OPTION_BACKLOG = 128,
    OPTION_TOWARD = 256,
    OPTION_ON = 512,    /* "on PORT" in front */
    OPTION_TEXT = 1024, /* a "text" may stand for a size */
    OPTION_AS = 2048,
    OPTION_FRAMED = 4096,
    OPTION_URGENT = 8192,
    OPTION_MORE = 16384,
};

struct command_entry {
    struct command_help help;
    unsigned options; /* enum command_option */
    /* Reads what stands between the name and the options; sets defaults. */
    bool (*parse)(struct command_reader *r);
    bool (*run)(struct node *node, struct link *link, const struct command *command);
};

extern const struct command_entry command_table[];
extern const size_t command_table_count;

/* ---- command_words.c ---- */

bool command_split(struct command_reader *r, const char *text);

/* An error at COLUMN; always false, to be returned. */
bool command_refuse(struct command_reader *r, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The next word, or NULL and an error: WHAT is missing, and the syntax. */
const struct command_word *command_next(struct command_reader *r, const char *what);

/* The next word if there is one, without taking it. */
const struct command_word *command_peek(const struct command_reader *r);

/* Read the next word. NAME is what it is called in an error. */
bool command_read_time(struct command_reader *r, const char *name, vtime *time);
bool command_read_size(struct command_reader *r, const char *name, int64_t *size);
bool command_read_count(struct command_reader *r, const char *name, int64_t min, int64_t max,
                        int64_t *count);
bool command_read_chance(struct command_reader *r, const char *name, int64_t *ppm);
bool command_read_host(struct command_reader *r, ipv4 *address);
bool command_read_port(struct command_reader *r, uint16_t *port);
bool command_read_endpoint(struct command_reader *r, ipv4 *address, uint16_t *port);

/* Like command_read_port, of a word that is already taken. */
bool command_port_of(struct command_reader *r, const char *text, size_t column, uint16_t *port);
bool command_endpoint_of(struct command_reader *r, const struct command_word *word,
                         ipv4 *address, uint16_t *port);

/* ---- command_options.c ---- */

/* Reads all words that are left as options of the command. */
bool command_read_options(struct command_reader *r);

/* ---- command_host.c ---- */

bool command_parse_nothing(struct command_reader *r);
bool command_parse_ping(struct command_reader *r);
bool command_parse_traceroute(struct command_reader *r);
bool command_parse_port(struct command_reader *r);
bool command_parse_udp_send(struct command_reader *r);
bool command_parse_set(struct command_reader *r);

bool command_run_ping(struct node *node, struct link *link, const struct command *command);
bool command_run_traceroute(struct node *node, struct link *link, const struct command *command);
bool command_run_udp_bind(struct node *node, struct link *link, const struct command *command);
bool command_run_udp_echo(struct node *node, struct link *link, const struct command *command);
bool command_run_udp_send(struct node *node, struct link *link, const struct command *command);
bool command_run_udp_close(struct node *node, struct link *link, const struct command *command);
bool command_run_arp_flush(struct node *node, struct link *link, const struct command *command);
bool command_run_arp_announce(struct node *node, struct link *link, const struct command *command);
bool command_run_set(struct node *node, struct link *link, const struct command *command);

/* ---- command_tcp.c, command_read.c ---- */

bool command_parse_connect(struct command_reader *r);
bool command_parse_send(struct command_reader *r);
bool command_parse_request(struct command_reader *r);
bool command_parse_read(struct command_reader *r);

/* What stands behind "as". */
bool command_read_role(struct command_reader *r);

bool command_run_listen(struct node *node, struct link *link, const struct command *command);
bool command_run_accept(struct node *node, struct link *link, const struct command *command);
bool command_run_ss(struct node *node, struct link *link, const struct command *command);
bool command_run_connect(struct node *node, struct link *link, const struct command *command);
bool command_run_send(struct node *node, struct link *link, const struct command *command);
bool command_run_request(struct node *node, struct link *link, const struct command *command);
bool command_run_close(struct node *node, struct link *link, const struct command *command);
bool command_run_shutdown(struct node *node, struct link *link, const struct command *command);
bool command_run_abort(struct node *node, struct link *link, const struct command *command);
bool command_run_read(struct node *node, struct link *link, const struct command *command);

/* ---- command_link.c ---- */

bool command_parse_rate(struct command_reader *r);
bool command_parse_link_time(struct command_reader *r);
bool command_parse_link_chance(struct command_reader *r);
bool command_parse_queue(struct command_reader *r);
bool command_parse_mtu(struct command_reader *r);
bool command_parse_burst_loss(struct command_reader *r);
bool command_parse_reorder(struct command_reader *r);
bool command_parse_link_switch(struct command_reader *r);

bool command_run_up(struct node *node, struct link *link, const struct command *command);
bool command_run_down(struct node *node, struct link *link, const struct command *command);
bool command_run_rate(struct node *node, struct link *link, const struct command *command);
bool command_run_delay(struct node *node, struct link *link, const struct command *command);
bool command_run_jitter(struct node *node, struct link *link, const struct command *command);
bool command_run_queue(struct node *node, struct link *link, const struct command *command);
bool command_run_loss(struct node *node, struct link *link, const struct command *command);
bool command_run_burst_loss(struct node *node, struct link *link, const struct command *command);
bool command_run_reorder(struct node *node, struct link *link, const struct command *command);
bool command_run_duplicate(struct node *node, struct link *link, const struct command *command);
bool command_run_corrupt(struct node *node, struct link *link, const struct command *command);
bool command_run_ecn(struct node *node, struct link *link, const struct command *command);
bool command_run_mtu(struct node *node, struct link *link, const struct command *command);
bool command_run_fcs(struct node *node, struct link *link, const struct command *command);
bool command_run_switch_flush(struct node *node, struct link *link, const struct command *command);

#endif
