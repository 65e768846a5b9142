#include <stdio.h>
#include <string.h>

#include "layers/units.h"
#include "tools/lib/pkt_write_parts.h"
#include "tools/lib/text.h"
#include "tools/lib/utf8.h"

/* The host's settings, where they are not what a script begins with: an option or a
 * sysctl where the language has one, else our own `rung set`. */

struct setting {
    const char *key;
    const char *line; /* printf's, of an int64_t; or NULL: needs no line */
    bool any;         /* it can say any value; else only this one: */
    int64_t only;
};

static const struct setting settings[] = {
    { "mss", "--mss=%lld\n", true, 0 },
    { "timestamps", "sysctl -q net.ipv4.tcp_timestamps=%lld", true, 0 },
    { "sack", "sysctl -q net.ipv4.tcp_sack=%lld", true, 0 },
    { "dsack", "sysctl -q net.ipv4.tcp_dsack=%lld", true, 0 },
    { "ecn", "sysctl -q net.ipv4.tcp_ecn=%lld", true, 0 },
    { "restart-after-idle", "sysctl -q net.ipv4.tcp_slow_start_after_idle=%lld", true, 0 },
    { "duplicate-acks", "sysctl -q net.ipv4.tcp_reordering=%lld", true, 0 },
    { "retries", "sysctl -q net.ipv4.tcp_retries2=%lld", true, 0 },
    { "challenge-acks", "sysctl -q net.ipv4.tcp_challenge_ack_limit=%lld", true, 0 },
    { "window-scale", "sysctl -q net.ipv4.tcp_window_scaling=0", false, -2 },
    { "cc", "sysctl -q net.ipv4.tcp_congestion_control=cubic", false, TCP_CC_CUBIC },
    { "isn", NULL, false, 0 },    /* numbers count from it */
    { "rcvbuf", NULL, false, 0 }, /* these are setsockopt's */
    { "sndbuf", NULL, false, 0 },
    { "nagle", NULL, false, 0 },
    { "user-timeout", NULL, false, 0 },
    { "backlog", NULL, false, 0 }, /* listen()'s */
};

static const struct setting *find(const char *key)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (strcmp(settings[i].key, key) == 0)
            return &settings[i];
    return NULL;
}

static int64_t value_at(const struct tcp_config *config, const struct config_key *key)
{
    return *(const int64_t *)(const void *)((const char *)config + key->offset);
}

/* All shell lines of the set-up are one. */
static void begin_line(struct pkt_writer *w, bool option)
{
    if (!option)
        fputs(w->shell_lines++ == 0 ? "`" : "\n ", w->out);
}

/* Options of a script stand before its shell lines: two passes. */
static void write_setting(struct pkt_writer *w, const struct config_key *key, bool options)
{
    const struct setting *setting = find(key->name);
    int64_t value = value_at(&w->config.tcp, key);
    char text[100];

    if (setting != NULL && setting->line == NULL)
        return;
    if (setting != NULL && (setting->any || setting->only == value)) {
        if ((setting->line[0] == '-') != options)
            return;
        begin_line(w, options);
        fprintf(w->out, setting->line, (long long)value);
    } else if (!options) {
        begin_line(w, options);
        unit_format_setting(key, value, text, sizeof(text));
        fprintf(w->out, "rung set tcp.%s %s", key->name, text);
    }
}

static void write_settings(struct pkt_writer *w, bool options)
{
    struct tcp_config usual;

    tcp_config_defaults(&usual);
    for (const struct config_key *key = tcp_config_keys; key->name != NULL; key++)
        if (value_at(&w->config.tcp, key) != value_at(&usual, key))
            write_setting(w, key, options);
}

void pkt_write_head(struct pkt_writer *w)
{
    const struct lab *lab = w->order->lab;

    fputs("// ", w->out);
    utf8_print_clean(w->out, lab->title, false);
    fprintf(w->out, _(": what %s does (%s).\n"), w->host->node.name, w->order->command);
    if (w->host->bugs != 0)
        fprintf(w->out, _("// Not written, as the language has no word for it: the bugs of %s.\n"),
                w->host->node.name);
    fputs("--strict_segments\n", w->out);
    if (w->config.tcp.timestamps)
        fputs("--tcp_ts_tick_usecs=1000\n", w->out);
    if (w->host->interfaces[0].mtu != 1500)
        fprintf(w->out, "--mtu=%u\n", w->host->interfaces[0].mtu);
    write_settings(w, true);
    write_settings(w, false);
    if (w->shell_lines > 0)
        fputs("`\n", w->out);
}

static void set_option(struct pkt_writer *w, vtime at, int fd, const char *name, int64_t value)
{
    pkt_write_time(w, at);
    fprintf(w->out, "setsockopt(%d, %s, [%lld], 4) = 0\n", fd, name, (long long)value);
}

void pkt_write_socket_options(struct pkt_writer *w, vtime at, int fd)
{
    const struct tcp_config *config = &w->config.tcp;
    struct tcp_config usual;

    tcp_config_defaults(&usual);
    if (config->rcvbuf != usual.rcvbuf)
        set_option(w, at, fd, "SOL_SOCKET, SO_RCVBUF", config->rcvbuf);
    if (config->sndbuf != usual.sndbuf)
        set_option(w, at, fd, "SOL_SOCKET, SO_SNDBUF", config->sndbuf);
    if (config->user_timeout != usual.user_timeout)
        set_option(w, at, fd, "IPPROTO_TCP, TCP_USER_TIMEOUT", config->user_timeout / MS);
    if (config->nagle != usual.nagle)
        set_option(w, at, fd, "IPPROTO_TCP, TCP_NODELAY", !config->nagle);
}
