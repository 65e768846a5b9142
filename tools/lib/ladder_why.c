#include <stdio.h>
#include <string.h>

#include "layers/nearest.h"
#include "layers/rule.h"
#include "tools/lib/ladder.h"
#include "tools/lib/text.h"

enum { WORD_SIZE = 32 };

static bool refuse(const char *word, char *why, size_t size)
{
    char clause[NEAREST_CLAUSE_SIZE];
    struct nearest near;

    nearest_begin(&near, word);
    for (unsigned layer = RULE_OF_NONE + 1; layer < RULE_LAYERS; layer++)
        nearest_offer(&near, rule_layer_name(layer));
    nearest_clause(&near, clause, sizeof(clause));
    snprintf(why, size, _("no layer is called \"%s\"%s write some of "), word,
             clause[0] != '\0' ? clause : ":");
    for (unsigned layer = RULE_OF_NONE + 1; layer < RULE_LAYERS; layer++)
        snprintf(why + strlen(why), size - strlen(why), "%s%s",
                 layer > RULE_OF_NONE + 1 ? "," : "", rule_layer_name(layer));
    return false;
}

bool ladder_parse_why(const char *text, unsigned *layers, char *why, size_t size)
{
    *layers = text == NULL ? LADDER_WHY_ALL : 0;
    while (text != NULL) {
        size_t len = strcspn(text, ",");
        unsigned layer = RULE_OF_NONE + 1;
        char word[WORD_SIZE];

        snprintf(word, sizeof(word), "%.*s", (int)min_size(len, sizeof(word) - 1), text);
        while (layer < RULE_LAYERS && strcmp(rule_layer_name(layer), word) != 0)
            layer++;
        if (layer == RULE_LAYERS)
            return refuse(word, why, size);
        *layers |= LADDER_WHY(layer);
        text = text[len] == ',' ? text + len + 1 : NULL;
    }
    return true;
}
