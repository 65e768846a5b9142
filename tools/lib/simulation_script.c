#include "tools/lib/simulation_build.h"

#include <string.h>

#include "layers/command.h"
#include "layers/names.h"
#include "layers/state.h"
#include "tools/lib/simulation_names.h"

/*
 * The script is part of the world: which entries have started must go back in
 * time with it. So it lives in the arena, and a start is an event.
 */
struct script_entry {
    struct event event;
    struct command command;
    struct node *node; /* either this */
    struct link *link; /* or this is told */
    enum lab_start start;
    uint16_t when_node;
    int16_t when_state;
    int64_t when_received; /* bytes; 0: a state is waited for */
    vtime time;
    uint32_t index;
    bool started; /* its time has been set */
    struct script_entry *later; /* of the same node, that waits for as much or more */
};

struct script {
    struct script_entry *entries;
    uint32_t count;
    int64_t *received; /* by node: bytes that its programs have read, */
    struct script_entry **waiting; /* and what waits for more, the least first */
};

static void entry_start(struct world *world, struct script_entry *entry)
{
    entry->started = true;
    event_arm(&world->queue, &entry->event, world->now + entry->time);
}

static struct node *speaker(const struct script_entry *entry)
{
    return entry->node != NULL ? entry->node : entry->link->ends[0]->node;
}

static void entry_fires(struct world *world, struct event *event)
{
    struct script_entry *entry = CONTAINER_OF(event, struct script_entry, event);
    struct script *script = world->script;
    struct script_entry *next = entry + 1;

    node_app(speaker(entry), APP_COMMAND, entry->index, entry->index,
             entry->link != NULL ? entry->link->id : LINK_NONE);
    command_run(world, entry->node, entry->link, &entry->command);
    if (entry->index + 1 < script->count && next->start == LAB_AFTER && !next->started)
        entry_start(world, next);
}

static void state_changed(struct world *world, const struct record *record)
{
    struct script *script = world->script;

    for (uint32_t i = 0; i < script->count; i++) {
        struct script_entry *entry = &script->entries[i];

        if (entry->start == LAB_WHEN && entry->when_received == 0 && !entry->started &&
            entry->when_node == record->node && entry->when_state == record->b)
            entry_start(world, entry);
    }
}

static void app_told(struct world *world, uint16_t node, uint16_t what, int64_t a)
{
    struct script *script = world->script;
    struct script_entry **next = &script->waiting[node];

    if (what != APP_TCP_RECEIVED && what != APP_UDP_RECEIVED)
        return;
    script->received[node] += a;
    for (; *next != NULL && (*next)->when_received <= script->received[node];
         *next = (*next)->later)
        entry_start(world, *next);
}

/* Most scripts name rising numbers: from the last entry on, each comes first. */
static void let_wait(struct script *script, struct script_entry *entry)
{
    struct script_entry **at = &script->waiting[entry->when_node];

    while (*at != NULL && (*at)->when_received < entry->when_received)
        at = &(*at)->later;
    entry->later = *at;
    *at = entry;
}

/* Only a script that waits for something listens. */
static void listen_for(struct world *world, struct script *script)
{
    for (uint32_t i = script->count; i > 0; i--) {
        struct script_entry *entry = &script->entries[i - 1];

        if (entry->start != LAB_WHEN)
            continue;
        if (entry->when_received == 0) {
            world->state_changed = state_changed;
            continue;
        }
        world->app_told = app_told;
        let_wait(script, entry);
    }
}

static void fill_entry(struct simulation *s, struct script_entry *entry, uint32_t index)
{
    const struct lab_command *from = &s->lab->commands[index];
    struct simulation_target target = { s->lab, from->target, from->index };
    struct command_scope scope = simulation_scope(&target);
    struct command_error error;
    bool parsed = command_parse(from->text, &scope, &entry->command, &error);

    ASSERT(parsed); /* simulation_hooks have read it before */
    if (from->target == LAB_TARGET_LINK)
        entry->link = s->world->links[from->index];
    else
        entry->node = s->world->nodes[from->index];
    entry->index = index;
    entry->start = from->start;
    entry->time = from->time;
    if (from->start == LAB_WHEN) {
        entry->when_node = (uint16_t)from->when_node;
        entry->when_received = from->when_received;
        if (from->when_received == 0)
            entry->when_state = (int16_t)state_find(from->when_state);
    }
    event_init(&entry->event, speaker(entry)->id, entry_fires);
    if (from->start == LAB_AT)
        entry_start(s->world, entry);
}

bool simulation_entry_started(const struct simulation *s, size_t index)
{
    const struct script *script = s->world->script;

    return script->entries[index].started;
}

void simulation_add_script(struct simulation *s)
{
    struct script *script = ARENA_NEW(&s->world->arena, struct script);

    script->count = (uint32_t)s->lab->command_count;
    script->entries = ARENA_ARRAY(&s->world->arena, struct script_entry, script->count);
    script->received = ARENA_ARRAY(&s->world->arena, int64_t, s->world->node_count);
    script->waiting = ARENA_ARRAY(&s->world->arena, struct script_entry *, s->world->node_count);
    s->world->script = script;
    for (uint32_t i = 0; i < script->count; i++)
        fill_entry(s, &script->entries[i], i);
    listen_for(s->world, script);
}
