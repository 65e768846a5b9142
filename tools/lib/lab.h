/*
 * lab.h - a lab file as plain structs: read, checked, ready to be built.
 *
 *   lab.yaml --yaml_tree--> nodes with marks --lab_*--> struct lab --lab_build--> world
 *                                ^
 *                 --set PATH=VALUE changes the tree, so that every check
 *                 of the file holds for the options too
 *
 * Whatever this model holds has been checked: names resolve to indices,
 * numbers carry their unit in the field's name and are within their limits,
 * addresses make sense. Where a file says nothing, the default stands here
 * already. Marks lead back into the text for errors that only the builder
 * can find: diagnostic_error(d, lab->links[i].mark, ...).
 *
 * Everything is owned by the lab and freed by lab_free. Strings are UTF-8
 * from the file: filter control characters before a terminal sees them.
 *
 * Deliberately missing: what a command, a filter or a condition means. Their
 * texts are kept; struct lab_hooks lets their owners check them, so that an
 * error points at the very column.
 *
 * The keys of the file, with their help, are in lab_keys.h.
 */
#ifndef RUNG_TOOLS_LAB_H
#define RUNG_TOOLS_LAB_H

#include "layers/config.h"
#include "layers/wire/address.h"
#include "sim/vtime.h"
#include "tools/lib/diagnostic.h"
#include "tools/lib/lab_exercise.h"

enum {
    LAB_NODES_MAX = 65000, /* hosts, switches, hubs and routers together */
    LAB_NAME_MAX = 15,     /* bytes in the name of a node, interface or link */
    LAB_INTERFACES_MAX = 250, /* of one router */
    LAB_HOST_LINKS_MAX = 8,   /* of one host */
    LAB_ROUTES_MAX = 256,  /* of one node, with those to its own networks */
    LAB_COMMANDS_MAX = 100000, /* entries of the script */
    LAB_FAULTS_MAX = 1000,
    LAB_CHECKS_MAX = 1000,
    LAB_NTH_MAX = 16,      /* frames that one fault may list */
};

#define LAB_NONE SIZE_MAX /* the index of nothing */

/* One value for a module of a host: at section->offset + key->offset in its
 * configuration, an int64_t. */
struct lab_setting {
    const struct config_section *section;
    const struct config_key *key;
    int64_t value;
    struct mark mark; /* of the value */
    struct lab_setting *next;
};

/* An interface. A host has "eth0" with its address, and for each link after its
 * first an "eth1", "eth2" without one; a router has those it names; switches
 * and hubs have ports, made by the links (see lab_end). */
struct lab_interface {
    const char *name;
    struct mark mark;
    bool has_address;
    bool address_refused; /* the file gives one, with an error */
    ipv4 address;
    int prefix_len; /* 0..32; 0: everybody is on this wire */
    struct mark address_mark;
    struct mac mac; /* given, or 02:00:00:00:00:NN by order */
    bool mac_given;
    struct mark mac_mark;
    int mtu; /* given, or the mtu of its link, or 1500 */
    bool mtu_given;
    struct mark mtu_mark;
    size_t link; /* index, or LAB_NONE where no link ends here */
    size_t end;  /* 0 or 1: which end of that link */
};

struct lab_route {
    ipv4 network;
    int prefix_len; /* 0..32; 0 is the default route */
    ipv4 gateway;
    struct mark mark;         /* of the prefix */
    struct mark gateway_mark;
};

/* A word of a list, such as a command of `apps`. */
struct lab_word {
    const char *text;
    struct mark mark;
};

enum lab_node_kind { LAB_HOST, LAB_SWITCH, LAB_HUB, LAB_ROUTER };

struct lab_node {
    enum lab_node_kind kind;
    const char *name;
    struct mark mark; /* of the name */
    struct lab_interface *interfaces; /* hosts: at least one; routers: any */
    size_t interface_count;
    size_t port_count; /* switches and hubs: how many links end here */
    struct lab_route *routes; /* `gateway:` comes first, as 0.0.0.0/0 */
    size_t route_count;
    struct lab_setting *settings; /* of this node alone; see lab_settings_apply */
    struct lab_word *apps;
    size_t app_count;
    uint64_t bugs; /* bits of layers/bugs.h */
    bool duplicate_address; /* may own the address of another */
};

/* What one direction of a link does. Chances are parts per million. All are
 * int64_t so that a table of keys can name them by offset. */
