#include "tools/lib/pkt_shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lib/text.h"

/* Shell lines of scripts. Nothing is ever executed: those that are known are
 * settings, the others make a script one that cannot be judged. */

/* ---- sysctl NAME=VALUE ---- */

struct sysctl {
    const char *name;
    size_t field; /* of struct tcp_config, an int64_t; or NOTHING */
    void (*set)(struct pkt_settings *s, const char *value); /* or NULL: the number */
};

#define NOTHING SIZE_MAX
#define FIELD(name) offsetof(struct tcp_config, name)

static void set_scaling(struct pkt_settings *s, const char *value)
{
    if (atoi(value) == 0)
        s->host.tcp.window_scale = -2;
}

static void set_ecn(struct pkt_settings *s, const char *value)
{
    s->ecn = atoi(value);
}

static void set_dup_threshold(struct pkt_settings *s, const char *value)
{
    s->host.tcp.duplicate_acks = max_i64(atoi(value), 1);
}

/* Linux's "reno" is NewReno, with SACK where both ends have it. */
static void set_cc(struct pkt_settings *s, const char *value)
{
    s->host.tcp.cc = strcmp(value, "cubic") == 0 ? TCP_CC_CUBIC : TCP_CC_NEWRENO;
}

static void set_recovery(struct pkt_settings *s)
{
    s->host.tcp.rack = (s->rack & 1) != 0;
    s->host.tcp.tail_probe = s->tlp >= 3;
}

static void set_early_retrans(struct pkt_settings *s, const char *value)
{
    s->tlp = atoi(value);
    set_recovery(s);
}

static void set_rack(struct pkt_settings *s, const char *value)
{
    s->rack = atoi(value);
    set_recovery(s);
}

static void set_fin_timeout(struct pkt_settings *s, const char *value)
{
    s->host.tcp.fin_wait_2 = min_i64(max_i64(atoi(value), 1), 86400) * SECONDS;
}

/* min, default, max: what a socket begins with is the second. */
static void set_rmem(struct pkt_settings *s, const char *value)
{
    unsigned long usual = 0;

    if (sscanf(value, "%*u %lu", &usual) == 1 && usual > 0 && usual < 1 << 30)
        s->host.tcp.rcvbuf = (int64_t)usual;
}

/* min, default, max: the buffer grows with cwnd, so that only the third is met. */
static void set_wmem(struct pkt_settings *s, const char *value)
{
    unsigned long most = 0;

    if (sscanf(value, "%*u %*u %lu", &most) == 1 && most > 0 && most < 1 << 30)
        s->host.tcp.sndbuf = (int64_t)most;
}

static const struct sysctl sysctls[] = {
    { "net.ipv4.tcp_timestamps", FIELD(timestamps), NULL },
    { "net.ipv4.tcp_sack", FIELD(sack), NULL },
    { "net.ipv4.tcp_dsack", FIELD(dsack), NULL },
    { "net.ipv4.tcp_ecn", NOTHING, set_ecn },
    { "net.ipv4.tcp_window_scaling", NOTHING, set_scaling },
    { "net.ipv4.tcp_slow_start_after_idle", FIELD(restart_after_idle), NULL },
    { "net.ipv4.tcp_congestion_control", NOTHING, set_cc },
    { "net.ipv4.tcp_early_retrans", NOTHING, set_early_retrans },
    { "net.ipv4.tcp_recovery", NOTHING, set_rack },
    { "net.ipv4.tcp_reordering", NOTHING, set_dup_threshold },
    { "net.ipv4.tcp_retries2", FIELD(retries), NULL },
    { "net.ipv4.tcp_challenge_ack_limit", FIELD(challenge_acks), NULL },
    { "net.ipv4.tcp_fin_timeout", NOTHING, set_fin_timeout },
    { "net.ipv4.tcp_rmem", NOTHING, set_rmem },
    { "net.ipv4.tcp_wmem", NOTHING, set_wmem },
};

/* Whole families that nothing here depends on. */
static const char *const harmless[] = {
    "net.ipv4.tcp_no_metrics_save",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_min_tso_segs",
    "net.ipv4.tcp_metrics",
    "net.core.",
    "net.ipv4.tcp_moderate_rcvbuf",
    "net.ipv4.route.flush",
    "net.ipv4.tcp_tso_win_divisor",
    "net.ipv4.tcp_pacing",
    "net.ipv4.tcp_fastopen",
    "net.ipv4.tcp_invalid_ratelimit",
    "net.ipv4.tcp_fack",
    "net.ipv4.tcp_autocorking",
    "net.ipv4.tcp_limit_output_bytes",
    "net.ipv4.tcp_tw_",
    "net.ipv4.tcp_max_",
    "net.ipv4.tcp_mem",
    "net.ipv4.tcp_low_latency",
    "net.ipv4.tcp_early_demux",
    "net.ipv4.tcp_ecn_fallback",
    "net.ipv4.tcp_min_rtt_wlen",
    "net.ipv4.tcp_available_",
    "net.ipv4.tcp_allowed_",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_app_win",
    "net.ipv4.tcp_adv_win_scale",
    "net.ipv4.tcp_workaround_",
    "net.ipv4.tcp_shrink_window",
    "net.ipv4.tcp_probe_",
    "net.ipv4.tcp_base_mss",
    "net.ipv4.tcp_retrans_collapse",
    "net.ipv4.tcp_plb_",
    "net.ipv4.tcp_migrate_req",
};

