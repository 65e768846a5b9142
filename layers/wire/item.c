#include "layers/wire/item.h"

#include <string.h>

#include "layers/wire/bytes.h"
#include "layers/wire/span.h"
#include "layers/wire/text.h"

/* Whom the items go to, and how many may still. */
struct sink {
    item_taker *take;
    void *context;
    unsigned left;
};

/* An item whose text is still to be written, by T. */
static struct text begin(struct item *item, const char *name, const char *label, struct span bytes,
                         const char *help)
{
    item->name = name;
    item->label = label;
    item->bytes = bytes;
    item->help = help;
    item->is_number = item->repeats = false;
    item->number = 0;
    item->value[0] = '\0';
    return text_begin(item->text, sizeof(item->text));
}

/* The same for one whose value is NUMBER, which may have a NAME for people. */
static void begin_number(struct item *item, const char *name, const char *label, struct span bytes,
                         unsigned number, const char *called)
{
    struct text t = begin(item, name, label, bytes, NULL);

    item->is_number = true;
    item->number = number;
    text_format(&t, called != NULL ? "%u (%s)" : "%u", number, called);
}

/* False: enough. */
static bool give(struct sink *sink, struct item *item)
{
    if (sink->left == 0)
        return false;
    sink->left--;
    if (item->value[0] == '\0')
        memcpy(item->value, item->text, sizeof(item->value));
    return sink->take(sink->context, item);
}

static bool give_text(struct sink *sink, const char *name, const char *label, struct span bytes,
                      const char *help)
{
    struct item item;
    struct text t = begin(&item, name, label, bytes, help);

    for (size_t i = 0; i < bytes.len; i++)
        text_char(&t, bytes.at[i] >= ' ' && bytes.at[i] <= '~' ? (char)bytes.at[i] : '?');
    return give(sink, &item);
}

/* ---- IPv6 ---- */

static void give_address(struct sink *sink, const char *name, const char *label, struct span at,
                         const char *help)
{
    struct item item;
    struct ipv6 address;

    if (at.len < IPV6_LEN)
        return;
    begin(&item, name, label, span_first(at, IPV6_LEN), help);
    memcpy(address.at, at.at, IPV6_LEN);
    ipv6_format(&address, item.text, sizeof(item.text));
    give(sink, &item);
}

static void each_ipv6(struct sink *sink, struct span header)
{
    if (header.len < IPV6_HEADER_LEN)
        return;
    give_address(sink, "ipv6.src", "Source Address", span_after(header, 8),
                 "who sent the packet, whatever wire it is on");
    give_address(sink, "ipv6.dst", "Destination Address", span_after(header, 24),
                 "for whom the packet is; ff00::/8 are groups");
}

static void each_icmpv6(struct sink *sink, const struct layer *layer)
{
    if (layer->as.icmp.type == ICMPV6_NEIGHBOUR_SOLICITATION)
        give_address(sink, "icmpv6.nd.ns.target_address", "Target address", layer->payload,
                     "whose link address is asked for, as ARP asks in IPv4");
    if (layer->as.icmp.type == ICMPV6_NEIGHBOUR_ADVERTISEMENT)
        give_address(sink, "icmpv6.nd.na.target_address", "Target address", layer->payload,
                     "who has the link address that is told");
}

/* ---- DNS ---- */

static const char *data_name(uint16_t type)
{
    switch (type) {
    case DNS_A: return "dns.a";
    case DNS_NS: return "dns.ns";
    case DNS_CNAME: return "dns.cname";
    case DNS_SOA: return "dns.soa.mname";
    case DNS_PTR: return "dns.ptr.domain_name";
    case DNS_MX: return "dns.mx.mail_exchange";
    case DNS_TXT: return "dns.txt";
    case DNS_AAAA: return "dns.aaaa";
    case DNS_SRV: return "dns.srv.target";
    default: return NULL;
    }
}

static const char *section_help(enum dns_section section)
{
    static const char *const helps[DNS_SECTIONS] = {
        "what is asked for: a kind of record of a name",
        "what the name has; it may be kept for as many seconds as its ttl says",
        "who is responsible for the name, to be asked next",
        "records that spare the asker another question",
    };

    return helps[section];
}

