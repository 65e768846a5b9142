#include "layers/tcp/requirement.h"

#include <string.h>

#include "sim/base.h"

static const struct requirement requirements[] = {
#define REQUIREMENT(label, section, sentence, status, remark) \
    { label, section, sentence, REQUIREMENT_##status, remark },
#include "layers/tcp/requirements.def"
#undef REQUIREMENT
};

const struct requirement *requirement_at(size_t index)
{
    return index < ARRAY_LEN(requirements) ? &requirements[index] : NULL;
}

const struct requirement *requirement_find(const char *label)
{
    for (size_t i = 0; i < ARRAY_LEN(requirements); i++)
        if (strcmp(requirements[i].label, label) == 0)
            return &requirements[i];
    return NULL;
}
