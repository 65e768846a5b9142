#include "layers/command_parts.h"

#include <stdio.h>
#include <string.h>

#include "layers/link/switch.h"
#include "layers/names.h"
#include "layers/rule.h"
#include "layers/state.h"
#include "layers/units.h"
#include "sim/world.h"

#define ALWAYS_PPM 1000000
#define MTU_MIN 68 /* RFC 791: every module must forward so much */
#define MTU_MAX 65535

/* ---- Reading ---- */

bool command_parse_rate(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "a rate");
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_rate(word->text, &r->out->values[0], why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

bool command_parse_link_time(struct command_reader *r)
{
    return command_read_time(r, "a time", &r->out->values[0]);
}

bool command_parse_link_chance(struct command_reader *r)
{
    return command_read_chance(r, "a chance", &r->out->values[0]);
}

/* "5 packets" are two words here. */
bool command_parse_queue(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "a number of packets");
    const struct command_word *unit = command_peek(r);
    char text[2 * COMMAND_WORD_SIZE], why[UNIT_WHY_SIZE];
    bool has_unit = unit != NULL && strcmp(unit->text, "toward") != 0;

    if (word == NULL)
        return false;
    snprintf(text, sizeof text, "%s%s%s", word->text, has_unit ? " " : "",
             has_unit ? unit->text : "");
    r->next += has_unit;
    return unit_parse_packets(text, &r->out->values[0], why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

/* An MTU is bytes and nothing else, so the unit may be left out. */
bool command_parse_mtu(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "a number of bytes");
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    if (unit_parse_count(word->text, MTU_MIN, MTU_MAX, &r->out->values[0], why, sizeof why))
        return true;
    if (!unit_parse_size(word->text, &r->out->values[0], why, sizeof why))
        return command_refuse(r, word->column, "mtu: write a number of bytes from %d to %d",
                              MTU_MIN, MTU_MAX);
    return (r->out->values[0] >= MTU_MIN && r->out->values[0] <= MTU_MAX) ||
           command_refuse(r, word->column, "%s is out of range: write %d to %d", word->text,
                          MTU_MIN, MTU_MAX);
}

bool command_parse_link_switch(struct command_reader *r)
{
    const struct command_word *word = command_next(r, "on or off");
    char why[UNIT_WHY_SIZE];

    if (word == NULL)
        return false;
    return unit_parse_switch(word->text, &r->out->values[0], why, sizeof why) ||
           command_refuse(r, word->column, "%s", why);
}

/* off, or: enter N% leave N% [loss N%], in any order. */
bool command_parse_burst_loss(struct command_reader *r)
{
    static const char *const names[] = { "enter", "leave", "loss" };
    const struct command_word *word = command_peek(r);
    unsigned given = 0;

    r->out->values[2] = ALWAYS_PPM;
    if (word != NULL && strcmp(word->text, "off") == 0) {
        r->next++;
        return true;
    }
    while ((word = command_peek(r)) != NULL && strcmp(word->text, "toward") != 0) {
        unsigned i = 0;

        while (i < ARRAY_LEN(names) && strcmp(word->text, names[i]) != 0)
            i++;
        if (i == ARRAY_LEN(names) || (given & 1u << i))
            return command_refuse(r, word->column, "\"%s\" cannot stand here: write %s",
                                  word->text, r->entry->help.syntax);
        given |= 1u << i;
        r->next++;
        if (!command_read_chance(r, "a chance", &r->out->values[i]))
            return false;
    }
    return (given & 3) == 3 || command_refuse(r, r->end, "burst-loss needs both enter and leave: "
                                              "write %s", r->entry->help.example);
}

bool command_parse_reorder(struct command_reader *r)
{
    const struct command_word *word;

    r->out->values[1] = -1; /* by: the delay of the link, or 1ms */
    if (!command_read_chance(r, "a chance", &r->out->values[0]))
        return false;
    word = command_peek(r);
    if (word == NULL || strcmp(word->text, "by") != 0)
        return true;
    r->next++;
    return command_read_time(r, "a time", &r->out->values[1]);
}

/* ---- Doing ---- */

static void set_up(struct link *link, bool up)
{
    if (link->up == up)
        return;
    /* Said first, so that what the wire loses by it comes after its reason;
     * both ends see it, and a lab may wait for either. */
    for (unsigned end = 0; end < 2; end++)
        node_state(link->ends[end]->node, MACHINE_LINK, link->id,
                   up ? RULE_COMMAND_LINK_UP : RULE_COMMAND_LINK_DOWN,
                   up ? STATE_LINK_DOWN : STATE_LINK_UP, up ? STATE_LINK_UP : STATE_LINK_DOWN);
    link_set_up(link, up);
}

bool command_run_up(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    (void)command;
    set_up(link, true);
    return true;
}

bool command_run_down(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    (void)command;
    set_up(link, false);
    return true;
}

/* The direction number END, if COMMAND means it; and who sends there. */
static struct direction *meant(struct link *link, const struct command *command, unsigned end)
{
    bool is_meant = command->toward == COMMAND_BOTH_WAYS || command->toward == end;

    return is_meant ? &link->direction[end] : NULL;
}

static void tell(struct link *link, unsigned end, rule_id rule, int64_t old, int64_t new)
{
    WHY(link->ends[end]->node, rule, old, new);
}

enum direction_field { AN_INT64, A_UINT32 };

/* Sets the field at OFFSET of each direction that is meant to the first value
 * of COMMAND, and says so. */
static bool set_field(struct link *link, const struct command *command, size_t offset,
                      enum direction_field kind, rule_id rule)
{
    for (unsigned end = 0; end < 2; end++) {
        struct direction *d = meant(link, command, end);
        int64_t value = command->values[0], old;
        uint32_t narrow;
        char *field;

        if (d == NULL)
            continue;
        field = (char *)&d->config + offset;
        if (kind == AN_INT64) {
            memcpy(&old, field, sizeof(old));
            memcpy(field, &value, sizeof(value));
        } else {
            memcpy(&narrow, field, sizeof(narrow));
            old = narrow;
            narrow = (uint32_t)value;
            memcpy(field, &narrow, sizeof(narrow));
        }
        tell(link, end, rule, old, value);
    }
    return true;
}

#define AT(field) offsetof(struct direction_config, field)

bool command_run_rate(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(rate), AN_INT64, RULE_COMMAND_RATE);
}