static bool give_question(struct sink *sink, const struct dns_record *record)
{
    struct item item;
    struct text t =
        begin(&item, "dns.qry.name", "Question", record->bytes, section_help(DNS_QUESTION));

    text_put(&t, record->name);
    if (!give(sink, &item))
        return false;
    begin_number(&item, "dns.qry.type", "Question type", record->bytes, record->type,
                 dns_type_name(record->type));
    item.help = "1: A, an IPv4 address; 28: AAAA, one of IPv6; 5: CNAME, another name";
    return give(sink, &item);
}

static bool give_record(struct sink *sink, struct span message, const struct dns_record *record)
{
    static const char *const labels[DNS_SECTIONS] = { "Question", "Answer", "Authority",
                                                      "Additional" };
    struct item item;
    struct text t = begin(&item, data_name(record->type), labels[record->section], record->bytes,
                          section_help(record->section));
    struct text value = text_begin(item.value, sizeof(item.value));

    item.repeats = true;
    if (record->type == DNS_OPT) {
        text_format(&t, "OPT: takes answers of %u bytes", (unsigned)record->class);
        return give(sink, &item);
    }
    if (dns_type_name(record->type) != NULL)
        text_format(&t, "%s ", dns_type_name(record->type));
    else
        text_format(&t, "type %u ", (unsigned)record->type);
    text_put(&t, record->name);
    text_put(&t, " = ");
    dns_put_data(&t, message, record, DNS_NAME_SIZE);
    dns_put_data(&value, message, record, DNS_NAME_SIZE);
    text_format(&t, " ttl=%lus", (unsigned long)record->ttl);
    return give(sink, &item);
}

static void each_dns(struct sink *sink, struct span message)
{
    struct dns_reader reader;
    struct dns_record record;

    dns_begin(&reader, message);
    while (dns_next(&reader, &record))
        if (record.section == DNS_QUESTION ? !give_question(sink, &record)
                                           : !give_record(sink, message, &record))
            return;
}

/* ---- DHCP ---- */

static const char *option_name(uint8_t code)
{
    switch (code) {
    case DHCP_OPTION_MASK: return "dhcp.option.subnet_mask";
    case DHCP_OPTION_ROUTER: return "dhcp.option.router";
    case DHCP_OPTION_DNS: return "dhcp.option.domain_name_server";
    case DHCP_OPTION_HOST_NAME: return "dhcp.option.hostname";
    case DHCP_OPTION_DOMAIN: return "dhcp.option.domain_name";
    case DHCP_OPTION_REQUESTED: return "dhcp.option.requested_ip_address";
    case DHCP_OPTION_LEASE: return "dhcp.option.ip_address_lease_time";
    case DHCP_OPTION_TYPE: return "dhcp.option.dhcp";
    case DHCP_OPTION_SERVER: return "dhcp.option.dhcp_server_id";
    default: return NULL;
    }
}

static const char *option_help(uint8_t code)
{
    switch (code) {
    case DHCP_OPTION_TYPE: return "discover, offer, request and ACK: four steps to an address";
    case DHCP_OPTION_REQUESTED: return "the address that the client would like";
    case DHCP_OPTION_SERVER:
        return "which of several servers is meant: the others take theirs back";
    case DHCP_OPTION_LEASE: return "after so many seconds the address is the server's again";
    case DHCP_OPTION_PARAMETERS: return "what else the client wants to be told";
    default: return NULL;
    }
}

/* Types and times are numbers for a program. */
static void note_number(struct item *item, const struct dhcp_option *option)
{
    item->is_number = true;
    if (option->code == DHCP_OPTION_TYPE && option->data.len == 1)
        item->number = option->data.at[0];
    else if (option->code == DHCP_OPTION_LEASE && option->data.len == 4)
        item->number = get_be32(option->data.at);
    else
        item->is_number = false;
}

