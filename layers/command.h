/*
 * command.h - what can be told to a host, switch or link: one table.
 *
 * The script of a lab, the timeline's `:`, completion and `rung help
 * commands` all read this one table of commands. A command goes in two steps:
 *
 *   text --command_parse--> struct command --command_run--> the world moves
 *         when a lab is read                when its time has come
 *
 * so that every mistake is found, with its column, before the world begins.
 * A struct command is plain and of fixed size: it may be copied into the
 * arena. What a command does, and why it could not, stands in the trace.
 *
 *   command.c          finding the command; running it
 *   command_words.c    words and values, and the errors about them
 *   command_options.c  count N, every T, toward NODE ...
 *   command_table.c    the table
 *   command_host.c, command_tcp.c, command_read.c, command_link.c
 *                      what each reads and does
 */
#ifndef RUNG_LAYERS_COMMAND_H
#define RUNG_LAYERS_COMMAND_H

#include "layers/wire/address.h"
#include "sim/base.h"
#include "sim/vtime.h"

struct link;
struct node;
struct world;

#define COMMAND_LENGTH_MAX 500 /* bytes of a whole command */
#define COMMAND_TEXT_MAX 256   /* bytes between the quotes of a text */
#define COMMAND_MESSAGE_SIZE 240

enum command_target {
    COMMAND_ON_HOST,
    COMMAND_ON_ROUTER,
    COMMAND_ON_SWITCH,
    COMMAND_ON_HUB,
    COMMAND_ON_LINK,
    COMMAND_TARGETS
};

/* What a name in a command stands for. */
enum command_name { COMMAND_NAME_UNKNOWN, COMMAND_NAME_WITHOUT_ADDRESS, COMMAND_NAME_KNOWN };

/* Where a command is said, and who knows the names in it. */
struct command_scope {
    enum command_target target;
    void *ctx;
    /* The address that NAME ("b", "r1.lan") is reached by; NULL: no names. */
    enum command_name (*address_of)(void *ctx, const char *name, ipv4 *address);
    /* Name number INDEX of those, NULL past the last; for "did you mean". May
     * be NULL. */
    const char *(*name_at)(void *ctx, size_t index);
    /* For a link: which of its ends, 0 or 1, node NAME is at. May be NULL. */
    bool (*end_of)(void *ctx, const char *name, unsigned *end);
};

struct command_error {
    char message[COMMAND_MESSAGE_SIZE]; /* lower case, no full stop */
    size_t column;                      /* bytes of the text before it */
};

#define COMMAND_BOTH_WAYS 2

/* A command that was understood. Which fields hold depends on the command. */
struct command {
    uint16_t entry; /* in the table */
    uint16_t on_port; /* "on 9 read off"; 0: the newest socket */
    ipv4 on_address;  /* "on b:80 close"; 0: not given */
    ipv4 address;
    uint16_t port, from;
    uint8_t ttl;
    bool dont_fragment;
    bool is_text;
    bool framed;  /* send: the length in front of each message */
    bool urgent;  /* send: the last byte of each message is */
    bool more;    /* send: more follows at once, or the end */
    uint8_t role; /* listen, connect: enum tcp_role */
    uint8_t toward; /* direction of the link: from end 0 or 1, or both ways */
    uint32_t count;
    vtime interval;
    int64_t size;
    int64_t values[3]; /* of a setting; [1]: bytes of a reply */
    size_t setting;    /* offset into struct host_config */
    const struct config_key *key; /* and what may stand there */
    uint16_t text_len;
    char text[COMMAND_TEXT_MAX];
};

/* One row of the table, as people see it. */
struct command_help {
    const char *name;    /* "udp send" */
    const char *syntax;  /* "udp send HOST:PORT SIZE|\"text\" [count N] ..." */
    const char *help;    /* one sentence, lower case, no full stop */
    const char *example; /* "udp send b:9 100B count 3" */
    unsigned targets;    /* bit 1 << COMMAND_ON_...: who understands it */
};

/* Row number INDEX, in the order of the help; NULL past the last. */
const struct command_help *command_at(size_t index);

/* "hosts", "routers", ... */
const char *command_target_name(enum command_target target);

/* Reads TEXT, said in SCOPE. False: ERROR says what is wrong and where. */
bool command_parse(const char *text, const struct command_scope *scope, struct command *out,
                   struct command_error *error);

/*
 * Does COMMAND to NODE or, if that is NULL, to LINK, at this moment. False if
 * it could not be done; the trace says why.
 */
bool command_run(struct world *world, struct node *node, struct link *link,
                 const struct command *command);

#endif