/* What this stack does anyway, and cannot do otherwise. */
static const struct {
    const char *name;
    long value;
} as_it_is[] = {
    { "net.ipv4.tcp_frto", 0 },
    { "net.ipv4.tcp_notsent_lowat", UINT32_MAX },
    { "net.ipv4.tcp_thin_linear_timeouts", 0 },
    { "net.ipv4.tcp_thin_dupack", 0 },
    { "net.ipv4.tcp_stdurg", 0 },
    { "net.ipv4.tcp_rfc1337", 1 },
    { "net.ipv4.tcp_abort_on_overflow", 0 },
    { "net.ipv4.tcp_keepalive_time", 7200 },
    { "net.ipv4.tcp_keepalive_intvl", 75 },
    { "net.ipv4.tcp_comp_sack_nr", 0 },
    { "net.ipv4.tcp_reflect_tos", 0 },
    { "net.ipv4.tcp_mtu_probing", 0 },
};

static bool set_one(struct pkt_settings *s, const char *name, const char *value)
{
    for (size_t i = 0; i < ARRAY_LEN(sysctls); i++) {
        if (strcmp(sysctls[i].name, name) != 0)
            continue;
        if (sysctls[i].set != NULL)
            sysctls[i].set(s, value);
        else
            *(int64_t *)(void *)((char *)&s->host.tcp + sysctls[i].field) =
                max_i64(strtol(value, NULL, 10), 0);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(as_it_is); i++)
        if (strcmp(as_it_is[i].name, name) == 0)
            return strtol(value, NULL, 0) == as_it_is[i].value;
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
        if (strncmp(name, harmless[i], strlen(harmless[i])) == 0)
            return true;
    return false;
}

/* /proc/sys/net/ipv4/tcp_sack=0 is another way to write it. */
static void name_of(const char *word, char *name)
{
    static const char front[] = "/proc/sys/";
    bool is_path = strncmp(word, front, sizeof(front) - 1) == 0;

    snprintf(name, PKT_WORD_SIZE, "%s", is_path ? word + sizeof(front) - 1 : word);
    for (char *c = name; is_path && *c != '\0' && *c != '='; c++)
        *c = *c == '/' ? '.' : *c;
}

static enum pkt_shell run_sysctl(struct pkt_settings *s, const struct pkt_words *words, char *why,
                                 size_t size)
{
    for (unsigned i = 1; i < words->count; i++) {
        char name[PKT_WORD_SIZE];
        char *value;

        name_of(words->at[i], name);
        value = strchr(name, '=');
        if (value == NULL)
            continue; /* -q, -w, or a question */
        *value++ = '\0';
        if (!set_one(s, name, value) && !pkt_bsd_sysctl(s, name, value, why, size))
            return PKT_SHELL_UNKNOWN;
    }
    return PKT_SHELL_DONE;
}

/* ---- Lines ---- */

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* One word; quotes hold it together and are left out. */
static const char *cut_word(const char *at, char *word)
{
    const char *from = at;
    size_t len = 0;
    char quote = '\0';

    for (; *at != '\0'; at++) {
        bool redirects = *at == '&' && at > from && at[-1] == '>'; /* 2>&1 */

        if (quote == '\0' && !redirects && strchr(" \t|;&\n\r", *at) != NULL)
            break;
        if (quote == '\0' ? is_quote(*at) : *at == quote)
            quote = quote == '\0' ? *at : '\0';
        else if (len < PKT_WORD_SIZE - 1)
            word[len++] = *at;
    }
    word[len] = '\0';
    return at;
}

/* > /dev/null, 2>&1: where the output goes is nobody's business. */
static bool is_redirection(const char *word)
{
    return *word == '>' || strncmp(word, "1>", 2) == 0 || strncmp(word, "2>", 2) == 0;
}

static void add_word(struct pkt_words *words, bool *redirected)
{
    const char *word = words->at[words->count];
    bool whole = is_redirection(word) && word[strlen(word) - 1] != '>';

    if (*redirected || is_redirection(word))
        *redirected = !*redirected && !whole;
    else if (words->count < PKT_WORDS_MAX - 1)
        words->count++;
}

static const char *add_pipe(struct pkt_words *words, const char *at)
{
    strcpy(words->at[words->count], PKT_PIPE);
    words->count += words->count < PKT_WORDS_MAX - 1;
    return at + 1;
}