static void each_dhcp(struct sink *sink, struct span message)
{
    struct dhcp_option_reader reader;
    struct dhcp_option option;
    struct item item;

    dhcp_option_begin(&reader, message);
    while (dhcp_option_next(&reader, &option)) {
        const char *label = dhcp_option_name(option.code);
        struct text t = begin(&item, option_name(option.code), label != NULL ? label : "Option",
                              option.bytes, option_help(option.code));

        if (label == NULL)
            text_format(&t, "%u: ", (unsigned)option.code);
        dhcp_put_option(&t, &option);
        note_number(&item, &option);
        if (!give(sink, &item))
            return;
    }
}

/* ---- Lines and records ---- */

/* The names of the fields of each protocol that has start lines. */
static const struct line_names {
    const char *protocol, *method, *target, *status;
} line_names[] = {
    { "HTTP", "http.request.method", "http.request.uri", "http.response.code" },
    { "RTSP", "rtsp.method", "rtsp.url", "rtsp.status" },
    { "SIP", "sip.Method", "sip.r-uri", "sip.Status-Code" },
};

static void each_start_line(struct sink *sink, const struct start_line *line)
{
    const struct line_names *names = &line_names[0];

    for (size_t i = 0; i < ARRAY_LEN(line_names); i++)
        if (strcmp(line_names[i].protocol, start_line_protocol(line)) == 0)
            names = &line_names[i];
    if (line->response) {
        give_text(sink, NULL, "Version", line->first, NULL);
        give_text(sink, names->status, "Status", line->second,
                  "2xx done, 3xx look elsewhere, 4xx your mistake, 5xx mine");
        give_text(sink, NULL, "Reason", line->third, NULL);
    } else {
        give_text(sink, names->method, "Method", line->first,
                  "what is to be done with the target");
        give_text(sink, names->target, "Target", line->second, "what is asked for");
        give_text(sink, NULL, "Version", line->third, NULL);
    }
}

static bool give_message(struct sink *sink, uint8_t type, struct span message)
{
    struct tls_hello hello;
    struct item item;

    begin_number(&item, "tls.handshake.type", "Message", message, type, tls_message_name(type));
    item.repeats = true;
    item.help = "how both agree on ciphers and keys";
    if (!give(sink, &item))
        return false;
    if (type != TLS_CLIENT_HELLO)
        return true;
    tls_hello_parse(&hello, type, message);
    return hello.name.len == 0 ||
           give_text(sink, "tls.handshake.extensions_server_name", "Server name", hello.name,
                     "which of the servers at this address is wanted; not enciphered");
}

static void each_tls(struct sink *sink, struct span in)
{
    struct tls_record record;
    struct span start = in, body, message;
    bool clear = true;
    uint8_t type;

    while (tls_record_next(&record, &in)) {
        struct item item;

        begin_number(&item, "tls.record.content_type", "Record",
                     span_first(start, start.len - in.len), record.type,
                     tls_type_name(record.type));
        item.repeats = true;
        item.help = "the kind of what follows; most of it is enciphered";
        start = in;
        if (!give(sink, &item))
            return;
        body = record.body;
        while (clear && record.type == TLS_HANDSHAKE && tls_message_next(&body, &type, &message))
            if (!give_message(sink, type, message))
                return;
        clear = clear && record.type != TLS_CHANGE_CIPHER_SPEC;
    }
}

void item_each(const struct dissection *d, const struct layer *layer, item_taker *take,
               void *context)
{
    struct span header = { d->bytes.at + layer->offset, layer->header_len };
    struct sink sink = { take, context, ITEMS_MAX };

    if (!layer->parsed)
        return;
    switch (layer->kind) {
    case LAYER_IPV6: each_ipv6(&sink, header); break;
    case LAYER_ICMPV6: each_icmpv6(&sink, layer); break;
    case LAYER_DNS: each_dns(&sink, header); break;
    case LAYER_DHCP: each_dhcp(&sink, header); break;
    case LAYER_HTTP: each_start_line(&sink, &layer->as.line); break;
    case LAYER_TLS: each_tls(&sink, header); break;
    default: break;
    }
}
