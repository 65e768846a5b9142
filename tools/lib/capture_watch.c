#include "tools/lib/capture_watch.h"

#include <stdlib.h>

#include "tools/lib/capture_analysis.h"

struct capture_watch {
    struct capture_analysis analysis;
};

struct capture_watch *capture_watch_open(void)
{
    struct capture_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL || !capture_analysis_open(&watch->analysis)) {
        free(watch);
        return NULL;
    }
    watch->analysis.rules = capture_rules_open();
    if (watch->analysis.rules != NULL)
        return watch;
    capture_watch_close(watch);
    return NULL;
}

void capture_watch_close(struct capture_watch *watch)
{
    if (watch == NULL)
        return;
    capture_rules_close(watch->analysis.rules);
    capture_analysis_close(&watch->analysis);
    free(watch);
}

bool capture_watch_take(struct capture_watch *watch, const struct capture_frame *frame,
                        struct tcp_facts *facts)
{
    struct capture_facts found;

    if (!capture_analysis_take(&watch->analysis, frame, &found))
        return false;
    *facts = found.tcp;
    return true;
}

void capture_watch_end(struct capture_watch *watch)
{
    capture_rules_end(watch->analysis.rules);
}

void capture_watch_finish(struct capture_watch *watch)
{
    capture_rules_finish(watch->analysis.rules);
}

const struct capture_breaks *capture_watch_breaks(const struct capture_watch *watch)
{
    return capture_rules_breaks(watch->analysis.rules);
}

bool capture_watch_explains(const struct capture_watch *watch, const struct capture_break *broken)
{
    return capture_rules_explained(watch->analysis.rules, broken);
}
