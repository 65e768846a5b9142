#include "sim/watch.h"

#include "sim/world.h"

#include <string.h>

static int64_t value_of(const struct watch *watch)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    int64_t eight;

    switch (watch->size) {
    case 1:
        memcpy(&one, watch->field, sizeof(one));
        return one;
    case 2:
        memcpy(&two, watch->field, sizeof(two));
        return two;
    case 4:
        memcpy(&four, watch->field, sizeof(four));
        return four;
    default:
        memcpy(&eight, watch->field, sizeof(eight));
        return eight;
    }
}

static void begin(struct watch *watch, uint16_t variable, uint32_t subject, const void *field,
                  uint8_t size)
{
    watch->field = field;
    watch->size = size;
    watch->variable = variable;
    watch->subject = subject;
    watch->last = value_of(watch);
}

void watch_add(struct node *node, struct watch *watch, uint16_t variable, uint32_t subject,
               const void *field, uint8_t size)
{
    begin(watch, variable, subject, field, size);
    watch->next = node->watches;
    node->watches = watch;
}

void watch_remove(struct node *node, struct watch *watch)
{
    struct watch **at = &node->watches;

    while (*at != NULL && *at != watch)
        at = &(*at)->next;
    if (*at != NULL)
        *at = watch->next;
    watch->next = NULL;
}

static void compare(struct node *node, struct watch *first)
{
    for (struct watch *watch = first; watch != NULL; watch = watch->next) {
        int64_t value = value_of(watch);
        struct record *record;

        if (value == watch->last)
            continue;
        record = node_record(node, RECORD_VALUE);
        record->subject = watch->subject;
        record->what = watch->variable;
        record->a = watch->last;
        record->b = value;
        watch->last = value;
        world_record(node->world, record);
    }
}

void watch_group_add(struct watch_group *group, struct watch *watch, uint16_t variable,
                     uint32_t subject, const void *field, uint8_t size)
{
    struct watch **end = &group->watches;

    while (*end != NULL)
        end = &(*end)->next;
    begin(watch, variable, subject, field, size);
    watch->next = NULL;
    *end = watch;
}

void watch_group_touch(struct node *node, struct watch_group *group)
{
    struct watch_touched *touched = &node->world->touched;

    if (node->world->trace == NULL || group->touched)
        return;
    group->touched = true;
    group->node = node;
    group->next_touched = NULL;
    if (touched->first == NULL)
        touched->first = group;
    else
        touched->last->next_touched = group;
    touched->last = group;
}

static void take_off(struct watch_touched *touched, struct watch_group *group)
{
    struct watch_group *before = NULL;

    if (touched->first == group) {
        touched->first = group->next_touched;
    } else {
        before = touched->first;
        while (before->next_touched != group)
            before = before->next_touched;
        before->next_touched = group->next_touched;
    }
    if (touched->last == group)
        touched->last = before;
    group->next_touched = NULL;
    group->touched = false;
}

void watch_group_forget(struct node *node, struct watch_group *group)
{
    if (group->touched) {
        take_off(&node->world->touched, group);
        compare(node, group->watches);
    }
    group->watches = NULL;
}

void watch_compare_touched(struct world *world)
{
    struct watch_group *group;

    while ((group = world->touched.first) != NULL) {
        take_off(&world->touched, group);
        compare(group->node, group->watches);
    }
}

void watch_compare(struct node *node)
{
    compare(node, node->watches);
    watch_compare_touched(node->world);
}
