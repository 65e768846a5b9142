#include "layers/app/tcp_request.h"

#include "layers/app/tcp_source.h"
#include "layers/app/tcp_talk.h"
#include "layers/host.h"
#include "layers/names.h"
#include "layers/rule.h"

struct tcp_request {
    struct application application;
    struct tcp_talk *talk;
    int64_t size, reply;
    int64_t missing; /* bytes of the reply */
    uint32_t sent, count;
    vtime asked_at;
};

static void request_stop(struct application *application)
{
    tcp_request_end(CONTAINER_OF(application, struct tcp_request, application)->talk);
}

static const struct application_ops request_ops = { "tcp request", request_stop };

static bool ask(struct tcp_request *request)
{
    struct tcp_order order = { .size = request->size, .count = 1, .line = true };

    request->missing = request->reply;
    request->asked_at = request->application.host->node.world->now;
    request->sent++;
    return tcp_source_start(request->talk, &order);
}

void tcp_request_end(struct tcp_talk *talk)
{
    if (talk->request == NULL)
        return;
    talk->request->application.ended = true;
    talk->request = NULL;
}

void tcp_request_received(struct tcp_talk *talk, size_t len)
{
    struct tcp_request *request = talk->request;

    request->missing -= (int64_t)len;
    if (request->missing > 0)
        return;
    tcp_talk_tell(talk, APP_TCP_REPLIED, request->sent,
                  request->application.host->node.world->now - request->asked_at);
    if (request->sent == request->count || !ask(request))
        tcp_request_end(talk);
}

bool tcp_request_start(struct tcp_talk *talk, int64_t size, int64_t reply, uint32_t count)
{
    struct host *host = talk->application.host;
    struct tcp_request *request;

    if (talk->request != NULL) {
        WHY(&host->node, RULE_APP_STILL_ASKING, talk->number, 0);
        return false;
    }
    request = CONTAINER_OF(application_new(host, &request_ops, sizeof(*request)),
                           struct tcp_request, application);
    request->talk = talk;
    request->size = size;
    request->reply = reply;
    request->count = count;
    request->sent = 0;
    talk->request = request;
    if (ask(request))
        return true;
    tcp_request_end(talk);
    return false;
}
