#include "layers/application.h"

#include "layers/host.h"

void application_add(struct host *host, struct application *application,
                     const struct application_ops *ops)
{
    struct application **at = &host->applications;

    while (*at != NULL)
        at = &(*at)->next;
    *at = application;
    application->next = NULL;
    application->host = host;
    application->ops = ops;
    application->ended = false;
    application->started = ++host->applications_started;
}

struct application *application_new(struct host *host, const struct application_ops *ops,
                                    size_t size)
{
    struct application *fresh;

    for (struct application *a = host->applications; a != NULL; a = a->next) {
        if (a->ops == ops && a->ended) {
            a->ended = false;
            a->started = ++host->applications_started;
            return a;
        }
    }
    fresh = world_alloc(host->node.world, size);
    application_add(host, fresh, ops);
    return fresh;
}

void application_stop_all(struct host *host)
{
    for (struct application *a = host->applications; a != NULL; a = a->next)
        if (!a->ended && a->ops->stop != NULL)
            a->ops->stop(a);
}
