#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "layers/names.h"
#include "layers/rule.h"
#include "tools/lib/expression_parts.h"

enum { NAME_SIZE = 80 };

/* "tcp-received" as the JSON has it; TCP_RECEIVED where no rule is called so. */
static bool find_app(const char *word, struct expression_count *count)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "%s", word);
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
    for (uint16_t app = APP_NONE + 1; app < APP_COUNT; app++)
        if (strcmp(app_name(app)->name, name) == 0) {
            count->kind = RECORD_APP;
            count->app = app;
            return true;
        }
    return false;
}

bool expression_find_count(const char *word, struct expression_count *count)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } kinds[] = {
        { "tx", RECORD_TX },
        { "rx", RECORD_RX },
        { "lost", RECORD_LOST },
        { "why", RECORD_WHY },
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(word, kinds[i].name) == 0) {
            count->kind = kinds[i].kind;
            return true;
        }
    count->rule = rule_find(word);
    return count->rule != RULE_NONE || find_app(word, count);
}