struct lab_direction {
    int64_t rate;         /* bit/s; 0 is infinitely fast */
    int64_t delay;        /* ns */
    int64_t jitter;       /* ns; each frame is up to this much later */
    int64_t queue;        /* frames that wait behind the one being sent */
    int64_t loss;         /* ppm */
    int64_t burst_enter;  /* ppm, good to bad; 0: no bursts (Gilbert-Elliott) */
    int64_t burst_leave;  /* ppm, bad to good */
    int64_t burst_loss;   /* ppm, lost while bad */
    int64_t reorder;      /* ppm: held back, so that later ones overtake */
    int64_t reorder_by;   /* ns that it is held back */
    int64_t duplicate;    /* ppm */
    int64_t corrupt;      /* ppm: one bit flips */
    int64_t ecn;          /* 1: a queue that is half full marks CE where it may */
};

struct lab_end {
    size_t node;
    size_t interface; /* index; of switches and hubs the port, from 0 */
    struct mark mark;
};

struct lab_link {
    const char *name;
    struct mark mark; /* of the name */
    struct lab_end ends[2];
    struct lab_direction dir[2]; /* dir[e] is what is sent FROM ends[e] */
    int64_t mtu; /* longest payload of a frame, in bytes; 0: not given */
    int64_t fcs; /* 1: a frame whose FCS is wrong dies; 0: it passes */
};

enum lab_target { LAB_TARGET_NODE, LAB_TARGET_LINK };

enum lab_start {
    LAB_AT,    /* at `time` */
    LAB_WHEN,  /* `time` after when_node first reaches when_state, or when_received */
    LAB_AFTER, /* `time` after the entry above started */
};

/* One entry of `script`. */
struct lab_command {
    enum lab_start start;
    vtime time; /* ns, from what `start` says; LAB_WHEN: 0 or its `after` */
    struct mark time_mark;
    size_t when_node;       /* LAB_WHEN */
    const char *when_state; /* LAB_WHEN: "ESTABLISHED", checked by a hook; or as the */
    int64_t when_received;  /* file has it, and the bytes, at least 1; else 0 */
    struct mark when_mark;  /* of the state */
    enum lab_target target;
    size_t index; /* into nodes or links */
    struct mark target_mark;
    const char *text; /* "connect b:80" */
    struct mark text_mark;
};

enum lab_fault_action { LAB_DROP, LAB_DELAY, LAB_DUPLICATE, LAB_CORRUPT };

/* One entry of `faults`: done to the frames that match, or to one frame of
 * this very run, as by hand (`drop: frame 5` is what --drop 5 does). */
struct lab_fault {
    enum lab_fault_action action;
    struct mark mark;
    uint32_t frame;     /* its number, from 1; all but `by` and `bit` is unused;
                           0: the frames that match */
    const char *filter; /* tcpdump's language; "" matches all */
    struct mark filter_mark;
    size_t from; /* sending end: node index, or LAB_NONE for any */
    size_t to;   /* receiving end, or LAB_NONE */
    size_t link; /* index, or LAB_NONE for every link */
    uint32_t nth[LAB_NTH_MAX]; /* which matches, from 1, rising */
    size_t nth_count;          /* 0: see every */
    uint32_t every;            /* each how-manieth match; 1: all of them */
    vtime by;                  /* LAB_DELAY: how much later */
    int64_t bit;               /* LAB_CORRUPT: flip this bit of the frame, or -1:
                                  swap, or for `frame` one that luck draws */
    bool has_swap;             /* LAB_CORRUPT: swap the 16-bit words that */
    uint32_t swap[2];          /* start at these two bytes of the frame */
};

/* One entry of `checks`. */
struct lab_check {
    const char *expression;
    struct mark mark;
    vtime within; /* must hold by then, or VTIME_NEVER: at the end */
    int64_t points; /* default 1 */
    const char *hint; /* or NULL */
};

struct lab_memory; /* where all of it lives */
struct lab_names;  /* name -> node or link */

struct lab {
    const struct source *source; /* the file */
    const char *title;           /* or "" */
    const char *vary_key;        /* what variants are drawn by; the title if not given */
    const char *about;           /* or "" */
    uint64_t seed;               /* default 1 */
    vtime until;                 /* default 1 h; the script ends by then */
    vtime stop;                  /* the run is cut short here; default: it is not */
    struct lab_setting *defaults; /* of every host */
    struct lab_node *nodes; /* hosts, switches, hubs, routers; each by order */
    size_t node_count;
    struct lab_link *links;
    size_t link_count;
    struct lab_command *commands;
    size_t command_count;
    struct lab_fault *faults;
    size_t fault_count;
    struct lab_check *checks;
    size_t check_count;
    struct lab_vary *vary; /* these five: lab_exercise.h */
    size_t vary_count;
    struct lab_named_moment *moments;
    size_t moment_count;
    struct lab_page *pages;
    size_t page_count;
    struct lab_question *questions;
    size_t question_count;
    struct lab_task *tasks;
    size_t task_count;
    struct lab_text_place *texts; /* those of these that have values in them */
    struct lab_memory *memory;
    struct lab_names *names;
    struct source *sources; /* the file and each --set */
    size_t source_count;
};

