#include "tools/lib/lab_reader.h"

#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

/* A fault as its map has it. */
struct draft {
    const struct yaml_node *action[4]; /* by enum lab_fault_action */
    struct lab_place place;
    const struct yaml_node *nth, *every, *by, *bit, *swap;
};

#define KEEP(field) lab_read_keep, offsetof(struct draft, field)

static const struct lab_key FAULT_KEYS[] = {
    { "drop", "\"udp port 53\"", "lose what this tcpdump filter chooses, or frame 5 of the run",
      KEEP(action[LAB_DROP]) },
    { "delay", "\"arp\"", "let them arrive later, by: a time", KEEP(action[LAB_DELAY]) },
    { "duplicate", "\"icmp\"", "let them arrive twice", KEEP(action[LAB_DUPLICATE]) },
    { "corrupt", "\"udp\"", "damage them: bit: or swap:", KEEP(action[LAB_CORRUPT]) },
    { "from", "a", "only those that this end of a link sends", KEEP(place.from) },
    { "to", "b", "only those sent to this end of a link", KEEP(place.to) },
    { "on", "wire", "only those on this link", KEEP(place.on) },
    { "nth", "[1, 3]", "of those, only the first and third; or nth: 3", KEEP(nth) },
    { "every", "10", "of those, only each tenth", KEEP(every) },
    { "by", "20ms", "how much later, for delay", KEEP(by) },
    { "bit", "300", "which bit of the frame to flip, from 0, for corrupt", KEEP(bit) },
    { "swap", "[34, 36]", "at which bytes stand two 16-bit words to swap, for corrupt",
      KEEP(swap) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_fault_keys = { "fault", "an entry of faults:", FAULT_KEYS, false,
                                              NULL, 0 };

enum { FRAME_BITS = 8 * 65600, COUNT_MAX = 1000000000 };

/* ---- numbers ---- */

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

static void read_nth(struct lab_reader *r, const struct yaml_node *value, struct lab_fault *fault)
{
    const struct yaml_node *first = value->kind == YAML_LIST ? value->first : value;
    int64_t number;

    if (value->kind == YAML_LIST && (value->count == 0 || value->count > LAB_NTH_MAX)) {
        lab_error(r, value->mark, _("\"nth\" has %zu numbers: write 1 to %d of them"),
                  value->count, LAB_NTH_MAX);
        return;
    }
    for (const struct yaml_node *item = first; item != NULL;
         item = value->kind == YAML_LIST ? item->next : NULL) {
        if (lab_read_count(r, item, "nth", 1, COUNT_MAX, &number))
            fault->nth[fault->nth_count++] = (uint32_t)number;
    }
    qsort(fault->nth, fault->nth_count, sizeof fault->nth[0], compare_numbers);
}

static void read_which(struct lab_reader *r, const struct draft *draft, struct lab_fault *fault)
{
    int64_t every;

    fault->every = draft->nth != NULL ? 0 : 1;
    if (draft->nth != NULL)
        read_nth(r, draft->nth, fault);
    if (draft->every != NULL && draft->nth != NULL)
        lab_error(r, draft->every->key->mark,
                  _("\"nth\" and \"every\" choose twice: remove one"));
    else if (draft->every != NULL
             && lab_read_count(r, draft->every, "every", 1, COUNT_MAX, &every))
        fault->every = (uint32_t)every;
}

/* ---- what ---- */

static void read_swap(struct lab_reader *r, const struct yaml_node *value, struct lab_fault *fault)
{
    int64_t a, b;

    if (value->kind != YAML_LIST || value->count != 2) {
        lab_error(r, value->mark, _("\"swap\" needs two byte numbers: write swap: [34, 36]"));
        return;
    }
    if (!lab_read_count(r, value->first, "swap", 0, FRAME_BITS / 8, &a)
        || !lab_read_count(r, value->last, "swap", 0, FRAME_BITS / 8, &b))
        return;
    if (a - b < 2 && b - a < 2) {
        lab_error(r, value->mark, _("these words overlap: write bytes that are 2 or more apart"));
        return;
    }
    fault->has_swap = true;
    fault->swap[0] = (uint32_t)a;
    fault->swap[1] = (uint32_t)b;
}

static void read_damage(struct lab_reader *r, const struct draft *draft, struct lab_fault *fault)
{
    const struct yaml_node *given = draft->bit != NULL ? draft->bit : draft->swap;

    fault->bit = -1;
    if (fault->action != LAB_CORRUPT) {
        if (given != NULL)
            lab_error(r, given->key->mark, _("\"%s\" is for corrupt only: remove it"),
                      given->key->text);
        return;
    }
    if (given == NULL && fault->frame == 0)
        lab_error(r, fault->mark, _("\"corrupt\" needs the damage: write bit: 300 or swap: "
                                    "[34, 36]"));
    else if (draft->swap != NULL && fault->frame != 0)
        lab_error(r, draft->swap->key->mark,
                  _("a frame is damaged by number only in one bit: write bit: 300, or neither"));
    else if (draft->bit != NULL && draft->swap != NULL)
        lab_error(r, draft->swap->key->mark, _("\"bit\" and \"swap\" damage twice: remove one"));
    else if (draft->bit != NULL)
        lab_read_count(r, draft->bit, "bit", 0, FRAME_BITS - 1, &fault->bit);
    else if (draft->swap != NULL)
        read_swap(r, draft->swap, fault);
}

static void read_by(struct lab_reader *r, const struct draft *draft, struct lab_fault *fault)
{
    static const struct lab_key KEY = { "by", "20ms", "", NULL, offsetof(struct lab_fault, by) };

    if (fault->action == LAB_DELAY && draft->by == NULL)
        lab_error(r, fault->mark, _("\"delay\" needs a time: write by: 20ms"));
    else if (fault->action != LAB_DELAY && draft->by != NULL)
        lab_error(r, draft->by->key->mark, _("\"by\" is for delay only: remove it"));
    else if (draft->by != NULL)
        lab_read_time(r, &KEY, draft->by, fault);
}

/* ---- one frame of this run: "frame 5" ---- */

#define FRAME_WORD "frame"

static void check_frame_alone(struct lab_reader *r, const struct draft *draft)
{
    const struct yaml_node *const others[] = { draft->place.from, draft->place.to, draft->place.on,
                                               draft->nth, draft->every };

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i] != NULL)
            lab_error(r, others[i]->key->mark,
                      _("\"%s\" chooses among many frames, and here is one already: remove it"),
                      others[i]->key->text);
}

