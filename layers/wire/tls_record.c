#include "layers/wire/tls_record.h"

#include "layers/wire/bytes.h"
#include "layers/wire/span.h"

enum {
    LENGTH_MAX = 16384 + 2048, /* of a record, enciphered */
    RANDOM_LEN = 32,
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_VERSIONS = 43,
    SERVER_NAME_FIXED = 5, /* length of the list, kind, length of the name */
};

bool tls_record_next(struct tls_record *record, struct span *in)
{
    if (in->len < TLS_RECORD_HEADER_LEN)
        return false;
    record->type = in->at[0];
    record->version = get_be16(in->at + 1);
    record->length = get_be16(in->at + 3);
    if (tls_type_name(record->type) == NULL || tls_version_name(record->version) == NULL ||
        record->length > LENGTH_MAX || record->length == 0)
        return false;
    record->body = span_first(span_after(*in, TLS_RECORD_HEADER_LEN), record->length);
    *in = span_after(*in, TLS_RECORD_HEADER_LEN + record->body.len);
    return true;
}

bool tls_is_record(struct span in)
{
    struct tls_record record;

    return tls_record_next(&record, &in);
}

bool tls_message_next(struct span *body, uint8_t *type, struct span *message)
{
    size_t len;

    if (body->len < TLS_MESSAGE_HEADER_LEN || tls_message_name(body->at[0]) == NULL ||
        body->at[1] != 0) /* none is 64 KiB long: that is cipher text */
        return false;
    *type = body->at[0];
    len = TLS_MESSAGE_HEADER_LEN + (size_t)get_be16(body->at + 2);
    *message = span_first(*body, len);
    *body = span_after(*body, message->len);
    return true;
}

/* ---- Hellos ---- */

/* Passes over a list whose length stands before it in WIDTH bytes. False: it ends first. */
static bool pass_list(struct span *in, size_t width)
{
    size_t len;

    if (in->len < width)
        return false;
    len = width == 1 ? in->at[0] : get_be16(in->at);
    if (in->len < width + len)
        return false;
    *in = span_after(*in, width + len);
    return true;
}

/* A server says one; a client lists those it can, some of which are senseless on purpose. */
static void read_versions(struct tls_hello *hello, uint8_t type, struct span data)
{
    size_t at = type == TLS_CLIENT_HELLO;

    for (; at + 2 <= data.len; at += 2) {
        uint16_t version = get_be16(data.at + at);

        if (tls_version_name(version) != NULL && version > hello->version)
            hello->version = version;
    }
}

static void read_extension(struct tls_hello *hello, uint8_t type, uint16_t kind, struct span data)
{
    if (kind == EXTENSION_VERSIONS)
        read_versions(hello, type, data);
    if (kind == EXTENSION_SERVER_NAME && data.len > SERVER_NAME_FIXED)
        hello->name = span_first(span_after(data, SERVER_NAME_FIXED), get_be16(data.at + 3));
}

static void read_extensions(struct tls_hello *hello, uint8_t type, struct span in)
{
    while (in.len >= 4) {
        uint16_t kind = get_be16(in.at), len = get_be16(in.at + 2);

        in = span_after(in, 4);
        read_extension(hello, type, kind, span_first(in, len));
        in = span_after(in, min_size(in.len, len));
    }
}

void tls_hello_parse(struct tls_hello *hello, uint8_t type, struct span message)
{
    struct span in = span_after(message, min_size(message.len, TLS_MESSAGE_HEADER_LEN));

    *hello = (struct tls_hello){ .name = span_empty(in) };
    if (in.len < 2 + RANDOM_LEN)
        return;
    hello->version = get_be16(in.at);
    in = span_after(in, 2 + RANDOM_LEN);
    if (!pass_list(&in, 1)) /* session */
        return;
    if (type == TLS_CLIENT_HELLO) {
        if (!pass_list(&in, 2) || !pass_list(&in, 1)) /* ciphers, compressions */
            return;
    } else {
        if (in.len < 3)
            return;
        in = span_after(in, 3);
    }
    if (in.len >= 2)
        read_extensions(hello, type, span_after(in, 2));
}

/* ---- Words ---- */

const char *tls_type_name(uint8_t type)
{
    static const char *const names[] = { "change cipher spec", "alert", "handshake",
                                         "application data", "heartbeat" };

    return type >= TLS_CHANGE_CIPHER_SPEC && type <= TLS_HEARTBEAT
               ? names[type - TLS_CHANGE_CIPHER_SPEC]
               : NULL;
}

