#include "tools/lib/vtime_text.h"

#include <inttypes.h>
#include <stdio.h>

struct vtime_scale vtime_scale_for(vtime last)
{
    if (last >= 1 * SECONDS)
        return (struct vtime_scale){ SECONDS, 6, "s" };
    if (last >= 1 * MS)
        return (struct vtime_scale){ MS, 3, "ms" };
    if (last >= 1 * US)
        return (struct vtime_scale){ US, 3, "us" };
    return (struct vtime_scale){ NS, 0, "ns" };
}

/* TIME in the smallest step that SCALE shows, rounded to the nearest. */
static int64_t in_steps(struct vtime_scale scale, vtime time, int64_t *steps_in_unit)
{
    int64_t step = scale.unit;

    *steps_in_unit = 1;
    for (int i = 0; i < scale.decimals; i++) {
        step /= 10;
        *steps_in_unit *= 10;
    }
    return time / step + (time % step * 2 >= step && step > 1 ? 1 : 0);
}

size_t vtime_format(struct vtime_scale scale, vtime time, char *out, size_t size)
{
    int64_t steps_in_unit;
    int64_t steps = in_steps(scale, time, &steps_in_unit);

    if (scale.decimals == 0)
        return (size_t)snprintf(out, size, "%" PRId64 " %s", steps, scale.name);
    return (size_t)snprintf(out, size, "%" PRId64 ".%0*" PRId64 " %s", steps / steps_in_unit,
                            scale.decimals, steps % steps_in_unit, scale.name);
}

size_t vtime_format_plain(vtime time, char *out, size_t size)
{
    struct vtime_scale scale = vtime_scale_for(time);

    if (time == 0)
        scale = (struct vtime_scale){ SECONDS, 0, "s" };
    while (scale.decimals > 0) {
        int64_t steps_in_unit, steps = in_steps(scale, time, &steps_in_unit);

        if (steps % 10 != 0)
            break;
        scale.decimals--;
    }
    return vtime_format(scale, time, out, size);
}

static const struct {
    vtime unit;
    const char *name;
} lengths[] = {
    { HOURS, "h" }, { MINUTES, "min" }, { SECONDS, "s" }, { MS, "ms" }, { US, "us" }, { NS, "ns" },
};

size_t vtime_format_length(vtime length, char *out, size_t size)
{
    size_t i = 0;
    int digits = 2;
    vtime whole, rest;

    while (i + 1 < ARRAY_LEN(lengths) && length < lengths[i].unit)
        i++;
    whole = length / lengths[i].unit;
    /* An hour is the longest unit: a hundred times its rest still fits. */
    rest = length % lengths[i].unit * 100 / lengths[i].unit;
    for (vtime limit = 10; digits > 0 && whole >= limit; limit *= 10) {
        rest /= 10;
        digits--;
    }
    for (; digits > 0 && rest % 10 == 0; digits--)
        rest /= 10;
    if (digits == 0)
        return (size_t)snprintf(out, size, "%" PRId64 " %s", whole, lengths[i].name);
    return (size_t)snprintf(out, size, "%" PRId64 ".%0*" PRId64 " %s", whole, digits, rest,
                            lengths[i].name);
}