/* Whether FILTER is WORD and a number, or a number alone: no filter is. */
static bool is_word_and_number(const char *filter, size_t word)
{
    const char *number = filter + word + strspn(filter + word, " ");

    return number[0] != '\0' && number[strspn(number, "0123456789")] == '\0';
}

static bool is_like_frame(const char *word)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, word);
    nearest_offer(&near, FRAME_WORD);
    return nearest_clause(&near, clause, sizeof clause)[0] != '\0';
}

/* True if FILTER chooses a frame by its number, or tries to: then there is an
 * error, or fault->frame is set, and no filter to be looked at. */
static bool read_frame(struct lab_reader *r, const struct draft *draft, struct lab_fault *fault)
{
    const char *filter = fault->filter;
    size_t len = strcspn(filter, " ");
    const char *word = lab_memory_text(r->memory, filter, len);
    char why[UNIT_WHY_SIZE];
    int64_t number;

    if (is_word_and_number(filter, 0)) {
        lab_error(r, fault->filter_mark,
                  _("%.40s what? write frame %.40s, or a filter such as \"udp port %.40s\""),
                  filter, filter, filter);
    } else if (strcmp(word, FRAME_WORD) == 0) {
        if (!unit_parse_count(filter + len + strspn(filter + len, " "), 1, UINT32_MAX, &number, why,
                              sizeof why)) {
            lab_error(r, fault->filter_mark, _("no frame has this number: %s"), why);
            return true;
        }
        fault->frame = (uint32_t)number;
        fault->filter = "";
        check_frame_alone(r, draft);
    } else if (is_word_and_number(filter, len) && is_like_frame(word)) {
        lab_error(r, fault->filter_mark,
                  _("unknown word \"%.40s\", did you mean \"frame\"? write one entry a frame: "
                    "frame 5"), word);
    } else {
        return false;
    }
    return true;
}

/* The action and its filter; false, after an error, if there is not just one. */
static bool read_action(struct lab_reader *r, const struct yaml_node *entry,
                        const struct draft *draft, struct lab_fault *fault)
{
    static const struct lab_key KEY = { "filter", "\"udp\"", "", NULL, 0 };
    const struct yaml_node *found = NULL;

    for (size_t action = 0; action < ARRAY_LEN(draft->action); action++) {
        const struct yaml_node *value = draft->action[action];
        if (value == NULL)
            continue;
        if (found != NULL) {
            lab_error(r, value->key->mark,
                      _("a fault does one thing: begin another with - { %s: ... }"),
                      value->key->text);
            return false;
        }
        found = value;
        fault->action = (enum lab_fault_action)action;
        fault->mark = value->key->mark;
    }
    if (found == NULL) {
        lab_error(r, entry->mark,
                  _("this fault does nothing: write drop, delay, duplicate or corrupt"));
        return false;
    }
    fault->filter_mark = found->mark;
    fault->filter = "";
    if (found->kind != YAML_SCALAR)
        lab_scalar(r, &KEY, found);
    else
        fault->filter = found->text;
    return true;
}

static void read_fault(struct lab_reader *r, const struct yaml_node *entry,
                       struct lab_fault *fault)
{
    struct draft draft = { .nth = NULL };

    if (entry->kind != YAML_MAP) {
        lab_error(r, entry->mark, _("a fault needs a map: write - { drop: \"udp\", nth: 1 }"));
        return;
    }
    lab_read_map(r, entry, "faults", &lab_fault_keys, &draft);
    lab_read_place(r, &draft.place, &fault->from, &fault->to, &fault->link);
    read_which(r, &draft, fault);
    if (!read_action(r, entry, &draft, fault))
        return;
    bool of_frame = read_frame(r, &draft, fault);
    read_damage(r, &draft, fault);
    read_by(r, &draft, fault);
    if (!of_frame)
        lab_ask(r, r->hooks->check_filter, fault->filter, fault->filter_mark);
}

void lab_read_faults(struct lab_reader *r)
{
    const struct yaml_node *list = lab_list_of(r, r->faults, "faults", "[{ drop: \"udp\" }]",
                                               LAB_FAULTS_MAX);
    struct lab *lab = r->lab;

    if (list == NULL)
        return;
    lab->faults = lab_memory_take(r->memory, list->count, sizeof *lab->faults);
    for (const struct yaml_node *entry = list->first; entry != NULL; entry = entry->next)
        read_fault(r, entry, &lab->faults[lab->fault_count++]);
}
