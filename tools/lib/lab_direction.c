#include "tools/lib/lab_reader.h"

#include "tools/lib/text.h"

enum { QUEUE_DEFAULT = 1000, ALWAYS_PPM = 1000000 };

static void read_burst(struct lab_reader *r, const struct lab_key *key,
                       const struct yaml_node *value, void *into);
static void read_reorder(struct lab_reader *r, const struct lab_key *key,
                         const struct yaml_node *value, void *into);

#define AT(field) offsetof(struct lab_direction, field)

static const struct lab_key TOWARD_KEYS[] = {
    { "rate", "10Mbit", "bits a second; left out: sending needs no time", lab_read_rate,
      AT(rate) },
    { "delay", "20ms", "time that a bit is on its way", lab_read_time, AT(delay) },
    { "jitter", "5ms", "each frame is up to this much later, in order", lab_read_time,
      AT(jitter) },
    { "queue", "50 packets", "frames that may wait; one more is dropped", lab_read_packets,
      AT(queue) },
    { "loss", "1%", "chance that a frame is lost", lab_read_chance, AT(loss) },
    { "burst-loss", "{ enter: 1%, leave: 30% }", "loss in bursts (Gilbert-Elliott)", read_burst,
      0 },
    { "reorder", "5%", "chance that a frame is held back; or { chance: 5%, by: 20ms }",
      read_reorder, 0 },
    { "duplicate", "1%", "chance that a frame arrives twice", lab_read_chance, AT(duplicate) },
    { "corrupt", "1%", "chance that a bit of a frame is flipped", lab_read_chance, AT(corrupt) },
    { "ecn", "on", "a queue that is half full marks ECN-capable packets", lab_read_switch,
      AT(ecn) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key BURST_KEYS[] = {
    { "enter", "1%", "chance, at each frame, that a bad time begins", lab_read_chance,
      AT(burst_enter) },
    { "leave", "30%", "chance, at each frame, that it ends", lab_read_chance, AT(burst_leave) },
    { "loss", "100%", "chance that a frame is lost in a bad time", lab_read_chance,
      AT(burst_loss) },
    { NULL, NULL, NULL, NULL, 0 },
};

static const struct lab_key REORDER_KEYS[] = {
    { "chance", "5%", "chance that a frame is held back", lab_read_chance, AT(reorder) },
    { "by", "20ms", "for how long; left out: the delay of the link, or 1ms", lab_read_time,
      AT(reorder_by) },
    { NULL, NULL, NULL, NULL, 0 },
};

const struct lab_key_group lab_toward_keys = {
    "toward", "what a link does to frames, in both directions or toward: one end", TOWARD_KEYS,
    false, NULL, 0
};
const struct lab_key_group lab_burst_keys = { "burst-loss", "of a link, a map", BURST_KEYS,
                                              false, NULL, 0 };
const struct lab_key_group lab_reorder_keys = { "reorder", "of a link, as a map", REORDER_KEYS,
                                                false, NULL, 0 };

static void read_burst(struct lab_reader *r, const struct lab_key *key,
                       const struct yaml_node *value, void *into)
{
    const struct yaml_node *map = lab_map(r, value, key->name, key->example);

    lab_read_map(r, map, key->name, &lab_burst_keys, into);
    if (map != NULL && (yaml_map_get(map, "enter") == NULL || yaml_map_get(map, "leave") == NULL))
        lab_error(r, map->mark, _("\"%s\" needs both enter and leave: write %s: %s"), key->name,
                  key->name, key->example);
}

static void read_reorder(struct lab_reader *r, const struct lab_key *key,
                         const struct yaml_node *value, void *into)
{
    const struct lab_key chance = { key->name, key->example, key->help, NULL, AT(reorder) };

    if (value->kind != YAML_MAP) {
        lab_read_chance(r, &chance, value, into);
        return;
    }
    lab_read_map(r, value, key->name, &lab_reorder_keys, into);
    if (yaml_map_get(value, "chance") == NULL)
        lab_error(r, value->mark, _("\"reorder\" needs a chance: write { chance: 5%%, by: 20ms }"));
}

void lab_direction_defaults(struct lab_direction *direction)
{
    *direction = (struct lab_direction){
        .queue = QUEUE_DEFAULT,
        .burst_loss = ALWAYS_PPM,
        .reorder_by = -1,
    };
}

void lab_direction_complete(struct lab_direction *direction)
{
    if (direction->reorder_by < 0)
        direction->reorder_by = direction->delay > 0 ? direction->delay : MS;
}
