#include "tools/lib/ladder_moments.h"

#include "tools/lib/text.h"

static const struct {
    rule_id rule;
    const char *sentence;
    bool frequent;
} moments[] = {
    { RULE_TCP_FAST_RETRANSMIT, N_("{a} duplicate ACKs: fast retransmit"), false },
    { RULE_TCP_RECOVERY_BEGINS, N_("a loss is known: fast retransmit"), false },
    { RULE_TCP_PARTIAL_ACK, N_("a partial ACK: the next hole"), false },
    { RULE_TCP_RECOVERY_ENDS, N_("the recovery is over"), false },
    { RULE_TCP_SACK_RESCUE, N_("rescue: the very last goes again"), false },
    { RULE_TCP_RACK_LOST, N_("RACK: what was sent earlier is lost"), true },
    { RULE_TCP_KARN, N_("measures nothing by this ACK (Karn)"), false },
    { RULE_TCP_NAGLE, N_("Nagle: waits for an ACK"), true },
    { RULE_TCP_ECN_REDUCED, N_("a congestion mark: sends less"), false },
    { RULE_TCP_CHALLENGE_RST, N_("a doubtful RST: challenge ACK"), false },
    { RULE_TCP_CHALLENGE_SYN, N_("a doubtful SYN: challenge ACK"), false },
    { RULE_TCP_CHALLENGE_ACK, N_("a doubtful ACK: challenge ACK"), false },
};

const char *ladder_moment(rule_id rule)
{
    for (size_t i = 0; i < ARRAY_LEN(moments); i++)
        if (moments[i].rule == rule)
            return _(moments[i].sentence);
    return NULL;
}

bool ladder_moment_is_frequent(rule_id rule)
{
    for (size_t i = 0; i < ARRAY_LEN(moments); i++)
        if (moments[i].rule == rule)
            return moments[i].frequent;
    return false;
}