/*
 * Whoever knows commands, filters and conditions checks them here. Each hook
 * may be NULL (then the text is kept unchecked); it returns whether TEXT is
 * right, else writes the sentence (lower case, no full stop) to WHY and the
 * byte offset in the text to COLUMN (preset to 0). The lab is complete when
 * they are called, except that other errors may have been found in it.
 */
struct lab_hooks {
    void *ctx;
    bool (*check_command)(void *ctx, const struct lab *lab, const struct lab_command *command,
                          char *why, size_t size, size_t *column);
    bool (*check_state)(void *ctx, const struct lab *lab, size_t node, const char *state,
                        char *why, size_t size, size_t *column);
    bool (*check_filter)(void *ctx, const struct lab *lab, const char *filter, char *why,
                         size_t size, size_t *column);
    bool (*check_expression)(void *ctx, const struct lab *lab, const char *expression, char *why,
                             size_t size, size_t *column);
    /* Of questions: what is said of a frame may stand here, too. */
    bool (*check_answer)(void *ctx, const struct lab *lab, const char *expression, char *why,
                         size_t size, size_t *column);
    /* Of texts: an expression within one, where SEEN may be looked at. */
    bool (*check_inserted)(void *ctx, const struct lab *lab, const char *expression,
                           const struct lab_seen *seen, char *why, size_t size, size_t *column);
    /* Of a question: how far from ANSWER, which is sound, is near enough. */
    bool (*check_within)(void *ctx, const struct lab *lab, const char *answer, const char *within,
                         char *why, size_t size);
    /* Of a task's solution. */
    bool (*check_deed)(void *ctx, const struct lab *lab, const char *deed, char *why, size_t size,
                       size_t *column);
};

/*
 * The arguments of --set, "hosts.a.tcp.cc=cubic", in their order. The path
 * names keys of the file, or positions from 0 in a list (script.0.at); the
 * value is as in the file. What is not in the file is added, except that
 * hosts, links and so on must exist.
 */
struct lab_overrides {
    const char *const *at;
    size_t count;
};

/*
 * Reads the lab at PATH with OVERRIDES (or NULL) applied. True: *LAB is whole
 * and the caller's to lab_free. False: *LAB is NULL and D says why. HOOKS may
 * be NULL.
 */
bool lab_load(const char *path, const struct lab_overrides *overrides,
              const struct lab_hooks *hooks, struct lab **lab, struct diagnostics *d);

/* The same from TEXT, which may be freed afterwards; errors call it NAME. */
bool lab_parse(const char *text, size_t len, const char *name,
               const struct lab_overrides *overrides, const struct lab_hooks *hooks,
               struct lab **lab, struct diagnostics *d);

void lab_free(struct lab *lab);

/* The index of the node or link called by the LEN bytes at NAME, or LAB_NONE. */
size_t lab_find_node(const struct lab *lab, const char *name, size_t len);
size_t lab_find_link(const struct lab *lab, const char *name, size_t len);

/* The moment called so, or LAB_NONE. */
size_t lab_find_moment(const struct lab *lab, const char *name, size_t len);

/* The interface of NODE called by the LEN bytes at NAME, or LAB_NONE. */
size_t lab_find_interface(const struct lab_node *node, const char *name, size_t len);

/*
 * Writes the settings that hold for node INDEX into CONFIG, which has its
 * defaults already: for a host or router a struct host_config, for a host
 * `defaults:` first, then its own; for a switch a struct switch_config.
 */
void lab_settings_apply(const struct lab *lab, size_t index, void *config);

/* The place OFFSET bytes into the text of the scalar at MARK. */
struct mark lab_mark_within(struct mark mark, const char *text, size_t offset);

/* The place WITHIN bytes into the LEN bytes at OFFSET of TEXT, the scalar at MARK,
 * also of one that goes over several lines. Where they do not stand in the file as
 * they are, MARK has to do. */
struct mark lab_mark_of_piece(struct mark mark, const char *text, size_t offset, size_t len,
                              size_t within);

#endif
