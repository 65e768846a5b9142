/*
 * tls_record.h - what can be seen of TLS from outside: the kinds of its records, and
 * of the first messages, before everything is enciphered.
 *
 *   +------+---------+--------+---------------------------+
 *   | type | version | length | handshake, alert, data ...|   a record
 *   | 1    | 2       | 2      | length bytes              |
 *   +------+---------+--------+---------------------------+
 *
 *   | type 1 | length 3 | ClientHello ...                    a message of the handshake
 *
 * A segment may hold several records, and a record may go on in the next segment:
 * only a segment that begins with a record is read.
 */
#ifndef RUNG_LAYERS_WIRE_TLS_RECORD_H
#define RUNG_LAYERS_WIRE_TLS_RECORD_H

#include "layers/wire/text.h"
#include "sim/base.h"

#define TLS_RECORD_HEADER_LEN 5
#define TLS_MESSAGE_HEADER_LEN 4

enum tls_type {
    TLS_CHANGE_CIPHER_SPEC = 20,
    TLS_ALERT = 21,
    TLS_HANDSHAKE = 22,
    TLS_APPLICATION_DATA = 23,
    TLS_HEARTBEAT = 24,
};

enum tls_message_type { TLS_CLIENT_HELLO = 1, TLS_SERVER_HELLO = 2 };

struct tls_record {
    uint8_t type;
    uint16_t version; /* 0x0301 TLS 1.0 ... 0x0303 TLS 1.2, and 1.3 in disguise */
    uint16_t length;
    struct span body; /* as much of it as is here */
};

/* What the sender of a hello says of itself. */
struct tls_hello {
    uint16_t version; /* chosen, or the highest that is offered */
    struct span name; /* the server that is wanted (SNI); may be empty */
};

/* Reads the record that begins IN; *IN then begins behind it. False: it is none. */
bool tls_record_next(struct tls_record *record, struct span *in);

/* IN begins with a record. */
bool tls_is_record(struct span in);

/* The message of the handshake that begins BODY, with its header; *BODY then begins behind
 * it. False: it is enciphered, or none. */
bool tls_message_next(struct span *body, uint8_t *type, struct span *message);

/* Reads a hello of TYPE, as far as it is here: TLS_CLIENT_HELLO or TLS_SERVER_HELLO. */
void tls_hello_parse(struct tls_hello *hello, uint8_t type, struct span message);

/* "handshake" ..., "ClientHello" ..., "TLS 1.2" ...; NULL for others. */
const char *tls_type_name(uint8_t type);
const char *tls_message_name(uint8_t type);
const char *tls_version_name(uint16_t version);
const char *tls_alert_name(uint8_t description);

/* Adds "TLS 1.2 ClientHello www.example.com", "TLS 1.3 ServerHello, change cipher spec,
 * application data". */
void tls_put_line(struct text *t, struct span in);
void tls_put_line_short(struct text *t, struct span in);

#endif
