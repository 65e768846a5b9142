#include "tools/lib/lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/lab_reader.h"
#include "tools/lib/text.h"

static void read_seed(struct lab_reader *r, const struct lab_key *key,
                      const struct yaml_node *value, void *into)
{
    const char *text = lab_scalar(r, key, value);
    char why[UNIT_WHY_SIZE];
    struct lab *lab = r->lab;

    (void)into;
    if (text != NULL && !lab_parse_seed(text, &lab->seed, why, sizeof why))
        lab_error(r, value->mark, "%s", why);
}

static void keep_part(struct lab_reader *r, const struct lab_key *key,
                      const struct yaml_node *value, void *into)
{
    (void)into;
    lab_read_keep(r, key, value, r);
}

#define PART(field) keep_part, offsetof(struct lab_reader, field)

static const struct lab_key FILE_KEYS[] = {
    { "title", "The first loss", "the name of the lab", lab_read_text,
      offsetof(struct lab, title) },
    { "about", "| (and text, indented)", "shown when the lab opens", lab_read_text,
      offsetof(struct lab, about) },
    { "seed", "42", "draws all chances of the run; 1 if left out", read_seed, 0 },
    { "until", "10s", "end of the run; 1h if left out", lab_read_time,
      offsetof(struct lab, until) },
    { "stop", "15ms", "cut the run short, whatever the script goes on to say, as --until does",
      lab_read_time, offsetof(struct lab, stop) },
    { "defaults", "{ arp: { ... } }", "settings of every host", PART(defaults) },
    { "hosts", "{ a: { ip: 10.0.0.1/24 } }", "hosts, by name", PART(hosts) },
    { "switches", "{ s1: {} }", "switches, by name", PART(switches) },
    { "hubs", "{ h1: {} }", "hubs, by name", PART(hubs) },
    { "routers", "{ r1: { interfaces: { ... } } }", "routers, by name", PART(routers) },
    { "links", "{ wire: { ends: [a, b] } }", "links, by name", PART(links) },
    { "script", "[{ at: 0s, a: ping b }]", "commands, and when they are given", PART(script) },
    { "faults", "[{ drop: \"udp\", nth: 1 }]", "what happens to chosen frames", PART(faults) },
    { "checks", "[{ check: b.udp.messages == 3 }]", "what must hold at the end", PART(checks) },
    { "vary-key", "timers-2026", "what variants are drawn by; the title if left out",
      lab_read_text, offsetof(struct lab, vary_key) },
    { "vary", "[{ set: links.wire.delay, to: [10ms, 20ms] }]",
      "what differs from student to student, by --student ID", PART(vary) },
    { "moments", "{ lost: { frame: \"tcp\", nth: 3 } }",
      "moments that have a name, for answers: lost.time", PART(moments) },
    { "pages", "[{ page: intro, at: start, text: ... }]", "texts, each at a moment of the run",
      PART(pages) },
    { "questions", "[{ question: ack, before: end, ask: ..., answer: ... }]",
      "what the run itself answers, asked at its moments", PART(questions) },
    { "tasks", "[{ task: one-loss, ask: ..., checks: [...] }]", "what students do to the run",
      PART(tasks) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_file_keys = { "lab", "a lab file", FILE_KEYS, false, NULL, 0 };

/* ---- text to model ---- */

static void read_model(struct lab_reader *r, const struct yaml_node *root)
{
    lab_read_map(r, root, "lab", &lab_file_keys, r->lab);
    lab_read_nodes(r);
    lab_read_links(r);
    lab_check_addresses(r);
    lab_read_script(r);
    lab_read_faults(r);
    lab_read_named_moments(r);
    lab_read_checks(r);
    lab_read_vary(r);
    lab_read_pages(r);
    lab_read_questions(r);
    lab_read_tasks(r);
}

static void add_sources(struct lab *lab, const char *text, size_t len, const char *name,
                        const struct lab_overrides *overrides)
{
    size_t count = overrides != NULL ? overrides->count : 0;

    lab->sources = lab_memory_take(lab->memory, 1 + count, sizeof *lab->sources);
    lab->source_count = 1 + count;
    lab->source = &lab->sources[0];
    source_init(&lab->sources[0], lab_memory_text(lab->memory, name, strlen(name)),
                lab_memory_text(lab->memory, text, len), len);
    for (size_t i = 0; i < count; i++) {
        struct source *s = &lab->sources[1 + i];
        size_t size = strlen(overrides->at[i]) + sizeof "--set ";
        char *shown = lab_memory_take(lab->memory, size, 1);
        snprintf(shown, size, "--set %s", overrides->at[i]);
        source_init(s, shown, shown, size - 1);
        s->is_option = true;
        s->order = (unsigned)(1 + i);
    }
}

static void read_lab(struct lab_reader *r, const struct lab_overrides *overrides)
{
    const struct source *s = r->lab->source;
    size_t before = r->d->total;
    struct yaml_node *root = yaml_tree_parse(s, r->memory, r->d);

    if (root == NULL || yaml_node_is_empty(root)) {
        if (r->d->total == before)
            lab_error(r, (struct mark){ s, 0, 0, 0 },
                      _("empty: write at least hosts: { a: { ip: 10.0.0.1/24 } }"));
        return;
    }
    if (root->kind != YAML_MAP) {
        lab_error(r, root->mark, _("a lab is a map: begin with hosts:"));
        return;
    }
    for (size_t i = 1; i < r->lab->source_count; i++)
        lab_override_apply(r, root, &r->lab->sources[i], overrides->at[i - 1]);
    read_model(r, root);
    if (r->lab->vary_key == NULL)
        r->lab->vary_key = r->lab->title;
}

bool lab_parse(const char *text, size_t len, const char *name,
               const struct lab_overrides *overrides, const struct lab_hooks *hooks,
               struct lab **result, struct diagnostics *d)
{
    static const struct lab_hooks NO_HOOKS = { .ctx = NULL };
    struct lab_memory *memory = lab_memory_new();
    struct lab *lab = lab_memory_take(memory, 1, sizeof *lab);
    struct lab_reader r = {
        .lab = lab, .memory = memory, .d = d, .hooks = hooks != NULL ? hooks : &NO_HOOKS
    };
    size_t before = d->total;

    *lab = (struct lab){
        .title = "", .about = "", .seed = 1, .until = HOURS, .stop = VTIME_MAX, .memory = memory
    };
    *result = NULL;
    add_sources(lab, text, len, name, overrides);
    read_lab(&r, overrides);
    if (d->total > before)
        lab_free(lab);
    else
        *result = lab;
    return d->total == before;
}

void lab_free(struct lab *lab)
{
    if (lab == NULL)
        return;
    for (size_t i = 0; i < lab->source_count; i++)
        source_free(&lab->sources[i]);
    lab_memory_free(lab->memory);
}

/* ---- files ---- */

/* All of FILE, or NULL if reading fails. Stops one byte past the limit, so
 * that the reader says what is wrong with it. */
static char *read_all(FILE *file, size_t *len)
{
    size_t room = 64 * 1024;
    char *text = malloc(room);

    ASSERT(text != NULL);
    *len = 0;
    while (*len <= YAML_BYTES_MAX) {
        size_t got = fread(text + *len, 1, room - *len, file);
        *len += got;
        if (got == 0)
            break;
        if (*len < room)
            continue;
        room *= 2;
        text = realloc(text, room);
        ASSERT(text != NULL);
    }
    if (!ferror(file))
        return text;
    free(text);
    return NULL;
}

bool lab_load(const char *path, const struct lab_overrides *overrides,
              const struct lab_hooks *hooks, struct lab **lab, struct diagnostics *d)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0;
    char *text = file != NULL ? read_all(file, &len) : NULL;
    bool good = false;

    *lab = NULL;
    if (text == NULL) {
        d->unreadable = true;
        diagnostic_name_error(d, path, _("cannot be read: %s"), strerror(errno));
    } else {
        good = lab_parse(text, len, path, overrides, hooks, lab, d);
    }
    free(text);
    if (file != NULL)
        fclose(file);
    return good;
}

/* ---- settings ---- */

static void apply(const struct lab_setting *settings, char *config, bool to_switch)
{
    for (const struct lab_setting *s = settings; s != NULL; s = s->next) {
        bool applies = s->section == &lab_switch_section;
        for (const struct config_section *c = host_config_sections; c->name != NULL; c++)
            applies |= !to_switch && c == s->section;
        if (applies)
            *(int64_t *)(void *)(config + s->section->offset + s->key->offset) = s->value;
    }
}

void lab_settings_apply(const struct lab *lab, size_t index, void *config)
{
    const struct lab_node *node = &lab->nodes[index];

    if (node->kind == LAB_HOST)
        apply(lab->defaults, config, false);
    apply(node->settings, config, node->kind == LAB_SWITCH);
}
