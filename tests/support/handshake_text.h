/*
 * handshake_text.h - the text of a lab with a handshake and a few bytes, to which tests add.
 */
#ifndef RUNG_TESTS_SUPPORT_HANDSHAKE_TEXT_H
#define RUNG_TESTS_SUPPORT_HANDSHAKE_TEXT_H

/* Frames 1 to 3 are the handshake, sent at 10, 30 and 50 ms; 4 has BYTES ("3B"). */
#define HANDSHAKE_TEXT(bytes)                                                                      \
    "defaults:\n"                                                                                  \
    "  arp: { known: on }\n"                                                                       \
    "  tcp: { mss: 1000, window-scale: off, sack: off, delayed-ack: off }\n"                       \
    "hosts:\n"                                                                                     \
    "  a: { ip: 10.0.0.1/24, tcp: { isn: 100 } }\n"                                                \
    "  b: { ip: 10.0.0.2/24, tcp: { isn: 300 } }\n"                                                \
    "links:\n"                                                                                     \
    "  wire: { ends: [a, b], delay: 20ms }\n"                                                      \
    "script:\n"                                                                                    \
    "  - { at: 0s, b: listen 80 }\n"                                                               \
    "  - { at: 10ms, a: connect b:80 }\n"                                                          \
    "  - { at: 100ms, a: send " bytes " }\n"

#endif
