#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/nearest.h"
#include "tools/lib/lab_memory.h"
#include "tools/lib/pkt_scan.h"
#include "tools/lib/text.h"

/* ---- Options: --name=value ---- */

/* All that are written in the field, and --profile, which is ours; those without
 * a meaning in a world without real interfaces are passed over. */
static const char *const options_known[] = {
    "bind_port",        "code_command",      "code_format",     "code_sockopt",
    "connect_port",     "debug",             "define",          "dry_run",
    "gateway_ip",       "init_scripts",      "ip_version",      "local_ip",
    "mss",              "mtu",               "netmask_ip",      "non_fatal",
    "persistent_tun_dev", "profile",         "remote_ip",       "send_omit_free",
    "so_filename",      "speed",             "strict_segments", "tcp_ts_ecr_scaled",
    "tcp_ts_tick_usecs", "tolerance_percent", "tolerance_usecs", "udp_encapsulation",
    "verbose",
};

static bool unknown_option(struct pkt_scan *s, size_t from, const char *name)
{
    struct nearest near;
    char clause[NEAREST_CLAUSE_SIZE];

    nearest_begin(&near, name);
    for (size_t i = 0; i < ARRAY_LEN(options_known); i++)
        nearest_offer(&near, options_known[i]);
    return pkt_fail_from(s, from, _("there is no option --%.40s%s"), name,
                         nearest_clause(&near, clause, sizeof(clause)));
}

static bool parse_option(struct pkt_scan *s, struct pkt_option **option)
{
    const char *name;
    bool known = false;
    size_t from, start;

    pkt_skip_space(s);
    from = s->at;
    s->at += 2;
    name = pkt_read_word(s);
    if (name == NULL)
        return pkt_fail(s, _("the name of an option is missing: write --name=value"));
    for (size_t i = 0; i < ARRAY_LEN(options_known); i++)
        known = known || strcmp(name, options_known[i]) == 0;
    if (!known)
        return unknown_option(s, from, name);
    start = s->at + (s->text[s->at] == '=' ? 1 : 0);
    s->at = start;
    while (s->at < s->len && !isspace((unsigned char)s->text[s->at]))
        s->at++;
    *option = lab_memory_take(s->memory, 1, sizeof(**option));
    (*option)->name = name;
    (*option)->value = lab_memory_text(s->memory, s->text + start, s->at - start);
    (*option)->mark = pkt_mark(s->source, from, s->at);
    return true;
}

/* ---- Times ---- */

static bool parse_range_end(struct pkt_scan *s, struct pkt_time *time)
{
    time->is_range = true;
    if (time->kind == PKT_TIME_AFTER && !pkt_take(s, "+"))
        return pkt_fail(s, _("both ends are relative or none: write +t~+t"));
    if (!pkt_read_seconds(s, &time->to))
        return false;
    return time->to >= time->from || pkt_fail(s, _("this range ends before it begins"));
}

static bool parse_time(struct pkt_scan *s, struct pkt_time *time)
{
    memset(time, 0, sizeof(*time));
    if (pkt_take(s, "*")) {
        time->kind = PKT_TIME_ANY;
        return true;
    }
    time->kind = pkt_take(s, "+") ? PKT_TIME_AFTER : PKT_TIME_AT;
    if (!pkt_read_seconds(s, &time->from))
        return false;
    return !pkt_take(s, "~") || parse_range_end(s, time);
}

/* ---- What stands in backticks, and in %{ }% ---- */

static const char *read_quoted(struct pkt_scan *s, const char *opening, const char *closing)
{
    size_t from, start;
    const char *end;

    pkt_skip_space(s);
    from = s->at;
    start = s->at += strlen(opening);
    end = strstr(s->text + s->at, closing);
    if (end == NULL) {
        pkt_fail_from(s, from, _("this never ends: write %s behind it"), closing);
        return NULL;
    }
    s->at = (size_t)(end - s->text) + strlen(closing);
    return lab_memory_text(s->memory, s->text + start, (size_t)(end - s->text) - start);
}

/* ---- Events ---- */

static bool parse_what(struct pkt_scan *s, struct pkt_event *event)
{
    if (pkt_sees(s, "<") || pkt_sees(s, ">")) {
        event->kind = PKT_EVENT_PACKET;
        event->packet = pkt_parse_packet(s);
        return event->packet != NULL;
    }
    if (pkt_sees(s, "`")) {
        event->kind = PKT_EVENT_SHELL;
        event->text = read_quoted(s, "`", "`");
        return event->text != NULL;
    }
    if (pkt_sees(s, "%{")) {
        event->kind = PKT_EVENT_CODE;
        event->text = read_quoted(s, "%{", "}%");
        return event->text != NULL;
    }
    event->kind = PKT_EVENT_CALL;
    event->call = pkt_parse_call(s);
    return event->call != NULL;
}

static bool check_time(struct pkt_scan *s, const struct pkt_event *event, size_t from)
{
    bool expected = event->kind == PKT_EVENT_PACKET && !event->packet->inbound;

    if (expected || (event->time.kind != PKT_TIME_ANY && !event->time.is_range))
        return true;
    s->at = from + 1;
    return pkt_fail_from(s, from, _("only of a packet that is expected (>) can the time be "
                                    "open: write when this happens"));
}

/* From BEGIN up to here, on one line, less the blanks that were skipped in vain. */
static const char *said(struct pkt_scan *s, size_t begin)
{
    char *text;
    size_t end = s->at, len = 0;

    while (end > begin && isspace((unsigned char)s->text[end - 1]))
        end--;
    text = lab_memory_text(s->memory, s->text + begin, end - begin);
    for (const char *c = text; *c != '\0'; c++)
        if (!isspace((unsigned char)*c))
            text[len++] = *c;
        else if (len > 0 && text[len - 1] != ' ')
            text[len++] = ' ';
    text[len] = '\0';
    return text;
}