/* One command with what it is piped into: up to ; && || or the line's end. */
static const char *cut_command(const char *at, struct pkt_words *words)
{
    bool redirected = false; /* the next word is a file's name */

    memset(words, 0, sizeof(*words));
    for (;;) {
        if (*at == ' ' || *at == '\t') {
            at++;
        } else if (*at == '\\' && at[1] == '\n') {
            at += 2;
        } else if (at[0] == '|' && at[1] != '|') {
            at = add_pipe(words, at);
        } else if (*at == '#') { /* a comment, where a word could begin */
            at += strcspn(at, "\n");
        } else if (*at == '\0' || strchr(";&|\n\r", *at) != NULL) {
            return at;
        } else {
            at = cut_word(at, words->at[words->count]);
            add_word(words, &redirected);
        }
    }
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* Google's set-up file: Linux, without slow start after idle and without ECN. What
 * was asked for on the command line stays. */
static void take_defaults(struct pkt_settings *s)
{
    struct pkt_settings before = *s;

    pkt_settings_begin(s, PKT_LINUX);
    s->host.tcp.restart_after_idle = 0;
    s->ecn = 0;
    s->tolerance = before.tolerance;
    s->timestamp_tick = before.timestamp_tick;
    s->strict_segments = before.strict_segments;
    s->mtu = before.mtu;
    s->host.tcp.mss = before.host.tcp.mss;
    s->nothing_left = before.nothing_left && before.profile == PKT_LINUX;
}

/* `ip tcp_metrics flush`, and queues that hold nothing back (`tc ... pfifo`): there
 * are no old metrics, and the wire is never full. */
static bool is_harmless_tool(const struct pkt_words *words)
{
    const char *name = words->count > 0 ? words->at[0] : "";
    const char *queue = "";

    if (strcmp(name, "ip") == 0)
        return words->count > 1 && strcmp(words->at[1], "tcp_metrics") == 0;
    if (strcmp(name, "tc") != 0)
        return false;
    for (unsigned i = 0; i + 1 < words->count; i++)
        if (strcmp(words->at[i], "root") == 0)
            queue = words->at[i + 1];
    return strcmp(queue, "pfifo") == 0 || strcmp(queue, "pfifo_fast") == 0 ||
           strcmp(queue, "noqueue") == 0;
}

static enum pkt_shell run_command(struct pkt_settings *s, const struct pkt_words *words,
                                  const struct pkt_lister *lister, char *why, size_t size)
{
    static const char *const nothings[] = { "true",    ":",     "sync", "kldload",
                                            "kldstat", "nstat", "echo" };
    const char *name = words->count > 0 ? words->at[0] : ":";

    if (strcmp(name, "sysctl") == 0 || ends_in(name, "/sysctl") || ends_in(name, "set_sysctls.py"))
        return run_sysctl(s, words, why, size);
    if (strcmp(name, "rung") == 0)
        return pkt_rung_set(s, words, why, size) ? PKT_SHELL_DONE : PKT_SHELL_UNKNOWN;
    if (pkt_sockstat_is(words))
        return pkt_sockstat_ask(words, lister, why, size);
    for (unsigned i = 0; i < words->count; i++)
        if (ends_in(words->at[i], "defaults.sh")) {
            take_defaults(s);
            return PKT_SHELL_DONE;
        }
    if (is_harmless_tool(words))
        return PKT_SHELL_DONE;
    if (strncmp(name, "/tmp/sysctl_restore_", strlen("/tmp/sysctl_restore_")) == 0)
        return PKT_SHELL_DONE; /* the world ends anyway */
    for (size_t i = 0; i < ARRAY_LEN(nothings); i++)
        if (strcmp(name, nothings[i]) == 0 || (ends_in(name, nothings[i]) && *name == '/'))
            return PKT_SHELL_DONE;
    snprintf(why, size, _("the shell line \"%.60s\" is not known"), name);
    return PKT_SHELL_UNKNOWN;
}

/* a && b: b only if a has succeeded; a || b: only if not. */
enum pkt_shell pkt_settings_shell(struct pkt_settings *s, const char *text,
                                  const struct pkt_lister *lister, char *why, size_t size)
{
    enum pkt_shell what = PKT_SHELL_DONE;
    bool wanted = true;

    while (*text != '\0' && what != PKT_SHELL_UNKNOWN) {
        struct pkt_words words;

        text = cut_command(text, &words);
        if (wanted && words.count > 0)
            what = run_command(s, &words, lister, why, size);
        if (strncmp(text, "&&", 2) == 0)
            wanted = what == PKT_SHELL_DONE;
        else if (strncmp(text, "||", 2) == 0)
            wanted = what == PKT_SHELL_FAILS;
        else
            wanted = true;
        text += strspn(text, ";&|\n\r");
    }
    return what;
}
