/*
 * expression.h - conditions over a run: "b.udp.messages == 3 and wire.lost > 0".
 *
 *   expression  = and { "or" and }
 *   and         = not { "and" not }
 *   not         = [ "not" ] comparison
 *   comparison  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum ]
 *   sum         = product { ( "+" | "-" ) product }
 *   product     = unary { ( "*" | "/" | "%" ) unary }
 *   unary       = [ "-" ] ( number | path | count | "(" expression ")" )
 *   number      = an integer (decimal, or 0x0806), or one with a unit: 8kB (bytes), 20ms (ns)
 *   path        = NODE.VALUE | LINK.VALUE | "time"        (tools/lib/value.h)
 *               | "frame" "." FACT                        of the frame in question
 *                                                         (tools/lib/frame_facts.h)
 *               | MOMENT "." ( "time" | "frame" "." FACT ) of one of the lab's moments:
 *               | "deeds" [ "." KIND ]                    what was done to the run
 *                                                         (tools/lib/deed.h)
 *               | "end.time"                              of the run's last event
 *               | STATE                                   ESTABLISHED, FIN-WAIT-2
 *   count       = "count" "(" [ NODE "." ] WHAT ")"       how often so far
 *   WHAT        = a rule of the book ("IP_FRAGMENT") or a kind: tx rx lost why,
 *                 or a word of the ladder: retransmission, duplicate-ack ...
 *
 * Parsed once, against the names of a lab, into a short program for a stack;
 * evaluated as often as wanted. Arithmetic is 64-bit; overflow and division
 * by zero make the whole expression fail, they do not stop the program. What
 * "and" and "or" do not need is not computed: "a != 0 and 8 / a > 1" holds or
 * does not, but never fails.
 *
 * An expression has a type (value.h), so that its value can be read from a
 * person and printed as one: "a.tcp.cwnd * 2" is a size, "end.time / 2" a time.
 */
#ifndef RUNG_TOOLS_EXPRESSION_H
#define RUNG_TOOLS_EXPRESSION_H

#include "sim/sim_rules.h"
#include "sim/trace.h"
#include "tools/lib/deed.h"
#include "tools/lib/frame_facts.h"
#include "tools/lib/lab.h"
#include "tools/lib/value.h"

enum { EXPRESSION_STEPS = 96, EXPRESSION_DEPTH = 16 };

enum expression_op {
    OP_NUMBER, OP_VALUE_NODE, OP_VALUE_TCP, OP_VALUE_LINK, OP_TIME, OP_COUNT,
    OP_FRAME, OP_MOMENT, OP_DEEDS, OP_END_TIME, OP_COUNT_MARKS,
    OP_NEGATE, OP_NOT, OP_MULTIPLY, OP_DIVIDE, OP_REMAINDER, OP_ADD, OP_SUBTRACT,
    OP_EQUAL, OP_NOT_EQUAL, OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL,
    OP_AND, OP_OR,
    OP_SKIP_AND, OP_SKIP_OR, /* to step INDEX if the left side decides */
};

/* How many records of a kind, rule or application event there have been,
 * counted once each. */
struct expression_count {
    uint32_t scanned; /* records looked at so far */
    int64_t found;
    uint16_t node; /* or NODE_NONE: any */
    rule_id rule;  /* or RULE_NONE: by kind */
    uint16_t app;  /* of RECORD_APP: enum app_event; or APP_NONE: any */
    uint8_t kind;  /* RECORD_KINDS: any */
};

struct expression_step {
    enum expression_op op;
    int64_t number;
    size_t index; /* of the node or link; of a step; of the moment, and 1 */
    const struct value *value;
    const struct value_tcp *tcp;
    uint16_t port;  /* of the connection; 0: not said which */
    bool is_state;  /* the number is that of a state */
    enum value_type type;   /* of a number */
    struct frame_fact fact; /* OP_FRAME */
    const char *at;         /* OP_NUMBER, OP_FRAME, OP_MOMENT, OP_END_TIME: in the text */
    unsigned marks;         /* OP_COUNT_MARKS */
    struct expression_count count;
};

struct expression {
    struct expression_step steps[EXPRESSION_STEPS];
    unsigned count;
    bool compared;       /* evaluating it compared something; last: */
    int64_t left, right; /* these two */
    bool states;         /* which are states */
    const char *frame_at; /* in the text: the first "frame.", or NULL */
    const char *moment_at; /* the first name of a moment, or NULL */
};

/* Where a moment of the lab lies in a run. */
struct expression_moment {
    bool comes;
    uint32_t event, frame;
    vtime time;
};

/* What an expression may look at. All but the world may be NULL. */
struct expression_scene {
    const struct world *world;
    const struct trace *trace;        /* NULL: nothing is counted */
    struct frame_facts *facts;        /* of this trace, to be quick */
    uint32_t frame;                   /* which frame "frame." means; 0: none */
    const struct deed_counts *deeds;  /* NULL: none were done */
    const struct expression_moment *moments; /* those of the lab */
    uint32_t seen; /* of them, those up to this event may be looked at */
};

/* Reads TEXT with the names of LAB. False: WHY says what is wrong and *COLUMN
 * at which byte of it. */
bool expression_parse(const char *text, const struct lab *lab, struct expression *expression,
                      char *why, size_t size, size_t *column);

/*
 * The value of EXPRESSION now, in *RESULT (0 or 1 for a condition). TRACE may
 * be NULL if nothing is counted. False on overflow or division by zero.
 * Counting goes on from the last time: a world that was taken back needs a
 * fresh expression.
 */
bool expression_evaluate(struct expression *expression, const struct world *world,
                         const struct trace *trace, int64_t *result);

/* The same with all that can be asked. False also if the frame is not there, or
 * has no such field. */
bool expression_evaluate_in(struct expression *expression, const struct expression_scene *scene,
                            int64_t *result);

/* What kind of value EXPRESSION has; expression_type.c. */
enum value_type expression_type(const struct expression *expression);

/* The first number without a unit that is added to or compared with a time,
 * which would be taken for nanoseconds; or NULL. 0 needs none. */
const struct expression_step *expression_bare_number(const struct expression *expression);

#endif
