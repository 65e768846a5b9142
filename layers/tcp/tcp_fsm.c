#include "layers/tcp/tcp_fsm.h"

static const struct tcp_arrow arrows[] = {
#define ARROW(from, event, to, rule, in_figure, cause, action) \
    { STATE_TCP_##from, STATE_TCP_##to, TCP_##event, RULE_##rule, in_figure, cause, action },
#include "layers/tcp/tcp_fsm.def"
#undef ARROW
};

const struct tcp_arrow *tcp_arrow_at(size_t index)
{
    return index < ARRAY_LEN(arrows) ? &arrows[index] : NULL;
}

const struct tcp_arrow *tcp_arrow_find(int from, enum tcp_event event)
{
    for (size_t i = 0; i < ARRAY_LEN(arrows); i++)
        if (arrows[i].from == from && arrows[i].event == event)
            return &arrows[i];
    return NULL;
}

bool tcp_is_synchronized(int state)
{
    switch (state) {
    case STATE_TCP_ESTABLISHED:
    case STATE_TCP_FIN_WAIT_1:
    case STATE_TCP_FIN_WAIT_2:
    case STATE_TCP_CLOSE_WAIT:
    case STATE_TCP_CLOSING:
    case STATE_TCP_LAST_ACK:
    case STATE_TCP_TIME_WAIT:
        return true;
    default:
        return false;
    }
}

bool tcp_may_send(int state)
{
    return state == STATE_TCP_SYN_SENT || state == STATE_TCP_SYN_RECEIVED ||
           state == STATE_TCP_ESTABLISHED || state == STATE_TCP_CLOSE_WAIT;
}

bool tcp_may_receive(int state)
{
    return state == STATE_TCP_ESTABLISHED || state == STATE_TCP_FIN_WAIT_1 ||
           state == STATE_TCP_FIN_WAIT_2;
}
