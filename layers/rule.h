/*
 * rule.h - the rule book: every reason that Rung can give, once.
 *
 * A decision in the code is one line, WHY(node, RULE_ARP_REQUEST, a, b); a
 * refused packet is packet_drop(p, RULE_IP_BAD_CHECKSUM). The sentence, the
 * RFC and its section stand in the rules_*.def tables, one row a rule:
 *
 *   RULE(name, kind, rfc, section, label, sentence)
 *
 * kind      DROP  the packet ends here, for this reason
 *           FATE  what a wire did to a frame that still arrives
 *           WHY   a decision, or a step of the protocol worth explaining
 *           SEEN  what somebody who watches a wire finds against an RFC
 * rfc       number of the RFC, 0 where none rules (a wire, a choice of ours)
 * section   as the RFC heads it: "3.2.1.3", or for the oldest RFCs, which
 *           number nothing, the heading itself: "Packet Reception"
 * label     requirement label ("MUST-14", RFC 9293; each has its row in
 *           layers/tcp/requirements.def), else ""
 * sentence  lower case, no full stop. {a} and {b} are the record's integers;
 *           a colon says how to print them: {a:ip} {a:mac} {a:time} {a:bytes}
 *           {a:packets} {a:frames} {a:messages} {a:copies} {a:fragments}
 *           {a:hops} {a:requests} {a:reads} {a:holes} ("1 hop", "2 hops"),
 *           with a verb {a:hops are} {a:hops were} ("1 hop is", "2 hops are");
 *           {a:hex} {a:ethertype} {a:protocol} {a:state} {a:icmp}, the
 *           sentence of another rule {a:rule}, the start of a text {a:text}
 *           (rule_text), a short word {a:word} (rule_word). An integer may
 *           hold three numbers (rule_parts): {a1} {a2} {a3:bytes}
 *
 * A test holds rfc and section against a table of the RFCs' own headings
 * (tests/rfc/sections.tsv), so that no citation is invented.
 */
#ifndef RUNG_LAYERS_RULE_H
#define RUNG_LAYERS_RULE_H

#include "sim/base.h"
#include "sim/sim_rules.h"

#include <stddef.h>

enum layers_rule {
    RULE_LAYERS_BEFORE_FIRST = RULE_SIM_COUNT - 1,
#define RULE(name, kind, rfc, section, label, sentence) RULE_##name,
#include "layers/rules_all.def"
#undef RULE
    RULE_COUNT
};

enum rule_kind { RULE_KIND_DROP, RULE_KIND_FATE, RULE_KIND_WHY, RULE_KIND_SEEN };

/* Whose table a rule stands in; the formats of headers are nobody's. */
enum rule_layer {
    RULE_OF_NONE,
    RULE_OF_SIM,
    RULE_OF_LINK,
    RULE_OF_ARP,
    RULE_OF_IP,
    RULE_OF_ICMP,
    RULE_OF_UDP,
    RULE_OF_TCP,
    RULE_OF_APP,
    RULE_LAYERS
};

struct rule {
    const char *name; /* "ARP_REQUEST" */
    enum rule_kind kind;
    int rfc;
    const char *section;
    const char *label;
    const char *sentence;
};

/* The row of a rule; RULE_NONE has an empty one. Aborts past RULE_COUNT. */
const struct rule *rule_get(rule_id id);

enum rule_layer rule_layer(rule_id id);
/* "link", "tcp" ..., as a person names it. */
const char *rule_layer_name(enum rule_layer layer);

/* The rule called NAME, in any case, or RULE_NONE. */
rule_id rule_find(const char *name);

/*
 * Writes the sentence of ID with A and B put in, always terminated; returns
 * the length it would have had, as snprintf does.
 */
size_t rule_sentence(rule_id id, int64_t a, int64_t b, char *out, size_t size);

/* The same for any sentence with {a} and {b}, such as application events have. */
size_t sentence_format(const char *sentence, int64_t a, int64_t b, char *out, size_t size);

/* Whether FORM, "bytes were} waiting", says what is counted: the number comes
 * before its words, which end at the brace. */
bool sentence_form_counts(const char *form);

/*
 * Three numbers in one integer, for a sentence with more than two: {a1} is
 * FIRST, {a2} SECOND, {a3} THIRD.
 */
static inline int64_t rule_parts(uint32_t first, uint16_t second, uint16_t third)
{
    return (int64_t)((uint64_t)third << 48 | (uint64_t)second << 32 | first);
}

/* Number N, 1 to 3, of what rule_parts has put together. */
static inline uint32_t rule_part(int64_t parts, unsigned n)
{
    uint64_t all = (uint64_t)parts;

    if (n == 1)
        return (uint32_t)all;
    return n == 2 ? (uint32_t)(all >> 32 & 0xffff) : (uint32_t)(all >> 48);
}

/*
 * The first characters of TEXT in one integer, for {a:text}, which prints them
 * in quotes after a blank; 0, for which it prints nothing, if TEXT is no text
 * or has no beginning worth reading. rule_text_of: START begins a text of LEN.
 */
#define RULE_TEXT_MAX 8
int64_t rule_text(struct span text);
int64_t rule_text_of(struct span start, size_t len);

/* START is what sources make up where nobody wrote a text: one printable letter
 * after the other. Nobody wants to read that. A few may well be a word. */
bool rule_text_is_made_up(struct span start);

/* A WORD of the program's own, for {a:word}: as above, but nothing is guessed. */
int64_t rule_word(const char *word);

/* Writes "RFC 826, Packet Reception" or, where no RFC rules, "". */
size_t rule_citation(rule_id id, char *out, size_t size);

#endif
