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

void watch_add(struct node *node, struct watch *watch, uint16_t variable, uint32_t subject,
               const void *field, uint8_t size)
{
    watch->field = field;
    watch->size = size;
    watch->variable = variable;
    watch->subject = subject;
    watch->last = value_of(watch);
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

void watch_compare(struct node *node)
{
    for (struct watch *watch = node->watches; watch != NULL; watch = watch->next) {
        int64_t value = value_of(watch);
        struct record record;

        if (value == watch->last)
            continue;
        record = node_record(node, RECORD_VALUE);
        record.subject = watch->subject;
        record.what = watch->variable;
        record.a = watch->last;
        record.b = value;
        watch->last = value;
        world_record(node->world, &record);
    }
}