const char *tls_message_name(uint8_t type)
{
    /* No HelloRequest, 0: what is enciphered often begins with zeros. */
    static const char *const names[] = {
        [1] = "ClientHello",         [2] = "ServerHello",      [4] = "NewSessionTicket",
        [8] = "EncryptedExtensions", [11] = "Certificate",     [12] = "ServerKeyExchange",
        [13] = "CertificateRequest", [14] = "ServerHelloDone", [15] = "CertificateVerify",
        [16] = "ClientKeyExchange",  [20] = "Finished",        [22] = "CertificateStatus",
    };

    return type < ARRAY_LEN(names) ? names[type] : NULL;
}

const char *tls_version_name(uint16_t version)
{
    static const char *const names[] = { "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };

    return version >> 8 == 3 && (version & 0xff) < ARRAY_LEN(names) ? names[version & 0xff] : NULL;
}

const char *tls_alert_name(uint8_t description)
{
    switch (description) {
    case 0: return "close notify";
    case 10: return "unexpected message";
    case 20: return "bad record MAC";
    case 40: return "handshake failure";
    case 42: return "bad certificate";
    case 45: return "certificate expired";
    case 46: return "certificate unknown";
    case 48: return "unknown CA";
    case 70: return "protocol version";
    case 71: return "insufficient security";
    case 80: return "internal error";
    case 112: return "unrecognised name";
    default: return NULL;
    }
}

static void put_host(struct text *t, struct span name)
{
    enum { MOST = 60 };

    for (size_t i = 0; i < min_size(name.len, MOST); i++)
        text_char(t, name.at[i] > ' ' && name.at[i] <= '~' ? (char)name.at[i] : '?');
}

/* The messages of a record of the handshake; false: none can be read. */
static bool put_messages(struct text *t, struct span body)
{
    struct span message;
    unsigned shown = 0;
    uint8_t type;

    while (shown < 4 && tls_message_next(&body, &type, &message)) {
        struct tls_hello hello;

        text_put(t, shown++ > 0 ? ", " : "");
        text_put(t, tls_message_name(type));
        if (type != TLS_CLIENT_HELLO)
            continue;
        tls_hello_parse(&hello, type, message);
        text_put(t, hello.name.len > 0 ? " " : "");
        put_host(t, hello.name);
    }
    return shown > 0;
}

static void put_alert(struct text *t, struct span body)
{
    const char *name = body.len == 2 ? tls_alert_name(body.at[1]) : NULL;

    text_put(t, "alert");
    if (name != NULL)
        text_format(t, ": %s", name);
}

/* The version that matters: a hello's own, for the record around it never says more. */
static uint16_t version_of(const struct tls_record *record, bool clear)
{
    struct span body = record->body, message;
    struct tls_hello hello;
    uint8_t type;

    if (!clear || record->type != TLS_HANDSHAKE || !tls_message_next(&body, &type, &message) ||
        (type != TLS_CLIENT_HELLO && type != TLS_SERVER_HELLO))
        return record->version;
    tls_hello_parse(&hello, type, message);
    return tls_version_name(hello.version) != NULL ? hello.version : record->version;
}

static void put_record(struct text *t, const struct tls_record *record, bool clear)
{
    if (record->type == TLS_HANDSHAKE && clear && put_messages(t, record->body))
        return;
    if (record->type == TLS_HANDSHAKE)
        text_put(t, "handshake, enciphered");
    else if (record->type == TLS_ALERT)
        put_alert(t, record->body);
    else
        text_put(t, tls_type_name(record->type));
}

/* MOST records. Behind a change of the cipher nothing can be read. */
static void put_records(struct text *t, struct span in, unsigned most)
{
    struct tls_record record;
    unsigned shown = 0, more = 0;
    bool clear = true;
    uint8_t last = 0;

    while (tls_record_next(&record, &in)) {
        if (shown == 0)
            text_format(t, "%s ", tls_version_name(version_of(&record, clear)));
        if (record.type == last && record.type == TLS_APPLICATION_DATA)
            continue;
        last = record.type;
        if (shown == most) {
            more++;
            continue;
        }
        text_put(t, shown++ > 0 ? ", " : "");
        put_record(t, &record, clear);
        clear = clear && record.type != TLS_CHANGE_CIPHER_SPEC;
    }
    if (more > 0)
        text_format(t, " +%u", more);
}

void tls_put_line(struct text *t, struct span in)
{
    put_records(t, in, 4);
}

void tls_put_line_short(struct text *t, struct span in)
{
    put_records(t, in, 1);
}