bool command_run_delay(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(delay), AN_INT64, RULE_COMMAND_DELAY);
}

bool command_run_jitter(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(chances.jitter), AN_INT64, RULE_COMMAND_JITTER);
}

bool command_run_queue(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(queue), A_UINT32, RULE_COMMAND_QUEUE);
}

bool command_run_loss(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(chances.loss), A_UINT32, RULE_COMMAND_LOSS);
}

bool command_run_duplicate(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(chances.duplicate), A_UINT32, RULE_COMMAND_DUPLICATE);
}

bool command_run_corrupt(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    return set_field(link, command, AT(chances.corrupt), A_UINT32, RULE_COMMAND_CORRUPT);
}

bool command_run_burst_loss(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    for (unsigned end = 0; end < 2; end++) {
        struct direction *d = meant(link, command, end);

        if (d == NULL)
            continue;
        d->config.chances.burst_leave = (uint32_t)command->values[1];
        d->config.chances.burst_loss = (uint32_t)command->values[2];
        if (command->values[0] == 0)
            d->in_burst = false;
    }
    return set_field(link, command, AT(chances.burst_enter), A_UINT32, RULE_COMMAND_BURST_LOSS);
}

bool command_run_reorder(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    for (unsigned end = 0; end < 2; end++) {
        struct direction *d = meant(link, command, end);

        if (d == NULL)
            continue;
        if (command->values[1] >= 0)
            d->config.chances.reorder_by = command->values[1];
        else
            d->config.chances.reorder_by = d->config.delay > 0 ? d->config.delay : MS;
    }
    return set_field(link, command, AT(chances.reorder), A_UINT32, RULE_COMMAND_REORDER);
}

bool command_run_ecn(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    for (unsigned end = 0; end < 2; end++) {
        struct direction *d = meant(link, command, end);

        if (d == NULL)
            continue;
        tell(link, end, RULE_COMMAND_ECN, d->config.ecn, command->values[0]);
        d->config.ecn = command->values[0] != 0;
    }
    return true;
}

bool command_run_mtu(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    tell(link, 0, RULE_COMMAND_MTU, link->mtu, command->values[0]);
    link_set_mtu(link, (uint32_t)command->values[0]);
    return true;
}

bool command_run_fcs(struct node *node, struct link *link, const struct command *command)
{
    (void)node;
    tell(link, 0, RULE_COMMAND_FCS, link->frame_check, command->values[0]);
    link->frame_check = command->values[0] != 0;
    return true;
}

bool command_run_switch_flush(struct node *node, struct link *link, const struct command *command)
{
    (void)link;
    (void)command;
    WHY(node, RULE_COMMAND_FLUSH, 0, 0);
    switch_flush(node);
    return true;
}
