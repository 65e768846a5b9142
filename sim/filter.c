#include "sim/filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "sim/filter_words.h"

/* More words than a text can hold, each at least one byte. */
#define WORDS_MAX FILTER_TEXT_LIMIT

/* No frame is longer: what a matching filter returns, and ignores. */
#define SNAPLEN 262144

/* Room for the longest text, one closing bracket a byte, and a completion. */
#define PROBE_BYTES (2 * FILTER_TEXT_LIMIT + 64)

/*
 * A filter is libpcap's program itself, an array of instructions; this type
 * is never completed. So there is one allocation, libpcap's, and none of ours.
 */
static struct filter *filter_of(struct bpf_insn *program)
{
    return (struct filter *)(void *)program;
}

static struct bpf_insn *program_of(const struct filter *filter)
{
    return (struct bpf_insn *)(uintptr_t)(const void *)filter;
}

static bool compiles(pcap_t *pcap, const char *text)
{
    struct bpf_program program = { 0, NULL };
    if (pcap_compile(pcap, &program, text, 0, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    pcap_freecode(&program);
    return true;
}

/* Writes what closes the brackets that are open after COUNT words of TEXT. */
static size_t write_closers(const char *text, const struct filter_word *words, size_t count,
                            char closers[FILTER_TEXT_LIMIT + 1])
{
    char stack[FILTER_TEXT_LIMIT];
    size_t depth = 0;
    for (size_t i = 0; i < count; i++) {
        char c = text[words[i].at];
        if (c == '(' || c == '[')
            stack[depth++] = c == '(' ? ')' : ']';
        if ((c == ')' || c == ']') && depth > 0)
            depth--;
    }
    for (size_t i = 0; i < depth; i++)
        closers[i] = stack[depth - 1 - i];
    closers[depth] = '\0';
    return depth;
}

/* The same for a text of our making, which may turn a word into a name. */
static bool is_probe_good(pcap_t *pcap, const char *probe)
{
    struct filter_word words[WORDS_MAX + 8];
    size_t count = filter_split(probe, words, ARRAY_LEN(words));
    bool expected;
    return filter_find_name(probe, words, count, &expected) == count && compiles(pcap, probe);
}

/* Tries TEXT's first LEN bytes with CORE and DEPTH closing brackets behind,
 * a comparison behind any of the innermost of those, or behind all. */
static bool completes_with(pcap_t *pcap, const char *text, size_t len, const char *core,
                           const char *closers, size_t depth)
{
    char probe[PROBE_BYTES];
    snprintf(probe, sizeof probe, "%.*s%s%s", (int)len, text, core, closers);
    if (is_probe_good(pcap, probe))
        return true;
    for (size_t i = 0; i <= depth; i = i < 3 || i == depth ? i + 1 : depth) {
        snprintf(probe, sizeof probe, "%.*s%s%.*s = 1%s", (int)len, text, core, (int)i, closers,
                 closers + i);
        if (is_probe_good(pcap, probe))
            return true;
    }
    return false;
}

/* Whether anything could follow the first COUNT words that makes a filter. */
static bool can_be_completed(pcap_t *pcap, const char *text, const struct filter_word *words,
                             size_t count)
{
    static const char *const cores[] = {
        "", " 1", " 1.2.3.4", " ip", " host 1.2.3.4", " port 1", " [0]", " [0] = 1", " 1-2",
        " 2:2:2:2:2:2", " 0.0.0.0/0", " \\tcp", " data", " in", "::1", " mgt",
    };
    char closers[FILTER_TEXT_LIMIT + 1];
    size_t depth = write_closers(text, words, count, closers);
    size_t len = count == 0 ? 0 : words[count - 1].at + words[count - 1].len;
    for (size_t i = 0; i < ARRAY_LEN(cores); i++)
        if (completes_with(pcap, text, len, cores[i], closers, depth))
            return true;
    return false;
}

/*
 * The number of words before the one that spoils TEXT: what stands before it
 * can be completed, with it no longer. COUNT if the text just ends too early.
 */
static size_t find_spoiler(pcap_t *pcap, const char *text, const struct filter_word *words,
                           size_t count)
{
    size_t good = 0, bad = count + 1;
    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        if (can_be_completed(pcap, text, words, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

static bool lacks_bracket(const char *text)
{
    int open = 0;

    for (; *text != '\0'; text++)
        open += (*text == '[') - (*text == ']');
    return open > 0;
}

/* Says what is wrong with TEXT, which libpcap refused with MESSAGE. */
static size_t explain(pcap_t *pcap, const char *text, const struct filter_word *words,
                      size_t count, const char *message, char *error, size_t size)
{
    size_t spoiler;
    if (compiles(pcap, text)) { /* only the optimiser found fault */
        snprintf(error, size, "no frame can match this filter");
        return 0;
    }
    spoiler = find_spoiler(pcap, text, words, count);
    if (strstr(message, "syntax error") == NULL)
        snprintf(error, size, "%s", message);
    else if (spoiler == count && lacks_bracket(text))
        snprintf(error, size, "a ] is missing, as in tcp[13] & 3 != 0");
    else if (spoiler == count)
        snprintf(error, size, "the filter ends too early: write what follows, such as port 80");
    else
        snprintf(error, size, "the filter cannot go on with \"%.*s\" here",
                 (int)min_size(words[spoiler].len, 40), text + words[spoiler].at);
    return spoiler == count ? strlen(text) : words[spoiler].at;
}

/* Refuses what must not reach libpcap. */
static bool is_acceptable(const char *text, const struct filter_word *words, size_t count,
                          char *error, size_t size, size_t *column)
{
    bool expected;
    size_t name = filter_find_name(text, words, count, &expected);
    if (name == count)
        return true;
    *column = words[name].at;
    snprintf(error, size, expected ? "unknown name \"%.*s\"; write an address"
                                   : "unknown word \"%.*s\"; if it is a host, write its address",
             (int)min_size(words[name].len, 40), text + words[name].at);
    return false;
}

struct filter *filter_compile(const char *text, int dlt, char *error, size_t size, size_t *column)
{
    struct filter_word words[WORDS_MAX];
    struct bpf_program program = { 0, NULL };
    char numbered[PROBE_BYTES];
    size_t count, unused;
    pcap_t *pcap;

    column = column == NULL ? &unused : column;
    *column = 0;
    if (strlen(text) > FILTER_TEXT_LIMIT) {
        snprintf(error, size, "the filter is longer than %d bytes", FILTER_TEXT_LIMIT);
        return NULL;
    }
    count = filter_split(text, words, ARRAY_LEN(words));
    if (!is_acceptable(text, words, count, error, size, column))
        return NULL;
    pcap = pcap_open_dead(dlt, SNAPLEN);
    if (pcap == NULL) {
        snprintf(error, size, "not enough memory for a filter");
        return NULL;
    }
    if (!filter_number_ports(text, words, count, numbered, sizeof numbered) ||
        pcap_compile(pcap, &program, numbered, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        char message[PCAP_ERRBUF_SIZE];
        snprintf(message, sizeof message, "%s", pcap_geterr(pcap));
        *column = explain(pcap, text, words, count, message, error, size);
        program.bf_insns = NULL;
    }
    pcap_close(pcap);
    return program.bf_insns == NULL ? NULL : filter_of(program.bf_insns);
}

bool filter_matches(const struct filter *filter, struct span frame, size_t original_len)
{
    struct bpf_program program = { 0, program_of(filter) };
    struct pcap_pkthdr header;
    memset(&header, 0, sizeof header);
    header.caplen = (bpf_u_int32)frame.len;
    header.len = (bpf_u_int32)original_len;
    return pcap_offline_filter(&program, &header, frame.at) != 0;
}

void filter_free(struct filter *filter)
{
    struct bpf_program program = { 0, program_of(filter) };
    pcap_freecode(&program);
}