static bool parse_event(struct pkt_scan *s, struct pkt_event *event)
{
    size_t from, begin;

    pkt_skip_space(s);
    from = s->event_from = s->at;
    if (pkt_sees(s, "--"))
        return pkt_fail(s, _("an option stands in front of the first event"));
    if (s->text[from] == '`')
        event->time.kind = PKT_TIME_NONE;
    else if (s->text[from] != '+' && s->text[from] != '*' && s->text[from] != '.' &&
             !isdigit((unsigned char)s->text[from]))
        return pkt_fail(s, _("an event begins with its time: write +0, 0.1 or *"));
    else if (!parse_time(s, &event->time))
        return false;
    pkt_skip_space(s);
    begin = s->at;
    if (begin == s->len)
        return pkt_fail_from(s, from, _("nothing happens at this time: leave it out"));
    if (!parse_what(s, event))
        return false;
    event->mark = pkt_mark(s->source, begin, s->at);
    event->said = said(s, begin);
    return check_time(s, event, from);
}

/* ---- The script ---- */

static void skip_line(struct pkt_scan *s)
{
    while (s->at < s->len && s->text[s->at] != '\n')
        s->at++;
}

static void parse_all(struct pkt_scan *s, struct pkt_script *script)
{
    struct pkt_option **option = &script->options;
    struct pkt_event **event = &script->events;

    while (pkt_sees(s, "--")) {
        if (parse_option(s, option))
            option = &(*option)->next;
        else
            skip_line(s);
    }
    for (pkt_skip_space(s); s->at < s->len; pkt_skip_space(s)) {
        struct pkt_event *new = lab_memory_take(s->memory, 1, sizeof(*new));

        s->depth = 0;
        if (parse_event(s, new)) {
            *event = new;
            event = &new->next;
            script->event_count++;
        } else {
            skip_line(s);
        }
    }
}

/* The first sentence that the file opens with. */
static const char *find_purpose(struct lab_memory *memory, const struct source *source)
{
    const char *text = source->text;
    size_t from = 0, to;

    while (from < source->len && strchr(" \t\r\n/*#", text[from]) != NULL && text[from] != '\0')
        from++;
    to = from;
    while (to < source->len && text[to] != '\n' && text[to] != '\r')
        to++;
    if (from == 0 || (text[0] != '/' && text[0] != '#'))
        return "";
    return lab_memory_text(memory, text + from, to - from);
}

static void check_whole(const struct pkt_script *script, struct diagnostics *d)
{
    if (script->events == NULL)
        diagnostic_error(d, pkt_mark(&script->source, 0, 0),
                         _("the script has no event: write one, such as "
                           "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3"));
    for (const struct pkt_event *event = script->events; event != NULL; event = event->next)
        if (event->time.kind == PKT_TIME_NONE && event != script->events && event->next != NULL)
            diagnostic_error(d, event->mark,
                             _("only the first and the last event may be without a time"));
}

static bool read_script(struct pkt_script *script, char *clean, size_t len,
                        const struct pkt_defines *defines, struct diagnostics *d)
{
    size_t before = d->total;
    struct pkt_scan scan = { .source = &script->source, .text = clean, .len = len,
                             .memory = script->memory, .diagnostics = d };

    if (pkt_clean(&script->source, clean, len, defines, d))
        parse_all(&scan, script);
    if (d->total == before)
        check_whole(script, d);
    return d->total == before;
}

struct pkt_script *pkt_script_parse(const char *text, size_t len, const char *name,
                                    const struct pkt_defines *defines, struct diagnostics *d)
{
    struct lab_memory *memory = lab_memory_new();
    struct pkt_script *script = lab_memory_take(memory, 1, sizeof(*script));
    char *clean;

    script->memory = memory;
    script->name = lab_memory_text(memory, name, strlen(name));
    script->text = lab_memory_text(memory, text, len);
    for (size_t i = 0; i < len; i++) /* lines of it are read as C strings */
        if (script->text[i] == '\0')
            script->text[i] = '?';
    source_init(&script->source, script->name, script->text, len);
    clean = lab_memory_text(memory, script->source.text, script->source.len);
    script->purpose = find_purpose(memory, &script->source);
    if (read_script(script, clean, script->source.len, defines, d))
        return script;
    pkt_script_free(script);
    return NULL;
}

struct pkt_script *pkt_script_load(const char *path, const struct pkt_defines *defines,
                                   struct diagnostics *d)
{
    enum { LONGEST = 4 << 20 };
    struct pkt_script *script = NULL;
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rb");
    char *text = file != NULL ? malloc(LONGEST) : NULL;
    size_t len = text != NULL ? fread(text, 1, LONGEST, file) : 0;

    if (text == NULL || ferror(file)) {
        diagnostic_name_error(d, path, "%s", strerror(errno));
        d->unreadable = true;
    } else if (len == LONGEST) {
        diagnostic_name_error(d, path, _("no script is that long"));
    } else {
        script = pkt_script_parse(text, len, is_input ? "(input)" : path, defines, d);
    }
    if (file != NULL && !is_input)
        fclose(file);
    free(text);
    return script;
}

void pkt_script_free(struct pkt_script *script)
{
    if (script == NULL)
        return;
    source_free(&script->source);
    lab_memory_free(script->memory);
}

const char *pkt_script_option(const struct pkt_script *script, const char *name)
{
    const char *value = NULL;

    for (const struct pkt_option *o = script->options; o != NULL; o = o->next)
        if (strcmp(o->name, name) == 0)
            value = o->value;
    return value;
}
